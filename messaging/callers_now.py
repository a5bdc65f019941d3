"""Who is calling now: what the desk wants to know before it takes the phone.

Of a number it is told who has it among the charts that the reader opens anyway; of
everybody else, that there is somebody. Nothing is said of what anybody wrote.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from consent import addresses
from consent.states import Channel
from messaging import sight
from messaging.models import Conversation, IncomingCall
from practice import contact_frames, contacts, zones
from practice.access import Capability, may
from practice.models import Patient, Task
from practice.models.contacts import phone_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from practice.models import ContactPoint, StaffMember

# No call rings, or waits at the menu, for longer; one that lasts is somebody's by then.
SHOWN_FOR, MOST = timedelta(minutes=5), 4


@dataclass(frozen=True, slots=True)
class Known:
    """One chart that has the number."""

    patient: Patient
    next_visit: str
    tasks: int


@dataclass(frozen=True, slots=True)
class Ringing:
    """One call, and who may be calling."""

    call: IncomingCall
    phone: str
    known: Sequence[Known]
    has_others: bool  # charts that this reader does not open
    is_special: bool  # something is to be kept in mind before the practice is named
    conversation: Conversation | None

    @property
    def is_unknown(self) -> bool:
        return not (self.known or self.has_others)


def ringing(
    staff: StaffMember, *, put_away: Collection[int], now: datetime
) -> Sequence[Ringing]:
    """The calls that are not over, the newest first; a few queries for all."""
    rows = IncomingCall.objects.filter(ended_at=None, came_at__gt=now - SHOWN_FOR)
    calls = list(rows.exclude(pk__in=put_away).order_by("-pk")[:MOST])
    if not calls:
        return []
    numbers = {one.address for one in calls if one.address}
    points = _points(numbers)
    theirs = {point.patient_id for some in points.values() for point in some}
    charts = _charts(staff, {pk for pk in theirs if pk})
    talks = _talks(staff, numbers, now=now)
    known = _known(charts.values(), now=now)
    return [
        _ringing(one, points.get(one.address, ()), charts, known, talks)
        for one in calls
    ]


def digest(found: Sequence[Ringing]) -> str:
    """The same as long as the card says the same; of nothing, nothing."""
    if not found:
        return ""
    said = [
        (
            one.call.pk,
            [(k.patient.pk, k.next_visit, k.tasks) for k in one.known],
            one.conversation.state if one.conversation else "",
        )
        for one in found
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _points(numbers: Collection[str]) -> Mapping[str, Sequence[ContactPoint]]:
    found: dict[str, list[ContactPoint]] = defaultdict(list)
    for point in addresses.points_at(numbers):
        found[addresses.of_point(point)].append(point)
    return found


def _charts(staff: StaffMember, ids: Collection[int]) -> Mapping[int, Patient]:
    """By the id on a contact, the chart that stands for it, if the reader opens it."""
    told = Patient.objects.filter(pk__in=ids).values_list("pk", "merged_into")
    heads = {pk: head or pk for pk, head in told}
    opened = Patient.objects.usual_to(staff).in_bulk(set(heads.values()))
    return {pk: opened[head] for pk, head in heads.items() if head in opened}


def _known(charts: Iterable[Patient], *, now: datetime) -> Mapping[int, Known]:
    heads = {one.pk: one for one in charts}
    facts = contact_frames.facts_of(list(heads), now=now)
    open_tasks = Task.objects.open().filter(patient__in=heads)
    tasks = Counter(open_tasks.values_list("patient", flat=True))
    return {
        pk: Known(
            one,
            zones.moment(facts[pk].next_visit_at, facts[pk].zone)
            if pk in facts
            else "",
            tasks[pk],
        )
        for pk, one in heads.items()
    }


def _talks(
    staff: StaffMember, numbers: Collection[str], *, now: datetime
) -> Mapping[str, Conversation]:
    """The open conversation by text with each number, if they may read it."""
    if not may(staff, Capability.READ_MESSAGES):
        return {}
    rows = sight.of(staff, now=now).conversations()
    open_ones = rows.filter(
        channel__in=[Channel.TEXT, Channel.CALL],
        address__in=numbers,
        state=Conversation.State.OPEN,
    )
    return {one.address: one for one in open_ones.order_by("newest_at")}


def _ringing(
    call: IncomingCall,
    points: Sequence[ContactPoint],
    charts: Mapping[int, Patient],
    known: Mapping[int, Known],
    talks: Mapping[str, Conversation],
) -> Ringing:
    here = {
        charts[point.patient_id].pk
        for point in points
        if point.patient_id and point.patient_id in charts
    }
    theirs = [known[pk] for pk in sorted(here)]
    others = [point for point in points if point.patient_id not in charts]
    safe = contacts.addresses_of(list(points))
    is_special = any(
        not (one.may_call and one.may_name_practice) or one.safe_hours for one in safe
    )
    return Ringing(
        call=call,
        phone=phone_text(call.address) if call.address else _("Number withheld"),
        known=theirs,
        has_others=bool(others),
        is_special=is_special or any(one.patient.needs_no_calls for one in theirs),
        conversation=talks.get(call.address),
    )
