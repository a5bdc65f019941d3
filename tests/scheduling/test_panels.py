"""Visits on the patient page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from practice.contributions import OpenChart
from practice.models import Practice
from scheduling import booking, visits
from scheduling.panels import BADGES
from scheduling.panels import visits as panel_of
from scheduling.states import LIVE, Status
from tests import cast
from tests.scheduling.conftest import at
from tests.sources import ROOT

NOW = at(12)


def chart(patient, staff, **details):
    usual = {"practice": Practice.objects.get(), "now": NOW, "today": NOW.date()}
    return OpenChart(patient=patient, merged=[], staff=staff, **usual | details)


def book(plan, patient, by):
    return booking.book(plan=plan, patients=[patient], by=by, now=cast.MONDAY)


def test_what_comes_and_what_was_stand_apart(plan, patient, front_desk):
    book(plan, patient, front_desk)
    book(replace(plan, starts_at=at(14)), patient, front_desk)

    shown = panel_of(chart(patient, front_desk)).context

    assert [line.when for line in shown["coming"]] == ["Tue 3 Mar 2026, 2:00 PM"]
    assert [line.when for line in shown["last"]] == ["Tue 3 Mar 2026, 10:00 AM"]


def test_a_cancelled_visit_does_not_come(plan, patient, front_desk):
    visit = book(replace(plan, starts_at=at(14)), patient, front_desk)
    visits.cancel(
        attendees=[visit.attendees.get()],
        status=Status.CANCELLED,
        reason="Ill",
        by=front_desk,
        now=NOW,
    )

    shown = panel_of(chart(patient, front_desk)).context

    assert shown["coming"] == []
    assert shown["last"][0].status == "Cancelled by patient"


def test_a_visit_elsewhere_names_its_zone(plan, patient, front_desk):
    book(replace(plan, starts_at=at(14)), patient, front_desk)
    practice = Practice.objects.get()
    practice.time_zone = "America/Phoenix"

    [line] = panel_of(chart(patient, front_desk, practice=practice)).context["coming"]

    assert line.zone == "Eastern time"


def test_four_queries_however_many_visits(
    plan, patient, front_desk, django_assert_num_queries
):
    for hour in (9, 13, 14, 15):
        book(replace(plan, starts_at=at(hour)), patient, front_desk)
    open_chart = chart(patient, front_desk)

    with django_assert_num_queries(4):
        panel_of(open_chart)


def test_every_status_has_its_badge():
    assert BADGES.keys() == set(Status)


@pytest.mark.parametrize("status", sorted(LIVE))
def test_a_status_has_one_tone_as_a_badge_and_on_the_calendar(status):
    sheet = (ROOT / "static/css/calendar.css").read_text()

    rules = [sheet.partition("  .visit-card {")[2].partition("}")[0]]
    rules += re.findall(rf"^  \.visit-{status}[^{{]* {{([^}}]*)}}", sheet, re.MULTILINE)

    tones = re.findall(r"--surface: var\(--(\w+)-surface\)", "".join(rules))
    assert tones[-1] == BADGES[status][0]


def test_no_two_statuses_are_told_apart_by_colour_alone():
    words = {str(status.label) for status in Status}
    live = [BADGES[status] for status in LIVE]

    assert len(words) == len(Status)
    assert len({shape for _tone, shape in live}) == len(live)
