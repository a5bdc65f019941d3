"""The same lessons, of forms: what is refused is said beside the field it is about."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from practice import patients
from scheduling import booking
from scheduling.models import Appointment
from tests import cast
from tests.cast import sign_in
from tests.scheduling.conftest import at, make_type

BY, NOW = cast.FOUNDER, cast.MONDAY
BESIDE = re.compile(r'<ul[^>]*\bid="id_(\w+)_error"[^>]*>(.*?)</ul>', re.DOTALL)
ABOVE = re.compile(r'<div class="error-summary".*?</div>', re.DOTALL)
FIELD = r'<(?:input|select|textarea)\b[^>]*\bid="id_{}"[^>]*>'


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(front_desk):
    return sign_in(front_desk)


@pytest.fixture
def answers(plan, patient):
    return {
        "patient": patient.pk,
        "type": plan.type.pk,
        "clinician": plan.clinician.pk,
        "location": plan.location.pk,
        "starts_at": "2026-03-03T10:00",
        "modality": "in_person",
    }


def beside(page):
    """What is said, by the field beside which it stands, read as a browser reads it."""
    shown = page.content.decode()
    found = {
        name: re.sub(r"<[^>]+>|\s+", " ", said) for name, said in BESIDE.findall(shown)
    }
    for name in found:
        field = re.search(FIELD.format(name), shown)
        assert field, f"no field {name}"
        assert f"id_{name}_error" in field[0], (
            f"{name} is not described by what is said"
        )
        assert 'aria-invalid="true"' in field[0]
    return found


def an_hour_sold(plan, _patient, answers):
    other = cast.make_patient(at=plan.location)
    booking.book(plan=plan, patients=[other], by=BY, now=NOW)
    return answers


def at_night(_plan, _patient, answers):
    return answers | {"starts_at": "2026-03-03T22:00"}


def too_soon(plan, _patient, answers):
    kind = make_type(plan.clinician, name="Notice", minimum_notice=timedelta(days=7))
    return answers | {"type": kind.pk}


def not_offered(plan, _patient, answers):
    return answers | {"type": make_type(plan.clinician, name="No", clinicians=[]).pk}


def not_held_so(_plan, _patient, answers):
    return answers | {"modality": "phone"}


def elsewhere(plan, patient, answers):
    other = cast.make_clinician(at=plan.location)
    away = booking.Plan(make_type(other, name="Else"), other, plan.location, at(10))
    despite = booking.Despite(hours="Asked for")
    booking.book(plan=away, patients=[patient], by=BY, now=NOW, despite=despite)
    return answers


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        (an_hour_sold, "starts_at", "has another visit"),
        (at_night, "starts_at", "no free hours"),
        (too_soon, "starts_at", "168 hours ahead"),
        (not_offered, "type", "does not offer"),
        (not_held_so, "type", "is not held this way"),
        (elsewhere, "starts_at", "already has a visit then"),
    ],
)
def test_a_refused_booking_says_why_beside_its_field(
    plan, patient, answers, desk, wrong, field, said
):
    sent, before = wrong(plan, patient, answers), Appointment.objects.count()

    page = desk.post(reverse("book"), sent)

    assert page.status_code == 422
    assert list(found := beside(page)) == [field]
    assert said in found[field]
    assert Appointment.objects.count() == before


def many(plan, _patient, answers):
    kind = make_type(plan.clinician, name="Group", seats=2)
    people = [cast.make_patient(at=plan.location).pk for _one in range(3)]
    return answers | {"type": kind.pk, "patient": people}


def who_left(_plan, patient, answers):
    patients.end_care(patient=patient, reason="Moved", by=BY, now=NOW)
    return answers


@pytest.mark.parametrize(
    ("wrong", "said"), [(many, "has 2 seats"), (who_left, "nobody books for them")]
)
def test_what_is_about_no_field_is_said_above_all_of_them(
    plan, patient, answers, desk, wrong, said
):
    """Who comes is chosen above the form."""
    page = desk.post(reverse("book"), wrong(plan, patient, answers))

    assert page.status_code == 422
    assert beside(page) == {}
    assert said in ABOVE.search(page.content.decode())[0]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_at": "2026-03-03T22:00"}, "starts_at"),
        ({"starts_at": ""}, "starts_at"),
        ({"starts_at": "2026-03-08T02:30"}, "starts_at"),
        ({"modality": "phone"}, "type"),
        ({"minutes": "2"}, "minutes"),
    ],
)
def test_a_refused_move_says_why_beside_its_field(
    plan, patient, answers, desk, wrong, field
):
    visit = booking.book(plan=plan, patients=[patient], by=BY, now=NOW)

    page = desk.post(reverse("visit_move", args=[visit.pk]), answers | wrong)

    assert list(beside(page)) == [field]
    visit.refresh_from_db()
    assert visit.version == 1


@pytest.mark.parametrize("name", ["visit_cancel", "visit_correct"])
def test_a_missing_reason_is_asked_for_beside_the_reason(plan, patient, desk, name):
    visit = booking.book(plan=plan, patients=[patient], by=BY, now=NOW)
    whom = visit.attendees.get().pk
    sent = {"attendees": [whom], "attendee": whom, "status": "cancelled"}

    page = desk.post(reverse(name, args=[visit.pk]), sent)

    assert list(beside(page)) == ["reason"]
    assert visit.attendees.get().status == "scheduled"
