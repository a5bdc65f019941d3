"""What was erased is overwritten, or it is said that it is not yet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, OperationalError, connection

from practice import patients, scrubbing
from practice.models import Patient, PatientAlert
from tests import cast
from tests.practice.erased import CANARIES, erase, held
from tests.practice.test_erasing import gone  # noqa: F401 - a fixture

BY = cast.FOUNDER
PATIENCE = 30
READS = "SELECT count(*) FROM practice_patient"


@contextmanager
def in_use(is_writer):
    """Somebody else has the database open, in the middle of something."""
    held_, over = Event(), Event()

    def hold():
        try:
            with connection.cursor() as cursor:
                _begin(cursor, is_writer=is_writer)
                held_.set()
                over.wait(PATIENCE)
                cursor.execute("ROLLBACK")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        assert held_.wait(PATIENCE)
        try:
            yield
        finally:
            over.set()
            holder.result()


def _begin(cursor, *, is_writer):
    if connection.vendor == "postgresql":
        cursor.execute("RESET ROLE; BEGIN; LOCK practice_patient IN ACCESS SHARE MODE")
        return
    cursor.execute("BEGIN IMMEDIATE" if is_writer else "BEGIN")
    cursor.execute(READS)
    cursor.fetchone()


@pytest.fixture
def hurried(monkeypatch):
    """The tries follow each other at once, and wait for nobody."""
    monkeypatch.setattr(scrubbing, "BETWEEN", timedelta(0))
    monkeypatch.setattr(scrubbing, "LONGEST_WAIT", "100ms")
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout = 100")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {usual}")


@pytest.mark.parametrize("is_writer", [False, True])
def test_words_that_could_not_be_overwritten_are_no_success(
    gone,  # noqa: F811
    manager,
    hurried,
    monkeypatch,
    is_writer,
):
    scrub, said = scrubbing.scrub, StringIO()

    def scrub_in_use():
        with in_use(is_writer):
            scrub()

    monkeypatch.setattr(scrubbing, "scrub", scrub_in_use)

    with pytest.raises(CommandError, match="still hold their words"):
        call_command(
            *("erase_chart", str(gone.pk), "--by", manager.email, "--reason", "Law"),
            "--yes",
            stdout=said,
        )

    assert "Erased" not in said.getvalue()
    assert not Patient.objects.filter(pk=gone.pk).exists()
    scrub()
    assert held(*CANARIES) == []


def test_what_was_left_is_overwritten_later(gone, manager, hurried, monkeypatch):  # noqa: F811
    with monkeypatch.context() as patch:
        patch.setattr(scrubbing, "scrub", lambda: None)
        erase(gone, manager)
    said = StringIO()

    call_command("erase_chart", "--scrub", stdout=said)

    assert "Overwritten" in said.getvalue()
    assert held(*CANARIES) == []


@pytest.mark.parametrize("fault", [OperationalError, InternalError])
def test_what_is_over_in_a_moment_is_tried_again(db, hurried, monkeypatch, fault):
    tries = []

    def break_once(_cursor):
        tries.append(1)
        if len(tries) == 1:
            raise fault("missing chunk number 0 for toast value 1")
        return True

    monkeypatch.setattr(scrubbing, f"_on_{connection.vendor}", break_once)

    scrubbing.scrub()

    assert len(tries) == 2


def test_what_the_planner_knows_of_a_column_is_forgotten(gone, manager, location):  # noqa: F811
    for number in range(30):
        cast.make_patient(at=location, family_name=f"Family{number}")
    patients.add_alert(patient=gone, text="Threnody again", ends_on=None, by=BY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert "Threnody" in held(*CANARIES)

    erase(gone, manager)

    assert not PatientAlert.objects.exists()  # an empty table is analysed in vain
    assert held(*CANARIES, "quillfeather", "zanzibarski") == []
