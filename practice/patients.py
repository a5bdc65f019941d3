"""Charts: registering people, what they need, and the states of a patient."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import findable, moves, one_by_one, work
from practice.contributions import load
from practice.findable import search_text_of
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
    Task,
)
from practice.rules import NotPossible
from practice.states import IllegalMove, PatientState
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.models.frames import TaskQuerySet
    from practice.versions import Shown

CONDOLENCE_DAYS = 3
OLDEST_BIRTH = date(1890, 1, 1)
PATIENT_DIED = "They have died"
MOOT = ("watch.call", "patient.came_of_age")


class NumberTaken(NotPossible):
    """The other system means another chart by this number."""

    field = "value"


class BornInFuture(NotPossible):
    """A date of birth that has not come yet, or that nobody alive can have."""

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
    findable.learn_later([patient])
    set_homes(patient=patient, homes=homes, by=by)
    return patient


@transaction.atomic
def change_details(
    *,
    patient: Patient,
    by: Actor,
    now: datetime,
    seen: Shown | None = None,
    **details: Any,
) -> Patient:
    """Change names, birth date, languages or needs.

    Raises BornInFuture, and ChangedMeanwhile where `seen` is out of date.
    """
    patient = locked(patient)
    if seen is not None:
        seen.check()
    for name, value in details.items():
        setattr(patient, name, value)
    _check_birth(patient, now=now)
    patient.search_text = search_text_of(patient)
    findable.learn_later([patient])
    return keep(patient, by=by, kind="patient.changed")


@transaction.atomic
def set_homes(*, patient: Patient, homes: Collection[Location], by: Actor) -> None:
    """Set where a patient is usually seen; that is who sees the chart."""
    locked(patient)
    wanted = {location.pk: location for location in homes}
    rows = {row.location_id: row for row in patient.homes.all()}
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

    Raises IllegalMove, PauseEndsTooSoon, ChartMerged.
    """
    patient = moves.begin(patient, PatientState.PAUSED)
    if until is not None and until <= local_day(now):
        raise PauseEndsTooSoon(_("A pause has to end on a later day."))
    patient.paused_until, patient.pause_reason = until, reason
    return moves.settle(patient, by=by, now=now, kind="patient.paused", reason=reason)


@transaction.atomic
def resume(*, patient: Patient, by: Actor, now: datetime) -> Patient:
    """End a pause, or take somebody whose care had ended back.

    Whoever was not yet told of the pause is not told of its end. Raises
    IllegalMove, ChartMerged.
    """
    patient = moves.begin(patient, PatientState.ACTIVE)
    patient.paused_until, patient.pause_reason = None, ""
    undoes = ("patient.paused", "patient.ended")
    return moves.settle(patient, by=by, now=now, kind="patient.resumed", undoes=undoes)


@transaction.atomic
def take_resuming_back(*, patient: Patient, by: Actor, now: datetime) -> Patient:
    """Somebody was made active by mistake: paused as before, or their care over.

    Raises IllegalMove, ChartMerged.
    """
    patient = moves.take_back(patient, PatientState.ACTIVE)
    kinds = {PatientState.PAUSED: "patient.paused", PatientState.ENDED: "patient.ended"}
    kind, undoes = kinds.get(PatientState(patient.state)), ("patient.resumed",)
    if kind is None:
        raise IllegalMove(_("Nobody has made this person active again."))
    reason = patient.pause_reason
    return moves.settle(
        patient, by=by, now=now, kind=kind, reason=reason, undoes=undoes
    )


@transaction.atomic
def end_care(*, patient: Patient, reason: str, by: Actor, now: datetime) -> Patient:
    """Care is over; the chart stays. Raises IllegalMove, ChartMerged."""
    patient = moves.begin(patient, PatientState.ENDED)
    patient.paused_until, patient.pause_reason = None, ""
    return moves.settle(patient, by=by, now=now, kind="patient.ended", reason=reason)


@transaction.atomic
def take_end_back(*, patient: Patient, by: Actor, now: datetime) -> Patient:
    """Care was ended by mistake: everything as before, a pause included.

    Raises IllegalMove, ChartMerged.
    """
    patient = moves.take_back(patient, PatientState.ENDED)
    kind, undoes = "patient.end_taken_back", ("patient.ended",)
    return moves.settle(patient, by=by, now=now, kind=kind, undoes=undoes)


@transaction.atomic
def record_death(
    *, patient: Patient, died_on: date | None, by: Actor, now: datetime
) -> Patient:
    """One act that stops everything automatic and asks somebody to condole.

    Raises IllegalMove, DiedInFuture, ChartMerged.
    """
    patient = moves.begin(patient, PatientState.DECEASED)
    if died_on and not patient.born_on <= died_on <= local_day(now):
        raise DiedInFuture(_("That day is in the future, or before the birth."))
    patient.deceased_on = died_on
    patient.paused_until, patient.pause_reason = None, ""
    for task in _tasks(patient).open().filter(kind__in=_moot()):
        work.withdraw(task=task, by=by, reason=PATIENT_DIED)
    work.raise_task(
        kind="patient.condolence",
        title=gettext_lazy("Send condolences to the family"),
        to=_who_condoles(patient),
        due_at=now + timedelta(days=CONDOLENCE_DAYS),
        patient=patient,
        path=f"/patients/{patient.pk}/",
        by=by,
        now=now,
    )
    return moves.settle(patient, by=by, now=now, kind="patient.deceased")


@transaction.atomic
def take_death_back(*, patient: Patient, by: Actor, now: datetime) -> Patient:
    """The death was recorded on the wrong chart: everything as before.

    Whoever was told of it already has to be told. Raises IllegalMove, ChartMerged.
    """
    patient = moves.take_back(patient, PatientState.DECEASED)
    patient.deceased_on = None
    for task in _tasks(patient).open().filter(kind="patient.condolence"):
        work.withdraw(task=task, by=by)
    for task in _tasks(patient).filter(kind__in=_moot(), is_withdrawn=True):
        if task.history.latest("history_id").history_change_reason == PATIENT_DIED:
            work.restore(task=task, by=by)
    kind, undoes = "patient.death_taken_back", ("patient.deceased",)
    return moves.settle(patient, by=by, now=now, kind=kind, undoes=undoes)


def resume_due(*, by: Actor, now: datetime) -> int:
    """Resume every pause whose last day has come; returns how many.

    Raises SomeFailed, after all others were resumed.
    """
    due = Patient.objects.unmerged().filter(
        state=PatientState.PAUSED, paused_until__lte=local_day(now)
    )

    def act(number: int) -> bool:
        patient = Patient.objects.select_for_update().get(pk=number)
        if not due.filter(pk=number).exists():
            return False
        resume(patient=patient, by=by, now=now)
        return True

    return one_by_one.each(list(due.values_list("pk", flat=True)), act, kind="pauses")


@transaction.atomic
def restrict(
    *,
    patient: Patient,
    is_restricted: bool,
    by: Actor,
    reason: str = "",
    seen: Shown | None = None,
) -> Patient:
    """Close a chart to all but its care team and break-glass, or open it again.

    Raises ChartMerged, ChangedMeanwhile.
    """
    patient = moves.head(patient)
    if seen is not None:
        seen.check()
    patient.is_restricted = is_restricted
    kind = "patient.restricted" if is_restricted else "patient.unrestricted"
    return keep(patient, by=by, kind=kind, reason=reason)


def is_deserted(patient: Patient) -> bool:
    """Whether a chart is restricted to a care team of which nobody is left."""
    head = patient.merged_into or patient
    left = _team(patient).filter(staff__is_active=True)
    return head.is_restricted and not left.exists()


@transaction.atomic
def add_alert(
    *, patient: Patient, text: str, ends_on: date | None, by: Actor
) -> PatientAlert:
    alert = PatientAlert(patient=patient, text=text, ends_on=ends_on)
    return keep(alert, by=by, kind="patient.alert_added")


@transaction.atomic
def withdraw_alert(*, alert: PatientAlert, by: Actor) -> PatientAlert:
    alert = locked(alert)
    alert.is_withdrawn = True
    return keep(alert, by=by, kind="patient.alert_withdrawn")


@transaction.atomic
def restore_alert(*, alert: PatientAlert, by: Actor) -> PatientAlert:
    alert = locked(alert)
    alert.is_withdrawn = False
    return keep(alert, by=by, kind="patient.alert_restored")


@transaction.atomic
def join_care_team(
    *, patient: Patient, staff: StaffMember, is_lead: bool, by: Actor, now: datetime
) -> CareTeamMember:
    """Put somebody on the care team; a new lead takes over from the old one."""
    locked(patient)
    current = _team(patient)
    for row in current.filter(is_lead=True).exclude(staff=staff) if is_lead else ():
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
    """End somebody's part in the care; the row remembers whether they led."""
    member = locked(member)
    if member.ended_at is not None:
        return member
    # Whoever leaves in the instant of joining was there, if only for that.
    member.ended_at = max(now, member.started_at + timedelta(microseconds=1))
    return keep(member, by=by, kind="care_team.left")


@transaction.atomic
def rejoin_care_team(*, member: CareTeamMember, by: Actor) -> CareTeamMember:
    """Take a leaving back: they lead again, unless somebody else does by now."""
    locked(member.patient)
    member, current = locked(member), _team(member.patient)
    if again := current.filter(staff=member.staff).first():
        return again
    member.ended_at = None
    member.is_lead = member.is_lead and not current.filter(is_lead=True).exists()
    return keep(member, by=by, kind="care_team.joined")


def team_names(patient: Patient) -> list[str]:
    """Who looks after a patient, the own clinician first."""
    rows = _team(patient).filter(staff__is_active=True).order_by("-is_lead", "pk")
    return list(dict.fromkeys(rows.values_list("staff__name", flat=True)))


@transaction.atomic
def name_elsewhere(
    *, patient: Patient, system: str, value: str, by: Actor
) -> ExternalId:
    """Record how another system names this chart. Raises NumberTaken."""
    if ExternalId.objects.filter(system=system, value=value, is_current=True).exists():
        raise NumberTaken(_("A chart already has this number."))
    row = ExternalId(patient=patient, system=system, value=value)
    return keep(row, by=by, kind="patient.external_id_added")


def local_day(now: datetime, practice: Practice | None = None) -> date:
    """Today, where the practice is; it is asked for unless it is given."""
    practice = practice or Practice.objects.first()
    return now.astimezone(ZoneInfo(practice.time_zone if practice else "UTC")).date()


def _check_birth(patient: Patient, *, now: datetime) -> None:
    if patient.born_on > local_day(now):
        raise BornInFuture(_("That date of birth is in the future."))
    if patient.born_on < OLDEST_BIRTH:
        raise BornInFuture(_("Check the year of birth: that is too long ago."))


def _tasks(patient: Patient) -> TaskQuerySet:
    """Tasks about a chart and all that it stands for."""
    return Task.objects.filter(patient__in=Patient.objects.chart_set(patient))


def _moot() -> list[str]:
    """Tasks that nobody owes any more, and must not be reminded of, after a death."""
    return [kind for kinds in load("MOOT_AFTER_DEATH") for kind in kinds]


def _team(patient: Patient) -> QuerySet[CareTeamMember]:
    """Who looks after a patient now, by any chart that they have."""
    charts = Patient.objects.chart_set(patient)
    return CareTeamMember.objects.filter(patient__in=charts, ended_at__isnull=True)


def _who_condoles(patient: Patient) -> Role | StaffMember:
    lead = _team(patient).filter(is_lead=True).first()
    return lead.staff if lead and lead.staff.is_active else Role.MANAGER
