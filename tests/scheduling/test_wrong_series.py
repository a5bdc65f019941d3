"""A series that was begun on the wrong chart goes along with its visit, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from practice import announcements, moving, patients
from practice.moving import CannotMove
from scheduling import booking, series, visits
from scheduling.models import Attendee, SeriesMember
from scheduling.recurring import WEEKS, Rule
from tests import cast
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import at, make_type

BY, NOW, TUESDAY = cast.FOUNDER, cast.MONDAY, date(2026, 3, 3)
WEEK = timedelta(weeks=1)


@pytest.fixture
def begun(plan, patient):
    """Four Tuesdays at ten, on the wrong chart."""
    rule = Rule(WEEKS, 1, weekday=1, starts_on=TUESDAY, count=4)
    wish = series.Wish(plan, rule)
    return series.begin(wish=wish, patients=[patient], by=BY, now=NOW)


@pytest.fixture
def right(location):
    return cast.make_patient(at=location)


def row_of(begun, number=0, **which):
    visit = begun.appointments.get(series_on=TUESDAY + number * WEEK)
    return visit.attendees.get(**which)


def move(row, to):
    return moving.move(row=row, to=to, by=BY, now=NOW)


def move_back(row):
    return moving.move_back(row=Attendee.objects.get(pk=row.pk), by=BY, now=NOW)


def comers(begun):
    """Who comes to the series, and in how many of its visits each stands."""
    rows = Attendee.objects.filter(appointment__series=begun)
    return set(series.patients_of(begun)), sorted(
        rows.values_list("patient", flat=True)
    )


def book_elsewhere(patient, location, starts_at):
    other = cast.make_clinician(at=location)
    plan = booking.Plan(make_type(other, name="Talk"), other, location, starts_at)
    despite = booking.Despite(hours="Asked for")
    return booking.book(plan=plan, patients=[patient], by=BY, now=NOW, despite=despite)


def test_the_series_goes_along_with_all_its_visits_ahead(begun, right):
    move(row_of(begun, 2), right)

    assert comers(begun) == ({right}, [right.pk] * 4)
    assert {one.patient for one in announcements.waiting()} == {right}


def test_nothing_more_is_booked_for_the_wrong_patient(plan, patient, right):
    rule = Rule(WEEKS, 1, weekday=1, starts_on=TUESDAY)
    wish = series.Wish(plan, rule)
    begun = series.begin(wish=wish, patients=[patient], by=BY, now=NOW)
    move(row_of(begun), right)

    later = series.top_up(series=begun, by=BY, now=NOW + 8 * WEEK)

    assert {one.attendees.get().patient for one in later} == {right}


def test_moved_back_it_is_as_before(begun, patient, right):
    before = comers(begun)

    row = move(row_of(begun), right)
    move_back(row)

    assert comers(begun) == before == ({patient}, [patient.pk] * 4)
    assert {one.patient for one in announcements.waiting()} == {patient}


def test_there_and_back_again_and_there(begun, right):
    row = move(row_of(begun), right)
    move(move_back(row), right)

    assert comers(begun) == ({right}, [right.pk] * 4)


def test_what_came_to_the_right_chart_since_does_not_go_back(begun, patient, right):
    row = move(row_of(begun), right)
    plan = series.wish_of(begun).plan
    own = booking.book(
        plan=replace(plan, starts_at=at(14)), patients=[right], by=BY, now=NOW
    )

    move_back(row)

    assert own.attendees.get().patient == right
    assert comers(begun) == ({patient}, [patient.pk] * 4)


def test_whoever_came_to_another_visit_keeps_the_series(begun, patient, right):
    first = row_of(begun)
    visits.complete(attendees=[first], by=BY, now=at(11))

    move(row_of(begun, 1), right)

    assert comers(begun) == ({patient}, sorted([patient.pk] * 3 + [right.pk]))


def test_the_first_visit_that_took_place_takes_the_series_along(begun, right):
    first = row_of(begun)
    visits.complete(attendees=[first], by=BY, now=at(11))

    move(row_of(begun), right)

    assert comers(begun) == ({right}, [right.pk] * 4)


def test_a_partner_who_comes_already_comes_once(begun, patient, right):
    """Two who come to a series: only the visit moves, and only it goes back."""
    series.join(begun, [right], by=BY)

    row = move(row_of(begun), right)
    both = [patient.pk] * 3 + [right.pk]
    assert comers(begun) == ({patient, right}, sorted(both))

    move_back(row)
    assert comers(begun) == ({patient, right}, [patient.pk] * 4)


def test_a_guest_of_one_visit_takes_nobody_elses_series_along(begun, patient, right):
    """Forth and back: the series is of who comes to it, not of who was a guest."""
    visit = begun.appointments.first()
    guest = cast.make_patient(at=visit.location)
    with cast.by_hand():
        row = Attendee.objects.create(appointment=visit, patient=guest, status_at=NOW)

    moved = move(row, right)
    move_back(moved)

    assert set(series.patients_of(begun)) == {patient}


def test_who_has_a_visit_at_the_time_of_a_later_one_reads_which(begun, right, location):
    book_elsewhere(right, location, at(10, day=17))

    with pytest.raises(CannotMove, match=r"would go along.* Tue 17 Mar 2026, 10:00 AM"):
        move(row_of(begun), right)

    assert right not in series.patients_of(begun)


def test_a_series_does_not_go_to_somebody_who_left(begun, right):
    visits.complete(attendees=[row_of(begun)], by=BY, now=at(11))
    patients.end_care(patient=right, reason="Moved", by=BY, now=NOW)
    right.refresh_from_db()

    with pytest.raises(CannotMove, match="care has ended"):
        move(row_of(begun), right)


def test_who_left_a_series_leaves_no_membership_to_go_along(begun, patient, right):
    with cast.by_hand():
        SeriesMember._base_manager.update(is_current=False)

    move(row_of(begun), right)

    assert comers(begun) == (set(), sorted([patient.pk] * 3 + [right.pk]))


def test_the_page_says_that_the_series_goes_along(begun, as_, front_desk, now):
    path = url("move", "visit", row_of(begun).pk)

    page = text_of(as_(front_desk).get(path))

    assert "its series goes along, with 3 other visits ahead" in page


def test_the_page_says_that_the_series_stays(begun, as_, front_desk, now):
    visits.complete(attendees=[row_of(begun)], by=BY, now=at(11))

    page = text_of(as_(front_desk).get(url("move", "visit", row_of(begun, 1).pk)))

    assert "its series stays: they came to another visit of it" in page


@pytest.mark.parametrize("count", [2, 12])
def test_the_page_of_the_move_asks_as_much_for_many_visits_as_for_few(
    plan, patient, count, django_assert_num_queries
):
    rule = Rule(WEEKS, 1, weekday=1, starts_on=TUESDAY, count=count)
    wish = series.Wish(plan, rule)
    begun = series.begin(wish=wish, patients=[patient], by=BY, now=NOW)
    row = row_of(begun)

    with django_assert_num_queries(6):
        found = moving.also_movable(row).words(row)

    assert f"with {count - 1} other visit" in found


def test_who_was_told_of_a_series_is_told_once_that_it_was_a_mistake(
    begun, patient, right
):
    for row in announcements.waiting():
        announcements.tell(announcement=row, by=BY, now=NOW + timedelta(minutes=5))

    move(begun.appointments.first().attendees.get(), right)

    rows = announcements.by_hand(now=NOW + timedelta(minutes=5)).order_by("kind")
    assert list(rows.values_list("kind", "patient")) == [
        ("attendee.booked", right.pk),
        ("attendee.called_off", patient.pk),
    ]
