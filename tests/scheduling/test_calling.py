"""The call list: whom nobody calls, and whom nobody simply calls."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from practice import calls, contacts, merging, patients
from practice.models import CallOutcome, ContactPoint, Practice
from scheduling import booking, calling
from scheduling.booking import Plan
from tests import cast
from tests.consent.stopping import stop
from tests.ground import layer
from tests.scheduling.conftest import at
from tests.scheduling.desks import queries_of

pytestmark = pytest.mark.django_db
BY = cast.FOUNDER


@layer
def visit(kind, clinician, location, hours, patient, now):
    """Monday at eleven, and nobody has confirmed it; it is ten."""
    cast.make_contact(patient)
    plan = Plan(kind, clinician, location, at(11, day=2))
    return booking.book(plan=plan, patients=[patient], by=BY, now=now)


@pytest.fixture
def listed(front_desk, location, now):
    return lambda: calling.call_list(
        front_desk, places=[location], practice=Practice.objects.first(), now=now
    )


def test_who_wants_no_more_calls_is_to_be_reached_another_way(visit, patient, listed):
    number = ContactPoint.objects.get(patient=patient).phone.as_e164
    stop(number, channel="call", source="spoken", words="Never call me again")

    found = listed()

    assert ([one.patient for one in found.otherwise], found.to_call) == ([patient], [])
    assert "Stopped" in found.otherwise[0].phones[0].why_not


def test_nobody_calls_the_dead(visit, patient, listed, now):
    patients.record_death(patient=patient, died_on=None, by=BY, now=now)

    assert not listed().open


def test_nobody_calls_the_dead_by_a_chart_that_was_merged(
    visit, patient, location, listed, now
):
    head = cast.make_patient(at=location)
    merging.merge(duplicate=patient, into=head, by=BY, now=now)

    patients.record_death(patient=head, died_on=None, by=BY, now=now)

    assert not listed().open


def test_a_promised_call_is_not_owed_to_the_dead_until_the_death_is_taken_back(
    patient, front_desk, listed, now
):
    back = CallOutcome.CALL_BACK
    details = {"back_at": now + timedelta(hours=1), "owner": front_desk}
    calls.record(patient=patient, outcome=back, by=front_desk, now=now, **details)

    patients.record_death(patient=patient, died_on=None, by=BY, now=now)
    assert not [*listed().open, *listed().tried]

    patients.take_death_back(patient=patient, by=BY, now=now)
    assert [one.patient for one in (*listed().open, *listed().tried)] == [patient]


def test_who_is_paused_is_not_simply_called(
    visit, patient, listed, as_, front_desk, now
):
    until = (now + timedelta(days=9)).date()
    patients.pause(patient=patient, until=until, reason="Hospital", by=BY, now=now)

    page = as_(front_desk).get(reverse("call_list")).content.decode()

    assert [one.patient for one in listed().otherwise] == [patient]
    assert not listed().to_call
    assert "Paused until 11 Mar 2026" in page


def test_whose_care_ended_is_not_simply_called(
    visit, patient, listed, as_, front_desk, now
):
    patients.end_care(patient=patient, reason="Moved", by=BY, now=now)

    page = as_(front_desk).get(reverse("call_list")).content.decode()

    assert [one.patient for one in listed().otherwise] == [patient]
    assert "Care ended" in page


def test_a_call_that_somebody_asked_for_is_made_during_a_pause(
    visit, patient, listed, front_desk, now
):
    cast.make_task(to=front_desk, patient=patient, kind="watch.call")

    patients.pause(patient=patient, until=None, reason="Hospital", by=BY, now=now)

    assert [one.patient for one in listed().to_call] == [patient]


# Children ---------------------------------------------------------------------------
@layer
def child(kind, clinician, location, hours, now):
    """A child without a phone, whose mother has one and may be told."""
    found = cast.make_patient(at=location, born_on=date(2016, 1, 1))
    mother = cast.make_caregiver(
        found, name="Maya Mother", relation="parent", may_be_told=True
    )
    cast.make_contact(mother, label="work")
    plan = Plan(kind, clinician, location, at(13, day=2))
    booking.book(plan=plan, patients=[found], by=BY, now=now)
    return found


def test_about_a_child_the_parent_is_called(child, listed, as_, front_desk):
    (line,) = listed().to_call
    (phone,) = line.phones

    page = as_(front_desk).get(reverse("call_list")).content.decode()

    assert (line.patient, phone.whose.name) == (child, "Maya Mother")
    assert f'href="{phone.link}"' in page
    assert "Parent: " in page
    assert "Maya Mother" in page


def test_a_number_of_both_stands_once_and_allows_what_both_allow(child, listed):
    theirs = ContactPoint.objects.get(caregiver__isnull=False)
    cast.make_contact(child, value=str(theirs.phone), label="mother's mobile")
    contacts.change(
        point=theirs,
        value=str(theirs.phone),
        may_leave_voicemail=False,
        by=BY,
        now=cast.MONDAY,
    )

    ((phone,),) = [line.phones for line in listed().to_call]

    assert (phone.whose, "no voicemail" in phone.says) == (None, True)


def test_a_parents_number_that_may_not_be_called_is_none_to_call(child, listed):
    point = ContactPoint.objects.get(caregiver__isnull=False)
    contacts.change(
        point=point, value=str(point.phone), may_call=False, by=BY, now=cast.MONDAY
    )

    assert [one.patient for one in listed().otherwise] == [child]


def test_the_call_list_asks_as_much_for_one_child_as_for_many(
    child, kind, clinician, location, front_desk, as_, now
):
    desk = as_(front_desk)
    one = queries_of(desk, "/board/calls/")
    for _more in range(3):
        other = cast.make_patient(at=location, born_on=date(2016, 1, 1))
        parent = cast.make_caregiver(other, relation="parent", may_be_told=True)
        cast.make_contact(parent)
        cast.make_task(to=front_desk, patient=other, kind="watch.call")

    assert queries_of(desk, "/board/calls/") == one


def test_a_number_that_somebody_barred_has_is_none_to_call(child, listed):
    point = ContactPoint.objects.get(caregiver__isnull=False)
    father = cast.make_caregiver(child, name="Finn Father", must_not_be_told=True)
    cast.make_contact(father, value=str(point.phone))

    (line,) = listed().otherwise

    assert ["must not be told" in one.why_not for one in line.phones] == [True]


def test_the_parent_of_a_child_who_takes_no_calls_is_called(child, listed):
    patients.change_details(patient=child, needs_no_calls=True, by=BY, now=cast.MONDAY)

    assert [one.patient for one in listed().to_call] == [child]
