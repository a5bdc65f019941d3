"""What went wrong in such calendars before, as lessons: outcomes, rows, places."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice import duty
from scheduling import booking, calendar_rules, series, visits
from scheduling.booking import Despite
from scheduling.finding import Question, find
from scheduling.minutes import minute_of
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
    holder = series.begin(
        wish=Wish(replace(plan, starts_at=at(15)), Rule(WEEKS, 1, 1, TUESDAY)),
        patients=[patient],
        by=BY,
        now=NOW,
    )

    series.top_up(series=holder, by=BY, now=NOW + timedelta(days=60))

    assert visit.attendees.get().status == Status.SCHEDULED


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

    words = [calendar_rules.no_show_words(held), calendar_rules.late_words(held)]

    assert all(words)
    assert held.late_cancel > timedelta(0)


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


@pytest.mark.parametrize(
    ("refusal", "beside"),
    [
        (booking.SlotTaken, "starts_at"),
        (booking.OutsideHours, "starts_at"),
        (booking.NotOffered, "type"),
        (booking.PatientElsewhere, "starts_at"),
        (booking.TooManyPatients, "patients"),
        (booking.NotInCare, "patients"),
        (visits.NoReason, "reason"),
    ],
)
def test_every_refusal_knows_beside_which_field_it_is_said(refusal, beside):
    assert refusal.field == beside


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
