"""From paper: when it happened, who wrote it, and each line of a sheet once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice import contacts, paper, patients, trail, work
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
from tests.cast import by_hand, make_phone, make_task

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


def test_what_follows_of_it_says_that_it_is_from_paper(enter, patient, manager):
    def act():
        return contacts.add(owner=patient, kind="phone", value=make_phone(), by=manager)

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
        return contacts.add(owner=patient, kind="phone", value=make_phone(), by=manager)

    phone, task = enter(act=add), enter(act=lambda: make_task(to=manager))

    for entry in (phone, task):
        paper.take_back(entry=entry, by=manager, now=now)

    assert ContactPoint.objects.get().ended_at == now
    assert not work.Task.objects.open().exists()


def test_a_chart_that_was_opened_is_not_taken_back(enter, patient, manager, now):
    entry = enter(act=lambda: patient)

    with pytest.raises(StandsOnItsOwn, match="correct it there"):
        paper.take_back(entry=entry, by=manager, now=now)
