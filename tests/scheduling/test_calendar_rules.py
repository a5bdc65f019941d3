"""The rules of the calendar: one row, and sentences that say them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice.versions import ChangedMeanwhile, Shown
from scheduling import booking, calendar_rules, visits
from scheduling.models import CalendarRules
from tests import cast
from tests.cast import FOUNDER
from tests.scheduling.conftest import at

pytestmark = pytest.mark.django_db


def test_without_a_row_sensible_rules_hold():
    held = calendar_rules.rules()

    assert held.late_cancel == timedelta(hours=24)
    assert held.no_show_after == timedelta(minutes=15)
    assert not CalendarRules.objects.exists()


def test_a_change_keeps_the_other_rules():
    calendar_rules.change(late_cancel=timedelta(hours=48), by=FOUNDER)
    calendar_rules.change(no_show_after=timedelta(0), by=FOUNDER)

    held = calendar_rules.rules()
    assert (held.late_cancel, held.no_show_after) == (timedelta(hours=48), timedelta(0))


def test_there_is_one_row():
    with pytest.raises(IntegrityError), transaction.atomic(), cast.by_hand():
        CalendarRules(pk=2).save()


@pytest.mark.parametrize(
    "wrong",
    [
        {"late_cancel": timedelta(days=8)},
        {"no_show_after": timedelta(hours=3)},
        {"series_ahead": timedelta(days=7)},
        {"default_step": timedelta(minutes=1)},
    ],
)
def test_a_rule_out_of_its_range_is_refused_by_the_database(wrong):
    with pytest.raises(ValidationError):
        calendar_rules.change(by=FOUNDER, **wrong)


def test_two_managers_do_not_overwrite_each_other():
    shown = Shown.record(CalendarRules, calendar_rules.THE_ONE)
    calendar_rules.change(late_cancel=timedelta(hours=48), by=FOUNDER)

    with pytest.raises(ChangedMeanwhile):
        calendar_rules.change(no_show_after=timedelta(0), seen=shown, by=FOUNDER)


@pytest.mark.parametrize(("hours", "is_late"), [(23, True), (24, False), (25, False)])
def test_a_cancellation_is_late_from_the_rules_hour_on(hours, is_late):
    starts_at = at(10)
    now = starts_at - timedelta(hours=hours)

    assert calendar_rules.is_late(starts_at, CalendarRules(), now=now) is is_late


def test_a_no_show_waits_as_long_as_the_rules_say(plan, patient, front_desk):
    calendar_rules.change(no_show_after=timedelta(minutes=20), by=FOUNDER)
    visit = booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)
    absent = {"attendees": [visit.attendees.get()], "by": front_desk}

    with pytest.raises(visits.TooEarly, match="20 minutes after the start"):
        visits.mark_no_show(**absent, now=at(10, 19))
    visits.mark_no_show(**absent, now=at(10, 20))


def test_every_rule_is_said_in_a_sentence():
    said = [one.words for one in calendar_rules.in_sentences(CalendarRules())]

    assert said == [
        "Late: cancelled less than 24 hours before the visit.",
        "No-show: not there 15 minutes after the start, and somebody marked it so.",
        "A visit that is moved, even late, is neither missed nor cancelled late.",
        "Series without an end are booked 90 days ahead.",
        "A new type may start every 15 minutes.",
    ]
