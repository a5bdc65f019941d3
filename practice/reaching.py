"""May this person be reached there, that way, now? The one answer for every channel.

Whatever texts, calls, writes or prints a letter asks here first, and every page
that offers to do so shows the answer. Consent and opt-outs come on top of it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.utils.translation import gettext as _

from practice import watching, zones
from practice.models import HomeLocation, Patient
from practice.models.patients import about_charts
from practice.prepared import prepared
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, time

    from django.db.models import QuerySet

    from practice.contacts import Address


class How(StrEnum):
    TEXT = "may_text"
    CALL = "may_call"
    VOICEMAIL = "may_leave_voicemail"
    WRITE = "may_write"  # an e-mail or a letter


def may_contact(
    patient: Patient,
    address: Address,
    how: How,
    *,
    now: datetime,
    by_machine: bool,
) -> str:
    """Why not, in a sentence; empty where nothing is in the way.

    What the patient asked for (the address's permissions, no calls, safe hours by
    the patient's own clock) binds people and machines. What says “nothing
    automatic” (death, a pause, an end of care, the watch flag) binds machines. Of
    a merged chart, the one that stands for it answers, with what hangs on both.
    """
    patient = patient.merged_into or patient
    return (
        asked_for(patient, address, how)
        or _not_now(patient, address, now=now)
        or (_nothing_automatic(patient, now=now) if by_machine else "")
    )


def is_safe_now(patient: Patient, address: Address, *, now: datetime) -> bool:
    """Whether it is within the hours that the patient called safe there."""
    return not _not_now(patient, address, now=now)


def zone_of(patient: Patient) -> str:
    """The patient's own time zone, else a home location's, else the practice's."""
    patient = patient.merged_into or patient
    if patient.time_zone:
        return patient.time_zone
    return _zone_at_home.first(chart=patient.pk) or zones.of_practice()


@prepared
def _zone_at_home(chart: Any) -> QuerySet[HomeLocation, str]:
    charts = Patient.objects.filter(Q(pk=chart) | Q(merged_into=chart))
    homes = HomeLocation.objects.filter(patient__in=charts, is_current=True)
    own_first = homes.order_by(F("patient__merged_into").asc(nulls_first=True), "pk")
    return own_first.values_list("location__time_zone", flat=True)[:1]


def zones_of(patients: Sequence[Patient]) -> Mapping[int, str]:
    """The same for many charts that stand for themselves, by id; two queries or one."""
    homes = HomeLocation.objects.filter(about_charts([one.pk for one in patients]))
    own_first = homes.filter(is_current=True).order_by(
        F("patient__merged_into").asc(nulls_first=True), "pk"
    )
    told = own_first.values_list(
        "patient", "patient__merged_into", "location__time_zone"
    )
    found: dict[int, str] = {}
    for own, head, zone in told:
        found.setdefault(head or own, zone)
    named = {one.pk: one.time_zone or found.get(one.pk, "") for one in patients}
    usual = "" if all(named.values()) else zones.of_practice()
    return {pk: zone or usual for pk, zone in named.items()}


def asked_for(patient: Patient, address: Address, how: How) -> str:
    """What the patient asked for there, whoever wants to reach them, at any hour."""
    if refusal := not_there(address, how):
        return refusal
    if patient.needs_no_calls and how in (How.CALL, How.VOICEMAIL):
        return _("They asked not to be called.")
    return ""


def not_there(address: Address, how: How) -> str:
    """What an address itself does not allow; a caregiver's has nothing else."""
    if not getattr(address, how.value):
        return {
            How.TEXT: _("They do not want texts here."),
            How.CALL: _("They do not want calls here."),
            How.VOICEMAIL: _("They do not want voicemail here."),
            How.WRITE: _("They do not want to be written to here."),
        }[how]
    return ""


def _not_now(patient: Patient, address: Address, *, now: datetime) -> str:
    if not address.safe_hours:
        return ""
    clock_time = now.astimezone(ZoneInfo(zone_of(patient))).time()
    return not_now(address, clock_time=clock_time)


def not_now(address: Address, *, clock_time: time) -> str:
    """Why not at a time of the patient's own clock; for lists, which ask for all
    clocks at once (`zone_of` is a query).
    """
    return "" if address.is_safe_at(clock_time) else _("Not a safe hour there now.")


def nothing_automatic(patient: Patient, *, is_watched: bool) -> str:
    """Why a machine does nothing, as a sentence; empty where it may."""
    if patient.state != PatientState.ACTIVE:
        return _("Nothing automatic: %(state)s.") % {
            "state": patient.get_state_display().lower()
        }
    return _("Nothing automatic: somebody is checking on them.") if is_watched else ""


def _nothing_automatic(patient: Patient, *, now: datetime) -> str:
    day = now.astimezone(ZoneInfo(zone_of(patient))).date()
    flags = watching.of_chart(patient).filter(ends_on__gte=day)
    is_watched = patient.state == PatientState.ACTIVE and flags.exists()
    return nothing_automatic(patient, is_watched=is_watched)
