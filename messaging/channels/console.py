"""Texts that leave nowhere: the developer reads them in the terminal."""

from __future__ import annotations

import sys
import uuid
from typing import TYPE_CHECKING

from messaging.channels import Handed, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from messaging.channels import Parcel, Seen


class Console:
    """A Carrier of texts for development; every one of them arrives at once."""

    def hand_over(self, parcel: Parcel) -> Handed:
        sys.stdout.write(f"\nText to {parcel.address}:\n{parcel.body}\n")
        sys.stdout.flush()
        return Handed(
            Outcome.TAKEN, vendor_id=f"SM{uuid.uuid4().hex}", word="delivered"
        )

    def look_up(self, parcel: Parcel) -> Sequence[Seen]:
        """Nothing is kept, so nothing is ever left unclear."""
        return []

    def fetch(self, vendor_id: str) -> None:
        return None


def carrier() -> Console:
    return Console()
