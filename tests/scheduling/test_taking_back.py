"""The undo minute of what touches many visits at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine

from practice import announcements, patients
from practice.models import TrailEntry
from practice.trail import keep
from practice.zones import wall_clock
from scheduling import booking, changing, leaving, series, taking_back, visits
from scheduling.models import Appointment, Attendee, Series, SeriesMember
from scheduling.recurring import WEEKS, Rule
from scheduling.series import Wish
from scheduling.states import Status
from scheduling.undoing import TooLate
from tests import cast
from tests.scheduling.conftest import at, make_type

NOW, TUESDAY = cast.MONDAY, date(2026, 3, 3)
WEEK, SECOND = timedelta(weeks=1), timedelta(seconds=1)
ALL = TUESDAY + 9 * WEEK  # after the last of them


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def weekly(**details) -> Rule:
    return Rule(WEEKS, 1, weekday=1, **{"starts_on": TUESDAY, **details})


@pytest.fixture
def begun(plan, patient, front_desk) -> Series:
    """Four Tuesdays at ten."""
    wish = Wish(plan, weekly(count=4))
    return series.begin(wish=wish, patients=[patient], by=front_desk, now=NOW)


@pytest.fixture
def told(begun, clock):
    """What was announced of them is a day old."""
    clock.shift(timedelta(days=1))
    return NOW + timedelta(days=1)


def change(row, plan, *, hour=10, first=TUESDAY + WEEK, by, now):
    """From the second visit on, at another hour or day."""
    starts_at = at(hour) + (first - TUESDAY)
    wish = Wish(replace(plan, starts_at=starts_at), weekly(starts_on=first, count=3))
    return changing.change_following(
        old=row, from_on=TUESDAY + WEEK, wish=wish, by=by, now=now
    )


def undo(record, by, now=NOW):
    line = taking_back.line_of(record)
    taking_back.undo(line=line, by=by, now=now)


def standing():
    """Everything that the acts may touch, but for what counts the changes."""
    visits_ = Appointment.objects.filter(is_live=True).order_by("pk").values()
    rows = [{**row, "version": 0} for row in visits_]
    coming = Attendee.objects.filter(is_withdrawn=False).order_by("pk").values()
    held = Series.objects.filter(is_ended=False).order_by("pk").values()
    members = SeriesMember.objects.filter(is_current=True).order_by("pk").values()
    return rows, list(coming), list(held), list(members)


def waiting():
    rows = announcements.waiting().order_by("pk")
    return [(row.kind, row.ids["appointment"]) for row in rows if row.ids]


# A series that was begun ------------------------------------------------------------
def test_a_series_begun_by_mistake_leaves_nothing_behind(begun, front_desk):
    undo(begun, front_desk)

    assert standing() == ([], [], [], [])
    assert waiting() == []


def test_the_times_of_a_series_begun_by_mistake_are_free(
    begun, plan, patient, front_desk
):
    undo(begun, front_desk)

    wish = Wish(plan, weekly(count=4))
    series.begin(wish=wish, patients=[patient], by=front_desk, now=NOW)
    assert Appointment.objects.live().count() == 4


def test_no_later_visits_come_of_a_series_begun_by_mistake(plan, patient, front_desk):
    row = series.begin(
        wish=Wish(plan, weekly()), patients=[patient], by=front_desk, now=NOW
    )

    undo(row, front_desk)

    assert series.top_up(series=row, by=front_desk, now=NOW + 9 * WEEK) == []


# A series that was changed ----------------------------------------------------------
@pytest.mark.parametrize(
    "changed",
    [
        {"hour": 14},
        {"first": TUESDAY + 2 * WEEK},  # each where the next one was
        {"first": TUESDAY + WEEK + timedelta(days=1)},
    ],
)
def test_visits_that_changed_go_back_to_where_they_were(
    begun, told, plan, front_desk, changed
):
    before, said = standing(), waiting()
    change(begun, plan, **changed, by=front_desk, now=told)
    assert standing() != before

    undo(begun, front_desk, told)

    assert standing() == before
    assert waiting() == said


def test_whoever_had_confirmed_has_still_confirmed(begun, told, plan, front_desk):
    second = begun.appointments.get(series_on=TUESDAY + WEEK)
    visits.confirm(attendees=second.attendees.all(), by=front_desk, now=NOW)
    change(begun, plan, hour=14, by=front_desk, now=told)

    undo(begun, front_desk, told)

    assert second.attendees.get().status == Status.CONFIRMED


def test_visits_that_a_change_added_count_nowhere(begun, told, plan, front_desk):
    before = standing()
    wish = Wish(replace(plan, starts_at=at(14, day=10)), weekly(count=9))
    wish = replace(wish, rule=replace(wish.rule, starts_on=TUESDAY + WEEK))
    changing.change_following(
        old=begun, from_on=TUESDAY + WEEK, wish=wish, by=front_desk, now=told
    )

    undo(begun, front_desk, told)

    assert standing() == before


# A series that was ended ------------------------------------------------------------
def test_a_series_that_ended_goes_on_with_the_visits_cancelled_along(
    begun, told, front_desk
):
    before, said = standing(), waiting()
    series.end(
        series=begun,
        last_on=TUESDAY,
        cancelled=list(begun.appointments.all()[1:]),
        reason="Moves away",
        by=front_desk,
        now=told,
    )

    undo(begun, front_desk, told)

    assert standing() == before
    assert waiting() == said


# What was left of somebody's --------------------------------------------------------
def left_cancelled(patient, by, now, *, state="end_care"):
    until = {"until": None} if state == "pause" else {}
    getattr(patients, state)(patient=patient, reason="Moved", by=by, now=now, **until)
    rows = list(leaving.left(patient, now=now))
    return leaving.cancel(
        patient=patient, attendees=rows, reason="Moved", by=by, now=now
    )


def test_visits_left_stand_again_with_their_series(begun, told, patient, front_desk):
    before, said = standing(), waiting()
    line = left_cancelled(patient, front_desk, told)
    assert standing()[2:] == ([], [])

    taking_back.undo(line=line, by=front_desk, now=told)

    assert standing() == before
    assert waiting() == said


def test_what_stood_beside_a_visit_stands_there_again(
    begun, told, plan, patient, location, front_desk
):
    first = begun.appointments.get(series_on=TUESDAY + WEEK)
    beside = booking.book(
        plan=replace(plan, starts_at=first.starts_at),
        patients=[cast.make_patient(at=location)],
        despite=booking.Despite(beside=first, beside_reason="A crisis"),
        by=front_desk,
        now=told,
    )
    before = standing()
    line = left_cancelled(patient, front_desk, told)

    taking_back.undo(line=line, by=front_desk, now=told)

    beside.refresh_from_db()
    assert standing() == before
    assert beside.double_of == first


# Not always -------------------------------------------------------------------------
def test_after_the_minute_a_series_stays_begun(begun, front_desk, clock):
    clock.shift(announcements.UNDO_TIME)

    with pytest.raises(TooLate, match="minute is over"):
        undo(begun, front_desk, NOW + announcements.UNDO_TIME)
    assert Appointment.objects.live().count() == 4


def test_within_the_last_second_it_is_undone(begun, front_desk, clock):
    clock.shift(announcements.UNDO_TIME - SECOND)

    undo(begun, front_desk, NOW + announcements.UNDO_TIME - SECOND)

    assert Appointment.objects.live().count() == 0


def test_what_somebody_did_with_one_visit_keeps_them_all(begun, front_desk):
    line = taking_back.line_of(begun)
    second = begun.appointments.get(series_on=TUESDAY + WEEK)
    visits.confirm(attendees=second.attendees.all(), by=front_desk, now=NOW)

    with pytest.raises(TooLate, match="Somebody changed"):
        taking_back.undo(line=line, by=front_desk, now=NOW)
    assert Appointment.objects.live().count() == 4


def test_whoever_confirmed_a_new_time_keeps_it(begun, told, plan, front_desk):
    change(begun, plan, hour=14, by=front_desk, now=told)
    line, moved = taking_back.line_of(begun), Appointment.objects.latest("starts_at")
    visits.confirm(attendees=moved.attendees.all(), by=front_desk, now=told)

    with pytest.raises(TooLate, match="Somebody changed"):
        taking_back.undo(line=line, by=front_desk, now=told)


def test_once_somebody_was_told_it_stays(begun, front_desk):
    first = announcements.waiting().filter(kind="attendee.booked").first()
    first.taken_at = NOW
    keep(first, by=front_desk, kind="announcement.told")

    with pytest.raises(TooLate, match="Somebody changed"):
        undo(begun, front_desk)


def test_an_old_time_that_somebody_else_has_by_then_is_named(
    begun, told, plan, location, front_desk
):
    change(begun, plan, hour=14, by=front_desk, now=told)
    other, line = cast.make_patient(at=location), taking_back.line_of(begun)
    taken = replace(plan, starts_at=at(10, day=10))
    booking.book(plan=taken, patients=[other], by=front_desk, now=told)

    with pytest.raises(booking.SlotTaken, match="Tue 10 Mar 2026, 10:00 AM has been"):
        taking_back.undo(line=line, by=front_desk, now=told)
    hours = {
        wall_clock(one.starts_at, one.zone).hour for one in Appointment.objects.all()
    }
    assert hours == {10, 14}


def test_whoever_was_booked_elsewhere_meanwhile_stays_there(
    begun, told, plan, patient, location, front_desk
):
    line = left_cancelled(patient, front_desk, told, state="pause")
    other = cast.make_clinician(at=location)
    there = replace(plan, type=make_type(other, name="Talk"), clinician=other)
    booking.book(
        plan=replace(there, starts_at=at(10, day=10)),
        patients=[patient],
        despite=booking.Despite(hours="Asked for"),
        by=front_desk,
        now=told,
    )

    with pytest.raises(booking.PatientElsewhere, match="already has a visit"):
        taking_back.undo(line=line, by=front_desk, now=told)


def test_whose_care_ended_meanwhile_gets_no_visit_back(
    begun, told, patient, front_desk
):
    everything = list(begun.appointments.all())
    series.end(
        series=begun,
        last_on=TUESDAY,
        cancelled=everything,
        reason="Moves away",
        by=front_desk,
        now=told,
    )
    patients.end_care(patient=patient, reason="Moved", by=front_desk, now=told)

    with pytest.raises(TooLate, match="Care has ended"):
        undo(begun, front_desk, told)


def test_what_is_undone_is_not_undone_again(begun, front_desk):
    line = taking_back.line_of(begun)
    taking_back.undo(line=line, by=front_desk, now=NOW)

    with pytest.raises(TooLate):
        taking_back.undo(line=line, by=front_desk, now=NOW)


@pytest.mark.parametrize("said", ["attendee.booked", "series.joined"])
def test_a_line_about_something_else_is_no_act_to_undo(begun, front_desk, said):
    line = TrailEntry.objects.filter(kind=said).first()

    with pytest.raises(TooLate, match="nothing to undo"):
        taking_back.find(begun, line.pk, by=front_desk)


def test_only_who_acted_finds_what_there_is_to_undo(begun, front_desk, manager):
    line = taking_back.line_of(begun)
    assert taking_back.find(begun, line.pk, by=front_desk) == line

    with pytest.raises(TooLate, match="nothing to undo"):
        taking_back.find(begun, line.pk, by=manager)


# The trail --------------------------------------------------------------------------
def test_the_trail_says_what_was_undone_in_one_line_that_opens(begun, front_desk):
    undo(begun, front_desk)

    line = TrailEntry.objects.get(kind="series.undone")
    parts = TrailEntry.objects.filter(part_of_id=line.pk)
    assert (line.record, line.record_id) == ("series", begun.pk)
    assert {one.kind for one in parts} == {
        "series.put_back",
        "appointment.undone",
        "attendee.undone",
        "announcement.withdrawn",
    }
