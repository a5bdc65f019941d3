"""Visits of half a year and of the next one, each with its own clinician."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from practice.models import CareTeamMember, Location, Patient, StaffMember
from practice.rules import NotPossible
from practice.seeds.houses import DEMO
from practice.states import PatientState
from practice.zones import local_day
from scheduling import bringing_in, series
from scheduling.booking import Plan
from scheduling.bringing_in import KnownVisit
from scheduling.finding import Question, find
from scheduling.minutes import instant_of
from scheduling.recurring import WEEKS, Rule
from scheduling.seeds.hours import Hours, apart
from scheduling.states import CANCELLATIONS, Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from random import Random

    from scheduling.seeds.offers import Catalogue
    from scheduling.slots import Slot

BEHIND, AHEAD = timedelta(days=183), timedelta(days=183)
BEGUN = timedelta(weeks=8)  # since when people come every week
WEEKLY = 2  # patients of each clinician who do
OUTCOMES = {
    Status.COMPLETED: 84,
    Status.NO_SHOW: 6,
    Status.CANCELLED: 5,
    Status.CANCELLED_LATE: 3,
    Status.CALLED_OFF: 2,
}
# One person in so many misses several times as often as the others.
UNRELIABLE, TIMES = 9, 6
NOTED = 0.04  # of the visits ahead
NOTES = (
    "Ask for the new insurance card",
    "Brings the school's form to sign",
    "Wants to pay the last visit",
    "Prefers the chair near the door",
)
WHY = {
    Status.CANCELLED: ("Has to work", "Feels better", "Travels"),
    Status.CANCELLED_LATE: ("Child is ill", "Missed the bus"),
    Status.CALLED_OFF: ("Clinician ill", "Training"),
}


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A clinician with the patients who come to them."""

    staff: StaffMember
    patients: Sequence[Patient]


def people(rng: Random) -> list[Practitioner]:
    """Every clinician of somebody, with those who are in care and come."""
    rows = CareTeamMember.objects.filter(
        is_lead=True, ended_at=None, patient__state=PatientState.ACTIVE
    ).select_related("staff", "patient")
    known: dict[StaffMember, list[Patient]] = defaultdict(list)
    for row in rows.order_by("pk"):
        known[row.staff].append(row.patient)
    for patients in known.values():
        rng.shuffle(patients)
    return [
        Practitioner(staff, patients)
        for staff, patients in known.items()
        if staff.is_clinician and len(patients) > WEEKLY
    ]


def repeat(
    catalogue: Catalogue,
    practitioners: Sequence[Practitioner],
    *,
    rng: Random,
    now: datetime,
    today: date,
) -> None:
    """A few people come every week, since some weeks, by a series."""
    begun, first = now - BEGUN, today - BEGUN
    for one in practitioners:
        question = Question(
            catalogue.session, first, first + timedelta(days=6), [one.staff.pk]
        )
        slots = apart(find(question, now=begun).slots, catalogue.session)
        chosen = rng.sample(slots, min(WEEKLY, len(slots)))
        for slot, patient in zip(chosen, one.patients, strict=False):
            _begin(catalogue, one.staff, slot, patient, now=begun)


def fill(
    catalogue: Catalogue,
    practitioners: Sequence[Practitioner],
    *,
    rng: Random,
    now: datetime,
    today: date,
) -> None:
    """The rest of everybody's hours, most of it behind and less and less ahead."""
    hours = Hours(catalogue, rng=rng, now=now)
    first, last = today - BEHIND, today + AHEAD
    visits = [
        _known(plan, patient, rng=rng, now=now)
        for one in practitioners
        for plan, patient in hours.filled(one.staff, one.patients[WEEKLY:], first, last)
    ]
    visits.sort(key=lambda one: one.plan.starts_at)
    bringing_in.admit_many(visits=visits, by=DEMO)


def _known(plan: Plan, patient: Patient, *, rng: Random, now: datetime) -> KnownVisit:
    booked_at = plan.starts_at - timedelta(days=rng.randint(3, 40), hours=2)
    if plan.ends_at > now:
        booked_at = min(booked_at, now - timedelta(days=1))
        is_sure = plan.starts_at < now + timedelta(days=3) and rng.random() < 0.7
        status = Status.CONFIRMED if is_sure else Status.SCHEDULED
        note = rng.choice(NOTES) if rng.random() < NOTED else ""
        return KnownVisit(plan, patient, booked_at, status, booked_at, desk_note=note)
    status = rng.choices(list(OUTCOMES), _weights(patient))[0]
    reason = rng.choice(WHY[status]) if status in CANCELLATIONS else ""
    since = plan.starts_at if status in CANCELLATIONS else plan.ends_at
    return KnownVisit(plan, patient, booked_at, status, since, reason)


def _weights(patient: Patient) -> list[int]:
    """How likely each outcome is for a patient."""
    is_unreliable = patient.pk % UNRELIABLE == 0
    more = {Status.NO_SHOW: TIMES if is_unreliable else 1}
    return [weight * more.get(status, 1) for status, weight in OUTCOMES.items()]


def _begin(
    catalogue: Catalogue,
    staff: StaffMember,
    slot: Slot,
    patient: Patient,
    *,
    now: datetime,
) -> None:
    place = Location.objects.get(pk=slot.place)
    room = catalogue.rooms[slot.place, staff.pk]
    plan = Plan(catalogue.session, staff, place, instant_of(slot.starts), room=room)
    day = local_day(plan.starts_at, place.time_zone)
    rule = Rule(WEEKS, 1, weekday=day.weekday(), starts_on=day)
    wish = series.Wish(plan, rule)
    found = series.preview(wish=wish, patients=[patient], now=now)
    skipped = [one.on for one in found if one.conflict]
    try:
        series.begin(wish=wish, patients=[patient], by=DEMO, now=now, skipped=skipped)
    except NotPossible:
        return  # nobody of the demo insists
