"""A session that does not take place gives its time back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from practice.rules import NotPossible
from scheduling import booking, calling_off, clearing, undoing, visits
from scheduling.clearing import Wish
from scheduling.models import Appointment, Choice
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

NOW = cast.MONDAY


@layer
def session(plan, clinician, patient, location, front_desk) -> Appointment:
    """A group of six, two of whom come."""
    plan = replace(plan, type=make_type(clinician, name="Group", seats=6))
    people = [patient, cast.make_patient(at=location)]
    return booking.book(plan=plan, patients=people, by=front_desk, now=NOW)


def call_off(session, by, reason="Too few"):
    return calling_off.call_off(appointment=session, reason=reason, by=by, now=NOW)


def cancel_all(session, by):
    visits.cancel(
        attendees=session.attendees.all(),
        status=Status.CANCELLED,
        reason="Ill",
        by=by,
        now=NOW,
    )


def statuses(session):
    return set(session.attendees.values_list("status", flat=True))


def test_everybody_is_called_off_and_the_time_is_free(session, plan, front_desk):
    found = call_off(session, front_desk)

    assert statuses(session) == {Status.CALLED_OFF}
    assert not found.is_live
    other = cast.make_patient(at=session.location)
    assert booking.book(plan=plan, patients=[other], by=front_desk, now=NOW).is_live


def test_a_group_that_everybody_cancelled_can_be_called_off(session, front_desk):
    cancel_all(session, front_desk)
    session.refresh_from_db()
    assert session.is_live

    assert not call_off(session, front_desk).is_live
    assert statuses(session) == {Status.CANCELLED}


def test_calling_off_is_undone_as_one(session, front_desk):
    before = Mark.of(session)
    call_off(session, front_desk)

    undoing.undo(
        appointment=session,
        before=before,
        after=Mark.of(session),
        by=front_desk,
        now=NOW,
    )

    session.refresh_from_db()
    assert session.is_live
    assert statuses(session) == {Status.SCHEDULED}


def test_who_corrects_a_member_does_not_bring_the_session_back(session, front_desk):
    call_off(session, front_desk)

    visits.correct(
        attendee=session.attendees.first(),
        status=Status.CANCELLED,
        reason="She had told us before",
        by=front_desk,
        now=NOW,
    )

    session.refresh_from_db()
    assert not session.is_live


def test_a_session_in_which_somebody_sits_is_not_called_off(session, front_desk):
    visits.arrive(
        attendees=session.attendees.all()[:1], by=front_desk, now=session.starts_at
    )

    with pytest.raises(NotPossible, match="here already"):
        call_off(session, front_desk)


def test_nothing_is_called_off_without_a_reason(session, front_desk):
    with pytest.raises(visits.NoReason):
        call_off(session, front_desk, reason=" ")


def test_a_clinician_who_is_ill_leaves_no_group_behind(session, clinician, front_desk):
    clearing.clear(
        clinician=clinician,
        starts_at=at(0),
        ends_at=at(23),
        wishes={session.pk: Wish(Choice.CANCEL)},
        by=front_desk,
        now=NOW,
    )

    session.refresh_from_db()
    assert not session.is_live


def test_the_page_of_a_group_calls_it_off(as_, session, front_desk, now):
    client, path = as_(front_desk), reverse("visit_call_off", args=[session.pk])
    page = client.get(reverse("visit", args=[session.pk])).content.decode()

    client.post(path, {"reason": "Too few"})

    session.refresh_from_db()
    assert f'href="{path}"' in page
    assert not session.is_live


def test_a_visit_of_one_is_cancelled_instead(as_, plan, patient, front_desk, now):
    visit = booking.book(plan=plan, patients=[patient], by=front_desk, now=NOW)

    answer = as_(front_desk).get(reverse("visit_call_off", args=[visit.pk]))

    assert answer.status_code == 404


# A session that nobody comes to yet -------------------------------------------------
@pytest.fixture
def empty(session, front_desk):
    cancel_all(session, front_desk)
    session.refresh_from_db()
    return session


def press_call_off(desk, session):
    path = reverse("visit_call_off", args=[session.pk])
    *_earlier, said = desk.post(path, {"reason": "Nobody"}, follow=True).context[
        "messages"
    ]
    session.refresh_from_db()
    assert not session.is_live
    return said.extra_tags


def test_what_nobody_comes_to_stands_again_within_the_minute(empty, as_, front_desk):
    with time_machine.travel(NOW, tick=False):
        desk = as_(front_desk)

        desk.post(press_call_off(desk, empty))

    empty.refresh_from_db()
    assert empty.is_live


def test_after_the_minute_what_nobody_comes_to_stays_off(empty, as_, front_desk):
    with time_machine.travel(NOW, tick=False) as clock:
        desk = as_(front_desk)
        path = press_call_off(desk, empty)
        clock.shift(timedelta(minutes=1))

        page = desk.post(path, follow=True)

    empty.refresh_from_db()
    assert not empty.is_live
    assert "The minute is over" in page.content.decode()


def test_a_session_that_nobody_comes_to_yet_is_moved_and_moved_back(
    empty, plan, front_desk
):
    before = Mark.of(empty)
    later = replace(plan, type=empty.type, starts_at=at(14))
    with time_machine.travel(NOW, tick=False):
        moved = booking.move(appointment=empty, plan=later, by=front_desk, now=NOW)
        assert moved.starts_at == at(14)

        undoing.undo(
            appointment=moved,
            before=before,
            after=Mark.of(moved),
            by=front_desk,
            now=NOW,
        )

    empty.refresh_from_db()
    assert (empty.starts_at, empty.is_live) == (plan.starts_at, True)


def test_its_page_offers_the_move(empty, as_, front_desk, now):
    page = as_(front_desk).get(reverse("visit", args=[empty.pk]))

    assert reverse("visit_move", args=[empty.pk]) in page.content.decode()


def test_a_session_that_was_called_off_is_not_moved(empty, plan, front_desk):
    call_off(empty, front_desk)
    later = replace(plan, type=empty.type, starts_at=at(14))

    with pytest.raises(NotPossible, match="still ahead"):
        booking.move(appointment=empty, plan=later, by=front_desk, now=NOW)
