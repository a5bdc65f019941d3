"""The demo's people and their last six weeks: this floor's part of the demo.

What happened in the last weeks is made by the actions that staff use, each with
the time of its day; the years before come in by the one bulk action.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from practice import clock
from practice.invented.homes import World
from practice.invented.phones import Phones
from practice.modes import Mode
from practice.rules import NotPossible
from practice.seeds import charts, files, houses, mistakes, rota, stories, team, weeks

if TYPE_CHECKING:
    from datetime import datetime

PEOPLE = 1500
ALWAYS_THE_SAME = 20_260_302


class NotHere(NotPossible):
    """Invented people never come among real ones."""


@transaction.atomic
def seed(*, now: datetime, people: int = PEOPLE) -> None:
    """SEEDS: a practice with its people, as it might stand on the day of `now`."""
    if settings.MODE is Mode.PRODUCTION:
        raise NotHere("Invented people never come into production.")
    rng = Random(ALWAYS_THE_SAME)  # noqa: S311 - no secret comes of it
    house = houses.found()
    today = clock.local(now, house.practice.time_zone).date()
    world = World(rng=rng, today=today, phones=Phones(rng))
    staff = team.hire(house, world.phones)
    houses.close_some_days(house, today=today, by=staff.manager)
    rota.plan(house, staff, now=now)
    places = team.places(house, staff)
    newcomers = weeks.NEWCOMERS * people // PEOPLE
    past = people - newcomers - stories.NEW_CHARTS - files.CHARTS
    charts.admit_the_past(world, places, count=past, now=now)
    weeks.live_through(world, places, staff, newcomers=newcomers, now=now)
    stories.happen(world, places, staff, now=now)
    mistakes.happen(staff, now=now)
    files.happen(world, by=staff.manager, now=now)
