"""Children are started, watched, restarted and stopped: with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from practice import supervisor
from practice.supervisor import Part, Supervisor, Timing

PATIENCE = 15
QUICK = Timing(
    look=0.02,
    listen=0.02,
    hung_after=0.4,
    boot_within=1.0,
    stop_within=1.0,
    settled_after=60,
    wait_first=0.01,
    wait_longest=0.05,
)
PYTHON = [sys.executable, "-I", "-S", "-c"]
NOTE = (
    "import os, sys, time;"
    "open(sys.argv[1], 'a').write(f'{os.getpid()} {os.getsid(0)}\\n');"
)
STAY = NOTE + "time.sleep(60)"
LEAVE = NOTE
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "import subprocess, sys;"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);" + STAY
)


class Life(NamedTuple):
    process: int
    session: int


class Lives:
    """Calling it reads the process id and the session of each life so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def __call__(self) -> list[Life]:
        lines = self.path.read_text().splitlines(keepends=True)
        whole = [line.split() for line in lines if line.endswith("\n")]
        return [Life(int(process), int(session)) for process, session in whole]


@pytest.fixture
def lives(tmp_path):
    return Lives(tmp_path / "lives")


def part(script, lives, **details):
    return Part("child", [*PYTHON, script, str(lives.path)], **details)


@contextmanager
def running(*parts, pump=None, timing=QUICK):
    keeper = Supervisor(parts, pump=pump, timing=timing)
    thread = threading.Thread(target=keeper.run)
    thread.start()
    try:
        yield keeper
    finally:
        if not keeper.stops_asked:
            keeper.ask_to_stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def alive(lives):
    """Living processes in the sessions of these lives, the guardians included."""
    sessions, found = {life.session for life in lives}, []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) in sessions and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found


def test_it_stops_what_it_started(lives):
    with running(part(STAY, lives)):
        wait_for(lives)

    wait_for(lambda: not alive(lives()))


def test_each_child_leads_a_session_of_its_own(lives):
    with running(part(STAY, lives)):
        wait_for(lives)
        [child] = lives()

        assert child.session != os.getsid(0)
        assert os.getsid(child.session) == child.session


def test_a_child_that_ends_is_started_again(lives):
    with running(part(LEAVE, lives)):
        wait_for(lambda: len(lives()) >= 3)


def test_one_that_is_killed_is_started_again(lives):
    with running(part(STAY, lives)):
        wait_for(lives)
        os.kill(lives()[0].process, signal.SIGKILL)
        wait_for(lambda: len(lives()) == 2)

    wait_for(lambda: not alive(lives()))


def test_what_outlives_its_leader_is_ended_with_it(lives):
    with running(part(STUBBORN, lives)):
        wait_for(lambda: len(alive(lives())) == 3)
        os.kill(lives()[0].process, signal.SIGKILL)
        wait_for(lambda: len(lives()) == 2)

        wait_for(lambda: not alive(lives()[:1]))


def test_failed_starts_are_further_and_further_apart(lives):
    slow = Timing(look=0.01, listen=1, wait_first=0.1, wait_longest=60)
    with running(part(LEAVE, lives), timing=slow):
        wait_for(lives)
        time.sleep(1.0)

    # After 0.2 and 0.4 s; without the doubling it would be about seven.
    assert 2 <= len(lives()) <= 4


def test_a_stubborn_child_is_killed_with_all_it_started(lives):
    with running(part(STUBBORN, lives)) as keeper:
        wait_for(lambda: len(alive(lives())) == 3)
        keeper.ask_to_stop()
        began = time.monotonic()

    assert 0.5 < time.monotonic() - began < 5
    wait_for(lambda: not alive(lives()))


def test_asked_twice_it_does_not_wait(lives):
    patient = Timing(look=0.02, listen=0.02, stop_within=60)
    with running(part(STUBBORN, lives), timing=patient) as keeper:
        wait_for(lambda: len(alive(lives())) == 3)
        keeper.ask_to_stop()
        keeper.ask_to_stop()

    wait_for(lambda: not alive(lives()))


# Signs of life --------------------------------------------------------------
def beating(until=None):
    """A sign that changes all the time, or up to its `until`-th reading."""
    count = iter(range(1_000_000))
    return lambda: min(next(count), until) if until else next(count)


def test_a_child_that_shows_signs_is_left_alone(lives):
    with running(part(STAY, lives, sign=beating())):
        wait_for(lives)
        time.sleep(1.5)

    assert len(lives()) == 1


def test_one_that_falls_silent_is_replaced(lives):
    with running(part(STAY, lives, sign=beating(until=5))):
        wait_for(lambda: len(lives()) == 2)

    wait_for(lambda: not alive(lives()))


def test_one_that_never_shows_a_sign_is_given_time_to_start(lives):
    began = time.monotonic()
    with running(part(STAY, lives, sign=lambda: None)):
        wait_for(lambda: len(lives()) == 2)

    assert time.monotonic() - began > QUICK.boot_within


def test_while_nobody_can_listen_nobody_is_judged(lives, caplog):
    def broken():
        raise ConnectionError("host=10.0.0.7")

    with running(part(STAY, lives, sign=broken)):
        wait_for(lives)
        time.sleep(1.5)

    assert len(lives()) == 1
    assert {record.msg for record in caplog.records} == {
        "Nobody could listen for signs of life."
    }


def test_before_each_life_the_part_is_prepared(lives):
    prepared = []
    with running(part(LEAVE, lives, before=lambda: prepared.append(1))):
        wait_for(lambda: len(lives()) >= 2)

    assert len(prepared) >= 2


def test_the_pump_runs_beside_the_children_and_may_fail(lives):
    turns = []

    def pump():
        turns.append(1)
        raise ConnectionError

    with running(part(STAY, lives, sign=beating()), pump=pump):
        wait_for(lambda: len(turns) > 3 and lives())

    assert len(lives()) == 1


# As a process of its own ----------------------------------------------------
KEEP = """
import sys
from practice.supervisor import Part, Supervisor, stop_on_signals
keeper = Supervisor([Part("child", sys.argv[1:])])
stop_on_signals(keeper)
keeper.run()
print("stopped")
"""


def start_keeper(lives, script):
    command = [sys.executable, "-c", KEEP, *PYTHON, script, str(lives.path)]
    keeper = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    wait_for(lives)
    return keeper


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(lives, number):
    keeper = start_keeper(lives, STAY)

    keeper.send_signal(number)

    assert keeper.communicate(timeout=PATIENCE)[0] == "stopped\n"
    assert keeper.returncode == 0
    wait_for(lambda: not alive(lives()))


@pytest.mark.parametrize("script", [STAY, STUBBORN])
def test_a_supervisor_that_is_killed_leaves_nobody_behind(lives, script):
    keeper = start_keeper(lives, script)

    keeper.kill()
    keeper.communicate()

    wait_for(lambda: not alive(lives()))


def test_a_guardian_without_its_supervisor_ends_the_command():
    command = [sys.executable, supervisor.__file__, "1", "sleep", "60"]

    done = subprocess.run(
        command, start_new_session=True, timeout=PATIENCE, check=False
    )

    assert done.returncode == -signal.SIGKILL


def test_the_command_is_asked_to_stop_only_once():
    count = "import signal; signal.signal(signal.SIGTERM, lambda *_: print('asked'));"
    command = [sys.executable, supervisor.__file__, str(os.getpid()), *PYTHON]
    guardian = subprocess.Popen(
        [*command, f"{count} import time; time.sleep(3)"],
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(1)

    for _ in range(3):
        guardian.terminate()
        time.sleep(0.3)

    assert guardian.communicate(timeout=PATIENCE)[0] == "asked\n"


def test_under_nohup_a_closed_terminal_changes_nothing(monkeypatch):
    handled = []
    monkeypatch.setattr(signal, "getsignal", lambda _number: signal.SIG_IGN)
    monkeypatch.setattr(signal, "signal", lambda number, _act: handled.append(number))

    supervisor.stop_on_signals(Supervisor([]))

    assert handled == [signal.SIGINT, signal.SIGTERM]
