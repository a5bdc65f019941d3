"""Names behind numbers: by right, by the chart, or by a reason for an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import break_glass, contacts, patients, reveals
from practice.models import BreakGlassReason, Task, TrailEntry
from practice.reveals import LASTS, ReasonTooShort, reveal, sight_of
from tests import cast
from tests.cast import MONDAY
from tests.practice.reading import text_of

pytestmark = pytest.mark.django_db
WHY = "The patient complained about a call"


def sight(patient, staff, *, real_now=None):
    now = real_now or MONDAY
    return sight_of([patient.pk], staff=staff, now=MONDAY, real_now=now)


def test_an_auditor_sees_a_number_only(patient, auditor):
    seen = sight(patient, auditor)

    assert not seen.named | seen.charts
    assert seen.patients[patient.pk].initials == "PP"


def test_who_finds_patients_reads_names_and_who_opens_charts_reads_all(
    patient, front_desk, stranger
):
    assert sight(patient, front_desk).charts == {patient.pk}
    assert sight(patient, stranger).named == {patient.pk}
    assert sight(patient, stranger).charts == frozenset()


def test_a_restricted_chart_stays_closed_to_a_manager(patient, manager):
    patients.restrict(patient=patient, is_restricted=True, reason="", by=manager)

    seen = sight(patient, manager)

    assert seen.named == {patient.pk}
    assert not seen.charts


def test_a_reason_gives_the_name_for_an_hour_and_is_kept(patient, auditor, now):
    reveal(patient=patient, reason=WHY, by=auditor)

    assert sight(patient, auditor).named == {patient.pk}
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


# On the pages -----------------------------------------------------------------------
@pytest.fixture
def phone(patient, front_desk, now):
    """A patient's phone that the front desk changed."""
    point = cast.make_contact(patient, value="+12125550187")
    return contacts.change(point=point, value="+12125550188", by=front_desk, now=MONDAY)


@pytest.mark.parametrize("who", ["auditor", "manager"])
def test_a_reason_opens_nothing_of_a_closed_chart_but_the_name(
    request, who, patient, phone
):
    patients.restrict(patient=patient, is_restricted=True, by=cast.FOUNDER)
    client = cast.sign_in(request.getfixturevalue(who))
    client.post(f"/patients/{patient.pk}/reveal/", {"reason": WHY})

    pages = [f"/history/patient/{patient.pk}/", f"/trail/?patient={patient.pk}"]
    texts = [text_of(client.get(page)) for page in pages]

    assert ["Paula Patience" in text for text in texts] == [True, True]
    assert ["555-018" in text for text in texts] == [False, False]


def test_what_changed_on_a_closed_chart_takes_a_break_glass(auditor, patient, phone):
    client = cast.sign_in(auditor)
    line = TrailEntry.objects.get(kind="contact.changed")
    page = client.get(f"/trail/{line.pk}/").content.decode()
    path = f"/patients/{patient.pk}/break-glass/?next=/trail/{line.pk}/"

    answer = client.post(path, {"reason": "review", "explanation": WHY})

    assert path in page
    assert answer["Location"] == f"/trail/{line.pk}/"
    assert "(212) 555-0188" in text_of(client.get(f"/trail/{line.pk}/"))
    assert Task.objects.get(kind=Task.REVIEW).for_role == "manager"


def test_nobody_to_see_asks_nothing(auditor, django_assert_num_queries):
    with django_assert_num_queries(0):
        sight_of([], staff=auditor, now=MONDAY, real_now=MONDAY + timedelta(days=1))
