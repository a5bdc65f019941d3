"""A visit that nobody has confirmed has one word, one tone and one shape everywhere."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.urls import reverse

from practice.templatetags.wellhouse import icon
from scheduling import booking
from scheduling.panels import BADGES
from scheduling.states import Status
from scheduling.templatetags.visit_states import visit_badge
from tests import cast
from tests.ground import layer

ON = "2026-03-03"
BADGE = visit_badge(Status.SCHEDULED)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield


@layer
def visit(plan, patient, front_desk):
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)


@pytest.fixture
def desk(front_desk):
    return cast.sign_in(front_desk)


def page_of(desk, name, *args, **wish):
    page = desk.get(reverse(name, args=args), wish).content.decode()
    return " ".join(re.sub(r">\s+", ">", page).split())


def test_the_badge_is_the_tables():
    tone, shape = BADGES[Status.SCHEDULED]

    assert f"badge-{tone}" in BADGE
    assert icon(shape) in BADGE
    assert BADGE.endswith("Unconfirmed</span>")


@pytest.mark.parametrize(
    ("name", "wish"),
    [
        ("calendar", {"on": ON, "view": "list"}),
        ("calendar", {"on": ON, "view": "agenda"}),
        ("board", {"on": ON}),
    ],
)
def test_lists_have_the_tables_badge(desk, visit, name, wish):
    page = page_of(desk, name, **wish)

    assert BADGE in page
    assert not re.search(r"scheduled<|not confirmed", page, re.IGNORECASE)


@pytest.mark.parametrize("name", ["visit", "calendar_visit"])
def test_a_visits_own_pages_have_it_too(desk, visit, name):
    assert BADGE in page_of(desk, name, visit.pk)


def test_the_chart_has_it_too(desk, visit, patient):
    assert BADGE in page_of(desk, "patient", patient.pk)


@pytest.mark.parametrize("view", ["day", "week"])
def test_heads_count_by_the_same_word(desk, visit, view):
    page = page_of(desk, "calendar", on=ON, view=view)

    assert "1 unconfirmed" in page
    assert "not confirmed" not in page
