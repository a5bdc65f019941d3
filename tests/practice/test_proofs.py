"""Nothing of a line, of a seal or of an erasure can differ without being found."""

from __future__ import annotations

import pytest
from django.db import connection, models

from practice import erasing, guards, incidents, patients, proofs, sealing
from practice.models import Erasure, Patient, Seal, TrailEntry
from tests import cast
from tests.practice.test_verifying import kinds, run, sealed  # noqa: F401 - a fixture

BY, NOW = cast.FOUNDER, cast.MONDAY
TRAIL, SEALS, ERASED = (model._meta.db_table for model in (TrailEntry, Seal, Erasure))
HISTORY = Patient.history.model._meta.db_table
KEY = b"of the tests"
SIGNED = [*TrailEntry._meta.concrete_fields, *Seal._meta.concrete_fields]


def other(field, value):
    """A value that differs as little as may be."""
    if isinstance(field, models.DateTimeField):
        return value.replace(microsecond=value.microsecond ^ 1)
    if isinstance(field, models.CharField):
        return f"{value}x"[-(field.max_length or 0) :]
    return (value or 0) + 1


@pytest.fixture
def pair(sealed):  # noqa: F811 - the fixture
    """The last seal and its line."""
    seal = Seal.objects.latest("position")
    return TrailEntry.objects.get(pk=seal.entry_id), seal


@pytest.mark.parametrize("field", SIGNED, ids=str)
def test_every_column_of_a_line_and_of_its_seal_counts(pair, field):
    row, model = pair[field.model is Seal], field.model
    value = other(field, getattr(row, field.attname))

    changed = model.objects.filter(pk=row.pk)
    with lifted_for(model):
        models.QuerySet.update(changed, **{field.attname: value})

    assert kinds() - {"unsealed"}


def lifted_for(model):
    return guards.lifted(
        connection, which=lambda guard: guard.table == model._meta.db_table
    )


@pytest.mark.parametrize("field", SIGNED, ids=str)
def test_every_column_is_in_the_mac_itself(field):
    """Each alone, so that none of them leans on another that happens to change too."""
    entry = TrailEntry(pk=7, at=NOW, actor="Ann", kind="x.y", record="patient")
    seal = Seal(position=3, entry_id=7, sealed_at=NOW, shape_id=1, digest="d")
    before = proofs.mac_of(entry, seal, before="b", key=KEY)
    row = seal if field.model is Seal else entry

    setattr(row, field.attname, other(field, getattr(row, field.attname)))
    is_other = proofs.mac_of(entry, seal, before="b", key=KEY) != before

    # What a seal says of its line, its key and itself is proved by looking there.
    assert is_other == (field.attname not in {"reason", "entry_id", "key", "mac"})


def test_the_seal_before_and_the_key_are_in_the_mac():
    entry = TrailEntry(pk=7, at=NOW, actor="Ann", kind="x.y", record="patient")
    seal = Seal(position=3, sealed_at=NOW, digest="d")

    macs = {
        proofs.mac_of(entry, seal, before=before, key=key)
        for before in ("a", "b")
        for key in (KEY, b"another")
    }

    assert len(macs) == 4


@pytest.mark.django_db
def test_the_same_words_of_two_lines_have_two_digests():
    lines = [TrailEntry(pk=pk, reason="asked for", record="patient") for pk in (7, 8)]
    words = proofs.Words(lines, {})

    assert words.digest(lines[0], KEY) != words.digest(lines[1], KEY)
    assert words.digest(lines[0], KEY) != words.digest(lines[0], b"another")


@pytest.mark.parametrize("column", ["entry_id", "tombstone_id", "digest"])
def test_every_column_of_an_erasure_is_in_its_mac(column):
    erasure = Erasure(entry_id=7, tombstone_id=9, digest="d")
    before = proofs.erasure_mac(erasure, KEY)
    field = Erasure._meta.get_field(column)

    setattr(erasure, column, other(field, getattr(erasure, column)))

    assert proofs.erasure_mac(erasure, KEY) != before


# Swapped and copied -------------------------------------------------------------
def swap(table, key, first, second):
    for old, new in ((first, 10**9), (second, first), (10**9, second)):
        run(f"UPDATE {table} SET {key} = {new} WHERE {key} = {old}")


def test_two_lines_that_were_swapped_are_found(sealed):  # noqa: F811 - the fixture
    first, second = TrailEntry.objects.order_by("-pk").values_list("pk", flat=True)[:2]

    swap(TRAIL, "id", first, second)

    assert "chain" in kinds()


def test_two_seals_that_were_swapped_are_found(sealed):  # noqa: F811 - the fixture
    swap(SEALS, "position", 2, 3)

    assert "chain" in kinds()


def test_the_lines_of_two_seals_swapped_are_found(sealed):  # noqa: F811 - the fixture
    first, second = Seal.objects.order_by("position").values_list(
        "entry_id", flat=True
    )[:2]

    swap(SEALS, "entry_id", first, second)

    assert "chain" in kinds()


# Erased -------------------------------------------------------------------------
@pytest.fixture
def erased(sealed, location, manager):  # noqa: F811 - the fixture
    """The line that ended the care of somebody whose chart was erased."""
    gone = cast.make_patient(at=location)
    gone = patients.end_care(patient=gone, reason="Moved", by=BY, now=NOW)
    erasing.erase_chart(patient=gone, by=manager, reason="Art. 17, on request")
    sealing.seal_new()
    return TrailEntry.objects.get(kind="patient.ended")


def test_an_erasure_leaves_a_whole_trail(erased):
    assert kinds() == set()


def test_words_put_into_an_erased_line_are_found(erased):
    run(f"UPDATE {TRAIL} SET reason = 'She confessed' WHERE id = {erased.pk}")

    assert kinds() == {"words"}


def test_a_history_row_put_back_under_an_erased_line_is_found(erased, location):
    cast.make_patient(at=location, given_name="Eve")
    sealing.seal_new()
    names = [field.column for field in Patient.history.model._meta.concrete_fields]
    known = {"id": erased.record_id, "history_id": erased.history_id}
    columns = ", ".join(names)
    values = ", ".join(str(known.get(name, name)) for name in names)

    run(f"INSERT INTO {HISTORY} ({columns}) SELECT {values} FROM {HISTORY} LIMIT 1")

    assert "words" in kinds()


def test_an_erasure_copied_to_another_line_is_found(erased, sealed):  # noqa: F811
    line = TrailEntry.objects.filter(patient_id=sealed.pk).latest("pk")
    copied = f"SELECT {line.pk}, tombstone_id, key, digest, mac FROM {ERASED} LIMIT 1"

    run(f"UPDATE {TRAIL} SET reason = '' WHERE id = {line.pk}")
    run(f"INSERT INTO {ERASED} (entry_id, tombstone_id, key, digest, mac) {copied}")

    assert kinds() == {"erasure"}


@pytest.fixture
def shared(owner, location, manager):
    """A mistake about two patients; the chart of the first was erased."""
    both = [cast.make_patient(at=location) for _ in range(2)]
    mistake = incidents.report(
        kind="other", words="Mixed up", patients=both, by=manager, now=NOW
    )
    for patient in both:
        patients.end_care(patient=patient, reason="Moved", by=BY, now=NOW)
    first, second = Patient.objects.order_by("pk")
    erasing.erase_chart(patient=first, by=manager, reason="Art. 17, on request")
    return mistake, second


def test_words_put_back_into_a_shared_mistake_are_found(shared):
    sealing.seal_new()
    assert kinds() == set()

    run("UPDATE practice_historicalincident SET words = 'She confessed'")

    assert kinds() == {"words"}


def test_a_shared_mistake_goes_with_the_last_chart_that_it_is_about(shared, manager):
    mistake, second = shared

    erasing.erase_chart(patient=second, by=manager, reason="Art. 17, on request")

    sealing.seal_new()
    assert not type(mistake).objects.exists()
    assert kinds() == set()
