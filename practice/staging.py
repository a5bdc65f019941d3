"""Words of a file while it waits: encrypted, in parts, for a day at most."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from practice.encryption import decrypt_bytes, encrypt_bytes
from practice.import_cells import Plan
from practice.models import StagedFile, StagedFinding, StagedPart
from practice.sheets import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import QuerySet

    from practice.models import Import
    from practice.sheets import Sheet

ROWS = 100  # of a part, which is also what comes in with one transaction


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file that waits: as it came, and as it was understood."""

    record: Record
    ready: dict[str, Any]
    problems: Sequence[str]


def packed(value: Any) -> bytes:
    """Anything JSON holds, small and encrypted."""
    return encrypt_bytes(zlib.compress(json.dumps(value).encode(), level=1))


def unpacked(secret: bytes | memoryview) -> Any:
    return json.loads(zlib.decompress(decrypt_bytes(bytes(secret))))


def parts_of(sheet: Sheet) -> list[StagedPart]:
    """The rows of a file, part by part, encrypted; not yet of any import."""
    found = []
    for number, at in enumerate(range(0, len(sheet.records), ROWS)):
        some = sheet.records[at : at + ROWS]
        words = packed([[one.line, one.cells, one.flaw] for one in some])
        first = some[0].line
        part = StagedPart(number=number, rows=len(some), first_line=first, words=words)
        found.append(part)
    return found


def head_of(file: StagedFile) -> list[str]:
    heads: list[str] = unpacked(file.head)
    return heads


def plan_of(file: StagedFile) -> Plan | None:
    return Plan(**file.plan) if file.plan else None


def records_of(part: StagedPart) -> list[Record]:
    """The rows of a part as they came."""
    return [Record(*row) for row in unpacked(part.words)]


def rows_of(part: StagedPart) -> list[Row]:
    """The rows of a part that was checked."""
    found = zip(records_of(part), unpacked(part.ready or b""), strict=True)
    return [Row(record, ready, problems) for record, (ready, problems) in found]


def all_records(file: StagedFile) -> Iterator[Record]:
    for part in file.parts.all():
        yield from records_of(part)


def rows_at(findings: Iterable[StagedFinding]) -> dict[int, Row]:
    """The rows that some findings are about, by their lines."""
    wanted: dict[int, set[int]] = {}
    for one in findings:
        wanted.setdefault(one.part_id, set()).add(one.line)
    found: dict[int, Row] = {}
    for part in StagedPart.objects.filter(pk__in=wanted):
        lines = wanted[part.pk]
        found |= {
            row.record.line: row for row in rows_of(part) if row.record.line in lines
        }
    return found


def findings_of(row: Import) -> QuerySet[StagedFinding]:
    """What stands in the way of a file's rows."""
    return StagedFinding.objects.filter(part__file__of=row)
