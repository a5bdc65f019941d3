"""The one seam where this floor's machine-made suggestions ask for consent.

No-show risk and slot suggestions are AI uses. Whatever reckons for them asks here
whose data it may read.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class AiUse(StrEnum):
    NO_SHOW_RISK = "no_show_risk"
    SLOT_SUGGESTION = "slot_suggestion"


def permitted(use: AiUse, patient_ids: Collection[int]) -> frozenset[int]:
    """Those patients whose data an engine may read for a use.

    Today all of them: a practice that has no consent records has nobody's no. When
    the consent floor exists, its gate answers here and notes its refusals; who is
    left out gets the plain order, and no score.
    """
    return frozenset(patient_ids)
