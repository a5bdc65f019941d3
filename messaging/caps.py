"""How many messages are decent: what purposes that obey caps may send, per address.

47 CFR 64.1200(a)(9)(iv) names one text a day and three a week for calls of health care
that need no consent; ours need one, and keep to that wherever nobody waits for the
message. Notices of somebody's own visits are counted apart, for each patient: two
children on one phone are reminded both, and who comes three times a week is, too.
What explains texts belongs to the text that follows it, and counts for nothing. What
has to wait goes on a later day, if it is of use then.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q
from django.utils.translation import gettext as _

from consent.purposes import Obeys, Purpose, rule_of
from messaging import parts
from messaging.models import Delivery
from messaging.occasions import Occasion
from messaging.states import UNDER_WAY
from practice import zones

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from messaging.models import DeliveryPart

Key: TypeAlias = tuple[str, str, str, int | None]
Several: TypeAlias = "Mapping[int, Sequence[DeliveryPart]]"


@dataclass(frozen=True, slots=True)
class Cap:
    """So many on one day and in seven days, by the clock of whoever gets them."""

    name: str
    a_day: int
    a_week: int
    each_patient: bool = False


VISITS = Cap("visits", a_day=2, a_week=7, each_patient=True)
WISHES = Cap("wishes", a_day=1, a_week=3)
MISSED_CALL = Cap("missed_call", a_day=1, a_week=7)
STOP_ANSWER = Cap("stop_answer", a_day=1, a_week=7)
OF_PURPOSE: Mapping[Purpose, Cap] = {
    **dict.fromkeys((Purpose.BOOKING, Purpose.REMINDER, Purpose.CHANGE), VISITS),
    **dict.fromkeys(
        (
            Purpose.OFFER,
            Purpose.FOLLOW_UP,
            Purpose.EDUCATION,
            Purpose.SURVEY,
            Purpose.CAMPAIGN,
        ),
        WISHES,
    ),
    Purpose.MISSED_CALL: MISSED_CALL,
    Purpose.OPT_OUT_CONFIRMATION: STOP_ANSWER,
}
WEEK, DAYS_BACK = 7, timedelta(days=9)  # a week, whatever the zone


class Counted:
    """What left, or may have, to the addresses of a batch in the last week."""

    def __init__(self, before: Mapping[Key, list[datetime]], several: Several) -> None:
        self._before, self._several = before, several

    def add(self, delivery: Delivery, *, now: datetime) -> None:
        """One more goes now: the next of the same batch counts it."""
        for key in _keys(delivery, self._several):
            self._before[key].append(now)

    def free_on(self, delivery: Delivery, *, now: datetime) -> date | None:
        """The first later day on which one more is decent; None if it is now."""
        today = zones.local_day(now, delivery.zone)
        free = [
            day
            for key in _keys(delivery, self._several)
            for day in self._free_days(key, delivery, today)
        ]
        return max((day for day in free if day > today), default=None)

    def _free_days(self, key: Key, delivery: Delivery, today: date) -> Iterator[date]:
        cap = OF_PURPOSE[Purpose(delivery.purpose)]
        days = sorted(zones.local_day(at, delivery.zone) for at in self._before[key])
        for most, span in ((cap.a_day, 1), (cap.a_week, WEEK)):
            yield _free(days, most, span, today)


def counted(deliveries: Sequence[Delivery], *, now: datetime) -> Counted:
    """Count for a batch; one query, or none where nothing in it obeys caps.

    What is to several takes another, and counts for each of them.
    """
    before: dict[Key, list[datetime]] = defaultdict(list)
    bound = [row for row in deliveries if _obeys(row)]
    if not bound:
        return Counted(before, {})
    last = {row.address: row.pk for row in sorted(bound, key=lambda row: row.pk)}
    batch = {one.pk for one in deliveries}
    rows = [
        row
        for row in _rows(last, now=now)
        if row.pk not in batch and _obeys(row) and _counts(row, last[row.address])
    ]
    several = parts.of([*bound, *rows])
    for row in rows:
        for key in _keys(row, several):
            before[key].append(row.left_at or row.claimed_at or now)
    return Counted(before, several)


def why(delivery: Delivery) -> str:
    """Why it does not go now, as a sentence."""
    if delivery.purpose in (Purpose.MISSED_CALL, Purpose.OPT_OUT_CONFIRMATION):
        return _("They were answered the same way today already.")
    return _("They had as many messages as are decent in a day or a week.")


def _free(days: Sequence[date], most: int, span: int, today: date) -> date:
    """When fewer than `most` of the days lie within the `span` that ends then."""
    if len(days) < most:
        return today
    return days[-most] + timedelta(days=span)


def _rows(addresses: Mapping[str, int], *, now: datetime) -> Sequence[Delivery]:
    since = now - DAYS_BACK
    counts = Q(left_at__gte=since) | Q(status__in=sorted(UNDER_WAY))
    names = ("address", "channel", "purpose", "occasion", "patient", "staff", "status")
    rows = Delivery.objects.filter(
        counts,
        address__in=addresses,
        purpose__in=[str(one) for one in OF_PURPOSE],
    )
    return list(rows.only(*names, "left_at", "claimed_at"))


def _counts(row: Delivery, newest: int) -> bool:
    """Of two that are under way at one moment, the older goes, and not neither."""
    return row.left_at is not None or row.status == "uncertain" or row.pk < newest


def _obeys(row: Delivery) -> bool:
    is_first = row.occasion == Occasion.FIRST_TEXT
    return not is_first and Obeys.CAPS in rule_of(row.purpose).obeys


def _keys(row: Delivery, several: Several) -> Sequence[Key]:
    """What it counts as: once for each whom it is about, where those are counted."""
    if not _obeys(row):
        return []
    cap = OF_PURPOSE[Purpose(row.purpose)]
    about: set[int | None] = {part.patient_id for part in several.get(row.pk, ())}
    about = about or {row.patient_id}
    patients = about if cap.each_patient else {None}
    return [(row.channel, row.address, cap.name, one) for one in patients]


if _missing := {p for p in Purpose if Obeys.CAPS in rule_of(p).obeys} - set(OF_PURPOSE):
    raise TypeError(f"no cap for {sorted(_missing)}")
