"""Backups that can be trusted: consistent, encrypted, read back before they count.

A backup is one file: a line that says what it is, then sealed frames. The first
frame is the manifest (when, which version, how many rows in each table); the
others are the database itself, as practice.snapshots copies it. Each frame
names its backup and its place in it, and the last one says so: a file that was
cut, mixed or reordered is refused.
"""

from __future__ import annotations

import json
import os
import secrets
import struct
import zlib
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.sessions.models import Session

from practice import beside, clock, guards
from practice.encryption import decrypt_bytes, encrypt_bytes
from practice.models import KeptSignIn
from practice.snapshots import BackupFault, Postgresql, Sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

MAGIC = b"wellhouse backup 1\n"
_PLACE = struct.Struct(">16sQ?")  # of which backup, at which place, is it the last
_LENGTH = struct.Struct(">I")
_LONGEST_FRAME = 1 << 23
OURS_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    vendor: str
    version: str
    made_at: str
    rows: dict[str, int]
    files: dict[str, str] = field(default_factory=dict)  # beside the database


def make(connection: BaseDatabaseWrapper, directory: Path) -> Path:
    """Write a new backup to the directory, read it back, and only then name it.

    Raises BackupFault.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    made_at, number = clock.real_now(), secrets.token_bytes(16)
    name = f"wellhouse-{made_at:%Y%m%dT%H%M%SZ}-{number[:3].hex()}.backup"
    part = directory / f".{name}.part"
    engine = _engine(connection)
    try:
        with engine.copy() as (rows, chunks):
            manifest = Manifest(
                connection.vendor,
                settings.VERSION,
                made_at.isoformat(),
                rows,
                beside.contents(),
            )
            _write(part, number, chain([_packed(manifest)], chunks))
        check(connection, part)
        return part.rename(directory / name)
    finally:
        part.unlink(missing_ok=True)


def check(connection: BaseDatabaseWrapper, path: Path) -> Manifest:
    """Read a backup to its end and prove that a whole database is in it.

    Raises BackupFault.
    """
    with path.open("rb") as file:
        manifest, chunks = _read(file)
        if manifest.vendor != connection.vendor:
            raise BackupFault(
                f"This backup is of a {manifest.vendor} database, "
                f"and this site uses {connection.vendor}."
            )
        _engine(connection).check(chunks, manifest.rows)
    return manifest


def restore(
    connection: BaseDatabaseWrapper, path: Path, *, may_replace: bool = False
) -> Manifest:
    """Put a backup in the place of the database, and prove that all of it arrived.

    Everybody has to sign in again: a sign-in ended since would be alive again.
    Raises BackupFault, before anything is touched wherever that can be known.
    """
    engine = _engine(connection)
    manifest = check(connection, path)
    if not may_replace and engine.rows():
        raise BackupFault(
            "This database is not empty. Restore into a new one, or say --replace "
            "to lose what is there now."
        )
    if engine.is_shared():
        raise BackupFault("The site is at work: stop it, then restore.")
    with path.open("rb") as file:
        engine.load(_read(file)[1])
    if engine.rows() != manifest.rows:
        raise BackupFault("Not every row arrived: this restore cannot be used.")
    guards.install(connection)
    guards.require(connection)
    tables = connection.introspection.table_names()  # an older version has fewer
    Session.objects.using(connection.alias).all().delete()
    if KeptSignIn._meta.db_table in tables:
        KeptSignIn.objects.using(connection.alias).all().delete()
    return manifest


def _engine(connection: BaseDatabaseWrapper) -> Sqlite | Postgresql:
    kind = Sqlite if connection.vendor == "sqlite" else Postgresql
    return kind(connection)


def _packed(manifest: Manifest) -> bytes:
    return json.dumps(asdict(manifest)).encode()


def _write(path: Path, number: bytes, payloads: Iterable[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(MAGIC)
        for place, (payload, is_last) in enumerate(_marking_last(payloads)):
            clear = _PLACE.pack(number, place, is_last) + zlib.compress(payload, 1)
            sealed = encrypt_bytes(clear)
            file.write(_LENGTH.pack(len(sealed)) + sealed)
        file.flush()
        os.fsync(file.fileno())


def _marking_last(payloads: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    rest = iter(payloads)
    current = next(rest)
    for following in rest:
        yield current, False
        current = following
    yield current, True


def _read(file: BinaryIO) -> tuple[Manifest, Iterator[bytes]]:
    """The manifest, and the database in pieces; faults show as they are reached."""
    payloads = _payloads(file)
    return Manifest(**json.loads(next(payloads))), payloads


def _payloads(file: BinaryIO) -> Iterator[bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise BackupFault("This file is not a backup of Wellhouse.")
    first_number, place, is_last = None, 0, False
    while not is_last:
        clear = _next_frame(file)
        number, found, is_last = _PLACE.unpack_from(clear)
        first_number = first_number or number
        if (number, found) != (first_number, place):
            raise BackupFault("The pieces of this backup are not in their order.")
        place += 1
        yield zlib.decompress(clear[_PLACE.size :])
    if file.read(1):
        raise BackupFault("Something was added to the end of this backup.")


def _next_frame(file: BinaryIO) -> bytes:
    head = file.read(_LENGTH.size)
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
    sealed = file.read(length) if length <= _LONGEST_FRAME else b""
    if not length or len(sealed) != length:
        raise BackupFault("This backup is not whole: its end is missing.")
    try:
        return decrypt_bytes(sealed)
    except InvalidToken as fault:
        raise BackupFault(
            "This backup cannot be opened: it is damaged, or was made with a data "
            "key that WELLHOUSE_DATA_KEYS does not list."
        ) from fault
