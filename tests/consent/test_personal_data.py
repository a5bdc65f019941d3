"""What this floor keeps of a person: handed out, and what an erasure leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent import agreeing, opt_outs, records
from consent.models import ConsentRecord, OptOut
from consent.personal_data import ConsentData
from practice import clock, contacts, drift, moving, personal_data, verifying
from practice.models import Role
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


# A number that several share ----------------------------------------------------------
def make_sharers(location):
    """Two who have the same number."""
    both = [cast.make_patient(at=location) for _number in range(2)]
    for one in both:
        cast.make_contact(one, value=NUMBER)
    return both


def stopped(patient):
    return ConsentData().export([patient.pk])["stopped"]


@pytest.mark.django_db
def test_words_on_the_chart_of_another_are_told_to_them_alone(location):
    one, other = make_sharers(location)
    stop(source="spoken", words="My husband reads it", patient=other)

    assert [row["words"] for row in stopped(one)] == [""]
    assert [row["words"] for row in stopped(other)] == ["My husband reads it"]


@pytest.mark.django_db
def test_words_texted_from_a_number_of_two_are_told_to_neither(location):
    one, other = make_sharers(location)
    stop(words="no más")

    assert [row["words"] for row in stopped(one) + stopped(other)] == ["", ""]


@pytest.mark.django_db
def test_a_number_that_another_has_by_now_tells_nothing_of_them(patient, location):
    point = cast.make_contact(patient, value=NUMBER)
    contacts.end(point=point, by=BY, now=cast.MONDAY)
    cast.make_contact(cast.make_patient(at=location), value=NUMBER)
    stop(now=cast.MONDAY + timedelta(days=1))

    assert stopped(patient) == []


def test_an_erasure_leaves_what_another_said_at_the_same_number(
    owner, location, manager
):
    gone = make_gone(location)
    other = cast.make_patient(at=location)
    cast.make_contact(other, value=NUMBER)
    stop(NUMBER, source="spoken", words="Not at work", patient=other)

    erase(gone, manager)

    assert OptOut.objects.get().words == "Not at work"


def test_an_erasure_takes_the_words_that_a_task_has_from_a_merged_chart(
    owner, location, manager
):
    gone, head = make_gone(location), cast.make_patient(at=location)
    row = stop(NUMBER, words="Stop, says Quillfeather", patient=gone)
    key = f"agree_another_way:{row.pk}:{head.pk}"
    details = {"kind": agreeing.KIND, "once_key": key, "words": row.words}
    cast.make_task(to=Role.FRONT_DESK, patient=head, **details)

    erase(gone, manager)

    assert held("Quillfeather") == []


# A contact that was moved to the right chart ------------------------------------------
@pytest.mark.django_db
def test_a_moved_contact_is_in_the_export_of_the_right_chart_alone(location):
    wrong, right = (cast.make_patient(at=location) for _number in range(2))
    point = cast.make_contact(wrong, value=NUMBER)

    moving.move(row=point, to=right, by=BY, now=cast.MONDAY)

    assert NUMBER not in str(ConsentData().export([wrong.pk]))
    found = ConsentData().export([right.pk])["consent"]
    assert [row["subject"] for row in found] == ["text", "call"]


def test_an_erasure_of_the_wrong_chart_leaves_the_consent_of_the_right_one(
    owner, location, manager
):
    gone, right = make_gone(location), cast.make_patient(at=location)
    point = gone.contact_points.get()
    moving.move(row=point, to=right, by=BY, now=cast.MONDAY)

    erase(gone, manager)

    rows = ConsentRecord.objects.order_by("pk").values_list("patient", "subject")
    assert list(rows) == [(right.pk, "text"), (right.pk, "call")]
    assert records.agreed_at([point])[point.pk].keys() == {"text", "call"}


def test_an_erasure_of_the_right_chart_takes_all_of_it(owner, location, manager):
    wrong = cast.make_patient(at=location)
    gone = make_gone(location)
    point = cast.make_contact(wrong, value="+12125550188")
    moving.move(row=point, to=gone, by=BY, now=cast.MONDAY)

    erase(gone, manager)

    assert ConsentRecord.objects.count() == 0
