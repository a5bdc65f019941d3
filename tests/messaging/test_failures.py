"""What cannot wait is called, whatever else is tried."""

from __future__ import annotations

import pytest

from consent.purposes import Purpose
from messaging import claiming, settling
from messaging.models import Delivery
from messaging.settling import Answered
from messaging.states import Status
from practice.models import Task
from tests.cast import MONDAY
from tests.messaging.posting import HOUR, envelope, post, refused, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "fast")]
NOW, SID = MONDAY, "SM0123456789"


def answered(row, handed):
    settling.settle([Answered(row, handed)], now=NOW)


def told(row, word, code):
    settling.hear(delivery_id=row.pk, vendor_id=SID, word=word, code=code, at=NOW)


def urgent(patient, number, **details):
    post(patient, address=number, purpose=Purpose.URGENT, **details)
    return claiming.claim("text", most=1, now=NOW)[0]


def test_what_was_urgent_is_called_though_it_is_tried_again(
    patient, number, front_desk
):
    row = urgent(patient, number)
    answered(row, taken(SID))

    told(row, "undelivered", "30003")

    assert Delivery.objects.get(replaces=row).status == Status.DUE
    assert Task.objects.get(kind="messaging.call").patient == patient


def test_what_was_urgent_is_called_though_a_mail_goes(
    patient, number, front_desk, monkeypatch
):
    row = urgent(patient, number)
    mail = envelope(patient, channel="mail", address="pat@example.test")
    monkeypatch.setattr(
        "messaging.failures.load", lambda _name: (lambda _row, now: mail,)
    )

    answered(row, refused("21614"))

    assert Delivery.objects.get(replaces=row).channel == "mail"
    assert Task.objects.filter(kind="messaging.call").count() == 1


@pytest.mark.parametrize("purpose", [Purpose.URGENT, Purpose.CRISIS])
def test_nothing_is_tried_again_after_its_time(patient, number, front_desk, purpose):
    post(patient, address=number, purpose=purpose, until_at=NOW + HOUR)
    [row] = claiming.claim("text", most=1, now=NOW)
    answered(row, taken(SID))

    told(row, "undelivered", "30003")

    assert not Delivery.objects.filter(replaces=row).exists()
