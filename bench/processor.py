"""Processor time of this process, and of PostgreSQL's own for it where Linux tells."""

from __future__ import annotations

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
