"""Announcements: somebody may have to be told, after the minute in which to undo."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from practice import announcements, merging, patients
from practice.announcements import UNDO_TIME, announce, waiting, withdraw
from practice.models import Announcement, Patient
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY


def tell(row):
    return announcements.tell(announcement=row, by=BY, now=NOW + UNDO_TIME)


def test_nobody_is_told_before_the_minute_is_over(patient):
    row = announce(kind="patient.paused", patient=patient, by=BY, now=NOW)

    assert (row.announced_at, row.not_before) == (NOW, NOW + timedelta(minutes=1))
    assert list(waiting()) == [row]


def test_an_announcement_carries_ids(patient):
    announce(kind="visit.moved", patient=patient, by=BY, now=NOW, appointment=7)

    assert Announcement.objects.get().ids == {"appointment": 7}


def test_what_is_taken_back_is_not_told(patient):
    announce(kind="patient.paused", patient=patient, by=BY, now=NOW)
    other = announce(kind="patient.ended", patient=patient, by=BY, now=NOW)

    withdrawn = withdraw(kind="patient.paused", patient=patient, by=BY, now=NOW)

    assert withdrawn == 1
    assert list(waiting()) == [other]


def test_what_was_told_cannot_be_taken_back(patient):
    row = announce(kind="patient.paused", patient=patient, by=BY, now=NOW)
    tell(row)

    assert withdraw(kind="patient.paused", patient=patient, by=BY, now=NOW) == 0
    assert Announcement.objects.get().withdrawn_at is None


def test_what_was_told_by_hand_waits_no_more_until_that_is_undone(patient):
    row = announce(kind="patient.paused", patient=patient, by=BY, now=NOW)

    assert tell(tell(row)).taken_at == NOW + UNDO_TIME
    assert list(waiting()) == []

    announcements.untell(announcement=row, by=BY)
    assert list(waiting()) == [row]
    assert row.history.count() == 3


def test_what_was_taken_back_cannot_be_told(patient):
    row = announce(kind="patient.paused", patient=patient, by=BY, now=NOW)
    withdraw(kind="patient.paused", patient=patient, by=BY, now=NOW)

    with pytest.raises(announcements.TakenBack):
        tell(row)


def test_another_patients_announcement_stays(patient, location):
    other = cast.make_patient(at=location)
    announce(kind="patient.paused", patient=other, by=BY, now=NOW)

    assert withdraw(kind="patient.paused", patient=patient, by=BY, now=NOW) == 0
    assert waiting().count() == 1


def test_announcing_goes_with_its_cause(patient, monkeypatch):
    def break_off(**details):
        raise ConnectionError

    monkeypatch.setattr(announcements, "announce", break_off)
    with pytest.raises(ConnectionError):
        patients.pause(patient=patient, until=None, reason="away", by=BY, now=NOW)

    assert Patient.objects.get(pk=patient.pk).state == "active"


# The list -------------------------------------------------------------------
def test_who_may_not_open_the_chart_learns_what_but_not_of_whom(
    patient, front_desk, stranger, now
):
    row = announce(kind="patient.paused", patient=patient, by=BY, now=now)

    ours = announcements.waiting_for(front_desk, now=now)
    theirs = announcements.waiting_for(stranger, now=now)

    (change,) = ours.rows
    assert (change.row, change.words) == (row, "Paused")
    assert (ours.count, ours.closed) == (1, [])
    assert (theirs.rows, theirs.count) == ([], 0)
    assert theirs.closed == [("Paused", 1)]


def circle(patient, staff):
    """Who may hear of a patient's pause, and who must not."""
    announce(kind="patient.paused", patient=patient, by=BY, now=NOW)
    (change,) = announcements.waiting_for(staff, now=NOW).rows
    return change.hearers, change.barred


def test_a_right_to_be_told_ends_with_its_dates(patient, front_desk):
    over = {"starts_on": NOW.date() - timedelta(9), "ends_on": NOW.date()}
    cast.make_caregiver(patient, may_be_told=True, **over)
    cast.make_caregiver(
        patient, relation="child", may_be_told=True, starts_on=date(2027, 1, 1)
    )
    cast.make_caregiver(patient, relation="sibling")

    assert circle(patient, front_desk) == (["Spouse or partner"], [])


def test_a_merged_chart_brings_those_who_must_not_be_told(
    patient, location, front_desk
):
    duplicate = cast.make_patient(at=location)
    cast.make_caregiver(duplicate, relation="parent", must_not_be_told=True)
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)

    assert circle(patient, front_desk) == ([], ["Parent"])


def test_every_kind_that_a_chart_announces_has_words():
    unsaid = set(patients.moves.STATE_KINDS) - announcements.WORDS.keys()

    assert not unsaid
    assert announcements.words_of("visit.moved") == "Something changed"


def test_what_messaging_will_tell_is_not_listed_for_people(patient, manager):
    announcements.announce(
        kind="attendee.arrived", by=manager, now=NOW, patient=patient, appointment=1
    )

    assert announcements.waiting().count() == 1
    assert announcements.waiting_for(manager, now=NOW).count == 0
