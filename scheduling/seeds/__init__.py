"""The demo's calendar: half a year behind, half a year ahead, today as it comes."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from django.db import transaction

from practice import clock
from practice.models import Practice
from scheduling.seeds import calendar, families, offers, reminded, today, together, told

if TYPE_CHECKING:
    from datetime import datetime

ALWAYS_THE_SAME = 20_260_303


@transaction.atomic
def seed(*, now: datetime) -> None:
    """SEEDS: types and rooms, series, the visits of half a year, and how today goes."""
    rng = Random(ALWAYS_THE_SAME)  # noqa: S311 - no secret comes of it
    zone = Practice.objects.get().time_zone
    day = clock.local(now, zone).date()
    catalogue = offers.set_up(today=day)
    people = calendar.people(rng)
    together.gather(catalogue, people, now=now, today=day)
    calendar.repeat(catalogue, people, rng=rng, now=now, today=day)
    calendar.fill(catalogue, people, rng=rng, now=now, today=day)
    today.live_through(rng=rng, now=now)
    told.tell_all_but_a_few(now=now)
    told.book_interpreters_but_for_a_few(now=now)
    families.share_a_phone(now=now)
    reminded.plan(catalogue, now=now)
