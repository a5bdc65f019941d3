"""Family and helpers: what they are to a patient, may do, and may be told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from practice import one_by_one, work
from practice.jurisdictions import PROFILES
from practice.models import (
    FOR_MINORS,
    Caregiver,
    Caregiving,
    Patient,
    Practice,
    Role,
)
from practice.patients import local_day
from practice.states import PatientState
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from practice.versions import Shown


@transaction.atomic
def introduce(*, name: str, language: str, by: Actor) -> Caregiver:
    """Record a person who cares for patients; `authorise` says for whom."""
    return keep(
        Caregiver(name=name, language=language), by=by, kind="caregiver.introduced"
    )


@transaction.atomic
def rename(*, caregiver: Caregiver, name: str, language: str, by: Actor) -> Caregiver:
    caregiver = locked(caregiver)
    if (caregiver.name, caregiver.language) == (name, language):
        return caregiver
    caregiver.name, caregiver.language = name, language
    return keep(caregiver, by=by, kind="caregiver.changed")


@transaction.atomic
def authorise(
    *, caregiver: Caregiver, patient: Patient, by: Actor, **details: Any
) -> Caregiving:
    """Say what a caregiver is to a patient and may do, with proof and dates.

    A bar ("must not be told") excludes every right.
    """
    row = Caregiving(caregiver=caregiver, patient=patient, **details)
    return keep(row, by=by, kind="caregiver.authorised")


@transaction.atomic
def change(
    *, caregiving: Caregiving, by: Actor, seen: Shown | None = None, **details: Any
) -> Caregiving:
    """Change what a caregiver may do and know. Raises ChangedMeanwhile."""
    caregiving = locked(caregiving)
    if seen is not None:
        seen.check()
    for name, value in details.items():
        setattr(caregiving, name, value)
    return keep(caregiving, by=by, kind="caregiver.rights_changed")


@transaction.atomic
def withdraw(*, caregiving: Caregiving, by: Actor, reason: str = "") -> Caregiving:
    """End what a caregiver may do and know, at once."""
    caregiving = locked(caregiving)
    caregiving.is_withdrawn = True
    return keep(caregiving, by=by, kind="caregiver.withdrawn", reason=reason)


@transaction.atomic
def restore(*, caregiving: Caregiving, by: Actor) -> Caregiving:
    caregiving = locked(caregiving)
    caregiving.is_withdrawn = False
    return keep(caregiving, by=by, kind="caregiver.restored")


def end_at_majority(*, by: Actor, now: datetime) -> int:
    """End the say of parents and guardians over patients who came of age.

    What a grown patient gave a parent themselves, later, stays. Asks the front
    desk to take the patient's own contact and consents again. Returns how many
    caregivings ended. Raises SomeFailed, after all others were ended.
    """
    today, of_age = local_day(now), majority_age()
    rows = Caregiving.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        is_withdrawn=False,
        relation__in=FOR_MINORS,
        patient__born_on__lte=years_before(today, of_age),
    ).select_related("patient")
    due = [row.pk for row in rows if row.patient.age_on(row.starts_on) < of_age]

    def act(number: int) -> bool:
        row = Caregiving.objects.select_for_update().get(pk=number)
        row.ends_on = today - timedelta(days=1)
        row.may_consent = row.may_book = row.may_be_told = False
        keep(row, by=by, kind="caregiver.ended_at_majority")
        _ask_again(row.patient, by=by, now=now)
        return True

    return one_by_one.each(due, act, kind="caregivings")


def barred(rows: Sequence[Caregiving]) -> Sequence[Caregiving]:
    """Those who must not be told anything: shown first, whatever the dates."""
    return [row for row in rows if row.must_not_be_told and not row.is_withdrawn]


def majority_age() -> int:
    """Years at which a patient speaks for themselves in this jurisdiction."""
    return _profile_age("majority_age")


def minor_consent_age() -> int:
    """Years from which some care may be agreed to by the minor alone."""
    return _profile_age("minor_consent_age")


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 29 February becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _profile_age(name: str) -> int:
    practice = Practice.objects.first()
    profile = PROFILES[practice.jurisdiction if practice else "us"]
    return int(getattr(profile, name))


def _ask_again(patient: Patient, *, by: Actor, now: datetime) -> None:
    """One task for each patient who is still seen, whatever charts they have."""
    patient = patient.merged_into or patient
    if patient.state not in (PatientState.ACTIVE, PatientState.PAUSED):
        return
    work.raise_task(
        kind="patient.came_of_age",
        title="Now of age: take their own contact details and consents",
        to=Role.FRONT_DESK,
        due_at=now + timedelta(days=7),
        patient=patient,
        path=f"/patients/{patient.pk}/",
        once_key=f"came_of_age:{patient.pk}",
        by=by,
        now=now,
    )
