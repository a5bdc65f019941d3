"""The practice's own words: patient or client, visit or session, and so on.

Code says patient, visit and clinician; screens say what the practice chose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from practice.models import ClinicianWord, PatientWord, VisitWord

if TYPE_CHECKING:
    from practice.models import Practice


@dataclass(frozen=True, slots=True)
class Words:
    """One word each, in the singular and the plural, in the language of the page."""

    patient: str
    patients: str
    visit: str
    visits: str
    clinician: str
    clinicians: str

    @property
    def Patient(self) -> str:  # noqa: N802 - written as it appears on the page
        return capfirst(self.patient)

    @property
    def Patients(self) -> str:  # noqa: N802
        return capfirst(self.patients)


def words_of(practice: Practice | None) -> Words:
    """What the practice calls people and visits."""
    is_client = practice and practice.patient_word == PatientWord.CLIENT
    is_session = practice and practice.visit_word == VisitWord.SESSION
    is_provider = practice and practice.clinician_word == ClinicianWord.PROVIDER
    return Words(
        patient=_("client") if is_client else _("patient"),
        patients=_("clients") if is_client else _("patients"),
        visit=_("session") if is_session else _("visit"),
        visits=_("sessions") if is_session else _("visits"),
        clinician=_("provider") if is_provider else _("clinician"),
        clinicians=_("providers") if is_provider else _("clinicians"),
    )
