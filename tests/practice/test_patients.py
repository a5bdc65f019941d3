"""Charts: registering, homes, states and what taking a state back restores."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from practice import merging, moves, one_by_one, patients, watching
from practice.announcements import waiting
from practice.models import Announcement, Patient, Role, Task, TrailEntry
from practice.states import IllegalMove, PatientState
from practice.trail import keep
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
TODAY = NOW.date()
DAY = timedelta(days=1)
ACTIVE, PAUSED = PatientState.ACTIVE, PatientState.PAUSED
ENDED, DECEASED = PatientState.ENDED, PatientState.DECEASED


def fresh(chart):
    return Patient.objects.get(pk=chart.pk)


def do(action, patient, **details):
    return action(patient=patient, by=BY, now=NOW, **details)


def pause(patient, until=None, reason="Hospital"):
    return do(patients.pause, patient, until=until, reason=reason)


def die(patient, died_on=None):
    return do(patients.record_death, patient, died_on=died_on)


def end(patient):
    return do(patients.end_care, patient, reason="Moved away")


def announced():
    return [row.kind for row in waiting().order_by("pk")]


def tell_all():
    """Messaging took what waits."""
    for row in waiting():
        row.taken_at = NOW
        keep(row, by=BY, kind="announcement.taken")


# Registering ----------------------------------------------------------------
def test_a_chart_opens_at_its_homes(location, far_location):
    patient = patients.register(
        homes=[location, far_location],
        given_name="Ana",
        born_on=date(1990, 2, 3),
        by=BY,
        now=NOW,
    )

    assert patient.state == ACTIVE
    assert patient.registered_at == NOW
    assert set(patient.home_locations.all()) == {location, far_location}
    assert patient.search_text == " ana "


@pytest.mark.parametrize("born_on", [TODAY + DAY, date(1889, 12, 31), date(1, 1, 1)])
def test_a_birth_to_come_or_too_long_ago_is_refused(location, born_on):
    with pytest.raises(patients.BornInFuture) as refusal:
        cast.make_patient(at=location, born_on=born_on)

    assert refusal.value.field == "born_on"
    assert not Patient.objects.exists()


def test_today_is_the_practices_today(location):
    """At 03:00 UTC it is still yesterday in New York."""
    night = NOW.replace(hour=3)

    cast.make_patient(at=location, now=night, born_on=TODAY - DAY)
    with pytest.raises(patients.BornInFuture):
        cast.make_patient(at=location, now=night, born_on=TODAY)


def test_a_changed_name_is_found(patient):
    do(patients.change_details, patient, given_name="Zoë", preferred_name="Zo")

    assert fresh(patient).search_text == " zoe patience zo "


def test_what_somebody_changed_meanwhile_stays(patient):
    stale = fresh(patient)
    die(patient)

    do(patients.change_details, stale, pronouns="she/her")

    assert fresh(patient).state == DECEASED
    assert fresh(patient).pronouns == "she/her"


def test_a_change_that_is_refused_changes_nothing(patient):
    with pytest.raises(ValidationError):
        do(patients.change_details, patient, given_name="", pronouns="she/her")

    assert fresh(patient).pronouns == ""


# Homes ----------------------------------------------------------------------
def test_homes_end_and_come_back_as_the_same_rows(patient, location, far_location):
    for homes in ([far_location], [location, far_location]):
        patients.set_homes(patient=patient, homes=homes, by=BY)

    rows = patient.homes.all()
    assert {row.location: row.is_current for row in rows} == {
        location: True,
        far_location: True,
    }


def test_the_same_homes_again_leave_no_line(patient, location):
    before = TrailEntry.objects.count()

    patients.set_homes(patient=patient, homes=[location], by=BY)

    assert TrailEntry.objects.count() == before


# States ---------------------------------------------------------------------
def test_a_pause_has_a_last_day_and_a_reason(patient):
    paused = pause(patient, until=TODAY + DAY)

    assert (paused.state, paused.paused_until) == (PAUSED, TODAY + DAY)
    assert (paused.pause_reason, announced()) == ("Hospital", ["patient.paused"])


@pytest.mark.parametrize("until", [TODAY, TODAY - DAY])
def test_a_pause_ends_on_a_later_day(patient, until):
    with pytest.raises(patients.PauseEndsTooSoon) as refusal:
        pause(patient, until=until)

    assert refusal.value.field == "until"
    assert fresh(patient).state == ACTIVE


@pytest.mark.parametrize("leave", [end, die])
def test_a_pause_ends_with_the_care(patient, leave):
    pause(patient, until=TODAY + DAY)

    left = leave(patient)

    assert (left.paused_until, left.pause_reason) == (None, "")


@pytest.mark.parametrize("leave", [pause, end])
def test_somebody_is_taken_back(patient, leave):
    leave(patient)

    resumed = do(patients.resume, patient)

    assert (resumed.state, resumed.pause_reason) == (ACTIVE, "")


def test_the_dead_are_not_resumed(patient):
    die(patient)

    with pytest.raises(IllegalMove):
        do(patients.resume, patient)

    assert fresh(patient).state == DECEASED


# Death ----------------------------------------------------------------------
def test_a_death_is_one_act(patient):
    dead = die(pause(patient), died_on=TODAY)

    task = Task.objects.open().get()
    assert (dead.state, dead.deceased_on) == (DECEASED, TODAY)
    assert (task.kind, task.for_role) == ("patient.condolence", Role.MANAGER)
    assert announced() == ["patient.deceased"]


@pytest.mark.parametrize("died_on", [TODAY + DAY, date(1984, 5, 16)])
def test_nobody_dies_tomorrow_or_before_birth(patient, died_on):
    with pytest.raises(patients.DiedInFuture) as refusal:
        die(patient, died_on=died_on)

    assert refusal.value.field == "died_on"
    assert not Task.objects.exists()


def test_the_own_clinician_condoles_also_by_a_merged_chart(
    patient, clinician, location
):
    duplicate = cast.make_patient(at=location)
    do(patients.join_care_team, duplicate, staff=clinician, is_lead=True)
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)

    die(patient)

    assert Task.objects.open().get().for_person == clinician


def test_nobody_is_asked_to_call_the_dead(patient, clinician):
    details = {"reason": "Silent", "quiet_days": 1, "ends_on": TODAY + 30 * DAY}
    do(watching.watch, patient, caller=clinician, **details)
    watching.call_the_quiet(by=BY, now=NOW + DAY)

    die(patient)

    assert watching.call_the_quiet(by=BY, now=NOW + 2 * DAY) == 0
    assert [task.kind for task in Task.objects.open()] == ["patient.condolence"]


# Taking a state back --------------------------------------------------------
def test_a_death_on_the_wrong_chart_leaves_everything_as_before(patient):
    pause(patient, until=TODAY + DAY)
    die(patient, died_on=TODAY)

    back = do(patients.take_death_back, patient)

    assert (back.state, back.deceased_on) == (PAUSED, None)
    assert (back.paused_until, back.pause_reason) == (TODAY + DAY, "Hospital")
    assert not Task.objects.open().exists()


def test_calls_are_owed_again_once_a_death_is_taken_back(patient, clinician):
    details = {"reason": "Silent", "quiet_days": 1, "ends_on": TODAY + 30 * DAY}
    do(watching.watch, patient, caller=clinician, **details)
    watching.call_the_quiet(by=BY, now=NOW + DAY)
    die(patient)

    do(patients.take_death_back, patient)

    assert [task.kind for task in Task.objects.open()] == ["watch.call"]


def test_what_was_withdrawn_for_another_reason_stays_withdrawn(patient, clinician):
    details = {"reason": "Silent", "quiet_days": 1, "ends_on": TODAY + 30 * DAY}
    flag = do(watching.watch, patient, caller=clinician, **details)
    watching.call_the_quiet(by=BY, now=NOW + DAY)
    watching.stop(flag=flag, by=BY)
    die(patient)

    do(patients.take_death_back, patient)

    assert not Task.objects.open().exists()


def test_an_end_of_care_by_mistake_leaves_the_pause_as_it_was(patient):
    pause(patient, until=TODAY + DAY)
    end(patient)

    back = do(patients.take_end_back, patient)

    assert (back.state, back.paused_until) == (PAUSED, TODAY + DAY)


@pytest.mark.parametrize("act", [patients.take_end_back, patients.take_death_back])
def test_only_what_was_recorded_is_taken_back(patient, act):
    with pytest.raises(IllegalMove, match="no longer"):
        do(act, patient)


# What is announced ----------------------------------------------------------
def test_whoever_was_not_told_of_a_pause_is_not_told_of_its_end(patient):
    pause(patient)

    do(patients.resume, patient)

    assert announced() == []


def test_whoever_was_told_of_a_pause_is_told_of_its_end(patient):
    pause(patient)
    tell_all()

    do(patients.resume, patient)

    assert announced() == ["patient.resumed"]


@pytest.mark.parametrize("was_told", [True, False])
def test_a_death_taken_back_is_told_to_those_who_heard_of_it(patient, was_told):
    die(patient)
    if was_told:
        tell_all()

    do(patients.take_death_back, patient)

    assert announced() == (["patient.death_taken_back"] if was_told else [])


def test_only_the_latest_state_is_told(patient):
    pause(patient)

    die(patient)

    assert announced() == ["patient.deceased"]
    assert Announcement.objects.get(kind="patient.paused").withdrawn_at == NOW


# Merged charts --------------------------------------------------------------
def restrict(patient):
    return patients.restrict(patient=patient, is_restricted=True, by=BY)


@pytest.mark.parametrize("act", [pause, end, die, restrict])
def test_what_concerns_the_person_is_decided_on_the_chart_that_stands(
    act, patient, location
):
    duplicate = cast.make_patient(at=location)
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)

    with pytest.raises(moves.ChartMerged, match="decide it there"):
        act(duplicate)

    assert fresh(duplicate).state == ACTIVE


# The clock ------------------------------------------------------------------
def test_pauses_end_on_their_day(patient, location):
    pause(patient, until=TODAY + DAY)
    later = pause(cast.make_patient(at=location), until=TODAY + 2 * DAY)
    open_end = pause(cast.make_patient(at=location))

    assert patients.resume_due(by=BY, now=NOW + DAY) == 1

    assert fresh(patient).state == ACTIVE
    assert fresh(later).state == fresh(open_end).state == PAUSED


def test_pauses_are_resumed_once(patient):
    pause(patient, until=TODAY + DAY)

    counts = [patients.resume_due(by=BY, now=NOW + DAY) for _turn in range(2)]

    assert counts == [1, 0]


def test_a_merged_chart_is_left_alone_by_the_clock(patient, location):
    duplicate = pause(cast.make_patient(at=location), until=TODAY + DAY)
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)

    assert patients.resume_due(by=BY, now=NOW + DAY) == 1
    assert fresh(duplicate).state == PAUSED


def test_a_chart_that_cannot_be_resumed_does_not_stop_the_others(
    patient, location, monkeypatch
):
    other = pause(cast.make_patient(at=location), until=TODAY + DAY)
    pause(patient, until=TODAY + DAY)
    resume = patients.resume

    def stumble(*, patient, **rest):
        resume(patient=patient, **rest)
        if patient.pk == other.pk:
            raise RuntimeError

    monkeypatch.setattr(patients, "resume", stumble)
    with pytest.raises(one_by_one.SomeFailed):
        patients.resume_due(by=BY, now=NOW + DAY)

    assert fresh(patient).state == ACTIVE
    assert fresh(other).state == PAUSED
