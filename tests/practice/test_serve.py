"""What `manage.py serve` decides before it starts anything."""

from __future__ import annotations

import errno
import socket
from argparse import ArgumentParser
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command

from practice import guards, health
from practice.management.commands import serve
from practice.modes import Mode
from practice.pump import Pump
from practice.supervisor import Supervisor


@pytest.fixture
def started(db, monkeypatch):
    """The supervisors that a command would have run."""
    found = []
    monkeypatch.setattr(Supervisor, "run", lambda self: found.append(self))  # noqa: PLW0108
    monkeypatch.setattr(serve, "stop_on_signals", lambda _supervisor: None)
    monkeypatch.setattr(serve.connection, "close", lambda: None)
    monkeypatch.setattr(serve.os, "umask", lambda _mask: 0)
    return found


def names(supervisor):
    return [part.name for part in supervisor.parts]


def test_it_runs_the_web_and_the_worker_with_their_pump(started, capsys):
    call_command("serve", port=0)

    [supervisor] = started
    assert names(supervisor) == ["web", "worker", "sender"]
    assert isinstance(supervisor.pump.__self__, Pump)
    assert "http://127.0.0.1:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("only", "parts"), [("web", ["web"]), ("worker", ["worker", "sender"])]
)
def test_it_runs_what_answers_or_what_works_alone(started, only, parts):
    call_command("serve", port=0, only=only)

    [supervisor] = started
    assert names(supervisor) == parts
    assert (supervisor.pump is not None) is ("worker" in parts)


def test_the_environment_names_the_port(started, monkeypatch, capsys):
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("PORT", str(port))

    call_command("serve")

    assert f"http://127.0.0.1:{port}/" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["serve", "demo"])
@pytest.mark.parametrize("port", ["abc", "-1", "65536", "99999", "8 000", "٨٠", "1e3"])
def test_what_is_no_port_is_said_and_nothing_starts(
    started, monkeypatch, settings, command, port
):
    settings.MODE = Mode.DEMO
    monkeypatch.setenv("PORT", port)

    with pytest.raises(CommandError, match="The port has to be a number from 0 to"):
        call_command(command)

    assert started == []


def test_an_empty_port_is_the_usual_one(monkeypatch):
    monkeypatch.setenv("PORT", "")
    parser = ArgumentParser()

    serve.add_port(parser)

    assert parser.parse_args([]).port == "8000"


@pytest.mark.parametrize("number", ["abc", "0", "-1", "65", "1.5"])
def test_a_strange_number_of_web_processes_is_refused(monkeypatch, number):
    monkeypatch.setenv("WEB_CONCURRENCY", number)

    with (
        closing(serve.listen("127.0.0.1", 0)) as listener,
        pytest.raises(CommandError, match="WEB_CONCURRENCY has to be a number from 1"),
    ):
        serve.web(listener)


@pytest.mark.parametrize("bind", ["0.0.0.0", "::", "10.0.0.7", "example.org"])  # noqa: S104
def test_only_production_is_served_to_other_machines(settings, bind):
    settings.MODE = Mode.DEMO

    with pytest.raises(CommandError, match="serves this machine only"):
        serve.listen(bind, 0)


def test_production_may_be(settings):
    settings.MODE = Mode.PRODUCTION

    with closing(serve.listen("0.0.0.0", 0)) as listener:  # noqa: S104
        assert serve.address(listener).startswith("http://0.0.0.0:")


def test_the_newer_addresses_work_too():
    with closing(serve.listen("::1", 0)) as listener:
        assert serve.address(listener).startswith("http://[::1]:")


def test_a_port_that_is_taken_is_refused_with_the_way_out():
    with closing(serve.listen("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(CommandError, match=f"Port {port} is taken .*PORT=8001"):
            serve.listen("127.0.0.1", port)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "Port 80 needs more rights"),
        (errno.EADDRNOTAVAIL, "Cannot listen on localhost, port 80: not here."),
    ],
)
def test_other_refusals_say_why(monkeypatch, number, sentence):
    def refuse(*_, **__):
        raise OSError(number, "not here")

    monkeypatch.setattr(serve.socket, "getaddrinfo", refuse)

    with pytest.raises(CommandError, match=sentence):
        serve.listen("localhost", 80)


def test_the_number_of_web_processes_is_a_setting(monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "7")

    with closing(serve.listen("127.0.0.1", 0)) as listener:
        part = serve.web(listener)

    command = " ".join(part.command)
    assert "--workers 7 " in command
    assert f"--bind fd://{part.keep_open[0]} " in command
    assert "--no-control-socket" in command


@pytest.mark.django_db
def test_the_workers_sign_of_life_is_its_heartbeat():
    part = serve.worker(Pump())
    before = part.sign()

    health.beat(health.WORKER)

    assert before is None
    assert part.sign() == health.last_beat(health.WORKER)


@pytest.mark.django_db
def test_a_floors_program_runs_beside_the_worker_and_beats_under_its_name():
    [part] = serve.programs()

    health.beat(part.name)

    assert (part.name, part.command[-2:]) == ("sender", ["pump", "--forever"])
    assert part.sign() == health.last_beat("sender")


def test_an_old_database_is_refused(started, monkeypatch):
    monkeypatch.setattr(health, "unapplied", lambda: {("practice", "0009_more")})

    with pytest.raises(CommandError, match="The database is not up to date"):
        call_command("serve", port=0)

    assert started == []


def test_an_unguarded_database_is_refused(started, monkeypatch):
    monkeypatch.setattr(guards, "missing", lambda _connection: ["trail: no update"])

    with pytest.raises(CommandError, match="lacks 1 of its guards"):
        call_command("serve", port=0)

    assert started == []


def test_what_it_writes_is_for_its_own_eyes(started, monkeypatch):
    masks = []
    monkeypatch.setattr(serve.os, "umask", masks.append)

    call_command("serve", port=0)

    assert masks == [0o077]
