"""Calendar files that leave the house (RFC 5545): of one visit, or of a feed.

Whoever looks at somebody's phone or screen reads them: so a title says no more than
that there is an appointment, and a place no more than an address. All times are in
UTC, which no change of the clocks can shift. A visit keeps its UID for good; its
SEQUENCE grows with each move, and by one more for who does not come: so calendars
take the newer one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration, vText

from scheduling.models import Modality

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from scheduling.models import Appointment

OURS = "@wellhouse"  # how the UID of every visit ends
CONTENT_TYPE = "text/calendar; charset=utf-8"
READ_AGAIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit as a calendar shows it."""

    visit: Appointment
    title: str
    place: str
    is_coming: bool
    changed_at: datetime


def uid_of(visit_id: int) -> str:
    """The same for ever, another one in each practice, and no number to read."""
    return f"{uuid5(NAMESPACE_URL, f'{settings.SITE_URL}/visits/{visit_id}')}{OURS}"


def of_visit(visit: Appointment, *, is_coming: bool, now: datetime) -> bytes:
    """The file for one visit's patient, in the language of their page."""
    is_here = visit.modality == Modality.IN_PERSON
    address = ", ".join(visit.location.address.splitlines()) if is_here else ""
    entry = Entry(visit, _("Appointment"), address, is_coming, changed_at=now)
    return _written([entry], name="", method="PUBLISH" if is_coming else "CANCEL")


def of_feed(entries: Iterable[Entry], *, name: str) -> bytes:
    """What a clinician's own calendar reads."""
    return _written(entries, name=name, method="PUBLISH")


def _written(entries: Iterable[Entry], *, name: str, method: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Wellhouse//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", vText(name))
        calendar.add("refresh-interval", vDuration(READ_AGAIN), {"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(READ_AGAIN))
    for entry in entries:
        calendar.add_component(_event(entry))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry) -> Event:
    visit, event = entry.visit, Event()
    event.add("uid", uid_of(visit.pk))
    event.add("sequence", visit.version + (0 if entry.is_coming else 1))
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    event.add("status", "CONFIRMED" if entry.is_coming else "CANCELLED")
    event.add("transp", "OPAQUE" if entry.is_coming else "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
