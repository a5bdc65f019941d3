"""Calendars elsewhere: read every quarter of an hour, for when, never for what.

The address of such a calendar is a secret of its owner's: it is kept encrypted and
never shown again. Reading happens in the worker, outside of any transaction; each
time replaces what was known before. What cannot be read keeps the times it had.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import encryption, zones
from practice.chores import TookTooLong, time_limit
from practice.contributions import HealthLine
from practice.models import StaffMember
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from scheduling import fetching, ics_reading
from scheduling.models import BusyCalendar, BusySource, ExternalBusy, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from scheduling.fetching import Answer, Reach

EVERY = timedelta(minutes=15)
MOST_CALENDARS = 5  # of one clinician
BACK, AHEAD = timedelta(days=1), timedelta(days=400)
COUNTED_OUT = timedelta(days=1)  # then events that repeat are counted out again
READING = timedelta(seconds=15)  # of one, to fetch it and to count it out
# A run begins no further calendar after this long: a chore has twenty seconds.
PATIENCE = 3.0
FAILING = timedelta(days=1)
TROUBLES: Mapping[type[NotPossible], Trouble] = {
    fetching.NotAnAddress: Trouble.FORBIDDEN,
    fetching.Forbidden: Trouble.FORBIDDEN,
    fetching.Unreachable: Trouble.UNREACHABLE,
    fetching.Refused: Trouble.REFUSED,
    fetching.TooBig: Trouble.TOO_BIG,
    ics_reading.NoCalendar: Trouble.NO_CALENDAR,
    ics_reading.TooMuch: Trouble.TOO_BIG,
}
logger = logging.getLogger(__name__)


class TooManyCalendars(NotPossible):
    """Enough calendars of one clinician are read."""


class NoClinician(NotPossible):
    """Nobody books somebody who sees no patients."""


@cache
def the_world() -> Reach:
    return fetching.Reach()


@transaction.atomic
def add(*, staff: StaffMember, address: str, by: Actor, now: datetime) -> BusyCalendar:
    """Read a calendar of a clinician's from now on; the first time within a minute.

    Raises TooManyCalendars, NoClinician, fetching.NotAnAddress, fetching.Forbidden.
    """
    address = _as_https(address)
    parts = fetching.check_address(address, the_world())
    staff = locked(staff)
    if not staff.is_clinician:
        raise NoClinician(_("Only clinicians have times to keep free."))
    if read_now().filter(staff=staff).count() >= MOST_CALENDARS:
        raise TooManyCalendars(
            _("%(n)d calendars are read already: remove one first.")
            % {"n": MOST_CALENDARS}
        )
    calendar = BusyCalendar(staff=staff, host=parts.hostname or "", added_at=now)
    keep(calendar, by=by, kind="busy_calendar.added")
    BusySource.objects.create(
        calendar=calendar, secret=encryption.encrypt(address), next_at=now
    )
    return calendar


@transaction.atomic
def end(*, calendar: BusyCalendar, by: Actor, now: datetime) -> BusyCalendar:
    """Read it no more, and forget its address and its times."""
    calendar = locked(calendar)
    if calendar.ended_at is not None:
        return calendar
    BusySource.objects.filter(calendar=calendar).delete()
    ExternalBusy.objects.filter(calendar=calendar).delete()
    calendar.ended_at = now
    return keep(calendar, by=by, kind="busy_calendar.ended")


def read_soon(calendar: BusyCalendar, *, now: datetime) -> None:
    """Have the worker read it within a minute."""
    BusySource.objects.filter(calendar=calendar).update(next_at=now)


def read_now() -> QuerySet[BusyCalendar]:
    """The calendars that are read."""
    return BusyCalendar.objects.filter(ended_at=None)


def read_due(*, now: datetime, reach: Reach | None = None) -> int:
    """Read the calendars whose turn it is, as far as there is time; how many.

    Each turn is given away before it begins: what breaks in the middle comes again
    with its next turn, and holds up nobody else.
    """
    began, count = time.monotonic(), 0
    due = BusySource.objects.filter(
        next_at__lte=now, calendar__staff__is_active=True
    ).order_by("next_at", "pk")
    for source in due.select_related("calendar__staff"):
        if time.monotonic() - began > PATIENCE:
            break
        turn = BusySource.objects.filter(pk=source.pk, next_at=source.next_at)
        if turn.update(next_at=now + EVERY):
            _read(source, reach or the_world(), now=now)
            count += 1
    return count


def _read(source: BusySource, reach: Reach, *, now: datetime) -> None:
    staff = source.calendar.staff
    try:
        with time_limit(READING):
            answer = fetching.fetch(
                encryption.decrypt(source.secret),
                known=_known(source, now=now),
                reach=reach,
            )
            found = _stretches(answer, zones.of_staff(staff), now=now)
    except TookTooLong:
        _keep_trouble(source, Trouble.TOO_BIG, now=now)
    except NotPossible as refusal:
        trouble = TROUBLES.get(type(refusal), Trouble.UNREACHABLE)
        _keep_trouble(source, trouble, now=now)
    else:
        _keep(source, answer, found, now=now)


def _known(source: BusySource, *, now: datetime) -> Mapping[str, str]:
    """What to say is known; nothing once a day, to count repeating events out anew."""
    if source.expanded_at is None or source.expanded_at < now - COUNTED_OUT:
        return {}
    told = {"If-None-Match": source.etag, "If-Modified-Since": source.modified}
    return {name: value for name, value in told.items() if value}


def _stretches(
    answer: Answer, zone: str, *, now: datetime
) -> Sequence[ics_reading.Stretch] | None:
    if answer.content is None:
        return None
    return ics_reading.stretches(
        answer.content, zone=zone, begins=now - BACK, ends=now + AHEAD
    )


@transaction.atomic
def _keep(
    source: BusySource,
    answer: Answer,
    found: Sequence[ics_reading.Stretch] | None,
    *,
    now: datetime,
) -> None:
    """Replace what was known, unless nothing changed or nobody reads it any more."""
    calendar = locked(source.calendar)
    row = BusySource.objects.select_for_update().filter(pk=source.pk)
    if calendar.ended_at is not None or not row.exists():
        return
    news = {"read_at": now, "failing_since": None, "trouble": ""}
    if found is not None:
        row.update(etag=answer.etag, modified=answer.modified, expanded_at=now)
        ExternalBusy.objects.filter(calendar=calendar).delete()
        ExternalBusy.objects.bulk_create(
            ExternalBusy(
                calendar=calendar,
                clinician_id=calendar.staff_id,
                starts_at=starts_at,
                ends_at=ends_at,
            )
            for starts_at, ends_at in found
        )
    row.update(**news)


def _keep_trouble(source: BusySource, trouble: Trouble, *, now: datetime) -> None:
    """Note what is wrong; the times that were known stay."""
    logger.warning("A calendar could not be read.", extra={"kind": str(trouble)})
    rows = BusySource.objects.filter(pk=source.pk)
    rows.update(trouble=trouble, failing_since=source.failing_since or now)


def rotate_secrets() -> int:
    """Encrypt the addresses again, with the newest data key."""
    rows = list(BusySource.objects.all())
    for row in rows:
        secret = encryption.rotate(row.secret)
        BusySource.objects.filter(pk=row.pk, secret=row.secret).update(secret=secret)
    return len(rows)


def health(now: datetime) -> HealthLine:
    """HEALTH: are calendars elsewhere read, or do they fail for a day?"""
    sources = BusySource.objects.filter(failing_since__lt=now - FAILING)
    failing = sources.filter(calendar__staff__is_active=True).count()
    words = ngettext(
        "%(n)d calendar could not be read for a day: see “Calendar feeds”.",
        "%(n)d calendars could not be read for a day: see “Calendar feeds”.",
        failing,
    ) % {"n": failing}
    return HealthLine(
        _("Calendars elsewhere"), not failing, words if failing else _("All are read.")
    )


def _as_https(address: str) -> str:
    """Programs copy it as webcal://, which is read by https."""
    scheme, divider, rest = address.strip().partition("://")
    return f"https://{rest}" if scheme == "webcal" and divider else address.strip()
