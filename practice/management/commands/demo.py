"""manage.py demo: build the demo where it is missing, then serve it."""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.urls import reverse

from practice import clock, demo
from practice.management.commands import serve
from practice.pump import Pump
from practice.rules import NotPossible
from practice.supervisor import Supervisor, stop_on_signals

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator, Sequence
    from socket import socket

LOOPBACK = "127.0.0.1"


class Command(BaseCommand):
    help = "Serve a practice full of invented people, built at the first start."

    def add_arguments(self, parser: ArgumentParser) -> None:
        serve.add_port(parser)
        parser.add_argument("--reset", action="store_true", help="start over")

    def handle(self, *args: Any, port: str, reset: bool, **options: Any) -> None:
        number = serve.port_of(port)
        try:
            demo.require()
            # Held until this process ends: nobody else builds or deletes meanwhile.
            with demo.claim() as sign, serve.listen(LOOPBACK, number) as listener:
                sign.write(serve.address(listener))
                sign.flush()
                self._prepare(starts_over=reset)
                self._welcome(listener)
                _serve(listener)
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write("Stopped.")

    def _prepare(self, *, starts_over: bool) -> None:
        found = demo.look()
        if found is demo.Found.READY and not starts_over:
            return
        self.stdout.write(found.value or "Starting over: building the demo anew.")
        with _presses() as heard:
            try:
                demo.build(now=clock.real_now(), step=partial(self._step, heard))
            except BaseException:
                if not heard:
                    raise
        if heard:
            sentence = "Stopped half-way: the next start builds the demo again."
            raise CommandError(sentence, returncode=130)

    @contextmanager
    def _step(self, heard: Sequence[int], name: str) -> Iterator[None]:
        began = time.monotonic()
        self.stdout.write(f"  {name} … ", ending="")
        self.stdout.flush()
        yield
        if heard:
            raise KeyboardInterrupt
        self.stdout.write(f"{time.monotonic() - began:.1f} s")

    def _welcome(self, listener: socket) -> None:
        address = serve.address(listener)
        rows = [("role", "name", "e-mail", "password")]
        rows += [
            (row.roles, row.name, row.email, row.password) for row in demo.sign_ins()
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        self.stdout.write(f"\nWellhouse is at {address}")
        picker = f"{address.rstrip('/')}{reverse('demo_people')}"
        self.stdout.write(f"One click signs you in: {picker}\n\n")
        for row in rows:
            cells = map(str.ljust, row, widths)
            self.stdout.write("  " + "  ".join(cells).rstrip())
        self.stdout.write("\nEverybody here is invented. Ctrl-C stops it.")
        self.stdout.flush()


@contextmanager
def _presses() -> Iterator[Sequence[int]]:
    """Every Ctrl-C of a build, also one that nothing else hears of.

    Where it comes while SQLite asks a trigger's question, what it raises is lost, or
    taken for a fault of the database that a seed knows how to live with.
    """
    heard: list[int] = []

    def note(number: int, _frame: object) -> None:
        heard.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield heard
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(listener: socket) -> None:
    """Web server, worker and what runs beside it, until a signal."""
    serve.require_ready()
    os.environ["PORT"] = str(listener.getsockname()[1])  # where links in mails lead
    connection.close()
    pump = Pump()
    parts = [serve.web(listener), serve.worker(pump), *serve.programs()]
    supervisor = Supervisor(parts, pump=pump.ask)
    stop_on_signals(supervisor)
    supervisor.run()
