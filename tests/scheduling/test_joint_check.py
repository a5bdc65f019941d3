"""One text for several goes only while all of it is true; then each by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging import changing, parts
from messaging.changing import OUTBOX, Change
from messaging.models import Delivery
from messaging.states import Status as Sending
from practice import contacts, personal_data
from scheduling import (
    booking,
    calling_off,
    joint_check,
    reminder_rules,
    reminders_due,
    undoing,
    visits,
)
from scheduling.models import Reminder
from scheduling.undoing import Mark
from tests.cast import FOUNDER
from tests.scheduling.conftest import at
from tests.scheduling.families import (
    MONDAY,
    TWO_DAYS,
    coming,
    hand_over,
    member,
    occasions,
    texts,
)
from tests.scheduling.reminding import CLOCK, follow

pytestmark = pytest.mark.django_db
JOINT = "two_days_joint"


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def ana(location, practice):
    return member(location)[0]


@pytest.fixture
def ben(location, practice):
    return member(location)[0]


@pytest.fixture
def both(plan, ana, ben):
    """Two visits of one day, and one text about them in the outbox."""
    visits = coming(plan, ana, 14), coming(plan, ben, 16)
    follow(MONDAY)
    hand_over()
    return visits


def look():
    return joint_check.still_true(texts(occasion=JOINT), now=TWO_DAYS)


def keep_back():
    """As the outbox does what its last look finds moot."""
    said = look()
    rows = Delivery.objects.filter(pk__in=said, status=Sending.DUE)
    changes = [
        Change(row=row, to=Sending.WITHDRAWN, kind="left_out", words=said[row.pk])
        for row in rows
    ]
    changing.change_many(changes, by=OUTBOX, at=TWO_DAYS)
    return len(changes)


def again():
    """What the clock does once something was kept back."""
    follow(TWO_DAYS)
    reminders_due.look_again(now=TWO_DAYS)
    hand_over()


def due():
    return occasions(status=Sending.DUE)


def test_a_true_one_goes(both):
    assert look() == {}


def test_it_stays_back_when_one_of_them_confirmed_and_the_other_gets_their_own(
    both, ben
):
    visits.confirm(attendees=both[0].attendees.all(), by=CLOCK, now=TWO_DAYS)

    assert keep_back() == 1
    again()
    assert due() == ["two_days"]
    assert texts(status=Sending.DUE)[0].patient == ben


def test_what_is_said_of_it_tells_nothing_of_the_others(both):
    visits.confirm(attendees=both[0].attendees.all(), by=CLOCK, now=TWO_DAYS)

    [said] = look().values()
    assert "confirmed" not in said
    assert said.startswith("One of the visits")


def test_one_who_no_longer_agrees_ends_it_and_each_gets_their_own(both, ana):
    point = ana.contact_points.get()
    contacts.change(
        point=point, value=str(point.phone), may_join_texts=False, by=CLOCK, now=MONDAY
    )

    assert keep_back() == 1
    again()
    assert due() == ["two_days", "two_days"]


def test_a_number_that_one_gave_up_brings_the_other_their_own(both, ana, ben):
    contacts.end(point=ana.contact_points.get(), by=CLOCK, now=MONDAY)

    assert keep_back() == 1
    again()
    assert [one.patient for one in texts(status=Sending.DUE)] == [ben]


def test_a_visit_that_moved_leaves_the_other_reminded(both, plan, ben):
    later = replace(plan, starts_at=at(10, day=20))
    booking.move(appointment=both[0], plan=later, by=CLOCK, now=TWO_DAYS)
    again()

    assert texts(occasion=JOINT)[0].status == Sending.WITHDRAWN
    assert [one.patient for one in texts(status=Sending.DUE)] == [ben]


def test_the_same_text_comes_back_once_a_move_is_undone(both, plan):
    before, later = Mark.of(both[0]), replace(plan, starts_at=at(10, day=20))
    moved = booking.move(appointment=both[0], plan=later, by=CLOCK, now=TWO_DAYS)
    follow(TWO_DAYS)
    undoing.undo(
        appointment=moved, before=before, after=Mark.of(moved), by=CLOCK, now=TWO_DAYS
    )
    again()

    [joint] = texts()
    assert (joint.status, joint.parts.count()) == (Sending.DUE, 2)


def test_both_of_one_text_may_be_called_off_at_once(both, plan, location):
    """And whoever else has a visit is planned for all the same."""
    for visit in both:
        calling_off.call_off(appointment=visit, reason="Ill", by=CLOCK, now=TWO_DAYS)
    third = coming(plan, member(location)[0], 9, day=25)

    follow(TWO_DAYS)

    assert texts(occasion=JOINT)[0].status == Sending.WITHDRAWN
    assert Reminder.objects.filter(attendee__appointment=third).exists()


def test_a_chart_tells_of_no_visit_but_its_own(both, plan, ben):
    later = replace(plan, starts_at=at(10, day=20))
    booking.move(appointment=both[0], plan=later, by=CLOCK, now=TWO_DAYS)
    follow(TWO_DAYS)

    sent = personal_data.export_chart(patient=ben, by=FOUNDER)["messages"]["sent"]
    [reason] = [row["reason"] for row in sent if row["reason"]]
    assert reason == reminder_rules.why_not_together()


def test_three_of_whom_one_cancels_are_two_in_one_text(plan, ana, ben, location):
    coming(plan, ana, 14)
    coming(plan, ben, 16)
    third = coming(plan, member(location)[0], 11)
    hand_over()
    calling_off.call_off(appointment=third, reason="Ill", by=CLOCK, now=TWO_DAYS)
    again()

    [joint] = texts(status=Sending.DUE)
    assert joint.occasion == JOINT
    assert "2:00 PM and 4:00 PM" in joint.body


def test_what_left_is_never_said_again(both, plan):
    Delivery.objects.update(status=Sending.SENT, left_at=TWO_DAYS)
    visits.confirm(attendees=both[0].attendees.all(), by=CLOCK, now=TWO_DAYS)
    again()

    assert occasions() == [JOINT]


def test_one_that_reached_one_parent_is_not_repeated_there(both, ana):
    """Another text about the same reminder left; only what was kept back goes again."""
    [joint] = texts()
    row = Reminder.objects.get(
        attendee__patient=ana, step__occasion="two_days", state="handed"
    )
    other = Delivery.objects.get(occasion="first_text")
    Delivery.objects.filter(pk=other.pk).update(
        address="+12125550199", status=Sending.SENT, left_at=TWO_DAYS
    )
    row.deliveries.add(other)
    visits.confirm(attendees=both[1].attendees.all(), by=CLOCK, now=TWO_DAYS)
    keep_back()
    again()

    assert [one.patient for one in texts(status=Sending.DUE)] == [ana]
    assert Delivery.objects.filter(address="+12125550199").count() == 1
    assert parts.each(joint)[0].patient == ana


def test_looking_again_never_goes_round_in_circles(both, ana):
    contacts.end(point=ana.contact_points.get(), by=CLOCK, now=MONDAY)
    keep_back()
    again()
    known = Delivery.objects.count()

    assert keep_back() == 0
    assert reminders_due.look_again(now=TWO_DAYS) == 0
    again()
    assert Delivery.objects.count() == known


def test_the_number_of_queries_is_the_same_for_one_and_for_three(both, plan, location):
    with CaptureQueriesContext(connection) as one:
        look()
    for number, hour in enumerate((9, 11)):
        for later in (0, 4):
            patient, _point = member(location, value=f"+1212555020{number}")
            coming(plan, patient, hour + later)
    hand_over()

    assert len(texts(occasion=JOINT)) == 3
    with CaptureQueriesContext(connection) as many:
        look()
    assert len(many) == len(one)
