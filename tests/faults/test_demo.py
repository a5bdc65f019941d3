"""`manage.py demo` as a newcomer runs it: built once, kept, built anew."""

from __future__ import annotations

import re
import signal
import socket
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from practice.demo import PASSWORD
from tests.faults.few import PEOPLE
from tests.faults.machine import children, session_of, wait_for

pytestmark = [pytest.mark.fault, pytest.mark.django_db]

DEMO = {
    "WELLHOUSE_MODE": "demo",
    "DJANGO_SETTINGS_MODULE": "tests.faults.small_demo",
}
NAME = "SELECT name FROM practice_practice"
RENAME = "UPDATE practice_practice SET name = 'Written by hand'"
NAMED = ("Harbor & Pine Health",)
RENAMED = ("Written by hand",)
MARK = "SELECT digest FROM practice_demomark"
PATIENTS = "SELECT count(*) FROM practice_patient WHERE merged_into_id IS NULL"


def start(machine, *arguments):
    return machine.start("manage.py", "demo", "--port", "0", *arguments, **DEMO)


def until(process, words):
    """What the program says up to the line that has `words`."""
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            break
    return "".join(said)


def welcome(process):
    return until(process, "Ctrl-C stops it.")


def stop(process):
    process.terminate()
    return process.communicate(timeout=60)[0]


@pytest.fixture(scope="module")
def first_words(shared_machine):
    """Builds the one demo that these tests use; each of them leaves it whole."""
    process = start(shared_machine)
    said = welcome(process)
    stop(process)
    return said


@pytest.fixture
def built(first_words, shared_machine):
    return shared_machine


@pytest.fixture
def running(built):
    """A demo that runs, and its address."""
    process = start(built)
    address = re.search(r"http://\S+/", welcome(process))
    assert address is not None
    yield process, address.group()
    stop(process)


def test_the_first_start_builds_and_says_who_is_there(first_words, built):
    said = first_words

    assert said.startswith("There is no demo yet: building one.\n  tables … ")
    assert re.search(r"Wellhouse is at http://127\.0\.0\.1:\d+/\n", said)
    assert said.count(PASSWORD) == 5
    assert "denise.okafor@example.org" in said
    assert built.ask(PATIENTS) == (PEOPLE,)


def test_a_press_on_a_role_signs_in(running):
    _process, address = running
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))

    browser.open(f"{address}demo/people/", timeout=60)
    token = next(cookie.value for cookie in jar if cookie.name == "wellhouse-csrf")
    press = urlencode({"role": "front_desk", "csrfmiddlewaretoken": token})
    page = browser.open(f"{address}demo/people/", press.encode(), timeout=60).read()

    assert "Denise Okafor, here is what needs you." in page.decode()


def test_it_stops_as_a_whole(running):
    process, _address = running
    wait_for(lambda: len(children(process.pid)) == 3)
    parts = children(process.pid)

    said = stop(process)

    assert (process.returncode, said) == (0, "Stopped.\n")
    assert [session_of(part) for part in parts] == [[], [], []]


def test_a_second_start_keeps_what_was_done(built):
    built.tell(RENAME)

    process = start(built)
    said = welcome(process)
    stop(process)

    assert "building" not in said
    assert built.ask(NAME) == RENAMED


def test_a_reset_starts_over(built):
    built.tell(RENAME)

    process = start(built, "--reset")
    said = welcome(process)
    stop(process)

    assert said.startswith("Starting over")
    assert built.ask(NAME) == NAMED
    assert built.ask(PATIENTS) == (PEOPLE,)


def test_a_build_that_was_interrupted_or_killed_is_made_good(built):
    built.tell("UPDATE practice_demomark SET digest = 'of other tables'")
    interrupted = cut_short(built, signal.SIGINT)
    killed = cut_short(built, signal.SIGKILL)

    process = start(built)
    said = welcome(process)
    stop(process)

    assert interrupted.returncode == 130
    assert "Stopped half-way: the next start builds" in built.log.read_text()
    assert killed.returncode == -signal.SIGKILL
    assert said.startswith("The last build was cut short")
    assert built.ask(PATIENTS) == (PEOPLE,)


def cut_short(machine, number):
    """A start that gets a signal once the tables are there and the people are not."""
    process = start(machine)
    until(process, "  tables")
    wait_for(lambda: machine.ask(MARK) == ("",))
    process.send_signal(number)
    process.communicate(timeout=60)
    return process


def test_a_demo_that_runs_is_left_alone(running, built):
    process, address = running

    second = start(built, "--reset")
    second.communicate(timeout=60)

    assert second.returncode == 1
    assert f"running already, at {address}: stop it there" in built.log.read_text()
    assert process.poll() is None


def test_a_port_that_is_taken_is_said_before_anything_is_built(built):
    built.tell(RENAME)

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        process = built.start("manage.py", "demo", "--reset", **DEMO, PORT=str(port))
        said = process.communicate(timeout=60)[0]

    assert (process.returncode, said) == (1, "")
    assert f"Port {port} is taken" in built.log.read_text()
    assert built.ask(NAME) == RENAMED


def test_a_practice_without_the_mark_is_left_alone(built):
    built.tell("CREATE TABLE kept AS SELECT * FROM practice_demomark")
    built.tell("DELETE FROM practice_demomark")

    process = start(built, "--reset")
    process.communicate(timeout=60)
    name = built.ask(NAME)
    built.tell("INSERT INTO practice_demomark SELECT * FROM kept")
    built.tell("DROP TABLE kept")

    assert process.returncode == 1
    assert name != ()
    assert "not the demo's" in built.log.read_text()
