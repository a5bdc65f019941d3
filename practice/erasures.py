"""Which charts were lawfully erased, told where no restore takes it back.

An older backup brings an erased chart back, and its trail does not know better. So
each erasure leaves a keyed line beside the anchors: numbers of charts and a time,
nothing about anybody. A restore reads them.
"""

from __future__ import annotations

import hmac
import json
import os
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from practice import clock, proofs
from practice.models import Patient

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

OURS_ONLY = 0o600
NAME = "erasures.jsonl"


def place() -> Path:
    """The list, beside the anchors, wherever these are kept."""
    path: Path = settings.TRAIL_ANCHORS
    return path.with_name(NAME)


def remember(charts: Collection[int]) -> None:
    """Write down that these charts are erased."""
    at = clock.real_now().isoformat()
    numbers = sorted(charts)
    proof = proofs.erased_mac(at, numbers, proofs.sealing_key())
    line = json.dumps({"at": at, "charts": numbers, "proof": proof})
    place().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    to = os.open(place(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, OURS_ONLY)
    try:
        os.write(to, f"{line}\n".encode())
        os.fsync(to)
    finally:
        os.close(to)


def undone() -> list[str]:
    """What has to be erased again, and which lines nobody here wrote, in sentences."""
    if not place().exists():
        said = f"There is no {place()}: whoever was erased since this backup is back."
        return [f"{said} Put the list there, or erase them again."]
    found = []
    lines = place().read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        try:
            at, charts = _read(line)
        except (ValueError, KeyError, TypeError):
            found.append(f"{place()}, line {number}: not an erasure of ours.")
            continue
        found += [
            f"Chart {pk} was erased on {at:%Y-%m-%d} and is back: erase it again "
            f"(manage.py erase_chart {pk})."
            for pk in charts
            if _is_back(pk, at)
        ]
    return list(dict.fromkeys(found))


def _read(line: str) -> tuple[datetime, list[int]]:
    """When which charts were erased. Raises ValueError, KeyError, TypeError."""
    said = json.loads(line)
    at, charts, proof = (
        str(said["at"]),
        [int(pk) for pk in said["charts"]],
        said["proof"],
    )
    macs = [proofs.erased_mac(at, charts, key) for key in proofs.ring().values()]
    if not any(hmac.compare_digest(mac, str(proof)) for mac in macs):
        raise ValueError("Of no key that is known here.")
    return datetime.fromisoformat(at), charts


def _is_back(pk: int, at: datetime) -> bool:
    """Whether that chart is here; one opened since only has the same number."""
    rows = Patient.history.filter(id=pk).order_by("history_id")
    opened_at = rows.values_list("history_date", flat=True).first()
    is_here = Patient._base_manager.filter(pk=pk).exists()
    return is_here and (opened_at is None or opened_at <= at)
