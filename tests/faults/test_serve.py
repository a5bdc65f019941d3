"""`manage.py serve` as a person runs it: the address, a crash, the end."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.faults.cluster import BEAT
from tests.faults.machine import children, session_of, wait_for

DEADLINE = 10  # seconds: what most machines allow before they pull the plug
DROP_A_GUARD = (
    "DROP TRIGGER practice_trailentry_no_update"
    if connection.vendor == "sqlite"
    else "DROP TRIGGER append_only ON practice_trailentry"
)
pytestmark = [pytest.mark.fault, pytest.mark.django_db]


def said(process):
    """What the program said until it ended."""
    return process.communicate(timeout=60)[0]


def address_of(process):
    """The address that the program prints first."""
    return process.stdout.readline().split()[-1]


def status(address):
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=20)) as visitor:
        visitor.request("GET", "/healthz")
        return visitor.getresponse().status


def test_it_serves_until_it_is_told_to_stop(machine):
    process = machine.start("manage.py", "serve", "--port", "0")
    address = address_of(process)
    assert status(address) == 200
    wait_for(lambda: machine.ask(BEAT))
    parts = children(process.pid)

    process.terminate()
    took = wait_for(lambda: process.poll() is not None)

    assert took < DEADLINE
    assert said(process).endswith("Stopped.\n")
    assert process.returncode == 0
    wait_for(lambda: not any(session_of(part) for part in parts), within=2)
    assert len(parts) == 3


def test_a_web_server_that_crashed_is_back_and_no_visitor_was_turned_away(machine):
    process = machine.start("-m", "tests.faults.hurried", "web")
    address = address_of(process)
    assert status(address) == 200
    [first] = children(process.pid)

    os.kill(first, signal.SIGKILL)
    wait_for(lambda: session_of(first) == [])

    assert status(address) == 200
    assert children(process.pid) != [first]


def test_the_worker_alone_needs_no_port(machine):
    process = machine.start("manage.py", "serve", "--only", "worker")
    wait_for(lambda: machine.ask(BEAT))

    process.terminate()

    assert said(process) == "Ctrl-C stops it.\nStopped.\n"


def test_a_port_that_is_taken_is_said_in_one_line(machine):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        process = machine.start("manage.py", "serve", PORT=str(port))
        said(process)

    assert process.returncode == 1
    [line] = machine.log.read_text().splitlines()
    assert f"Port {port} is taken by another program." in line


def test_off_the_loopback_it_refuses_to_serve(machine):
    process = machine.start("manage.py", "serve", "--bind", "0.0.0.0")  # noqa: S104
    said(process)

    assert process.returncode == 1
    [line] = machine.log.read_text().splitlines()
    assert "serves this machine only" in line


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        ("DELETE FROM django_migrations WHERE app = 'practice'", "not up to date"),
        (DROP_A_GUARD, "lacks 1 of its guards"),
    ],
)
def test_a_database_that_is_not_ready_is_refused(machine, harm, sentence):
    machine.tell(harm)

    process = machine.start("manage.py", "serve", "--port", "0")
    said(process)

    assert process.returncode == 1
    assert sentence in machine.log.read_text()
    assert "manage.py migrate" in machine.log.read_text()
