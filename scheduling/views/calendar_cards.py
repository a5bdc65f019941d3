"""The calendar's sheet as HTML, built by hand: templates take three times as long for
a page of hundreds of cards (python -m bench.calendar).

All of it comes from `format_html`, which escapes what somebody typed. What repeats
from card to card is made once. Places on the sheet are classes of hours and
rows (static/css/calendar.css), since the content policy forbids style attributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from practice.templatetags.wellhouse import icon
from scheduling.diary_layout import HOUR, ROW
from scheduling.diary_scale import spoken
from scheduling.models import Modality
from scheduling.panels import BADGES, WAYS
from scheduling.states import AHEAD, CANCELLATIONS, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.utils.safestring import SafeString

    from scheduling.diary import Guest, Visit
    from scheduling.diary_sheets import Card, Column, Sheet
    from scheduling.slots import Span

ROWS_OF_HOUR = HOUR // ROW
SHORT, TALL = 5, 9  # rows: one line fits; status and type fit in words
MOST_NAMES = 3
NOTHING = format_html("{}", "")
MOVABLE = format_html("{}", " data-movable")
NAME = (
    '<span class="name"><bdi class="name-full">{}</bdi>'
    '<bdi class="name-initials">{}</bdi></span>'
)
CARD = (
    '<li class="visit-card {}{}{} <span class="visit-names">{}</span> {}{}{}</a></li>'
)


@dataclass(frozen=True, slots=True)
class Brush:
    """What one page draws with: what does not change from card to card."""

    first_row: int
    may_move: bool
    states: Mapping[Status, SafeString]
    ways: Mapping[str, SafeString]
    marks: Mapping[str, SafeString]
    private: SafeString
    language: str | None

    def at(self, first: int, last: int) -> SafeString:
        """The classes that lay something from one row of the day to another."""
        return _at(first - self.first_row, last - first)


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
        states=states,
        ways={way: icon(sign, str(Modality(way).label)) for way, sign in WAYS.items()},
        marks={
            "double": icon("copy", _("Beside another visit, on purpose")),
            "outside": icon("clock", _("Outside the hours, on purpose")),
            "interpreter": icon("languages", _("With an interpreter")),
        },
        private=format_html('<span class="quiet">{}</span>', _("Private")),
        language=get_language(),
    )


def columns(sheet: Sheet, tool: Brush) -> SafeString:
    """The columns of a sheet without their heads."""
    return joined(_column(one, tool) for one in sheet.columns)


def hours(sheet: Sheet, tool: Brush) -> SafeString:
    """The edge of the sheet: its hours by the clock on the wall."""
    return joined(
        format_html(
            '<li class="{}" data-wall="{}" data-again="{}">{}{}</li>',
            tool.at(hour.row, hour.row + ROWS_OF_HOUR),
            hour.wall,
            "1" if hour.is_again else "",
            hour.words.replace(":00", ""),
            format_html(" <small>{}</small>", _("again")) if hour.is_again else "",
        )
        for hour in sheet.hours
    )


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Parts one after the other; one that is not safe is escaped."""
    known = list(parts)
    return format_html("{}" * len(known), *known) if known else NOTHING


def _column(column: Column, tool: Brush) -> SafeString:
    return format_html(
        '<section class="diary-column" aria-label="{}" data-day="{}"'
        ' data-clinician="{}" data-room="{}"><div class="diary-shades">{}</div>'
        '<ol class="diary-cards">{}</ol>{}</section>',
        column.title,
        f"{column.scale.day:%Y-%m-%d}",
        column.clinician or "",
        column.room or "",
        joined(_shades(column, tool)),
        joined(_cards(column, tool)),
        _now_line(column, tool),
    )


def _now_line(column: Column, tool: Brush) -> SafeString:
    row = -1 if column.now is None else column.now // ROW
    if row < tool.first_row:
        return NOTHING
    return format_html(
        '<div class="diary-now" aria-hidden="true"><span class="{}"></span></div>',
        tool.at(row, row + 1),
    )


def _shades(column: Column, tool: Brush) -> Iterator[SafeString]:
    for one in column.shades:
        first = max(one.first, tool.first_row)
        if one.last > first:
            place = tool.at(first, one.last)
            words = '<div class="shade shade-{} {}">{}</div>'
            yield format_html(words, one.what, place, one.words)


# A card ---------------------------------------------------------------------------
def _cards(column: Column, tool: Brush) -> Iterator[SafeString]:
    for card in column.cards:
        if card.before < card.first or card.after > card.last:
            first = max(card.before, tool.first_row)
            yield _buffer(first - tool.first_row, card.after - first, card.lane)
        if card.is_open:
            yield _card(card, column, tool)
        else:
            place = tool.at(card.first, card.last)
            words = '<li class="visit-card visit-taken {}{}">{}</li>'
            yield format_html(words, place, _lane(card.lane), _("Elsewhere"))


def _card(card: Card, column: Column, tool: Brush) -> SafeString:
    visit, row, scale = card.visit, card.visit.row, column.scale
    place = (card.first - tool.first_row, card.last - card.first)
    is_ahead = visit.status in AHEAD and not card.is_elsewhere
    return format_html(
        CARD,
        _classes(visit.status, place, card.lane),
        _link(row.visit, row.ends - row.starts, is_ahead and tool.may_move),
        _times(scale.wall(row.starts), scale.wall(row.ends), tool.language),
        _names(visit, tool),
        _kind(row.kind, row.colour),
        _marks(visit, tool),
        tool.states[visit.status],
    )


def _names(visit: Visit, tool: Brush) -> SafeString:
    guests = visit.guests
    if len(guests) > 1:
        guests = [one for one in guests if one.status not in CANCELLATIONS]
    if visit.row.seats > 1 or len(guests) > MOST_NAMES:
        words = ngettext("%(n)d person", "%(n)d people", len(guests))
        return format_html("{}", words % {"n": len(guests)})
    if len(guests) == 1:
        return _name(guests[0], tool)
    return format_html_join(", ", "{}", ((_name(one, tool),) for one in guests))


def _name(guest: Guest, tool: Brush) -> SafeString:
    if guest.patient is None:
        return tool.private
    return format_html(NAME, guest.full, guest.initials or "?")


def _marks(visit: Visit, tool: Brush) -> SafeString:
    row = visit.row
    found = [tool.ways[row.modality]] if row.modality in tool.ways else []
    if visit.is_double:
        found.append(tool.marks["double"])
    if row.outside_reason:
        found.append(tool.marks["outside"])
    for one in visit.guests:
        if one.needs_interpreter:
            found.append(tool.marks["interpreter"])
            break
    if not found:
        return NOTHING
    return format_html('<span class="visit-marks">{}</span>', joined(found))


# What repeats -----------------------------------------------------------------------
@lru_cache(maxsize=4096)
def _at(start: int, rows: int) -> SafeString:
    hours, odd = divmod(start, ROWS_OF_HOUR)
    tall, more = divmod(rows, ROWS_OF_HOUR)
    return format_html("at h{} m{} x{} y{}", hours, odd, tall, more)


@lru_cache(maxsize=128)
def _lane(lane: tuple[int, int]) -> SafeString:
    number, of = lane
    return format_html(" lane{}-{}", number, of) if of > 1 else NOTHING


@lru_cache(maxsize=4096)
def _classes(status: Status, place: Span, lane: tuple[int, int]) -> SafeString:
    _first, rows = place
    size = " is-short" if rows < SHORT else " is-tall" if rows >= TALL else ""
    return format_html("visit-{}{} {}{}", status, size, _at(*place), _lane(lane))


@lru_cache(maxsize=8192)
def _link(visit: int, minutes: int, can_move: bool) -> SafeString:  # noqa: FBT001
    """The numbers of a card, and where it leads; begins where its class ends."""
    return format_html(
        '" data-visit="{0}" data-minutes="{1}"{2}><a class="visit-link"'
        ' href="/visits/{0}/" data-peek="/calendar/visits/{0}/">',
        visit,
        minutes,
        MOVABLE if can_move else NOTHING,
    )


@lru_cache(maxsize=4096)
def _buffer(start: int, rows: int, lane: tuple[int, int]) -> SafeString:
    words = '<li class="buffer {}{}" aria-hidden="true"></li>'
    return format_html(words, _at(start, rows), _lane(lane))


@lru_cache(maxsize=8192)
def _times(starts: int, ends: int, _language: str | None) -> SafeString:
    """From when, as the card says it, and until when, as it is read out."""
    begins = spoken(starts)
    return format_html(
        '<span class="visit-time">{}<span class="visually-hidden">{} {}</span></span>',
        begins.removesuffix(" AM").removesuffix(" PM"),
        begins[-3:] if begins.endswith("M") else "",
        _("to %(end)s") % {"end": spoken(ends)},
    )


@lru_cache(maxsize=256)
def _kind(name: str, colour: str) -> SafeString:
    """The type and its colour: a drawing's attribute, which the policy allows."""
    return format_html(
        '<span class="visit-kind">{}</span>'
        '<svg class="visit-colour" aria-hidden="true" preserveAspectRatio="none">'
        '<rect width="100%" height="100%" fill="{}"/></svg>',
        name,
        colour,
    )
