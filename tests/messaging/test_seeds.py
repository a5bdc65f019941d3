"""The demo's conversations: some wait, some are over, none waits to be sent."""

from __future__ import annotations

import pytest

from consent import opt_outs
from messaging import seeds
from messaging.models import AttachmentBytes, Conversation, Delivery, Message
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(location, front_desk, now):
    charts = [cast.make_patient(at=location) for _number in range(12)]
    for chart in charts:
        cast.make_contact(chart)
    for chart in charts[:2]:
        cast.make_contact(chart, value="+12125550111")
    seeds.seed(now=now)


def test_some_wait_and_some_are_over(seeded):
    states = list(Conversation.objects.values_list("state", flat=True))

    assert states.count("done") == len(seeds.OVER)
    assert states.count("open") == len(seeds.WAITING) + 4


def test_two_of_them_are_on_no_chart(seeded):
    loose = Message.objects.filter(patient=None)

    assert set(loose.values_list("conversation__address", flat=True)) == {
        seeds.NOBODYS,
        "+12125550111",
    }


def test_nothing_of_it_leaves_afterwards(seeded):
    assert not Delivery.objects.exclude(status="delivered").exists()


def test_a_picture_and_a_stop_are_among_them(seeded):
    addresses = set(Conversation.objects.values_list("address", flat=True))

    assert AttachmentBytes.objects.count() == 1
    assert len(opt_outs.standing(addresses)) == 1
