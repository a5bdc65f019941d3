"""What lies beside the database: looks that wait in a file, and the anchors' end.

A backup takes both along. A restore puts back what is not there; where anchors
are there, they are newer and stay.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.conf import settings

from practice import looks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST = 1 << 20  # bytes of anchors: years of them
OURS_ONLY = 0o600


def contents() -> dict[str, str]:
    """The text of each file that is there, anchors from their end."""
    found = {name: path for name, path in _paths().items() if path.exists()}
    return {name: _end_of(path) for name, path in found.items()}


def put_back(files: Mapping[str, str]) -> list[str]:
    """Write each file that is not there; returns the names of those written."""
    missing = [name for name, path in _paths().items() if not path.exists()]
    written = [name for name in missing if files.get(name)]
    for name in written:
        path = _paths()[name]
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        to = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ONLY)
        with os.fdopen(to, "w", encoding="utf-8") as file:
            file.write(files[name])
    return written


def _paths() -> Mapping[str, Path]:
    waiting = looks.spool_path()
    return {
        "anchors": settings.TRAIL_ANCHORS,
        "looks": waiting,
        "looks taken": waiting.with_suffix(".taken"),
        "looks unread": looks.aside_path(),
    }


def _end_of(path: Path) -> str:
    """The last lines of a file, whole ones."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - MOST, 0))
        text = file.read().decode("utf-8", "replace")
    return text.partition("\n")[2] if size > MOST else text
