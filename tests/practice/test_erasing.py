"""After a lawful erasure the words are gone everywhere, and the trail still holds."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from practice import (
    caregivers,
    clock,
    drift,
    duplicates,
    erasing,
    erasures,
    findable,
    guards,
    imports,
    incidents,
    patients,
    trail,
    verifying,
)
from practice.models import (
    Caregiver,
    Erasure,
    Incident,
    LikelyPair,
    NotTheSame,
    Patient,
    Seal,
    TrailEntry,
)
from tests import cast
from tests.practice import importing
from tests.practice.test_guards import owner  # noqa: F401 - a fixture

BY, NOW = cast.FOUNDER, cast.MONDAY
WORDS = {"given_name": "Quillfeather", "family_name": "Zanzibarski"}
NUMBER = "+12125550187"
CANARIES = [*WORDS.values(), NUMBER, "Threnody", "Kestrelina", "xe/xem", "Vorn asked"]


@pytest.fixture
def gone(owner, location):  # noqa: F811 - the fixture
    """A patient whose care has ended, with everything that can hold their words."""
    patient = cast.make_patient(at=location, **WORDS)
    cast.make_contact(patient, value=NUMBER, label="Zanzibarski home")
    patients.add_alert(patient=patient, text="Threnody allergy", ends_on=None, by=BY)
    patients.change_details(patient=patient, pronouns="xe/xem", by=BY, now=NOW)
    family = caregivers.introduce(name="Kestrelina Vorn", language="en", by=BY)
    caregivers.authorise(
        caregiver=family,
        patient=patient,
        relation="partner",
        starts_on=NOW.date(),
        by=BY,
    )
    trail.note(by=BY, kind="patient.exported", about=patient, reason="Vorn asked")
    return patients.end_care(patient=patient, reason="Moved away", by=BY, now=NOW)


def erase(patient, by):
    return erasing.erase_chart(patient=patient, by=by, reason="Art. 17, on request")


def stored():
    """All that the database holds: its files, or its rows and statistics."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT CAST(t AS text) FROM "{table}" AS t')
            found += [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT CAST(s AS text) FROM pg_stats AS s")
        found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found).encode()


def held(*words):
    kept = stored()
    return [word for word in words if word.encode() in kept]


def test_the_words_are_gone_from_every_table_and_file(gone, manager):
    assert held(*CANARIES) == CANARIES

    erase(gone, manager)

    assert held(*CANARIES, "quillfeather", "zanzibarski") == []
    assert not Patient.objects.filter(pk=gone.pk).exists()


def test_the_trail_still_verifies_and_says_who_and_why(gone, manager):
    before = set(TrailEntry.objects.values_list("pk", flat=True))

    erased = erase(gone, manager)

    stone = TrailEntry.objects.get(kind="patient.erased")
    assert list(verifying.verify(now=clock.real_now() + timedelta(seconds=30))) == []
    assert (drift.found(), guards.missing(connection)) == ([], [])
    assert before < set(TrailEntry.objects.values_list("pk", flat=True))
    assert (stone.actor_id, stone.patient_id) == (manager.pk, gone.pk)
    assert stone.reason == "Art. 17, on request"
    assert Erasure.objects.filter(tombstone_id=stone.pk).count() == erased.lines


def test_it_is_told_beside_the_anchors_for_whoever_restores_a_backup(
    gone, manager, settings, tmp_path
):
    settings.TRAIL_ANCHORS = tmp_path / "anchors" / "anchors.jsonl"

    erase(gone, manager)

    [line] = map(json.loads, erasures.place().read_text().splitlines())
    assert line["charts"] == [gone.pk]
    assert erasures.undone() == []


def test_digests_stay(gone, manager):
    erase(gone, manager)

    line = TrailEntry.objects.get(kind="patient.registered", patient_id=gone.pk)
    assert Erasure.objects.filter(entry_id=line.pk).exists()
    assert len(Seal.objects.get(entry_id=line.pk).digest) == 64


def test_others_keep_what_is_theirs(gone, manager, location):
    sibling = cast.make_patient(at=location)
    caregivers.authorise(
        caregiver=Caregiver.objects.get(),
        patient=sibling,
        relation="partner",
        starts_on=NOW.date(),
        by=BY,
    )

    erase(gone, manager)

    assert Caregiver.objects.get().name == "Kestrelina Vorn"
    assert sibling.history.count() == 1


def test_what_was_merged_into_it_goes_along(gone, manager, location):
    twin = cast.make_patient(at=location, given_name="Quincannon")
    with cast.by_hand():
        twin.merged_into = gone
        twin.save()

    erase(gone, manager)

    assert held("Quincannon") == []


def test_a_chart_in_use_is_not_erased(owner, patient, manager):  # noqa: F811
    with pytest.raises(erasing.StillSeen):
        erase(patient, manager)

    assert Patient.objects.filter(pk=patient.pk).exists()


def test_what_goes_wrong_erases_nothing(gone, manager, monkeypatch):
    monkeypatch.setattr(erasing, "_prove", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        erase(gone, manager)

    assert held(*CANARIES) == CANARIES
    assert guards.missing(connection) == []


def test_the_command_erases_once_and_tells_what(gone, manager):
    said = StringIO()
    arguments = ["erase_chart", str(gone.pk), "--by", manager.email, "--reason", "Law"]

    call_command(*arguments, "--yes", stdout=said)

    assert "Older backups still hold them" in said.getvalue()
    with pytest.raises(CommandError, match="no such chart"):
        call_command(*arguments, "--yes")


def test_the_command_takes_no_other_number(gone, manager, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda words: "1234567")

    with pytest.raises(CommandError, match="nothing was erased"):
        call_command("erase_chart", str(gone.pk), by=manager.email, reason="Law")

    assert Patient.objects.filter(pk=gone.pk).exists()


def test_mistakes_that_concern_nobody_else_go_along(gone, manager, location):
    other = cast.make_patient(at=location)
    words = {"kind": "other", "words": "Threnody was misread", "now": NOW}
    alone = incidents.report(patients=[gone], by=manager, **words)
    incidents.add_step(
        incident=alone, kind="task", words="Tell Kestrelina", due_at=NOW, by=BY
    )
    duplicates.tell_apart(one=gone, other=other, by=manager)

    erase(gone, manager)

    assert held("Threnody", "Kestrelina") == []
    assert not Incident.objects.exists()
    assert not NotTheSame.objects.exists()


def test_mistakes_that_concern_others_too_stay_without_their_words(
    gone, manager, auditor, location
):
    other = cast.make_patient(at=location)
    shared = incidents.report(
        kind="other", words="Threnody", patients=[gone, other], by=auditor, now=NOW
    )
    step = incidents.add_step(
        incident=shared, kind="task", words="Tell Kestrelina", due_at=NOW, by=BY
    )
    incidents.write_letter(step=step, letter="About Threnody", by=BY)
    incidents.finish_step(step=step, by=manager, now=NOW)
    incidents.close(incident=shared, outcome="Vorn asked", by=manager, now=NOW)

    erase(gone, manager)

    shared.refresh_from_db()
    assert held(*CANARIES) == []
    assert (shared.words, shared.outcome) == ("(erased)", "(erased)")
    assert [row.patient for row in shared.about.all()] == [other]
    assert drift.found() == []
    assert list(verifying.verify(now=clock.real_now() + timedelta(seconds=30))) == []


def test_pairs_that_a_machine_guessed_are_forgotten(gone, manager, location):
    cast.make_patient(at=location, **WORDS)
    assert duplicates.look() == 1

    erase(gone, manager)

    assert not LikelyPair.objects.exists()


# Files --------------------------------------------------------------------------
@pytest.fixture
def ghost(gone, manager, location):
    """The same person, on a chart of an import that was taken back."""
    born = gone.born_on.isoformat()
    row = f"Q-77,Quillfeather,Zanzibarski,{born},(212) 555-0199,Orlwyn Vex,brother,"
    data = importing.table(row)
    here = importing.check(data, by=manager, home=location)
    row = importing.confirmed(here, by=manager, decision="open")
    imports.undo(row=importing.worked(row), by=manager, now=NOW)
    importing.worked(row)
    return Patient._base_manager.get(arrived_with=row)


def test_what_came_with_a_file_that_was_taken_back_goes_along(ghost, gone, manager):
    assert held("Orlwyn", "Q-77", *WORDS.values())

    erase(gone, manager)

    assert held("Orlwyn", "orlwyn", "Q-77", *CANARIES) == []
    assert not Patient._base_manager.filter(pk=ghost.pk).exists()


def test_it_goes_by_its_own_number_too(ghost, gone, manager):
    erase(ghost, manager)

    assert held("Orlwyn", "Q-77") == []
    assert Patient.objects.filter(pk=gone.pk).exists()


def test_a_file_that_waits_and_names_them_has_to_go_first(gone, manager, location):
    born = gone.born_on.isoformat()
    data = importing.table(f"Q-77,Quillfeather,Zanzibarski,{born},,,,")
    row = importing.check(data, by=manager, home=location)
    with pytest.raises(erasing.FileWaits):
        erase(gone, manager)

    imports.abandon(row=row, by=manager)

    assert erase(gone, manager).rows
    assert held(*WORDS.values()) == []


ROWS = {
    "all of them": "Q-77,Quillfeather,Zanzibarski,1985-03-31,,,,",
    "a birth date that nobody can read": "Q-77,Quillfeather,Zanzibarski,soon,,,,",
    "other letters": "Q-77,QUILLFÉATHER,Zanzibarski-Orr,,,,,",
    "only their number": "Q-77,,,1985-03-31,(212) 555-0187,,,",
    "their names as somebody's family": (
        "Q-1,Orla,Orr,1985-03-31,,Quillfeather Zanzibarski,sister,"
    ),
}


@pytest.mark.parametrize("cells", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("is_checked", [True, False])
def test_a_row_that_waits_and_nobody_understood_has_to_go_first(
    gone, manager, location, cells, is_checked
):
    data = importing.table(cells)
    if is_checked:
        importing.check(data, by=manager, home=location)
    else:
        imports.take(data=data, by=manager, now=NOW)

    with pytest.raises(erasing.FileWaits):
        erase(gone, manager)

    assert Patient.objects.filter(pk=gone.pk).exists()


def test_files_about_others_wait_on(gone, manager, location):
    importing.check(importing.table(importing.ADA), by=manager, home=location)

    assert erase(gone, manager).rows


def test_ways_to_misspell_the_name_are_forgotten_unless_others_have_it(
    gone, manager, location
):
    cast.make_patient(at=location, given_name="Ana", family_name="Zanzibarski")
    findable.learn_all()

    erase(gone, manager)

    assert held("quillfeather", "uillfeather") == []
    assert findable.near(["zanzibarsky"]) == {"zanzibarsky": ["zanzibarski"]}
