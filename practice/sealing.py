"""The sealer: the chain that proves the trail, and the only one who writes it.

Every few seconds the worker seals the lines that are new: for each, in one order
for all, a MAC over the line and the MAC before it. Who changes, removes or swaps
lines later breaks the chain, and without the key cannot mend it. The key is not
in the database. The chain's head is anchored off the box (practice.anchors).

Lines are sealed after they are committed, not inside actions: a lock on the
chain there would make every action wait for every other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Count, Exists, Min, OuterRef, Q

from practice import clock, proofs
from practice.models import Seal, TrailEntry

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

BATCH = 1000
MOST = 20 * BATCH  # of one turn
FIRST = "0" * 64  # what stands before the first seal
# A transaction may commit a line after later ones were sealed; it is looked for
# this far back at every turn, and everywhere once a day.
REACH = 20_000
NEAR, MANY = 500, 1000  # lines, for the trail's page
LATE_AFTER = timedelta(minutes=1)
A_DAY = timedelta(days=1)
_LOCK = 7_205_759_403  # of PostgreSQL's advisory locks: one sealer at a time


def seal_new(*, everywhere: bool = False) -> int:
    """Seal what is not sealed yet, in short transactions; returns how many lines.

    An ordinary turn leaves some to the next; whoever looks everywhere wants all.
    """
    sealed = 0
    while everywhere or sealed < MOST:
        done = _seal_some(everywhere=everywhere)
        sealed += done
        if done < BATCH:
            break
    return sealed


def unsealed(*, after: int | None = None) -> QuerySet[TrailEntry]:
    """Lines without a seal; those `after` some number, where only they are wanted."""
    entries, seals = TrailEntry.objects.all(), Seal.objects.all()
    if after is not None:
        # Said of the seals as well, or PostgreSQL would read all of them.
        entries, seals = entries.filter(pk__gt=after), seals.filter(entry_id__gt=after)
    return entries.filter(~Exists(seals.filter(entry_id=OuterRef("pk"))))


def late(*, now: datetime) -> int:
    """How many lines wait for their seal longer than they should; real time.

    By their time too, for a number may lie anywhere: whatever a line's number, it is
    looked for all day.
    """
    reach, lately = _before_newest(), Q(at__gte=now - A_DAY)
    is_late = Q(at__lt=now - LATE_AFTER)
    count = unsealed(after=reach).filter(is_late).count()
    # Counted as well, or PostgreSQL would look for the first by its number.
    said = TrailEntry.objects.filter(lately).aggregate(Min("pk"), Count("pk"))
    if said["pk__count"] and said["pk__min"] <= reach:
        lines = unsealed(after=said["pk__min"] - 1).filter(is_late, lately)
        count += lines.filter(pk__lte=reach).count()
    return count


def _before_newest(reach: int = REACH) -> int:
    """The line before those that the newest seals are of.

    Not reckoned from the highest: one line with a number far beyond the others
    would hide all that come after it.
    """
    newest = Seal.objects.order_by("-position")[:reach]
    said = newest.aggregate(first=Min("entry_id"), how_many=Count("position"))
    return said["first"] - 1 if said["how_many"] == reach else 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the trail is sealed: when last, up to which line, and how many wait.

    `waiting` is counted up to MANY and no further: then there are as many, or more.
    """

    sealed_at: datetime | None
    last_line: int
    waiting: int

    @property
    def is_cut(self) -> bool:
        """Whether more lines may wait than were counted."""
        return self.waiting >= MANY


def standing() -> Standing:
    """Two quick questions; what is older than the newest seals `late` may count."""
    head = Seal.objects.order_by("-position").first()
    waiting = unsealed(after=_before_newest(NEAR)).order_by()[:MANY].count()
    if head is None:
        return Standing(None, 0, waiting)
    return Standing(head.sealed_at, head.entry_id, waiting)


@transaction.atomic
def _seal_some(*, everywhere: bool) -> int:
    if not _is_alone():
        return 0
    lines = unsealed(after=None if everywhere else _before_newest())
    entries = list(lines.order_by("pk")[:BATCH])
    seals = _seals(entries, Seal.objects.order_by("-position").first())
    Seal.objects.bulk_create(seals)
    return len(seals)


def _seals(entries: list[TrailEntry], head: Seal | None) -> list[Seal]:
    """The next links of the chain, after its head."""
    shapes = proofs.current_shapes({one.record for one in entries if one.history_id})
    of_entry = {one.pk: shapes.get(one.record) for one in entries if one.history_id}
    words, key = proofs.Words(entries, of_entry), proofs.sealing_key()
    last, mac = (head.position, head.mac) if head else (0, FIRST)
    at, seals = clock.real_now(), []
    for position, entry in enumerate(entries, start=last + 1):
        shape, digest = of_entry.get(entry.pk), words.digest(entry, key)
        seal = Seal(position=position, entry_id=entry.pk, digest=digest)
        seal.sealed_at, seal.key = at, proofs.name_of(key)
        seal.shape_id = shape.pk if shape else None
        seal.mac = mac = proofs.mac_of(entry, seal, before=mac, key=key)
        seals.append(seal)
    return seals


def _is_alone() -> bool:
    """Whether no other sealer is at work; SQLite has one writer anyway."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
