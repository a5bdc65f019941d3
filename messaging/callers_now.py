"""Who is calling now: what the desk wants to know before it takes the phone.

Of a number it is told who has it, and whose family that is, among the charts that the
reader opens anyway; of everybody else, that there is somebody. From whom everything is
kept is said in red, and of the visit nothing. Nothing is said of what anybody wrote.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import to_python

from consent import addresses
from consent.states import Channel
from messaging import callers_family, sight
from messaging.models import Conversation, IncomingCall
from practice import contact_frames, contacts, zones
from practice.access import Capability, may
from practice.models import Patient, Task
from practice.models.contacts import phone_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from messaging.callers_family import Kin
    from practice.models import ContactPoint, StaffMember

# No call rings, or waits at the menu, for longer; one that lasts is somebody's by then.
SHOWN_FOR, MOST = timedelta(minutes=5), 4


@dataclass(frozen=True, slots=True)
class Known:
    """One chart that has the number, or whose family has it."""

    patient: Patient
    next_visit: str
    tasks: int
    relation: str = ""  # of who calls to the patient; empty: it is the patient's own
    is_barred: bool = False  # somebody with the number must not be told anything


@dataclass(frozen=True, slots=True)
class Ringing:
    """One call, and who may be calling."""

    call: IncomingCall
    phone: str
    known: Sequence[Known]
    has_others: bool  # charts that this reader does not open
    cautions: Sequence[str]  # what to keep in mind before anything is said, in words
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
    heads = _heads(point for some in points.values() for point in some)
    family = callers_family.at(points, heads, now=now)
    kin = {one.head for some in family.values() for one in some}
    talks = _talks(staff, numbers, now=now)
    known = _known(_opened(staff, {*heads.values(), *kin}), now=now)
    found = []
    for call in calls:
        here = points.get(call.address, ())
        lines = _Lines(
            own={heads[one.patient_id] for one in here if one.patient_id},
            family=family.get(call.address, ()),
            known=known,
        )
        found.append(_ringing(call, here, lines, talks))
    return found


def digest(found: Sequence[Ringing]) -> str:
    """The same as long as the card says the same; of nothing, nothing."""
    if not found:
        return ""
    said = [
        (
            one.call.pk,
            [
                (k.patient.pk, k.next_visit, k.tasks, k.relation, k.is_barred)
                for k in one.known
            ],
            one.has_others,
            list(one.cautions),
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


def _heads(points: Iterable[ContactPoint]) -> Mapping[int, int]:
    """By the id on a contact, the chart that stands for it."""
    ids = {point.patient_id for point in points if point.patient_id}
    told = Patient.objects.filter(pk__in=ids).values_list("pk", "merged_into")
    return {pk: head or pk for pk, head in told}


def _opened(staff: StaffMember, heads: Collection[int]) -> Collection[Patient]:
    """Those charts that the reader opens anyway."""
    return Patient.objects.usual_to(staff).filter(pk__in=heads)


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


@dataclass(frozen=True, slots=True)
class _Lines:
    """What is known of one number."""

    own: set[int]  # charts that have it
    family: Sequence[Kin]
    known: Mapping[int, Known]

    @property
    def shown(self) -> Sequence[Known]:
        barred = {one.head for one in self.family if one.is_barred}
        relations = {one.head: one.relation for one in self.family}
        found = []
        for pk in (*sorted(self.own), *(sorted(set(relations) - set(self.own)))):
            if (line := self.known.get(pk)) is None:
                continue
            if pk not in self.own:
                line = replace(line, relation=relations[pk])
            if pk in barred:
                line = replace(line, next_visit="", is_barred=True)
            found.append(line)
        return found

    @property
    def has_hidden(self) -> bool:
        return not {*self.own, *(one.head for one in self.family)} <= set(self.known)


def _ringing(
    call: IncomingCall,
    points: Sequence[ContactPoint],
    lines: _Lines,
    talks: Mapping[str, Conversation],
) -> Ringing:
    shown = lines.shown
    return Ringing(
        call=call,
        phone=_phone(call.address) or _("A number that is withheld"),
        known=shown,
        has_others=lines.has_hidden or bool(points and not shown),
        cautions=_cautions(points, lines),
        conversation=talks.get(call.address),
    )


def _cautions(points: Sequence[ContactPoint], lines: _Lines) -> Sequence[str]:
    """Each thing that was asked for there, in words, and nobody's name.

    That the practice is not to be named at a number is no part: they called it.
    """
    found = []
    if any(one.is_barred for one in lines.family):
        found.append(_("Somebody with this number must not be told anything."))
    safe = contacts.addresses_of(points)
    if not all(one.may_call for one in safe):
        found.append(_("Calls are not wanted at this number: do not ring it back."))
    if any(lines.known[pk].patient.needs_no_calls for pk in lines.own & {*lines.known}):
        found.append(_("A patient with this number asked not to be called."))
    for since, until in sorted({hours for one in safe for hours in one.safe_hours}):
        words = _("Calls there are safe only from %(since)s to %(until)s.")
        times = {"since": time_format(since), "until": time_format(until)}
        found.append(words % times)
    return found


def _phone(address: str) -> str:
    return phone_text(to_python(address)) if address else ""
