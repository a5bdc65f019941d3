"""The worker is hurt in every way, and is back at work within a minute."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.faults.cluster import KINDS, Worker
from tests.faults.machine import session_of, wait_for

pytestmark = [pytest.mark.fault, pytest.mark.django_db]
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
MINUTE = 60


@pytest.fixture(scope="module")
def worker(shared_machine):
    return Worker(shared_machine)


@pytest.mark.parametrize("kind", KINDS * ROUNDS)
def test_whichever_process_is_killed_the_work_goes_on(worker, kind):
    victim, began = worker.roles()[kind], time.monotonic()

    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: victim not in worker.roles().values())
    before = worker.last_beat()
    wait_for(lambda: worker.is_at_work(since=before))

    assert time.monotonic() - began < MINUTE


def test_a_worker_that_hangs_is_replaced_with_all_its_processes(worker):
    guardian = worker.guardian()
    hung = session_of(guardian)
    for process in hung:
        os.kill(process, signal.SIGSTOP)
    before = worker.last_beat()

    assert wait_for(lambda: worker.is_at_work(since=before)) < MINUTE
    assert session_of(guardian) == []


def test_a_chore_that_hangs_or_raises_stops_no_other(worker):
    ask, log = worker.machine.ask, worker.machine.log
    state = "SELECT finished_at, fault FROM practice_chore WHERE name = '{}'"
    before = ask(state.format("works"))[0]

    wait_for(lambda: str(ask(state.format("works"))[0]) > str(before))
    wait_for(lambda: ask(state.format("hangs"))[1] == "TookTooLong")

    assert ask(state.format("raises")) == (None, "LookupError")
    assert "Paula" not in log.read_text()
    assert ask("SELECT count(*) FROM django_q_task") == (0,)


def test_a_killed_supervisor_takes_its_worker_along(machine):
    worker = Worker(machine)
    guardian = worker.guardian()

    worker.keeper.kill()

    wait_for(lambda: session_of(guardian) == [])
