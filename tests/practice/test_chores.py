"""Clock-started work: each chore when due, once, apart from the others."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from datetime import timedelta
from itertools import chain

import pytest
from django.db import connection
from django.utils.translation import gettext

from practice import chores
from practice.chores import Chore
from practice.logs import PrivateFormatter
from practice.models import Chore as Row
from tests import cast
from tests.cast import MONDAY
from tests.races.together import run_together

HOUR = timedelta(hours=1)
DONE: list[str] = []


def note_it(*, now):
    """Run by its dotted path."""
    DONE.append(f"{now:%H:%M}")


def say_it(*, now):
    DONE.append(gettext("Book a visit"))


def refuse(*, now):
    raise LookupError("Paula Patience, +1 212 555 0100")


def work_slowly(*, now):
    DONE.append("x")
    time.sleep(0.05)


def hang(*, now):
    while True:
        with suppress(Exception):
            time.sleep(60)


@pytest.fixture(autouse=True)
def _start_anew():
    DONE.clear()


@pytest.fixture
def describe(db, monkeypatch):
    """`describe(chore, …)`: these are all the chores there are."""

    def described_as(*described):
        monkeypatch.setattr(chores, "described", lambda: described)

    return described_as


def named(name, run=note_it, **details):
    return Chore(name, details.pop("every", HOUR), run, **details)


def test_a_new_chore_is_due_at_once_and_then_after_its_time(describe):
    describe(named("count", "tests.practice.test_chores.note_it"))

    for minutes in (0, 1, 59, 60, 61):
        chores.run_due(now=MONDAY + timedelta(minutes=minutes))

    assert DONE == ["15:00", "16:00"]


def test_turns_that_were_missed_are_not_made_up_for(describe):
    describe(named("count"))
    chores.run_due(now=MONDAY)

    for minutes in (330, 331, 332):
        chores.run_due(now=MONDAY + timedelta(minutes=minutes))

    assert DONE == ["15:00", "20:30"]
    assert Row.objects.get().due_at == MONDAY + 6 * HOUR


def test_a_clock_that_was_set_back_does_not_stop_a_chore(describe):
    describe(named("count"))
    chores.run_due(now=MONDAY + timedelta(days=9))

    chores.run_due(now=MONDAY)

    assert DONE == ["15:00", "15:00"]
    assert Row.objects.get().due_at == MONDAY + HOUR


def test_a_chore_that_fails_stops_no_other(describe):
    describe(named("first", refuse), named("second"))

    done = chores.run_due(now=MONDAY)

    assert done == ["first", "second"]
    assert DONE == ["15:00"]


def test_what_a_chore_writes_is_in_the_practices_words(describe, practice):
    cast.choose_words(practice, visit="session")
    describe(named("words", say_it))

    chores.run_due(now=MONDAY)

    assert DONE == ["Book a session"]
    assert gettext("Book a visit") == "Book a visit"


def test_of_a_fault_only_its_type_is_kept(describe):
    describe(named("broken", refuse))

    chores.run_due(now=MONDAY)

    row = Row.objects.get()
    assert (row.fault, row.finished_at) == ("LookupError", None)
    assert row.failed_at is not None
    assert "Paula" not in str(vars(row))


def test_the_log_names_the_chore_and_no_person(describe, caplog):
    describe(named("desk.broken", refuse))

    chores.run_due(now=MONDAY)

    [line] = map(PrivateFormatter().format, caplog.records)
    assert "desk.broken" in line
    assert "LookupError" in line
    assert "Paula" not in line


def test_a_chore_that_failed_is_tried_again_soon(describe):
    describe(named("broken", refuse))
    chores.run_due(now=MONDAY)
    describe(named("broken"))

    early = chores.run_due(now=MONDAY + timedelta(minutes=4))
    again = chores.run_due(now=MONDAY + timedelta(minutes=5))

    assert (early, again) == ([], ["broken"])
    assert Row.objects.get().fault == ""


def test_a_chore_that_hangs_is_ended_and_the_others_run(describe):
    describe(named("stuck", hang, limit=timedelta(seconds=0.2)), named("fine"))

    began = time.monotonic()
    chores.run_due(now=MONDAY)

    assert time.monotonic() - began < 5
    assert DONE == ["15:00"]
    assert Row.objects.get(name="stuck").fault == "TookTooLong"


def test_the_limit_leaves_an_outer_timer_running(describe):
    rings: list[int] = []
    signal.signal(signal.SIGALRM, lambda *_: rings.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.4)
    describe(named("stuck", hang, limit=timedelta(seconds=0.1)))

    chores.run_due(now=MONDAY)
    rings_before = len(rings)
    time.sleep(0.5)

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    assert (rings_before, len(rings)) == (0, 1)


def test_off_the_main_thread_a_chore_runs_without_a_limit():
    def run():
        with chores.time_limit(timedelta(seconds=0.01)):
            time.sleep(0.05)
            DONE.append("to its end")

    runner = threading.Thread(target=run)
    runner.start()
    runner.join()

    assert DONE == ["to its end"]


def test_a_chore_that_somebody_has_is_left_alone(describe, now):
    describe(named("taken"))
    Row.objects.create(
        name="taken", due_at=now, leased_until=now + timedelta(seconds=1)
    )

    assert chores.run_due(now=now) == []


def test_a_lease_that_ran_out_is_taken_over(describe, now):
    describe(named("lost"))
    Row.objects.create(name="lost", due_at=now, leased_until=now)

    assert chores.run_due(now=now) == ["lost"]
    assert Row.objects.get().leased_until is None


def test_who_lost_the_lease_changes_nothing(describe, now):
    def overtaken(*, now):
        Row.objects.update(leased_until=now + HOUR, fault="Other")

    describe(named("slow", overtaken))

    chores.run_due(now=now)

    row = Row.objects.get()
    assert (row.due_at, row.leased_until, row.fault) == (now, now + HOUR, "Other")


def test_a_long_turn_leaves_the_rest_to_the_next(describe, monkeypatch):
    monkeypatch.setattr(chores, "PATIENCE", timedelta(seconds=-1))
    describe(named("first"), named("second"))

    assert chores.run_due(now=MONDAY) == []


def test_after_each_chore_its_caller_hears_of_it(describe):
    describe(named("first"), named("second", refuse))

    chores.run_due(now=MONDAY, after_each=lambda: DONE.append("beat"))

    assert DONE == ["15:00", "beat", "beat"]


def test_a_broken_connection_is_dropped(describe, transactional_db):
    def cut_off(*, now):
        connection.errors_occurred = True
        connection.close()
        raise chores.TookTooLong

    describe(named("cut", cut_off), named("next"))

    chores.run_due(now=MONDAY)

    assert Row.objects.get(name="cut").fault == "TookTooLong"
    assert DONE == ["15:00"]


def test_inside_a_transaction_the_connection_is_kept(describe):
    def cut_off(*, now):
        raise chores.TookTooLong

    describe(named("cut", cut_off))

    chores.run_due(now=MONDAY)

    assert Row.objects.get().fault == "TookTooLong"


def test_the_settings_name_the_chores(settings):
    names = [chore.name for chore in chores.described()]

    assert "patients.resume" in names
    assert len(names) == len(set(names))


@pytest.mark.race
def test_many_schedulers_run_a_due_chore_once(describe, transactional_db):
    describe(named("once", work_slowly))

    outcome = run_together(8, lambda _number: chores.run_due(now=MONDAY))

    assert outcome.errors == []
    assert DONE == ["x"]
    assert sorted(map(list, outcome.results)) == [[]] * 7 + [["once"]]


@pytest.mark.race
def test_schedulers_share_many_chores_between_them(describe, transactional_db):
    names = [f"chore{number:02}" for number in range(12)]
    describe(*[named(name) for name in names])

    outcome = run_together(4, lambda _number: chores.run_due(now=MONDAY))

    assert outcome.errors == []
    assert sorted(chain.from_iterable(outcome.results)) == names
    assert len(DONE) == 12
