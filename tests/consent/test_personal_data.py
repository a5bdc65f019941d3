"""What this floor keeps of a person: handed out, and what an erasure leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent import opt_outs
from consent.models import ConsentRecord, OptOut
from consent.personal_data import ConsentData
from practice import clock, drift, personal_data, verifying
from tests import cast
from tests.consent.stopping import NUMBER, stop
from tests.practice.erased import erase, held, make_gone

BY = cast.FOUNDER


@pytest.mark.django_db
def test_a_patient_gets_what_they_agreed_to_and_stopped(patient):
    cast.make_contact(patient, value=NUMBER)
    stop(words="no más")

    told = personal_data.export_chart(patient=patient, by=BY)["consent"]

    assert [row["subject"] for row in told["consent"]] == ["text", "call"]
    assert [row["words"] for row in told["stopped"]] == ["no más"]


@pytest.mark.django_db
def test_nothing_waits(patient):
    assert ConsentData().open_ends([patient.pk]) == []
    assert ConsentData().derived([patient.pk]) == []


def test_an_erasure_takes_what_was_agreed_to_and_leaves_the_stop(
    owner, location, manager
):
    gone = make_gone(location)
    stop(NUMBER, words="Stop, says Quillfeather", patient=gone)

    erase(gone, manager)

    assert ConsentRecord.objects.count() == 0
    assert (NUMBER, "text") in opt_outs.standing([NUMBER])
    assert [row.patient for row in OptOut.objects.all()] == [None]
    assert held("Quillfeather") == []


def test_the_trail_holds_after_an_erasure(owner, location, manager):
    gone = make_gone(location)
    stop(NUMBER, words="Stop, says Quillfeather", patient=gone)

    erase(gone, manager)

    later = clock.real_now() + timedelta(seconds=30)
    assert (drift.found(), list(verifying.verify(now=later))) == ([], [])
