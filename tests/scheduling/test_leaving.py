"""Visits that are still booked for somebody who is paused, left or died."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from practice import merging, patients
from practice.models import Role, Task
from scheduling import booking, leaving, series, taking_back
from scheduling.models import Attendee, Series
from scheduling.recurring import WEEKS, Rule
from scheduling.states import AHEAD, Status
from tests import cast
from tests.ground import layer
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import at

BY = cast.FOUNDER
NOW = cast.MONDAY
DAY = timedelta(days=1)
ACTS = {
    "ended": lambda patient: patients.end_care(
        patient=patient, reason="Moved", by=BY, now=NOW
    ),
    "deceased": lambda patient: patients.record_death(
        patient=patient, died_on=None, by=BY, now=NOW
    ),
    "paused": lambda patient: patients.pause(
        patient=patient, until=None, reason="Hospital", by=BY, now=NOW
    ),
}


@layer
def visit(plan, patient):
    return booking.book(plan=plan, patients=[patient], by=BY, now=NOW)


@pytest.fixture
def repeated(plan, patient):
    rule = Rule(WEEKS, 1, weekday=1, starts_on=at(10).date())
    wish = series.Wish(plan, rule)
    return series.begin(wish=wish, patients=[patient], by=BY, now=NOW)


def asked():
    return list(Task.objects.open().filter(kind=leaving.KIND))


def status_of(visit):
    return visit.attendees.get().status


# Asking -----------------------------------------------------------------------------
@pytest.mark.parametrize("name", ACTS)
def test_a_new_state_cancels_nothing_and_asks_the_desk(visit, patient, name):
    ACTS[name](patient)

    (task,) = asked()
    assert status_of(visit) == Status.SCHEDULED
    assert (task.for_role, task.patient) == (Role.FRONT_DESK, patient)
    assert "1 visit: Tue 3 Mar 2026, 10:00 AM" in task.words
    assert task.path == url("visits_left", patient.pk)
    assert task.due_at <= visit.starts_at


@pytest.mark.parametrize(
    ("page", "answers"),
    [
        ("patient_death", {"died_on": ""}),
        ("patient_end_care", {"reason": "Moved"}),
        ("patient_pause", {"reason": "Hospital"}),
    ],
)
def test_who_records_it_sees_at_once_what_is_still_booked(
    visit, patient, as_, front_desk, now, page, answers
):
    answer = as_(front_desk).post(url(page, patient.pk), answers, follow=True)

    assert answer.redirect_chain[-1][0] == url("visits_left", patient.pk)
    assert "Tue 3 Mar 2026, 10:00 AM" in text_of(answer)


def test_with_nothing_booked_it_leads_back_to_the_chart(patient, as_, front_desk, now):
    answers = {"reason": "Moved"}
    answer = as_(front_desk).post(url("patient_end_care", patient.pk), answers)

    assert answer["Location"] == url("patient", patient.pk)


def test_the_task_names_nobody(visit, patient):
    ACTS["deceased"](patient)

    (task,) = asked()
    assert patient.family_name not in task.title + task.words


@pytest.mark.parametrize("name", ACTS)
def test_who_has_no_visit_ahead_leaves_nothing_to_do(patient, name):
    ACTS[name](patient)

    assert asked() == []


def test_visits_after_a_pause_are_left_alone(visit, patient):
    patients.pause(
        patient=patient, until=NOW.date() + DAY, reason="Away", by=BY, now=NOW
    )

    assert asked() == []


def test_what_was_recorded_by_mistake_asks_nothing_any_more(visit, patient):
    ACTS["deceased"](patient)

    patients.take_death_back(patient=patient, by=BY, now=NOW)

    assert asked() == []
    assert status_of(visit) == Status.SCHEDULED


def test_a_death_after_an_end_asks_once(visit, patient):
    ACTS["ended"](patient)

    ACTS["deceased"](patient)

    (task,) = asked()
    assert task.words.startswith("Deceased")


def test_a_merged_charts_visits_count(visit, patient, location):
    into = cast.make_patient(at=location)
    merging.merge(duplicate=patient, into=into, by=BY, now=NOW)

    ACTS["ended"](into)

    assert len(asked()) == 1
    assert list(leaving.left_over(now=NOW)) == [visit.attendees.get()]


def test_loose_ends_are_of_those_who_left(visit, patient):
    assert not leaving.left_over(now=NOW).exists()

    ACTS["ended"](patient)

    assert leaving.left_over(now=NOW).count() == 1
    assert not leaving.left_over(now=NOW + 2 * DAY).exists()


# Cancelling -------------------------------------------------------------------------
def test_chosen_visits_are_cancelled_and_the_series_ends(repeated, patient):
    ACTS["ended"](patient)
    rows = list(leaving.left(patient, now=NOW))

    leaving.cancel(patient=patient, attendees=rows, reason="Left", by=BY, now=NOW)

    assert not Attendee.objects.filter(status__in=AHEAD).exists()
    assert Series.objects.get().is_ended
    assert series.top_up(series=repeated, by=BY, now=NOW + 30 * DAY) == []


def test_during_a_pause_the_series_stays(repeated, patient):
    ACTS["paused"](patient)
    first = leaving.left(patient, now=NOW).first()

    leaving.cancel(patient=patient, attendees=[first], reason="Away", by=BY, now=NOW)

    assert not Series.objects.get().is_ended
    assert leaving.left(patient, now=NOW).count() == 12


def test_a_couples_series_goes_on_for_the_other(plan, patient, location):
    other = cast.make_patient(at=location)
    wish = series.Wish(plan, Rule(WEEKS, 1, weekday=1, starts_on=at(10).date()))
    row = series.begin(wish=wish, patients=[patient, other], by=BY, now=NOW)
    ACTS["deceased"](patient)

    rows = list(leaving.left(patient, now=NOW))
    leaving.cancel(patient=patient, attendees=rows, reason="Died", by=BY, now=NOW)

    assert not Series.objects.get().is_ended
    assert series.patients_of(row) == [other]
    assert leaving.left(other, now=NOW).count() == len(rows)


def test_nothing_chosen_is_said(visit, patient):
    with pytest.raises(leaving.NothingChosen, match="Choose the visits"):
        leaving.cancel(patient=patient, attendees=[], reason="x", by=BY, now=NOW)


# The page ---------------------------------------------------------------------------
def test_the_desk_sees_every_visit_and_cancels_those_chosen(
    visit, plan, patient, as_, front_desk, now
):
    kept = booking.book(
        plan=replace(plan, starts_at=at(12)), patients=[patient], by=BY, now=NOW
    )
    ACTS["ended"](patient)
    client = as_(front_desk)

    page = text_of(client.get(url("visits_left", patient.pk)))
    chosen = [visit.attendees.get().pk]
    answer = client.post(
        url("visits_left", patient.pk), {"visits": chosen, "reason": "Care ended"}
    )

    assert "Tue 3 Mar 2026, 10:00 AM · Follow-up · Cleo Clinician" in page
    assert answer.status_code == 302
    assert status_of(visit) == Status.CALLED_OFF
    assert status_of(kept) == Status.SCHEDULED


def test_what_the_desk_cancelled_stands_again_by_undo(
    visit, patient, as_, front_desk, now
):
    ACTS["ended"](patient)
    client, chosen = as_(front_desk), [visit.attendees.get().pk]
    answers = {"visits": chosen, "reason": "Care ended"}
    page = client.post(url("visits_left", patient.pk), answers, follow=True)
    (toast,) = page.context["messages"]

    client.post(toast.extra_tags)

    visit.refresh_from_db()
    assert visit.is_live
    assert status_of(visit) == Status.SCHEDULED


def test_wrong_input_keeps_what_was_typed(visit, patient, as_, front_desk, now):
    answer = as_(front_desk).post(
        url("visits_left", patient.pk), {"reason": "Moved far away"}
    )

    assert answer.status_code == 422
    assert "Choose at least one" in text_of(answer)
    assert "Moved far away" in answer.content.decode()
    assert status_of(visit) == Status.SCHEDULED


def test_where_nothing_is_left_the_page_says_so(patient, as_, front_desk, now):
    page = text_of(as_(front_desk).get(url("visits_left", patient.pk)))

    assert "No visit is ahead" in page


def test_a_stranger_finds_no_such_page(visit, patient, as_, stranger, now):
    answer = as_(stranger).get(url("visits_left", patient.pk))

    assert answer.status_code == 404


def test_the_page_asks_as_little_for_many_as_for_one(
    repeated, patient, as_, front_desk, now, django_assert_max_num_queries
):
    client = as_(front_desk)
    client.get(url("visits_left", patient.pk))

    with django_assert_max_num_queries(16):
        page = client.get(url("visits_left", patient.pk))

    assert text_of(page).count("Follow-up") == 13


# One of several ---------------------------------------------------------------------
@layer
def partner(location):
    return cast.make_patient(at=location)


@layer
def couple(plan, patient, partner):
    """Four Tuesdays of two."""
    rule = Rule(WEEKS, 1, weekday=1, starts_on=at(10).date(), count=4)
    wish = series.Wish(plan, rule)
    return series.begin(wish=wish, patients=[patient, partner], by=BY, now=NOW)


def leave(row, patient):
    theirs = Attendee.objects.filter(appointment__series=row, patient=patient)
    return leaving.leave_one(
        holder=row,
        patient=patient,
        cancelled=theirs.exclude(status=Status.CANCELLED),
        status=Status.CANCELLED,
        reason="Comes alone",
        by=BY,
        now=NOW,
    )


def test_one_of_a_couple_leaves_and_the_other_goes_on(couple, patient, partner):
    leave(couple, partner)

    coming = Attendee.objects.filter(status__in=AHEAD)
    assert series.patients_of(couple) == [patient]
    assert [one.patient for one in coming] == [patient] * 4
    assert couple.appointments.live().count() == 4


def test_the_last_one_does_not_leave_but_ends_the_series(couple, patient, partner):
    leave(couple, partner)

    with pytest.raises(leaving.NobodyElse, match="end it instead"):
        leave(couple, patient)


def test_who_left_by_mistake_comes_again(couple, patient, partner):
    line = leave(couple, partner)

    taking_back.undo(line=line, by=BY, now=NOW)

    assert series.patients_of(couple) == [patient, partner]
    assert Attendee.objects.filter(status__in=AHEAD).count() == 8


def test_once_all_are_cancelled_nobody_has_to_see_to_them(visit, patient, front_desk):
    ACTS["ended"](patient)
    (task,) = asked()

    line = leaving.cancel(
        patient=patient,
        attendees=leaving.left(patient, now=NOW),
        reason="Moved",
        by=front_desk,
        now=NOW,
    )
    assert asked() == []

    with time_machine.travel(NOW, tick=False):
        taking_back.undo(line=line, by=front_desk, now=NOW)
    assert asked() == [task]


def test_as_long_as_one_is_left_somebody_has_to_see_to_it(visit, plan, patient):
    other = booking.book(
        plan=replace(plan, starts_at=at(14)), patients=[patient], by=BY, now=NOW
    )
    ACTS["ended"](patient)

    leaving.cancel(
        patient=patient,
        attendees=other.attendees.all(),
        reason="Moved",
        by=BY,
        now=NOW,
    )

    assert len(asked()) == 1
