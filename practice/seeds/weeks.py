"""The last six weeks of the demo, day by day, by the actions that staff use."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from practice import contacts, patients, work
from practice.invented import reach
from practice.invented.homes import RECENT, World
from practice.models import Patient, Role, StaffMember
from practice.seeds.charts import SHARES, arrive, at_work, family
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from practice.invented.homes import Place
    from practice.seeds.team import Team

NEWCOMERS = 30
ASKED_A_DAY = 2
DESK, LEAD, MANAGER = "desk", "lead", "manager"
ASKED = (
    ("patient.call", "Call back: wants an earlier time", "Free after four.", DESK),
    ("patient.call", "Call back about the referral", "Asked twice this week.", DESK),
    ("patient.form", "Scan the intake form", "It is in the blue tray.", DESK),
    ("patient.card", "Copy the new insurance card, both sides", "", DESK),
    ("patient.interpreter", "Book an interpreter for the next visit", "", DESK),
    ("patient.records", "Records asked for: get the signed form first", "", DESK),
    ("patient.transport", "Arrange a step-free ride", "Wheelchair, folds.", DESK),
    ("patient.address", "Letter came back: ask for the address", "", DESK),
    ("patient.refill", "The pharmacy asks about a refill", "Two days left.", LEAD),
    ("patient.letter", "Letter for the school", "They need it by Friday.", LEAD),
    ("patient.call", "Call back: a question before the next visit", "", LEAD),
    ("patient.form", "Sign the work-leave form", "", LEAD),
    ("patient.complaint", "Answer a complaint about waiting", "", MANAGER),
)
DAY = timedelta(days=1)


class Known(NamedTuple):
    """A patient with the place and the clinician of their own."""

    patient: Patient
    place: Place
    lead: StaffMember


def live_through(
    world: World, places: Sequence[Place], team: Team, *, newcomers: int, now: datetime
) -> None:
    """New people arrive, something is asked and done, something changes."""
    known = acquainted(places)
    days = _working_days(world.today)
    left = newcomers
    for number, day in enumerate(days):
        share = left // (len(days) - number)
        left -= _welcome(world, places, team, day, count=share)
        for _task in range(ASKED_A_DAY):
            _ask(world, team, world.rng.choice(known), day, now=now)
        if number % 2:
            _change(world, team, world.rng.choice(known), day)


def acquainted(places: Sequence[Place]) -> list[Known]:
    """Those who are seen at present and have an own clinician, in steady order."""
    at = {place.location.pk: place for place in places}
    rows = Patient.objects.unmerged().filter(
        state=PatientState.ACTIVE, is_restricted=False
    )
    found = []
    for patient in rows.order_by("pk").prefetch_related("homes", "care_team__staff"):
        lead = next((row.staff for row in patient.care_team.all() if row.is_lead), None)
        if lead is not None:
            home = min(row.location_id for row in patient.homes.all())
            found.append(Known(patient, at[home], lead))
    return found


def _working_days(today: date) -> list[date]:
    days = [today - number * DAY for number in range(RECENT.days, 0, -1)]
    return [day for day in days if day.weekday() < 5]


def _welcome(
    world: World, places: Sequence[Place], team: Team, day: date, *, count: int
) -> int:
    """Some people come for the first time; returns how many."""
    come = 0
    while come < count:
        place = world.rng.choices(places, SHARES)[0]
        moment = at_work(world, place, day)
        charts = family(world, place, moment, most=count - come)
        arrive(charts, by=team.desk_of(place.location), now=moment)
        come += len(charts)
    return come


def _ask(world: World, team: Team, known: Known, day: date, *, now: datetime) -> None:
    """Somebody asks for something; most of it is done within some days."""
    possible = [row for row in ASKED if suits(row[0], known.patient, world.today)]
    kind, title, words, who = world.rng.choice(possible)
    desk = team.desk_of(known.place.location)
    to: dict[str, tuple[Role | StaffMember, StaffMember]] = {
        DESK: (Role.FRONT_DESK, desk),
        LEAD: (known.lead, known.lead),
        MANAGER: (Role.MANAGER, team.manager),
    }
    asked, does_it = to[who]
    moment = at_work(world, known.place, day)
    task = work.raise_task(
        kind=kind,
        title=title,
        words=words,
        to=asked,
        patient=known.patient,
        path=f"/patients/{known.patient.pk}/",
        due_at=moment + timedelta(days=world.rng.randint(2, 6)),
        by=desk,
        now=moment,
    )
    done_at = moment + timedelta(days=world.rng.randint(0, 5), minutes=47)
    if done_at < now and world.may(0.93):
        work.finish(task=task, by=does_it, now=done_at)


def suits(kind: str, patient: Patient, today: date) -> bool:
    """Whether something of this kind could be asked about a patient."""
    if kind == "patient.interpreter":
        return bool(patient.interpreter)
    if kind == "patient.transport":
        return patient.needs_step_free
    if kind == "patient.letter":
        return 6 <= patient.age_on(today) <= 18
    return True


def _change(world: World, team: Team, known: Known, day: date) -> None:
    """One detail of one chart is corrected, by the front desk there."""
    act: Callable[..., None] = world.rng.choice(CHANGES)
    desk = team.desk_of(known.place.location)
    act(world, known, by=desk, now=at_work(world, known.place, day))


def _new_number(world: World, known: Known, *, by: StaffMember, now: datetime) -> None:
    """The old mobile is no longer theirs."""
    number = world.phones.take(known.place.around.areas)
    for point in known.patient.contact_points.filter(label="mobile", ended_at=None):
        contacts.end(point=point, by=by, now=now)
    contacts.add(
        owner=known.patient,
        by=by,
        now=now,
        **reach.mobile(world.rng, number, is_first=True),
    )


def _less_is_safe(
    world: World, known: Known, *, by: StaffMember, now: datetime
) -> None:
    """They ask that no voicemail is left any more."""
    for point in known.patient.contact_points.filter(kind="phone", ended_at=None):
        contacts.change(
            point=point,
            value=str(point.phone),
            may_leave_voicemail=False,
            by=by,
            now=now,
        )


def _says_pronouns(
    world: World, known: Known, *, by: StaffMember, now: datetime
) -> None:
    pronouns = world.rng.choice(["she/her", "he/him", "they/them", "she/they"])
    patients.change_details(patient=known.patient, pronouns=pronouns, by=by, now=now)


def _needs_large_print(
    world: World, known: Known, *, by: StaffMember, now: datetime
) -> None:
    patients.change_details(
        patient=known.patient, needs_large_print=True, by=by, now=now
    )


def _alert(world: World, known: Known, *, by: StaffMember, now: datetime) -> None:
    ends_on = now.date() + timedelta(days=world.rng.choice([20, 45, 90]))
    text = world.rng.choice(["Arm in a cast", "Comes with a walker", "On crutches"])
    patients.add_alert(patient=known.patient, text=text, ends_on=ends_on, by=by)


CHANGES = (_new_number, _less_is_safe, _says_pronouns, _needs_large_print, _alert)
