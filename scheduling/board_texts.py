"""On the board: who said by text that they are here is told by text when to come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from scheduling.board_parts import Act, Mark, path_of
from scheduling.calling_in import LONGER
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scheduling.models import Attendee

# What was last written to somebody who waits; asked for with the rows of a board.
HERE, LONGER_SAID, CALLED_IN = 1, 2, 3
WRITTEN = """CASE WHEN scheduling_attendee.status = 'arrived' THEN (
    SELECT MAX(CASE said.occasion WHEN 'here' THEN 1 WHEN 'a_moment_more' THEN 2
        ELSE 3 END)
    FROM messaging_delivery AS said
    WHERE said.patient_id = {head} AND said.planned_at >= scheduling_attendee.status_at
    AND said.occasion IN ('here', 'a_moment_more', 'come_in')) END"""


def acts(group: Sequence[Attendee], changeable: Collection[int]) -> Sequence[Act]:
    """The presses for the first of them who waits for a text."""
    waiting = (
        row
        for row in group
        if _written(row) in (HERE, LONGER_SAID) and row.chart.pk in changeable
    )
    row = next(waiting, None)
    if row is None:
        return []
    longer = _("Text: about %(n)d min") % {"n": LONGER.seconds // 60}
    return [
        Act(_("Text: come in"), "message", path_of("called_in", row.pk)),
        Act(longer, "hourglass", path_of("told_longer", row.pk)),
    ]


def marks(row: Attendee) -> Sequence[Mark]:
    said = {
        HERE: _("here by text"),
        LONGER_SAID: _("told it takes longer"),
        CALLED_IN: _("told to come in"),
    }.get(_written(row))
    return [Mark(said, "info", "message")] if said else []


def _written(row: Attendee) -> int:
    if row.status != Status.ARRIVED:
        return 0
    return getattr(row, "written", None) or 0
