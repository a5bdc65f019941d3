"""GUARDS: what somebody agreed to, or stopped, is never changed or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consent.models import ConsentRecord, OptOut
from practice.guards import never_changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from practice.guards import Guard


def guards(vendor: str) -> Sequence[Guard]:
    """Both tables of this floor are append-only, in an act too."""
    return never_changed(vendor, ConsentRecord, OptOut)
