"""Charts: registering people, what they need, and the states of a patient."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction

from practice import announcements, work
from practice.models import (
    CareTeamMember,
    ExternalId,
    HomeLocation,
    Location,
    Patient,
    PatientAlert,
    Practice,
    Role,
    StaffMember,
)
from practice.rules import NotPossible
from practice.searching import search_text_of
from practice.states import PatientState, check_patient_move
from practice.trail import Actor, keep

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

CONDOLENCE_DAYS = 3


class BornInFuture(NotPossible):
    """A date of birth that has not come yet."""

    field = "born_on"


class DiedInFuture(NotPossible):
    """A date of death that has not come, or lies before the birth."""

    field = "died_on"


class PauseEndsTooSoon(NotPossible):
    """A pause has to end on a later day."""

    field = "until"


@transaction.atomic
def register(
    *, homes: Collection[Location], by: Actor, now: datetime, **details: Any
) -> Patient:
    """Open a chart at one or more home locations. Raises BornInFuture."""
    patient = Patient(registered_at=now, **details)
    _check_birth(patient, now=now)
    patient.search_text = search_text_of(patient)
    keep(patient, by=by, kind="patient.registered")
    set_homes(patient=patient, homes=homes, by=by)
    return patient


@transaction.atomic
def change_details(
    *, patient: Patient, by: Actor, now: datetime, **details: Any
) -> Patient:
    """Change names, birth date, languages or needs. Raises BornInFuture."""
    for name, value in details.items():
        setattr(patient, name, value)
    _check_birth(patient, now=now)
    patient.search_text = search_text_of(patient)
    return keep(patient, by=by, kind="patient.changed")


@transaction.atomic
def set_homes(*, patient: Patient, homes: Collection[Location], by: Actor) -> None:
    """Set where a patient is usually seen; that is who sees the chart."""
    wanted = {location.pk: location for location in homes}
    rows = {row.location_id: row for row in patient.homes.select_for_update()}
    for location_id, row in rows.items():
        is_wanted = location_id in wanted
        if row.is_current != is_wanted:
            row.is_current = is_wanted
            kind = "patient.home_added" if is_wanted else "patient.home_ended"
            keep(row, by=by, kind=kind)
    for location_id in wanted.keys() - rows.keys():
        row = HomeLocation(patient=patient, location=wanted[location_id])
        keep(row, by=by, kind="patient.home_added")


@transaction.atomic
def pause(
    *,
    patient: Patient,
    until: date | None,
    reason: str,
    by: Actor,
    now: datetime,
) -> Patient:
    """Nothing automatic until a day, or until somebody resumes.

    Raises IllegalMove, PauseEndsTooSoon.
    """
    patient = _moving(patient, PatientState.PAUSED)
    if until is not None and until <= local_day(now):
        raise PauseEndsTooSoon("A pause has to end on a later day.")
    patient.paused_until, patient.pause_reason = until, reason
    return _moved(patient, by=by, now=now, kind="patient.paused", reason=reason)


@transaction.atomic
def resume(*, patient: Patient, by: Actor, now: datetime) -> Patient:
    """End a pause, or take somebody whose care had ended back. Raises IllegalMove."""
    patient = _moving(patient, PatientState.ACTIVE)
    patient.paused_until, patient.pause_reason = None, ""
    patient.deceased_on = None
    announcements.withdraw(kind="patient.paused", patient=patient, by=by, now=now)
    announcements.withdraw(kind="patient.ended", patient=patient, by=by, now=now)
    return _moved(patient, by=by, now=now, kind="patient.resumed")


@transaction.atomic
def end_care(*, patient: Patient, reason: str, by: Actor, now: datetime) -> Patient:
    """Care is over; the chart stays. Raises IllegalMove."""
    patient = _moving(patient, PatientState.ENDED)
    patient.paused_until, patient.pause_reason = None, ""
    return _moved(patient, by=by, now=now, kind="patient.ended", reason=reason)


@transaction.atomic
def record_death(
    *, patient: Patient, died_on: date | None, by: Actor, now: datetime
) -> Patient:
    """One act that stops everything automatic and asks somebody to condole.

    Raises IllegalMove, DiedInFuture.
    """
    patient = _moving(patient, PatientState.DECEASED)
    if died_on and not patient.born_on <= died_on <= local_day(now):
        raise DiedInFuture("That day is in the future, or before the birth.")
    patient.deceased_on = died_on
    patient.paused_until, patient.pause_reason = None, ""
    work.raise_task(
        kind="patient.condolence",
        title="Send condolences to the family",
        to=_who_condoles(patient),
        due_at=now + timedelta(days=CONDOLENCE_DAYS),
        patient=patient,
        path=f"/patients/{patient.pk}/",
        by=by,
        now=now,
    )
    return _moved(patient, by=by, now=now, kind="patient.deceased")


@transaction.atomic
def take_death_back(*, patient: Patient, by: Actor, now: datetime) -> Patient:
    """The death was recorded on the wrong chart: everything as before, told nobody."""
    patient = _moving(patient, PatientState.ACTIVE)
    patient.deceased_on = None
    for task in patient.tasks.filter(
        kind="patient.condolence", done_at__isnull=True, is_withdrawn=False
    ):
        work.withdraw(task=task, by=by)
    announcements.withdraw(kind="patient.deceased", patient=patient, by=by, now=now)
    return _moved(patient, by=by, now=now, kind="patient.death_taken_back")


@transaction.atomic
def resume_due(*, by: Actor, now: datetime) -> int:
    """Resume every pause that ended before today; returns how many."""
    due = Patient.objects.filter(
        state=PatientState.PAUSED, paused_until__lte=local_day(now)
    )
    for patient in due:
        resume(patient=patient, by=by, now=now)
    return len(due)


@transaction.atomic
def restrict(
    *, patient: Patient, is_restricted: bool, by: Actor, reason: str = ""
) -> Patient:
    """Close a chart to all but its care team and break-glass, or open it again."""
    patient.is_restricted = is_restricted
    kind = "patient.restricted" if is_restricted else "patient.unrestricted"
    return keep(patient, by=by, kind=kind, reason=reason)


@transaction.atomic
def add_alert(
    *, patient: Patient, text: str, ends_on: date | None, by: Actor
) -> PatientAlert:
    alert = PatientAlert(patient=patient, text=text, ends_on=ends_on)
    return keep(alert, by=by, kind="patient.alert_added")


@transaction.atomic
def withdraw_alert(*, alert: PatientAlert, by: Actor) -> PatientAlert:
    alert.is_withdrawn = True
    return keep(alert, by=by, kind="patient.alert_withdrawn")


@transaction.atomic
def restore_alert(*, alert: PatientAlert, by: Actor) -> PatientAlert:
    alert.is_withdrawn = False
    return keep(alert, by=by, kind="patient.alert_restored")


@transaction.atomic
def join_care_team(
    *, patient: Patient, staff: StaffMember, is_lead: bool, by: Actor, now: datetime
) -> CareTeamMember:
    """Put somebody on the care team; a new lead takes over from the old one."""
    current = patient.care_team.filter(ended_at__isnull=True).select_for_update()
    for row in current.filter(is_lead=True) if is_lead else ():
        row.is_lead = False
        keep(row, by=by, kind="care_team.lead_passed")
    member = current.filter(staff=staff).first() or CareTeamMember(
        patient=patient, staff=staff, started_at=now
    )
    member.is_lead = is_lead
    return keep(member, by=by, kind="care_team.joined")


@transaction.atomic
def leave_care_team(
    *, member: CareTeamMember, by: Actor, now: datetime
) -> CareTeamMember:
    member.ended_at, member.is_lead = now, False
    return keep(member, by=by, kind="care_team.left")


@transaction.atomic
def name_elsewhere(
    *, patient: Patient, system: str, value: str, by: Actor
) -> ExternalId:
    """Record how another system names this chart."""
    row = ExternalId(patient=patient, system=system, value=value)
    return keep(row, by=by, kind="patient.external_id_added")


def local_day(now: datetime) -> date:
    """Today, where the practice is."""
    practice = Practice.objects.first()
    return now.astimezone(ZoneInfo(practice.time_zone if practice else "UTC")).date()


def _check_birth(patient: Patient, *, now: datetime) -> None:
    if patient.born_on > local_day(now):
        raise BornInFuture("That date of birth is in the future.")


def _moving(patient: Patient, state: PatientState) -> Patient:
    """The chart, locked, in its new state; raises IllegalMove."""
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    check_patient_move(locked.state, state)
    locked.state = state
    return locked


def _moved(
    patient: Patient, *, by: Actor, now: datetime, kind: str, reason: str = ""
) -> Patient:
    keep(patient, by=by, kind=kind, reason=reason)
    announcements.announce(kind=kind, patient=patient, by=by, now=now)
    return patient


def _who_condoles(patient: Patient) -> Role | StaffMember:
    lead = patient.care_team.filter(ended_at__isnull=True, is_lead=True).first()
    return lead.staff if lead and lead.staff.is_active else Role.MANAGER
