"""Later beginnings: who said that they are late, which clinician is behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practice import announcements, duty
from practice.rules import NotPossible
from scheduling import booking, catalogue, delays, undoing, visits
from scheduling.models import Delay
from scheduling.undoing import Mark
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import WEEK, at

pytestmark = pytest.mark.django_db
NOW = at(9)
BY = cast.FOUNDER


@layer
def visit(plan, patient, front_desk):
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=at(8))


def book(plan, location, front_desk, starts_at):
    new = replace(plan, starts_at=starts_at)
    people = [cast.make_patient(at=location)]
    return booking.book(plan=new, patients=people, by=front_desk, now=at(8))


def offer_also(kind, *clinicians):
    catalogue.change_type(
        kind=kind, by=BY, clinicians=clinicians, locations=[], instructions={}
    )


def waiting(kind):
    return announcements.waiting().filter(kind=kind)


def test_a_new_word_about_being_late_replaces_the_old_one(visit, front_desk):
    attendee = visit.attendees.get()

    delays.say_late(attendee=attendee, minutes=10, by=front_desk, now=NOW)
    delays.say_late(attendee=attendee, minutes=25, by=front_desk, now=NOW)

    assert [row.minutes for row in Delay.objects.all()] == [25]


def test_nobody_is_late_who_is_here(visit, front_desk):
    attendee = visit.attendees.get()
    visits.arrive(attendees=[attendee], by=front_desk, now=NOW)

    with pytest.raises(NotPossible):
        delays.say_late(attendee=attendee, minutes=10, by=front_desk, now=NOW)


def test_one_press_tells_the_next_visits(visit, plan, location, front_desk):
    others = [
        book(plan, location, front_desk, starts_at=at(hour)) for hour in (11, 12, 13)
    ]
    rows = delays.next_visits(plan.clinician, most=3, now=NOW, until=at(20))

    said = delays.say_behind(visits=rows, minutes=20, by=front_desk, now=NOW)

    assert [row.appointment for row in said] == [visit, *others[:2]]
    assert waiting(delays.BEHIND).count() == 3


def standing():
    return [row.minutes for row in Delay.objects.filter(is_withdrawn=False)]


def test_a_second_word_taken_back_leaves_the_first_one(visit, front_desk):
    attendee = visit.attendees.get()
    delays.say_late(attendee=attendee, minutes=10, by=front_desk, now=NOW)
    said = delays.say_late(attendee=attendee, minutes=40, by=front_desk, now=at(9, 20))

    delays.take_back(delays=[said], by=front_desk, now=at(9, 20))
    assert standing() == [10]

    delays.take_back(delays=[said], by=front_desk, now=at(9, 21))
    assert standing() == []


def test_so_it_is_with_what_was_announced(visit, front_desk):
    delays.say_behind(visits=[visit], minutes=15, by=front_desk, now=NOW)
    said = delays.say_behind(visits=[visit], minutes=45, by=front_desk, now=at(9, 20))

    delays.take_back(delays=said, by=front_desk, now=at(9, 20))

    assert standing() == [15]
    assert [row.announced_at for row in waiting(delays.BEHIND)] == [NOW]


def test_nobody_is_told_what_was_taken_back(visit, front_desk):
    said = delays.say_behind(visits=[visit], minutes=20, by=front_desk, now=NOW)

    delays.take_back(delays=said, by=front_desk, now=NOW)

    assert not waiting(delays.BEHIND)
    assert not Delay.objects.filter(is_withdrawn=False)


def test_a_visit_that_moved_is_not_late_any_more_until_the_move_is_undone(
    visit, plan, front_desk
):
    delays.say_late(attendee=visit.attendees.get(), minutes=20, by=front_desk, now=NOW)
    delays.say_behind(visits=[visit], minutes=15, by=front_desk, now=NOW)
    before = Mark.of(visit)

    later = replace(plan, starts_at=at(10, day=10))
    moved = booking.move(appointment=visit, plan=later, by=front_desk, now=NOW)
    assert not Delay.objects.standing()

    after = Mark.of(moved)
    undoing.undo(appointment=moved, before=before, after=after, by=front_desk, now=NOW)
    assert Delay.objects.standing().count() == 2


def test_only_who_is_behind_begins_later(visit, plan, location, front_desk):
    delays.say_late(attendee=visit.attendees.get(), minutes=20, by=front_desk, now=NOW)
    delays.say_behind(visits=[visit], minutes=15, by=front_desk, now=NOW)
    other = cast.make_clinician(at=location)
    offer_also(plan.type, plan.clinician, other)
    duty.set_duty_hours(staff=other, location=location, spans=WEEK, by=front_desk)

    covered = replace(plan, clinician=other)
    booking.move(appointment=visit, plan=covered, by=front_desk, now=NOW)

    assert [row.minutes for row in Delay.objects.standing()] == [20]


def test_a_new_word_is_about_the_new_time(visit, plan, front_desk):
    delays.say_behind(visits=[visit], minutes=15, by=front_desk, now=NOW)
    later = replace(plan, starts_at=at(12))
    moved = booking.move(appointment=visit, plan=later, by=front_desk, now=NOW)

    delays.say_behind(visits=[moved], minutes=10, by=front_desk, now=NOW)

    assert [row.minutes for row in Delay.objects.standing()] == [10]


def test_nobody_waits_for_a_clinician_without_visits(clinician, front_desk):
    with pytest.raises(delays.NothingAhead):
        delays.say_behind(visits=[], minutes=20, by=front_desk, now=NOW)
