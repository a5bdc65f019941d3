"""A message belongs to one chart, by its number or because a person says so."""

from __future__ import annotations

import pytest

from messaging import filing
from messaging.filing import AlreadyFiled
from messaging.models import Delivery, Message
from practice import contacts, merging
from practice.models import TrailEntry
from tests import cast
from tests.messaging.incoming import NUMBER, text
from tests.messaging.writing import write

pytestmark = pytest.mark.django_db
NOW = cast.MONDAY


@pytest.fixture
def number(patient):
    return cast.make_contact(patient, value=NUMBER)


@pytest.fixture
def other(location):
    return cast.make_patient(at=location)


def test_the_only_chart_with_the_number_gets_it(number, patient):
    assert text().patient == patient


def test_of_merged_charts_the_one_that_stands(number, patient, other):
    cast.make_contact(other, value=NUMBER)
    merging.merge(duplicate=patient, into=other, by=cast.FOUNDER, now=NOW)

    assert text().patient == other


def test_a_shared_number_files_nothing(number, other):
    cast.make_contact(other, value=NUMBER)

    assert text().patient is None


def test_a_number_of_nobody_files_nothing(patient):
    assert text().patient is None


def test_the_number_of_one_childs_parent_stands_for_the_child(patient):
    cast.make_contact(cast.make_caregiver(patient), value=NUMBER)

    assert text().patient == patient


def test_a_parent_who_is_a_patient_too_may_mean_either(number, patient, other):
    cast.make_contact(cast.make_caregiver(other), value=NUMBER)

    assert text().patient is None
    assert set(filing.charts_at(NUMBER)) == {patient, other}


def test_somebody_who_must_not_be_told_stands_for_nobody(patient):
    barred = cast.make_caregiver(patient, must_not_be_told=True)
    cast.make_contact(barred, value=NUMBER)

    assert text().patient is None


def test_a_number_that_was_taken_off_the_chart_is_nobodys(number, patient):
    contacts.end(point=number, by=cast.FOUNDER, now=NOW)

    assert text().patient is None


def test_a_person_files_it_and_the_chart_remembers(patient, front_desk):
    message = text()

    filed = filing.file(message=message, to=patient, by=front_desk, now=NOW)

    assert (filed.patient, filed.filed_by) == (patient, front_desk)
    assert TrailEntry.objects.filter(kind="message.filed", patient_id=patient.pk)


def test_the_same_chart_twice_is_told(patient, front_desk):
    message = text()
    filing.file(message=message, to=patient, by=front_desk, now=NOW)

    with pytest.raises(AlreadyFiled):
        filing.file(message=message, to=patient, by=front_desk, now=NOW)


def test_what_was_answered_moves_to_the_right_chart_too(
    number, patient, other, front_desk
):
    message = text()
    write("Yes", message=message, patient=patient, by=front_desk)

    filing.file(message=message, to=other, by=front_desk, now=NOW)

    assert Delivery.objects.get().patient == other
    kinds = TrailEntry.objects.filter(kind__startswith="message.moved")
    assert set(kinds.values_list("kind", "patient_id")) == {
        ("message.moved_away", patient.pk),
        ("message.moved_here", other.pk),
    }


def test_a_wrong_filing_is_taken_back(patient, front_desk):
    message = text()
    filing.file(message=message, to=patient, by=front_desk, now=NOW)

    back = filing.take_back(message=message, by=front_desk, now=NOW)

    assert (back.patient, back.filed_at) == (None, None)


def test_a_wrong_move_goes_back_to_the_chart_before(number, patient, other, front_desk):
    message = text()
    filing.file(message=message, to=other, by=front_desk, now=NOW)

    back = filing.take_back(message=message, by=front_desk, now=NOW)

    assert back.patient == patient


def test_nobody_takes_back_what_another_filed(patient, front_desk, manager):
    message = text()
    filing.file(message=message, to=patient, by=front_desk, now=NOW)

    with pytest.raises(AlreadyFiled):
        filing.take_back(message=message, by=manager, now=NOW)


def test_all_that_is_not_filed_goes_at_once(patient, other, front_desk):
    first = text("One")
    text("Two")
    filing.file(message=first, to=other, by=front_desk, now=NOW)

    count = filing.file_all(
        conversation=first.conversation, to=patient, by=front_desk, now=NOW
    )

    assert count == 1
    assert set(Message.objects.values_list("patient", flat=True)) == {
        patient.pk,
        other.pk,
    }
