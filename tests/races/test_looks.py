"""Looks while somebody else holds the database, and many looks at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import connection, transaction

from practice import looks
from practice.models import TrailEntry
from tests import cast
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PATIENCE = 30


@contextmanager
def trail_held():
    """Somebody else writes, and nobody can, until the block ends."""
    held, over = Event(), Event()

    def hold():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("RESET ROLE")
                    cursor.execute("LOCK TABLE practice_trailentry IN SHARE MODE")
                held.set()
                over.wait(PATIENCE)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        assert held.wait(PATIENCE)
        try:
            yield
        finally:
            over.set()
            holder.result()


@pytest.fixture
def desk(front_desk, settings, tmp_path):
    settings.VAR = tmp_path
    desk = cast.sign_in(front_desk)
    desk.get("/")
    return desk


def waits_of_the_database():
    setting = "lock_timeout" if connection.vendor == "postgresql" else "busy_timeout"
    word = "SHOW" if connection.vendor == "postgresql" else "PRAGMA"
    with connection.cursor() as cursor:
        return cursor.execute(f"{word} {setting}").fetchone()


def test_care_goes_on_while_the_trail_takes_nothing(desk, patient):
    usual, began = waits_of_the_database(), time.monotonic()

    with trail_held():
        page = desk.get(f"/patients/{patient.pk}/")
        took = time.monotonic() - began

    assert (page.status_code, looks.waiting()) == (200, True)
    assert took < 2 * looks.WAITS.total_seconds()
    assert waits_of_the_database() == usual


def test_what_waited_is_taken_up_as_soon_as_the_trail_is_free(desk, patient):
    with trail_held():
        desk.get(f"/patients/{patient.pk}/")

    assert looks.take_up_spooled() == 1
    assert TrailEntry.objects.get(kind="seen.patient").patient_id == patient.pk


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_page_asked_for_many_times_at_once_is_one_look(front_desk, patient, _round):
    at = cast.MONDAY.isoformat()
    who = (front_desk.pk, front_desk.name)
    look = looks.Look(at, *who, "patient", looks.CARE, [patient.pk])

    outcome = run_together(8, lambda _number: looks.write(look))

    assert outcome.errors == []
    assert TrailEntry.objects.filter(kind="seen.patient").count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_looks_that_are_spooled_while_others_are_taken_up_are_all_kept(
    desk, front_desk, patient, _round
):
    def act(number):
        if number == 0:
            return [looks.take_up_spooled() for _turn in range(20)]
        who = (cast.MONDAY.isoformat(), front_desk.pk, front_desk.name)
        for turn in range(10):
            look = looks.Look(*who, f"{number}.{turn}", looks.CARE, [patient.pk])
            looks.spool([look])
        return []

    outcome = run_together(5, act)
    looks.take_up_spooled()
    looks.take_up_spooled()

    assert (outcome.errors, looks.waiting()) == ([], False)
    pages = TrailEntry.objects.filter(kind__startswith=looks.PREFIX, reason=looks.CARE)
    assert pages.filter(kind__contains=".", patient_id=patient.pk).count() == 40
