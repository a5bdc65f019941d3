"""What was agreed to is kept when a number is taken, changed or given up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from consent import records
from consent.models import ConsentRecord
from consent.states import Channel, Decision
from practice import contacts, intake, moving
from practice.models import ContactPoint, Taken
from tests import cast
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db
BY, NOW = cast.FOUNDER, MONDAY
NUMBER = "+12125550187"


def decided():
    rows = ConsentRecord.objects.order_by("pk")
    return [(row.subject, row.decision) for row in rows]


def agreed_at(point):
    point = ContactPoint.objects.get(pk=point.pk)
    found = records.agreed_at([point]).get(point.pk, {})
    return {channel: row.decision for channel, row in found.items()}


def test_whoever_gives_a_number_agrees_to_what_is_ticked(patient, front_desk):
    point = contacts.add(
        owner=patient,
        kind="phone",
        value=NUMBER,
        may_text=True,
        taken=Taken.DESK,
        by=front_desk,
        now=NOW,
    )

    [record] = ConsentRecord.objects.all()
    assert (record.subject, record.decision) == (Channel.TEXT, Decision.GRANTED)
    assert (record.taken, record.decided_at) == (Taken.DESK, NOW)
    assert (record.taken_from, record.address) == (point, NUMBER)
    assert (record.patient, record.recorder) == (patient, front_desk)
    assert record.notice_version == ""


def test_what_is_not_ticked_was_not_agreed_to(patient):
    cast.make_contact(patient, may_text=False, may_call=False)

    assert decided() == []


def test_an_e_mail_is_agreed_to_as_it_is_compared(patient):
    cast.make_contact(patient, kind="email", value="Pat@Example.TEST", may_write=True)

    [record] = ConsentRecord.objects.all()
    assert (record.subject, record.address) == (Channel.MAIL, "pat@example.test")


def test_a_letter_needs_no_consent(patient):
    cast.make_contact(patient, kind="post", value="1 Main Street", may_write=True)

    assert decided() == []


def test_who_unticks_withdraws(patient):
    point = cast.make_contact(patient, value=NUMBER)

    contacts.change(point=point, value=NUMBER, may_text=False, by=BY, now=NOW)

    assert decided()[-1] == (Channel.TEXT, Decision.WITHDRAWN)
    assert agreed_at(point) == {"text": "withdrawn", "call": "granted"}


def test_a_change_of_something_else_decides_nothing(patient):
    point = cast.make_contact(patient, value=NUMBER)
    before = decided()

    contacts.change(point=point, value=NUMBER, label="work", by=BY, now=NOW)

    assert decided() == before


def test_another_number_is_agreed_to_anew(patient):
    point = cast.make_contact(patient, value=NUMBER, may_call=False)

    contacts.change(point=point, value="+12125550188", by=BY, now=NOW)

    assert decided() == [(Channel.TEXT, Decision.GRANTED)] * 2
    assert ConsentRecord.objects.latest("pk").address == "+12125550188"


def test_what_was_agreed_to_at_another_number_does_not_count(patient):
    point = cast.make_contact(patient, value=NUMBER)

    contacts.change(
        point=point,
        value="+12125550188",
        may_text=False,
        may_call=False,
        by=BY,
        now=NOW,
    )

    assert agreed_at(point) == {}


def test_who_said_no_is_not_as_if_nobody_had_asked(patient, front_desk):
    point = cast.make_contact(patient, may_text=False, may_call=False)

    records.decline(
        point=point, channel="text", taken=Taken.PHONE, by=front_desk, now=NOW
    )

    assert agreed_at(point) == {"text": "declined"}


def test_family_have_no_records_of_their_own(patient):
    cast.make_contact(cast.make_caregiver(patient))

    assert decided() == []


def test_what_comes_with_a_file_is_agreed_to_as_it_was_elsewhere(location):
    details = {"given_name": "Zoe", "born_on": MONDAY.date().replace(year=1980)}
    phone = {"kind": "phone", "value": NUMBER, "may_text": True}
    chart = intake.NewChart(details=details, homes=[location], contacts=[phone])

    intake.admit_many(charts=[chart], by=BY, now=NOW)

    [record] = ConsentRecord.objects.all()
    assert (record.taken, record.recorder) == (Taken.FILE, None)


def test_a_file_of_many_asks_as_often_as_one_of_few(
    location, django_assert_max_num_queries
):
    details = {"given_name": "Zoe", "born_on": MONDAY.date().replace(year=1980)}
    charts = [
        intake.NewChart(
            details=details,
            homes=[location],
            contacts=[{"kind": "phone", "value": cast.make_phone(), "may_text": True}],
        )
        for _number in range(20)
    ]

    with django_assert_max_num_queries(60):
        intake.admit_many(charts=charts, by=BY, now=NOW)

    assert ConsentRecord.objects.count() == 20


def test_what_was_agreed_to_follows_the_number_to_the_right_chart(patient, location):
    point = cast.make_contact(patient)

    moving.move(row=point, to=cast.make_patient(at=location), by=BY, now=NOW)

    assert agreed_at(point) == {"text": "granted", "call": "granted"}


def test_a_no_goes_along_to_the_right_chart_as_it_was_said(patient, location):
    point = cast.make_contact(patient, may_text=False, may_call=False)
    records.decline(point=point, channel="text", taken=Taken.DESK, by=BY, now=NOW)
    right = cast.make_patient(at=location)

    moving.move(row=point, to=right, by=BY, now=NOW + timedelta(hours=1))

    row = ConsentRecord.objects.get(patient=right)
    assert (row.decision, row.taken, row.decided_at) == ("declined", "desk", NOW)


def test_consent_to_a_channel_names_a_number(patient):
    row = ConsentRecord(
        patient=patient,
        subject="text",
        decision="granted",
        taken="phone",
        decided_at=NOW,
    )

    with cast.by_hand(), pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_consent_to_something_else_names_none(patient):
    row = ConsentRecord(
        patient=patient,
        subject="note_draft",
        decision="granted",
        taken="phone",
        notice_version="1",
        decided_at=NOW,
    )

    with cast.by_hand():
        row.save()

    assert ConsentRecord.objects.get().taken_from is None
