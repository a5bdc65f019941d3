"""“Check on them”: silence becomes a call by a named person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from practice import duty, merging, one_by_one, patients, staffing, watching, work
from practice.models import Role, Task, WatchFlag
from tests import cast
from tests.ground import layer

BY = cast.FOUNDER
NOW = cast.MONDAY
TODAY = NOW.date()
DAY = timedelta(days=1)


@layer
def other(location):
    return cast.make_patient(at=location)


@pytest.fixture
def watch(clinician):
    """Ask for a check on somebody, after a week of silence unless given otherwise."""

    def ask(patient, now=NOW, **details):
        usual = {"caller": clinician, "reason": "Went silent", "quiet_days": 7}
        usual["ends_on"] = TODAY + 60 * DAY
        return watching.watch(patient=patient, by=BY, now=now, **usual | details)

    return ask


def call_the_quiet(days):
    """What the clock does so many days later; how many calls came new."""
    return watching.call_the_quiet(by=BY, now=NOW + days * DAY)


def calls():
    return Task.objects.open().filter(kind="watch.call")


def spoke(flag, days):
    return watching.record_contact(flag=flag, on=TODAY + days * DAY, by=BY)


# Setting and ending ---------------------------------------------------------
def test_the_quiet_days_begin_today(patient, watch):
    flag = watch(patient)

    assert flag.last_contact_on == TODAY
    assert list(watching.watched(TODAY)) == [flag]


def test_a_watch_has_a_last_day_to_come(patient, watch):
    with pytest.raises(watching.WatchEndsTooSoon) as refusal:
        watch(patient, ends_on=TODAY - DAY)

    assert refusal.value.field == "ends_on"


def test_one_person_checks_on_a_patient(patient, watch):
    watch(patient, ends_on=TODAY)

    with pytest.raises(watching.AlreadyWatched):
        watch(patient)


def test_a_watch_that_ran_out_makes_room(patient, watch):
    old = watch(patient, ends_on=TODAY)

    new = watch(patient, now=NOW + DAY)

    assert list(watching.watched(TODAY)) == [new]
    assert WatchFlag.objects.get(pk=old.pk).is_withdrawn


def test_one_person_checks_on_merged_charts(patient, other, watch):
    watch(other)
    merging.merge(duplicate=other, into=patient, by=BY, now=NOW)

    with pytest.raises(watching.AlreadyWatched):
        watch(patient)


def test_a_watch_ends_once_and_with_it_the_calls_it_asked_for(patient, watch):
    flag = watch(patient)
    call_the_quiet(7)

    for _press in range(2):
        watching.stop(flag=flag, by=BY)

    assert not calls().exists()
    assert flag.history.filter(history_change_reason="watch.ended").count() == 1


# Calling --------------------------------------------------------------------
@pytest.mark.parametrize(("days", "owed"), [(6, 0), (7, 1), (9, 1)])
def test_a_call_is_owed_after_the_quiet_days(patient, clinician, watch, days, owed):
    watch(patient)

    assert call_the_quiet(days) == owed

    people = [task.for_person for task in calls()]
    assert people == [clinician] * owed


def test_a_call_is_due_by_the_end_of_the_working_day(patient, watch):
    watch(patient)
    call_the_quiet(7)

    task = calls().get()

    # 17:00 in New York, which has changed its clocks the day before.
    assert task.due_at == datetime(2026, 3, 9, 21, 0, tzinfo=UTC)
    assert task.title == "Call today: no contact for 7 days"


def test_a_call_is_asked_for_once(patient, watch):
    watch(patient)

    assert [call_the_quiet(days) for days in (7, 7, 8, 9)] == [1, 0, 0, 0]
    assert calls().count() == 1


def test_a_call_that_reached_nobody_is_owed_again_the_next_day(
    patient, clinician, watch
):
    watch(patient)
    call_the_quiet(7)
    work.finish(task=calls().get(), by=clinician, now=NOW + 7 * DAY)

    assert call_the_quiet(7) == 0
    assert call_the_quiet(8) == 1
    assert calls().get().title == "Call today: no contact for 8 days"


def test_a_contact_settles_the_call_and_the_quiet_days_begin_anew(patient, watch):
    flag = watch(patient)
    call_the_quiet(7)

    spoke(flag, days=7)

    assert not calls().exists()
    assert [call_the_quiet(days) for days in (8, 13, 14)] == [0, 0, 1]


def test_who_covers_for_the_caller_is_asked(patient, clinician, watch, location):
    cover = cast.make_clinician(at=location)
    duty.record_absence(
        staff=clinician,
        kind="illness",
        starts_at=NOW + 6 * DAY,
        ends_at=NOW + 9 * DAY,
        cover=cover,
        by=BY,
    )
    watch(patient)

    call_the_quiet(7)

    assert calls().get().for_person == cover


def test_the_managers_are_asked_where_nobody_answers(
    patient, clinician, manager, watch
):
    watch(patient)
    staffing.deactivate(staff=clinician, by=manager)

    call_the_quiet(7)

    assert calls().get().for_role == Role.MANAGER


def test_nobody_is_called_after_the_last_day(patient, watch):
    watch(patient, ends_on=TODAY + 7 * DAY)

    assert call_the_quiet(8) == 0


@pytest.mark.parametrize("which", ["patient", "other"])
def test_nobody_calls_the_dead_by_whichever_chart(patient, other, watch, which):
    chart = {"patient": patient, "other": other}[which]
    watch(chart)
    merging.merge(duplicate=other, into=patient, by=BY, now=NOW)
    patients.record_death(patient=patient, died_on=None, by=BY, now=NOW)

    assert call_the_quiet(7) == 0


def test_the_living_are_still_called_beside_the_dead(patient, other, watch):
    watch(patient)
    watch(other)
    patients.record_death(patient=other, died_on=None, by=BY, now=NOW)

    assert call_the_quiet(7) == 1
    assert calls().get().patient == patient


def test_a_flag_that_fails_does_not_stop_the_others(patient, other, watch, monkeypatch):
    first, _second = watch(patient), watch(other)
    call = watching._call

    def stumble(flag, **rest):
        done = call(flag, **rest)
        if flag == first:
            raise RuntimeError
        return done

    monkeypatch.setattr(watching, "_call", stumble)
    with pytest.raises(one_by_one.SomeFailed):
        call_the_quiet(7)

    assert calls().get().patient == other
