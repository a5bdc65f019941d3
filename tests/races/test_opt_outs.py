"""Many say stop at one moment, or stop and start: one thing stands in the end."""

from __future__ import annotations

import pytest

from consent import opt_outs
from consent.models import OptOut
from practice.patience import patiently
from tests import cast
from tests.consent.stopping import NUMBER, stop
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
BY, NOW = cast.FOUNDER, cast.MONDAY


def start():
    return opt_outs.start_again(address=NUMBER, by=BY, now=NOW)


@pytest.mark.parametrize("_round", ROUNDS)
def test_many_stops_at_once_leave_one(location, _round):
    outcome = run_together(12, lambda _number: patiently(stop))

    assert outcome.errors == []
    assert {row.pk for row in outcome.results} == {OptOut.objects.get().pk}


@pytest.mark.parametrize("_round", ROUNDS)
def test_many_starts_at_once_lift_one_stop_once(location, _round):
    stop()

    outcome = run_together(12, lambda _number: patiently(start))

    assert outcome.errors == []
    assert OptOut.objects.count() == 2
    assert opt_outs.standing([NUMBER]) == {}


@pytest.mark.parametrize("_round", ROUNDS)
def test_stops_and_starts_at_once_take_turns(location, _round):
    outcome = run_together(12, lambda n: patiently(stop if n % 2 else start))

    assert outcome.errors == []
    events = list(OptOut.objects.order_by("number").values_list("number", "event"))
    assert events == [
        (n, "stopped" if n % 2 else "lifted") for n in range(1, len(events) + 1)
    ]
