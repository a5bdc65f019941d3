"""The call list's pages: one press confirms, one takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from practice import calls
from practice.models import CallAttempt
from scheduling import booking, visits
from scheduling.booking import Plan
from scheduling.states import Status
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at
from tests.scheduling.desks import book_more, queries_of

pytestmark = pytest.mark.django_db


@layer
def visit(kind, clinician, location, hours, patient, front_desk, now):
    """Monday at eleven; it is ten."""
    cast.make_contact(patient)
    plan = Plan(kind, clinician, location, at(11, day=2))
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=now)


@pytest.fixture
def desk(as_, front_desk):
    return as_(front_desk)


def test_who_has_not_confirmed_is_on_the_call_list(desk, visit, patient):
    page = desk.get("/board/calls/")

    (line,) = page.context["found"].to_call
    assert line.patient == patient
    assert patient.contact_points.get().value in page.content.decode()


def test_one_press_confirms_and_one_takes_it_back(desk, visit, patient):
    attendee = visit.attendees.get()
    pressed = {"outcome": "confirmed", "attendee": [attendee.pk]}

    page = desk.post(reverse("call_made", args=[patient.pk]), pressed, follow=True)
    attendee.refresh_from_db()
    assert attendee.status == Status.CONFIRMED
    desk.post(undo_of(page))

    attendee.refresh_from_db()
    assert attendee.status == Status.SCHEDULED
    assert CallAttempt.objects.get().is_withdrawn


def undo_of(page):
    *_earlier, message = page.context["messages"]
    return message.extra_tags


def test_after_the_minute_a_call_stands(desk, visit, patient, now):
    said = {"outcome": "spoke"}
    page = desk.post(reverse("call_made", args=[patient.pk]), said, follow=True)

    with time_machine.travel(now + timedelta(minutes=2), tick=False):
        answer = desk.post(undo_of(page), follow=True)

    assert "The minute is over" in answer.content.decode()
    assert not CallAttempt.objects.get().is_withdrawn


def test_nobody_unconfirms_a_visit_by_another_call(desk, visit, patient, now):
    visits.confirm(attendees=visit.attendees.all(), by=cast.FOUNDER, now=now)
    desk.post(reverse("call_made", args=[patient.pk]), {"outcome": "spoke"})
    call, attendee = CallAttempt.objects.get(), visit.attendees.get()

    desk.post(reverse("call_undo", args=[call.pk, str(attendee.pk)]))

    assert visit.attendees.get().status == Status.CONFIRMED
    assert not CallAttempt.objects.get().is_withdrawn


def test_who_was_tried_goes_to_the_end_of_the_list(desk, visit, patient):
    desk.post(reverse("call_made", args=[patient.pk]), {"outcome": "left_message"})

    found = desk.get("/board/calls/").context["found"]

    assert not found.to_call
    assert [line.last.outcome for line in found.tried] == ["left_message"]


def test_a_call_back_is_promised_in_one_press(desk, visit, patient, front_desk, now):
    desk.post(reverse("call_made", args=[patient.pk]), {"back": "hour"})

    call = CallAttempt.objects.get()
    assert call.promise.for_person == front_desk
    assert call.promise.due_at == now + timedelta(hours=1)


def test_a_number_that_may_not_be_called_is_not_shown(desk, visit, patient):
    point = cast.make_contact(patient, may_call=False, label="work")

    page = desk.get("/board/calls/").content.decode()

    assert point.value not in page
    assert "They do not want calls here." in page


def test_the_call_list_asks_as_much_for_one_as_for_many(
    desk, visit, kind, clinician, location, front_desk, now
):
    one = queries_of(desk, "/board/calls/")
    for row in book_more(kind, clinician, location, front_desk, now):
        cast.make_contact(row.attendees.get().patient)

    assert queries_of(desk, "/board/calls/") == one


def test_a_phone_note_needs_a_time_to_call_back(desk, patient, now):
    url = reverse("phone_note", args=[patient.pk])

    answer = desk.post(url, {"outcome": "call_back", "words": "Ask for Ann"})

    assert answer.status_code == 422
    assert answer.context["form"].errors["back_on"]
    assert "Ask for Ann" in answer.content.decode()


def test_a_phone_note_stands_on_the_chart(desk, patient, now):
    url = reverse("phone_note", args=[patient.pk])

    desk.post(url, {"outcome": "spoke", "words": "Will bring the card"})

    assert CallAttempt.objects.get().words == "Will bring the card"
    assert "spoke with them" in desk.get(f"/patients/{patient.pk}/").content.decode()


def test_only_who_noted_a_call_takes_it_back(as_, patient, front_desk, manager, now):
    call = calls.record(patient=patient, outcome="spoke", by=front_desk, now=now)

    answer = as_(manager).post(reverse("call_undo", args=[call.pk, "0"]))

    assert answer.status_code == 404
