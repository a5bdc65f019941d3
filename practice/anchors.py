"""Anchors: the head of the chain, left where the database's owner cannot reach it.

A chain alone does not show that its tail was cut off. So every hour its length
and last MAC go off the box: a line in a file (another disk, or one that only
appends), a line in the log, and a mail if an address is set.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail

from practice import clock
from practice.models import Seal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OURS_ONLY = 0o600
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain's head at some time; `at` is an ISO instant."""

    at: str
    position: int
    mac: str


def drop() -> Anchor | None:
    """Anchor the chain as it is now; None while nothing is sealed."""
    head = Seal.objects.order_by("-position").first()
    if head is None:
        return None
    at = clock.real_now().isoformat(timespec="seconds")
    anchor = Anchor(at=at, position=head.position, mac=head.mac)
    _write(settings.TRAIL_ANCHORS, anchor)
    logger.info("anchored", extra={"position": anchor.position, "mac": anchor.mac})
    if settings.TRAIL_ANCHOR_MAIL:
        send_mail(
            "Wellhouse: anchor of the trail",
            json.dumps(asdict(anchor)),
            None,
            settings.TRAIL_ANCHOR_MAIL,
        )
    return anchor


def read(path: Path) -> Iterator[Anchor]:
    """The anchors of a file, oldest first. Raises ValueError for a broken line."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                said = json.loads(line)
                anchor = Anchor(str(said["at"]), int(said["position"]), said["mac"])
            except (ValueError, KeyError, TypeError) as fault:
                raise ValueError(f"{path}, line {number}: not an anchor.") from fault
            yield anchor


def _write(path: Path, anchor: Anchor) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    to = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OURS_ONLY)
    try:
        os.write(to, f"{json.dumps(asdict(anchor))}\n".encode())
        os.fsync(to)
    finally:
        os.close(to)
