"""What is offered when a visit cannot be put where it was dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from practice.toasts import WayOn
from scheduling import booking
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

ON = "2026-03-03"
BACK = f"/calendar/?on={ON}"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield


@layer
def visit(plan, patient, front_desk):
    """On Wednesday at ten, of a type that asks for a day and a half of notice."""
    kind = make_type(plan.clinician, name="Ahead", minimum_notice=1.5 * DAY)
    later = replace(plan, type=kind, starts_at=at(10, day=4))
    return booking.book(plan=later, patients=[patient], by=front_desk, now=cast.MONDAY)


def drop(client, visit, **differing):
    usual = {"visit": visit.pk, "on": ON, "wall": 9 * 60, "minutes": 50}
    usual |= {"clinician": visit.clinician_id, "next": BACK, "edition": visit.version}
    page = client.post(reverse("calendar_place"), usual | differing, follow=True)
    [message] = page.context["messages"]
    return page, WayOn.read(message.extra_tags)


def start(visit):
    visit.refresh_from_db()
    return visit.starts_at


def test_too_soon_is_moved_all_the_same_by_one_press_and_undone(visit, front_desk):
    desk = cast.sign_in(front_desk)
    page, on = drop(desk, visit)
    assert start(visit) == at(10, day=4)
    assert "Move it all the same</button>" in page.content.decode()

    page = desk.post(on.path, follow=True)

    assert start(visit) == at(9)
    assert page.redirect_chain[0][0] == BACK
    [message] = page.context["messages"]
    desk.post(message.extra_tags)
    assert start(visit) == at(10, day=4)


def test_the_press_moves_nothing_that_was_moved_meanwhile(visit, plan, front_desk):
    desk = cast.sign_in(front_desk)
    _page, on = drop(desk, visit)
    there = replace(plan, type=visit.type, starts_at=at(15, day=4))
    booking.move(appointment=visit, plan=there, by=cast.FOUNDER, now=cast.MONDAY)

    page = desk.post(on.path, follow=True)

    assert start(visit) == at(15, day=4)
    assert "3:00 PM now" in page.content.decode()


def test_the_press_breaks_no_other_rule(visit, plan, location, front_desk):
    desk = cast.sign_in(front_desk)
    _page, on = drop(desk, visit)
    other = cast.make_patient(at=location)
    first = replace(plan, starts_at=at(9))
    booking.book(plan=first, patients=[other], by=front_desk, now=cast.MONDAY)

    page = desk.post(on.path, follow=True)

    assert start(visit) == at(10, day=4)
    assert "has another visit" in page.content.decode()


def test_an_address_alone_moves_nothing(visit, front_desk):
    desk = cast.sign_in(front_desk)
    _page, on = drop(desk, visit)

    assert desk.get(on.path).status_code == 405
    assert start(visit) == at(10, day=4)


@pytest.mark.parametrize(
    ("role", "words"),
    [("front_desk", "Look for another time"), ("manager", "Move it with a reason")],
)
def test_outside_the_hours_the_page_of_moving_is_offered(visit, role, words, request):
    client = cast.sign_in(request.getfixturevalue(role))

    _page, on = drop(client, visit, on="2026-03-05", wall=20 * 60, minutes=80)

    assert (on.words, on.is_act) == (words, False)
    page = client.get(on.path)
    shown = page.context["form"]
    assert f"{shown['starts_at'].value():%Y-%m-%dT%H:%M}" == "2026-03-05T20:00"
    assert shown["minutes"].value() == 80
    assert page.context["may_despite"] == (role == "manager")
    assert page.context["near"][0].clock == "3:30 PM"


@pytest.mark.parametrize("told", [{"wall": "noon"}, {"clinician": 10**9}])
def test_what_makes_no_sense_has_no_way_on(visit, front_desk, told):
    assert drop(cast.sign_in(front_desk), visit, **told)[1] is None
