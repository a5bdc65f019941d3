"""The vendor calls twice at one moment, and many workers work at one."""

from __future__ import annotations

import pytest

from consent.models import OptOut
from messaging import hook_store, hooks
from messaging.models import HookCall
from messaging.models.vendors import HookKind
from tests.cast import MONDAY
from tests.messaging.hooking import INBOUND, STATUS, Taken, call, report, set_up, text
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def site(settings, location):
    set_up(settings)


@pytest.fixture
def taken(monkeypatch):
    stand_in = Taken()
    monkeypatch.setattr("messaging.receiving.receive", stand_in.receive)
    monkeypatch.setattr("messaging.settling.hear", stand_in.hear)
    return stand_in


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_same_call_many_times_at_once_is_one(taken, _round):
    outcome = run_together(12, lambda _n: call(INBOUND, text("STOP")).status_code)
    hooks.work(now=HookCall.objects.get().due_at)

    assert (outcome.errors, set(outcome.results)) == ([], {200})
    assert OptOut.objects.count() == HookCall.objects.count() == 1
    assert len(taken.messages) == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_many_words_at_once_are_all_heard_once(taken, _round):
    words = ["queued", "sent", "delivered"] * 4
    outcome = run_together(12, lambda n: call(STATUS, report(words[n])).status_code)
    hooks.work(now=HookCall.objects.latest("due_at").due_at)

    assert (outcome.errors, set(outcome.results)) == ([], {204})
    assert sorted(said["word"] for said in taken.words) == sorted(words[:3])


@pytest.mark.parametrize("_round", ROUNDS)
def test_workers_of_many_processes_share_the_work(taken, monkeypatch, _round):
    for number in range(10):
        hook_store.store(HookKind.INBOUND, text(number=number), now=MONDAY)
    rows = list(HookCall.objects.all())
    outcome = run_together(
        8, lambda _n: sum(hooks._work(row, now=MONDAY) for row in rows)
    )

    assert outcome.errors == []
    assert sum(outcome.results) == len(taken.messages) == 10
