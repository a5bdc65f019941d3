"""Somebody holds what an act needs: the act waits, tries again, and says so at last."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event, Timer

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse

from practice import duty, patience
from practice.models import Location
from practice.patience import Busy, patiently
from practice.trail import locked
from scheduling import booking
from scheduling.models import Appointment
from scheduling.states import Status
from tests import cast
from tests.scheduling.conftest import WEEK, at, make_type

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW, BY, LONG = cast.MONDAY, cast.FOUNDER, 30


@pytest.fixture
def plan(clinician, location):
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=BY)
    return booking.Plan(make_type(clinician), clinician, location, at(10))


@pytest.fixture(autouse=True)
def _hurried(monkeypatch, settings, tmp_path):
    settings.VAR = tmp_path  # looks wait there while the database takes none
    monkeypatch.setattr(patience, "LONGEST_WAIT", timedelta(milliseconds=100))


@contextmanager
def held(record):
    """Somebody else has the record locked; on SQLite that is the whole database."""
    ready, over = Event(), Event()

    def hold():
        try:
            with transaction.atomic():  # on SQLite it begins by taking all
                locked(record)
                ready.set()
                over.wait(LONG)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as others:
        holding = others.submit(hold)
        assert ready.wait(LONG)
        try:
            yield over
        finally:
            over.set()
            holding.result()


@pytest.fixture
def desk_pc(front_desk, as_, now):
    """Somebody who has been at work for a while."""
    desk_pc = as_(front_desk)
    desk_pc.get("/")
    return desk_pc


def asked(plan, patient):
    """What the booking page sends."""
    return {
        "patient": patient.pk,
        "type": plan.type.pk,
        "clinician": plan.clinician.pk,
        "location": plan.location.pk,
        "starts_at": "2026-03-03T10:00",
        "modality": plan.modality,
        "desk_note": "Comes by wheelchair",
    }


def test_who_books_while_the_clinician_is_held_reads_a_sentence_and_loses_nothing(
    plan, patient, desk_pc
):

    with held(plan.clinician):
        page = desk_pc.post(reverse("book"), asked(plan, patient))

    words = page.content.decode()
    assert page.status_code == 422
    assert "Nothing was saved: try again." in words
    assert "Comes by wheelchair" in words
    assert Appointment.objects.count() == 0


def test_who_presses_a_button_meanwhile_reads_a_sentence_where_they_were(
    plan, patient, desk_pc
):
    visit = booking.book(plan=plan, patients=[patient], by=BY, now=NOW)
    path = reverse("visit", args=[visit.pk])

    with held(plan.clinician):
        answer = desk_pc.post(reverse("visit_act", args=[visit.pk, "confirm"]))
    page = desk_pc.get(path)

    assert (answer.status_code, answer.url) == (302, path)
    assert "Nothing was saved: try again." in page.content.decode()
    assert visit.attendees.get().status == Status.SCHEDULED


def test_who_waits_for_a_short_act_notices_nothing(plan, patient, desk_pc, monkeypatch):
    monkeypatch.setattr(patience, "LONGEST_WAIT", timedelta(seconds=3))

    with held(plan.clinician) as over:
        Timer(0.2, over.set).start()
        answer = desk_pc.post(reverse("book"), asked(plan, patient))

    assert answer.status_code == 302
    assert Appointment.objects.count() == 1


def test_what_was_refused_once_is_tried_again(location, monkeypatch):
    monkeypatch.setattr(patience, "TRIES", 100)

    with held(location) as over:
        Timer(0.25, over.set).start()
        found = patiently(lambda: locked(location))

    assert found == location


def test_two_who_wait_for_each_other_both_get_their_turn(
    location, far_location, monkeypatch
):
    """On PostgreSQL one of them is broken off, and tried again; nobody sees it."""
    monkeypatch.setattr(patience, "LONGEST_WAIT", timedelta(seconds=3))
    met, order = Barrier(2), [location, far_location]
    turns = []

    def act(n):
        turns.append(n)
        first, then = order if n else reversed(order)
        locked(first)
        if turns.count(n) == 1 and connection.vendor == "postgresql":
            met.wait(LONG)
        return locked(then).pk

    def run(n):
        try:
            return patiently(lambda: act(n))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        done = list(both.map(run, range(2)))

    assert sorted(done) == sorted(one.pk for one in order)
    assert (len(turns) > len(done)) is (connection.vendor == "postgresql")


def test_an_act_that_never_gets_through_leaves_nothing(location):
    def act():
        cast.make_location(name="Bronx", short_name="Bronx")
        locked(location)

    with held(location), pytest.raises(Busy, match="Nothing was saved"):
        patiently(act)

    assert not Location.objects.filter(name="Bronx").exists()


def test_what_is_wrong_with_the_database_itself_is_no_matter_of_patience(db):
    tries = []

    def act():
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM nowhere")

    with pytest.raises(DatabaseError, match="nowhere"):
        patiently(act)

    assert tries == [1]


def test_afterwards_the_connection_waits_as_long_as_before(location):
    def patience_of(_nothing=None):
        with connection.cursor() as cursor:
            is_sqlite = connection.vendor == "sqlite"
            cursor.execute("PRAGMA busy_timeout" if is_sqlite else "SHOW lock_timeout")
            return cursor.fetchone()

    before = patience_of()

    during = patiently(patience_of)

    assert patience_of() == before != during
