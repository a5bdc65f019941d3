"""What this floor's conversations add to the rail, to Today and to the charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from consent.purposes import rule_of
from messaging import entries, parts, waiting
from messaging.models import Delivery, Message
from messaging.states import Status
from messaging.views.conversations import count_waiting
from practice.access import Capability, may
from practice.contributions import Line, Moment, Page, Panel, Section
from practice.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from messaging.listing import Row
    from practice.contributions import Day, OpenChart
    from practice.models import StaffMember

SHOWN, NEWEST = 6, 4
TOLD = ("purpose", "status", "body", "reason", "ids", "left_at", "planned_at")


@dataclass(frozen=True, slots=True)
class Said:
    """One message or delivery as the panel of a chart tells it."""

    at: datetime
    said: str
    talk: int | None  # its conversation, where it stands in one
    is_ours: bool = False
    is_waiting: bool = False
    status: str = ""
    tone: str = ""
    shape: str = ""


def pages() -> Sequence[Page]:
    """NAVIGATION: the conversations, with how many wait for this person."""
    return [
        Page(
            _("Messages"),
            "conversations",
            "message",
            Capability.READ_MESSAGES,
            "x",
            count=count_waiting,
        )
    ]


def to_answer(day: Day) -> Section | None:
    """TODAY: what waits for an answer, the longest first."""
    if not may(day.staff, Capability.READ_MESSAGES):
        return None
    rows, count = waiting.longest(day.staff, most=SHOWN, now=day.now)
    return Section(
        _("Messages to answer"),
        "message",
        [_line(row, now=day.now) for row in rows],
        empty=_("What patients write, and no rule answers, appears here."),
        count=count,
        more_url=reverse("conversations"),
        is_pressing=any(row.is_late for row in rows),
    )


def moments(
    patient_ids: Sequence[int], *, staff: StaffMember, limit: int
) -> Sequence[Moment]:
    """TIMELINE: what they wrote and what we sent, where it is on their chart."""
    if not may(staff, Capability.READ_MESSAGES):
        return []
    found = [_moment_in(row) for row in _came(limit, charts=patient_ids)]
    found += [_moment_out(row) for row in _went(limit, charts=patient_ids)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def panel(chart: OpenChart) -> Panel | None:
    """PATIENT_PANELS: what was said last, and where to write."""
    if not may(chart.staff, Capability.READ_MESSAGES):
        return None
    came, went = _came(NEWEST, charts=chart.ids), _went(NEWEST, charts=chart.ids)
    said = [*(_said_in(row) for row in came), *(_said_out(row) for row in went)]
    newest = sorted(said, key=lambda one: one.at, reverse=True)[:NEWEST]
    can_write = may(chart.staff, Capability.ANSWER_MESSAGES)
    return Panel(
        title=_("Messages"),
        template="panels/messages.html",
        context={
            "newest": newest,
            "waiting": sum(row.is_waiting for row in came),
            "can_write": can_write,
        },
        act_label=_("Write a text"),
        act_url=reverse("text_new", args=[chart.patient.pk]) if can_write else "",
    )


def _line(row: Row, *, now: datetime) -> Line:
    """Since when somebody waits; what they wrote is for the page itself."""
    talk = row.conversation
    chart = row.charts[0] if row.charts else None
    since = timesince(talk.open_since_at or now, now, depth=1)
    return Line(
        title=_("Waits for %(time)s") % {"time": since},
        url=reverse("conversation", args=[talk.pk]),
        person=chart.display_name if chart else "",
        chart_id=chart.pk if chart else None,
        initials=chart.initials if chart else "",
        detail=_("not yet filed") if row.is_loose else "",
        badge=_("late") if row.is_late else "",
        tone="bad" if row.is_late else "",
    )


@prepared
def _came(most: int, *, charts: Any) -> QuerySet[Message]:
    rows = Message.objects.filter(patient__in=charts)
    return rows.order_by("-came_at", "-pk")[:most]


def _went(most: int, *, charts: Sequence[int]) -> Sequence[Delivery]:
    several = parts.to_several(charts)
    found = _sent(most, charts=charts, several=several)
    return parts.own(found, charts) if several else found


@prepared
def _sent(most: int, *, charts: Any, several: Any) -> QuerySet[Delivery]:
    theirs = Q(patient__in=charts) | Q(pk__in=several)
    rows = Delivery.objects.filter(theirs, staff=None)
    gone = rows.exclude(Q(status=Status.WITHDRAWN) & ~Q(writer=None))
    told = gone.select_related("writer").only(*TOLD, "patient", "writer__name")
    return told.order_by("-planned_at", "-pk")[:most]


def _moment_in(row: Message) -> Moment:
    return Moment(
        at=row.came_at,
        title=_("They wrote"),
        icon="message",
        detail=entries.snippet(row.body, has_files=True),
        url=reverse("conversation", args=[row.conversation_id]),
        move_url=reverse("message_file", args=[row.pk]),
    )


def _moment_out(row: Delivery) -> Moment:
    what = _("We wrote") if row.writer else str(rule_of(row.purpose).words)
    return Moment(
        at=row.left_at or row.planned_at,
        title=f"{what}: {Status(row.status).label.lower()}",
        icon="send",
        by=row.writer.name if row.writer else "",
        detail=row.body if row.writer else row.reason,
    )


def _said_in(row: Message) -> Said:
    return Said(
        at=row.came_at,
        said=entries.snippet(row.body, has_files=True),
        talk=row.conversation_id,
        is_waiting=row.is_waiting,
    )


def _said_out(row: Delivery) -> Said:
    tone, shape = entries.look_of(row.status)
    return Said(
        at=row.left_at or row.planned_at,
        said=entries.snippet(row.body),
        talk=row.ids.get("conversation"),
        is_ours=True,
        status=str(Status(row.status).label),
        tone=tone,
        shape=shape,
    )
