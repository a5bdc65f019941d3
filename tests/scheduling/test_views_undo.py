"""Undo by the toast: what it takes back, and that nobody writes its address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from scheduling import booking, catalogue
from scheduling.models import Modality
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

AT_WORK = {"whereabouts": "At work", "call_back": "(212) 555-0188", "company": ""}


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield


@layer
def visit(plan, patient, front_desk):
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)


@pytest.fixture
def desk(front_desk):
    return cast.sign_in(front_desk)


def undo_of(page):
    *_earlier, message = page.context["messages"]
    return message.extra_tags


def confirm(desk, visit):
    path = reverse("visit_act", args=[visit.pk, "confirm"])
    return undo_of(desk.post(path, follow=True))


def test_nobody_writes_an_address_that_undoes_an_older_act(visit, desk):
    later = cast.MONDAY + timedelta(hours=5)
    with time_machine.travel(later, tick=False):
        confirm(desk, visit)
        forged = f"{visit.pk}-0.0-{Mark.of(visit)}"
        path = reverse("visit_undo", args=[visit.pk, forged])

        page = desk.post(path, follow=True)

    visit.refresh_from_db()
    assert visit.is_live
    assert "There is nothing to undo." in page.content.decode()


def test_the_address_of_one_visit_undoes_no_other(visit, plan, location, desk):
    other = booking.book(
        plan=replace(plan, starts_at=at(14)),
        patients=[cast.make_patient(at=location)],
        by=cast.FOUNDER,
        now=cast.MONDAY,
    )
    mark = confirm(desk, visit).split("/")[-2]

    desk.post(reverse("visit_undo", args=[other.pk, mark]))

    assert visit.attendees.get().status == Status.CONFIRMED
    assert other.attendees.get().status == Status.SCHEDULED


@layer
def video(plan, patient, clinician, front_desk):
    kind = make_type(clinician, name="Video", is_in_person=False, is_telehealth=True)
    plan = replace(plan, type=kind, modality=Modality.TELEHEALTH)
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)


def test_a_check_in_by_video_is_taken_back(video, front_desk):
    path = reverse("telehealth_check_in", args=[video.attendees.get().pk])
    with time_machine.travel(at(10), tick=False):
        desk = cast.sign_in(front_desk)
        page = desk.post(path, AT_WORK, follow=True)
        assert video.attendees.get().status == Status.IN_SESSION

        desk.post(undo_of(page))

        assert video.attendees.get().status == Status.SCHEDULED
        assert "At work" not in desk.get(path).content.decode()
        for page in (reverse("visit", args=[video.pk]), reverse("board")):
            assert "At work" not in desk.get(page).content.decode()


def test_a_second_answer_takes_back_no_session(video, front_desk):
    path = reverse("telehealth_check_in", args=[video.attendees.get().pk])
    with time_machine.travel(at(10), tick=False):
        desk = cast.sign_in(front_desk)
        desk.post(path, AT_WORK)

        page = desk.post(path, AT_WORK | {"whereabouts": "At home"}, follow=True)

    assert not undo_of(page)
    assert video.attendees.get().telehealth_check_in.whereabouts == "At home"


def test_a_room_is_taken_back_by_the_toast(visit, location, desk):
    room = catalogue.add_room(location=location, name="One", by=cast.FOUNDER)
    path = reverse("room_put", args=[visit.pk, "visit"])
    page = desk.post(path, {"room": room.pk}, follow=True)
    visit.refresh_from_db()
    assert visit.room == room

    desk.post(undo_of(page))

    visit.refresh_from_db()
    assert visit.room is None
