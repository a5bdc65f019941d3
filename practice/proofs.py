"""What proves a line of the trail: keyed digests of its words, MACs of the chain."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from practice.models import Erasure, Recorded, Seal, Shape, TrailEntry, TrailPatient

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Rows = dict[tuple[int, int], list[Any]]  # by shape and history id


# Keys -------------------------------------------------------------------------
def sealing_key() -> bytes:
    return next(iter(ring().values()))


def ring() -> dict[str, bytes]:
    """Every key by its name; the first seals, all of them verify."""
    own = [key.encode() for key in settings.TRAIL_KEYS]
    return {name_of(key): key for key in own or [_derived(settings.SECRET_KEY)]}


@cache
def _derived(secret_key: str) -> bytes:
    """A key for development, demo and tests; production demands its own."""
    return hashlib.sha256(f"trail:{secret_key}".encode()).digest()


@cache
def name_of(key: bytes) -> str:
    return hashlib.sha256(b"name:" + key).hexdigest()[:8]


# Proofs -----------------------------------------------------------------------
def mac_of(entry: TrailEntry, seal: Seal, *, before: str, key: bytes) -> str:
    """HMAC-SHA256 over a line without its words, its digest, its place and time."""
    said = [
        seal.position,
        _text(seal.sealed_at),
        seal.shape_id,
        entry.pk,
        _text(entry.at),
        entry.actor_id,
        entry.actor,
        entry.kind,
        entry.patient_id,
        entry.record,
        entry.record_id,
        entry.history_id,
        entry.part_of_id,
        entry.format,
        seal.digest,
        before,
    ]
    return _hmac(key, said)


def erasure_mac(erasure: Erasure, key: bytes) -> str:
    said = ["erased", erasure.entry_id, erasure.tombstone_id, erasure.digest]
    return _hmac(key, said)


def erased_mac(at: str, charts: Sequence[int], key: bytes) -> str:
    return _hmac(key, ["erased charts", at, charts])


def restore_mac(at: str, position: int, mac: str, key: bytes) -> str:
    return _hmac(key, ["restored", at, position, mac])


def _hmac(key: bytes, said: object) -> str:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


class Words:
    """What some lines say: their reasons, the charts they name, their rows.

    `shapes` says which columns count for each line, so that a column added
    later changes no proof. A fixed number of queries per model.
    """

    def __init__(
        self, entries: Sequence[TrailEntry], shapes: Mapping[int, Shape | None]
    ) -> None:
        self._shapes = shapes
        self._patients: dict[int, list[int]] = {}
        ids = [entry.pk for entry in entries]
        named = TrailPatient.objects.filter(entry_id__in=ids).order_by("patient_id")
        for one in named:
            self._patients.setdefault(one.entry_id, []).append(one.patient_id)
        self._rows = _history_rows(entries, shapes)

    def digest(self, entry: TrailEntry, key: bytes) -> str:
        """HMAC-SHA256 over all that a lawful erasure may take away."""
        shape, columns = _shape_of(entry, self._shapes), None
        row = self._rows.get((shape.pk, entry.history_id or 0)) if shape else None
        if shape and row:
            columns = dict(zip(shape.columns, row, strict=True))
        patients = self._patients.get(entry.pk, [])
        return _hmac(key, [entry.pk, entry.reason, patients, columns])


def shapes_of(
    seals: Iterable[Seal], known: dict[int, Shape]
) -> dict[int, Shape | None]:
    """The shape of each seal's line, by the line; `known` grows by what was new.

    Asked for after the seals were read: the sealer may just have made it.
    """
    wanted = {seal.shape_id for seal in seals if seal.shape_id}
    known |= Shape.objects.in_bulk(wanted - known.keys())
    return {seal.entry_id: known.get(seal.shape_id or 0) for seal in seals}


def erasures(lines: Iterable[int], tombstone_id: int) -> Iterator[Erasure]:
    """The proofs that some lines say no more than they do now."""
    key = sealing_key()
    for piece in _pieces(lines):
        entries = TrailEntry.objects.in_bulk(piece)
        kept = [one for one in entries.values() if one.history_id]
        newest = current_shapes({one.record for one in kept})
        shapes: dict[int, Shape | None] = {one.pk: newest[one.record] for one in kept}
        seals = list(Seal.objects.filter(entry_id__in=piece))
        shapes |= shapes_of(seals, {})
        words = Words(list(entries.values()), shapes)
        for entry in entries.values():
            erasure = Erasure(entry_id=entry.pk, tombstone_id=tombstone_id)
            erasure.key, erasure.digest = name_of(key), words.digest(entry, key)
            erasure.mac = erasure_mac(erasure, key)
            yield erasure


def current_shapes(records: Iterable[str]) -> dict[str, Shape]:
    """The newest shape of each record; a new one where columns have changed."""
    newest: dict[str, Shape] = {}
    for shape in Shape.objects.filter(record__in=records).order_by("pk"):
        newest[shape.record] = shape
    for record in records:
        columns = list(_columns(record))
        if record not in newest or newest[record].columns != columns:
            newest[record] = Shape.objects.create(record=record, columns=columns)
    return newest


@cache
def models_by_record() -> dict[str, type[Recorded]]:
    return {
        model._meta.model_name or "": model
        for model in apps.get_models()
        if issubclass(model, Recorded)
    }


@cache
def _columns(record: str) -> dict[str, bool]:
    """A history table's columns, and whether each holds JSON."""
    history: Any = models_by_record()[record].history.model
    return {
        field.column: field.get_internal_type() == "JSONField"
        for field in sorted(history._meta.concrete_fields, key=lambda f: f.column)
    }


def _history_rows(
    entries: Sequence[TrailEntry], shapes: Mapping[int, Shape | None]
) -> Rows:
    """The history rows of the lines, as texts."""
    wanted: dict[int, tuple[Shape, list[int]]] = {}
    for entry in entries:
        if entry.history_id and (shape := _shape_of(entry, shapes)):
            wanted.setdefault(shape.pk, (shape, []))[1].append(entry.history_id)
    found: Rows = {}
    for shape, ids in wanted.values():
        found.update(_rows_of(shape, ids))
    return found


def _shape_of(entry: TrailEntry, shapes: Mapping[int, Shape | None]) -> Shape | None:
    """The shape of the line's record; none where somebody gave it another's."""
    shape = shapes.get(entry.pk) if entry.history_id else None
    is_its = shape and shape.record == entry.record in models_by_record()
    return shape if is_its else None


def _rows_of(shape: Shape, ids: Sequence[int]) -> Rows:
    known = _columns(shape.record)
    # No migration drops one; a column that is gone all the same reads as if empty.
    columns = [f'"{name}"' if name in known else "NULL" for name in shape.columns]
    is_json = [known.get(name, False) for name in shape.columns]
    history: Any = models_by_record()[shape.record].history.model
    found: Rows = {}
    with connection.cursor() as cursor:
        for some in _pieces(ids):
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(
                f"SELECT history_id, {', '.join(columns)}"  # noqa: S608 - names of our own columns
                f' FROM "{history._meta.db_table}" WHERE history_id IN ({marks})',
                some,
            )
            for history_id, *values in cursor.fetchall():
                found[shape.pk, history_id] = [
                    _json(value) if holds else _text(value)
                    for value, holds in zip(values, is_json, strict=True)
                ]
    return found


def _pieces(ids: Iterable[int], size: int = 500) -> Iterable[list[int]]:
    rest = iter(ids)
    while piece := list(islice(rest, size)):
        yield piece


def _json(value: Any) -> Any:
    """JSON as data: SQLite keeps it as text."""
    return json.loads(value) if isinstance(value, str) else value


def _text(value: Any) -> Any:
    """A stored value as both databases would write it."""
    match value:
        case bool():
            return int(value)
        case datetime():
            return str(value.astimezone(UTC).replace(tzinfo=None))
        case date() | time() | Decimal():
            return str(value)
        case timedelta():
            return value // timedelta(microseconds=1)
        case bytes() | memoryview():
            return bytes(value).hex()
    return value
