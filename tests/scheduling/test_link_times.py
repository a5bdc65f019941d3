"""Which times a link offers, and by whose clock it tells them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from practice import duty, patients
from scheduling import booking, calendar_rules, link_times
from scheduling.models import Modality
from tests import cast
from tests.practice.link_pages import text
from tests.scheduling.conftest import WEEK, at, make_type
from tests.scheduling.visit_links import book, opened, path_to

SOON = at(9, day=2)  # the Monday before


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(SOON, tick=False):
        yield


@pytest.mark.parametrize("late", [timedelta(hours=25), timedelta(0)])
def test_without_notice_no_time_is_offered_that_nobody_would_see(plan, patient, late):
    calendar_rules.change(late_cancel=late, by=cast.FOUNDER)
    visit = book(plan, patient, now=SOON)

    first, *_later = link_times.free(visit, calendar_rules.rules(), now=SOON)

    assert first >= SOON + max(late, timedelta(hours=2))


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (
            "America/Los_Angeles",
            "are: Tue 3 Mar 2026, 7:00 AM (Pacific time)",
        ),
        ("America/New_York", ""),
        ("America/Detroit", ""),  # its clocks show the same
    ],
)
def test_a_video_visit_is_told_by_the_patients_own_clock(
    client, plan, location, zone, said
):
    far = cast.make_patient(at=location, time_zone=zone)
    video = make_type(plan.clinician, name="Video", is_telehealth=True)
    plan = replace(plan, type=video, modality=Modality.TELEHEALTH)
    visit = book(plan, far, now=SOON)

    page = text(opened(client, path_to(visit.attendees.get(), now=SOON)))

    assert said in page
    assert ("Where you are" in page) == bool(said)


def test_no_time_is_offered_at_which_they_come_elsewhere(
    plan, patient, location, hours
):
    visit = book(plan, patient, now=SOON)
    rules = calendar_rules.rules()
    first, *_later = link_times.free(visit, rules, now=SOON)
    other = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=other, location=location, spans=WEEK, by=cast.FOUNDER)
    kind = make_type(other, name="Other")
    elsewhere = booking.Plan(kind, other, location, first)
    booking.book(plan=elsewhere, patients=[patient], by=cast.FOUNDER, now=SOON)

    times = link_times.free(visit, rules, now=SOON)

    apart = plan.type.length
    assert times
    assert all(abs(one - first) >= apart for one in times)


def test_nobody_chooses_a_time_whose_care_has_ended(plan, patient):
    kind = make_type(plan.clinician, name="Chosen", may_be_moved_by_link=True)
    visit = book(replace(plan, type=kind), patient, now=SOON)
    assert link_times.may_choose(visit, is_late=False)

    patients.end_care(patient=patient, reason="Moved", by=cast.FOUNDER, now=SOON)

    assert not link_times.may_choose(visit, is_late=False)
