"""Calendar files read by hand: nothing here knows the library that wrote them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

ESCAPED = {r"\n": "\n", r"\,": ",", r"\;": ";", r"\\": "\\"}


def lines_of(content: bytes) -> list[str]:
    """The file's lines, the folded ones put together again."""
    text = content.decode()
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def events_of(content: bytes) -> list[dict[str, str]]:
    """Each event's lines by their names, without parameters."""
    found: list[dict[str, str]] = []
    lines = lines_of(content)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    for line in lines:
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and line != "END:VEVENT" and name != "END":
            plain = re.sub(r"\\[n,;\\]", lambda one: ESCAPED[one[0]], value)
            found[-1][name.partition(";")[0]] = plain
    return found


def instant_in(value: str) -> datetime:
    """A time in UTC, as RFC 5545 writes it."""
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def calendar(*events: str, extra: str = "") -> bytes:
    """A calendar as other programs write it."""
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    whole = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{extra}{body}"
    return f"{whole}END:VCALENDAR\n".replace("\n", "\r\n").encode()
