"""What of visits a person tells the patient, until messages go by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from practice import announcements, links, merging, patients
from practice.announcements import UNDO_TIME
from practice.models import Announcement
from scheduling import (
    booking,
    catalogue,
    delays,
    details,
    series,
    undoing,
    visits,
)
from scheduling.models import Attendee, Modality
from scheduling.recurring import WEEKS, Rule
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.ground import layer
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import at

BY = cast.FOUNDER
NOW = cast.MONDAY
DAY = timedelta(days=1)


@layer
def visit(plan, patient):
    return booking.book(plan=plan, patients=[patient], by=BY, now=NOW)


def kinds(now=NOW):
    rows = announcements.by_hand(now=now).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def cancel(visit, status=Status.CALLED_OFF, now=NOW, by=BY):
    visits.cancel(
        attendees=visit.attendees.all(), status=status, reason="Ill", by=by, now=now
    )


def test_a_booked_visit_is_told_to_the_patient(visit, front_desk):
    (change,) = announcements.waiting_for(front_desk, now=NOW).rows

    assert (change.words, change.hearers) == ("Visit booked", ["the patient"])
    assert change.detail == "Tue 3 Mar 2026, 10:00 AM"


def test_of_one_visit_the_newest_is_told(visit, plan):
    later = replace(plan, starts_at=at(11))
    booking.move(appointment=visit, plan=later, by=BY, now=NOW)
    assert kinds() == ["appointment.moved"]

    cancel(visit)
    assert kinds() == ["attendee.called_off"]


def test_who_still_expects_the_old_time_is_told_until_then(visit, plan):
    booking.move(appointment=visit, plan=replace(plan, starts_at=at(9)), by=BY, now=NOW)

    assert kinds(now=at(9, 30)) == ["appointment.moved"]
    assert kinds(now=at(10)) == []


def test_what_was_told_of_a_move_does_not_bring_the_booking_back(visit, plan):
    later = replace(plan, starts_at=at(11))
    booking.move(appointment=visit, plan=later, by=BY, now=NOW)

    row = announcements.by_hand(now=NOW).get()
    announcements.tell(announcement=row, by=BY, now=NOW + UNDO_TIME)

    assert kinds() == []


def test_an_undone_move_leaves_the_booking_to_be_told(visit, plan):
    before, later = Mark.of(visit), replace(plan, starts_at=at(11))
    moved = booking.move(
        appointment=visit, plan=later, by=BY, now=NOW + timedelta(seconds=9)
    )

    undoing.undo(
        appointment=moved,
        before=before,
        after=Mark.of(moved),
        by=BY,
        now=NOW + UNDO_TIME,
    )

    assert kinds() == ["attendee.booked"]


@pytest.mark.parametrize("act", [visits.confirm, visits.arrive, visits.complete])
def test_who_knows_of_the_visit_is_not_told(visit, act):
    act(attendees=visit.attendees.all(), by=BY, now=at(9, 50))

    assert kinds() == []
    assert announcements.waiting().exists()  # for reminders and calendars


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.COMPLETED])
def test_what_was_recorded_wrongly_leaves_the_booking_to_be_told(visit, status):
    attendee, over = visit.attendees.get(), at(10, 50)
    set_right(attendee, status, now=over)
    assert kinds(at(9)) == []

    set_right(attendee, Status.SCHEDULED, now=over)

    assert kinds(at(9)) == ["attendee.booked"]


def test_who_was_told_of_the_visit_hears_nothing_of_a_slip(visit):
    attendee = visit.attendees.get()
    tell_all()
    set_right(attendee, Status.CONFIRMED)

    set_right(attendee, Status.SCHEDULED)

    assert kinds() == []


def tell_all():
    for row in announcements.waiting():
        announcements.tell(announcement=row, by=BY, now=NOW + UNDO_TIME)


def test_who_was_called_off_by_mistake_hears_that_the_visit_takes_place(visit):
    cancel(visit)
    tell_all()

    set_right(visit.attendees.get(), Status.SCHEDULED)

    assert kinds() == ["attendee.scheduled_again"]


def test_who_heard_nothing_of_the_mistake_hears_nothing_of_its_end(visit):
    tell_all()
    cancel(visit)

    set_right(visit.attendees.get(), Status.SCHEDULED)

    assert kinds() == []


def test_who_cancelled_by_their_link_hears_that_the_visit_takes_place(visit):
    cancel(visit, by=links.VISITOR)

    set_right(visit.attendees.get(), Status.SCHEDULED)

    assert kinds() == ["attendee.scheduled_again"]


def set_right(attendee, status, now=NOW):
    visits.correct(attendee=attendee, status=status, reason="A slip", by=BY, now=now)


def test_nobody_is_told_of_a_visit_that_is_over(visit):
    assert kinds(now=at(9, 59)) == ["attendee.booked"]
    assert kinds(now=at(10)) == []


def test_nobody_is_told_about_a_visit_of_a_person_who_died(visit, patient):
    patients.record_death(patient=patient, died_on=None, by=BY, now=NOW)
    cancel(visit)

    assert kinds() == ["patient.deceased"]

    patients.take_death_back(patient=patient, by=BY, now=NOW)
    assert kinds() == ["attendee.called_off"]


def test_nor_by_a_chart_that_was_merged_into_theirs(visit, patient, location):
    into = cast.make_patient(at=location)
    merging.merge(duplicate=patient, into=into, by=BY, now=NOW)
    patients.record_death(patient=into, died_on=None, by=BY, now=NOW)

    assert kinds() == ["patient.deceased"]


@pytest.fixture
def repeated(plan, patient):
    """A series of four visits, told of at once."""
    rule = Rule(WEEKS, 1, weekday=1, starts_on=at(10).date(), count=4)
    series.begin(wish=series.Wish(plan, rule), patients=[patient], by=BY, now=NOW)


def test_a_series_is_told_of_by_one_press(repeated, patient):
    row = announcements.by_hand(now=NOW).get()

    announcements.tell(announcement=row, by=BY, now=NOW + UNDO_TIME)

    assert not announcements.waiting().exists()
    assert Announcement.objects.filter(taken_at=NOW + UNDO_TIME).count() == 4

    announcements.untell(announcement=row, by=BY)
    assert announcements.waiting().count() == 4


def test_the_next_visits_of_a_series_were_agreed_on(plan, patient):
    rule = Rule(WEEKS, 1, weekday=1, starts_on=at(10).date())
    row = series.begin(wish=series.Wish(plan, rule), patients=[patient], by=BY, now=NOW)
    for one in announcements.by_hand(now=NOW):
        announcements.tell(announcement=one, by=BY, now=NOW + UNDO_TIME)

    series.top_up(series=row, by=BY, now=NOW + 21 * DAY)

    assert Attendee.objects.count() > 13
    assert kinds(now=NOW + 21 * DAY) == []


def test_what_happened_at_another_time_is_told_apart(visit, plan, patient):
    other = replace(plan, starts_at=at(12))
    booking.book(plan=other, patients=[patient], by=BY, now=NOW + DAY / 24)

    assert kinds() == ["attendee.booked", "attendee.booked"]


def test_the_page_says_what_when_and_to_whom(visit, as_, front_desk, now):
    page = text_of(as_(front_desk).get(url("announcements")))

    assert "Visit booked · Tue 3 Mar 2026, 10:00 AM · to tell: the patient" in page


@pytest.mark.parametrize("count", [1, 12])
def test_today_asks_no_more_for_many(
    count, plan, location, as_, front_desk, now, django_assert_max_num_queries
):
    for number in range(count):
        one = replace(plan, starts_at=at(9 + number % 6, day=3 + number // 6))
        booking.book(
            plan=one, patients=[cast.make_patient(at=location)], by=BY, now=NOW
        )
    client = as_(front_desk)
    client.get(url("today"))

    with django_assert_max_num_queries(26):
        page = client.get(url("today"))

    assert "Changes to pass on" in text_of(page)


@pytest.fixture
def by_video(visit):
    """An hour later the visit is held by video."""
    catalogue.change_type(
        kind=visit.type,
        clinicians=[visit.clinician],
        locations=[],
        instructions={},
        is_telehealth=True,
        by=BY,
    )
    visit.refresh_from_db()
    return details.change(
        appointment=visit,
        room=None,
        modality=Modality.TELEHEALTH,
        telehealth_url="https://video.example/room",
        desk_note="",
        by=BY,
        now=NOW + DAY / 24,
    )


def test_another_way_to_meet_is_told_beside_the_booking(by_video, front_desk):
    assert kinds() == ["attendee.booked", "appointment.changed"]

    rows = announcements.waiting_for(front_desk, now=NOW).rows
    assert rows[0].detail == "Tue 3 Mar 2026, 10:00 AM · Telehealth"


def test_a_delay_is_told_until_the_visit_begins(visit, front_desk):
    delays.say_behind(visits=[visit], minutes=10, by=BY, now=at(9, 30))
    delays.say_behind(visits=[visit], minutes=20, by=BY, now=at(9, 40))

    assert kinds(now=at(9, 45)) == ["attendee.booked", "appointment.delayed"]
    (late, _booked) = announcements.waiting_for(front_desk, now=at(9, 45)).rows
    assert late.detail == "Tue 3 Mar 2026, 10:00 AM · 20 minutes later"

    assert kinds(now=at(10, 19)) == ["appointment.delayed"]
    assert kinds(now=at(10, 20)) == []


@pytest.mark.parametrize("act", [visits.arrive, cancel])
def test_who_is_here_or_does_not_come_hears_of_no_delay(visit, act):
    delays.say_behind(visits=[visit], minutes=20, by=BY, now=at(9, 30))

    if act is cancel:
        cancel(visit, now=at(9, 31))
    else:
        act(attendees=visit.attendees.all(), by=BY, now=at(9, 31))

    assert "appointment.delayed" not in kinds(now=at(9, 31))


def test_who_confirms_does_not_know_of_the_delay(visit):
    delays.say_behind(visits=[visit], minutes=20, by=BY, now=at(9, 30))
    visits.confirm(attendees=visit.attendees.all(), by=BY, now=at(9, 31))

    assert kinds(now=at(9, 31)) == ["appointment.delayed"]


def test_undo_takes_back_its_own_act_and_not_an_older_one(visit, plan):
    before, half = Mark.of(visit), NOW + UNDO_TIME / 2
    later = replace(plan, starts_at=at(11))
    moved = booking.move(appointment=visit, plan=later, by=BY, now=half)
    row = announcements.by_hand(now=half).get()

    with pytest.raises(announcements.StillUndoable):
        announcements.tell(announcement=row, by=BY, now=half)
    undoing.undo(
        appointment=moved, before=before, after=Mark.of(moved), by=BY, now=half
    )

    assert kinds() == ["attendee.booked"]
