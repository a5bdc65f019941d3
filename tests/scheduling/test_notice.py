"""How long ahead a type is booked, and who is booked sooner all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from scheduling import (
    booking,
    late_arrivals,
    link_times,
    placing,
    series,
    visit_link,
    walking_in,
)
from scheduling.booking import Despite, TooSoon
from scheduling.models import Appointment
from scheduling.recurring import WEEKS, Rule
from tests import cast
from tests.scheduling.conftest import at, make_type

BY, NOW = cast.FOUNDER, cast.MONDAY  # 24 hours before the plan's start
BY_US = {"by": BY, "now": NOW}
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def plan(plan):
    """Tuesday at ten, of a type that is booked a day ahead."""
    kind = make_type(
        plan.clinician, name="Ahead", minimum_notice=DAY, may_be_moved_by_link=True
    )
    return replace(plan, type=kind)


def later(plan, **more):
    return replace(plan, starts_at=plan.starts_at + timedelta(**more))


def book(plan, patient, **more):
    return booking.book(plan=plan, patients=[patient], **BY_US | more)


def test_the_notice_is_kept_to_the_minute(plan, patient):
    with pytest.raises(TooSoon, match="“Ahead” is booked 24 hours ahead, or earlier"):
        book(plan, patient, now=NOW + MINUTE)

    assert book(plan, patient, now=NOW)


def test_who_books_sooner_on_purpose_does(plan, patient):
    assert book(plan, patient, now=at(9), despite=Despite(notice=True))


def test_a_move_to_another_time_keeps_the_notice(plan, patient):
    visit = book(later(plan, days=1), patient)

    with pytest.raises(TooSoon):
        booking.move(appointment=visit, plan=plan, by=BY, now=NOW + MINUTE)
    with pytest.raises(TooSoon):
        placing.place(
            visit=visit, starts_at=plan.starts_at, length=DAY / 24, by=BY, now=at(9)
        )
    booking.move(appointment=visit, plan=plan, despite=Despite(notice=True), **BY_US)


def test_a_visit_that_keeps_its_start_needs_no_notice(plan, patient):
    visit = book(plan, patient)
    half = timedelta(minutes=30)

    placing.place(visit=visit, starts_at=at(10), length=half, by=BY, now=at(9))

    visit.refresh_from_db()
    assert visit.length == half


def test_who_is_here_is_seen(plan, patient):
    visit = walking_in.walk_in(plan=plan, patient=patient, by=BY, now=at(9, 50))

    assert visit.starts_at == at(10)


def test_who_came_late_is_fitted_in_later(plan, patient):
    visit = book(plan, patient)

    late_arrivals.fit_later(visit=visit, starts_at=at(11), by=BY, now=at(10, 30))

    visit.refresh_from_db()
    assert visit.starts_at == at(11)


def test_a_series_was_agreed_on(plan, patient):
    rule = Rule(WEEKS, 1, weekday=1, starts_on=at(10).date(), count=2)
    wish = series.Wish(plan, rule)

    series.begin(wish=wish, patients=[patient], by=BY, now=at(9))

    assert Appointment.objects.count() == 2


def test_a_link_never_moves_a_visit_sooner(plan, patient):
    visit = book(later(plan, days=7), patient)
    attendee = visit.attendees.get()
    soon = f"{link_times.TO}{int(at(9).timestamp()) // 60}"

    with pytest.raises(visit_link.TimeGone):
        visit_link.VisitLink().act(attendee.pk, answer=soon, words="", now=NOW)


# On the pages ---------------------------------------------------------------------
@pytest.fixture
def desk(front_desk):
    return cast.sign_in(front_desk)


@pytest.fixture
def answers(plan, patient):
    return {
        "patient": patient.pk,
        "type": plan.type.pk,
        "clinician": plan.clinician.pk,
        "location": plan.location.pk,
        "starts_at": "2026-03-02T16:00",
        "modality": "in_person",
    }


def test_a_typed_time_that_is_too_soon_is_booked_by_one_more_press(desk, answers):
    page = desk.post(reverse("book"), answers)

    assert page.status_code == 422
    assert "is booked 24 hours ahead" in page.content.decode()
    assert 'name="soon" value="true"' in page.content.decode()
    assert all(
        one.slot.starts * 60 >= at(10).timestamp() for one in page.context["near"]
    )

    desk.post(reverse("book"), answers | {"soon": "true"})
    assert Appointment.objects.get().starts_at == at(16, day=2)


def test_what_was_ticked_in_the_search_holds_for_the_press(desk, answers):
    desk.post(f"{reverse('book')}?soon=on", answers)

    assert Appointment.objects.get().starts_at == at(16, day=2)


def test_a_visit_is_moved_sooner_by_one_more_press(desk, plan, patient, answers):
    visit = book(plan, patient)
    path = reverse("visit_move", args=[visit.pk])

    page = desk.post(path, answers)
    assert "Move it there all the same, sooner" in page.content.decode()
    desk.post(path, answers | {"soon": "true"})

    visit.refresh_from_db()
    assert visit.starts_at == at(16, day=2)


def test_another_refusal_asks_nobody_about_the_notice(desk, plan, patient, answers):
    visit = book(plan, patient)
    taken = answers | {"starts_at": "2026-03-03T20:00"}

    page = desk.post(reverse("visit_move", args=[visit.pk]), taken)

    assert page.status_code == 422
    assert not page.context["is_too_soon"]
