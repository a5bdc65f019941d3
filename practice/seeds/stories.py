"""What happened to single people in the demo, so that every list has something."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from practice import (
    break_glass,
    caregivers,
    contacts,
    invitations,
    merging,
    patients,
    watching,
    work,
)
from practice.invented.families import own_phones
from practice.invented.homes import Home
from practice.invented.names import SHORT_FORMS
from practice.languages import Language
from practice.models import BreakGlassReason, Gender, Role
from practice.seeds import outage
from practice.seeds.charts import arrive, at_work
from practice.seeds.team import email_of
from practice.seeds.weeks import acquainted, suits
from practice.trail import Automation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from practice.invented.homes import Place, World
    from practice.models import Patient, StaffMember
    from practice.seeds.team import Team
    from practice.seeds.weeks import Known

CLOCK = Automation("The clock")
MERGED, UNNOTICED = 2, 3  # duplicates
RELATIVES = (("Chidi", "Okafor", Gender.MAN), ("Joon-ho", "Park", Gender.MAN))
NEW_CHARTS = UNNOTICED + len(RELATIVES)  # that stand for themselves
DAY = timedelta(days=1)
# Reason, days ago, quiet days allowed, days until it ends, days ago of a contact.
WATCHES = (
    ("Stopped answering after the medication change", 11, 7, 30, None),
    ("Lives alone since the move; winter is hard", 20, 7, 60, 2),
    ("Anniversary of a loss this month", 8, 5, 21, 3),
    ("First weeks back at work", 5, 10, 40, None),
    ("Missed two visits", 15, 6, 25, 1),
)
# Reason, days ago, days until it ends (none: until somebody resumes).
PAUSES = (
    ("In hospital", 5, 14),
    ("Bereavement in the family", 12, 18),
    ("Caring for a newborn", 19, 45),
    ("In a residential programme", 26, None),
)
ENDINGS = (
    ("Goals reached", 4),
    ("Moved to another state", 10),
    ("Goals reached", 17),
    ("Continues with another practice", 30),
)
CHORES_OF_THE_HOUSE = (
    ("team.rota", "Find somebody for the open night on the rota", 2),
    ("team.privacy", "Yearly privacy training: who is missing?", -2),
    ("team.room", "Room 4: the door does not close fully", 4),
)
Waiting = tuple[str, str, str, int, int]
# What waits in the first two people's lists: days ago asked, hours until due.
ON_THE_DESK = (
    ("patient.call", "Call back: wants an earlier time", "Free after four.", 2, -20),
    ("patient.interpreter", "Book an interpreter for the next visit", "", 1, 5),
    ("patient.form", "Scan the intake form", "It is in the blue tray.", 1, 7),
    ("patient.card", "Copy the new insurance card, both sides", "", 3, 26),
    ("patient.address", "Letter came back: ask for the address", "", 1, 50),
)
FOR_THE_CLINICIAN = (
    ("patient.form", "Letter for the housing office", "Due this week.", 4, -4),
    ("patient.call", "Call back: a question before the next visit", "", 1, 6),
    ("patient.form", "Sign the work-leave form", "", 2, 30),
)


class Stage:
    """Who is here for the stories, each person in one story only."""

    def __init__(
        self, world: World, places: Sequence[Place], team: Team, *, now: datetime
    ) -> None:
        self.world, self.places, self.team, self.now = world, places, team, now
        self._free = acquainted(places)
        world.rng.shuffle(self._free)

    def somebody(
        self,
        *ages: int,
        lead: StaffMember | None = None,
        place: Place | None = None,
        kind: str = "",
    ) -> Known:
        """A patient in no story yet: of an age, a clinician, a place, for a task."""
        youngest, oldest = ages or (19, 70)
        found = next(
            known
            for known in self._free
            if youngest <= known.patient.age_on(self.world.today) <= oldest
            and lead in (None, known.lead)
            and place in (None, known.place)
            and suits(kind, known.patient, self.world.today)
        )
        self._free.remove(found)
        return found

    def days_ago(self, days: int, place: Place) -> datetime:
        return at_work(self.world, place, self.world.today - days * DAY)


def happen(world: World, places: Sequence[Place], team: Team, *, now: datetime) -> None:
    """Every story once."""
    stage = Stage(world, places, team, now=now)
    _watches(stage)
    _pauses(stage)
    _endings(stage)
    _deaths(stage)
    _duplicates(stage)
    _restricted(stage)
    _broken_glass(stage)
    _invitation(stage)
    _waiting(stage)
    _house(stage)
    outage.happen(stage)
    # What the clock would have done by now.
    caregivers.end_at_majority(by=CLOCK, now=now - DAY)
    watching.call_the_quiet(by=CLOCK, now=now)


def _watches(stage: Stage) -> None:
    """Clinicians asked to check on somebody; one has been quiet for too long."""
    own = stage.team["Tessa Nakagawa-Byrne"]
    for number, (reason, days, quiet_days, lasts, contact) in enumerate(WATCHES):
        known = stage.somebody(lead=own if number < 3 else None)
        asked_at = stage.days_ago(days, known.place)
        flag = watching.watch(
            patient=known.patient,
            caller=known.lead,
            reason=reason,
            quiet_days=quiet_days,
            ends_on=stage.world.today + lasts * DAY,
            by=known.lead,
            now=asked_at,
        )
        if contact is not None:
            on = stage.world.today - contact * DAY
            watching.record_contact(flag=flag, on=on, by=known.lead)


def _pauses(stage: Stage) -> None:
    for reason, days, lasts in PAUSES:
        known = stage.somebody()
        patients.pause(
            patient=known.patient,
            until=stage.world.today + lasts * DAY if lasts else None,
            reason=reason,
            by=known.lead,
            now=stage.days_ago(days, known.place),
        )
    back = stage.somebody()
    desk = stage.team.desk_of(back.place.location)
    left_at, back_at = stage.days_ago(24, back.place), stage.days_ago(6, back.place)
    patients.pause(
        patient=back.patient, until=None, reason="Travelling", by=desk, now=left_at
    )
    patients.resume(patient=back.patient, by=desk, now=back_at)


def _endings(stage: Stage) -> None:
    for reason, days in ENDINGS:
        known = stage.somebody()
        moment = stage.days_ago(days, known.place)
        patients.end_care(
            patient=known.patient, reason=reason, by=known.lead, now=moment
        )


def _deaths(stage: Stage) -> None:
    """Two deaths: to one family somebody has written, to the other not yet."""
    for days in (13, 4):
        known = stage.somebody(74, 96)
        moment = stage.days_ago(days, known.place)
        patients.record_death(
            patient=known.patient,
            died_on=moment.date() - 2 * DAY,
            by=stage.team.desk_of(known.place.location),
            now=moment,
        )
        if days > 7:
            task = known.patient.tasks.get(kind="patient.condolence")
            work.finish(task=task, by=known.lead, now=moment + DAY)


def _duplicates(stage: Stage) -> None:
    """The same person twice: the first two were noticed, and merged."""
    for number in range(MERGED + UNNOTICED):
        known = stage.somebody()
        desk = stage.team.desk_of(known.place.location)
        moment = stage.days_ago(30 - 4 * number, known.place)
        duplicate = _again(known, number, by=desk, now=moment)
        if number < MERGED:
            merging.merge(
                duplicate=duplicate,
                into=known.patient,
                by=stage.team.manager,
                now=moment + DAY,
                reason="The same person, registered twice",
            )


def _again(known: Known, number: int, *, by: StaffMember, now: datetime) -> Patient:
    """A second chart of somebody, written a little differently."""
    first = known.patient
    given, family = first.given_name, first.family_name
    if number % 2:
        given = SHORT_FORMS.get(given, f"{given} {family[:1]}.")
    else:
        family = family.upper()
    patient = patients.register(
        homes=[known.place.location],
        given_name=given,
        family_name=family,
        born_on=first.born_on,
        by=by,
        now=now,
    )
    for point in first.contact_points.filter(kind="phone", ended_at=None)[:1]:
        contacts.add(
            owner=patient,
            kind="phone",
            value=str(point.phone),
            may_call=True,
            by=by,
            now=now,
        )
    return patient


def _restricted(stage: Stage) -> None:
    """Relatives of two colleagues, and somebody whom everybody knows."""
    charts = [
        (_relative(stage, given, family, gender), "Relative of a colleague")
        for given, family, gender in RELATIVES
    ]
    charts.append((stage.somebody(35, 60).patient, "Public person"))
    for patient, reason in charts:
        patients.restrict(
            patient=patient, is_restricted=True, by=stage.team.manager, reason=reason
        )


def _relative(stage: Stage, given: str, family: str, gender: Gender) -> Patient:
    """Somebody who shares a name with a person at the front desk."""
    place = stage.places[0]
    moment = stage.days_ago(33, place)
    home = Home(stage.world, place, moment)
    home.language = Language.ENGLISH
    person = replace(home.person(20, 45, gender=gender), given=given, family=family)
    chart = home.chart(person, phones=own_phones(home, person), preferred_name="")
    return arrive([chart], by=stage.team["Marisol Quintero"], now=moment)[0]


def _broken_glass(stage: Stage) -> None:
    """Two charts opened outside the rules: one was looked at, one waits."""
    team, harbor = stage.team, stage.places[0]
    first, second = stage.somebody(place=harbor), stage.somebody(place=harbor)
    opened_at = stage.days_ago(9, harbor)
    glass = break_glass.open_chart(
        staff=team["Shandiin Nez"],
        patient=first.patient,
        reason=BreakGlassReason.CALLER,
        explanation="Called our desk by mistake and asked when the next visit is.",
        by=team["Shandiin Nez"],
        now=opened_at,
    )
    break_glass.review(
        glass=glass,
        was_justified=True,
        note="Harbor House confirms the call.",
        by=team.manager,
        now=opened_at + DAY,
    )
    break_glass.open_chart(
        staff=team["Walter Greyeyes"],
        patient=second.patient,
        reason=BreakGlassReason.COVER,
        explanation="On call last night; the patient asked for a call back today.",
        by=team["Walter Greyeyes"],
        now=stage.days_ago(1, harbor),
    )


def _invitation(stage: Stage) -> None:
    """Somebody new has been invited and has not answered yet."""
    pine = stage.places[-1]
    invitations.invite(
        name="Noemi Brandvold",
        email=email_of("Noemi Brandvold"),
        roles=[Role.FRONT_DESK],
        locations=[pine.location],
        by=stage.team["Caleb Montoya"],
        now=stage.now - timedelta(hours=20),
    )


def _waiting(stage: Stage) -> None:
    """Open tasks of those who are signed in as with one click."""
    own = stage.team["Tessa Nakagawa-Byrne"]
    for row in ON_THE_DESK:
        _wait(stage, row, Role.FRONT_DESK, lead=None)
    for row in FOR_THE_CLINICIAN:
        _wait(stage, row, own, lead=own)


def _wait(
    stage: Stage, row: Waiting, to: Role | StaffMember, *, lead: StaffMember | None
) -> None:
    kind, title, words, days, hours = row
    place = stage.places[0]
    patient = stage.somebody(lead=lead, place=place, kind=kind).patient
    work.raise_task(
        kind=kind,
        title=title,
        words=words,
        to=to,
        patient=patient,
        path=f"/patients/{patient.pk}/",
        due_at=stage.now + timedelta(hours=hours),
        by=stage.team.desk_of(place.location),
        now=stage.days_ago(days, place),
    )


def _house(stage: Stage) -> None:
    """What managers have to do that is about nobody in particular."""
    for kind, title, days in CHORES_OF_THE_HOUSE:
        work.raise_task(
            kind=kind,
            title=title,
            to=Role.MANAGER,
            due_at=stage.now + days * DAY,
            by=stage.team["Caleb Montoya"],
            now=stage.now - 5 * DAY,
        )
