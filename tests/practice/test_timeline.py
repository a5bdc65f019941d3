"""What happened to a chart, in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from practice import break_glass, patients
from practice.models import BreakGlassReason, TrailEntry
from practice.timeline import chart_events, shown
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def moments(patient, front_desk):
    def read(*charts, limit=30):
        ids = [chart.pk for chart in charts or [patient]]
        return chart_events(ids, staff=front_desk, limit=limit)

    return read


def later(minutes, act, **details):
    """Do something so many minutes after the chart was opened."""
    with time_machine.travel(NOW + minutes * MINUTE, tick=False):
        act(by=BY, **details)


def test_the_newest_moment_comes_first(patient, moments):
    details = {"patient": patient, "until": None, "reason": "Hospital"}
    later(2, patients.pause, now=NOW, **details)
    later(4, patients.resume, patient=patient, now=NOW)

    found = moments()

    assert [moment.title for moment in found] == [
        "Active again",
        "Paused",
        "Chart opened",
    ]
    assert [moment.at for moment in found] == [NOW + 4 * MINUTE, NOW + 2 * MINUTE, NOW]
    assert (found[1].detail, found[1].by) == ("Hospital", "test set-up")


def test_what_one_person_did_in_the_same_minute_is_one_moment(patient, moments):
    for text in ("Latex", "Falls"):
        later(2, patients.add_alert, patient=patient, text=text, ends_on=None)
    later(2, patients.restrict, patient=patient, is_restricted=True, reason="Staff")

    moment = moments()[0]

    assert (moment.title, moment.detail) == (
        "Alert added",
        "Alert added, Chart restricted",
    )


def test_different_people_are_different_moments(patient, moments, front_desk):
    later(2, patients.restrict, patient=patient, is_restricted=True)
    patients.restrict(patient=patient, is_restricted=False, by=front_desk)

    assert {moment.by for moment in moments()} == {"test set-up", "Fran Desk"}


def test_other_charts_stay_out(patient, moments, location):
    cast.make_patient(at=location)

    assert len(moments()) == 1


def test_merged_charts_are_told_together(patient, moments, location):
    other = cast.make_patient(at=location, now=NOW)
    later(3, patients.restrict, patient=other, is_restricted=True)

    titles = [moment.title for moment in moments(patient, other)]

    assert titles == ["Chart restricted", "Chart opened"]


def test_only_so_many_are_told(patient, moments):
    for turn in range(6):
        restrict = {"patient": patient, "is_restricted": turn % 2 == 0}
        later(2 * turn, patients.restrict, **restrict)

    assert len(moments(limit=3)) == 3


def test_what_has_no_words_stays_in_the_trail(patient, moments):
    patients.set_homes(patient=patient, homes=[], by=BY)

    assert TrailEntry.objects.filter(kind="patient.home_ended").exists()
    assert [moment.title for moment in moments()] == ["Chart opened"]


@pytest.mark.parametrize("moments_made", [1, 20])
def test_a_timeline_is_one_question(
    patient, moments, moments_made, django_assert_num_queries
):
    for turn in range(moments_made):
        later(2 * turn, patients.restrict, patient=patient, is_restricted=turn % 2 == 0)

    with django_assert_num_queries(1):
        moments()


def test_every_kind_has_words_and_an_icon():
    assert shown()
    assert all(str(said.words) and said.icon for said in shown().values())


def test_what_a_review_says_is_not_the_desks(patient, stranger, manager, front_desk):
    glass = break_glass.open_chart(
        staff=stranger,
        patient=patient,
        reason=BreakGlassReason.OTHER,
        explanation="I wanted to see what she has",
        by=stranger,
        now=NOW,
    )
    break_glass.review(
        glass=glass, was_justified=False, note="Warned formally", by=manager, now=NOW
    )

    def told(staff):
        found = chart_events([patient.pk], staff=staff, limit=30)
        return " ".join(one.detail for one in found)

    assert "Warned" not in told(front_desk)
    assert "wanted to see" not in told(front_desk)
