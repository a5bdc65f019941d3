"""What patients agreed to: one row for each decision, kept when it was taken.

A number is given with what may be done there, so that to give it is to agree: the
tick beside it is the consent. Whoever unticks it withdraws. Family and helpers are
reached by the rights that the patient gives them, and have no records of their own.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction

from consent import addresses
from consent.models import ConsentRecord
from consent.states import Channel, Decision
from practice.models import ContactKind, StaffMember, Taken
from practice.prepared import prepared
from practice.trail import Actor, keep, keep_many

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.contact_frames import Told
    from practice.models import ContactPoint

# Which answer of a contact is consent to which channel.
ASKED: Mapping[str, Mapping[Channel, str]] = {
    ContactKind.PHONE: {Channel.TEXT: "may_text", Channel.CALL: "may_call"},
    ContactKind.EMAIL: {Channel.MAIL: "may_write"},
    ContactKind.POST: {},
}
TAKEN_ALONG = (
    *("subject", "decision", "notice_version", "taken", "taken_from_id", "address"),
    *("decided_at", "recorder_id", "arrived_with_id"),
)
Agreed = dict[str, ConsentRecord]  # the newest decision, by channel


@transaction.atomic
def take(told: Sequence[Told], *, taken: str, by: Actor, now: datetime) -> None:
    """CONTACT_TAKEN: keep what was agreed to with new and changed contacts."""
    found = [one for each in told for one in _decisions(each)]
    rows: dict[Decision, list[ConsentRecord]] = defaultdict(list)
    for point, channel, decision in found:
        row = _record(point, channel, decision, taken=taken, by=by, now=now)
        rows[decision].append(row)
    keep_many(rows[Decision.GRANTED], by=by, kind="consent.granted")
    keep_many(rows[Decision.WITHDRAWN], by=by, kind="consent.withdrawn")


@transaction.atomic
def move_along(point: ContactPoint, *, by: Actor) -> None:
    """CONTACT_MOVED: what counts there counts on the right chart, as it was taken.

    What was decided by mistake on the other one stays there, and goes with it.
    """
    for record in agreed_at([point]).get(point.pk, {}).values():
        copied: dict[str, Any] = {name: getattr(record, name) for name in TAKEN_ALONG}
        row = ConsentRecord(patient=point.patient, **copied)
        keep(row, by=by, kind="consent.moved_here")


@transaction.atomic
def decline(
    *, point: ContactPoint, channel: str, taken: str, by: Actor, now: datetime
) -> ConsentRecord:
    """They were asked about a channel, and said no."""
    row = _record(
        point, Channel(channel), Decision.DECLINED, taken=taken, by=by, now=now
    )
    return keep(row, by=by, kind="consent.declined")


def agreed_at(points: Collection[ContactPoint]) -> Mapping[int, Agreed]:
    """What counts at some contacts, by the contact's id; takes one query."""
    now_at = {point.pk: addresses.of_point(point) for point in points}
    found: dict[int, Agreed] = defaultdict(dict)
    for row in _taken_from(points=list(now_at)):
        if row.taken_from_id and row.address == now_at[row.taken_from_id]:
            found[row.taken_from_id][row.subject] = row
    return found


@prepared
def _taken_from(points: Any) -> QuerySet[ConsentRecord]:
    return ConsentRecord.objects.filter(taken_from__in=points).order_by("pk")


def _decisions(told: Told) -> Iterator[tuple[ContactPoint, Channel, Decision]]:
    """What the answers of a contact mean that are new, or were given anew."""
    point, before = told.point, told.before
    if point.patient_id is None:
        return
    is_same = before is not None and addresses.of_point(before) == addresses.of_point(
        point
    )
    for channel, name in ASKED[point.kind].items():
        may = getattr(point, name)
        did = is_same and getattr(before, name)
        if may and not did:
            yield point, channel, Decision.GRANTED
        elif did and not may:
            yield point, channel, Decision.WITHDRAWN


def _record(
    point: ContactPoint,
    channel: Channel,
    decision: Decision,
    *,
    taken: str,
    by: Actor,
    now: datetime,
) -> ConsentRecord:
    assert point.patient_id is not None  # family and helpers have no records
    return ConsentRecord(
        patient_id=point.patient_id,
        subject=channel,
        decision=decision,
        taken=taken,
        taken_from_id=point.pk,
        address=addresses.of_point(point),
        decided_at=now,
        recorder=by if isinstance(by, StaffMember) else None,
        arrived_with_id=point.arrived_with_id if taken == Taken.FILE else None,
    )
