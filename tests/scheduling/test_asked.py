"""Who asked by their link for another time is told beside the visit."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice import work
from practice.models import Task
from scheduling import booking, undoing, visits
from scheduling.models import Attendee
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.cast import sign_in
from tests.scheduling.conftest import at, make_type
from tests.scheduling.visit_links import book, path_to, press

MONDAY = at(9, day=2)
WORDS = "asked for another time"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def visit(plan, patient, client):
    """The patient asked for Fridays."""
    visit = book(plan, patient, now=MONDAY)
    press(client, path_to(visit.attendees.get(), now=MONDAY), "ask", words="Fridays")
    return visit


@pytest.fixture
def desk(front_desk):
    return sign_in(front_desk)


def pages_of(visit):
    patient = visit.attendees.get().patient
    return [reverse("visit", args=[visit.pk]), reverse("patient", args=[patient.pk])]


def told(desk, visit):
    """On which of its two pages the visit's wish is told."""
    return [WORDS in desk.get(page).content.decode() for page in pages_of(visit)]


def test_both_pages_tell_what_was_asked_and_lead_to_the_move(desk, visit):
    move = reverse("visit_move", args=[visit.pk])

    assert told(desk, visit) == [True, True]
    for page in pages_of(visit):
        text = desk.get(page).content.decode()
        assert "on Mon 2 Mar 2026, 9:00 AM: “Fridays”" in text
        assert f'href="{move}' in text


def test_a_visit_that_nobody_asked_about_says_nothing(desk, visit, plan, patient):
    other = book(replace(plan, starts_at=at(14)), patient, now=MONDAY)

    assert WORDS not in desk.get(pages_of(other)[0]).content.decode()
    assert desk.get(pages_of(other)[1]).content.decode().count(WORDS) == 1


def test_a_visit_that_moved_is_settled_until_the_move_is_taken_back(
    desk, visit, plan, front_desk
):
    before = Mark.of(visit)
    later = replace(plan, starts_at=at(14))
    visit = booking.move(appointment=visit, plan=later, by=front_desk, now=MONDAY)
    assert told(desk, visit) == [False, False]

    after = Mark.of(visit)
    undoing.undo(
        appointment=visit, before=before, after=after, by=front_desk, now=MONDAY
    )

    assert told(desk, visit) == [True, True]


def test_a_visit_that_only_got_another_clinician_is_still_waited_for(
    desk, visit, plan, location, front_desk
):
    other = cast.make_clinician(at=location)
    plan = replace(plan, type=make_type(other, name="Other"), clinician=other)
    despite = booking.Despite(hours="They agreed")

    booking.move(
        appointment=visit, plan=plan, by=front_desk, now=MONDAY, despite=despite
    )

    assert told(desk, visit) == [True, True]


def test_a_cancelled_visit_is_settled(desk, visit, front_desk):
    rows = Attendee.objects.filter(appointment=visit)

    visits.cancel(
        attendees=rows,
        status=Status.CANCELLED,
        reason="They will ring",
        by=front_desk,
        now=MONDAY,
    )

    assert told(desk, visit) == [False, False]


def owed():
    return Task.objects.open().filter(kind="visit.move_wanted")


def test_nobody_has_to_see_to_what_a_move_settled(visit, plan, front_desk):
    before, later = Mark.of(visit), replace(plan, starts_at=at(14))

    moved = booking.move(appointment=visit, plan=later, by=front_desk, now=MONDAY)
    assert not owed()

    undoing.undo(
        appointment=moved,
        before=before,
        after=Mark.of(moved),
        by=front_desk,
        now=MONDAY,
    )
    assert owed()


def test_who_asks_and_then_cancels_by_their_link_leaves_nothing_to_do(visit, client):
    press(client, path_to(visit.attendees.get(), now=MONDAY), "cancel")

    assert not owed()


def test_a_cancellation_set_right_leaves_the_wish_to_be_seen_to(visit, front_desk):
    row = visit.attendees.get()
    details = {"reason": "A slip", "by": front_desk, "now": MONDAY}
    visits.cancel(attendees=[row], status=Status.CALLED_OFF, **details)
    assert not owed()

    visits.correct(attendee=row, status=Status.SCHEDULED, **details)

    assert owed()


def test_who_asks_again_once_it_was_seen_to_is_heard_again(visit, client, front_desk):
    work.finish(task=owed().get(), by=front_desk, now=MONDAY)
    path = path_to(visit.attendees.get(), now=MONDAY)

    press(client, path, "ask", words="Fridays")
    press(client, path, "ask", words="Fridays")

    assert owed().count() == 1


def test_a_task_that_is_done_is_settled(desk, visit, front_desk):
    task = Task.objects.get(kind="visit.move_wanted")

    work.finish(task=task, by=front_desk, now=MONDAY)
    assert told(desk, visit) == [False, False]
    work.reopen(task=task, by=front_desk)

    assert told(desk, visit) == [True, True]


def test_who_only_looks_gets_no_way_to_move(visit, auditor, manager):
    page = reverse("visit", args=[visit.pk])

    text = sign_in(manager).get(page).content.decode()

    assert WORDS in text
    assert sign_in(auditor).get(page).status_code in (403, 404)


def test_so_many_questions_however_many_asked(desk, plan, location, clinician, client):
    kind = make_type(clinician, name="Group", seats=9)
    counts = []
    for many, hour in ((1, 11), (5, 13)):
        people = [cast.make_patient(at=location) for _each in range(many)]
        group = book(replace(plan, type=kind, starts_at=at(hour)), *people, now=MONDAY)
        for row in group.attendees.all():
            press(client, path_to(row, now=MONDAY), "ask", words="Fridays")
        desk.get(reverse("visit", args=[group.pk]))
        with CaptureQueriesContext(connection) as queries:
            text = desk.get(reverse("visit", args=[group.pk])).content.decode()
        counts.append(len(queries))
        assert text.count(WORDS) == many

    assert counts[0] == counts[1]
