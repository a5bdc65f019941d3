"""Names behind numbers: by right, by the chart, or by a reason for an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import break_glass, patients, reveals
from practice.models import BreakGlassReason, TrailEntry
from practice.reveals import LASTS, ReasonTooShort, reveal, sight_of
from tests import cast
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db
WHY = "The patient complained about a call"


def sight(patient, staff, *, real_now=None):
    now = real_now or MONDAY
    return sight_of([patient.pk], staff=staff, now=MONDAY, real_now=now)


def test_an_auditor_sees_a_number_only(patient, auditor):
    seen = sight(patient, auditor)

    assert not seen.named | seen.opened | seen.charts
    assert seen.patients[patient.pk].initials == "PP"


def test_who_finds_patients_reads_names_and_who_opens_charts_reads_all(
    patient, front_desk, stranger
):
    assert sight(patient, front_desk).opened == {patient.pk}
    assert sight(patient, stranger).named == {patient.pk}
    assert sight(patient, stranger).opened == frozenset()


def test_a_restricted_chart_stays_closed_to_a_manager(patient, manager):
    patients.restrict(patient=patient, is_restricted=True, reason="", by=manager)

    seen = sight(patient, manager)

    assert seen.named == {patient.pk}
    assert not seen.opened


def test_a_reason_opens_for_an_hour_and_is_kept(patient, auditor, now):
    reveal(patient=patient, reason=WHY, by=auditor)

    assert sight(patient, auditor).named == {patient.pk}
    assert sight(patient, auditor).opened == {patient.pk}
    assert not sight(patient, auditor).charts
    assert not sight(patient, auditor, real_now=now + LASTS).named
    line = TrailEntry.objects.get(kind=reveals.KIND)
    assert (line.reason, line.actor_id) == (WHY, auditor.pk)
    assert line.patient_id == patient.pk


def test_a_reveal_is_for_one_person_and_one_patient(
    patient, auditor, manager, far_location, now
):
    other = cast.make_patient(at=far_location)
    reveal(patient=other, reason=WHY, by=auditor)
    reveal(patient=patient, reason=WHY, by=manager)

    assert not sight(patient, auditor).named


def test_a_reason_is_a_sentence(patient, auditor):
    with pytest.raises(ReasonTooShort):
        reveal(patient=patient, reason="  because      of  it ", by=auditor)


def test_a_broken_glass_shows_the_auditor_the_chart(patient, auditor, now):
    break_glass.open_chart(
        staff=auditor,
        patient=patient,
        reason=BreakGlassReason.REVIEW,
        explanation="A complaint about a call last week",
        by=auditor,
        now=now,
    )

    assert sight(patient, auditor).charts == {patient.pk}


def test_nobody_to_see_asks_nothing(auditor, django_assert_num_queries):
    with django_assert_num_queries(0):
        sight_of([], staff=auditor, now=MONDAY, real_now=MONDAY + timedelta(days=1))
