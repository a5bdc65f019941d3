"""From paper: when it happened, who wrote it, and each line of a sheet once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice import (
    contacts,
    merging,
    moving,
    paper,
    patients,
    trail,
    watching,
    work,
)
from practice.models import (
    ContactPoint,
    DaySheet,
    PaperEntry,
    Role,
    Task,
    TrailEntry,
)
from practice.paper import LineTaken, NotThen, StandsOnItsOwn
from practice.rules import NotPossible
from tests.cast import FOUNDER, by_hand, make_patient, make_phone, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(location, now):
    return DaySheet.objects.create(
        location=location, day_on="2026-03-02", made_at=now - timedelta(hours=15)
    )


@pytest.fixture
def enter(location, front_desk, manager, now):
    """`enter(…)` puts a note in, which the desk wrote an hour ago."""

    def put_in(**details):
        usual = {
            "location": location,
            "sheet": None,
            "line": None,
            "kind": "note",
            "happened_at": now - timedelta(hours=1),
            "writer": front_desk,
            "words": "Came by",
            "patient": None,
            "act": lambda: None,
            "by": manager,
            "now": now,
        }
        return paper.enter(**usual | details)

    return put_in


def test_it_says_when_it_happened_who_wrote_it_and_who_put_it_in(
    enter, front_desk, manager, now
):
    entry = enter()

    line = TrailEntry.objects.get(kind="paper.entered")
    assert (line.actor, line.at) == (manager.name, now)
    assert line.reason == "From paper: Mon 2 Mar 2026, 9:00 AM, Fran Desk"
    assert (entry.writer, entry.entered_at - entry.happened_at) == (
        front_desk,
        timedelta(hours=1),
    )


def test_what_follows_of_it_says_that_it_is_from_paper(enter, patient, manager, now):
    def act():
        return contacts.add(
            owner=patient, kind="phone", value=make_phone(), by=manager, now=now
        )

    entry = enter(patient=patient, act=act)

    assert TrailEntry.objects.get(kind="contact.added").reason.startswith("From paper:")
    assert (entry.made, entry.made_id) == (
        "contactpoint",
        ContactPoint.objects.get().pk,
    )


def test_a_reason_of_its_own_is_kept(patient, manager, now):
    with trail.because("From paper"):
        patients.end_care(patient=patient, reason="Moved", by=manager, now=now)

    assert TrailEntry.objects.get(kind="patient.ended").reason == "Moved"


def test_afterwards_nothing_is_from_paper_any_more(enter, patient, manager, now):
    enter()
    patients.end_care(patient=patient, reason="", by=manager, now=now)

    assert TrailEntry.objects.get(kind="patient.ended").reason == ""


def test_a_line_of_a_sheet_is_put_in_once(enter, sheet):
    enter(sheet=sheet, line=4)

    with pytest.raises(LineTaken) as refusal:
        enter(sheet=sheet, line=4)

    words = f"Line 4 of sheet {sheet.pk} is in already, put in by Mary Manager."
    assert str(refusal.value) == words
    enter(sheet=sheet, line=5)


def test_the_database_itself_knows_a_line_once(enter, sheet):
    first = enter(sheet=sheet, line=4)
    copy = PaperEntry.objects.get(pk=first.pk)
    copy.pk, copy._state.adding = None, True

    with pytest.raises(IntegrityError), transaction.atomic(), by_hand():
        copy.save()


def test_what_fails_leaves_nothing(enter, sheet):
    def act():
        make_task(to=Role.FRONT_DESK)
        raise NotPossible("No.")

    with pytest.raises(NotPossible):
        enter(sheet=sheet, line=4, act=act)

    assert not PaperEntry.objects.exists()
    assert not Task.objects.exists()
    enter(sheet=sheet, line=4)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-1), "not happened yet"),
        (timedelta(days=61), "more than 60 days ago"),
    ],
)
def test_a_time_that_cannot_be_is_refused(enter, now, ago, words):
    with pytest.raises(NotThen, match=words):
        enter(happened_at=now - ago)


@pytest.mark.parametrize("line", [0, 100])
def test_a_line_that_no_sheet_has_is_refused(enter, sheet, line):
    with pytest.raises(ValidationError):
        enter(sheet=sheet, line=line)


# Taking back --------------------------------------------------------------------
def test_taken_back_its_line_is_free_again(enter, sheet, manager, now):
    entry = enter(sheet=sheet, line=4)

    paper.take_back(entry=entry, by=manager, now=now)

    enter(sheet=sheet, line=4)
    assert paper.take_back(entry=entry, by=manager, now=now).is_withdrawn


def test_what_became_of_it_is_taken_back_too(enter, patient, manager, now):
    def add():
        return contacts.add(
            owner=patient, kind="phone", value=make_phone(), by=manager, now=now
        )

    phone = enter(patient=patient, act=add)
    task = enter(act=lambda: make_task(to=manager))

    for entry in (phone, task):
        paper.take_back(entry=entry, by=manager, now=now)

    assert ContactPoint.objects.get().ended_at == now
    assert not work.Task.objects.open().exists()


def test_a_chart_that_was_opened_is_not_taken_back(enter, patient, manager, now):
    entry = enter(act=lambda: patient)

    with pytest.raises(StandsOnItsOwn, match="correct it there"):
        paper.take_back(entry=entry, by=manager, now=now)


def test_what_was_moved_or_done_meanwhile_stands(
    enter, patient, location, manager, now
):
    def add():
        return contacts.add(
            owner=patient, kind="phone", value=make_phone(), by=manager, now=now
        )

    other = make_patient(at=location)
    phone = enter(patient=patient, act=add)
    task = enter(act=lambda: make_task(to=manager))
    moving.move(row=ContactPoint.objects.get(), to=other, by=manager, now=now)
    work.finish(task=Task.objects.get(), by=manager, now=now)

    for entry in (phone, task):
        assert paper.take_back(entry=entry, by=manager, now=now).is_withdrawn

    point = ContactPoint.objects.get()
    assert (point.patient, point.ended_at) == (other, None)
    assert not Task.objects.get().is_withdrawn


# A talk, where somebody checks on the patient ---------------------------------------
@pytest.fixture
def flag(patient, clinician, now):
    """Quiet since Friday, and called after two days: the call is owed today."""
    row = watching.watch(
        patient=patient,
        caller=clinician,
        reason="Silent",
        quiet_days=2,
        ends_on=now.date() + timedelta(days=20),
        by=FOUNDER,
        now=now - timedelta(days=3),
    )
    watching.call_the_quiet(by=FOUNDER, now=now)
    return row


@pytest.fixture
def talk(enter, patient):
    def put_in(**details):
        return enter(kind=PaperEntry.CONTACT, **{"patient": patient} | details)

    return put_in


def last_contact(flag):
    flag.refresh_from_db()
    return str(flag.last_contact_on)


def test_a_talk_spares_the_call_and_taken_back_the_call_is_owed(
    talk, flag, manager, now
):
    entry = talk()
    assert last_contact(flag) == "2026-03-02"
    assert not Task.objects.open().exists()

    paper.take_back(entry=entry, by=manager, now=now)

    assert last_contact(flag) == "2026-02-27"
    assert Task.objects.open().get().kind == "watch.call"
    assert watching.call_the_quiet(by=FOUNDER, now=now) == 0


@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_talks_the_one_that_stays_counts(talk, flag, manager, now, is_first):
    entries = [talk(), talk(happened_at=now - timedelta(days=1))]

    paper.take_back(entry=entries[not is_first], by=manager, now=now)
    assert last_contact(flag) == ("2026-03-01" if is_first else "2026-03-02")
    assert not Task.objects.open().exists()

    paper.take_back(entry=entries[is_first], by=manager, now=now)
    assert last_contact(flag) == "2026-02-27"
    assert Task.objects.open().count() == 1


def test_what_was_noted_by_hand_stays_when_a_talk_is_taken_back(
    talk, flag, manager, now
):
    entry = talk(happened_at=now - timedelta(days=1))
    watching.record_contact(flag=flag, on=now.date(), by=manager)

    paper.take_back(entry=entry, by=manager, now=now)

    assert last_contact(flag) == "2026-03-02"
    assert not Task.objects.open().exists()


def test_nobody_is_asked_to_call_the_dead_again(talk, flag, patient, manager, now):
    entry = talk()
    patients.record_death(patient=patient, died_on=None, by=manager, now=now)

    paper.take_back(entry=entry, by=manager, now=now)

    assert not Task.objects.open().filter(kind="watch.call").exists()


def test_a_talk_from_before_the_watch_changes_nothing(talk, flag, now):
    talk(happened_at=now - timedelta(days=9))

    assert last_contact(flag) == "2026-02-27"


def test_once_two_charts_are_two_again_a_talk_counts_for_its_own(
    talk, flag, patient, location, manager, now
):
    other = make_patient(at=location)
    merging.merge(duplicate=patient, into=other, by=manager, now=now)
    talk(patient=other)
    assert last_contact(flag) == "2026-03-02"

    merging.undo(duplicate=patient, by=manager)

    assert last_contact(flag) == "2026-02-27"
    assert Task.objects.open().get().patient == patient
