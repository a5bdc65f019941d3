"""Feeds: an address at which a clinician's own calendar reads their visits.

Calendar programs send neither a password nor a session: the address is the secret,
is shown once, and only its digest is kept. What it leads to is read by the program's
maker too: initials at most, no type of visit, no full name for anybody.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from practice import clock, looks
from practice.models import Patient, StaffMember, TrailEntry, TrailPatient
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from practice.zones import first_moment, local_day, of_practice
from scheduling import ics
from scheduling.models import Appointment, CalendarFeed, FeedNames, FeedUse
from scheduling.states import CANCELLATIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from scheduling.models import Attendee

MOST_FEEDS = 5  # of one clinician at a time
BACK, AHEAD = timedelta(days=14), timedelta(days=180)
PAGE = "feed_calendar"  # as looks call it


@dataclass(frozen=True, slots=True)
class Reading:
    """A feed as it is read, and the charts whose initials it shows."""

    content: bytes
    patients: Sequence[int]

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


class NoFeed(NotPossible):
    """Nobody's feed has this address, or it was ended."""


class TooManyFeeds(NotPossible):
    """Enough programs read this calendar."""


@transaction.atomic
def make(*, staff: StaffMember, names: str, by: Actor, now: datetime) -> str:
    """Make a feed of a clinician's visits and return its token, shown once.

    Raises TooManyFeeds, and NoFeed for somebody who sees no patients.
    """
    staff = locked(staff)
    if not staff.is_clinician:
        raise NoFeed(_("Only clinicians have visits to read."))
    if alive().filter(staff=staff).count() >= MOST_FEEDS:
        raise TooManyFeeds(
            _("There are %(n)d feeds already: end one that you no longer use.")
            % {"n": MOST_FEEDS}
        )
    token = secrets.token_urlsafe(24)
    feed = CalendarFeed(staff=staff, digest=digest_of(token), names=names, made_at=now)
    keep(feed, by=by, kind="calendar_feed.made")
    return token


@transaction.atomic
def make_again(*, feed: CalendarFeed, names: str, by: Actor, now: datetime) -> str:
    """Give a feed another address and return its token: nobody saw the first one.

    Raises NoFeed for one that was ended.
    """
    feed = locked(feed)
    if feed.ended_at is not None:
        raise NoFeed(_("That feed was ended. To make another, open this page anew."))
    token = secrets.token_urlsafe(24)
    feed.digest, feed.names, feed.made_at = digest_of(token), names, now
    keep(feed, by=by, kind="calendar_feed.made_again")
    return token


@transaction.atomic
def end(*, feed: CalendarFeed, by: Actor, now: datetime) -> CalendarFeed:
    """Nobody reads at this address any more; a second press changes nothing."""
    feed = locked(feed)
    if feed.ended_at is not None:
        return feed
    feed.ended_at = now
    return keep(feed, by=by, kind="calendar_feed.ended")


def alive() -> QuerySet[CalendarFeed]:
    """The feeds that answer: of active clinicians, not ended."""
    rows = CalendarFeed.objects.filter(ended_at=None, staff__is_active=True)
    return rows.filter(staff__is_clinician=True)


def find(token: str) -> CalendarFeed:
    """The feed of a token. Raises NoFeed."""
    rows = alive().filter(digest=digest_of(token)).select_related("staff")
    if feed := rows.first():
        return feed
    raise NoFeed


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def read(feed: CalendarFeed, *, now: datetime) -> Reading:
    """What a feed says now; a fixed number of queries, however many visits."""
    visits = _visits(feed, now=now)
    coming = {visit.pk: _coming(visit) for visit in visits}
    everybody = {one.patient_id for rows in coming.values() for one in rows}
    charts = _named(feed, everybody, now=now)
    shown = {pk: ".".join([*chart.initials, ""]) for pk, chart in charts.items()}
    with translation.override(settings.LANGUAGE_CODE):
        entries = [_entry(visit, coming[visit.pk], shown) for visit in visits]
        content = ics.of_feed(entries, name="Wellhouse")
    return Reading(content, sorted({chart.pk for chart in charts.values()}))


def _visits(feed: CalendarFeed, *, now: datetime) -> Sequence[Appointment]:
    """Those lately and ahead, the cancelled ones too: a calendar has to be told."""
    day = first_moment(local_day(now, of_practice()), "UTC")
    rows = Appointment.objects.filter(
        clinician=feed.staff_id,
        starts_at__gte=day - BACK,
        starts_at__lt=day + AHEAD,
    )
    related = rows.select_related("location").prefetch_related("attendees")
    return list(related.order_by("starts_at", "pk"))


def _coming(visit: Appointment) -> Sequence[Attendee]:
    return [one for one in visit.attendees.all() if one.is_coming]


def _named(
    feed: CalendarFeed, patient_ids: Collection[int], *, now: datetime
) -> Mapping[int, Patient]:
    """Those whose initials a feed shows, by the charts that stand: of charts that its
    clinician may open.
    """
    if feed.names == FeedNames.NONE or not patient_ids:
        return {}
    charts = Patient.objects.visible_to(feed.staff, now=now)
    rows = charts.filter(pk__in=patient_ids).select_related("merged_into")
    return {chart.pk: chart.merged_into or chart for chart in rows}


def _entry(
    visit: Appointment, coming: Sequence[Attendee], shown: Mapping[int, str]
) -> ics.Entry:
    named = [shown[one.patient_id] for one in coming if one.patient_id in shown]
    changes = [one.status_at for one in visit.attendees.all()]
    is_coming = visit.is_live and not all(
        one.status in CANCELLATIONS or one.is_withdrawn for one in visit.attendees.all()
    )
    return ics.Entry(
        visit,
        title=", ".join(named) if is_coming and named else _("Visit"),
        place=visit.location.short_name,
        is_coming=is_coming,
        changed_at=max([visit.booked_at, *changes]),
    )


def note_use(feed: CalendarFeed, *, now: datetime) -> None:
    FeedUse.objects.update_or_create(feed=feed, defaults={"used_at": now})


def note_look(feed: CalendarFeed, patients: Collection[int]) -> None:
    """Note whose initials left the house, each once a day and feed.

    Programs read every few minutes; a line each would bury who really looked.
    """
    new = set(patients) - _noted_today(feed)
    if new:
        at = clock.real_now().isoformat()
        staff = feed.staff
        why = f"feed {feed.pk}"
        looks.keep([looks.Look(at, staff.pk, staff.name, PAGE, why, sorted(new))])


def _noted_today(feed: CalendarFeed) -> set[int]:
    zone = of_practice()
    begins = first_moment(local_day(clock.real_now(), zone), zone)
    kind = f"{looks.PREFIX}{PAGE}"
    lines = TrailEntry.objects.filter(
        actor_id=feed.staff_id, kind=kind, reason=f"feed {feed.pk}", at__gte=begins
    )
    named = lines.values_list("patient_id", flat=True)
    alone = {patient_id for patient_id in named if patient_id}
    listed = TrailPatient.objects.filter(entry_id__in=lines.values("pk"))
    return alone | set(listed.values_list("patient_id", flat=True))
