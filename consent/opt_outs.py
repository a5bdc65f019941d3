"""“Stop”: per address, for everybody who shares it, at once, until it is lifted.

Texts come back by the patient's own START alone: the vendor blocks until then,
whatever stands here. What was told to staff, staff may lift, with the patient's
words; the exception is texts. A stop of texts holds machines from calling, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from consent import addresses, agreeing
from consent.models import OptOut
from consent.states import LIFTS, Channel, Event, Source, staff_may_lift
from practice.models import StaffMember
from practice.prepared import prepared
from practice.rules import NotPossible
from practice.trail import Actor, keep

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.models import Patient

Standing = dict[tuple[str, str], OptOut]  # by address and channel


class NotTheirsToLift(NotPossible):
    """Staff cannot bring back what only the patient can."""


class NothingStopped(NotPossible):
    """There is no stop to lift."""


class Overtaken(NotPossible):
    """They said the opposite later than this, though this came in after it."""


class NotAnAddress(NotPossible):
    """Neither a number nor an e-mail address, or not of that channel."""


@transaction.atomic
def stop(
    *,
    address: str,
    channel: str,
    source: str,
    by: Actor,
    now: datetime,
    words: str = "",
    patient: Patient | None = None,
    happened_at: datetime | None = None,
) -> OptOut:
    """Send nothing more to an address on a channel; twice at once is one stop.

    Whoever there has a visit to come becomes a task of the front desk: “agree
    another way”. `words` are what was written, as written, and `happened_at` when,
    if that was before now. Raises NotAnAddress, Overtaken.
    """
    address = _checked(address, channel)
    said = {"source": source, "words": words[:1600], "patient": patient}
    row, is_new = _next(
        address,
        channel,
        Event.STOPPED,
        said=said,
        kind="opt_out.stopped",
        by=by,
        at=_earlier(happened_at, now),
    )
    if is_new:
        agreeing.ask(row, by=by, now=now)
    return row


@transaction.atomic
def start_again(
    *,
    address: str,
    by: Actor,
    now: datetime,
    words: str = "START",
    happened_at: datetime | None = None,
) -> OptOut | None:
    """The patient texted START from there: texts may go again; None if they might.

    Raises Overtaken where they stopped them later than `happened_at`.
    """
    address = _checked(address, Channel.TEXT)
    if (address, Channel.TEXT) not in standing([address]):
        return None
    said = {"source": Source.START, "words": words[:1600]}
    row, is_new = _next(
        address,
        Channel.TEXT,
        Event.LIFTED,
        said=said,
        kind="opt_out.lifted",
        by=by,
        at=_earlier(happened_at, now),
    )
    if is_new:
        agreeing.settle(row, by=by)
    return row


@transaction.atomic
def lift(
    *,
    address: str,
    channel: str,
    words: str,
    by: StaffMember,
    now: datetime,
    patient: Patient | None = None,
) -> OptOut:
    """The patient told staff that calls or e-mails are welcome again, in `words`.

    Raises NothingStopped, NotTheirsToLift.
    """
    address = _checked(address, channel)
    stopped = standing([address]).get((address, channel))
    if stopped is None:
        raise NothingStopped(_("Nothing is stopped there any more."))
    if refusal := why_not_lift(stopped):
        raise NotTheirsToLift(refusal)
    said = {"source": Source.STAFF, "words": words[:1600], "patient": patient}
    row, _is_new = _next(
        address, channel, Event.LIFTED, said=said, kind="opt_out.lifted", by=by, at=now
    )
    if row.number != stopped.number + 1:  # another stop came meanwhile
        raise NothingStopped(_("Somebody was at this just now: look again."))
    agreeing.settle(row, by=by)
    return row


def why_not_lift(stopped: OptOut) -> str:
    """Why staff cannot lift a stop, as a sentence; empty where they may."""
    if staff_may_lift(stopped.channel, stopped.source):
        return ""
    if Source.START in LIFTS[Channel(stopped.channel)]:
        return _(
            "Only the patient brings texts back, by texting START from this number: "
            "the phone company blocks our texts until then, whatever stands here."
        )
    return _("They stopped this themselves, not through staff: we do not undo it.")


def words_of(stopped: OptOut) -> str:
    """Why nothing goes there, as a sentence."""
    words = _("Stopped for everybody with this number or address: %(how)s.")
    return words % {"how": stopped.get_source_display()}


def standing(at: Collection[str]) -> Standing:
    """The stops that hold at some addresses, written as this floor does; one query."""
    newest: Standing = {}
    for row in _said_at(addresses=set(at)):
        newest[row.address, row.channel] = row
    return {key: row for key, row in newest.items() if row.event == Event.STOPPED}


@prepared
def _said_at(addresses: Any) -> QuerySet[OptOut]:
    return OptOut.objects.filter(address__in=addresses).order_by("number")


def has_history(address: str) -> tuple[str, list[str]]:
    """SQL that says whether anything was ever said of stopping there, and its values.

    To be asked along with something else, for each message that leaves.
    """
    quoted = connection.ops.quote_name
    column = str(OptOut._meta.get_field("address").column)
    table = quoted(OptOut._meta.db_table)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {quoted(column)} = %s)", [address]  # noqa: S608 - our own names


def _checked(address: str, channel: str) -> str:
    address = addresses.normal(address)
    is_mail = channel == Channel.MAIL
    if not (("@" in address) if is_mail else address.startswith("+")):
        raise NotAnAddress(_("That is no number or address for this."))
    return address


def _next(
    address: str,
    channel: str,
    event: Event,
    *,
    said: Mapping[str, object],
    kind: str,
    by: Actor,
    at: datetime,
) -> tuple[OptOut, bool]:
    """Add the event in its turn, and say whether it changed anything.

    Whoever was a moment earlier did it for both, or something else: it is judged anew.
    What was said later than `at` stands, though this came in after it.
    """
    while True:
        newest = _newest(address, channel)
        if newest is not None and newest.event == event:
            return newest, False
        if newest is not None and newest.happened_at > at:
            raise Overtaken(_("They said something else since: read it."))
        row = OptOut(
            address=address,
            channel=channel,
            number=newest.number + 1 if newest else 1,
            event=event,
            happened_at=at,
            recorder=by if isinstance(by, StaffMember) else None,
            **said,
        )
        try:
            return keep(row, by=by, kind=kind), True
        except ValidationError:
            if _newest(address, channel) == newest:
                raise


def _earlier(at: datetime | None, now: datetime) -> datetime:
    """When it was said; nothing was said later than now."""
    return min(at or now, now)


def _newest(address: str, channel: str) -> OptOut | None:
    rows = OptOut.objects.filter(address=address, channel=channel)
    return rows.order_by("-number").first()
