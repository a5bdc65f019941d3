"""The calendar's sheet as HTML, built by hand: templates take three times as long for
a page of hundreds of cards (python -m bench.calendar).

Everything that somebody typed passes through `format_html`, which escapes it. Places
on the sheet are classes of hours and rows (static/css/calendar.css), since the
content policy forbids style attributes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice.templatetags.wellhouse import icon
from scheduling.diary_layout import HOUR, ROW
from scheduling.models import Modality
from scheduling.panels import BADGES, WAYS
from scheduling.states import AHEAD, CANCELLATIONS, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.utils.safestring import SafeString

    from scheduling.diary import Guest, Visit
    from scheduling.diary_sheets import Card, Column, Sheet

ROWS_OF_HOUR = HOUR // ROW
SHORT, TALL = 5, 9  # rows: one line fits; status and type fit in words
MOST_NAMES = 3
NOTHING = format_html("")
ANY_VISIT = str(10**17)  # stands in an address for the number of a visit
EDGE = format_html(" data-movable")


@dataclass(frozen=True, slots=True)
class Brush:
    """What one page draws with: what does not change from card to card."""

    first_row: int
    may_move: bool
    visit: str  # the address of visit 0
    peek: str
    states: Mapping[Status, SafeString]
    ways: Mapping[str, SafeString]
    private: SafeString
    marks: Mapping[str, SafeString] = field(default_factory=dict)

    def at(self, first: int, last: int) -> str:
        """The classes that lay something from one row of the day to another."""
        start, rows = first - self.first_row, last - first
        hours, odd = divmod(start, ROWS_OF_HOUR)
        tall, more = divmod(rows, ROWS_OF_HOUR)
        return f"at h{hours} m{odd} x{tall} y{more}"


def brush(sheet: Sheet, *, may_book: bool) -> Brush:
    states = {
        status: format_html(
            '<span class="visit-status">{}<span class="visit-word">{}</span></span>',
            icon(shape),
            status.label,
        )
        for status, (_tone, shape) in BADGES.items()
    }
    return Brush(
        first_row=sheet.first // ROW,
        may_move=may_book,
        visit=reverse("visit", args=[ANY_VISIT]),
        peek=reverse("calendar_visit", args=[ANY_VISIT]),
        states=states,
        ways={way: icon(sign, str(Modality(way).label)) for way, sign in WAYS.items()},
        private=format_html('<span class="quiet">{}</span>', _("Private")),
        marks={
            "double": icon("copy", _("Beside another visit, on purpose")),
            "outside": icon("clock", _("Outside the hours, on purpose")),
            "series": icon("repeat", _("Part of a series")),
            "interpreter": icon("languages", _("With an interpreter")),
        },
    )


def columns(sheet: Sheet, tool: Brush) -> SafeString:
    """The columns of a sheet without their heads."""
    parts = ((_column(one, tool),) for one in sheet.columns)
    return format_html_join("", "{}", parts)


def hours(sheet: Sheet, tool: Brush) -> SafeString:
    """The edge of the sheet: its hours by the clock on the wall."""
    rows = []
    for hour in sheet.hours:
        again = format_html(" <small>{}</small>", _("again")) if hour.is_again else ""
        place = tool.at(hour.row, hour.row + ROWS_OF_HOUR)
        fold = "1" if hour.is_again else ""
        rows.append((place, hour.wall, fold, _full(hour.words), again))
    return format_html_join(
        "", '<li class="{}" data-wall="{}" data-again="{}">{}{}</li>', rows
    )


def _column(column: Column, tool: Brush) -> SafeString:
    return format_html(
        '<section class="diary-column" aria-label="{}" data-day="{}"'
        ' data-clinician="{}" data-room="{}"><div class="diary-shades">{}</div>'
        '<ol class="diary-cards">{}</ol>{}</section>',
        column.title,
        f"{column.scale.day:%Y-%m-%d}",
        column.clinician or "",
        column.room or "",
        _shades(column, tool),
        format_html_join("", "{}", ((one,) for one in _cards(column, tool))),
        _now_line(column, tool),
    )


def _now_line(column: Column, tool: Brush) -> SafeString:
    if column.now is None:
        return NOTHING
    row = column.now // ROW
    return format_html(
        '<div class="diary-now" aria-hidden="true"><span class="{}"></span></div>',
        tool.at(row, row + 1),
    )


def _shades(column: Column, tool: Brush) -> SafeString:
    return format_html_join(
        "",
        '<div class="shade shade-{} {}">{}</div>',
        (
            (one.what, tool.at(one.first, one.last), one.words)
            for one in column.shades
            if one.last > tool.first_row
        ),
    )


# A card ---------------------------------------------------------------------------
def _cards(column: Column, tool: Brush) -> Iterator[SafeString]:
    for card in column.cards:
        lane = f" lane{card.lane.number}-{card.lane.of}" if card.lane.of > 1 else ""
        if card.before < card.first or card.after > card.last:
            place = tool.at(max(card.before, tool.first_row), card.after) + lane
            yield format_html('<li class="buffer {}" aria-hidden="true"></li>', place)
        place = tool.at(card.first, card.last) + lane
        if card.is_open:
            yield _card(card, column, place, tool)
        else:
            yield format_html(
                '<li class="visit-card visit-taken {}">{}</li>', place, _("Elsewhere")
            )


def _card(card: Card, column: Column, place: str, tool: Brush) -> SafeString:
    visit, row = card.visit, card.visit.row
    rows = card.last - card.first
    size = " is-short" if rows < SHORT else " is-tall" if rows >= TALL else ""
    starts = column.scale.clock(row.starts)
    can_move = tool.may_move and visit.status in AHEAD and not card.is_elsewhere
    return format_html(
        '<li class="visit-card visit-{}{} {}" data-visit="{}" data-minutes="{}"{}>'
        '<a class="visit-link" href="{}" data-peek="{}">{}'
        '<span class="visit-time">{}<span class="visually-hidden"> {}</span></span> '
        '<span class="visit-names">{}</span> '
        '<span class="visit-kind">{}</span>{}{}</a></li>',
        visit.status,
        size,
        place,
        row.visit,
        row.ends - row.starts,
        EDGE if can_move else "",
        tool.visit.replace(ANY_VISIT, str(row.visit)),
        tool.peek.replace(ANY_VISIT, str(row.visit)),
        _colour(row.colour),
        _short(starts),
        _("to %(end)s") % {"end": column.scale.clock(row.ends)},
        _names(visit, tool),
        row.kind,
        _marks(card, tool),
        tool.states[visit.status],
    )


def _names(visit: Visit, tool: Brush) -> SafeString:
    guests = [one for one in visit.guests if one.status not in CANCELLATIONS]
    if visit.row.seats > 1 or len(guests) > MOST_NAMES:
        words = ngettext("%(n)d person", "%(n)d people", len(guests))
        return format_html("{}", words % {"n": len(guests)})
    return format_html_join(", ", "{}", ((_name(one, tool),) for one in guests))


def _name(guest: Guest, tool: Brush) -> SafeString:
    if guest.patient is None:
        return tool.private
    return format_html(
        '<span class="name"><bdi class="name-full">{}</bdi>'
        '<bdi class="name-initials">{}</bdi></span>',
        guest.full,
        guest.initials or "?",
    )


def _marks(card: Card, tool: Brush) -> SafeString:
    row, visit = card.visit.row, card.visit
    found = [tool.ways[row.modality]] if row.modality in tool.ways else []
    if visit.is_double:
        found.append(tool.marks["double"])
    if row.outside_reason:
        found.append(tool.marks["outside"])
    if any(one.needs_interpreter for one in visit.guests):
        found.append(tool.marks["interpreter"])
    if not found and not card.is_elsewhere:
        return NOTHING
    return format_html(
        '<span class="visit-marks">{}</span>',
        format_html_join("", "{}", ((one,) for one in found)),
    )


@lru_cache(maxsize=256)
def _colour(colour: str) -> SafeString:
    """The type's colour; a drawing's attribute, which the content policy allows."""
    return format_html(
        '<svg class="visit-colour" aria-hidden="true" preserveAspectRatio="none">'
        '<rect width="100%" height="100%" fill="{}"/></svg>',
        colour,
    )


def _full(clock: str) -> str:
    """A full hour: 9 AM."""
    return clock.replace(":00", "")


def _short(clock: str) -> str:
    """A time without the half of the day, which the edge of the sheet says."""
    return clock.removesuffix(" AM").removesuffix(" PM")
