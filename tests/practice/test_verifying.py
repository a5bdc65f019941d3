"""Whatever an owner of the tables does past the guards is found."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from practice import (
    anchors,
    clock,
    drift,
    guards,
    looks,
    recording,
    sealing,
    trail,
    verifying,
)
from practice.models import (
    Erasure,
    Patient,
    PatientAlert,
    Seal,
    TrailEntry,
    TrailPatient,
)
from practice.trail import keep
from tests import cast

BY = cast.FOUNDER
TRAIL, SEALS = TrailEntry._meta.db_table, Seal._meta.db_table


@pytest.fixture
def sealed(owner, patient, settings, tmp_path):
    """A patient with an alert and a list that named them; everything sealed."""
    settings.TRAIL_ANCHORS = tmp_path / "anchors.jsonl"
    keep(PatientAlert(patient=patient, text="Latex"), by=BY, kind="patient.alert_added")
    line = trail.note(by=BY, kind="patient.exported", about=patient, reason="asked for")
    TrailPatient.objects.create(entry_id=line.pk, patient_id=patient.pk)
    sealing.seal_new()
    return patient


def run(sql):
    """As an owner of the tables can: the guards of the table are off meanwhile."""
    with (
        guards.lifted(connection, which=lambda guard: guard.table in sql),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def kinds(*, known=()):
    later = clock.real_now() + timedelta(hours=1)
    return {fault.kind for fault in verifying.verify(anchors=known, now=later)}


LAST = f"(SELECT max(id) FROM {TRAIL})"
ADDED = """
    INSERT INTO practice_historicalpatientalert
        (id, text, patient_id, is_withdrawn,
         history_date, history_type, history_change_reason)
    SELECT id, 'Nuts', patient_id, is_withdrawn,
           history_date, history_type, history_change_reason
    FROM practice_historicalpatientalert
"""
ATTACKS = {
    "another actor": (f"UPDATE {TRAIL} SET actor = 'Eve' WHERE id = {LAST}", "chain"),
    "another time": (f"UPDATE {TRAIL} SET at = '2020-01-01 00:00:00+00:00'", "chain"),
    "another chart": (f"UPDATE {TRAIL} SET patient_id = 99 WHERE id = {LAST}", "chain"),
    "folded away": (f"UPDATE {TRAIL} SET part_of_id = 1 WHERE id = {LAST}", "chain"),
    "another reason": (f"UPDATE {TRAIL} SET reason = 'x' WHERE id = {LAST}", "words"),
    "a line gone": (f"DELETE FROM {TRAIL} WHERE id = {LAST}", "line"),
    "all lines gone": (f"DELETE FROM {TRAIL}", "line"),
    "a seal gone": (f"DELETE FROM {SEALS} WHERE position = 2", "gap"),
    "a seal rewritten": (f"UPDATE {SEALS} SET mac = digest", "chain"),
    "a seal moved": (f"UPDATE {SEALS} SET entry_id = -entry_id", "line"),
    "history rewritten": (
        "UPDATE practice_historicalpatientalert SET text = 'None'",
        "words",
    ),
    "history gone": ("DELETE FROM practice_historicalpatientalert", "words"),
    "a chart left out of a list": (
        f"DELETE FROM {TrailPatient._meta.db_table}",
        "words",
    ),
    "history added": (ADDED, "row"),
}


def test_a_trail_that_nobody_touched_is_whole(sealed):
    assert kinds() == set()


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_an_owner_changes_is_found(sealed, attack):
    sql, kind = ATTACKS[attack]

    run(sql)

    assert kind in kinds()


def test_a_tail_that_was_cut_shows_against_the_anchor_only(sealed, tmp_path, settings):
    settings.TRAIL_ANCHORS = tmp_path / "far" / "anchors.jsonl"
    anchors.drop()
    known = list(anchors.read(settings.TRAIL_ANCHORS))

    run(f"DELETE FROM {SEALS} WHERE position > 3")
    run(f"DELETE FROM {TRAIL} WHERE id NOT IN (SELECT entry_id FROM {SEALS})")

    assert "anchor" in kinds(known=known)


def test_an_emptied_trail_shows_against_the_anchor(sealed, tmp_path, settings):
    settings.TRAIL_ANCHORS = tmp_path / "anchors.jsonl"
    anchors.drop()
    known = list(anchors.read(settings.TRAIL_ANCHORS))

    run(f"DELETE FROM {SEALS}")
    run(f"DELETE FROM {TRAIL}")

    assert "anchor" in kinds(known=known)


def test_a_chain_made_anew_with_another_key_is_found(sealed, settings):
    settings.TRAIL_KEYS = ["of the attacker"]
    run(f"DELETE FROM {SEALS}")
    sealing.seal_new()

    settings.TRAIL_KEYS = []

    assert kinds() == {"key"}


def test_a_seal_outside_the_chain_is_refused(sealed):
    line = TrailEntry.objects.latest("pk").pk + 1

    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(position=0, entry_id=line, sealed_at=cast.MONDAY)


@contextmanager
def unchecked(table, constraint, check):
    """As an owner of the table can: one of its checks is off meanwhile."""
    if connection.vendor == "sqlite":
        run("PRAGMA ignore_check_constraints = ON")
        yield
        run("PRAGMA ignore_check_constraints = OFF")
        return
    run(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    yield
    run(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({check})")


def test_a_seal_outside_the_chain_is_found(sealed):
    """It would keep its line from being sealed, and from being read."""
    line = trail.note(by=BY, kind="patient.exported", about=sealed).pk
    columns = "position, entry_id, sealed_at, key, digest, mac"
    values = f"-1, {line}, '2026-01-01 00:00:00+00:00', 'k', 'd', 'm'"

    with unchecked(SEALS, "seal_in_the_chain", f"position >= 1 AND position < {2**62}"):
        run(f"INSERT INTO {SEALS} ({columns}) VALUES ({values})")
        sealing.seal_new()
        found = kinds()
        run(f"DELETE FROM {SEALS} WHERE position < 1")

    assert found == {"gap"}


def test_a_line_of_an_earlier_day_between_those_of_today_is_found(sealed):
    earlier = clock.real_now() - timedelta(hours=2)
    facts = {"actor": "Fran", "kind": "patient.seen", "record": "patient"}
    TrailEntry.objects.create(at=earlier, patient_id=sealed.pk, **facts)
    sealing.seal_new()

    assert kinds() == {"time"}


@pytest.mark.parametrize(
    ("kind", "days"), [("seen.patient", -400), ("patient.seen", 400)]
)
def test_neither_a_late_look_nor_a_line_to_come_accuses_others(sealed, kind, days):
    at = clock.real_now() + timedelta(days)
    TrailEntry.objects.create(at=at, actor="Fran", kind=kind, record="patient")
    sealing.seal_new()
    trail.note(by=BY, kind="patient.exported", about=sealed, reason="asked for")
    sealing.seal_new()

    assert kinds() == set()


def test_lines_that_waited_for_a_worker_are_not_taken_for_false(sealed, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 1)
    for hours in (1, 2, 3):
        with time_machine.travel(clock.real_now() + timedelta(hours=hours)):
            trail.note(by=BY, kind="patient.exported", about=sealed)
    with time_machine.travel(clock.real_now() + timedelta(hours=9)):
        sealing.seal_new()

    assert kinds() == set()


def test_what_is_first_sealed_while_the_trail_is_read_is_whole(location, monkeypatch):
    """The shape of a record is as new as the first line about one."""
    sealing.seal_new()
    gaps = verifying._gaps

    def meanwhile(last, seals):
        monkeypatch.setattr(verifying, "_gaps", gaps)
        cast.make_patient(at=location)
        sealing.seal_new()
        return gaps(last, seals)

    monkeypatch.setattr(verifying, "_gaps", meanwhile)

    assert kinds() == set()


def test_lines_that_nobody_seals_are_told(sealed):
    trail.note(by=BY, kind="patient.exported", about=sealed)

    assert kinds() == {"unsealed"}


def test_a_look_that_waited_in_a_file_and_just_came_is_no_fault(
    sealed, front_desk, settings, tmp_path
):
    settings.VAR = tmp_path
    sealing.seal_new()
    at = (clock.real_now() - timedelta(hours=1)).isoformat()
    looks.spool([looks.Look(at, front_desk.pk, "Fran", "patient", "care", [sealed.pk])])

    looks.take_up_spooled()

    assert kinds() == set()
    assert sealing.unsealed().exists()


def test_a_look_behind_the_newest_seal_that_nobody_seals_is_told(sealed):
    line = {"at": clock.real_now(), "actor": "Eve", "record": "patient"}
    newest = TrailEntry.objects.create(pk=10_001, kind="x", **line)
    sealing.seal_new()

    TrailEntry.objects.create(pk=newest.pk - 1, kind="seen.patient", **line)

    assert kinds() == {"unsealed"}


def test_an_erasure_that_the_site_did_not_do_is_found(sealed):
    line = TrailEntry.objects.latest("pk")

    run(f"UPDATE {TRAIL} SET reason = '' WHERE id = {line.pk}")
    Erasure.objects.create(entry_id=line.pk, tombstone_id=1, key="0", mac="0")

    assert kinds() == {"erasure"}


def test_older_keys_still_verify(sealed, settings):
    first = settings.SECRET_KEY
    settings.TRAIL_KEYS = ["first"]
    trail.note(by=BY, kind="patient.exported", about=sealed)
    sealing.seal_new()

    settings.TRAIL_KEYS = ["second", "first"]

    assert kinds() == {"key"}, first  # those of the derived key, which is gone


# Drift ------------------------------------------------------------------------
def test_what_was_changed_behind_the_triggers_has_drifted(sealed):
    assert drift.found() == []

    run("UPDATE practice_patient SET given_name = 'Eve'")
    run("DELETE FROM practice_patientalert")

    found = {one.record: one for one in drift.found()}
    assert found["patient"].changed == Patient.objects.count()
    assert found["patientalert"].gone == 1


def test_a_row_that_nobody_wrote_down_has_drifted(sealed):
    run("DELETE FROM practice_historicalpatientalert")

    assert [one.unwritten for one in drift.found()] == [1]


def test_every_table_is_compared(db):
    assert len(recording.tables()) > 20
    assert drift.found() == []


# The command ------------------------------------------------------------------
def test_the_command_says_that_all_is_well(sealed):
    said = StringIO()

    call_command("verify_trail", stdout=said)

    assert "sealed lines are whole" in said.getvalue()


def test_the_command_ends_with_a_fault(sealed):
    run(f"DELETE FROM {TRAIL} WHERE id = {LAST}")
    said = StringIO()

    with pytest.raises(CommandError, match="faults"):
        call_command("verify_trail", stdout=said)

    assert "is gone" in said.getvalue()


def test_without_anchors_the_command_says_what_it_cannot_see(sealed, settings):
    said = StringIO()

    call_command("verify_trail", stdout=said)

    assert f"No anchors in {settings.TRAIL_ANCHORS}: a tail cut" in said.getvalue()

    anchors.drop()
    said = StringIO()
    call_command("verify_trail", stdout=said)
    assert "No anchors" not in said.getvalue()


def test_a_file_of_anchors_that_is_not_there_is_told(sealed, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("verify_trail", path=tmp_path / "nope", stdout=StringIO())


def test_a_trail_that_cannot_be_read_is_not_taken_for_whole(sealed, monkeypatch):
    monkeypatch.setattr(drift, "found", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        call_command("verify_trail", stdout=StringIO())

    assert not verifying.last_result().is_whole


def test_an_anchor_file_that_is_none_is_told(sealed, tmp_path):
    path = tmp_path / "anchors.jsonl"
    path.write_text("nonsense\n")

    with pytest.raises(CommandError, match="line 1: not an anchor"):
        call_command("verify_trail", path=path, stdout=StringIO())
