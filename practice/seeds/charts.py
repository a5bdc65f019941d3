"""The people of the demo: years of them at once, and single ones as they arrive."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from practice import caregivers, contacts, intake, patients
from practice.invented import cases, families
from practice.invented.homes import RECENT, Home
from practice.trail import Automation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from practice.intake import NewCaregiver, NewChart
    from practice.invented.homes import Place, World
    from practice.models import Caregiver, Patient
    from practice.trail import Actor

BATCH = 300  # families
YEARS = timedelta(days=6 * 365)
FORMER_SYSTEM = Automation("Former system")
SHARES = (46, 32, 22)  # of the patients, at each location


def admit_the_past(
    world: World, places: Sequence[Place], *, count: int, now: datetime
) -> None:
    """Everybody whom the practice has known for more than some weeks."""

    def long_ago(place: Place) -> datetime:
        days = RECENT.days + 1 + int(YEARS.days * world.rng.random() ** 1.7)
        return at_work(world, place, world.today - timedelta(days))

    found: list[Sequence[NewChart]] = list(cases.by_design(world, places, long_ago))
    left = count - sum(map(len, found))
    while left > 0:
        place = world.rng.choices(places, SHARES)[0]
        found.append(family(world, place, long_ago(place), most=left))
        left -= len(found[-1])
    found.sort(key=lambda charts: charts[0].known_since or now)
    for first in range(0, len(found), BATCH):
        charts = list(chain.from_iterable(found[first : first + BATCH]))
        intake.admit_many(charts=charts, by=FORMER_SYSTEM, now=now)


def family(
    world: World, place: Place, since: datetime, *, most: int
) -> Sequence[NewChart]:
    """One family, or a person alone where not all of them would fit."""
    charts = families.family(world, place, since)
    if len(charts) > most:
        charts = families.alone(Home(world, place, since))
    return charts


def arrive(
    charts: Sequence[NewChart], *, by: Actor, now: datetime
) -> Sequence[Patient]:
    """Open the charts of one family as the front desk does, one step at a time."""
    introduced: dict[NewCaregiver, Caregiver] = {}
    return [_arrive(chart, introduced, by=by, now=now) for chart in charts]


def at_work(world: World, place: Place, day: date) -> datetime:
    """Some minute of a working day at a place: `day`, or the Friday before."""
    day -= timedelta(max(0, day.weekday() - 4))
    minute = world.rng.randint(8 * 60 + 30, 16 * 60 + 30)
    clock = time(minute // 60, minute % 60)
    return datetime.combine(day, clock, ZoneInfo(place.location.time_zone))


def _arrive(
    chart: NewChart,
    introduced: dict[NewCaregiver, Caregiver],
    *,
    by: Actor,
    now: datetime,
) -> Patient:
    patient = patients.register(homes=chart.homes, by=by, now=now, **chart.details)
    for contact in chart.contacts:
        contacts.add(owner=patient, by=by, now=now, **contact)
    for row in chart.external_ids:
        patients.name_elsewhere(patient=patient, by=by, **row)
    for row in chart.alerts:
        patients.add_alert(patient=patient, by=by, **row)
    for carer in chart.care_team:
        patients.join_care_team(
            patient=patient, staff=carer.staff, is_lead=carer.is_lead, by=by, now=now
        )
    for caregiving in chart.caregivings:
        new = caregiving.caregiver
        if new not in introduced:
            introduced[new] = _introduce(new, by=by, now=now)
        caregivers.authorise(
            caregiver=introduced[new], patient=patient, by=by, **caregiving.details
        )
    return patient


def _introduce(new: NewCaregiver, *, by: Actor, now: datetime) -> Caregiver:
    caregiver = caregivers.introduce(name=new.name, language=new.language, by=by)
    for contact in new.contacts:
        contacts.add(owner=caregiver, by=by, now=now, **contact)
    return caregiver
