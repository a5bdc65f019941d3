"""What stands beside a name in a list of visits: paused, care ended, died.

The chart that stands for the patient says so, whichever one a visit was booked on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from practice.states import PatientState

if TYPE_CHECKING:
    from practice.models import Patient

_SAYS = ("state", "paused_until")
# What of a patient has to be read for this, from a row that has one.
COLUMNS = (
    *(f"patient__{name}" for name in _SAYS),
    "patient__merged_into",
    *(f"patient__merged_into__{name}" for name in _SAYS),
)
CHARTS = ("patient", "patient__merged_into")  # to select with it
_DIED = PatientState.DECEASED
LOOKS = {  # tone and shape
    PatientState.PAUSED: ("warn", "pause-circle"),
    PatientState.ENDED: ("warn", "archive"),
    PatientState.DECEASED: ("bad", "flower"),
}
DIED = Q(patient__state=_DIED) | Q(patient__merged_into__state=_DIED)


def state_of(patient: Patient) -> PatientState:
    return PatientState((patient.merged_into or patient).state)


def has_died(patient: Patient) -> bool:
    return state_of(patient) == PatientState.DECEASED


def words_of(patient: Patient) -> str:
    """Why somebody is not called or awaited as usual; empty for most."""
    head = patient.merged_into or patient
    state = state_of(patient)
    if state == PatientState.ACTIVE:
        return ""
    if state == PatientState.PAUSED and head.paused_until:
        return _("Paused until %(day)s") % {
            "day": date_format(head.paused_until, "j M Y")
        }
    return str(state.label)
