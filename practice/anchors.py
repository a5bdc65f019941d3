"""Anchors: the head of the chain, left where the database's owner cannot reach it.

A chain alone does not show that its tail was cut off. So every hour its length
and last MAC go off the box: a line in a file (another disk, or one that only
appends), a line in the log, and a mail if an address is set.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import send_mail

from practice import clock, proofs
from practice.models import Seal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
    _append(settings.TRAIL_ANCHORS, asdict(anchor))
    logger.info("anchored", extra={"position": anchor.position, "mac": anchor.mac})
    if settings.TRAIL_ANCHOR_MAIL:
        send_mail(
            "Wellhouse: anchor of the trail",
            json.dumps(asdict(anchor)),
            None,
            settings.TRAIL_ANCHOR_MAIL,
        )
    return anchor


def mark_restore() -> None:
    """Say, keyed, that the chain goes on from an older head: a backup came back.

    What was anchored beyond that head before is void.
    """
    head = Seal.objects.order_by("-position").first()
    position, mac = (head.position, head.mac) if head else (0, "")
    at = clock.real_now().isoformat(timespec="seconds")
    said = asdict(Anchor(at=at, position=position, mac=mac))
    said["restored"] = proofs.restore_mac(at, position, mac, proofs.sealing_key())
    _append(settings.TRAIL_ANCHORS, said)
    logger.info("restored", extra={"position": position, "mac": mac})


def read(path: Path) -> Iterator[Anchor]:
    """The anchors of a file that count, oldest first; those a restore voided do not.

    Raises ValueError for a broken line, for a restore that nobody did, and for one
    that is said again: an old line of ours must not void what came after it.
    """
    counting: list[Anchor] = []
    known: set[str] = set()
    for number, said in _lines(path):
        try:
            anchor = Anchor(str(said["at"]), int(said["position"]), str(said["mac"]))
            _instant(anchor.at)
        except (ValueError, KeyError, TypeError) as fault:
            raise ValueError(f"{path}, line {number}: not an anchor.") from fault
        if "restored" in said:
            if not _is_ours(anchor, str(said["restored"])):
                raise ValueError(f"{path}, line {number}: nobody restored this.")
            if str(said["restored"]) in known:
                raise ValueError(f"{path}, line {number}: said before.")
            known.add(str(said["restored"]))
            counting = [one for one in counting if not _is_void(one, anchor)]
        if anchor.position:
            counting.append(anchor)
    yield from counting


def restores(path: Path) -> list[str]:
    """When backups came back, as the file says."""
    return [str(said.get("at")) for _number, said in _lines(path) if "restored" in said]


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                said = json.loads(line)
            except ValueError as fault:
                raise ValueError(f"{path}, line {number}: not an anchor.") from fault
            yield number, said if isinstance(said, dict) else {}


def _is_ours(anchor: Anchor, proof: str) -> bool:
    macs = [
        proofs.restore_mac(anchor.at, anchor.position, anchor.mac, key)
        for key in proofs.ring().values()
    ]
    return any(hmac.compare_digest(mac, proof) for mac in macs)


def _is_void(anchor: Anchor, restore: Anchor) -> bool:
    """What was anchored later than the restore, it has nothing to do with."""
    is_earlier = _instant(anchor.at) <= _instant(restore.at)
    return is_earlier and anchor.position > restore.position


def _instant(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(UTC)


def _append(path: Path, said: Mapping[str, object]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    to = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OURS_ONLY)
    try:
        os.write(to, f"{json.dumps(said)}\n".encode())
        os.fsync(to)
    finally:
        os.close(to)
