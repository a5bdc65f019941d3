"""Processor time of this process, and of PostgreSQL's own for it where Linux tells."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path


def seconds() -> float:
    """What was used so far; the difference of two is what something took."""
    from django.db import connection

    spent = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        number = connection.connection.info.backend_pid
        with suppress(FileNotFoundError):
            told = Path(f"/proc/{number}/schedstat").read_text()
            spent += int(told.split()[0]) / 1e9
    return spent


def everywhere() -> float:
    """The same with all processes of the PostgreSQL server, also those that ended."""
    from django.db import connection

    spent = time.process_time()
    if connection.vendor != "postgresql":
        return spent
    connection.ensure_connection()
    server = _fields(connection.connection.info.backend_pid)[1]
    ticks = sum(map(int, _fields(server)[11:15]))
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = _fields(path.name)
            ticks += sum(map(int, fields[11:13])) if fields[1] == server else 0
    return spent + ticks / os.sysconf("SC_CLK_TCK")


def _fields(process: int | str) -> list[str]:
    """Of proc(5), beginning with the state; the parent is the second."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
