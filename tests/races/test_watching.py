"""Several who want to check on one patient, and clocks that strike at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import merging, paper, watching
from practice.models import PaperEntry, Task, WatchFlag
from tests import cast
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
BY = cast.FOUNDER
NOW = cast.MONDAY
WEEK = timedelta(days=7)


def watch(patient, caller):
    return watching.watch(
        patient=patient,
        caller=caller,
        reason="Went silent",
        quiet_days=7,
        ends_on=NOW.date() + 4 * WEEK,
        by=BY,
        now=NOW,
    )


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_of_many_checks_and_the_others_read_that_somebody_does(
    patient, location, _round
):
    people = [cast.make_clinician(at=location) for _person in range(8)]

    outcome = run_together(8, lambda number: watch(patient, people[number]))

    assert WatchFlag.objects.get() == outcome.results[0]
    assert {type(error) for error in outcome.errors} == {watching.AlreadyWatched}


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_quiet_patient_is_one_call_however_many_clocks_strike(
    patient, clinician, _round
):
    watch(patient, clinician)

    outcome = run_together(
        4, lambda _number: watching.call_the_quiet(by=BY, now=NOW + WEEK)
    )

    assert outcome.errors == []
    assert sum(outcome.results) == Task.objects.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_contact_noted_meanwhile_leaves_no_call_behind(patient, clinician, _round):
    flag = watch(patient, clinician)
    today = (NOW + WEEK).date()
    acts = [
        lambda: watching.call_the_quiet(by=BY, now=NOW + WEEK),
        lambda: watching.record_contact(flag=flag, on=today, by=BY),
    ]

    outcome = run_together(2, lambda number: acts[number]())

    assert outcome.errors == []
    assert not Task.objects.open().exists()


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_talk_taken_back_leaves_one_call_whatever_happens_meanwhile(
    patient, location, clinician, _round
):
    flag, other = watch(patient, clinician), cast.make_patient(at=location)
    merging.merge(duplicate=patient, into=other, by=BY, now=NOW)
    watching.call_the_quiet(by=BY, now=NOW + WEEK)
    talk = paper.enter(
        location=location,
        sheet=None,
        line=None,
        kind=PaperEntry.CONTACT,
        happened_at=NOW + WEEK,
        writer=clinician,
        words="Spoke",
        patient=other,
        act=lambda: None,
        by=BY,
        now=NOW + WEEK,
    )
    acts = [
        lambda: watching.call_the_quiet(by=BY, now=NOW + WEEK),
        lambda: paper.take_back(entry=talk, by=BY, now=NOW + WEEK),
        lambda: merging.undo(duplicate=patient, by=BY),
        lambda: paper.take_back(entry=talk, by=BY, now=NOW + WEEK),
    ]

    outcome = run_together(4, lambda number: acts[number]())

    assert outcome.errors == []
    assert Task.objects.open().count() == 1
    flag.refresh_from_db()
    assert flag.last_contact_on == NOW.date()
