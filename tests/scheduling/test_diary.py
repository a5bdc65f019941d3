"""What a page of the calendar knows: visits, hours, what is shut; for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import duty, locations, patients
from practice.models import Role
from scheduling import booking, busy_calendars, catalogue, diary, diary_sheets, visits
from scheduling.booking import Despite
from scheduling.models import ExternalBusy
from scheduling.states import Status
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

TUESDAY, MONDAY = date(2026, 3, 3), cast.MONDAY


@layer
def visit(plan, patient, front_desk):
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=MONDAY)


def read(location, staff, *, days=(TUESDAY,), who=()):
    return diary.read(place=location, days=list(days), who=who, staff=staff, now=at(12))


def day(location, staff, **wish):
    """As it is at eight, before the hours begin."""
    return diary_sheets.by_clinician(read(location, staff, **wish), now=at(8))


def shades(column, what):
    return [
        (one.first * 5, one.last * 5, one.words)
        for one in column.shades
        if one.what == what
    ]


def test_a_day_has_a_column_for_everybody_who_works_there(visit, location, front_desk):
    [column] = day(location, front_desk).columns

    assert [card.visit.row.visit for card in column.cards] == [visit.pk]
    assert shades(column, "open") == [(9 * 60, 17 * 60, "")]
    assert column.free == 8 * 60 - 50


def test_who_works_elsewhere_has_no_column(visit, far_location, stranger):
    assert day(far_location, stranger).columns == []


def test_who_has_no_hours_but_a_visit_has_a_column(plan, patient, location, manager):
    saturday = replace(plan, starts_at=at(22, day=7))
    booking.book(
        plan=saturday,
        patients=[patient],
        despite=Despite(hours="A crisis"),
        by=manager,
        now=MONDAY,
    )

    sheet = day(location, manager, days=[date(2026, 3, 7)])

    assert len(sheet.columns[0].cards) == 1
    assert sheet.last >= 22 * 60 + 50


def test_clinicians_see_their_own_visits_only(visit, location, kind):
    other = cast.make_clinician(at=location)
    own = booking.Plan(make_type(other, name="Talk"), other, location, at(14))
    mine = booking.book(
        plan=own,
        patients=[cast.make_patient(at=location)],
        despite=Despite(hours="No hours needed here"),
        by=other,
        now=MONDAY,
    )

    found = read(location, other)

    assert [one.row.visit for one in found.visits] == [mine.pk]
    assert list(found.team) == [other.pk]


def test_who_may_not_open_a_chart_reads_private(visit, patient, location, front_desk):
    patients.restrict(patient=patient, is_restricted=True, by=cast.FOUNDER)

    found = read(location, front_desk)

    [guest] = found.visits[0].guests
    assert (guest.patient, guest.full, guest.initials) == (None, "", "")
    assert found.patients == set()


def test_a_visit_at_another_place_takes_the_time_and_names_nobody(
    plan, patient, location, far_location, clinician, front_desk, manager
):
    there = replace(plan, location=far_location, starts_at=at(15))
    booking.book(
        plan=there,
        patients=[patient],
        despite=Despite(hours="A crisis"),
        by=manager,
        now=MONDAY,
    )

    [card] = day(location, front_desk).columns[0].cards

    assert card.is_elsewhere
    assert not card.is_open
    assert card.visit.guests[0].full == ""


def test_what_nobody_books_is_marked_in_words(plan, location, clinician, front_desk):
    away = {"kind": "training", "cover": None, "by": cast.FOUNDER}
    duty.record_absence(staff=clinician, starts_at=at(15), ends_at=at(16), **away)
    pause = {"weekday": 1, "starts": time(12), "ends": time(13), "words": "Lunch"}
    catalogue.protect_time(
        clinician=clinician, location=location, by=cast.FOUNDER, **pause
    )

    [column] = day(location, front_desk).columns

    assert shades(column, "away") == [(15 * 60, 16 * 60, "Training")]
    assert shades(column, "kept") == [(12 * 60, 13 * 60, "Lunch")]
    assert column.free == 6 * 60


def test_a_calendar_elsewhere_keeps_its_time(hours, location, clinician, front_desk):
    source = busy_calendars.add(
        staff=clinician, address="https://a.example/a.ics", by=clinician, now=MONDAY
    )
    span = {"starts_at": at(10), "ends_at": at(11)}
    ExternalBusy.objects.create(calendar=source, clinician=clinician, **span)

    [column] = day(location, front_desk).columns

    assert shades(column, "busy") == [(10 * 60, 11 * 60, "Busy elsewhere")]
    assert column.free == 7 * 60


def test_a_closure_shuts_the_whole_day(visit, location, front_desk):
    locations.close_for(
        location=location,
        starts_on=TUESDAY,
        ends_on=TUESDAY,
        reason="Works on the roof",
        by=cast.FOUNDER,
    )

    [column] = day(location, front_desk).columns

    assert shades(column, "shut") == [(0, 24 * 60, "Works on the roof")]
    assert shades(column, "open") == []
    assert len(column.cards) == 1


def test_visits_beside_each_other_stand_side_by_side(
    visit, plan, location, clinician, manager
):
    other = cast.make_patient(at=location)
    despite = Despite(beside=visit, beside_reason="A crisis")
    booking.book(plan=plan, patients=[other], despite=despite, by=manager, now=MONDAY)

    [column] = day(location, manager).columns

    assert sorted(card.lane for card in column.cards) == [(0, 2), (1, 2)]
    assert all(card.visit.is_double for card in column.cards)


def test_a_cancelled_visit_leaves_the_sheet_and_stays_in_the_list(
    visit, location, front_desk
):
    visits.cancel(
        attendees=[visit.attendees.get()],
        status=Status.CANCELLED,
        reason="Ill",
        by=front_desk,
        now=at(8),
    )

    found = read(location, front_desk)

    assert diary_sheets.by_clinician(found, now=at(12)).columns[0].cards == []
    assert [line.visit.status for line in diary_sheets.lines(found)] == ["cancelled"]


def test_rooms_have_columns_and_what_takes_none_has_one(
    visit, plan, location, clinician, patient, front_desk
):
    room = catalogue.add_room(location=location, name="Room 1", by=cast.FOUNDER)
    kind = make_type(clinician, name="In a room", needs_room=True)
    inside = replace(plan, type=kind, starts_at=at(14))
    booking.book(plan=inside, patients=[patient], by=front_desk, now=MONDAY)

    sheet = diary_sheets.by_room(read(location, front_desk), now=at(12))

    heads = [(column.room, len(column.cards)) for column in sheet.columns]
    assert heads == [(room.pk, 1), (None, 1)]
    assert {column.cards[0].who for column in sheet.columns} == {clinician.name}


@pytest.mark.parametrize(
    ("on", "length", "labels"),
    [
        (date(2026, 3, 8), 23 * 60, [0, 60, 180, 240]),
        (date(2026, 11, 1), 25 * 60, [0, 60, 60, 120]),
    ],
)
def test_a_day_has_as_many_hours_as_the_clocks_give_it(location, on, length, labels):
    scale = diary_sheets.Scale.of(on, location.time_zone)

    hours = list(scale.hours(0, scale.extent))

    assert scale.extent == length
    assert [hour.wall for hour in hours[:4]] == labels
    assert [hour.is_again for hour in hours[:4]] == [
        False,
        False,
        labels[2] == 60,
        False,
    ]


def test_in_a_week_every_day_goes_by_the_clock_on_the_wall(
    plan, patient, location, clinician, manager
):
    sunday = replace(plan, starts_at=at(10, day=8))
    booking.book(
        plan=sunday,
        patients=[patient],
        despite=Despite(hours="A crisis"),
        by=manager,
        now=MONDAY,
    )
    week = [date(2026, 3, 2) + timedelta(days=n) for n in range(7)]

    found = read(location, manager, days=week, who=[clinician.pk])
    sheet = diary_sheets.by_day(found, clinician=clinician.pk, now=at(12))

    [card] = sheet.columns[-1].cards
    assert (card.first * 5, card.last * 5) == (10 * 60, 10 * 60 + 50)


def test_the_line_of_now_is_on_today_alone(visit, location, clinician, manager):
    week = [date(2026, 3, 2) + timedelta(days=n) for n in range(7)]

    found = read(location, manager, days=week, who=[clinician.pk])
    sheet = diary_sheets.by_day(found, clinician=clinician.pk, now=at(12))

    assert [column.now for column in sheet.columns] == [None, 720, None, None, None]


def test_more_visits_take_no_more_queries(visit, plan, location, front_desk):
    def count():
        with CaptureQueriesContext(connection) as asked:
            day(location, front_desk)
        return len(asked)

    few = count()
    for hour in (11, 12, 13, 14, 15):
        there = replace(plan, starts_at=at(hour))
        somebody = cast.make_patient(at=location)
        booking.book(plan=there, patients=[somebody], by=front_desk, now=MONDAY)

    assert count() == few <= 6


def test_the_head_counts_what_the_page_shows(
    visit, plan, patient, location, front_desk
):
    late = replace(plan, starts_at=at(14))
    booking.book(plan=late, patients=[patient], by=front_desk, now=MONDAY)
    visits.arrive(attendees=[visit.attendees.get()], by=front_desk, now=at(9, 55))

    tally = read(location, front_desk).tally(at(12))

    assert (tally.visits, tally.unconfirmed, tally.waiting) == (2, 1, 1)


def test_a_manager_sees_every_place(visit, location, far_location):
    boss = cast.make_staff(Role.MANAGER, at=far_location)

    assert len(read(location, boss).visits) == 1
