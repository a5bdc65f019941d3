"""Family and helpers: what they are to a patient, may do, and may be told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import kin, one_by_one, work
from practice.ages import majority_age, years_before
from practice.models import (
    Caregiver,
    Caregiving,
    Patient,
    Role,
    StaffMember,
)
from practice.patients import local_day
from practice.rules import NotPossible
from practice.states import PatientState
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from practice.versions import Shown


class OnClosedCharts(NotPossible):
    """Who somebody is concerns charts that the person who changes it cannot see."""


class CaresForThemselves(NotPossible):
    """A caregiver's own chart is not one that they are a caregiver on."""

    field = "chart"


class GivenOverAMinor(NotPossible):
    """What was given over a minor ended when they came of age."""

    field = "starts_on"


@transaction.atomic
def introduce(*, name: str, language: str, by: Actor) -> Caregiver:
    """Record a person who cares for patients; `authorise` says for whom."""
    return keep(
        Caregiver(name=name, language=language), by=by, kind="caregiver.introduced"
    )


@transaction.atomic
def describe(
    *,
    caregiver: Caregiver,
    name: str,
    language: str,
    own_chart: Patient | None,
    by: Actor,
    seen: Shown | None = None,
) -> Caregiver:
    """Say who somebody is, on every chart that they are on.

    Raises OnClosedCharts, CaresForThemselves, and ChangedMeanwhile where `seen` is
    out of date.
    """
    caregiver = locked(caregiver)
    if seen is not None:
        seen.check()
    if isinstance(by, StaffMember) and kin.around(caregiver, reader=by).is_elsewhere:
        raise OnClosedCharts(
            _(
                "They are on charts that you cannot open. Ask somebody who can open "
                "them all, such as a manager."
            )
        )
    if own_chart and _cares_for(caregiver, own_chart):
        raise CaresForThemselves(_("This is the chart of somebody they care for."))
    known = (caregiver.name, caregiver.language, caregiver.own_chart)
    if known == (name, language, own_chart):
        return caregiver
    caregiver.name, caregiver.language = name, language
    caregiver.own_chart = own_chart
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
    *,
    caregiving: Caregiving,
    by: Actor,
    now: datetime,
    seen: Shown | None = None,
    **details: Any,
) -> Caregiving:
    """Change what a caregiver may do and know.

    Raises GivenOverAMinor, and ChangedMeanwhile where `seen` is out of date.
    """
    caregiving = locked(caregiving)
    if seen is not None:
        seen.check()
    for name, value in details.items():
        setattr(caregiving, name, value)
    _check_given_by_themselves(caregiving, now=now)
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
    """Write down what ended when patients came of age: everybody's say over a minor.

    From the birthday on none of it counts (`Caregiving.is_current`), whenever this
    runs. What a grown patient gave somebody themselves, later, stays. Asks the
    front desk to take the patient's own contact and consents again. Returns how
    many caregivings ended. Raises SomeFailed, after all others were ended.
    """
    today, of_age = local_day(now), majority_age()
    rows = Caregiving.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        is_withdrawn=False,
        patient__born_on__lte=years_before(today, of_age),
    ).select_related("patient")
    due = [row.pk for row in rows if row.is_for_a_minor(of_age)]

    def act(number: int) -> bool:
        row = Caregiving.objects.select_for_update().get(pk=number)
        if not row.is_for_a_minor(of_age):
            return False
        row.ends_on = today - timedelta(days=1)
        row.may_consent = row.may_book = row.may_be_told = False
        keep(row, by=by, kind="caregiver.ended_at_majority")
        _ask_again(row.patient, by=by, now=now)
        return True

    return one_by_one.each(due, act, kind="caregivings")


def barred(rows: Sequence[Caregiving]) -> Sequence[Caregiving]:
    """Those who must not be told anything: shown first, whatever the dates."""
    return [row for row in rows if row.must_not_be_told and not row.is_withdrawn]


def _cares_for(caregiver: Caregiver, chart: Patient) -> bool:
    charts = Patient.objects.chart_set(chart)
    rows = Caregiving.objects.filter(caregiver=caregiver, is_withdrawn=False)
    return rows.filter(patient__in=charts).exists()


def _check_given_by_themselves(row: Caregiving, *, now: datetime) -> None:
    """Raise GivenOverAMinor where a right given over a minor would go on."""
    has_rights = row.may_consent or row.may_book or row.may_be_told
    today, of_age = local_day(now), majority_age()
    goes_on = row.ends_on is None or row.ends_on >= today
    is_grown = row.patient.age_on(today) >= of_age
    if has_rights and goes_on and is_grown and row.is_for_a_minor(of_age):
        raise GivenOverAMinor(
            _(
                "They are of age now: what they give somebody themselves starts on "
                "their birthday or later."
            )
        )


def _ask_again(patient: Patient, *, by: Actor, now: datetime) -> None:
    """One task for each patient who is still seen, whatever charts they have."""
    patient = patient.merged_into or patient
    if patient.state not in (PatientState.ACTIVE, PatientState.PAUSED):
        return
    work.raise_task(
        kind="patient.came_of_age",
        title=gettext_lazy("Now of age: take their own contact details and consents"),
        to=Role.FRONT_DESK,
        due_at=now + timedelta(days=7),
        patient=patient,
        path=f"/patients/{patient.pk}/",
        once_key=f"came_of_age:{patient.pk}",
        by=by,
        now=now,
    )
