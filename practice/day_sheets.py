"""The evening's day sheet: one encrypted file per location for a day without the site.

Every evening, by the location's own clock, it is written for the next two days on
which the location is open; what stands on it, the floors say (DAY_SHEET). A
location's passphrase opens its sheets; it is made here, and shown once.
"""

from __future__ import annotations

import hashlib
import logging
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from practice import clock, encryption, sheet_files, zones
from practice.contributions import Ahead, load
from practice.models import DaySheet, Location, Patient, Practice, SheetKey
from practice.rules import NotPossible
from practice.sheet_people import People
from practice.sheet_plans import path_of, standings
from practice.trail import note
from practice.wording import speaking, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from practice.contributions import SheetPart
    from practice.sheet_plans import Standing
    from practice.trail import Actor

KEPT = timedelta(days=7)
CLAIM = timedelta(minutes=2)
BLANK_LINES = 24
OURS_ONLY = 0o600
logger = logging.getLogger(__name__)


class NoPassphrase(NotPossible):
    """Without a passphrase nothing can be encrypted."""


class NothingAhead(NotPossible):
    """The location has no opening hours in the next weeks."""


class SheetGone(NotPossible):
    """The file is no longer there, or its passphrase is another by now."""


# The passphrase ---------------------------------------------------------------
@transaction.atomic
def change_passphrase(*, location: Location, by: Actor, now: datetime) -> str:
    """Give a location a new passphrase; older sheets keep the one they have."""
    passphrase = sheet_files.new_passphrase()
    secret = {"secret": encryption.encrypt(passphrase), "set_at": now}
    SheetKey.objects.update_or_create(location=location, defaults=secret)
    note(by=by, kind="sheet.passphrase_changed", about=location)
    return passphrase


def rotate_secrets() -> int:
    """Encrypt the passphrases again, with the newest data key."""
    rows = list(SheetKey.objects.all())
    for row in rows:
        secret = encryption.rotate(row.secret)
        SheetKey.objects.filter(pk=row.pk, secret=row.secret).update(secret=secret)
    return len(rows)


# Writing ----------------------------------------------------------------------
def write_due(*, by: Actor, now: datetime) -> int:
    """Write the sheet of every location that should have one by now and has not.

    Whoever comes second finds it written. One location's fault stops no other:
    raises it in the end.
    """
    written, faults = 0, []
    for one in standings(now=now):
        if one.days and one.key and not one.is_fresh:
            try:
                written += _write_of_evening(one, by=by, now=now)
            except (OSError, ValueError) as fault:
                logger.exception("No day sheet.", extra={"subject_id": one.location.pk})
                faults.append(fault)
    if faults:
        raise faults[0]
    return written


def write_now(*, location: Location, by: Actor, now: datetime) -> DaySheet:
    """Write a sheet at once, such as before a storm.

    Raises NoPassphrase, NothingAhead.
    """
    one = next(row for row in standings([location.pk], now=now))
    if one.key is None:
        raise NoPassphrase(_("Make a passphrase for this location first."))
    if not one.days:
        raise NothingAhead(_("This location is not open in the next weeks."))
    sheet = DaySheet.objects.create(location=location, day_on=one.days[0])
    return _write(sheet, one, one.key, by=by, now=now)


def forget_old(*, now: datetime) -> int:
    """Delete the files of sheets that are a week old; the rows say who was named."""
    old = DaySheet.objects.exclude(file="").filter(made_at__lt=now - KEPT)
    return sum(_forget(sheet) for sheet in old)


def forget_naming(patient_ids: Iterable[int]) -> int:
    """Delete every file that names one of some charts, as a lawful erasure does.

    Also where it names the chart that stood for one then, with the numbers of both.
    """
    ids = set(patient_ids)
    joined = Patient.history.filter(id__in=ids, merged_into__isnull=False)
    ids |= set(joined.values_list("merged_into_id", flat=True))
    kept = DaySheet.objects.exclude(file="")
    return sum(_forget(sheet) for sheet in kept if ids & set(sheet.patient_ids))


def _forget(sheet: DaySheet) -> int:
    path_of(sheet).unlink(missing_ok=True)
    return DaySheet.objects.filter(pk=sheet.pk).update(file="")


def _write_of_evening(one: Standing, *, by: Actor, now: datetime) -> bool:
    """Write one evening's sheet, if nobody else has it in hand or has written it."""
    sheet, _is_new = DaySheet.objects.get_or_create(
        location=one.location,
        evening_on=one.evening_on,
        defaults={"day_on": one.days[0]},
    )
    real = clock.real_now()
    is_free = Q(claimed_at=None) | Q(claimed_at__lt=real - CLAIM)
    # What was written since we looked is not written again.
    same = DaySheet.objects.filter(is_free, pk=sheet.pk, made_at=_seen(one, sheet))
    if one.key is None or not same.update(claimed_at=real):
        return False
    _write(sheet, one, one.key, by=by, now=now)
    return True


def _seen(one: Standing, sheet: DaySheet) -> datetime | None:
    """When this evening's sheet was made, as far as whoever asks knew."""
    known = one.sheet
    return known.made_at if known is not None and known.pk == sheet.pk else None


def _write(
    sheet: DaySheet, one: Standing, key: SheetKey, *, by: Actor, now: datetime
) -> DaySheet:
    """Compose, encrypt, put in place, and only then say so."""
    content, ids = compose(sheet.pk, one, now=now)
    file = sheet_files.seal(content, encryption.decrypt(key.secret))
    name = f"location-{one.location.pk}/day-sheet-{one.days[0]}-{sheet.pk}.html"
    _put(settings.SHEETS / name, file)
    known = {
        "day_on": one.days[0],
        "claimed_at": None,
        "made_at": now,
        "key_set_at": key.set_at,
        "file": name,
        "digest": hashlib.sha256(file).hexdigest(),
        "patient_ids": ids,
    }
    with transaction.atomic():
        DaySheet.objects.filter(pk=sheet.pk).update(**known)
        reason = _("Sheet %(number)d") % {"number": sheet.pk}
        note(by=by, kind="sheet.made", about=one.location, reason=reason, naming=ids)
    return DaySheet.objects.get(pk=sheet.pk)


def _put(path: Path, content: bytes) -> None:
    """Write a file that is either not there or whole, and ours alone to read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    to = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ONLY)
    with os.fdopen(to, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


# What stands on it --------------------------------------------------------------
def compose(
    number: int, one: Standing, *, now: datetime
) -> tuple[dict[str, Any], list[int]]:
    """What stands on a sheet, and the charts of everybody who is named there."""
    zone, practice = one.location.time_zone, Practice.objects.first()
    words, language = words_of(practice), translation.override(settings.LANGUAGE_CODE)
    with language, timezone.override(zone), speaking(words):
        ahead = Ahead(
            location=one.location,
            practice=practice,
            days=one.days,
            starts_at=zones.first_moment(one.days[0], zone),
            ends_at=zones.end_of(one.days[-1], zone),
            now=now,
        )
        found = [contribute(ahead) for contribute in load("DAY_SHEET")]
        parts: list[SheetPart] = [part for part in found if part is not None]
        people = People(
            {row.patient_id for part in parts for row in part.rows if row.patient_id}
        )
        named = {"initials": people.initials}  # what stands there in counter mode
        content = {
            **_head(number, ahead),
            "parts": [
                *(_part(part, people) for part in parts),
                _part(people.part(ahead), people) | named,
            ],
            "lines": _lines(),
        }
    return content, people.ids


def _head(number: int, ahead: Ahead) -> dict[str, Any]:
    days = " · ".join(date_format(day, "l j F Y") for day in ahead.days)
    place, zone = ahead.location.name, ahead.location.time_zone
    title = _("%(place)s: day sheet %(number)d")
    as_of = _("As it stood %(when)s, %(zone)s. Shred it when the day is over.")
    return {
        "number": number,
        "title": title % {"place": place, "number": number},
        "head": [
            days,
            as_of % {"when": zones.moment(ahead.now, zone), "zone": zones.spoken(zone)},
        ],
    }


def _part(part: SheetPart, people: People) -> dict[str, Any]:
    rows = [
        [people.tag(row.patient_id), *people.cells_of(row)]
        if part.names_patients
        else row.cells
        for row in part.rows
    ]
    return {
        "title": part.title,
        "note": part.note,
        "empty": part.empty,
        "columns": [str(word) for word in part.columns],
        "rows": [[str(cell) for cell in row] for row in rows],
    }


def _lines() -> dict[str, Any]:
    return {
        "title": _("Written on paper"),
        "note": _(
            "One line for each thing that happens. When the site is back, put every "
            "line in at “From paper”, with the number of this sheet."
        ),
        "count": BLANK_LINES,
        "columns": [
            _("Line"),
            _("Time"),
            _("Who, born"),
            _("What happened, what is to do"),
            _("Phone, address"),
            _("Written by"),
        ],
    }


# Reading ------------------------------------------------------------------------
def read_file(sheet: DaySheet) -> bytes:
    """The encrypted file. Raises SheetGone."""
    try:
        return path_of(sheet).read_bytes() if sheet.file else _gone()
    except OSError:
        return _gone()


def read(sheet: DaySheet) -> Any:
    """What stands on a sheet. Raises SheetGone."""
    key = SheetKey.objects.filter(location=sheet.location_id).first()
    if key is None or key.set_at != sheet.key_set_at:
        raise SheetGone(
            _("This sheet has an older passphrase: download it, and open it with that.")
        )
    try:
        return sheet_files.unseal(read_file(sheet), encryption.decrypt(key.secret))
    except sheet_files.NoSheet as fault:
        raise SheetGone(_("The file of this sheet is damaged.")) from fault


def _gone() -> bytes:
    raise SheetGone(_("The file of this sheet is no longer there."))
