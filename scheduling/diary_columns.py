"""A column of the calendar's sheet: its cards, what lies behind them, what is left.

Times in it are minutes of the column's day (scheduling.diary_scale); where things lie
are rows of five minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from practice.models import AbsenceKind, Weekday
from scheduling.diary_layout import HOUR, Lane, gap, lanes, row_of, rows_of
from scheduling.slots import merged
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from scheduling.diary import Block, Diary, Member, Visit
    from scheduling.diary_scale import Scale
    from scheduling.slots import Span


OFF = ("away", "shut")  # what keeps somebody from working at all


class Shade(NamedTuple):
    """What lies behind the cards: open, away, kept, shut."""

    what: str
    first: int  # rows
    last: int
    words: str = ""


class Card(NamedTuple):
    """A visit in its column; its rows, and the rows around it that are taken too."""

    visit: Visit
    first: int
    last: int
    lane: Lane
    before: int
    after: int
    is_elsewhere: bool
    is_open: bool  # whoever looks may see more than that the time is taken
    who: str  # whose visit it is, where the column does not say it


@dataclass(frozen=True, slots=True)
class Column:
    """One clinician, room or day."""

    title: str
    scale: Scale
    cards: Sequence[Card]
    shades: Sequence[Shade]
    free: int  # minutes that can still be booked
    is_over: bool  # the hours of the day have passed
    is_away: bool  # absences take all that is left of them
    now: int | None = None  # the minute that it is, on the column of today
    colour: str = ""
    clinician: int | None = None
    room: int | None = None

    @property
    def count(self) -> int:
        return sum(not card.is_elsewhere for card in self.cards)

    @property
    def unconfirmed(self) -> int:
        return sum(
            card.visit.status == Status.SCHEDULED and not card.is_elsewhere
            for card in self.cards
        )

    @property
    def left_words(self) -> str:
        """How much can still be booked, or what speaks against it; empty if over."""
        if self.is_off:
            return self.why_off or _("No hours")
        if self.is_over:
            return ""
        if self.free:
            return _("%(span)s free") % {"span": self._free_words}
        return (self.is_away and self.why_off) or _("Full")

    @property
    def _free_words(self) -> str:
        hours, minutes = divmod(self.free, HOUR)
        if hours and minutes:
            return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
        return _("%(h)d h") % {"h": hours} if hours else _("%(m)d min") % {"m": minutes}

    @property
    def is_off(self) -> bool:
        """Nobody works, nothing is booked."""
        is_open = any(one.what == "open" for one in self.shades)
        return not is_open and not self.count

    @property
    def is_weekend(self) -> bool:
        return self.scale.day.weekday() >= Weekday.SATURDAY and not self.cards

    @property
    def why_off(self) -> str:
        """What keeps a whole day free, or the rest of it, in words."""
        if self.cards and not self.count:
            return _("At another place")
        row = -1 if self.now is None else row_of(self.now)
        words = (one.words for one in self.shades if one.what in OFF and one.last > row)
        return next(words, "")

    def said(self, shown: Span) -> Iterator[tuple[Shade, Span | None]]:
        """What is said behind the cards, and the rows where they leave room for it."""
        taken = [(one.before, one.after) for one in self.cards]
        for one in self.shades:
            span = max(one.first, shown[0]), min(one.last, shown[1])
            if one.words and span[0] < span[1]:
                yield one, gap(span, taken)


def column_of(
    diary: Diary,
    scale: Scale,
    visits: Sequence[Visit],
    *,
    now: int,
    title: str,
    clinician: int | None = None,
    room: int | None = None,
    colour: str = "",
) -> Column:
    cards = _cards(diary, scale, visits, {} if clinician else diary.team)
    opened = [
        (one.starts, one.ends)
        for one in diary.windows
        if clinician in (None, one.clinician) and one.place == diary.place.pk
    ]
    blocks = [one for one in diary.blocks if one.clinician in (None, clinician)]
    busy = [(card.visit.row.taken_from, card.visit.row.taken_until) for card in cards]
    busy += [(one.starts, one.ends) for one in blocks]
    away = [(one.starts, one.ends) for one in blocks if one.what in OFF]
    is_over = not _left(opened, (), scale, now)
    it_is = scale.place(now, now + 1)
    return Column(
        title=title,
        scale=scale,
        cards=cards,
        shades=[*_shades(opened, "open", scale), *_marked(blocks, scale)],
        free=_left(opened, busy, scale, now),
        is_over=is_over,
        is_away=not is_over and not _left(opened, away, scale, now),
        now=it_is[0] if it_is else None,
        colour=colour,
        clinician=clinician,
        room=room,
    )


def _cards(
    diary: Diary, scale: Scale, visits: Sequence[Visit], team: Mapping[int, Member]
) -> list[Card]:
    """Visits placed; `team` are those whom a card has to name."""
    placed = [
        (visit, span)
        for visit in visits
        if (span := scale.place(visit.row.starts, visit.row.ends))
    ]
    rows = [rows_of(span) for _visit, span in placed]
    return [
        _card(diary, team, scale, visit, row, lane)
        for (visit, _span), row, lane in zip(placed, rows, lanes(rows), strict=True)
    ]


def _card(
    diary: Diary,
    team: Mapping[int, Member],
    scale: Scale,
    visit: Visit,
    rows: Span,
    lane: Lane,
) -> Card:
    row = visit.row
    before, after = first, last = rows
    if row.taken_from < row.starts or row.taken_until > row.ends:
        taken = scale.place(row.taken_from, row.taken_until) or (0, 0)
        before = row_of(taken[0]) if row.taken_from < row.starts else first
        after = row_of(taken[1]) if row.taken_until > row.ends else last
    is_elsewhere = row.place != diary.place.pk
    is_open = diary.sight.sees(clinician_id=row.clinician, location_id=row.place)
    who = team[row.clinician].name if row.clinician in team else ""
    return Card(visit, first, last, lane, before, after, is_elsewhere, is_open, who)


def _shades(spans: Iterable[Span], what: str, scale: Scale) -> Iterator[Shade]:
    for starts, ends in merged(spans):
        if span := scale.place(starts, ends):
            yield Shade(what, row_of(span[0]), row_of(span[1]))


def _marked(blocks: Iterable[Block], scale: Scale) -> Iterator[Shade]:
    for one in blocks:
        if span := scale.place(one.starts, one.ends):
            yield Shade(one.what, row_of(span[0]), row_of(span[1]), _words(one))


def _words(block: Block) -> str:
    if block.what == "away":
        kind = AbsenceKind(block.words)
        return _("Away") if kind == AbsenceKind.OTHER else str(kind.label)
    if block.what == "busy":
        return _("Busy elsewhere")
    return block.words or _("Protected")


def _left(
    opened: Collection[Span], busy: Collection[Span], scale: Scale, now: int
) -> int:
    """Minutes of the day's hours that are not over and that nothing takes."""
    left, day = 0, (max(scale.begins, now), scale.begins + scale.length)
    taken = merged(busy)
    for starts, ends in merged(opened):
        first, last = max(starts, day[0]), min(ends, day[1])
        if last > first:
            gone = (
                min(last, b) - max(first, a) for a, b in taken if a < last and b > first
            )
            left += last - first - sum(gone)
    return left
