"""How a chart goes from one state to another, and back.

The actions in practice.patients say which way; here is what every move shares:
the lock, the table of legal moves, and what is announced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice import announcements
from practice.contributions import load
from practice.models import Patient
from practice.rules import NotPossible
from practice.states import PatientState, check_patient_move, check_taking_back
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

# Only the last of these is worth telling anybody.
STATE_KINDS = (
    "patient.paused",
    "patient.resumed",
    "patient.ended",
    "patient.end_taken_back",
    "patient.deceased",
    "patient.death_taken_back",
)


class ChartMerged(NotPossible):
    """Another chart stands for this one: what is decided, is decided there."""


def head(patient: Patient) -> Patient:
    """The chart, locked; raises ChartMerged where another one stands for it."""
    patient = locked(patient)
    if patient.merged_into_id:
        raise ChartMerged(_("This chart was merged into another one: decide it there."))
    return patient


def begin(patient: Patient, state: PatientState) -> Patient:
    """The chart, locked, in its new state; raises IllegalMove, ChartMerged."""
    patient = head(patient)
    check_patient_move(patient.state, state)
    patient.state = state
    return patient


def take_back(patient: Patient, mistaken: PatientState) -> Patient:
    """The chart, locked, as it was before somebody recorded a state by mistake."""
    patient = head(patient)
    check_taking_back(patient.state, mistaken)
    before = patient.history.exclude(state=mistaken).order_by("-history_id").first()
    patient.state = before.state if before else PatientState.ACTIVE
    patient.paused_until = before.paused_until if before else None
    patient.pause_reason = before.pause_reason if before else ""
    return patient


def settle(
    patient: Patient,
    *,
    by: Actor,
    now: datetime,
    kind: str,
    reason: str = "",
    undoes: Collection[str] = (),
) -> Patient:
    """Keep the chart and announce its move.

    What was announced before and not yet told is out of date. If it was what
    this move undoes, nobody knows of it, and nobody has to be told. What else it
    means, the floors above say.
    """
    keep(patient, by=by, kind=kind, reason=reason)
    taken_back = [
        earlier
        for earlier in STATE_KINDS
        if announcements.withdraw(kind=earlier, patient=patient, by=by, now=now)
    ]
    if not set(taken_back) & set(undoes):
        announcements.announce(kind=kind, patient=patient, by=by, now=now)
    for act in load("STATE_MOVES"):
        act(patient, kind=kind, by=by, now=now)
    return patient
