"""The trail's lines of an import: thousands, each a part of one that sums them up.

What comes in is part of the word that let it in; what is let go of is part of the
word that ended the import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from practice.models import Import, Patient, StaffMember, TrailEntry
from practice.trail import Automation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from practice.trail import Actor

LET_IN = ("import.confirmed",)
ENDED = ("import.undone", "import.abandoned", "import.failed")
# What a row forbids on a chart that was here: it stays, whatever becomes of the file.
MISSED: Mapping[str, StrOrPromise] = {
    "patient.registered": _("Charts"),
    "contact.added": _("Phones, e-mails and addresses"),
    "caregiver.authorised": _("Family members and helpers"),
    "patient.external_id_added": _("Numbers of the old system"),
    "patient.alert_added": _("Alerts"),
}
STRICTER = ("contact.changed", "patient.restricted")


def letting_in(row: Import) -> int | None:
    """The line that sums up what comes in."""
    line = _last(row, LET_IN)
    return line.pk if line else None


def ending(row: Import) -> tuple[int | None, Actor]:
    """The line that sums up what an ended import lets go of, and who ended it."""
    line = _last(row, ENDED)
    if line is None:
        return None, Automation("Import")
    person = StaffMember.objects.filter(pk=line.actor_id).first()
    return line.pk, person or Automation(line.actor)


def brought(row: Import) -> Mapping[str, int]:
    """How many lines of each kind say what came in."""
    lines = _parts(row).values_list("kind").annotate(Count("pk"))
    return dict(lines)


def in_words(row: Import) -> Sequence[tuple[StrOrPromise, int]]:
    """What of it people miss when it is taken back, and how much."""
    counts = brought(row)
    return [(words, counts[kind]) for kind, words in MISSED.items() if kind in counts]


def forbidden_on(row: Import) -> int:
    """On how many charts that were here it forbade something."""
    came = Patient._base_manager.filter(arrived_with=row).values("pk")
    lines = _parts(row).filter(kind__in=STRICTER).exclude(patient_id__in=came)
    return lines.values("patient_id").distinct().count()


def _parts(row: Import) -> QuerySet[TrailEntry]:
    return TrailEntry.objects.filter(part_of_id=letting_in(row) or 0).order_by()


def _last(row: Import, kinds: Sequence[str]) -> TrailEntry | None:
    lines = TrailEntry.objects.filter(record="import", record_id=row.pk)
    return lines.filter(kind__in=kinds).order_by("-pk").first()
