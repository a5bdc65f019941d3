"""Who is expected next; and who is, and said stop, is called by the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from consent import opt_outs
from practice import contact_frames, merging, moving, patients, work
from practice.models import Proof, Role, Task
from scheduling import booking, visits
from scheduling.coming import next_visits
from scheduling.states import Status
from scheduling.undoing import Mark, undo
from tests import cast
from tests.cast import MONDAY
from tests.consent.stopping import NUMBER, stop
from tests.ground import layer
from tests.scheduling.conftest import at

pytestmark = pytest.mark.django_db
BY, NOW = cast.FOUNDER, MONDAY
KIND = "contact.agree_another_way"


@layer
def visit(patient, plan):
    return book(patient, plan)


def book(chart, plan):
    return booking.book(patients=[chart], plan=plan, by=BY, now=NOW)


def tasks():
    return list(Task.objects.filter(kind=KIND).order_by("pk"))


def test_the_soonest_visit_is_the_next(patient, plan, visit):
    found = next_visits([patient.pk], now=NOW)

    assert found[patient.pk] == contact_frames.ContactFacts(at(10), "America/New_York")
    assert contact_frames.facts_of([patient.pk], now=NOW) == found


def test_what_is_over_or_cancelled_is_none(patient, visit):
    assert next_visits([patient.pk], now=at(11)) == {}
    visits.cancel(
        attendees=list(visit.attendees.all()),
        status=Status.CANCELLED,
        reason="Ill",
        by=BY,
        now=NOW,
    )

    assert next_visits([patient.pk], now=NOW) == {}


def test_a_visit_of_a_merged_chart_is_one_of_the_chart_that_stands(
    patient, visit, location
):
    head = cast.make_patient(at=location)
    merging.merge(duplicate=patient, into=head, by=BY, now=NOW)

    assert next_visits([head.pk], now=NOW).keys() == {head.pk}


# Agree another way -------------------------------------------------------------------
def test_whoever_stops_before_a_visit_is_called(patient, visit):
    cast.make_contact(patient, value=NUMBER)

    stop(words="stop texting me")

    [task] = tasks()
    assert (task.patient, task.for_role) == (patient, Role.FRONT_DESK)
    assert task.due_at == at(10)
    assert task.words == "stop texting me"
    assert "agree how else" in task.title


def test_a_task_about_one_has_no_words_of_another(patient, visit, location):
    other = cast.make_patient(at=location)
    for one in (patient, other):
        cast.make_contact(one, value=NUMBER)

    stop(source="spoken", words="My husband reads it", patient=other)

    assert [(task.patient, task.words) for task in tasks()] == [(patient, "")]


def test_without_a_visit_to_come_nobody_is_asked(patient):
    cast.make_contact(patient, value=NUMBER)

    stop()

    assert tasks() == []


def test_everybody_who_shares_the_number_and_is_expected_is_asked(
    patient, visit, location
):
    relative = cast.make_caregiver(patient, may_be_told=True, proof=Proof.SPOKEN)
    cast.make_contact(relative, value=NUMBER)
    sharer = cast.make_patient(at=location)
    cast.make_contact(sharer, value=NUMBER)

    stop()

    assert [task.patient for task in tasks()] == [patient]


def test_a_second_stop_asks_no_second_time(patient, visit):
    cast.make_contact(patient, value=NUMBER)

    stop()
    stop(source="vendor", words="")

    assert len(tasks()) == 1


def test_a_stop_after_a_start_asks_again(patient, visit):
    cast.make_contact(patient, value=NUMBER)

    stop()
    opt_outs.start_again(address=NUMBER, by=BY, now=NOW)
    stop(now=NOW + timedelta(hours=1))

    assert len(tasks()) == 2


def test_cancel_may_have_meant_the_visit(patient, visit):
    cast.make_contact(patient, value=NUMBER)

    stop(words="Cancel")

    [task] = tasks()
    assert task.title == (
        "Texted CANCEL, which stops texts. The visit on Tue 3 Mar 2026, 10:00 AM "
        "stands: call"
    )
    assert visit.attendees.get().status == Status.SCHEDULED


def test_nobody_is_called_about_somebody_who_died(patient, visit):
    cast.make_contact(patient, value=NUMBER)
    patients.record_death(patient=patient, died_on=None, by=BY, now=NOW)

    stop()

    assert tasks() == []


# When nothing has to be agreed any more -----------------------------------------------
def owed():
    return list(Task.objects.open().filter(kind=KIND))


@pytest.fixture
def asked(patient, visit):
    """Who comes on Tuesday said stop."""
    cast.make_contact(patient, value=NUMBER)
    stop()
    [task] = owed()
    return task


def cancel(visit):
    rows = list(visit.attendees.all())
    visits.cancel(attendees=rows, status="cancelled", reason="Ill", by=BY, now=NOW)


def test_it_ends_by_the_patients_own_start(asked):
    opt_outs.start_again(address=NUMBER, by=BY, now=NOW)

    assert owed() == []


def test_it_ends_where_calls_are_welcome_again(patient, visit, front_desk):
    cast.make_contact(patient, value=NUMBER)
    stop(channel="call", source="spoken")
    details = {"address": NUMBER, "channel": "call", "words": "Do call", "now": NOW}

    opt_outs.lift(by=front_desk, **details)

    assert owed() == []


def test_the_stop_of_another_channel_is_still_to_be_agreed_about(asked):
    stop(channel="call", source="keypad")

    opt_outs.start_again(address=NUMBER, by=BY, now=NOW)

    assert [task.title[:20] for task in owed()] == ["Wants no more calls:"]


def test_it_ends_with_the_visit_and_comes_back_with_the_next(
    asked, patient, visit, plan
):
    cancel(visit)
    assert owed() == []

    book(patient, plan)

    assert owed() == [asked]


def test_it_does_not_end_while_another_visit_is_ahead(asked, patient, visit, plan):
    book(patient, replace(plan, starts_at=at(14)))

    cancel(visit)

    assert owed() == [asked]


def test_what_start_ended_does_not_come_back_with_a_visit(asked, patient, visit, plan):
    cancel(visit)
    opt_outs.start_again(address=NUMBER, by=BY, now=NOW)

    book(patient, plan)

    assert owed() == []


def test_it_comes_back_with_a_cancellation_that_is_taken_back(asked, visit):
    before = Mark.of(visit)
    cancel(visit)

    undo(appointment=visit, before=before, after=Mark.of(visit), by=BY, now=NOW)

    assert owed() == [asked]


def test_it_ends_with_a_visit_that_was_never_theirs(asked, visit, location):
    right = cast.make_patient(at=location)

    moving.move(row=visit.attendees.get(), to=right, by=BY, now=NOW)

    assert owed() == []


def test_nothing_is_agreed_with_the_dead(asked, patient):
    patients.record_death(patient=patient, died_on=None, by=BY, now=NOW)
    assert owed() == []

    patient.refresh_from_db()
    patients.take_death_back(patient=patient, by=BY, now=NOW)

    assert owed() == [asked]


def test_nor_once_one_of_their_visits_is_called_off(asked, patient, visit, plan):
    book(patient, replace(plan, starts_at=at(14)))
    patients.record_death(patient=patient, died_on=None, by=BY, now=NOW)

    cancel(visit)

    assert owed() == []


def test_what_somebody_has_agreed_stays_done(asked, visit, front_desk):
    work.finish(task=asked, by=front_desk, now=NOW)

    cancel(visit)

    asked.refresh_from_db()
    assert (asked.done_by, asked.is_withdrawn) == (front_desk, False)
