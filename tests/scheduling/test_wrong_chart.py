"""A visit that stands on the wrong chart moves to the right one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from practice import announcements, erasing, links, moving, patients, watching
from practice.models import Task, TrailEntry
from practice.moving import CannotMove
from scheduling import booking, check_in, clearing, visit_link, visits
from scheduling.models import Attendee, Modality, TelehealthCheckIn, VisitRisk
from scheduling.personal_data import VisitData
from scheduling.states import Status
from scheduling.wrong_news import BOOKED, CALLED_OFF
from tests import cast
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import at, make_type

BY = cast.FOUNDER
NOW = cast.MONDAY
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def row(plan, patient):
    """What is on the wrong chart."""
    visit = booking.book(plan=plan, patients=[patient], by=BY, now=NOW)
    return visit.attendees.get()


@pytest.fixture
def right(location):
    return cast.make_patient(at=location)


def move(row, to):
    return moving.move(row=row, to=to, by=BY, now=NOW)


def test_the_visit_goes_to_the_right_chart_and_back(row, patient, right):
    moved = move(row, right)
    assert (moved.pk, moved.patient) == (row.pk, right)

    assert moving.move_back(row=moved, by=BY, now=NOW).patient == patient


def test_the_right_patient_is_told(row, right):
    move(row, right)

    (waiting,) = announcements.waiting()
    assert waiting.patient == right


def told_of(*charts):
    """What waits for each of them, of this or that visit."""
    rows = announcements.by_hand(now=LATER).order_by("pk")
    return [
        list(rows.filter(patient=one).values_list("kind", flat=True)) for one in charts
    ]


def tell_all():
    for row in announcements.waiting():
        announcements.tell(announcement=row, by=BY, now=LATER)


def test_whoever_was_told_hears_that_it_was_a_mistake(row, patient, right):
    tell_all()

    move(row, right)

    assert told_of(patient, right) == [[CALLED_OFF], [BOOKED]]


def test_whoever_was_not_told_hears_nothing(row, patient, right):
    move(row, right)

    assert told_of(patient, right) == [[], [BOOKED]]


def test_whoever_has_a_link_hears_that_it_was_a_mistake(row, patient, right):
    visit_link.make(attendee=row, by=BY, now=NOW)

    move(row, right)

    assert told_of(patient, right) == [[CALLED_OFF], [BOOKED]]


def test_there_and_back_again_nobody_hears_what_they_know(row, patient, right):
    tell_all()
    moved = move(row, right)

    moving.move_back(row=moved, by=BY, now=NOW)

    assert told_of(patient, right) == [[], []]


def test_back_again_once_both_were_told_both_are_told_again(row, patient, right):
    tell_all()
    moved = move(row, right)
    tell_all()

    moving.move_back(row=moved, by=BY, now=NOW)

    assert told_of(patient, right) == [[BOOKED], [CALLED_OFF]]


def test_whoever_knows_that_they_do_not_come_hears_nothing(row, patient, right):
    visits.cancel(
        attendees=[row], status=Status.CANCELLED, reason="Ill", by=BY, now=NOW
    )
    tell_all()
    row.refresh_from_db()
    visits.correct(
        attendee=row, status=Status.SCHEDULED, reason="Not they", by=BY, now=NOW
    )

    move(row, right)

    assert told_of(patient, right) == [[], [BOOKED]]


def test_of_a_visit_that_is_over_nobody_hears(row, patient, right):
    tell_all()
    visits.complete(attendees=[row], by=BY, now=at(11))
    row.refresh_from_db()

    move(row, right)

    assert told_of(patient, right) == [[], []]


def test_a_link_opens_the_visit_of_nobody_else(row, right):
    token = visit_link.make(attendee=row, by=BY, now=NOW)

    moved = move(row, right)

    with pytest.raises(links.DeadLink):
        links.find(token, now=NOW)
    moving.move_back(row=moved, by=BY, now=NOW)
    assert links.find(token, now=NOW)


@pytest.fixture
def checked_in(patient, clinician, location, hours):
    """A video visit on the wrong chart that has begun."""
    kind = make_type(clinician, name="Video", is_telehealth=True)
    way = Modality.TELEHEALTH
    plan = booking.Plan(kind, clinician, location, at(10), modality=way)
    visit = booking.book(plan=plan, patients=[patient], by=BY, now=NOW)
    say_where(visit.attendees.get(), "12 Elm")
    return visit.attendees.get()


def say_where(row, whereabouts):
    return check_in.check_in(
        attendee=row,
        whereabouts=whereabouts,
        call_back="+12125550188",
        company="",
        by=BY,
        now=at(10),
    )


def test_where_they_were_is_said_of_the_right_patient(checked_in, patient, right):
    moved = move(checked_in, right)

    exports = [
        VisitData().export([chart.pk])["telehealth_check_in"]
        for chart in (patient, right)
    ]
    assert [len(one) for one in exports] == [0, 1]
    again = say_where(moved, "5 Oak")
    line = TrailEntry.objects.filter(kind="check_in.asked").latest("pk")
    assert (again.patient, line.patient_id) == (right, right.pk)


def test_the_right_chart_can_be_erased(owner, checked_in, right, manager):
    moved = move(checked_in, right)
    visits.complete(attendees=[moved], by=BY, now=at(10, 45))
    patients.end_care(patient=right, reason="Moved", by=BY, now=NOW)
    right.refresh_from_db()

    assert erasing.erase_chart(patient=right, by=manager, reason="Art. 17").rows
    assert not TelehealthCheckIn.objects.exists()


def test_what_was_reckoned_of_the_wrong_patient_goes(row, right):
    VisitRisk.objects.create(
        attendee=row,
        points=-5,
        may_need_call=True,
        reasons=[],
        scored_at=NOW,
        status=row.status,
        version=1,
    )

    move(row, right)

    assert not VisitRisk.objects.exists()


def test_nobody_comes_twice_to_one_visit(plan, patient, right):
    visit = booking.book(plan=plan, patients=[patient, right], by=BY, now=NOW)

    with pytest.raises(CannotMove, match="already come"):
        move(visit.attendees.first(), right)


def test_nobody_is_at_two_visits_at_once(row, right, location):
    clinician = cast.make_clinician(at=location)
    other = booking.Plan(make_type(clinician, name="Talk"), clinician, location, at(10))
    booking.book(
        plan=other,
        patients=[right],
        by=BY,
        now=NOW,
        despite=booking.Despite(hours="Asked for"),
    )

    with pytest.raises(CannotMove, match="have a visit then"):
        move(row, right)


def test_a_visit_ahead_does_not_go_to_somebody_who_left(row, right):
    patients.end_care(patient=right, reason="Moved", by=BY, now=NOW)
    right.refresh_from_db()

    with pytest.raises(CannotMove, match="care has ended"):
        move(row, right)


def test_what_is_over_goes_to_whoever_it_was(row, right):
    visits.complete(attendees=[row], by=BY, now=at(11))
    patients.end_care(patient=right, reason="Moved", by=BY, now=NOW)

    assert move(row, right).status == Status.COMPLETED


def test_a_booking_by_mistake_does_not_move(row, right):
    row.is_withdrawn = True

    assert "by mistake" in moving.also_movable(row).why_not(row, right)


def test_the_page_says_which_visit(row, as_, front_desk, now):
    page = text_of(as_(front_desk).get(url("move", "visit", row.pk)))

    assert "Follow-up, Tue 3 Mar 2026, 10:00 AM" in page


def test_the_page_of_the_visit_leads_there(row, as_, front_desk, now):
    page = as_(front_desk).get(url("visit", row.appointment_id)).content.decode()

    assert url("move", "visit", row.pk) in page


def test_a_moved_visit_can_still_be_moved_in_time(row, right, plan):
    move(row, right)

    moved = booking.move(
        appointment=row.appointment,
        plan=replace(plan, starts_at=at(12)),
        by=BY,
        now=NOW,
    )

    assert moved.attendees.get().patient == right


# Calls ------------------------------------------------------------------------------
def watch(patient, caller):
    details = {
        "reason": "Lost a job",
        "quiet_days": 14,
        "ends_on": at(9, day=30).date(),
    }
    watching.watch(patient=patient, caller=caller, by=BY, now=NOW, **details)


def called(kind):
    return [task.patient for task in Task.objects.open().filter(kind=kind)]


def missed(row):
    visits.mark_no_show(attendees=[row], by=BY, now=at(12))
    return Attendee.objects.get(pk=row.pk)


def test_whoever_is_checked_on_and_did_not_come_is_called(row, right, clinician):
    watch(right, clinician)

    moving.move(row=missed(row), to=right, by=BY, now=at(12))

    assert called("watch.call") == [right]


def test_nobody_is_called_for_a_visit_that_was_never_theirs(
    row, patient, right, clinician
):
    watch(patient, clinician)
    late = missed(row)
    assert called("watch.call") == [patient]

    moved = moving.move(row=late, to=right, by=BY, now=at(12))
    assert called("watch.call") == []

    moving.move_back(row=moved, by=BY, now=at(12, 1))
    assert called("watch.call") == [patient]


def test_the_call_before_a_clinician_falls_out_goes_to_who_comes(
    row, patient, right, clinician, front_desk
):
    watch(patient, clinician)
    clearing.clear(
        clinician=clinician,
        starts_at=at(8),
        ends_at=at(20),
        wishes={row.appointment_id: clearing.Wish.read("leave")},
        by=front_desk,
        now=NOW,
    )
    (task,) = Task.objects.filter(kind=clearing.CALL)
    assert task.words == "Somebody checks on them"
    cast.make_contact(right)

    move(row, right)

    task.refresh_from_db()
    assert (task.patient, task.words) == (right, "")
