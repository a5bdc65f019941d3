"""The practice's rules for visits, and each of them as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice.trail import Actor, keep
from scheduling.models import CalendarRules

if TYPE_CHECKING:
    from datetime import datetime

    from practice.versions import Shown

THE_ONE = 1
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def rules() -> CalendarRules:
    """The rules as they are now; one query."""
    return CalendarRules.objects.filter(pk=THE_ONE).first() or CalendarRules()


@transaction.atomic
def change(*, by: Actor, seen: Shown | None = None, **details: Any) -> CalendarRules:
    """Set the rules. Raises ChangedMeanwhile where `seen` is out of date."""
    row = CalendarRules.objects.select_for_update().filter(pk=THE_ONE).first()
    if seen is not None:
        seen.check()
    row = row or CalendarRules(pk=THE_ONE)
    for name, value in details.items():
        setattr(row, name, value)
    return keep(row, by=by, kind="calendar_rules.changed")


@dataclass(frozen=True, slots=True)
class Said:
    """One rule as a sentence, and where people meet it."""

    words: str
    where: str


def in_sentences(held: CalendarRules) -> list[Said]:
    """Every rule as it holds now."""
    ahead = held.series_ahead // DAY
    return [
        Said(late_words(held), _("On the page of a visit, when it is cancelled")),
        Said(no_show_words(held), _("On the page of a visit, and on the board")),
        Said(moved_words(), _("Beside the figures of both")),
        Said(
            ngettext(
                "Series without an end are booked %(n)s day ahead.",
                "Series without an end are booked %(n)s days ahead.",
                ahead,
            )
            % {"n": ahead},
            _("In the preview of a series"),
        ),
        Said(
            _("A new type may start every %(n)s minutes.")
            % {"n": held.default_step // MINUTE},
            _("Where a type is added"),
        ),
    ]


def is_late(starts_at: datetime, held: CalendarRules, *, now: datetime) -> bool:
    """Whether a cancellation now is a late one."""
    return now > starts_at - held.late_cancel


def late_words(held: CalendarRules) -> str:
    """What counts as a late cancellation, beside every figure that counts them."""
    hours = held.late_cancel // HOUR
    return ngettext(
        "Late: cancelled less than %(n)s hour before the visit.",
        "Late: cancelled less than %(n)s hours before the visit.",
        hours,
    ) % {"n": hours}


def moved_words() -> str:
    """What a late move counts as, beside every figure that might count it."""
    return _("A visit that is moved, even late, is neither missed nor cancelled late.")


def no_show_words(held: CalendarRules) -> str:
    """What counts as a no-show, beside every figure that counts them."""
    minutes = held.no_show_after // MINUTE
    if not minutes:
        return _("No-show: not there at the start, and somebody marked it so.")
    return ngettext(
        "No-show: not there %(n)s minute after the start, and somebody marked it so.",
        "No-show: not there %(n)s minutes after the start, and somebody marked it so.",
        minutes,
    ) % {"n": minutes}
