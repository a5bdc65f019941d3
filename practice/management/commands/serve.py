"""manage.py serve: the web server and the worker, under one supervisor."""

from __future__ import annotations

import errno
import os
import socket
import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from practice import guards, health
from practice.contributions import load
from practice.modes import Mode, is_loopback
from practice.pump import Pump
from practice.supervisor import Part, Supervisor, stop_on_signals

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

DEFAULT_PORT = "8000"
HIGHEST_PORT = 65535
MOST_PROCESSES = 64
THREADS = 8
# A web process is replaced now and then, so that no leak grows for weeks.
REQUESTS_PER_LIFE, JITTER = 5000, 500
_OURS_ONLY = 0o077  # mail, database and logs are nobody else's to read
GUNICORN = ("-m", "gunicorn", "practice.wsgi:application")
QUEUE = ("-m", "django", "qcluster")


class Command(BaseCommand):
    help = "Serve the site: web server and background worker, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_port(parser)
        parser.add_argument("--bind", default="127.0.0.1")
        parser.add_argument("--only", choices=["web", "worker"])

    def handle(
        self, *args: Any, port: str, bind: str, only: str | None, **options: Any
    ) -> None:
        number = port_of(port)
        require_ready()
        os.umask(_OURS_ONLY)
        with ExitStack() as sockets:
            parts, pump = [], None
            if only != "worker":
                listener = sockets.enter_context(listen(bind, number))
                parts.append(web(listener))
                self.stdout.write(f"Wellhouse is at {address(listener)}")
            if only != "web":
                pump = Pump()
                parts.append(worker(pump))
                parts += programs()
            self.stdout.write("Ctrl-C stops it.")
            self.stdout.flush()
            connection.close()
            supervisor = Supervisor(parts, pump=pump.ask if pump else None)
            stop_on_signals(supervisor)
            supervisor.run()
        self.stdout.write("Stopped.")


def add_port(parser: ArgumentParser) -> None:
    """The option --port; the environment's PORT unless it is empty, else 8000."""
    port = os.environ.get("PORT") or DEFAULT_PORT
    parser.add_argument("--port", default=port, help="0 picks a free one")


def port_of(text: object) -> int:
    """The number of a port as it was typed. Raises CommandError."""
    return _number(text, name="The port", least=0, most=HIGHEST_PORT)


def require_ready() -> None:
    """Raise CommandError unless the database is one that this version can run on."""
    if health.unapplied():
        raise CommandError("The database is not up to date: run “manage.py migrate”.")
    try:
        guards.require(connection)
    except guards.GuardsMissing as fault:
        raise CommandError(str(fault)) from fault


def listen(bind: str, port: int) -> socket.socket:
    """The socket that web processes share; it outlives each of them.

    Raises CommandError when the port is taken, or the address is not allowed.
    """
    if settings.MODE is not Mode.PRODUCTION and not is_loopback(bind):
        raise CommandError(
            f"WELLHOUSE_MODE={settings.MODE} serves this machine only: "
            f"--bind {bind} needs production."
        )
    try:
        listener = _bound(bind, port)
    except OSError as fault:
        raise CommandError(_why_not(fault, bind, port)) from fault
    listener.listen(socket.SOMAXCONN)
    listener.set_inheritable(True)
    return listener


def _bound(bind: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(
        bind, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    family, kind, _, _, where = found[0]
    listener = socket.socket(family, kind)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(where)
    except OSError:
        listener.close()
        raise
    return listener


def web(listener: socket.socket) -> Part:
    """Gunicorn on the shared socket; WEB_CONCURRENCY sets the number of processes."""
    options = {
        "--bind": f"fd://{listener.fileno()}",
        "--workers": _processes(),
        "--worker-class": "gthread",
        "--threads": THREADS,
        "--max-requests": REQUESTS_PER_LIFE,
        "--max-requests-jitter": JITTER,
        "--timeout": 60,
        "--graceful-timeout": 5,
        "--log-level": "warning",
    }
    command = [sys.executable, *GUNICORN, "--no-control-socket", *_flat(options)]
    return Part("web", command, keep_open=(listener.fileno(),))


def worker(pump: Pump) -> Part:
    """The task queue's cluster, which shows by its heartbeat row that it works."""
    command = [sys.executable, *QUEUE]
    sign = partial(health.last_beat, health.WORKER)
    return Part("worker", command, sign=sign, before=pump.start_over)


def programs() -> Sequence[Part]:
    """What floors run beside the worker; each shows by a heartbeat that it works."""
    return [
        Part(
            one.name,
            [sys.executable, "-m", "django", *one.arguments],
            sign=partial(health.last_beat, one.name),
        )
        for one in load("PROGRAMS")
    ]


def address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _processes() -> int:
    usual = min(2, os.cpu_count() or 1)
    wanted = os.environ.get("WEB_CONCURRENCY") or usual
    return _number(wanted, name="WEB_CONCURRENCY", least=1, most=MOST_PROCESSES)


def _number(text: object, *, name: str, least: int, most: int) -> int:
    """A whole number as people type it. Raises CommandError with what would do."""
    typed = str(text).strip()
    if typed.isascii() and typed.isdecimal() and len(typed) <= len(str(most)):
        number = int(typed)
        if least <= number <= most:
            return number
    raise CommandError(f"{name} has to be a number from {least} to {most}: “{typed}”.")


def _flat(options: dict[str, object]) -> Sequence[str]:
    return [str(part) for option in options.items() for part in option]


def _why_not(fault: OSError, bind: str, port: int) -> str:
    if fault.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. Stop it, or choose another "
            "port: “PORT=8001 make demo” or “manage.py serve --port 8001”."
        )
    if fault.errno == errno.EACCES:
        return f"Port {port} needs more rights: choose one above 1023."
    return f"Cannot listen on {bind}, port {port}: {fault.strerror}."
