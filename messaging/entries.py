"""One line of time of a conversation: what came, what went, and what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from consent.purposes import Purpose, rule_of
from messaging import parts
from messaging.models import (
    Conversation,
    ConversationEvent,
    Delivery,
    DeliveryPart,
    Message,
)
from messaging.states import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from messaging.models import Attachment
    from messaging.sight import Sight
    from practice.models import Patient, StaffMember

MOST = 100
Kind = ConversationEvent.Kind
# What people did, and what became of it by itself is beside the message already.
TOLD = [Kind.DONE, Kind.REOPENED, Kind.FILED, Kind.MOVED, Kind.UNFILED]
TOLD += [Kind.VISITS_ONLY, Kind.ALL_TEXTS]
# Tone and shape of how a delivery stands, wherever it is shown.
LOOKS: Mapping[Status, tuple[str, str]] = {
    Status.DUE: ("", "clock"),
    Status.SENDING: ("info", "send"),
    Status.ACCEPTED: ("info", "send"),
    Status.SENT: ("info", "check"),
    Status.DELIVERED: ("good", "check-check"),
    Status.UNDELIVERED: ("bad", "x-circle"),
    Status.FAILED: ("bad", "x-circle"),
    Status.SUPPRESSED: ("warn", "ban"),
    Status.EXPIRED: ("warn", "hourglass"),
    Status.UNCERTAIN: ("warn", "help"),
    Status.WITHDRAWN: ("done", "undo"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One message, one delivery or one act, as the page tells it."""

    at: datetime
    kind: str  # in, out, act
    body: str = ""
    who: str = ""  # wrote it, or did it
    patient: Patient | None = None
    what: str = ""  # the purpose, or what was done
    status: str = ""
    tone: str = ""
    shape: str = ""
    reason: str = ""  # why it did not go, or what a rule did
    sent_at: datetime | None = None  # where it came much later than it was sent
    is_waiting: bool = False
    is_loose: bool = False  # came in, and is on no chart
    file_url: str = ""
    undo_url: str = ""
    attachments: Sequence[Attachment] = field(default=())
    pk: int = 0


@dataclass(frozen=True, slots=True)
class DayOf:
    """The entries of one day, by the clock of the reader's page."""

    day: date
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a conversation's time, the oldest entry first."""

    days: Sequence[DayOf]
    hidden: int  # messages of charts that are closed to whoever reads
    newest: int  # the newest message there is, read or not
    charts: Sequence[Patient]  # whom it names
    is_cut: bool  # there is more before
    ends_loose: bool  # what came last is on no chart


def line(conversation: Conversation, sight: Sight, *, zone: str, now: datetime) -> Line:
    """The newest part of a conversation as somebody may read it."""
    came = _came(conversation, sight)
    went = _went(conversation, sight)
    acts = _acts(conversation)
    entries = [_of_message(row, sight.staff) for row in came]
    entries += [_of_delivery(row, sight.staff, now) for row in went]
    entries += [_of_act(row) for row in acts]
    entries.sort(key=lambda one: (one.at, one.kind == "act"))
    named: list[Message | Delivery | DeliveryPart] = [*came, *went]
    named += chain.from_iterable(parts.of(went).values())
    charts: dict[int, Patient] = {}
    for row in named:
        if row.patient:
            charts.setdefault(row.patient.pk, row.patient)
    numbers = conversation.messages.order_by("-pk").values_list("pk", flat=True)
    return Line(
        days=_by_day(entries[-MOST:], zone),
        hidden=conversation.messages.count() - sight.messages(conversation).count(),
        newest=numbers.first() or 0,
        charts=list(charts.values()),
        is_cut=len(entries) > MOST,
        ends_loose=bool(came) and came[0].patient_id is None,
    )


def look_of(status: str) -> tuple[str, str]:
    return LOOKS[Status(status)]


def _came(conversation: Conversation, sight: Sight) -> Sequence[Message]:
    rows = sight.messages(conversation).select_related("patient__merged_into")
    rows = rows.prefetch_related("attachments").order_by("-pk")
    return list(rows[: MOST + 1])


def _went(conversation: Conversation, sight: Sight) -> Sequence[Delivery]:
    rows = sight.deliveries(conversation).select_related(
        "patient__merged_into", "writer"
    )
    return list(rows.order_by("-pk")[: MOST + 1])


def _acts(conversation: Conversation) -> Sequence[ConversationEvent]:
    rows = conversation.events.filter(kind__in=TOLD).order_by("-pk")
    return list(rows[: MOST + 1])


def _of_message(row: Message, staff: StaffMember) -> Entry:
    is_late = (row.came_at - row.sent_at).total_seconds() > 600
    return Entry(
        pk=row.pk,
        at=row.came_at,
        kind="in",
        body=row.body,
        patient=_head(row.patient),
        reason=row.outcome,
        sent_at=row.sent_at if is_late else None,
        is_waiting=row.is_waiting,
        is_loose=row.patient_id is None,
        file_url=reverse("message_file", args=[row.pk]),
        attachments=list(row.attachments.all()),
    )


def _of_delivery(row: Delivery, staff: StaffMember, now: datetime) -> Entry:
    tone, shape = look_of(row.status)
    is_mine = row.writer_id == staff.pk and row.status == Status.DUE
    may_undo = is_mine and row.purpose == Purpose.HUMAN_REPLY and row.due_at > now
    return Entry(
        pk=row.pk,
        at=row.left_at or row.planned_at,
        kind="out",
        body=row.body,
        who=row.writer.name if row.writer else "",
        what="" if row.writer else str(rule_of(row.purpose).words),
        patient=_head(row.patient),
        status=str(Status(row.status).label),
        tone=tone,
        shape=shape,
        reason=row.reason,
        undo_url=reverse("reply_undo", args=[row.pk]) if may_undo else "",
    )


def _of_act(row: ConversationEvent) -> Entry:
    return Entry(at=row.at, kind="act", who=row.actor, what=str(row.get_kind_display()))


def _head(chart: Patient | None) -> Patient | None:
    return (chart.merged_into or chart) if chart else None


def _by_day(entries: Sequence[Entry], zone: str) -> Sequence[DayOf]:
    clock = ZoneInfo(zone)
    days = groupby(entries, key=lambda one: one.at.astimezone(clock).date())
    return [DayOf(day, list(some)) for day, some in days]


def snippet(body: str, *, has_files: bool = False) -> str:
    """What a list shows of a message."""
    if body.strip():
        return " ".join(body.split())
    return _("A picture or file") if has_files else _("(empty)")
