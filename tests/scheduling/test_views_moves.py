"""The page of moving a visit."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine
from django.urls import reverse

from scheduling import booking
from scheduling.models import Appointment
from tests import cast
from tests.cast import sign_in
from tests.ground import layer
from tests.scheduling.conftest import at


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield


@layer
def visit(plan, patient, front_desk) -> Appointment:
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)


def answers(visit, **differing):
    usual = {
        "type": visit.type_id,
        "clinician": visit.clinician_id,
        "location": visit.location_id,
        "modality": visit.modality,
        "starts_at": "2026-03-04T11:00",
    }
    return usual | differing


def test_one_press_on_a_free_time_moves_it(visit, front_desk):
    client, path = sign_in(front_desk), reverse("visit_move", args=[visit.pk])
    times = client.get(path).context["page"].offer.days[1].times

    client.post(path, answers(visit, slot=times[-1].value))

    visit.refresh_from_db()
    assert visit.starts_at == at(16)
    assert visit.version == 2


def test_a_move_is_taken_back_by_the_toast(visit, front_desk):
    client, path = sign_in(front_desk), reverse("visit_move", args=[visit.pk])
    page = client.post(path, answers(visit), follow=True)
    [message] = page.context["messages"]

    client.post(message.extra_tags)

    visit.refresh_from_db()
    assert visit.starts_at == at(10)


def test_a_time_that_is_taken_is_refused_with_the_nearest(
    visit, plan, location, front_desk
):
    other = cast.make_patient(at=location)
    later = replace(plan, starts_at=at(11, day=4))
    booking.book(plan=later, patients=[other], by=front_desk, now=cast.MONDAY)

    page = sign_in(front_desk).post(
        reverse("visit_move", args=[visit.pk]), answers(visit)
    )

    assert page.status_code == 422
    assert page.context["form"].errors["starts_at"]
    assert page.context["near"][0].clock == "10:00 AM"


def test_an_hour_that_the_clocks_jump_over_is_refused(visit, front_desk):
    sunday = answers(visit, starts_at="2026-03-08T02:30")

    page = sign_in(front_desk).post(reverse("visit_move", args=[visit.pk]), sunday)

    [error] = page.context["form"].errors["starts_at"]
    assert "clocks go forward" in error


def test_a_stranger_finds_no_visit(visit, stranger):
    page = sign_in(stranger).get(reverse("visit_move", args=[visit.pk]))

    assert page.status_code == 404


def test_who_shows_an_older_visit_reads_where_it_is_by_now(visit, plan, front_desk):
    client, path = sign_in(front_desk), reverse("visit_move", args=[visit.pk])
    shown = client.get(path).content.decode()
    assert 'name="edition" value="1"' in shown
    later = replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=later, by=cast.FOUNDER, now=cast.MONDAY)

    page = client.post(path, answers(visit, edition=1))

    assert "it is on Tue 3 Mar 2026, 2:00 PM now" in page.content.decode()
    assert 'name="edition" value="2"' in page.content.decode()
    visit.refresh_from_db()
    assert visit.starts_at == at(14)
