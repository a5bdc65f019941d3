"""What Ctrl-C does to a question of the database."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from django.core.management import CommandError
from django.db import OperationalError

from practice import demo
from practice.management.commands.demo import Command


@pytest.fixture
def hidden():
    """What is left of an interrupt that came while SQLite asked."""

    def interrupt():
        raise KeyboardInterrupt

    with closing(sqlite3.connect(":memory:")) as database:
        database.create_function("ask", 0, interrupt)
        with pytest.raises(sqlite3.OperationalError) as caught:
            database.execute("SELECT ask()")
    return OperationalError(str(caught.value))


@pytest.fixture
def build(monkeypatch):
    def fail_with(fault):
        def fail(**kwargs):
            raise fault

        monkeypatch.setattr(demo, "build", fail)
        Command()._prepare(starts_over=True)

    return fail_with


def test_an_interrupt_is_known_though_the_database_hides_it(build, db, hidden):
    with pytest.raises(CommandError, match="Stopped half-way") as told:
        build(hidden)

    assert told.value.returncode == 130


def test_another_fault_of_the_database_is_none(build, db):
    with pytest.raises(OperationalError, match="locked"):
        build(OperationalError("database is locked"))
