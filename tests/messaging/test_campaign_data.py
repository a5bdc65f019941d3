"""What of group messages is told about somebody, and goes with them."""

from __future__ import annotations

import pytest

from messaging.campaign_data import CampaignData
from messaging.models import Campaign, CampaignRecipient, Delivery
from practice import patients
from tests.cast import FOUNDER, MONDAY
from tests.messaging.campaigning import arrived, people, started, tick
from tests.practice.erased import erase

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(manager, location):
    row = started(manager, *people(2, at=location))
    tick()
    arrived(row)
    return row


def test_an_export_says_on_which_lists_they_stood(sent):
    one = sent.recipients.first()

    [line] = CampaignData().export([one.patient_id])["list"]

    assert (line["kind"], line["why_not"]) == ("group", "")


def test_an_erasure_takes_the_line_and_leaves_the_others(owner, sent, manager):
    one = sent.recipients.select_related("patient").first()
    gone = patients.end_care(
        patient=one.patient, reason="Moved", by=FOUNDER, now=MONDAY
    )

    erase(gone, manager)

    assert CampaignRecipient.objects.count() == 1
    left = Delivery.objects.filter(ids__has_key="campaign")
    assert {row.patient_id for row in left} == {
        row.patient_id for row in sent.recipients.all()
    }
    assert Campaign.objects.get().reached == 2
