"""Log lines: ids, counts and code, never words or values."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.utils.log import AdminEmailHandler

from practice import logs

pytestmark = pytest.mark.urls("tests.practice.doors")


@pytest.fixture
def lines():
    """What the site's own handler writes from here on, one dictionary per line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.PrivateFormatter())
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for logger in loggers:
        logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for logger in loggers:
        logger.removeHandler(handler)


def shown(name, message, *args, **extra):
    record = logging.getLogger(name).makeRecord(
        name, logging.INFO, __file__, 7, message, args, None, extra=extra
    )
    return json.loads(logs.PrivateFormatter().format(record))


# The formatter --------------------------------------------------------------
def test_the_template_is_shown_and_its_arguments_are_not():
    line = shown("practice.links", "link sent to %s", "+12125550199")

    assert line["event"] == "link sent to %s"
    assert "5550199" not in str(line)


def test_small_numbers_among_the_arguments_are_shown():
    line = shown("practice.links", "%s of %s for %s", 3, 12, "Quillfeather")

    assert line["args"] == [3, 12, None]


@pytest.mark.parametrize("value", [2125550199, "Quillfeather, Ada", 3.5, None, ["x"]])
def test_a_number_long_enough_to_call_is_not_shown(value):
    assert "args" not in shown("practice.links", "to %s", value)


def test_extras_are_shown_if_they_are_known_and_harmless():
    line = shown(
        "practice.links", "sent", count=2, kind="link.made", subject_id=9, note="Ada"
    )

    assert (line["count"], line["kind"], line["subject_id"]) == (2, "link.made", 9)
    assert "note" not in line


@pytest.mark.parametrize(
    "value", ["Ada Quillfeather", "ada@example.test", "+1 212", ""]
)
def test_words_of_people_do_not_pass_as_words_of_code(value):
    assert "kind" not in shown("practice.links", "sent", kind=value)


@pytest.mark.parametrize(
    "name", ["django_q", "django.security", "urllib3", "py.warnings"]
)
def test_a_message_another_library_put_together_is_replaced_by_its_place(name):
    line = shown(name, "Invalid HTTP_HOST header: 'quillfeather.test'.")

    assert line["event"] == "tests/practice/test_logs.py:7"


def test_a_template_of_another_library_is_shown():
    line = shown("django.request", "%s: %s", "Not Found", "/patients/quillfeather/")

    assert line["event"] == "%s: %s"
    assert "quillfeather" not in str(line)


def test_an_exception_as_message_is_not_shown():
    line = shown("practice.links", ValueError("Quillfeather"))

    assert "Quillfeather" not in str(line)


def look_up():
    raise KeyError("Quillfeather")


def fail():
    try:
        look_up()
    except KeyError as error:
        raise ValueError("born 1984-05-17") from error


def test_an_exception_is_its_type_and_the_code_it_passed():
    with pytest.raises(ValueError, match="born") as caught:
        fail()

    record = logging.LogRecord(
        "practice", logging.ERROR, __file__, 1, "failed", (), caught._excinfo
    )
    line = json.loads(logs.PrivateFormatter().format(record))

    assert (line["fault"], line["causes"]) == ("ValueError", ["KeyError"])
    assert line["frames"][-1].endswith(":fail")
    assert "Quillfeather" not in str(line)
    assert "1984" not in str(line)


def test_places_are_told_without_the_machines_directories():
    with pytest.raises(ValueError, match="Expecting") as caught:
        json.loads("{")

    frames = logs.fault(caught.value)["frames"]
    assert not [frame for frame in frames if frame.startswith("/")]


def test_a_line_break_cannot_start_a_line_of_its_own():
    record = logging.LogRecord(
        "practice", logging.INFO, __file__, 1, 'one\n{"level": "two"}', (), None
    )

    assert len(logs.PrivateFormatter().format(record).splitlines()) == 1


def test_times_are_utc(now):
    assert shown("practice", "sent")["at"] == "2026-03-02T15:00:00+00:00"


# Requests -------------------------------------------------------------------
def test_each_request_writes_one_line(client, front_desk, as_, lines):
    response = as_(front_desk).get("/?q=Quillfeather")

    (line,) = lines()
    assert line["request_id"] == response["X-Request-ID"]
    assert line["staff"] == front_desk.pk
    assert (line["method"], line["route"], line["status"]) == ("GET", "today", 200)
    assert isinstance(line["ms"], int)


def test_the_address_itself_is_never_written(client, db, lines):
    client.get("/invitation/quillfeather-token/?q=Ada")

    (line,) = lines()
    assert line["route"] == "invitation"
    assert "quillfeather" not in str(line)
    assert "Ada" not in str(line)


@pytest.mark.parametrize(
    ("path", "status", "level"),
    [
        ("/undeclared/", 403, "WARNING"),
        ("/no/", 404, "INFO"),
        ("/public/", 200, "INFO"),
    ],
)
def test_refusals_stand_out(client, db, lines, path, status, level):
    client.get(path)

    line = lines()[-1]
    assert (line["status"], line["level"]) == (status, level)


def test_a_fault_is_logged_with_its_code_and_no_values(client, db, lines):
    client.raise_request_exception = False

    response = client.get("/broken/?q=Quillfeather")

    fault, answer = lines()
    assert fault["fault"] == "ValueError"
    assert fault["frames"][-1].startswith("tests/practice/doors.py:")
    assert (answer["status"], answer["level"]) == (500, "ERROR")
    assert fault["request_id"] == answer["request_id"] == response["X-Request-ID"]
    assert "Quillfeather" not in str(lines())
    assert "555-0199" not in str(lines())


def test_a_forged_host_is_not_written(client, db, lines):
    client.get("/public/", headers={"Host": "quillfeather.test"})

    assert "quillfeather" not in str(lines())


def test_requests_do_not_share_their_facts(client, front_desk, as_, lines):
    as_(front_desk).get("/")
    client.get("/public/")

    assert [line["staff"] for line in lines()] == [front_desk.pk, None]
    assert logs.current.get() is None


# Handlers -------------------------------------------------------------------
def every_handler():
    loggers = [
        logging.getLogger(),
        *map(logging.getLogger, logging.root.manager.loggerDict),
    ]
    return {handler for logger in loggers for handler in logger.handlers}


def test_nobody_is_mailed_a_traceback():
    assert not [one for one in every_handler() if isinstance(one, AdminEmailHandler)]


def test_every_handler_of_the_site_writes_private_lines(settings):
    handlers = settings.LOGGING["handlers"].values()

    assert {handler["formatter"] for handler in handlers} == {"json"}
    assert (
        settings.LOGGING["formatters"]["json"]["()"] == "practice.logs.PrivateFormatter"
    )
