"""The page of booking."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice import patients
from scheduling import booking
from scheduling.models import Appointment
from tests import cast
from tests.cast import sign_in
from tests.scheduling.conftest import at, make_type

TEN = "2026-03-03T10:00"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield


@pytest.fixture
def answers(plan, patient):
    return {
        "patient": patient.pk,
        "type": plan.type.pk,
        "clinician": plan.clinician.pk,
        "location": plan.location.pk,
        "starts_at": TEN,
        "modality": "in_person",
    }


def test_a_time_of_ones_own_is_booked(answers, front_desk):
    response = sign_in(front_desk).post(reverse("book"), answers)

    visit = Appointment.objects.get()
    assert response["Location"] == reverse("visit", args=[visit.pk])
    assert visit.starts_at == at(10)


def test_a_free_time_is_booked_by_one_press(answers, plan, patient, front_desk):
    client = sign_in(front_desk)
    page = client.get(reverse("book"), {"patient": patient.pk})
    [day, *_rest] = page.context["page"].offer.days

    client.post(
        reverse("book"),
        {
            "patient": patient.pk,
            "type": plan.type.pk,
            "modality": "in_person",
            "slot": day.times[0].value,
        },
    )

    assert Appointment.objects.get().starts_at == at(10, day=2)


def test_the_second_press_of_one_time_books_once(answers, front_desk):
    client = sign_in(front_desk)
    key = client.get(reverse("book")).context["form"]["submission"].value()
    answers["submission"] = str(key)

    first = client.post(reverse("book"), answers)
    second = client.post(reverse("book"), answers)

    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == 1


def test_another_time_pressed_on_the_same_page_is_another_visit(answers, front_desk):
    client = sign_in(front_desk)
    key = client.get(reverse("book")).context["form"]["submission"].value()
    answers["submission"] = str(key)

    client.post(reverse("book"), answers)
    client.post(reverse("book"), answers | {"starts_at": "2026-03-04T10:00"})

    assert Appointment.objects.count() == 2


def test_who_lost_the_time_reads_why_and_the_nearest_times(
    answers, plan, location, front_desk
):
    other = cast.make_patient(at=location)
    booking.book(plan=plan, patients=[other], by=front_desk, now=cast.MONDAY)

    page = sign_in(front_desk).post(reverse("book"), answers | {"desk_note": "Ramp"})

    assert page.status_code == 422
    [error] = page.context["form"].errors["starts_at"]
    assert "has another visit" in error
    assert page.context["near"][0].clock == "9:00 AM"
    assert page.context["form"]["desk_note"].value() == "Ramp"


def test_a_front_desk_cannot_book_against_the_rules(answers, front_desk):
    answers |= {"starts_at": "2026-03-03T20:00"}
    answers |= {"despite": "true", "despite_reason": "Because"}

    page = sign_in(front_desk).post(reverse("book"), answers)

    assert page.status_code == 422
    assert not page.context["may_despite"]
    assert not Appointment.objects.exists()


def test_a_clinician_books_outside_the_hours_with_a_reason(answers, clinician):
    answers |= {"starts_at": "2026-03-03T20:00", "despite": "true"}
    client = sign_in(clinician)

    silent = client.post(reverse("book"), answers)
    client.post(reverse("book"), answers | {"despite_reason": "Comes from work"})

    assert "despite_reason" in silent.context["form"].errors
    assert Appointment.objects.get().outside_reason == "Comes from work"


def test_a_clinician_books_beside_another_visit_with_a_reason(
    answers, plan, location, clinician
):
    other = cast.make_patient(at=location)
    first = booking.book(plan=plan, patients=[other], by=clinician, now=cast.MONDAY)
    answers |= {"despite": "true", "despite_reason": "Twins"}

    sign_in(clinician).post(reverse("book"), answers)

    visit = Appointment.objects.exclude(pk=first.pk).get()
    assert (visit.double_of, visit.double_reason) == (first, "Twins")


def test_the_booking_is_taken_back_by_the_toast(answers, front_desk):
    client = sign_in(front_desk)
    response = client.post(reverse("book"), answers, follow=True)
    [message] = response.context["messages"]

    client.post(message.extra_tags)

    assert not Appointment.objects.get().is_live


def test_a_chart_elsewhere_is_not_found(patient, stranger):
    page = sign_in(stranger).get(reverse("book"), {"patient": patient.pk})

    assert page.status_code == 404


def test_without_a_patient_it_asks_for_whom(plan, patient, front_desk):
    path = f"{reverse('book_people')}?at={TEN}"
    found = sign_in(front_desk).post(path, {"q": patient.family_name})

    link = f"at=2026-03-03T10%3A00&amp;patient={patient.pk}"
    assert link in found.content.decode()


def test_when_nothing_is_free_it_says_why_and_what_to_widen(plan, patient, front_desk):
    wishes = {"patient": patient.pk, "asked": 1, "type": plan.type.pk, "weekday": 6}

    page = sign_in(front_desk).get(reverse("book"), wishes).context["page"]

    assert "hours" in page.offer.why
    assert "Any day of the week" in [one.words for one in page.widenings()]


def test_the_own_clinician_comes_first(clinician, location, patient, front_desk):
    other = cast.make_clinician(at=location)
    make_type(clinician, clinicians=[clinician, other])
    patients.join_care_team(
        patient=patient, staff=other, is_lead=True, by=cast.FOUNDER, now=cast.MONDAY
    )

    page = sign_in(front_desk).get(reverse("book"), {"patient": patient.pk})

    assert page.context["page"].wishes.getlist("clinician") == [str(other.pk)]


def test_the_number_of_queries_does_not_grow(plan, patient, location, front_desk):
    client, path = sign_in(front_desk), f"{reverse('book')}?patient={patient.pk}"

    def count():
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    few = count()
    for hour in range(9, 16):
        later = plan.starts_at.replace(hour=hour) + timedelta(days=1)
        other = cast.make_patient(at=location)
        wanted = booking.Plan(plan.type, plan.clinician, plan.location, later)
        booking.book(plan=wanted, patients=[other], by=front_desk, now=cast.MONDAY)

    assert count() == few <= 45


def test_a_member_joins_a_session_with_a_free_seat(plan, patient, location, front_desk):
    group = make_type(plan.clinician, name="Group", seats=2)
    wanted = booking.Plan(group, plan.clinician, location, plan.starts_at)
    other = cast.make_patient(at=location)
    session = booking.book(
        plan=wanted, patients=[other], by=front_desk, now=cast.MONDAY
    )
    client, wishes = sign_in(front_desk), {"patient": patient.pk, "type": group.pk}

    page = client.get(reverse("book"), wishes).context["page"]
    offered = [one for one, _when, _who in page.sessions()]
    client.post(reverse("visit_join", args=[session.pk]), {"chart": patient.pk})

    assert offered == [session]
    assert session.attendees.count() == 2


def test_who_is_only_a_clinician_books_with_themselves(answers, location, clinician):
    other = cast.make_clinician(at=location)
    kind = make_type(other, name="Intake")
    answers |= {"clinician": other.pk, "type": kind.pk}

    page = sign_in(clinician).post(reverse("book"), answers)

    assert page.context["form"].errors["clinician"]


def test_nobody_books_where_they_would_not_see_it(answers, far_location, front_desk):
    answers["location"] = far_location.pk

    page = sign_in(front_desk).post(reverse("book"), answers)

    assert page.context["form"].errors["location"]


def test_more_people_and_days_take_no_more_queries(front_desk, plan, patient, location):
    client, said = sign_in(front_desk), {"patient": patient.pk, "asked": 1}
    said |= {"type": plan.type.pk}

    def count():
        client.get(reverse("book"), said)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("book"), said)
        return len(asked)

    few = count()
    for _number in range(4):
        cast.make_clinician(at=location)
    said["last"] = "2026-08-30"

    assert count() == few <= 24


@pytest.mark.parametrize("with_patient", [True, False])
def test_what_a_free_time_leads_to(front_desk, plan, patient, with_patient):
    said = {"asked": 1, "type": plan.type.pk}
    said |= {"patient": patient.pk} if with_patient else {}

    page = sign_in(front_desk).get(reverse("book"), said)

    [day, *_rest] = page.context["page"].offer.days
    value, text = day.times[0].value, page.content.decode()
    assert (f'name="slot" value="{value}"' in text) is with_patient
    assert (f'&amp;slot={value}"' in text) is not with_patient
