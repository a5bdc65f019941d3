"""This floor's moments on the patient page: what happened to the chart itself."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practice.contributions import Moment, load
from practice.models import PaperEntry, StaffMember, TrailEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrOrPromise

# What staff read of each kind of line; kinds that are not here stay in the trail.
WORDS: dict[str, tuple[StrOrPromise, str]] = {
    "patient.registered": (_("Chart opened"), "user-plus"),
    "patient.changed": (_("Details changed"), "pencil"),
    "patient.paused": (_("Paused"), "pause"),
    "patient.resumed": (_("Active again"), "play"),
    "patient.ended": (_("Care ended"), "check"),
    "patient.end_taken_back": (_("Care goes on: ended by mistake"), "undo"),
    "patient.deceased": (_("Recorded as deceased"), "heart"),
    "patient.death_taken_back": (_("Death taken back: wrong chart"), "undo"),
    "patient.restricted": (_("Chart restricted"), "lock"),
    "patient.unrestricted": (_("Chart no longer restricted"), "lock"),
    "patient.merged": (_("Merged into another chart"), "merge"),
    "patient.unmerged": (_("Merge undone"), "undo"),
    "patient.alert_added": (_("Alert added"), "bell"),
    "patient.alert_withdrawn": (_("Alert taken down"), "bell"),
    "patient.exported": (_("Chart exported"), "download"),
    "contact.added": (_("Contact added"), "phone"),
    "contact.changed": (_("Contact changed"), "phone"),
    "contact.ended": (_("Contact removed"), "phone"),
    "caregiver.authorised": (_("Family or helper added"), "users"),
    "caregiver.rights_changed": (_("Family rights changed"), "users"),
    "caregiver.withdrawn": (_("Family or helper removed"), "users"),
    "caregiver.ended_at_majority": (_("Came of age: parents' say ended"), "users"),
    "care_team.joined": (_("Joined the care team"), "stethoscope"),
    "care_team.left": (_("Left the care team"), "stethoscope"),
    "watch.set": (_("Check-on-them flag set"), "eye"),
    "watch.contact": (_("Spoke with the patient"), "phone"),
    "watch.ended": (_("Check-on-them flag ended"), "eye"),
    "break_glass.opened": (_("Opened by break-glass"), "shield"),
    "break_glass.reviewed": (_("Break-glass reviewed"), "shield"),
    "link.made": (_("Link made for the patient"), "link"),
    "link.used": (_("Patient answered by link"), "link"),
    "task.done": (_("Task done"), "check"),
}


def chart_events(
    patient_ids: Sequence[int], *, staff: StaffMember, limit: int
) -> Sequence[Moment]:
    """The newest lines of the trail about a chart, in words.

    What one person did within the same minute is one moment.
    """
    lines = TrailEntry.objects.filter(patient_id__in=patient_ids, kind__in=WORDS)
    newest = list(lines.order_by("-pk")[: limit * 3])
    grouped = groupby(
        newest, key=lambda line: (line.actor, line.at.replace(second=0, microsecond=0))
    )
    return [_moment(list(group)) for _key, group in grouped][:limit]


def from_paper(
    patient_ids: Sequence[int], *, staff: StaffMember, limit: int
) -> Sequence[Moment]:
    """What was put in from paper, at the time when it happened."""
    rows = PaperEntry.objects.filter(patient__in=patient_ids, is_withdrawn=False)
    newest = rows.select_related("writer").order_by("-happened_at", "-pk")[:limit]
    labels = {kind.name: kind.label for kind in load("PAPER_ENTRIES")}
    return [
        Moment(
            at=row.happened_at,
            title=gettext("From paper: %(what)s") % {"what": labels.get(row.kind, "")},
            icon="note",
            by=row.writer.name,
            detail=row.words,
        )
        for row in newest
    ]


def _moment(lines: list[TrailEntry]) -> Moment:
    """One moment of lines that belong together, named after what came first."""
    first = lines[-1]
    title, icon = WORDS[first.kind]
    others = Counter(str(WORDS[line.kind][0]) for line in reversed(lines[:-1]))
    counted = [f"{words} ({n})" if n > 1 else words for words, n in others.items()]
    details = [first.reason, ", ".join(counted)]
    return Moment(
        at=first.at,
        title=str(title),
        icon=icon,
        by=first.actor,
        detail=" · ".join(filter(None, details)),
    )
