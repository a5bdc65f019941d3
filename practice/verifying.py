"""Is the trail whole? Reads every seal, line and history row, and says what is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from practice import drift, guards, looks, proofs, sealing
from practice.models import Erasure, Heartbeat, Seal, Shape, TrailEntry

if TYPE_CHECKING:
    from datetime import datetime

    from practice.anchors import Anchor

BATCH = 2000
SLOW = timedelta(hours=1)  # longer than any transaction, between line and commit


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written; ids only, never words."""

    kind: str
    words: str


def verify(*, anchors: Iterable[Anchor] = (), now: datetime) -> Iterator[Fault]:
    """Every fault of the trail. `now` is real time: newer lines may be unsealed."""
    yield from _chain(list(anchors))
    yield from _unsealed(now)
    yield from _rows_without_line()


def everything(*, anchors: Iterable[Anchor] = (), now: datetime) -> Iterator[Fault]:
    """The trail's faults, and whatever may have kept lines out of it."""
    yield from verify(anchors=anchors, now=now)
    for name in guards.strange(connection):
        yield Fault("guards", f"{name} is not ours: it may swallow lines.")
    for one in drift.found():
        yield Fault("drift", f"{one}.")


# What came out last ---------------------------------------------------------------
WHOLE, BROKEN = "trail.whole", "trail.broken"
OLD = timedelta(hours=50)  # the worker verifies every night


@dataclass(frozen=True, slots=True)
class Result:
    """When all of the trail was last read, and whether it was whole."""

    at: datetime
    is_whole: bool


def remember(result: Result) -> None:
    """Keep what came out, for the trail's page and for the health page."""
    name = WHOLE if result.is_whole else BROKEN
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": result.at})


def last_result() -> Result | None:
    """What came out when the trail was last verified; None if it never was."""
    beats = Heartbeat.objects.filter(name__in=(WHOLE, BROKEN)).order_by("beat_at")
    last = beats.last()
    return Result(last.beat_at, is_whole=last.name == WHOLE) if last else None


# The chain --------------------------------------------------------------------
class _Chain:
    """Reads the seals in their order, each against its line and the seal before."""

    def __init__(self) -> None:
        self._known, self._shapes = proofs.ring(), dict[int, Shape]()
        self._before = sealing.FIRST
        self._latest: datetime | None = None  # that a line so far says

    def faults(self, seals: list[Seal]) -> Iterator[Fault]:
        """What is wrong with the next seals and their lines."""
        ids = [seal.entry_id for seal in seals]
        entries = TrailEntry.objects.in_bulk(ids)
        words = proofs.Words(
            list(entries.values()), proofs.shapes_of(seals, self._shapes)
        )
        erased = Erasure.objects.in_bulk(ids)
        for seal in seals:
            entry, key = entries.get(seal.entry_id), self._known.get(seal.key)
            if entry is None:
                said = f"Line {seal.entry_id} is gone (seal {seal.position})."
                yield Fault("line", said)
            elif key is None:
                yield Fault("key", f"Nobody has the key of seal {seal.position}.")
            else:
                if proofs.mac_of(entry, seal, before=self._before, key=key) != seal.mac:
                    yield Fault("chain", f"Line {entry.pk} is not as it was sealed.")
                yield from _said(seal, entry, words, erased.get(entry.pk), key)
                yield from self._back_dated(entry, seal)
            self._before = seal.mac

    def _back_dated(self, entry: TrailEntry, seal: Seal) -> Iterator[Fault]:
        """A look may have waited in a file; nothing else is written so late."""
        if entry.kind.startswith(looks.PREFIX):
            return
        if self._latest and entry.at < self._latest - SLOW:
            said = f"Line {entry.pk} says {entry.at:%Y-%m-%d %H:%M}"
            words = f"{said}, but stands after one of {self._latest:%Y-%m-%d %H:%M}."
            yield Fault("time", words)
        # Not later than its seal: a line of the far future would accuse all others.
        at = min(entry.at, seal.sealed_at)
        self._latest = max(self._latest or at, at)


def _chain(anchors: list[Anchor]) -> Iterator[Fault]:
    by_position = {anchor.position: anchor for anchor in anchors}
    outside = Seal.objects.filter(position__lt=1).values_list("position", "entry_id")
    for position, line in outside.order_by("position"):
        yield Fault("gap", f"Line {line} has a seal outside the chain, at {position}.")
    last, chain = 0, _Chain()
    while seals := list(
        Seal.objects.filter(position__gt=last).order_by("position")[:BATCH]
    ):
        yield from _gaps(last, seals)
        yield from chain.faults(seals)
        for seal in seals:
            anchor = by_position.pop(seal.position, None)
            if anchor and anchor.mac != seal.mac:
                yield _moved(anchor)
        last = seals[-1].position
    yield from map(_moved, by_position.values())


def _moved(anchor: Anchor) -> Fault:
    return Fault(
        "anchor",
        f"Seal {anchor.position} is gone or another than was anchored {anchor.at}.",
    )


def _gaps(last: int, seals: list[Seal]) -> Iterator[Fault]:
    positions = [last, *(seal.position for seal in seals)]
    for earlier, later in pairwise(positions):
        if later != earlier + 1:
            yield Fault("gap", f"No seal stands between {earlier} and {later}.")


def _said(
    seal: Seal,
    entry: TrailEntry,
    words: proofs.Words,
    erasure: Erasure | None,
    key: bytes,
) -> Iterator[Fault]:
    if erasure is None:
        if words.digest(entry, key) != seal.digest:
            said = f"What line {entry.pk} says is not what was sealed."
            yield Fault("words", said)
        return
    own = proofs.ring().get(erasure.key)
    if own is None or erasure.mac != proofs.erasure_mac(erasure, own):
        yield Fault("erasure", f"Nobody erased line {entry.pk} lawfully.")
    elif words.digest(entry, own) != erasure.digest:
        yield Fault("words", f"Line {entry.pk} was erased, and says something again.")


# Beside the chain -------------------------------------------------------------
def _unsealed(now: datetime) -> Iterator[Fault]:
    """Lines that wait too long; a look says when it was, and may have come just now."""
    late = sealing.unsealed().filter(at__lt=now - sealing.LATE_AFTER)
    if head := Seal.objects.order_by("-position").first():
        new_looks = Q(kind__startswith=looks.PREFIX, pk__gt=head.entry_id)
        late = late.exclude(new_looks)
    said = late.aggregate(first=Min("pk"), last=Max("pk"), how_many=Count("pk"))
    if said["how_many"]:
        yield Fault(
            "unsealed",
            f"{said['how_many']} lines from {said['first']} to {said['last']} "
            "have no seal: is the worker at work?",
        )


def _rows_without_line() -> Iterator[Fault]:
    """History rows that no line points to: written past the triggers."""
    for record, model in proofs.models_by_record().items():
        lines = TrailEntry.objects.filter(
            record=record, record_id=OuterRef("id"), history_id=OuterRef("history_id")
        )
        rows = model.history.filter(~Exists(lines))
        said = rows.aggregate(first=Min("history_id"), how_many=Count("history_id"))
        if said["how_many"]:
            yield Fault(
                "row",
                f"{said['how_many']} history rows of {record} have no line, "
                f"the first is {said['first']}.",
            )
