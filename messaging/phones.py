"""The demo's phones as their page shows them: whose they are, and what they got."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import blake2s
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from consent import addresses
from consent.states import Channel
from messaging.channels import simulated
from messaging.models import Conversation, Delivery, SimulatedPhone, SimulatedText
from messaging.models.vendors import Fate, Way
from messaging.states import Status
from practice.contributions import load
from practice.languages import Language
from practice.models import Caregiver, Caregiving, ContactPoint, Patient
from practice.modes import is_loopback

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from messaging.planned import Planned

PAGE, TEXTS, COMING = 30, 200, 3
NEVER_CAME = (Fate.UNDELIVERABLE, Fate.LANDLINE, Fate.FILTERED)
_ADDRESS = re.compile(r"(https?://[^\s]*[^\s.,;:!?)])")


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody with a number: a patient, or family of one."""

    name: str
    language: str  # its name, where it is not English
    charts: Sequence[Patient]
    is_family: bool


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone of the list."""

    row: SimulatedPhone
    owners: Sequence[Owner] = ()
    newest: SimulatedText | None = None


@dataclass(frozen=True, slots=True)
class Bit:
    """A part of a text; with a path it is a link that opens here."""

    words: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text on the screen of a phone."""

    row: SimulatedText
    bits: Sequence[Bit]
    outbox: str  # how the practice's outbox says it stands

    @property
    def never_came(self) -> bool:
        return self.row.fate in NEVER_CAME

    @property
    def odd_fate(self) -> str:
        """What the carrier did with it, where that is not the usual."""
        is_usual = self.row.fate in ("", Fate.DELIVER)
        return "" if is_usual else str(Fate(self.row.fate).label)


@dataclass(frozen=True, slots=True)
class Screen:
    """All that one phone shows, and what stands beside it."""

    phone: Phone
    days: Sequence[tuple[date, Sequence[Bubble]]]
    is_blocked: bool
    waiting: Sequence[Delivery] = field(default_factory=list)
    coming: Sequence[Planned] = field(default_factory=list)
    talk: Conversation | None = None

    @property
    def charts(self) -> Sequence[Patient]:
        """Of the people who have it, each once."""
        owners = self.phone.owners
        return list({one.pk: one for owner in owners for one in owner.charts}.values())


# The list ------------------------------------------------------------------------
def listed(words: str = "", *, start: int = 0) -> tuple[Sequence[Phone], bool]:
    """A page of the phones, those with the newest texts first; and is there more."""
    rows = SimulatedPhone.objects.all()
    if words.strip():
        rows = rows.filter(_found(words))
    newest = SimulatedText.objects.filter(address=OuterRef("address")).order_by("-pk")
    rows = rows.annotate(newest=Subquery(newest.values("pk")[:1]))
    order = F("newest").desc(nulls_last=True)
    page = list(rows.order_by(order, "pk")[start : start + PAGE + 1])
    return _with_owners(page[:PAGE]), len(page) > PAGE


def _found(words: str) -> Q:
    """Phones by a part of their number, or of the name of somebody who has it."""
    digits = re.sub(r"[\s().+-]", "", words)
    if digits.isdecimal():
        return Q(address__contains=digits)
    points = ContactPoint.objects.filter(ended_at=None, kind="phone")
    for word in words.split():
        name = Q(caregiver__name__icontains=word)
        for part in ("given_name", "family_name", "preferred_name"):
            name |= Q(**{f"patient__{part}__icontains": word})
        points = points.filter(name)
    return Q(address__in=points.values("phone"))


def _with_owners(rows: Sequence[Any]) -> Sequence[Phone]:
    """Of rows that carry the `newest` text's id."""
    texts = SimulatedText.objects.in_bulk([row.newest for row in rows if row.newest])
    owners = owners_of([row.address for row in rows])
    return [
        Phone(row, owners.get(row.address, ()), texts.get(row.newest)) for row in rows
    ]


def owners_of(numbers: Collection[str]) -> Mapping[str, Sequence[Owner]]:
    """Who has each number now, with the charts that they get texts about."""
    points = addresses.points_at(numbers).select_related("patient", "caregiver")
    rows = list(points.order_by("pk"))
    family: dict[int, list[Patient]] = defaultdict(list)
    caring = Caregiving.objects.filter(
        caregiver__in=[one.caregiver_id for one in rows if one.caregiver_id],
        is_withdrawn=False,
    )
    for one in caring.select_related("patient").order_by("pk"):
        family[one.caregiver_id].append(one.patient)
    found: dict[str, list[Owner]] = defaultdict(list)
    for point in rows:
        there = found[addresses.of_point(point)]
        if point.caregiver:
            there.append(_family(point.caregiver, family[point.caregiver.pk]))
        elif point.patient:
            there.append(_patient(point.patient))
    return found


def _patient(patient: Patient) -> Owner:
    language = _language(patient.written_language)
    return Owner(patient.display_name, language, [patient], is_family=False)


def _family(caregiver: Caregiver, charts: Sequence[Patient]) -> Owner:
    return Owner(caregiver.name, _language(caregiver.language), charts, is_family=True)


def _language(code: str) -> str:
    return "" if code == Language.ENGLISH else str(Language(code).label)


# One phone -----------------------------------------------------------------------
def screen(row: SimulatedPhone, *, now: datetime) -> Screen:
    """What a phone got and said, and what it is about to get."""
    there = SimulatedText.objects.filter(address=row.address)
    texts = list(there.order_by("-pk")[:TEXTS])
    owners = owners_of([row.address]).get(row.address, ())
    waiting = list(_waiting(row))
    coming = _coming(owners, now=now)
    talks = Conversation.objects.filter(address=row.address, channel=Channel.TEXT)
    bubbles = list(_bubbles(texts[::-1]))
    return Screen(
        phone=Phone(row, owners, texts[0] if texts else None),
        days=[(day, list(some)) for day, some in groupby(bubbles, key=_day)],
        is_blocked=simulated.is_blocked(row.address),
        waiting=waiting,
        coming=coming,
        talk=talks.first(),
    )


def _waiting(row: SimulatedPhone) -> QuerySet[Delivery]:
    """What the outbox has for it, and has not sent."""
    rows = Delivery.objects.filter(address=row.address, status=Status.DUE)
    return rows.order_by("due_at", "pk")[:COMING]


def _coming(owners: Sequence[Owner], *, now: datetime) -> Sequence[Planned]:
    """What is planned for the people of a phone, the first to leave first."""
    charts = {one.pk for owner in owners for one in owner.charts}
    lines = [
        line
        for contribute in load("PLANNED_MESSAGES")
        for line in contribute(sorted(charts), now=now)
        if line.is_open and line.at > now
    ]
    return sorted(lines, key=lambda line: line.at)[:COMING]


def _bubbles(rows: Sequence[SimulatedText]) -> Iterator[Bubble]:
    ids = [row.delivery_id for row in rows if row.delivery_id]
    known = dict(Delivery.objects.filter(pk__in=ids).values_list("pk", "status"))
    for row in rows:
        status = known.get(row.delivery_id or 0) if row.way == Way.OUT else None
        said = str(Status(status).label) if status else ""
        yield Bubble(row, bits_of(row.body), said)


def bits_of(body: str) -> Sequence[Bit]:
    """The words of a text; of links, only those to this site can be tapped."""
    bits = []
    for part in _ADDRESS.split(body):
        if path := _path_here(part):
            bits.append(Bit(part, path))
        elif part:
            bits.append(Bit(part))
    return bits


def _path_here(words: str) -> str:
    """The path of an address of this site; the demo's port is another each time."""
    if not words.startswith("http"):
        return ""
    parts = urlsplit(words)
    is_ours = is_loopback(parts.hostname or "") or words.startswith(settings.SITE_URL)
    return parts.path if is_ours else ""


def _day(bubble: Bubble) -> date:
    return timezone.localdate(bubble.row.shown_at)


def stamp_of(screen: Screen, listed: Sequence[Phone], *, now: datetime) -> str:
    """Another one: something is new, at least the minute. The same in every process."""
    facts: list[object] = [
        now.replace(second=0, microsecond=0),
        [(one.row.pk, one.outbox) for _day, day in screen.days for one in day],
        [(one.pk, one.due_at) for one in screen.waiting],
        [(one.title, one.at, one.state) for one in screen.coming],
        [(one.row.pk, one.newest and one.newest.pk) for one in listed],
        [str(screen.phone.row.fate), screen.talk and screen.talk.pk],
    ]
    return blake2s(repr(facts).encode(), digest_size=8).hexdigest()
