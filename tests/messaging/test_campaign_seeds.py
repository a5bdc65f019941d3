"""The demo's group messages."""

from __future__ import annotations

import pytest

from messaging import campaign_results, campaign_seeds
from messaging.models import Campaign
from practice.models import Role
from tests import cast
from tests.cast import MONDAY
from tests.messaging.campaigning import people

pytestmark = pytest.mark.django_db


def test_one_was_sent_and_one_is_a_draft(location):
    for _number in range(2):
        cast.make_staff(Role.MANAGER, at=location)
    people(12, at=location)

    campaign_seeds.seed(now=MONDAY)

    draft, sent = Campaign.objects.order_by("-pk")
    assert (draft.state, sent.state) == ("draft", "done")
    found = campaign_results.of(sent, now=MONDAY)
    assert (found.delivered + found.not_delivered, found.under_way) == (12, 0)
