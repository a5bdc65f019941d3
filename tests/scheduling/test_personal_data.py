"""After a lawful erasure no visit, series or task tells of whom it was about."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from practice import (
    clock,
    drift,
    erasing,
    merging,
    moving,
    patients,
    personal_data,
    verifying,
)
from practice.models import Task, TrailEntry
from practice.states import PatientState
from scheduling import (
    booking,
    catalogue,
    clearing,
    details,
    leaving,
    series,
    topping_up,
    visits,
)
from scheduling.clearing import Wish
from scheduling.minutes import minute_of
from scheduling.models import Appointment, Attendee, ClearedVisit, Modality
from scheduling.recurring import WEEKS, Rule
from scheduling.states import AHEAD, Status
from tests import cast
from tests.practice.erased import WORDS, held
from tests.scheduling.conftest import at, make_type

BY, NOW = cast.FOUNDER, cast.MONDAY
WEEK = timedelta(weeks=1)
ASKED = booking.Despite(hours="They asked for it")
ROOM = "https://video.example/room"


@pytest.fixture
def gone(owner, location):
    """Whoever is erased in the end."""
    return cast.make_patient(at=location, **WORDS)


@pytest.fixture
def other(owner, location):
    return cast.make_patient(at=location)


@pytest.fixture
def elsewhere(gone, plan, kind, clinician, location):
    """The plan of a visit with another clinician, for whom they leave us no time."""
    another = cast.make_clinician(at=location, name="Cora Clinician")
    whose = {"clinicians": [clinician, another], "locations": [], "instructions": {}}
    catalogue.change_type(kind=kind, by=BY, **whose)
    return replace(plan, clinician=another)


@pytest.fixture
def couple(gone, other, plan):
    """A series to which two come, every Tuesday."""
    rule = Rule(WEEKS, 1, weekday=1, starts_on=at(10).date())
    wish = series.Wish(plan, rule)
    return series.begin(wish=wish, patients=[other, gone], by=BY, now=NOW)


@pytest.fixture
def video(gone, clinician, location, hours):
    """A group by video, Tuesday at ten."""
    kind = make_type(clinician, name="Video", is_telehealth=True, seats=3)
    way = Modality.TELEHEALTH
    return booking.Plan(kind, clinician, location, at(10), modality=way)


def book(plan, *patients, now=NOW, despite=None):
    also = {"despite": despite} if despite else {}
    return booking.book(plan=plan, patients=patients, by=BY, now=now, **also)


def call_off(patient, now=NOW):
    """All that is ahead of somebody."""
    for row in Attendee.objects.filter(patient=patient, status__in=AHEAD):
        visits.cancel(
            attendees=[row], status=Status.CALLED_OFF, reason="Left", by=BY, now=now
        )


def leave(holder, patient, reason="Left"):
    theirs = Attendee.objects.filter(appointment__series=holder, patient=patient)
    leaving.leave_one(
        holder=holder,
        patient=patient,
        cancelled=theirs.filter(status__in=AHEAD),
        status=Status.CALLED_OFF,
        reason=reason,
        by=BY,
        now=NOW,
    )


def erase(patient, by):
    patient.refresh_from_db()
    if patient.state != PatientState.ENDED:
        patients.end_care(patient=patient, reason="Moved", by=BY, now=NOW)
        patient.refresh_from_db()
    erased = erasing.erase_chart(patient=patient, by=by, reason="Art. 17")
    later = clock.real_now() + timedelta(seconds=30)
    assert (drift.found(), list(verifying.verify(now=later))) == ([], [])
    return erased


# What is told to whom it is about -----------------------------------------------------
def told(patient, by):
    return json.dumps(personal_data.export_chart(patient=patient, by=by), default=str)


def test_a_patient_is_told_what_was_typed_about_their_visit(gone, plan, manager):
    note = "Comes by the back door"
    booking.book(plan=plan, patients=[gone], by=BY, now=NOW, desk_note=note)

    assert note in told(gone, manager)


def test_nobody_is_told_what_was_typed_about_others_too(gone, other, video, manager):
    note = "Quillfeather's wife must not learn of it"
    people = [gone, other]
    booking.book(plan=video, patients=people, by=BY, now=NOW, desk_note=note)

    assert "wife" not in told(other, manager)
    assert "Video" in told(other, manager)


def test_one_reason_for_two_is_told_to_neither(gone, other, video, manager):
    visit = booking.book(plan=video, patients=[gone, other], by=BY, now=NOW)
    why = {"status": Status.CANCELLED, "reason": "He relapsed, says his wife"}
    visits.cancel(attendees=list(visit.attendees.all()), by=BY, now=NOW, **why)

    assert "his wife" not in told(gone, manager) + told(other, manager)


def test_each_is_told_their_own_reason(gone, other, video, manager):
    visit = booking.book(plan=video, patients=[gone, other], by=BY, now=NOW)
    for one, reason in zip(
        visit.attendees.order_by("pk"), ("Flu", "Snow"), strict=True
    ):
        why = {"status": Status.CANCELLED, "reason": reason}
        visits.cancel(attendees=[one], by=BY, now=NOW, **why)

    found = told(gone, manager)

    assert (found.count("Flu"), found.count("Snow")) == (2, 0)


def test_a_reason_given_on_the_wrong_chart_is_not_told_on_the_right_one(
    gone, other, plan, manager
):
    visit = booking.book(plan=plan, patients=[gone], by=BY, now=NOW)
    one, why = visit.attendees.get(), "He relapsed"
    visits.cancel(attendees=[one], status="cancelled", reason=why, by=BY, now=NOW)

    moving.move(row=Attendee.objects.get(), to=other, by=BY, now=NOW)

    assert "relapsed" not in told(other, manager)


def test_nor_about_whom_it_was_booked_for_by_mistake(gone, other, plan, manager):
    note = "Quillfeather's wife must not learn of it"
    visit = booking.book(plan=plan, patients=[gone], by=BY, now=NOW, desk_note=note)

    moving.move(row=visit.attendees.get(), to=other, by=BY, now=NOW)

    assert "wife" not in told(other, manager)


# Words of ours and of others ----------------------------------------------------------
def test_what_a_clearing_could_not_move_names_nobody(gone, elsewhere, plan, manager):
    moved = book(plan, gone)
    book(replace(elsewhere, starts_at=at(14)), gone, despite=ASKED)
    wishes = {moved.pk: Wish.read(f"move-{minute_of(at(14))}")}
    clearing.clear(
        clinician=plan.clinician,
        starts_at=at(9),
        ends_at=at(12),
        wishes=wishes,
        by=manager,
        now=at(8),
    )
    assert "Quillfeather" in ClearedVisit.objects.get().fault
    call_off(gone)

    erase(gone, manager)

    assert held(*WORDS.values()) == []
    assert ClearedVisit.objects.get().fault == "(erased)"


def test_the_task_about_a_couples_series_tells_of_nobody_who_is_gone(
    gone, other, elsewhere, couple, manager
):
    last = couple.appointments.order_by("-starts_at").first()
    taken = replace(elsewhere, starts_at=last.starts_at + WEEK)
    book(taken, gone, despite=ASKED)
    topping_up.top_up_all(by=BY, now=NOW + 4 * WEEK)
    task = Task.objects.get(patient=other, kind="series.day_missing")
    assert task.words.startswith("One of those who come")
    leave(couple, gone)
    call_off(gone)

    erase(gone, manager)

    task.refresh_from_db()
    assert held(*WORDS.values()) == []
    assert (task.words, task.is_withdrawn) == ("(erased)", False)


def test_why_one_left_a_series_is_forgotten(gone, couple, manager):
    leave(couple, gone, reason="Quillfeather told of the threnody")

    erase(gone, manager)

    assert held(*WORDS.values(), "threnody") == []
    assert TrailEntry.objects.get(kind="series.one_left").reason == ""


# Visits of others too -----------------------------------------------------------------
@pytest.fixture
def session(gone, other, video):
    """A visit by video of two, to which one comes no more."""
    visit = book(video, gone, other)
    said = {"room": None, "modality": "telehealth", "telehealth_url": ROOM}
    note = "Zanzibarski pays"
    details.change(appointment=visit, desk_note=note, by=BY, now=NOW, **said)
    call_off(gone)
    return visit


def test_others_still_come_by_video(session, gone, other, video, manager):
    erase(gone, manager)

    session.refresh_from_db()
    assert (session.telehealth_url, session.desk_note) == (ROOM, "(erased)")
    assert held(*WORDS.values()) == []
    moved = booking.move(
        appointment=session, plan=replace(video, starts_at=at(13)), by=BY, now=NOW
    )
    assert moved.attendees.get().patient == other


def test_where_nobody_else_comes_the_video_address_goes(session, gone, other, manager):
    call_off(other)

    erase(gone, manager)

    session.refresh_from_db()
    assert session.telehealth_url == ""
    assert held(ROOM) == []


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.CALLED_OFF])
def test_one_reason_for_two_is_gone_with_each(gone, other, video, manager, status):
    visit = book(video, gone, other)
    both = list(visit.attendees.all())
    why = "Quillfeather is in hospital"
    visits.cancel(attendees=both, status=status, reason=why, by=BY, now=NOW)

    erase(gone, manager)

    assert held(*WORDS.values(), why) == []
    assert visit.attendees.get().reason == "(erased)"


def test_another_keeps_their_own_reason(gone, other, video, manager):
    for row in book(video, gone, other).attendees.all():
        why = "Moved" if row.patient == gone else "Has the flu"
        visits.cancel(
            attendees=[row], status=Status.CANCELLED, reason=why, by=BY, now=NOW
        )

    erase(gone, manager)

    assert Attendee.objects.get().reason == "Has the flu"


def test_why_a_couples_series_was_ended_is_forgotten(gone, other, couple, manager):
    ahead = list(couple.appointments.order_by("starts_at"))[1:]
    series.end(
        series=couple,
        last_on=at(10).date(),
        cancelled=ahead,
        status=Status.CALLED_OFF,
        reason="Quillfeather moves",
        by=BY,
        now=NOW,
    )
    call_off(gone)

    erase(gone, manager)

    assert held(*WORDS.values()) == []


@pytest.mark.parametrize(
    ("note", "after"),
    [("Quillfeather Zanzibarski wants quiet", "(erased)"), ("By the back door", None)],
)
def test_a_visit_that_moved_to_the_right_chart_names_nobody(
    gone, other, plan, manager, note, after
):
    visit = booking.book(plan=plan, patients=[gone], by=BY, now=NOW, desk_note=note)
    why = "It was never Quillfeather."
    moving.move(row=visit.attendees.get(), to=other, by=BY, now=NOW, reason=why)

    erase(gone, manager)

    visit.refresh_from_db()
    assert held(*WORDS.values()) == []
    assert visit.desk_note == (after or note)


# What is still open -------------------------------------------------------------------
def test_nobody_is_erased_who_still_has_a_visit(gone, plan, manager):
    visit = book(plan, gone)

    with pytest.raises(erasing.StillOpen, match=r"1 visit .*: Tue 3 Mar 2026, 10:00"):
        erase(gone, manager)

    assert visit.attendees.get().patient == gone
    call_off(gone)
    assert erase(gone, manager).rows
    assert not Appointment.objects.live().exists()


def test_nor_by_the_visit_of_a_duplicate(gone, other, plan, manager):
    book(plan, other)
    merging.merge(duplicate=other, into=gone, by=BY, now=NOW)

    with pytest.raises(erasing.StillOpen):
        erase(gone, manager)


def test_nor_while_a_series_goes_on_for_them(gone, couple, manager):
    call_off(gone)
    with pytest.raises(erasing.StillOpen, match="1 series goes on"):
        erase(gone, manager)

    leave(couple, gone)

    assert erase(gone, manager).rows
    couple.refresh_from_db()
    assert not couple.is_ended
