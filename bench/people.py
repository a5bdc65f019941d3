"""Who and what a practice of a given size has: everything that a page can list.

Little of each at ten charts, much at ten thousand. Turns and absences last for
years, so that the same rows are on the pages whenever the benches run.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle

from bench import visits
from practice import (
    announcements,
    break_glass,
    contacts,
    duty,
    intake,
    locations,
    merging,
    patients,
    sealing,
    staffing,
    watching,
    work,
)
from practice.intake import NewCaregiver, NewCaregiving, NewCarer, NewChart
from practice.models import Location, OnCallShift, Patient, Role, StaffMember, Weekday
from practice.trail import Automation, keep_many

BY = Automation("bench")
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
DAY, YEARS = timedelta(days=1), timedelta(days=3 * 365)
TASK, WATCH, ALERT = "Call about the form", "Quiet since the move", "Latex allergy"
PLACE, CLOSURE, AUNT = "Main 0", "Works on the roof", "Aunt Ada 0"
COLLEAGUE, OPENER = "Cleo Colleague 1", "Olga Opener"
GIVEN = ["Ada", "Ben", "Cleo", "Dov", "Eve"]
FAMILY = ["Ames", "Brook", "Chen", "Diaz", "Ekwueme"]
AREAS = [212, 305, 415, 602]
BATCH = 1000
MOST_OF_EACH = 60  # tasks, watches and the like that somebody really has open


def settle(size: int) -> None:
    """Fill an empty database with a practice of `size` charts."""
    dice = random.Random(size)  # noqa: S311 - not a secret
    some = max(3, min(size // 20, MOST_OF_EACH))
    places = _places(2 + min(size // 1000, 6))
    team = _team(places, count=3 + min(size // 100, 30))
    _rota(team, days=1 if size > BATCH // 10 else 28)
    charts = [_chart(n, dice, places, team) for n in range(size)]
    for start in range(0, size, BATCH):
        intake.admit_many(charts=charts[start : start + BATCH], by=team[0], now=NOW)
    known = list(Patient.objects.order_by("pk")[: some + some // 2 + 2])
    _merge(known)
    _give_work(known[:some], team)
    _crowd(known[0], team, much=min(some, 6))
    visits.settle(known[:some], team, places[0], now=NOW)
    while sealing.seal_new(everywhere=True):
        pass


def _places(count: int) -> list[Location]:
    phone = "+12125550100"
    lines = {"crisis_line": "Call or text 988.", "crisis_line_es": "Llame al 988."}
    locations.found(by=BY, name="Bench Practice", phone=phone, **lines)
    where = {"address": "1 Long Street", "time_zone": "America/New_York"}
    places = [
        locations.add(by=BY, name=f"Main {n}", short_name=f"M{n}", phone=phone, **where)
        for n in range(count)
    ]
    for place in places:
        week = [(day, time(8), time(18)) for day in Weekday]
        locations.set_hours(location=place, spans=week, by=BY)
        locations.close_for(
            location=place,
            starts_on=date(2036, 5, 1),
            ends_on=date(2036, 5, 2),
            reason=CLOSURE,
            by=BY,
        )
    return places


def _team(places: Sequence[Location], *, count: int) -> list[StaffMember]:
    """A manager who also sees patients, who opened charts, the desk, and colleagues."""
    boss = _hire("Bo Boss", places, Role.MANAGER, Role.CLINICIAN)
    opener = _hire(OPENER, places, Role.AUDITOR)
    _hire("Dana Desk", places, Role.FRONT_DESK)
    some = [
        _hire(f"Cleo Colleague {n}", [places[n % len(places)]], Role.CLINICIAN)
        for n in range(1, count)
    ]
    for person in some[::4][1:]:
        duty.record_absence(
            staff=person,
            kind="leave",
            starts_at=NOW,
            ends_at=NOW + YEARS,
            cover=boss,
            by=boss,
        )
    return [boss, opener, *some]


def _hire(name: str, places: Sequence[Location], *roles: Role) -> StaffMember:
    email = f"{name.replace(' ', '.').lower()}@example.test"
    person = staffing.add_staff(
        name=name, email=email, roles=roles, locations=places, by=BY
    )
    if Role.CLINICIAN in roles:
        staffing.describe_clinician(
            staff=person, credentials="LCSW", speciality="Counselling", by=BY
        )
        always = [(day, time(0), time(23, 59)) for day in Weekday]
        duty.set_duty_hours(staff=person, location=places[0], spans=always, by=BY)
    return person


def _rota(team: Sequence[StaffMember], *, days: int) -> None:
    """One turn after the other, for years."""
    people = cycle(team[2:])
    starts = [NOW + n * DAY for n in range(0, YEARS.days, days)]
    turns = [
        OnCallShift(
            staff=next(people), starts_at=start, ends_at=start + days * DAY, rank=1
        )
        for start in starts
    ]
    keep_many(turns, by=BY, kind="on_call.added")


def _chart(
    n: int,
    dice: random.Random,
    places: Sequence[Location],
    team: Sequence[StaffMember],
) -> NewChart:
    details = {
        "given_name": f"{dice.choice(GIVEN)} {n}",
        "family_name": FAMILY[n % len(FAMILY)],
        "born_on": date(1940, 1, 1) + timedelta(days=dice.randrange(28_000)),
    }
    clinicians = [team[0], *team[2:]]
    return NewChart(
        details=details,
        homes=[places[n % len(places)]],
        contacts=[_phone(n, dice), _email(n)],
        care_team=[NewCarer(staff=clinicians[n % len(clinicians)], is_lead=True)],
        caregivings=[_aunt(n, dice)] if n % 3 == 0 else [],
        external_ids=[{"system": "lab", "value": f"L{n}"}] if n % 2 == 0 else [],
        alerts=[{"text": ALERT, "ends_on": None}] if n % 5 == 0 else [],
    )


def _phone(n: int, dice: random.Random) -> dict[str, object]:
    number = f"+1{dice.choice(AREAS)}555{n % 10_000:04}"
    return {"kind": "phone", "value": number, "may_call": True}


def _email(n: int) -> dict[str, object]:
    return {"kind": "email", "value": f"chart{n}@example.test", "may_write": True}


def _aunt(n: int, dice: random.Random) -> NewCaregiving:
    aunt = NewCaregiver(name=f"Aunt Ada {n}", language="en", contacts=[_phone(n, dice)])
    rights = {"may_be_told": True, "starts_on": NOW.date(), "relation": "helper"}
    return NewCaregiving(caregiver=aunt, details=rights)


def _merge(charts: Sequence[Patient]) -> None:
    """The last few are second charts: one of the first has two of them."""
    duplicates = charts[-(len(charts) // 4) :]
    for n, duplicate in enumerate(duplicates):
        into = charts[max(n - 1, 0)]
        merging.merge(duplicate=duplicate, into=into, by=BY, now=NOW)


def _give_work(charts: Sequence[Patient], team: Sequence[StaffMember]) -> None:
    """What Today lists: tasks, watches, charts opened by somebody, news."""
    boss, opener = team[0], team[1]
    for n, chart in enumerate(charts):
        _ask(chart, to=boss if n % 2 else Role.MANAGER)
        _watch(chart, caller=boss)
        break_glass.open_chart(
            staff=opener,
            patient=chart,
            reason="other",
            explanation="Somebody asked for it by name.",
            by=opener,
            now=NOW,
        )
        announcements.announce(kind="patient.paused", patient=chart, by=boss, now=NOW)


def _crowd(chart: Patient, team: Sequence[StaffMember], *, much: int) -> None:
    """The chart whose page is measured has much of everything."""
    for n in range(much):
        patients.add_alert(patient=chart, text=f"{ALERT} {n}", ends_on=None, by=BY)
        _ask(chart, to=Role.MANAGER)
        value = f"+1713555{n:04}"
        point = contacts.add(owner=chart, kind="phone", value=value, by=BY, now=NOW)
        contacts.change(point=point, value=value, may_call=True, by=team[0], now=NOW)
    for person in team[2 : 2 + much]:
        patients.join_care_team(
            patient=chart, staff=person, is_lead=False, by=BY, now=NOW
        )


def _watch(chart: Patient, *, caller: StaffMember) -> None:
    watching.watch(
        patient=chart,
        caller=caller,
        reason=WATCH,
        quiet_days=7,
        ends_on=(NOW + YEARS).date(),
        by=caller,
        now=NOW,
    )


def _ask(chart: Patient, *, to: Role | StaffMember) -> None:
    work.raise_task(
        kind="bench.task",
        title=TASK,
        to=to,
        due_at=NOW + DAY,
        patient=chart,
        path=f"/patients/{chart.pk}/",
        by=BY,
        now=NOW,
    )
