"""Several who send, stop or hand over one group message at a moment."""

from __future__ import annotations

import pytest

from messaging import campaign_sending, campaigns
from messaging.models import Campaign, CampaignDelivery, Delivery
from practice.patience import patiently
from practice.rules import NotPossible
from tests.cast import MONDAY
from tests.messaging.campaigning import CLOCK, frozen, people, started
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def hand_over(_number=0):
    return patiently(lambda: campaign_sending.hand_over(now=MONDAY, by=CLOCK, most=2))


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_who_press_send_send_once(manager, location, _round):
    row = frozen(manager, *people(3, at=location))

    outcome = run_together(
        4,
        lambda _number: patiently(
            lambda: campaigns.start(campaign=row, by=manager, now=MONDAY)
        ),
    )

    assert len(outcome.results) == 1
    assert all(isinstance(error, NotPossible) for error in outcome.errors)


@pytest.mark.parametrize("_round", ROUNDS)
def test_several_workers_hand_each_line_over_once(manager, location, _round):
    row = started(manager, *people(5, at=location))

    outcome = run_together(4, hand_over)
    while hand_over():
        pass

    assert not outcome.errors
    assert CampaignDelivery.objects.count() == 5
    assert campaigns.deliveries(row).count() == 5


@pytest.mark.parametrize("_round", ROUNDS)
def test_stopped_while_it_is_sent_nothing_is_left_to_go(manager, location, _round):
    row = started(manager, *people(6, at=location))

    def act(number):
        if number == 1:
            return patiently(
                lambda: campaigns.stop(campaign=row, by=manager, now=MONDAY)
            )
        return hand_over()

    outcome = run_together(4, act)

    assert not outcome.errors
    assert Campaign.objects.get().state == "stopped"
    due = Delivery.objects.filter(status="due", ids__has_key="campaign")
    assert not due.exists()
