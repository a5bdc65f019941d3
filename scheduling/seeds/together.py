"""Visits of several people: a group that meets every week, a couple, two on purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from practice.models import Location
from practice.rules import NotPossible
from practice.seeds.houses import DEMO
from practice.zones import local_day
from scheduling import booking, series
from scheduling.booking import Despite, Plan
from scheduling.finding import Question, find
from scheduling.minutes import instant_of
from scheduling.recurring import WEEKS, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from practice.models import Patient
    from scheduling.models import AppointmentType
    from scheduling.seeds.calendar import Practitioner
    from scheduling.seeds.offers import Catalogue

MEMBERS, A_DAY = 6, timedelta(days=1)
BEGUN = timedelta(weeks=4)  # since when the group meets
WHY = "Short visit for a refill, agreed with the clinician"


def gather(
    catalogue: Catalogue,
    practitioners: Sequence[Practitioner],
    *,
    now: datetime,
    today: date,
) -> None:
    """Each with a clinician of its own, as far as there are so many."""
    acts = (_meet, _as_a_couple, _beside_another)
    for act, one in zip(acts, practitioners, strict=False):
        try:
            act(catalogue, one, now=now, today=today)
        except NotPossible:
            continue  # nobody of the demo insists


def _meet(
    catalogue: Catalogue, one: Practitioner, *, now: datetime, today: date
) -> None:
    """A group on today's weekday, if that is one of the clinician's."""
    first = today - BEGUN
    plan = _first_plan(catalogue.group, catalogue, one, first, now=now - BEGUN)
    if plan is None:
        return
    day = local_day(plan.starts_at, plan.location.time_zone)
    rule = Rule(WEEKS, 1, weekday=day.weekday(), starts_on=day)
    wish, members = series.Wish(plan, rule), _last(one, MEMBERS)
    found = series.preview(wish=wish, patients=members, now=now - BEGUN)
    skipped = [each.on for each in found if each.conflict]
    series.begin(wish=wish, patients=members, by=DEMO, now=now - BEGUN, skipped=skipped)


def _as_a_couple(
    catalogue: Catalogue, one: Practitioner, *, now: datetime, today: date
) -> None:
    plan = _first_plan(catalogue.couple, catalogue, one, today + A_DAY, now=now)
    if plan is not None:
        booking.book(plan=plan, patients=_last(one, 2), by=DEMO, now=now)


def _beside_another(
    catalogue: Catalogue, one: Practitioner, *, now: datetime, today: date
) -> None:
    """Two people at the same time, which somebody decided, with the reason."""
    plan = _first_plan(catalogue.session, catalogue, one, today + A_DAY, now=now)
    if plan is None:
        return
    first, second = _last(one, 2)
    visit = booking.book(plan=plan, patients=[first], by=DEMO, now=now)
    beside = Despite(beside=visit, beside_reason=WHY)
    elsewhere = replace(plan, room=catalogue.spare[plan.location.pk])
    booking.book(plan=elsewhere, patients=[second], by=DEMO, now=now, despite=beside)


def _last(one: Practitioner, count: int) -> list[Patient]:
    """Those who don't come by themselves every week, the last ones."""
    return list(one.patients[-count:])


def _first_plan(
    kind: AppointmentType,
    catalogue: Catalogue,
    one: Practitioner,
    first: date,
    *,
    now: datetime,
) -> Plan | None:
    question = Question(kind, first, first + timedelta(days=13), [one.staff.pk])
    for slot in find(question, now=now).slots:
        place = Location.objects.get(pk=slot.place)
        room = catalogue.rooms[slot.place, one.staff.pk]
        return Plan(kind, one.staff, place, instant_of(slot.starts), room=room)
    return None
