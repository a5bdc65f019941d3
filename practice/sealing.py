"""The sealer: the chain that proves the trail, and the only one who writes it.

Every few seconds the worker seals the lines that are new: for each, in one order
for all, a MAC over the line and the MAC before it. Who changes, removes or swaps
lines later breaks the chain, and without the key cannot mend it. The key is not
in the database. The chain's head is anchored off the box (practice.anchors).

Lines are sealed after they are committed, not inside actions: a lock on the
chain there would make every action wait for every other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef

from practice import clock, proofs
from practice.models import Seal, TrailEntry

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

BATCH = 1000
FIRST = "0" * 64  # what stands before the first seal
# A transaction may commit a line after later ones were sealed; it is looked for
# this far back at every turn, and everywhere once a day.
REACH = 20_000
LATE_AFTER = timedelta(minutes=1)
_LOCK = 7_205_759_403  # of PostgreSQL's advisory locks: one sealer at a time


def seal_new(*, most: int = 20 * BATCH, everywhere: bool = False) -> int:
    """Seal what is not sealed yet, in short transactions; returns how many lines."""
    sealed = 0
    while sealed < most:
        done = _seal_some(everywhere=everywhere)
        sealed += done
        if done < BATCH:
            break
    return sealed


def unsealed(*, everywhere: bool = True) -> QuerySet[TrailEntry]:
    """Lines without a seal; unless `everywhere`, only recent ones are looked for."""
    entries = TrailEntry.objects.filter(
        ~Exists(Seal.objects.filter(entry_id=OuterRef("pk")))
    )
    if everywhere:
        return entries
    last = Seal.objects.aggregate(last=Max("entry_id"))["last"] or 0
    return entries.filter(pk__gt=last - REACH)


def late(*, now: datetime) -> int:
    """How many lines wait for their seal longer than they should; real time."""
    last = Seal.objects.aggregate(last=Max("entry_id"))["last"] or 0
    recent = (last - REACH + 1, last)
    lines = TrailEntry.objects.filter(pk__range=recent).count()
    # As good as always every one has its seal: two counts tell, and cost little.
    is_whole = lines == Seal.objects.filter(entry_id__range=recent).count()
    waiting = unsealed().filter(at__lt=now - LATE_AFTER)
    return waiting.filter(pk__gt=last if is_whole else last - REACH).count()


@transaction.atomic
def _seal_some(*, everywhere: bool) -> int:
    if not _is_alone():
        return 0
    entries = list(unsealed(everywhere=everywhere).order_by("pk")[:BATCH])
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
        mac = proofs.mac_of(
            entry, position=position, digest=digest, before=mac, key=key
        )
        seal = Seal(position=position, entry_id=entry.pk, digest=digest, mac=mac)
        seal.sealed_at, seal.key = at, proofs.name_of(key)
        seal.shape_id = shape.pk if shape else None
        seals.append(seal)
    return seals


def _is_alone() -> bool:
    """Whether no other sealer is at work; SQLite has one writer anyway."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
