"""What went wrong in calendars of this kind before, each as the lesson it left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice import duty, zones
from practice.zones import wall_clock
from scheduling import booking, catalogue, series, visits
from scheduling.booking import Despite
from scheduling.finding import Question, find
from scheduling.minutes import instant_of, minute_of
from scheduling.models import Appointment, Attendee, Series
from scheduling.recurring import MONTHS, WEEKS, Rule
from scheduling.series import Wish
from scheduling.states import Status
from tests import cast
from tests.scheduling.conftest import NEW_YORK, at, make_type

NOW, BY, TUESDAY = cast.MONDAY, cast.FOUNDER, date(2026, 3, 3)
WEEK = timedelta(weeks=1)


def book(plan, *patients, **more):
    return booking.book(plan=plan, patients=patients, by=BY, now=NOW, **more)


def offered(kind, first=TUESDAY, last=TUESDAY):
    return {slot.starts for slot in find(Question(kind, first, last), now=NOW).slots}


def cancel(visit, status=Status.CANCELLED):
    return visits.cancel(
        attendees=visit.attendees.all(), status=status, reason="Ill", by=BY, now=NOW
    )


# The same hour sold twice -----------------------------------------------------------
def test_two_open_pages_do_not_sell_one_hour_twice(plan, patient, location, kind):
    """Both pages still offer ten o'clock; the second reads why it cannot be."""
    other = cast.make_patient(at=location)
    assert minute_of(plan.starts_at) in offered(kind)

    book(plan, patient)

    with pytest.raises(booking.SlotTaken, match="has another visit"):
        book(plan, other)
    assert minute_of(plan.starts_at) not in offered(kind)


def test_nor_does_whoever_writes_past_the_actions(plan, patient, location):
    visit = book(plan, patient)
    visit.pk, visit._state.adding = None, True

    with pytest.raises(IntegrityError), transaction.atomic(), cast.by_hand():
        visit.save()


def test_a_second_visit_at_the_same_time_is_possible_on_purpose(
    plan, patient, location
):
    first = book(plan, patient)
    beside = Despite(beside=first, beside_reason="In crisis")

    second = book(plan, cast.make_patient(at=location), despite=beside)

    assert (second.double_of, second.double_reason) == (first, "In crisis")


def test_on_purpose_is_with_a_reason(plan, patient, location):
    first = book(plan, patient)

    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        book(plan, cast.make_patient(at=location), despite=Despite(beside=first))


def test_the_mark_of_two_at_once_goes_when_the_pair_ends(plan, patient, location):
    first = book(plan, patient)
    beside = Despite(beside=first, beside_reason="In crisis")
    second = book(plan, cast.make_patient(at=location), despite=beside)

    cancel(first)

    second.refresh_from_db()
    assert (second.double_of, second.double_reason) == (None, "")


def test_blocked_time_is_blocked_for_every_type(plan, patient, clinician, location):
    other = make_type(clinician, name="Something else")
    catalogue.protect_time(
        clinician=clinician,
        location=location,
        on=TUESDAY,
        starts=time(10),
        ends=time(11),
        by=BY,
    )

    for kind in (plan.type, other):
        with pytest.raises(booking.OutsideHours):
            book(replace(plan, type=kind), patient)
        assert minute_of(plan.starts_at) not in offered(kind)


# Series -----------------------------------------------------------------------------
def test_a_conflict_of_the_last_visit_shows_as_well_as_one_of_the_first(
    plan, patient, location
):
    wish = Wish(plan, Rule(WEEKS, 1, 1, TUESDAY, count=8))
    far = replace(plan, starts_at=wish.at(TUESDAY + 7 * WEEK))
    book(far, cast.make_patient(at=location))

    found = series.preview(wish=wish, patients=[patient], now=NOW)

    assert [bool(one.conflict) for one in found] == [False] * 7 + [True]


def test_single_days_of_a_series_can_be_left_out_or_moved(plan, patient, location):
    wish = Wish(plan, Rule(WEEKS, 1, 1, TUESDAY, count=3))
    book(replace(plan, starts_at=wish.at(TUESDAY)), cast.make_patient(at=location))
    later = at(14, day=10)

    series.begin(
        wish=wish,
        patients=[patient],
        skipped=[TUESDAY],
        moved={TUESDAY + WEEK: later},
        by=BY,
        now=NOW,
    )

    starts = [one.starts_at for one in Series.objects.get().appointments.all()]
    assert starts == [later, wish.at(TUESDAY + 2 * WEEK)]


@pytest.mark.parametrize("first", [date(2026, 3, 3), date(2026, 10, 27)])
def test_a_series_stays_at_ten_when_the_clocks_change(plan, patient, first):
    wish = Wish(
        replace(plan, starts_at=datetime.combine(first, time(10), NEW_YORK)),
        Rule(WEEKS, 1, 1, first, count=3),
    )

    series.begin(wish=wish, patients=[patient], by=BY, now=NOW)

    found = [one.starts_at for one in Appointment.objects.all()]
    assert {wall_clock(one, "America/New_York") for one in found} == {time(10)}
    assert len({one.astimezone(NEW_YORK).utcoffset() for one in found}) == 2


def test_a_time_that_does_not_exist_is_an_hour_later_on_that_day_alone(plan):
    sundays = Rule(WEEKS, 1, 6, date(2026, 3, 1), count=3)
    early = datetime(2026, 3, 1, 2, 30, tzinfo=NEW_YORK)
    wish = Wish(replace(plan, starts_at=early), sundays)

    found = wish.occurrences(until=date(2026, 4, 1))

    shown = [wall_clock(one.plan.starts_at, "America/New_York") for one in found]
    assert shown == [time(2, 30), time(3, 30), time(2, 30)]


def test_who_types_a_time_that_does_not_exist_reads_why():
    with pytest.raises(zones.NoSuchTime, match="The clocks go forward"):
        zones.instant(date(2026, 3, 8), time(2, 30), "America/New_York")


def test_repeating_visits_need_no_second_typing(plan, patient):
    """The third Tuesday of each month, in the calendar as visits like any other."""
    rule = Rule(MONTHS, 1, 1, TUESDAY, nth=3, count=3)

    series.begin(wish=Wish(plan, rule), patients=[patient], by=BY, now=NOW)

    days = [one.series_on for one in Appointment.objects.all()]
    assert days == [date(2026, 3, 17), date(2026, 4, 21), date(2026, 5, 19)]


# Time -------------------------------------------------------------------------------
def test_free_times_and_visits_are_counted_on_one_clock(
    plan, patient, far_location, clinician
):
    """The same instant, written in three zones, is one key."""
    kind = plan.type
    visit = book(replace(plan, starts_at=plan.starts_at.astimezone(None)), patient)

    visit.refresh_from_db()

    assert minute_of(visit.starts_at) == minute_of(at(10))
    assert not offered(kind) & set(range(minute_of(at(9, 11)), minute_of(at(10, 50))))


def test_a_day_is_the_locations_day(plan, patient, clinician, far_location):
    """Late in Phoenix it is the next day in UTC; it is still the day asked for."""
    duty.set_duty_hours(
        staff=clinician,
        location=far_location,
        spans=[(5, time(18), time(20))],
        by=BY,
    )
    saturday = date(2026, 3, 7)

    found = sorted(offered(plan.type, saturday, saturday))

    first = instant_of(found[0])
    assert (zones.local_day(first, "America/Phoenix"), first.date().day) == (
        saturday,
        8,
    )


# Buffers ----------------------------------------------------------------------------
def test_a_pause_after_a_visit_is_taken_whatever_comes_next(plan, patient, location):
    """Also for a type that has no pause of its own: the time is the clinician's."""
    pause = make_type(plan.clinician, name="Pause", buffer_after=timedelta(minutes=10))
    book(replace(plan, type=pause), patient)
    next_one = replace(plan, starts_at=at(10, 50))

    with pytest.raises(booking.SlotTaken):
        book(next_one, cast.make_patient(at=location))

    assert minute_of(at(10, 50)) not in offered(plan.type)


def test_a_pause_before_a_visit_is_as_good_as_one_after(plan, patient, location):
    book(replace(plan, starts_at=at(9)), patient)
    pause = make_type(plan.clinician, name="Pause", buffer_before=timedelta(minutes=10))
    right_after = replace(plan, type=pause, starts_at=at(9, 50))

    with pytest.raises(booking.SlotTaken):
        book(right_after, cast.make_patient(at=location))
    book(replace(right_after, starts_at=at(10)), cast.make_patient(at=location))


def test_pauses_hold_where_it_is_saved_and_not_only_in_the_list_of_free_times(
    plan, patient, location
):
    pause = make_type(plan.clinician, name="Pause", buffer_after=timedelta(minutes=10))
    book(replace(plan, type=pause), patient)
    early = book(
        replace(plan, starts_at=at(14)), other := cast.make_patient(at=location)
    )

    with pytest.raises(booking.SlotTaken):
        booking.move(
            appointment=early,
            plan=replace(plan, starts_at=at(10, 55)),
            by=BY,
            now=NOW,
        )

    assert Attendee.objects.get(patient=other).appointment.starts_at == at(14)


def test_a_pause_keeps_the_room_as_well(plan, patient, location):
    catalogue.add_room(location=location, name="1", by=BY)
    other = cast.make_clinician(at=location)
    duty.set_duty_hours(
        staff=other, location=location, spans=[(1, time(9), time(17))], by=BY
    )
    kind = make_type(
        other,
        name="In a room",
        needs_room=True,
        buffer_after=timedelta(minutes=10),
        clinicians=[other, plan.clinician],
    )
    book(replace(plan, type=kind), patient)

    with pytest.raises(booking.SlotTaken, match="No room"):
        book(
            replace(plan, type=kind, clinician=other, starts_at=at(10, 55)),
            cast.make_patient(at=location),
        )
