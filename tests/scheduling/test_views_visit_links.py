"""Where staff make a visit's link, and the calendar file that it gives out."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from practice.models import Link
from scheduling.models import Appointment
from tests import cast
from tests.ground import layer
from tests.practice.link_pages import OPEN, proof_in, text
from tests.scheduling.conftest import at
from tests.scheduling.visit_links import book, opened, path_to

SOON = at(9, day=2)  # the Monday before


@layer
def visit(plan, patient):
    return book(plan, patient, now=SOON)


@pytest.fixture
def path(visit):
    return path_to(visit.attendees.get(), now=SOON)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(SOON, tick=False):
        yield


# Where staff make it ---------------------------------------------------------------
def test_staff_make_a_link_that_works(as_, front_desk, visit, client):
    browser = as_(front_desk)
    address = reverse("visit_link_new", args=[visit.pk])

    assert browser.get(address).status_code == 200
    assert not Link.objects.exists()
    made = browser.post(address, {"attendee": visit.attendees.get().pk})

    assert client.get(made.context["address"]).status_code == 200


def test_a_chart_of_another_location_gets_no_visit_link(as_, stranger, visit):
    response = as_(stranger).post(reverse("visit_link_new", args=[visit.pk]))

    assert response.status_code == 404
    assert not Link.objects.exists()


def test_a_visit_that_is_over_gets_no_link(as_, front_desk, visit):
    with time_machine.travel(at(12), tick=False):
        page = as_(front_desk).post(
            reverse("visit_link_new", args=[visit.pk]), follow=True
        )

    assert "is over" in text(page)
    assert not Link.objects.exists()


# What patients read ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "words"), [("en", "Your session"), ("es", "Su cita")]
)
def test_english_pages_say_the_chosen_words_and_spanish_ones_their_own(
    path, practice, client, language, words
):
    cast.choose_words(practice, visit="session")

    page = client.post(f"{path}?lang={language}", OPEN)

    assert words in text(page)


# Adding it to a calendar -------------------------------------------------------------
def test_the_calendar_file_needs_the_birth_date(path):
    client = Client(enforce_csrf_checks=True)

    assert client.get(f"{path}calendar/").status_code == 302
    assert client.post(f"{path}calendar/", {"proof": "x"}).status_code == 302
    proof = proof_in(opened(client, path))
    file = client.post(f"{path}calendar/", {"proof": proof})

    assert file["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in file.content
    assert Appointment.objects.get().version == 1
