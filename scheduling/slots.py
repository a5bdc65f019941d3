"""Where a visit fits: a pure search, without a database and without a clock.

All times are minutes (see scheduling.minutes). A visit takes its buffers along as
time of the clinician and of the room. It may begin at steps counted from the start
of the bookable time, and again from the start of the next.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Span = tuple[int, int]  # from, until: half-open
Bare = tuple[int, int, int, None]  # a slot before it gets its name
ALWAYS = 1 << 40  # later than any visit


@dataclass(frozen=True, slots=True)
class Fit:
    """What one visit takes, in minutes."""

    length: int
    before: int = 0
    after: int = 0
    step: int = 15

    @property
    def whole(self) -> int:
        """With its buffers."""
        return self.before + self.length + self.after


class Window(NamedTuple):
    """Bookable time of one clinician at one place.

    A visit and its buffers lie inside; it begins from `first` on and before `last`.
    """

    starts: int
    ends: int
    clinician: int
    place: int
    first: int = 0
    last: int = ALWAYS


class Slot(NamedTuple):
    """A free start; slots sort by time, then by clinician and place."""

    starts: int
    clinician: int
    place: int
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms of each place, the first choice first, and when each is taken."""

    of: Mapping[int, Sequence[int]]
    taken: Mapping[int, Sequence[Span]]


class Why(Enum):
    """Why there is no slot at all."""

    NO_HOURS = "no hours"
    TOO_SOON = "outside the notice"
    ALL_TAKEN = "all taken"
    NO_GAP = "no gap long enough"
    NO_ROOM = "no room"
    NO_WAY = "not held this way"


def free(
    windows: Iterable[Window], busy: Mapping[int, Iterable[Span]], fit: Fit
) -> list[Slot]:
    """Every start at which a visit fits, sorted.

    `busy` is by clinician, in any order; spans may overlap.
    """
    # Bare tuples are compared several times as fast as named ones.
    rows = sorted(_each(windows, busy, fit))
    return [_BARE(Slot, row) for row in rows]


_BARE: Callable[[type[Slot], Bare], Slot] = tuple.__new__


def _each(
    windows: Iterable[Window], busy: Mapping[int, Iterable[Span]], fit: Fit
) -> Iterator[Bare]:
    whose = attrgetter("clinician")
    for clinician, theirs in groupby(sorted(windows, key=whose), whose):
        taken = merged(busy.get(clinician, ()))
        ends = [end for _start, end in taken]
        for window in theirs:
            yield from _of_window(window, taken, ends, fit)


def _of_window(
    window: Window, taken: Sequence[Span], ends: Sequence[int], fit: Fit
) -> Iterator[Bare]:
    """The free starts of one window; `taken` is sorted and apart, `ends` its ends."""
    starts, clinician, place = window.starts, window.clinician, window.place
    before = fit.before
    step, whole, count = fit.step, fit.whole, len(taken)
    # Here `at` is where the occupied time begins; the visit begins a buffer later.
    at = _on_step(max(starts, window.first - fit.before), starts, step)
    last = min(window.ends - whole, window.last - fit.before - 1)
    index = bisect_right(ends, at)
    while at <= last:
        while index < count and ends[index] <= at:
            index += 1
        if index < count and taken[index][0] < at + whole:
            at = _on_step(ends[index], starts, step)
        else:
            yield at + before, clinician, place, None
            at += step


def _on_step(at: int, origin: int, step: int) -> int:
    """The first step, counted from `origin`, at `at` or later."""
    return at + (origin - at) % step


def in_rooms(
    slots: Iterable[Slot], rooms: Rooms, fit: Fit, *, must: bool = True
) -> list[Slot]:
    """The slots at which a room of the place is free, each with the first such room.

    Where there `must` not be one, also the others: without a room.
    """
    taken = {room: merged(spans) for room, spans in rooms.taken.items()}
    found = []
    for slot in slots:
        begins = slot.starts - fit.before
        for room in rooms.of.get(slot.place, ()):
            if is_free(taken.get(room, ()), begins, begins + fit.whole):
                found.append(slot._replace(room=room))
                break
        else:
            if not must:
                found.append(slot)
    return found


def is_free(taken: Sequence[Span], begins: int, ends: int) -> bool:
    """Whether nothing lies in a stretch; `taken` is sorted and apart."""
    index = bisect_right(taken, (begins, ALWAYS))
    if index and taken[index - 1][1] > begins:
        return False
    return index == len(taken) or taken[index][0] >= ends


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans sorted, and those that touch or overlap made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def why_none(
    windows: Sequence[Window],
    busy: Mapping[int, Iterable[Span]],
    fit: Fit,
    *,
    earliest: int,
) -> Why:
    """Why a search that found nothing did: the first reason that holds.

    `windows` are those of the whole range, also before `earliest`, from which on
    the notice allows a visit to begin.
    """
    if not windows:
        return Why.NO_HOURS
    open_yet = [one for one in windows if min(one.last, one.ends) > earliest]
    if not open_yet:
        return Why.TOO_SOON
    later = [one._replace(first=max(one.first, earliest)) for one in open_yet]
    if any(_each(later, busy, fit)):
        return Why.NO_ROOM
    moment = Fit(length=1, step=1)
    return Why.NO_GAP if any(_each(later, busy, moment)) else Why.ALL_TAKEN
