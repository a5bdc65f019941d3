"""The calendar's sheet as HTML, built by hand: templates take three times as long for
a page of hundreds of cards (python -m bench.calendar).

All of it comes from `filled`, which escapes what somebody typed; it is asked
once for each column, with all its cards. What repeats from card to card is made once.
Places on the sheet are classes of hours and rows (static/css/calendar.css), since the
content policy forbids style attributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import wording
from practice.html import filled, joined
from practice.templatetags.wellhouse import icon
from practice.templatetags.wellhouse import initials as initials_of
from scheduling.diary_layout import HOUR, ROW
from scheduling.diary_scale import spoken
from scheduling.models import Modality
from scheduling.panels import BADGES, WAYS
from scheduling.states import AHEAD, CANCELLATIONS, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.utils.safestring import SafeString

    from scheduling.diary import Guest, Visit
    from scheduling.diary_columns import Card, Column
    from scheduling.diary_sheets import Sheet
    from scheduling.slots import Span

    # What `filled` is asked: words, and the values that stand in them.
    Drawn = tuple[str, tuple[object, ...]]
    # The first row of a card and the one after it; the same of all that is taken.
    Place = tuple[int, int, int, int]

ROWS_OF_HOUR = HOUR // ROW
SHORT, TALL = 5, 9  # rows: one line fits; status and type fit in words
MOST_NAMES = 3
NOTHING = filled("{}", "")
MOVABLE = ' data-movable data-version="{}"'
FIXED = 0  # the version of a visit that nobody drags
FULL, SHORT_NAME = (
    '<span class="name"><bdi class="name-full">{}</bdi>',
    '<bdi class="name-initials">{}</bdi></span>',
)
WHO = (
    ' <span class="visit-who"><span class="who-full">{}</span>'
    '<abbr class="who-initials" title="{}">{}</abbr></span>'
)
CARD, CARD_OF_ONE = "{}{}{}", f"{{}}{FULL}{{}}"
COLUMN = (
    '<section class="diary-column" aria-label="{}" data-day="{}"'
    ' data-clinician="{}" data-room="{}"><div class="diary-shades">{}</div>'
    '<ol class="diary-cards">%s</ol>{}</section>'
)


@dataclass(frozen=True, slots=True)
class Brush:
    """What one page draws with: what does not change from card to card."""

    first_row: int
    last_row: int
    may_move: bool
    private: SafeString
    tongue: str

    def at(self, first: int, last: int) -> SafeString:
        """The classes that lay something from one row of the day to another."""
        return _at(first - self.first_row, last - first)


def brush(sheet: Sheet, *, may_book: bool) -> Brush:
    return Brush(
        first_row=sheet.first // ROW,
        last_row=sheet.last // ROW,
        may_move=may_book,
        private=filled('<span class="quiet">{}</span>', _("Private")),
        tongue=wording.tongue(),
    )


def columns(sheet: Sheet, tool: Brush) -> SafeString:
    """The columns of a sheet without their heads."""
    return joined(_column(one, tool) for one in sheet.columns)


def hours(sheet: Sheet, tool: Brush) -> SafeString:
    """The edge of the sheet: its hours by the clock on the wall."""
    return joined(
        filled(
            '<li class="{}" data-wall="{}" data-again="{}">{}{}</li>',
            tool.at(hour.row, hour.row + ROWS_OF_HOUR),
            hour.wall,
            "1" if hour.is_again else "",
            hour.words.replace(":00", ""),
            filled(" <small>{}</small>", _("again")) if hour.is_again else "",
        )
        for hour in sheet.hours
    )


def _column(column: Column, tool: Brush) -> SafeString:
    drawn = [_card(card, column, tool) for card in column.cards]
    return filled(
        COLUMN % "".join([words for words, _values in drawn]),
        column.title,
        f"{column.scale.day:%Y-%m-%d}",
        column.clinician or "",
        column.room or "",
        joined(_shades(column, tool)),
        *chain.from_iterable([values for _words, values in drawn]),
        _now_line(column, tool),
    )


def _now_line(column: Column, tool: Brush) -> SafeString:
    row = -1 if column.now is None else column.now // ROW
    if row < tool.first_row:
        return NOTHING
    return filled(
        '<div class="diary-now" aria-hidden="true"><span class="{}"></span></div>',
        tool.at(row, row + 1),
    )


def _shades(column: Column, tool: Brush) -> Iterator[SafeString]:
    for one in column.shades:
        first = max(one.first, tool.first_row)
        if one.last > first:
            place = tool.at(first, one.last)
            yield filled('<div class="shade shade-{} {}"></div>', one.what, place)
    for one, room in column.said((tool.first_row, tool.last_row)):
        if room:
            yield filled(
                '<p class="shade-words {}"><span>{}</span></p>',
                tool.at(*room),
                one.words,
            )


# A card ---------------------------------------------------------------------------
def _card(card: Card, column: Column, tool: Brush) -> Drawn:
    """A visit as what begins its card, whose it is, and the rest."""
    visit, row, top = card.visit, card.visit.row, tool.first_row
    rows = (card.first - top, card.last - top, max(card.before - top, 0))
    place = (*rows, card.after - top)
    if not card.is_open:
        return "{}", (_taken(place, card.lane, tool.tongue),)
    wall = column.scale.wall
    may_move = tool.may_move and visit.status in AHEAD and not card.is_elsewhere
    opening = _opening(
        row.visit,
        row.ends - row.starts,
        row.version if may_move else FIXED,
        visit.status,
        place,
        card.lane,
        (wall(row.starts), wall(row.ends)),
        tool.tongue,
    )
    marks = _marks(visit)
    known = (row.kind, card.who, row.colour, marks, visit.status, tool.tongue)
    if len(visit.guests) == 1 and row.seats == 1:
        guest = visit.guests[0]
        if guest.patient is not None:
            return CARD_OF_ONE, (opening, guest.full, _rest(guest.initials, *known))
    return CARD, (opening, _names(visit, tool), _rest(None, *known))


def _names(visit: Visit, tool: Brush) -> SafeString:
    guests = visit.guests
    if len(guests) > 1:
        guests = [one for one in guests if one.status not in CANCELLATIONS]
    if visit.row.seats > 1 or len(guests) > MOST_NAMES:
        words = ngettext("%(n)d person", "%(n)d people", len(guests))
        return filled("{}", words % {"n": len(guests)})
    return joined((_name(one, tool) for one in guests), ", ")


def _name(guest: Guest, tool: Brush) -> SafeString:
    if guest.patient is None:
        return tool.private
    return filled(FULL + SHORT_NAME, guest.full, guest.initials or "?")


def _marks(visit: Visit) -> tuple[str, ...]:
    """What is special about a visit, by name."""
    row = visit.row
    found = [row.modality] if row.modality in WAYS else []
    if visit.is_double:
        found.append("double")
    if row.outside_reason:
        found.append("outside")
    if any(one.needs_interpreter for one in visit.guests):
        found.append("interpreter")
    if any(one.is_namesake for one in visit.guests):
        found.append("namesake")
    return tuple(found)


# What repeats -----------------------------------------------------------------------
@lru_cache(maxsize=4096)
def _at(start: int, rows: int) -> SafeString:
    hours, odd = divmod(start, ROWS_OF_HOUR)
    tall, more = divmod(rows, ROWS_OF_HOUR)
    return filled("at h{} m{} x{} y{}", hours, odd, tall, more)


@lru_cache(maxsize=128)
def _lane(lane: tuple[int, int]) -> SafeString:
    number, of = lane
    return filled(" lane{}-{}", number, of) if of > 1 else NOTHING


@lru_cache(maxsize=4096)
def _opening(
    visit: int,
    minutes: int,
    version: int,
    status: Status,
    place: Place,
    lane: tuple[int, int],
    clocks: Span,
    tongue: str,
) -> SafeString:
    """The time around a visit, its card's numbers, where it leads, and when it is."""
    first, last, _before, _after = place
    size = " is-short" if last - first < SHORT else ""
    return filled(
        '{0}<li class="visit-card visit-{1}{2} {3}{4}" data-visit="{5}"'
        ' data-minutes="{6}"{7}><a class="visit-link" href="/visits/{5}/"'
        ' data-peek="/calendar/visits/{5}/">{8} <span class="visit-names">',
        _buffer(place, lane),
        status,
        " is-tall" if last - first >= TALL else size,
        _at(first, last - first),
        _lane(lane),
        visit,
        minutes,
        NOTHING if version == FIXED else filled(MOVABLE, version),
        _times(*clocks, tongue),
    )


@lru_cache(maxsize=1024)
def _taken(place: Place, lane: tuple[int, int], _tongue: str) -> SafeString:
    first, last, _before, _after = place
    return filled(
        '{}<li class="visit-card visit-taken {}{}">{}</li>',
        _buffer(place, lane),
        _at(first, last - first),
        _lane(lane),
        _("Elsewhere"),
    )


def _buffer(place: Place, lane: tuple[int, int]) -> SafeString:
    """The rows around a card that are taken too, if there are any."""
    first, last, before, after = place
    if before >= first and after <= last:
        return NOTHING
    words = '<li class="buffer {}{}" aria-hidden="true"></li>'
    return filled(words, _at(before, after - before), _lane(lane))


@lru_cache(maxsize=8192)
def _times(starts: int, ends: int, _tongue: str) -> SafeString:
    """From when, as the card says it, and until when, as it is read out."""
    begins = spoken(starts)
    return filled(
        '<span class="visit-time">{}<span class="visually-hidden">{} {}</span></span>',
        begins.removesuffix(" AM").removesuffix(" PM"),
        begins[-3:] if begins.endswith("M") else "",
        _("to %(end)s") % {"end": spoken(ends)},
    )


@lru_cache(maxsize=4096)
def _rest(
    initials: str | None,
    kind: str,
    who: str,
    colour: str,
    marks: tuple[str, ...],
    status: Status,
    _tongue: str,
) -> SafeString:
    """The initials, if one name stands before; with whom, where the column does not say
    it; the type, with its colour as a drawing's attribute, which the policy allows;
    what is special; the status."""
    signs = joined(map(_sign, marks))
    _tone, shape = BADGES[status]
    return filled(
        '{}</span>{} <span class="visit-kind">{}</span>'
        '<svg class="visit-colour" aria-hidden="true" preserveAspectRatio="none">'
        '<rect width="100%" height="100%" fill="{}"/></svg>{}'
        '<span class="visit-status">{}<span class="visit-word">{}</span></span>'
        "</a></li>",
        "" if initials is None else filled(SHORT_NAME, initials or "?"),
        filled(WHO, who, who, initials_of(who)) if who else "",
        kind,
        colour,
        filled('<span class="visit-marks">{}</span>', signs) if signs else "",
        icon(shape),
        status.label,
    )


def _sign(mark: str) -> SafeString:
    if mark in WAYS:
        way = Modality(mark)
        return icon(WAYS[way], str(way.label))
    signs = {
        "double": ("copy", _("Beside another visit, on purpose")),
        "outside": ("clock", _("Outside the hours, on purpose")),
        "interpreter": ("languages", _("With an interpreter")),
        "namesake": ("users", _("same name")),
    }
    return icon(*signs[mark])
