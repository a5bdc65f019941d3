"""The sender: what goes on all day, in a process of its own under the supervisor.

Each channel sends in a thread of its own, so that a vendor that hangs holds up no
other; beside them runs what keeps the outbox in order, and whatever floors have to do
within seconds (the settings list PROMPT). It shows a sign of life only as long as
every thread gives one.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from django.db import close_old_connections, connections

from consent.states import Channel
from messaging import polling, sending, uncertain
from messaging.sending import THREADS, Round, Threads
from practice import health
from practice.contributions import load
from practice.supervisor import Program
from practice.wording import in_house

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

NAME = "sender"
PROGRAM = Program(NAME, ("pump", "--forever"))  # PROGRAMS
# How many of each channel are handed over at one moment.
SIZES = {Channel.TEXT: THREADS, Channel.MAIL: 4, Channel.CALL: 2}
IDLE, AGAIN_AFTER_FAULT = 0.3, 2.0  # seconds
BEAT_EVERY = 2.0
ORDER_EVERY, PROMPT_EVERY = 5.0, 1.0
# A thread that says nothing for so long is stuck: no call takes longer than 10 s.
SILENT_AFTER = 30.0
# Less than the supervisor waits; what is cut off then becomes uncertain.
END_WITHIN = 7.0
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Chore:
    """What is done again and again; `act` says whether there may be more at once."""

    name: str
    act: Callable[[], bool]
    every: float = IDLE  # seconds, where there was nothing to do
    shown_at: float = field(default_factory=time.monotonic)


class Sender:
    """The threads, until somebody asks them to stop."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._ending, self._now = threading.Event(), now
        self._crews = {one: Threads(size) for one, size in SIZES.items()}
        self._rounds = [Round(one, crew) for one, crew in self._crews.items()]
        self.chores = [
            Chore(f"send {turn.channel}", partial(_step, turn, now))
            for turn in self._rounds
        ]
        self.chores += [
            Chore("keep order", partial(keep_order, now), every=ORDER_EVERY),
            Chore("ask again", partial(ask_again, now), every=ORDER_EVERY),
            Chore("be prompt", partial(be_prompt, now), every=PROMPT_EVERY),
        ]

    def ask_to_stop(self, *_: object) -> None:
        """Fit for a signal handler."""
        self._ending.set()

    def run(self) -> None:
        """Work until asked to stop, then wait for what is being handed over."""
        threads = [
            threading.Thread(
                target=self._repeat, args=[one], name=one.name, daemon=True
            )
            for one in self.chores
        ]
        for thread in threads:
            thread.start()
        while not self._ending.is_set():
            close_old_connections()
            self.beat()
            self._ending.wait(BEAT_EVERY)
        self._end(threads)

    def beat(self) -> bool:
        """Show a sign of life, unless a thread is stuck."""
        silent = [one.name for one in self.chores if _is_silent(one)]
        if silent:
            logger.error("A thread is stuck.", extra={"kind": ",".join(silent)})
            return False
        try:
            health.beat(NAME)
        except Exception:  # the database may be away for a while
            logger.exception("No sign of life could be given.")
            return False
        return True

    def _repeat(self, chore: Chore) -> None:
        """One thread's life; a fault is told, and ends nothing."""
        try:
            while not self._ending.is_set():
                close_old_connections()
                self._ending.wait(self._once(chore))
        finally:
            connections.close_all()

    def _once(self, chore: Chore) -> float:
        """Do it once; answers how many seconds to wait."""
        try:
            with in_house():
                has_more = chore.act()
        except Exception:
            logger.exception("A part of sending failed.", extra={"kind": chore.name})
            return AGAIN_AFTER_FAULT
        chore.shown_at = time.monotonic()
        return 0 if has_more else chore.every

    def _end(self, threads: list[threading.Thread]) -> None:
        """Let go what was not handed over, and settle what was."""
        deadline = time.monotonic() + END_WITHIN
        for turn in self._rounds:
            turn.is_ending = True
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        while time.monotonic() < deadline and any(
            one.under_way for one in self._rounds
        ):
            for turn in self._rounds:
                turn.step(now=self._now(), wait=0.1)
        for crew in self._crews.values():
            crew.end(within=max(0.1, deadline - time.monotonic()))
        connections.close_all()


def keep_order(now: Callable[[], datetime]) -> bool:
    """Lost leases, and what is uncertain."""
    uncertain.lose_expired(now=now())
    return bool(uncertain.look(now=now()))


def ask_again(now: Callable[[], datetime]) -> bool:
    """Last words that never came."""
    return bool(polling.poll(now=now()))


def be_prompt(now: Callable[[], datetime]) -> bool:
    """What the floors have to do within seconds; one that fails stops no other."""
    return bool(_done("PROMPT", now))


def once(*, now: Callable[[], datetime]) -> dict[str, int]:
    """Work everything once, also what the task queue does else; say how much."""
    lost = uncertain.lose_expired(now=now())
    caught_up, prompt = _done("CATCH_UP", now), _done("PROMPT", now)
    crew = Threads()
    try:
        sent = sending.send_due(now=now, crew=crew)
    finally:
        crew.end()
    looked = uncertain.look(now=now())
    polled = polling.poll(now=now())
    counts = {"lost": lost, "prompt": caught_up + prompt, "looked for": looked}
    return {**sent, **counts, "asked again": polled}


def _done(frame: str, now: Callable[[], datetime]) -> int:
    done = 0
    for act in load(frame):
        try:
            done += act(now=now())
        except Exception:
            logger.exception("Prompt work failed.", extra={"kind": act.__name__})
    return done


def _step(turn: Round, now: Callable[[], datetime]) -> bool:
    return turn.step(now=now(), wait=IDLE) or bool(turn.under_way)


def _is_silent(chore: Chore) -> bool:
    return time.monotonic() - chore.shown_at > SILENT_AFTER
