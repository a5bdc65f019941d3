"""The outbox as staff look at it: what waits, what failed, what nobody is sure of.

The page asks as many questions for a million deliveries as for one, and each is
answered along an index: every status by itself, the newest first, from where the last
page ended. Numbers stop at a bound.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from messaging import parts
from messaging.models import Delivery
from messaging.states import ENDS, LEFT_OUT, Status
from practice import zones
from practice.models import Patient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from practice.models import StaffMember

PAGE, MOST = 50, 1000
UNSURE, FAILED, WAITS, LEFT, NOT_SENT = "unsure", "failed", "waits", "left", "not_sent"
SHOWS: Mapping[str, tuple[StrOrPromise, frozenset[Status]]] = {
    UNSURE: (_("Not sure it went"), frozenset({Status.UNCERTAIN})),
    FAILED: (_("Did not arrive"), ENDS - {Status.DELIVERED}),
    WAITS: (_("Waits"), frozenset({Status.DUE, Status.SENDING})),
    LEFT: (
        _("Went"),
        frozenset({Status.ACCEPTED, Status.SENT, Status.DELIVERED}),
    ),
    NOT_SENT: (_("Not sent"), LEFT_OUT),
}
TONES: Mapping[str, str] = {
    Status.DUE: "info",
    Status.SENDING: "info",
    Status.ACCEPTED: "info",
    Status.SENT: "good",
    Status.DELIVERED: "good",
    Status.UNDELIVERED: "bad",
    Status.FAILED: "bad",
    Status.UNCERTAIN: "warn",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: what comes next is older."""

    due_at: datetime
    pk: int

    @classmethod
    def of(cls, row: Delivery) -> Self:
        return cls(row.due_at, row.pk)

    @classmethod
    def read(cls, said: str) -> Self | None:
        """What an address says; None where it says nothing that could be a place."""
        at, _sign, number = said.partition("_")
        try:
            due_at = parse_datetime(at)
        except ValueError:
            return None
        is_number = number.isascii() and number.isdecimal() and len(number) < 19
        if due_at is None or due_at.tzinfo is None or not is_number:
            return None
        return cls(due_at, int(number))

    def __str__(self) -> str:
        return f"{self.due_at.isoformat()}_{self.pk}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for; a day is one of the practice's clock."""

    show: str = UNSURE
    purpose: str = ""
    day: date | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of it."""

    rows: Sequence[Delivery]
    after: Place | None
    count: int
    is_more: bool  # than could be counted


def listed(
    wish: Wish, *, staff: StaffMember, now: datetime, before: Place | None = None
) -> Listed:
    """The newest that somebody may see, by when they were due."""
    rows = _asked(wish).filter(_seen_by(staff, now=now))
    found = _page(rows, wish, before)
    count = sum(
        len(rows.filter(status=one).order_by().values_list("pk")[: MOST + 1])
        for one in sorted(SHOWS[wish.show][1])
    )
    after = Place.of(found[PAGE - 1]) if len(found) > PAGE else None
    return Listed(found[:PAGE], after, min(count, MOST), count > MOST)


def to_resolve(staff: StaffMember) -> QuerySet[Delivery]:
    """What is uncertain and theirs to say how it was; never by break-glass."""
    charts = Patient.objects.usual_to(staff)
    theirs = parts.open_to(charts) | Q(patient__in=charts.order_by().values("pk"))
    return Delivery.objects.filter(theirs, status=Status.UNCERTAIN)


def shown_first(staff: StaffMember) -> str:
    """What waits for a word of theirs; where nothing does, what went last."""
    return UNSURE if to_resolve(staff).exists() else LEFT


def _asked(wish: Wish) -> QuerySet[Delivery]:
    rows = Delivery.objects.select_related("patient", "caregiver", "staff")
    if wish.purpose:
        rows = rows.filter(purpose=wish.purpose)
    if wish.day:
        rows = rows.filter(
            due_at__gte=zones.first_moment(wish.day, wish.zone),
            due_at__lt=zones.end_of(wish.day, wish.zone),
        )
    return rows


def _seen_by(staff: StaffMember, *, now: datetime) -> Q:
    """Those about charts that they may open, and those about no patient."""
    charts = Patient.objects.visible_to(staff, now=now)
    return parts.open_to(charts) | Q(patient__in=charts.order_by().values("pk"))


def _page(
    rows: QuerySet[Delivery], wish: Wish, before: Place | None
) -> Sequence[Delivery]:
    """One more than a page holds, from each status along its index, and merged."""
    if before is not None:
        earlier = Q(due_at__lt=before.due_at)
        rows = rows.filter(earlier | Q(due_at=before.due_at, pk__lt=before.pk))
    each = [
        list(rows.filter(status=one).order_by("-due_at", "-pk")[: PAGE + 1])
        for one in sorted(SHOWS[wish.show][1])
    ]
    merged = heapq.merge(*each, key=lambda row: (row.due_at, row.pk), reverse=True)
    return list(merged)[: PAGE + 1]
