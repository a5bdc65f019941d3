"""Who is chosen by visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from practice import merging
from scheduling import audiences, booking, visits
from scheduling.states import Status
from tests import cast
from tests.cast import FOUNDER, MONDAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def chosen(now=MONDAY, **filters):
    found = audiences.OF_VISITS(now=now, **filters)
    return list(found.order_by("pk").values_list("pk", flat=True))


def visit(plan, patient, days=0, status=None):
    """On a Tuesday at ten, some days later."""
    at = replace(plan, starts_at=plan.starts_at + days * DAY)
    row = booking.book(plan=at, patients=[patient], by=FOUNDER, now=MONDAY)
    if status:
        went = {"completed": visits.complete, "no_show": visits.mark_no_show}
        after = at.starts_at + timedelta(hours=2)
        went[status](attendees=row.attendees.all(), by=FOUNDER, now=after)
    return row


@pytest.fixture
def two(location):
    return [cast.make_patient(at=location) for _turn in range(2)]


def test_nothing_booked_is_nothing_ahead(plan, two):
    visit(plan, two[0])

    assert chosen(nothing_booked=True) == [two[1].pk]
    assert chosen(nothing_booked=True, now=MONDAY + 2 * DAY) == [one.pk for one in two]


def test_last_seen_before_a_day_is_never_since(plan, two):
    for one in two:
        visit(plan, one, status=Status.COMPLETED, days=7 * two.index(one))
    visit(plan, two[1], days=14, status=Status.COMPLETED)
    later = MONDAY + 30 * DAY

    assert chosen(now=later, seen_before=date(2026, 3, 5)) == [two[0].pk]
    assert chosen(now=later, seen_before=date(2026, 3, 30)) == [one.pk for one in two]


def test_missed_the_last_visit_is_the_newest_one(plan, two):
    visit(plan, two[0], status=Status.NO_SHOW)
    visit(plan, two[1], days=7, status=Status.NO_SHOW)
    visit(plan, two[1], days=14, status=Status.COMPLETED)

    assert chosen(now=MONDAY + 30 * DAY, missed_last=True) == [two[0].pk]


def test_by_clinician_place_and_type_is_one_visit(plan, two, kind, clinician, location):
    visit(plan, two[0])
    asked = {"with_clinician": [str(clinician.pk)], "of_type": [str(kind.pk)]}

    assert chosen(**asked, at_place=[str(location.pk)]) == [two[0].pk]
    assert chosen(**asked, at_place=["0"]) == []


def test_a_merged_chart_brings_its_visits(plan, two):
    visit(plan, two[1])
    merging.merge(duplicate=two[1], into=two[0], by=FOUNDER, now=MONDAY)

    assert chosen(nothing_booked=True) == []
