"""Texts about visits only: all others are held back, with the reason."""

from __future__ import annotations

import pytest

from consent.purposes import Purpose
from messaging import visits_only
from messaging.models import Conversation, Delivery
from tests import cast
from tests.messaging.incoming import NUMBER, text

pytestmark = pytest.mark.django_db
NOW = cast.MONDAY


@pytest.fixture
def wants_visits_only(practice):
    text("please stop texting me")
    text("VISITS")
    assert Conversation.objects.get().visits_only_since_at


def planned(purpose, pk=1, address=NUMBER):
    return Delivery(pk=pk, purpose=purpose, channel="text", address=address)


@pytest.mark.parametrize("purpose", sorted(visits_only.OTHER))
def test_what_is_not_about_a_visit_is_held_back(purpose, wants_visits_only):
    found = visits_only.check([planned(purpose)], now=NOW)

    assert found == {1: "They asked for texts about visits only."}


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - visits_only.OTHER))
def test_everything_else_goes(purpose, wants_visits_only):
    assert visits_only.check([planned(purpose)], now=NOW) == {}


def test_other_numbers_get_everything(wants_visits_only):
    row = planned(Purpose.CAMPAIGN, address="+12125550188")

    assert visits_only.check([row], now=NOW) == {}


def test_a_stop_ends_it(wants_visits_only):
    text("STOP")

    assert Conversation.objects.get().visits_only_since_at is None


@pytest.mark.parametrize("count", [1, 20])
def test_a_batch_takes_one_question(
    count, wants_visits_only, django_assert_num_queries
):
    rows = [planned(Purpose.CAMPAIGN, pk) for pk in range(count)]

    with django_assert_num_queries(1):
        visits_only.check(rows, now=NOW)
