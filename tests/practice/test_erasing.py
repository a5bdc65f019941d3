"""After a lawful erasure the words are gone everywhere, and the trail still holds."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from practice import (
    calls,
    caregivers,
    clock,
    contacts,
    drift,
    duplicates,
    erasing,
    erasures,
    guards,
    incidents,
    merging,
    moving,
    patients,
    trail,
    verifying,
)
from practice.models import (
    CallAttempt,
    Caregiver,
    Erasure,
    Incident,
    LikelyPair,
    NotTheSame,
    Patient,
    Role,
    Seal,
    TrailEntry,
)
from tests import cast
from tests.practice.erased import BY, CANARIES, NOW, WORDS, erase, held, make_gone


@pytest.fixture
def gone(owner, location):
    return make_gone(location)


def test_the_words_are_gone_from_every_table_and_file(gone, manager):
    assert held(*CANARIES) == CANARIES

    erase(gone, manager)

    assert held(*CANARIES, "quillfeather", "zanzibarski") == []
    assert not Patient.objects.filter(pk=gone.pk).exists()


def test_where_they_stay_as_a_caregiver_is_named(gone, manager, location, capsys):
    by_number, by_word, other = (cast.make_patient(at=location) for _ in range(3))
    phone = gone.contact_points.filter(kind="phone").first().phone
    name = f"{gone.given_name} {gone.family_name}"
    contacts.add(
        owner=cast.make_caregiver(by_number, name=name),
        kind="phone",
        value=str(phone),
        by=BY,
        now=cast.MONDAY,
    )
    theirs = cast.make_caregiver(by_word, name="Another Name")
    caregivers.describe(
        caregiver=theirs, name=theirs.name, language="en", own_chart=gone, by=BY
    )
    cast.make_caregiver(other, name=name)

    call_command("erase_chart", str(gone.pk), by=manager.email, reason="Law", yes=True)

    said = capsys.readouterr().out
    assert f"charts: {by_number.pk}, {by_word.pk}. Take them off" in said


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


@pytest.mark.parametrize(
    ("words", "after"),
    [("Zanzibarski, Quillfeather", "(erased)"), ("About a refill", None)],
)
def test_what_moved_to_the_right_chart_names_them_no_more(
    gone, manager, location, words, after
):
    other = cast.make_patient(at=location)
    task = cast.make_task(to=Role.FRONT_DESK, patient=gone, title="Call", words=words)
    why = "It was never Quillfeather."
    moving.move(row=task, to=other, by=BY, now=NOW, reason=why)

    erase(gone, manager)

    task.refresh_from_db()
    assert held(*WORDS.values()) == []
    assert (task.title, task.words) == ("(erased)" if after else "Call", after or words)


@pytest.mark.parametrize("words", ["They will come on 3 May", "De la Vega rang, May"])
def test_one_word_of_a_name_is_nobodys_name(owner, location, manager, words):
    will = cast.make_patient(
        at=location, given_name="Will", preferred_name="May", family_name="de la Cruz"
    )
    task = cast.make_task(to=Role.FRONT_DESK, patient=will, words=words)
    moving.move(row=task, to=cast.make_patient(at=location), by=BY, now=NOW)
    will.refresh_from_db()
    will = patients.end_care(patient=will, reason="Moved", by=BY, now=NOW)

    erase(will, manager)

    task.refresh_from_db()
    assert task.words == words


def test_an_alert_that_moved_stays_and_why_it_moved_does_not(gone, manager, location):
    other = cast.make_patient(at=location)
    alert = gone.alerts.get()
    moving.move(row=alert, to=other, by=BY, now=NOW, reason="Not Quillfeather.")

    erase(gone, manager)

    alert.refresh_from_db()
    assert held(*WORDS.values()) == []
    assert (alert.patient, alert.text) == (other, "Threnody allergy")


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


def test_by_the_number_of_a_duplicate_the_chart_in_use_stays(owner, patient, manager):
    twin = cast.make_patient(at=patient.homes.get().location)
    patients.end_care(patient=twin, reason="Twice", by=BY, now=NOW)
    twin.refresh_from_db()
    merging.merge(duplicate=twin, into=patient, by=BY, now=NOW)
    twin.refresh_from_db()

    with pytest.raises(erasing.StillSeen):
        erase(twin, manager)

    assert Patient._base_manager.filter(pk__in=[patient.pk, twin.pk]).count() == 2


def test_by_the_number_of_a_duplicate_all_of_it_goes(gone, manager, location):
    twin = cast.make_patient(at=location, given_name="Quincannon")
    merging.merge(duplicate=twin, into=gone, by=BY, now=NOW)
    twin.refresh_from_db()

    erase(twin, manager)

    assert held("Quincannon", *CANARIES) == []
    assert TrailEntry.objects.get(kind="patient.erased").patient_id == gone.pk


def test_a_chart_in_use_is_not_erased(owner, patient, manager):
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


def test_the_command_names_all_charts_and_takes_no_other_number(
    gone, manager, location, monkeypatch
):
    twin = cast.make_patient(at=location)
    merging.merge(duplicate=twin, into=gone, by=BY, now=NOW)
    asked = []
    monkeypatch.setattr("builtins.input", lambda words: asked.append(words) or "12345")

    with pytest.raises(CommandError, match="nothing was erased"):
        call_command("erase_chart", str(twin.pk), by=manager.email, reason="Law")

    assert f"erases charts {gone.pk}, {twin.pk}." in asked[0]
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


@pytest.mark.parametrize("outcome", ["no_answer", "call_back"])
def test_a_task_that_came_from_another_chart_goes_with_its_calls(
    gone, manager, location, outcome
):
    other = cast.make_patient(at=location)
    task = cast.make_task(to=Role.FRONT_DESK, patient=other)
    promise = {"back_at": NOW + timedelta(hours=3)} if outcome == "call_back" else {}
    call = calls.record(
        patient=other, outcome=outcome, words="Threnody", by=manager, now=NOW, **promise
    )
    if not promise:
        call.task = task
        trail.keep(call, by=BY, kind="call.no_answer")
    moving.move(row=call.promise or task, to=gone, by=BY, now=NOW)

    erase(gone, manager)

    assert held("Threnody") == []
    assert not CallAttempt.objects.exists()
    assert drift.found() == []


def test_a_call_made_while_two_charts_were_one_stays_with_the_other(
    gone, manager, location
):
    other = cast.make_patient(at=location)
    task = cast.make_task(to=Role.FRONT_DESK, patient=gone)
    call = calls.record(
        patient=other, outcome="no_answer", by=manager, now=NOW, task=task
    )

    erase(gone, manager)

    call.refresh_from_db()
    assert (call.patient, call.task) == (other, None)
    assert drift.found() == []
    assert list(verifying.verify(now=clock.real_now() + timedelta(seconds=30))) == []
