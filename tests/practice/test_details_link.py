"""The link by which patients check their own contact details."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.utils import translation

from practice import contacts, details_link, links, merging
from practice.details_link import DetailsCheck, Way, details_of
from practice.models import Link, Role, Task, TrailEntry
from tests import cast

BY = links.VISITOR
check = DetailsCheck()


@pytest.mark.parametrize(
    ("kind", "value", "hint"),
    [
        ("phone", "+12125550142", "0142"),
        ("email", "paula@example.test", "p…@example.test"),
        ("email", '"a@b"@example.test', '"…@example.test'),
        ("post", "14 Maple Avenue\nNew York, NY 10001", "14 M…"),
        ("post", "\n Elmwood 3\nTrenton", "Elmw…"),
        ("post", "7\nTrenton", "7…"),
    ],
)
def test_only_a_part_of_an_address_is_shown(kind, value, hint):
    assert Way(kind, value).hint == hint


def test_addresses_in_use_are_shown_phones_first(patient):
    cast.make_contact(patient, kind="email", value="p@example.test", may_write=True)
    cast.make_contact(patient, value="+12125550142")

    shown = [(way.kind, way.hint) for way in details_of(patient).ways]

    assert shown == [("phone", "0142"), ("email", "p…@example.test")]


@pytest.mark.parametrize(
    "secret",
    [
        {"may_text": False, "may_call": False},
        {"safe_from": time(9), "safe_until": time(12)},
    ],
)
def test_an_address_that_is_unused_or_kept_for_certain_hours_stays_out(patient, secret):
    cast.make_contact(patient, **secret)

    assert details_of(patient).ways == ()


def test_an_address_that_one_of_two_merged_charts_forbids_stays_out(patient, location):
    now, phone = cast.MONDAY, cast.make_phone()
    other = cast.make_patient(at=location)
    cast.make_contact(patient, value=phone)
    cast.make_contact(other, value=phone, may_text=False, may_call=False)

    merging.merge(duplicate=other, into=patient, by=cast.FOUNDER, now=now)

    assert details_of(patient).ways == ()


def test_an_ended_address_stays_out(patient, now):
    contacts.end(point=cast.make_contact(patient), by=cast.FOUNDER, now=now)

    assert details_of(patient).ways == ()


def test_addresses_of_caregivers_stay_out(patient):
    cast.make_contact(cast.make_caregiver(patient))

    assert details_of(patient).ways == ()


def test_the_version_changes_with_what_is_shown_and_only_then(patient):
    point = cast.make_contact(patient, label="mobile")
    before = check.version(patient.pk)
    value = str(point.phone)

    contacts.change(
        point=point, value=value, label="work", by=cast.FOUNDER, now=cast.MONDAY
    )
    assert check.version(patient.pk) == before

    contacts.change(
        point=point, value=cast.make_phone(), by=cast.FOUNDER, now=cast.MONDAY
    )
    assert check.version(patient.pk) != before


def test_the_version_does_not_depend_on_the_language(patient):
    cast.make_contact(patient)

    with translation.override("es"):
        spanish = check.version(patient.pk)

    assert spanish == check.version(patient.pk)


def test_all_of_this_is_right_leaves_a_line_and_no_task(patient, now):
    check.act(patient.pk, answer="right", words="", now=now)

    assert TrailEntry.objects.get(kind="patient.details_confirmed").patient_id
    assert not Task.objects.exists()


def test_something_looks_wrong_asks_the_front_desk_in_the_patients_words(patient, now):
    words = "That is my sister's number. ¿Me llaman?"

    check.act(patient.pk, answer="wrong", words=words, now=now)

    task = Task.objects.get()
    assert (task.for_role, task.patient) == (Role.FRONT_DESK, patient)
    assert task.words == words
    assert "sister" not in task.title


def test_another_answer_is_none(patient, now):
    with pytest.raises(details_link.NotAnAnswer, match="two buttons"):
        check.act(patient.pk, answer="maybe", words="", now=now)


def test_a_link_lasts_two_weeks_in_the_language_the_patient_reads(location, now):
    patient = cast.make_patient(at=location, written_language="es")

    details_link.ask(patient=patient, by=cast.FOUNDER, now=now)

    link = Link.objects.get()
    assert (link.language, link.expires_at) == ("es", now + timedelta(days=14))


def test_a_patient_who_reads_another_language_gets_the_first_one_offered(location, now):
    patient = cast.make_patient(at=location, written_language="vi")

    details_link.ask(patient=patient, by=cast.FOUNDER, now=now)

    assert Link.objects.get().language == "en"
