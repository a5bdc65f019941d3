"""What went wrong in such calendars before, as lessons: outcomes, rows, places."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from practice import chores as clockwork
from practice import duty
from scheduling import booking, calendar_rules, measures, series, visits
from scheduling.booking import Despite
from scheduling.chores import CHORES
from scheduling.finding import Question, find
from scheduling.minutes import minute_of
from scheduling.models import Attendee
from scheduling.recurring import WEEKS, Rule
from scheduling.series import Wish
from scheduling.states import LIVE, Status
from tests import cast
from tests.scheduling.conftest import at, make_type

NOW, BY, TUESDAY = cast.MONDAY, cast.FOUNDER, date(2026, 3, 3)


def book(plan, *patients, **more):
    return booking.book(plan=plan, patients=patients, by=BY, now=NOW, **more)


def offered(kind, first=TUESDAY, last=TUESDAY):
    return {slot.starts for slot in find(Question(kind, first, last), now=NOW).slots}


def cancel(visit, status=Status.CANCELLED):
    return visits.cancel(
        attendees=visit.attendees.all(), status=status, reason="Ill", by=BY, now=NOW
    )


def correct(attendee, status):
    return visits.correct(
        attendee=attendee, status=status, reason="Came late", by=BY, now=at(11)
    )


# What became of it ------------------------------------------------------------------
def test_nothing_is_a_no_show_by_itself(plan, patient):
    """No matter how long ago: what nobody marked is still open."""
    visit = book(plan, patient)
    series.begin(
        wish=Wish(replace(plan, starts_at=at(15)), Rule(WEEKS, 1, 1, TUESDAY)),
        patients=[patient],
        by=BY,
        now=NOW,
    )

    done = clockwork.run_due(now=NOW + timedelta(days=60))

    assert len(done) >= len(CHORES)
    assert visit.attendees.get().status == Status.SCHEDULED
    assert set(Attendee.objects.values_list("status", flat=True)) == {Status.SCHEDULED}


def test_an_outcome_can_be_set_right_with_a_reason(plan, patient):
    visit = book(plan, patient)
    [attendee] = visits.mark_no_show(
        attendees=visit.attendees.all(), by=BY, now=at(10, 45)
    )

    found = correct(attendee, Status.COMPLETED)

    assert (found.status, found.reason) == (Status.COMPLETED, "Came late")


@pytest.mark.parametrize("wrong", sorted(Status))
def test_whatever_the_outcome_another_can_be_put(plan, patient, wrong):
    attendee = book(plan, patient).attendees.get()

    correct(attendee, wrong)
    found = correct(attendee, Status.COMPLETED)

    assert found.status == Status.COMPLETED


def test_cancelled_by_whom_is_told_apart(plan, patient):
    """Three words for three things, and none of them holds the time."""
    ways = [Status.CANCELLED, Status.CANCELLED_LATE, Status.CALLED_OFF]

    for way in ways:
        [attendee] = cancel(book(plan, patient), way)
        assert attendee.status == way
        assert attendee.status not in LIVE

    assert minute_of(at(10)) in offered(plan.type)


@pytest.mark.django_db
def test_what_counts_as_a_no_show_is_said_once_and_stands_beside_the_figure():
    held = calendar_rules.rules()

    said = [calendar_rules.no_show_words(held), calendar_rules.late_words(held)]

    figures = [measures.no_shows(now=NOW), measures.late_cancellations(now=NOW)]
    for words, figure in zip(said, figures, strict=True):
        assert words in str(figure.definition)
        assert "moved, even late, is neither" in str(figure.definition)


def figures(now):
    """How many were missed, and cancelled late: as the figures beside the words say."""
    found = (measures.no_shows(now=now), measures.late_cancellations(now=now))
    return [re.findall(r"\((\d+) of (\d+)\)", str(one.value)) for one in found]


@pytest.mark.parametrize(
    ("early", "status", "counted"),
    [
        (23, Status.CANCELLED_LATE, [("1", "1")]),
        (25, Status.CANCELLED, [("0", "1")]),
        (47, Status.CANCELLED, [("0", "1")]),
    ],
)
def test_a_cancellation_is_late_as_the_rules_say_and_counts_so(
    plan, patient, as_, front_desk, early, status, counted
):
    visit, when = book(plan, patient), plan.starts_at - timedelta(hours=early)

    with time_machine.travel(when, tick=False):
        path = reverse("visit_cancel", args=[visit.pk])
        client = as_(front_desk)
        asked = client.get(path).context["form"]["status"].value()
        whom = visit.attendees.get().pk
        said = {"attendees": [whom], "status": asked, "reason": "Ill"}
        client.post(path, said)

    assert visit.attendees.get().status == status
    assert figures(at(12)) == [[], counted]


def test_another_rule_makes_the_same_cancellation_late(plan, patient):
    visit, before = book(plan, patient), calendar_rules.rules()
    two_days_before = plan.starts_at - timedelta(hours=47)

    after = calendar_rules.change(late_cancel=timedelta(hours=48), by=BY)

    assert not calendar_rules.is_late(visit.starts_at, before, now=two_days_before)
    assert calendar_rules.is_late(visit.starts_at, after, now=two_days_before)
    assert "less than 48 hours" in str(measures.late_cancellations(now=NOW).definition)


def test_a_late_move_counts_neither_as_missed_nor_as_cancelled_late(plan, patient):
    """An hour before, to the next day: there it was held, and counts once."""
    visit = book(plan, patient)
    an_hour_before = plan.starts_at - timedelta(hours=1)

    tomorrow = replace(plan, starts_at=at(10, day=4))
    booking.move(appointment=visit, plan=tomorrow, by=BY, now=an_hour_before)
    visits.complete(attendees=visit.attendees.all(), by=BY, now=at(11, day=4))

    assert calendar_rules.is_late(at(10), calendar_rules.rules(), now=an_hour_before)
    assert figures(at(12, day=4)) == [[("0", "1")], [("0", "1")]]


def test_a_no_show_counts_from_the_minute_that_the_rules_say(plan, patient):
    visit = book(plan, patient)
    absent = {"attendees": visit.attendees.all(), "by": BY}

    with pytest.raises(visits.TooEarly):
        visits.mark_no_show(**absent, now=at(10, 14))
    visits.mark_no_show(**absent, now=at(10, 15))

    assert figures(at(12)) == [[("1", "1")], [("0", "1")]]


# Faults of one row ------------------------------------------------------------------
@pytest.mark.parametrize(
    "wrong",
    [{"ends_at": at(9)}, {"taken_from": at(10, 5)}, {"modality": "by pigeon"}],
)
def test_a_malformed_visit_is_refused_where_it_is_saved(plan, patient, wrong):
    """A row that cannot be shown would break the whole day."""
    visit = book(plan, patient)
    for name, value in wrong.items():
        setattr(visit, name, value)

    with pytest.raises(IntegrityError), transaction.atomic(), cast.by_hand():
        visit.save()


def test_hours_that_end_before_they_begin_are_refused(clinician, location):
    with pytest.raises((ValueError, ValidationError, IntegrityError)):
        duty.set_duty_hours(
            staff=clinician,
            location=location,
            spans=[(1, time(17), time(9))],
            by=BY,
        )


# Places -----------------------------------------------------------------------------
def test_a_clinician_works_at_different_places_on_different_days(
    plan, patient, clinician, far_location
):
    duty.set_duty_hours(
        staff=clinician,
        location=far_location,
        spans=[(5, time(9), time(12))],
        by=BY,
    )

    there = replace(plan, location=far_location)
    with pytest.raises(booking.OutsideHours, match="no free hours at Phoenix"):
        book(there, patient)

    saturday = find(
        Question(plan.type, date(2026, 3, 7), date(2026, 3, 7)), now=NOW
    ).slots
    assert {slot.place for slot in saturday} == {far_location.pk}


def test_one_clinician_is_not_at_two_places_at_once(plan, patient, far_location):
    """Visits at one place take the time at all others."""
    book(plan, patient)
    there = replace(plan, location=far_location, starts_at=at(10, 30))

    with pytest.raises(booking.SlotTaken):
        book(there, cast.make_patient(at=far_location), despite=Despite(hours="Moved"))


def test_what_type_where_and_by_whom_must_go_together(plan, patient, far_location):
    only_there = make_type(plan.clinician, name="Only there", locations=[far_location])
    nobody = make_type(plan.clinician, name="Nobody", clinicians=[])

    for kind in (only_there, nobody):
        with pytest.raises(booking.NotOffered):
            book(replace(plan, type=kind), patient)
        assert offered(kind) == set()
