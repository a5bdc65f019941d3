"""The register of what went wrong: reported in a sentence, seen to by somebody else.

Whoever reports needs one choice and one sentence. A manager then has a task, says
whom it concerns, who sees to it and by when, what is owed to whom, and closes it
with an outcome: never whoever reported it, nor whom it happened to, alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice import work
from practice.access import Capability, roles_that_may
from practice.models import (
    Incident,
    IncidentPatient,
    IncidentStep,
    Patient,
    Role,
    StaffMember,
    Task,
)
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.models.frames import TaskQuerySet
    from practice.versions import Shown

LOOKED_AT_WITHIN = timedelta(hours=24)  # by a manager, who then sets the deadline
CLOSED_WITHIN = timedelta(days=3)
KEY = "incident:"  # of the task that asks the managers, with the incident's id


class OwnName(NotPossible):
    """Nobody takes their own name off an incident."""

    field = "concerned"


class OwnIncident(NotPossible):
    """Nobody closes alone what they reported, or what happened to them."""


class IncidentClosed(NotPossible):
    """The incident is closed: it is opened again before it changes."""


class StepsOwed(NotPossible):
    """Something is still owed because of this incident."""


class NotTheirs(NotPossible):
    """Somebody who may not see to incidents, or whom this one concerns."""

    field = "owner"


@transaction.atomic
def report(
    *,
    kind: str,
    words: str,
    by: StaffMember,
    now: datetime,
    page: str = "",
    patients: Iterable[Patient] = (),
) -> Incident:
    """Put a mistake on the register and have the managers see to it."""
    incident = record(
        kind=kind, words=words, page=page, patients=patients, by=by, now=now
    )
    _ask_managers(incident, due_at=now + LOOKED_AT_WITHIN, by=by, now=now)
    return incident


@transaction.atomic
def record(
    *,
    kind: str,
    words: str,
    by: Actor,
    now: datetime,
    page: str = "",
    patients: Iterable[Patient] = (),
) -> Incident:
    """Put something on the register without a task: somebody else is asked."""
    incident = Incident(
        kind=kind,
        words=words,
        page=page,
        raised_at=now,
        reporter=by if isinstance(by, StaffMember) else None,
        due_at=now + CLOSED_WITHIN,
    )
    keep(incident, by=by, kind="incident.reported")
    for patient in patients:
        name_patient(incident=incident, patient=patient, by=by)
    return incident


@transaction.atomic
def assign(
    *,
    incident: Incident,
    kind: str,
    concerned: StaffMember | None,
    owner: StaffMember | None,
    due_at: datetime,
    by: Actor,
    seen: Shown | None = None,
) -> Incident:
    """Say what it is, to whom it happened, who sees to it and by when.

    Raises IncidentClosed, NotTheirs, OwnName, ChangedMeanwhile.
    """
    incident = _held(incident)
    if seen is not None:
        seen.check()
    if incident.concerned is not None and concerned != incident.concerned == by:
        raise OwnName(_("It happened to you: somebody else has to change this."))
    if owner is not None and not owners().filter(pk=owner.pk).exists():
        raise NotTheirs(_("This person does not see to incidents."))
    if owner is not None and owner == concerned:
        raise NotTheirs(_("Nobody sees to their own mistake alone."))
    incident.kind, incident.concerned = kind, concerned
    incident.owner, incident.due_at = owner, due_at
    keep(incident, by=by, kind="incident.assigned")
    for task in _tasks(incident).open().select_for_update():
        work.hand_over(task=task, to=owner or Role.MANAGER, due_at=due_at, by=by)
    return incident


@transaction.atomic
def name_patient(*, incident: Incident, patient: Patient, by: Actor) -> IncidentPatient:
    """Say that it is about a patient. Raises IncidentClosed."""
    incident = _held(incident)
    row = incident.about.filter(patient=patient).first()
    row = locked(row) if row else IncidentPatient(incident=incident, patient=patient)
    row.is_withdrawn = False
    return keep(row, by=by, kind="incident.patient_named")


@transaction.atomic
def unname_patient(*, row: IncidentPatient, by: Actor) -> IncidentPatient:
    """It is not about this patient after all. Raises IncidentClosed."""
    _held(row.incident)
    row = locked(row)
    row.is_withdrawn = True
    return keep(row, by=by, kind="incident.patient_unnamed")


@transaction.atomic
def add_step(
    *,
    incident: Incident,
    kind: str,
    words: str,
    due_at: datetime,
    by: Actor,
    patient: Patient | None = None,
) -> IncidentStep:
    """Something is owed: something to do, or a letter. Raises IncidentClosed."""
    incident = _held(incident)
    step = IncidentStep(
        incident=incident, kind=kind, words=words, patient=patient, due_at=due_at
    )
    return keep(step, by=by, kind="incident.step_added")


@transaction.atomic
def write_letter(
    *, step: IncidentStep, letter: str, by: Actor, seen: Shown | None = None
) -> IncidentStep:
    """Keep what the letter says. Raises IncidentClosed, ChangedMeanwhile."""
    _held(step.incident)
    step = locked(step)
    if seen is not None:
        seen.check()
    step.letter = letter
    return keep(step, by=by, kind="incident.letter_written")


@transaction.atomic
def finish_step(*, step: IncidentStep, by: StaffMember, now: datetime) -> IncidentStep:
    """It is done, or the letter is sent; who was first stays. Raises IncidentClosed."""
    _held(step.incident)
    step = locked(step)
    if step.done_at is not None:
        return step
    step.done_at, step.done_by = now, by
    return keep(step, by=by, kind="incident.step_done")


@transaction.atomic
def reopen_step(*, step: IncidentStep, by: Actor) -> IncidentStep:
    """Take a "done" back, or a removal. Raises IncidentClosed."""
    _held(step.incident)
    step = locked(step)
    step.done_at = step.done_by = None
    step.is_withdrawn = False
    return keep(step, by=by, kind="incident.step_reopened")


@transaction.atomic
def drop_step(*, step: IncidentStep, by: Actor) -> IncidentStep:
    """It is not owed after all. Raises IncidentClosed."""
    _held(step.incident)
    step = locked(step)
    step.is_withdrawn = True
    return keep(step, by=by, kind="incident.step_dropped")


@transaction.atomic
def close(
    *,
    incident: Incident,
    outcome: str,
    by: StaffMember,
    now: datetime,
    seen: Shown | None = None,
) -> Incident:
    """It is over: what came of it. Its tasks are done by that.

    Where nobody else can, somebody closes their own, and it says so. Raises
    IncidentClosed, OwnIncident, StepsOwed, ChangedMeanwhile.
    """
    incident = _held(incident)
    if seen is not None:
        seen.check()
    if refusal := why_not_closed_by(incident, by):
        raise OwnIncident(refusal)
    incident.is_closed_alone = by.pk in _involved(incident)
    if any(step.is_owed for step in incident.steps.all()):
        raise StepsOwed(_("Something is still owed: do it, or say that it is not."))
    incident.outcome = outcome
    incident.closed_at, incident.closed_by = now, by
    keep(incident, by=by, kind="incident.closed")
    for task in _tasks(incident).open().select_for_update():
        work.settle(task=task, by=by, now=now)
    return incident


@transaction.atomic
def reopen(*, incident: Incident, by: Actor, now: datetime) -> Incident:
    """Closed too early, or by mistake: the managers, or its owner, are asked again."""
    incident = locked(incident)
    if incident.is_open:
        return incident
    incident.closed_at = incident.closed_by = None
    incident.is_closed_alone = False
    keep(incident, by=by, kind="incident.reopened")
    _ask_managers(incident, due_at=incident.due_at, by=by, now=now)
    return incident


def why_not_closed_by(incident: Incident, staff: StaffMember) -> str:
    """Why somebody may not close an incident, as a sentence; empty if they may."""
    if staff.pk not in _involved(incident) or is_left_alone(incident):
        return ""
    if incident.reporter_id == staff.pk:
        return _("You reported this: somebody else has to close it.")
    return _("This happened to you: somebody else has to close it.")


def is_left_alone(incident: Incident) -> bool:
    """Whether nobody sees to incidents but those who are involved in this one."""
    return not owners().exclude(pk__in=_involved(incident)).exists()


def _involved(incident: Incident) -> set[int]:
    """Who reported it, and to whom it happened as anybody ever said."""
    said = incident.history.exclude(concerned=None).order_by()
    ids = set(said.values_list("concerned", flat=True).distinct())
    return {*ids, incident.reporter_id, incident.concerned_id} - {None}


def owners() -> QuerySet[StaffMember]:
    """Who may see to incidents."""
    return StaffMember.objects.holding(*roles_that_may(Capability.HANDLE_INCIDENTS))


def _held(incident: Incident) -> Incident:
    """The incident, locked. Raises IncidentClosed."""
    incident = locked(incident)
    if not incident.is_open:
        raise IncidentClosed(_("This incident is closed: open it again first."))
    return incident


def _ask_managers(
    incident: Incident, *, due_at: datetime, by: Actor, now: datetime
) -> None:
    """One task for all that happens to an incident until it is closed."""
    work.raise_task(
        kind=Task.INCIDENT,
        title=_("A mistake was reported: %(kind)s")
        % {"kind": incident.get_kind_display()},
        to=incident.owner or Role.MANAGER,
        due_at=due_at,
        path=f"/incidents/{incident.pk}/",
        once_key=f"{KEY}{incident.pk}:{_tasks(incident).count()}",
        by=by,
        now=now,
    )


def _tasks(incident: Incident) -> TaskQuerySet:
    return Task.objects.filter(
        kind=Task.INCIDENT, once_key__startswith=f"{KEY}{incident.pk}:"
    )
