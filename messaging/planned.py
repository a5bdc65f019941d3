"""“Why did, or did not, this patient get a message?”: one line for each.

PLANNED_MESSAGES: `(patient_ids, *, now) -> Sequence[Planned]`, of about 7 days past
and 7 to come. The panel on the chart reads the lines of all floors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice.contributions import Panel, load

if TYPE_CHECKING:
    from datetime import datetime

    from practice.contributions import OpenChart

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Planned:
    """One message that went, is to go, or did not; and why."""

    at: datetime
    when: str  # by the clock of the location
    title: str
    detail: str  # how, about what, and why it stands so
    state: str
    tone: str = ""
    subject_id: int | None = None
    is_open: bool = False  # nothing has left, and it may


def panel(chart: OpenChart) -> Panel | None:
    """The lines of every floor, the newest first; no panel where there is none."""
    lines: list[Planned] = [
        line
        for contribute in load("PLANNED_MESSAGES")
        for line in contribute(chart.ids, now=chart.now)
    ]
    if not lines:
        return None
    lines.sort(key=lambda line: line.at, reverse=True)
    return Panel(
        title=_("Messages, last and next 7 days"),
        template="panels/planned_messages.html",
        context={"lines": lines[:SHOWN], "more": max(0, len(lines) - SHOWN)},
    )
