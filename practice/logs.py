"""Log lines without people in them: ids, counts and code, never words or values.

A line holds the message's template, not the message: arguments are dropped but
for small numbers, extras are dropped but for the keys below, an exception is
its type and the lines of code it passed, and a message that another library
has already put together is replaced by the place that wrote it.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
OUR_LOGGERS = ("practice", "consent", "messaging", "scheduling", "notes")
# Extras that may be shown: numbers, and words that only ever come from code.
KEYS = ("method", "route", "status", "ms", "kind", "count", "subject_id")
CODE_WORD = re.compile(r"[A-Za-z][\w.:-]{0,79}")
LARGEST = 999_999_999  # one digit short of a telephone number
MOST_FRAMES = 25


@dataclass(slots=True)
class Request:
    """What the lines written while one request is answered have in common."""

    id: str
    staff_id: int | None = None


current: ContextVar[Request | None] = ContextVar("current", default=None)


def request_id() -> str:
    """The id of the request being answered, to be told to who asks for help."""
    request = current.get()
    return request.id if request else ""


def name_staff(staff_id: int) -> None:
    """Let the lines of this request say whose it is."""
    if request := current.get():
        request.staff_id = staff_id


class PrivateFormatter(logging.Formatter):
    """One line of JSON per record."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record),
            **_whose(),
            **_extras(vars(record)),
        }
        if numbers := _numbers(record.args):
            line["args"] = numbers
        if record.exc_info and record.exc_info[1]:
            line |= fault(record.exc_info[1])
        return json.dumps(line)


def fault(error: BaseException) -> dict[str, Any]:
    """An exception as its type, the code it passed and what caused it; no values."""
    causes = [type(cause).__name__ for cause in _causes(error)]
    facts: dict[str, Any] = {
        "fault": type(error).__name__,
        "frames": [
            f"{_place(frame.filename)}:{frame.lineno}:{frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
        ],
    }
    return facts | ({"causes": causes} if causes else {})


def _event(record: logging.LogRecord) -> str:
    """The template, where it is one; else only where it was written."""
    is_ours = record.name.split(".")[0] in OUR_LOGGERS
    if isinstance(record.msg, str) and (is_ours or record.args):
        return record.msg
    return f"{_place(record.pathname)}:{record.lineno}"


def _whose() -> dict[str, Any]:
    request = current.get()
    if request is None:
        return {}
    return {"request_id": request.id, "staff": request.staff_id}


def _extras(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: facts[key] for key in KEYS if _is_harmless(facts.get(key))}


def _is_harmless(value: object) -> bool:
    if isinstance(value, str):
        return bool(CODE_WORD.fullmatch(value))
    return isinstance(value, int) and abs(value) <= LARGEST


def _numbers(args: object) -> list[int | None]:
    """The small whole numbers among a record's arguments, each in its place."""
    if not isinstance(args, tuple):
        return []
    numbers = [arg if type(arg) is int and _is_harmless(arg) else None for arg in args]
    return numbers if any(number is not None for number in numbers) else []


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    cause = error.__cause__ or error.__context__
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _place(path: str) -> str:
    """A source file, told without the machine's directories."""
    file = Path(path)
    parts = file.parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else file.name
