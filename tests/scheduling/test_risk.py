"""“May need an extra call”: reckoned by the clock, read by the call list alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import erasing, merging, patients, personal_data
from scheduling import bringing_in, chores, risk, risk_history, visits
from scheduling.booking import Plan, book, move
from scheduling.bringing_in import KnownVisit
from scheduling.models import RiskRule, VisitRisk
from scheduling.risk_history import ahead, coming, past
from scheduling.states import Status
from tests import cast
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import at

BY = cast.FOUNDER
NOW = cast.MONDAY
DAY = timedelta(days=1)


@pytest.fixture
def lived(plan, location):
    """A past: visits of somebody with their outcomes, one a day, the last yesterday."""

    def bring_in(outcomes, *, patient, hour=10):
        count = len(outcomes)
        known = [
            KnownVisit(
                Plan(plan.type, plan.clinician, location, start),
                patient,
                booked_at=start - 7 * DAY,
                status=status,
                status_at=start,
            )
            for number, status in enumerate(outcomes)
            for start in [at(hour) - (count - number + 1) * DAY]
        ]
        return bringing_in.admit_many(visits=known, by=BY)

    return bring_in


@pytest.fixture
def learnt(lived, location):
    """A practice whose past taught it: one misses every third visit, one comes."""
    outcomes = [Status.NO_SHOW if n % 3 == 0 else Status.COMPLETED for n in range(180)]
    unreliable, steady = (cast.make_patient(at=location) for _each in range(2))
    lived(outcomes, patient=unreliable)
    lived([Status.COMPLETED] * 180, patient=steady, hour=12)
    return risk.learn_anew(by=BY, now=NOW), unreliable, steady


def kept_of(visit):
    return VisitRisk.objects.get(attendee__appointment=visit)


# Facts ------------------------------------------------------------------------------
def test_each_visit_is_seen_with_what_was_known_before_it(lived, patient):
    lived([Status.NO_SHOW, Status.COMPLETED, Status.COMPLETED], patient=patient)

    found = [one.case for one in past(now=NOW)]

    known = [(one.facts.missed, one.facts.came) for one in found]
    assert known == [(0, 0), (1, 0), (1, 1)]
    assert [one.was_missed for one in found] == [True, False, False]


def test_what_is_ahead_is_no_history_and_what_is_long_ago_is_forgotten(
    lived, patient, plan
):
    lived([Status.COMPLETED], patient=patient)
    book(plan=plan, patients=[patient], by=BY, now=NOW)

    assert len(past(now=NOW)) == 1
    assert past(now=NOW + 740 * DAY) == []


def test_who_cancelled_did_neither_come_nor_miss(plan, patient):
    visit = book(plan=plan, patients=[patient], by=BY, now=NOW)
    visits.cancel(
        attendees=visit.attendees.all(),
        status=Status.CANCELLED_LATE,
        reason="Ill",
        by=BY,
        now=NOW,
    )

    assert past(now=NOW + 9 * DAY) == []


@pytest.mark.parametrize(("early", "silent"), [(3, False), (1, True), (None, True)])
def test_a_yes_counts_that_came_two_days_before(plan, patient, early, silent):
    later = at(10, day=10)
    visit = book(
        plan=Plan(plan.type, plan.clinician, plan.location, later),
        patients=[patient],
        by=BY,
        now=NOW,
    )
    if early:
        visits.confirm(attendees=visit.attendees.all(), by=BY, now=later - early * DAY)
    visits.mark_no_show(attendees=visit.attendees.all(), by=BY, now=later + DAY)

    (one,) = past(now=later + 2 * DAY)

    assert one.case.facts.is_silent is silent


def test_what_a_merged_chart_missed_counts_for_the_one_that_stands(
    lived, patient, location, plan
):
    duplicate = cast.make_patient(at=location)
    lived([Status.NO_SHOW, Status.NO_SHOW], patient=duplicate)
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)
    book(plan=plan, patients=[patient], by=BY, now=NOW)

    (one,) = coming(ahead(now=NOW), now=NOW)

    assert (one.facts.missed, one.facts.came) == (2, 0)


# Reckoning --------------------------------------------------------------------------
def test_too_little_history_scores_nobody(plan, patient):
    book(plan=plan, patients=[patient], by=BY, now=NOW)

    assert risk.learn_anew(by=BY, now=NOW) is None
    assert risk.reckon_all(now=NOW) == 0
    assert risk.to_call([]) == {}


def test_who_missed_many_may_need_a_call_and_who_came_does_not(
    learnt, lived, plan, location
):
    _rule, unreliable, steady = learnt
    lived([Status.NO_SHOW] * 30, patient=unreliable, hour=14)
    other = Plan(plan.type, plan.clinician, location, at(11))
    first = book(plan=plan, patients=[unreliable], by=BY, now=NOW)
    second = book(plan=other, patients=[steady], by=BY, now=NOW)

    risk.reckon_all(now=NOW)

    assert kept_of(first).points > kept_of(second).points
    assert list(VisitRisk.objects.filter(may_need_call=True)) == [kept_of(first)]


def test_the_call_list_reads_reasons_in_words_by_one_query(
    learnt, plan, django_assert_num_queries
):
    _rule, unreliable, _steady = learnt
    visit = book(plan=plan, patients=[unreliable], by=BY, now=NOW)
    risk.reckon_all(now=NOW)
    VisitRisk.objects.update(
        may_need_call=True, reasons=[["earlier", 9, 2, 5], ["lead", -3, 1, 0]]
    )

    with django_assert_num_queries(1):
        found = risk.to_call([visit.pk])

    assert found == {visit.pk: ["missed 2 of the last 5 visits"]}


def test_booking_asks_nothing_of_the_rule_and_a_minute_later_it_is_reckoned(
    learnt, plan, patient
):
    visit = book(plan=plan, patients=[patient], by=BY, now=NOW)
    assert not VisitRisk.objects.exists()

    chores.reckon_changed_risks(now=NOW)

    assert kept_of(visit).status == Status.SCHEDULED
    assert risk.reckon_changed(now=NOW) == 0


def test_what_was_confirmed_or_moved_is_reckoned_again(learnt, plan, patient):
    visit = book(plan=plan, patients=[patient], by=BY, now=NOW)
    risk.reckon_changed(now=NOW)

    visits.confirm(attendees=visit.attendees.all(), by=BY, now=NOW)
    assert risk.reckon_changed(now=NOW) == 1

    later = Plan(plan.type, plan.clinician, plan.location, at(11))
    move(appointment=visit, plan=later, by=BY, now=NOW)
    assert risk.reckon_changed(now=NOW) == 1
    assert kept_of(visit).version == 2


def test_what_is_over_is_forgotten_at_night(learnt, plan, patient):
    book(plan=plan, patients=[patient], by=BY, now=NOW)
    risk.reckon_all(now=NOW)

    chores.reckon_risks(now=NOW + 3 * DAY)

    assert not VisitRisk.objects.exists()


def test_whom_the_gate_leaves_out_has_no_score(learnt, plan, patient, monkeypatch):
    book(plan=plan, patients=[patient], by=BY, now=NOW)
    risk.reckon_all(now=NOW)
    assert VisitRisk.objects.exists()
    monkeypatch.setattr(risk_history, "permitted", lambda use, ids: frozenset())

    risk.reckon_all(now=NOW)

    assert not VisitRisk.objects.exists()


def test_the_night_asks_as_little_for_many_visits_as_for_one(learnt, plan, location):
    def count():
        with CaptureQueriesContext(connection) as asked:
            reckoned = risk.reckon_all(now=NOW)
        return reckoned, len(asked)

    counts = []
    for hour in (9, 10, 11, 12, 13, 14):
        one = Plan(plan.type, plan.clinician, location, at(hour))
        book(plan=one, patients=[cast.make_patient(at=location)], by=BY, now=NOW)
        counts.append(count())

    assert [reckoned for reckoned, _asked in counts] == [1, 2, 3, 4, 5, 6]
    assert len({asked for _reckoned, asked in counts[1:]}) == 1


def test_the_rule_keeps_its_past(learnt):
    rule, _unreliable, _steady = learnt

    risk.learn_anew(by=BY, now=NOW + DAY)

    assert RiskRule.objects.get() == rule
    assert rule.history.count() == 2


# Whose it is ------------------------------------------------------------------------
def test_what_is_inferred_of_a_patient_is_told_to_them_in_words(learnt, plan):
    _rule, unreliable, _steady = learnt
    book(plan=plan, patients=[unreliable], by=BY, now=NOW)
    risk.reckon_all(now=NOW)

    kept = personal_data.export_chart(patient=unreliable, by=BY)

    (told,) = kept["visits"]["extra_call"]
    assert told["visit_starts_at"] == plan.starts_at
    assert "missed 60 of the last 180 visits" in told["reasons"]


def test_the_score_stands_nowhere_on_the_chart(learnt, plan, as_, front_desk):
    _rule, unreliable, _steady = learnt
    book(plan=plan, patients=[unreliable], by=BY, now=NOW)
    risk.reckon_all(now=NOW)
    VisitRisk.objects.update(may_need_call=True)

    page = text_of(as_(front_desk).get(url("patient", unreliable.pk)))

    assert "extra call" not in page
    assert "missed 60" not in page
    assert not hasattr(VisitRisk, "history")


def test_an_erasure_takes_what_was_reckoned(owner, learnt, plan):
    _rule, unreliable, _steady = learnt
    visit = book(plan=plan, patients=[unreliable], by=BY, now=NOW)
    risk.reckon_all(now=NOW)
    visits.mark_no_show(attendees=visit.attendees.all(), by=BY, now=at(11))
    assert VisitRisk.objects.exists()
    patients.end_care(patient=unreliable, reason="Moved", by=BY, now=NOW)
    unreliable.refresh_from_db()

    erasing.erase_chart(patient=unreliable, by=BY, reason="their wish")

    assert not VisitRisk.objects.exists()
