"""Each line gets its seal once, in one order, within seconds."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import proofs, sealing, trail
from practice.models import PatientAlert, Seal, Shape, TrailEntry
from practice.trail import keep
from tests import cast
from tests.races.together import run_together

pytestmark = pytest.mark.django_db
BY = cast.FOUNDER


def test_every_line_is_sealed_once_in_order(patient):
    sealed = sealing.seal_new()

    seals = list(Seal.objects.order_by("position"))
    assert sealed == len(seals) == TrailEntry.objects.count()
    assert [seal.position for seal in seals] == list(range(1, sealed + 1))
    assert sealing.seal_new() == 0


def test_who_looks_everywhere_seals_all_however_many_wait(patient, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 1)
    monkeypatch.setattr(sealing, "MOST", 1)
    count = TrailEntry.objects.count()

    sealed = sealing.seal_new(), sealing.seal_new(everywhere=True)

    assert sealed == (1, count - 1)
    assert count > 2


def test_new_lines_continue_the_chain(patient):
    sealing.seal_new()
    before = Seal.objects.count()

    keep(PatientAlert(patient=patient, text="Latex"), by=BY, kind="alert")
    sealing.seal_new()

    last = Seal.objects.get(position=before + 1)
    assert last.entry_id == TrailEntry.objects.latest("pk").pk
    assert last.mac != Seal.objects.get(position=before).mac


def test_a_line_that_was_committed_late_is_sealed_last(patient):
    line = TrailEntry.objects.latest("pk")
    late = TrailEntry(
        pk=line.pk + 5, at=line.at, actor="Ann", kind="late", record="patient"
    )
    early = TrailEntry(
        pk=line.pk + 3, at=line.at, actor="Ann", kind="early", record="patient"
    )
    late.save(force_insert=True)
    sealing.seal_new()

    early.save(force_insert=True)
    sealing.seal_new()

    last = Seal.objects.latest("position")
    assert last.entry_id == early.pk


def test_a_line_behind_sealed_ones_waits_too(patient, now):
    line = TrailEntry.objects.latest("pk")
    facts = {"at": now - timedelta(hours=1), "actor": "Ann", "record": "patient"}
    TrailEntry(pk=line.pk + 5, kind="late", **facts).save(force_insert=True)
    sealing.seal_new()

    TrailEntry(pk=line.pk + 3, kind="early", **facts).save(force_insert=True)

    assert sealing.late(now=now) == 1


def test_a_number_far_beyond_the_others_keeps_no_line_from_its_seal(patient, now):
    last = TrailEntry.objects.latest("pk").pk
    facts = {"at": now - timedelta(hours=1), "actor": "Ann", "record": "patient"}
    TrailEntry(pk=10**15, kind="far", **facts).save(force_insert=True)
    sealing.seal_new()
    TrailEntry(pk=last + 1, kind="near", **facts).save(force_insert=True)

    assert (sealing.late(now=now), sealing.standing().waiting) == (1, 1)
    assert sealing.seal_new() == 1


@pytest.mark.parametrize("number", [-5, 0])
def test_a_number_below_all_others_is_late_and_gets_its_seal(patient, now, number):
    facts = {"at": now - timedelta(hours=1), "actor": "Ann", "record": "patient"}
    sealing.seal_new()
    TrailEntry(pk=number, kind="low", **facts).save(force_insert=True)

    assert sealing.late(now=now) == 1
    assert sealing.seal_new(everywhere=True) == 1


def test_beyond_its_reach_a_line_of_today_is_late_all_the_same(
    patient, now, monkeypatch
):
    monkeypatch.setattr(sealing, "REACH", 1)
    last = TrailEntry.objects.latest("pk").pk
    facts = {"at": now - timedelta(hours=1), "actor": "Ann", "record": "patient"}
    TrailEntry(pk=last + 9, kind="far", **facts).save(force_insert=True)
    sealing.seal_new(everywhere=True)
    TrailEntry(pk=last + 1, kind="near", **facts).save(force_insert=True)

    assert sealing.late(now=now) == 1


def test_many_lines_are_sealed_in_short_transactions(patient, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)

    with CaptureQueriesContext(connection) as seen:
        sealed = sealing.seal_new()

    inserts = [q for q in seen if q["sql"].startswith('INSERT INTO "practice_seal"')]
    assert sealed == TrailEntry.objects.count()
    assert len(inserts) == -(-sealed // 3)


def test_what_waits_too_long_is_counted(patient, now):
    assert sealing.late(now=now) == 0

    with time_machine.travel(now - timedelta(minutes=2), tick=False):
        keep(PatientAlert(patient=patient, text="Latex"), by=BY, kind="alert")

    assert sealing.late(now=now) == 1


def test_a_seal_holds_no_words(patient):
    trail.note(by=BY, kind="patient.exported", about=patient, reason="Her lawyer asked")
    sealing.seal_new()

    row = Seal.objects.values().latest("position")
    assert "lawyer" not in str(row)


def test_a_new_column_changes_no_proof(patient):
    sealing.seal_new()
    shape = Shape.objects.get(record="patient")
    line = TrailEntry.objects.filter(record="patient").latest("pk")
    seal = Seal.objects.get(entry_id=line.pk)

    fewer = Shape(pk=shape.pk, record="patient", columns=shape.columns[:-1])
    key = proofs.sealing_key()
    whole = proofs.Words([line], {line.pk: shape}).digest(line, key)
    assert whole == seal.digest
    assert proofs.Words([line], {line.pk: fewer}).digest(line, key) != whole


def test_a_column_that_came_gets_a_new_shape(patient, monkeypatch):
    sealing.seal_new()
    older = Shape.objects.get(record="patient")
    columns = proofs._columns

    monkeypatch.setattr(
        proofs,
        "_columns",
        lambda record: dict(list(columns(record).items())[:-1]),
    )
    keep(patient, by=BY, kind="patient.changed")
    sealing.seal_new()

    assert Shape.objects.filter(record="patient").count() == 2
    assert Seal.objects.latest("position").shape_id != older.pk


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_sealers_write_one_chain(patient):
    for n in range(20):
        trail.note(by=BY, kind="patient.exported", about=patient, reason=str(n))

    outcome = run_together(4, lambda n: sealing.seal_new())
    sealing.seal_new()

    assert not outcome.errors
    assert Seal.objects.count() == TrailEntry.objects.count()
    assert Seal.objects.latest("position").position == Seal.objects.count()
