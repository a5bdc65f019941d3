"""One text in place of several: reminders of visits on one day, at one number.

Only where each of them agreed there, or whoever speaks for them; in doubt each goes
by itself. It names the times and nobody. docs/adr/0031-one-text-for-a-family.md says
who agrees, and what becomes of it when one of the visits changes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import F, Q

from consent.states import Channel
from messaging import variables
from messaging.models import DeliveryPart
from messaging.occasions import JOINT
from messaging.outbox import Envelope
from practice import zones
from practice.models import Caregiving, ContactPoint
from scheduling import reminder_letters, visit_words
from scheduling.models import Reminder
from scheduling.reminder_letters import REMINDER
from scheduling.reminder_states import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from messaging.recipients import Recipient
    from messaging.wordings import Wordings
    from scheduling.models import Appointment

MOST = 5  # more are no family, and no text that anybody reads
# So much earlier than planned one may go to be in one text with another.
EARLIER = timedelta(hours=2)

Letter: TypeAlias = "tuple[Reminder, Recipient]"  # one reminder to one person


@dataclass(frozen=True, slots=True)
class Key:
    """What has to be the same of reminders that go in one text."""

    occasion: str
    address: str
    language: str
    zone: str
    location: int
    day: date
    may_name_practice: bool


def key_of(row: Reminder, one: Recipient) -> Key | None:
    """By what a reminder may be joined with others; None where it goes by itself."""
    visit = row.attendee.appointment
    if row.step.occasion not in JOINT or one.channel != Channel.TEXT:
        return None
    if row.step.is_by_person or not one.may_join or row.attendee.chart.is_restricted:
        return None
    if visit_words.zone_words(visit, one.zone):
        return None  # its time is said with whose clock it goes by
    return Key(
        row.step.occasion,
        one.address,
        one.language,
        one.zone,
        visit.location_id,
        zones.local_day(visit.starts_at, visit.location.time_zone),
        one.may_name_practice,
    )


def groups(
    letters: Iterable[Letter], *, early: Collection[int] = ()
) -> Sequence[Sequence[Letter]]:
    """Those that go together, the first visit first: at least two people's.

    A reminder that is not due yet (`early`, by id) goes with one that is, or waits.
    """
    found: dict[Key, list[Letter]] = defaultdict(list)
    for row, one in letters:
        if key := key_of(row, one):
            found[key].append((row, one))
    fitting = (_fitting(some, early) for some in found.values())
    return [some for some in fitting if is_joint([row for row, _one in some])]


def is_joint(rows: Sequence[Reminder]) -> bool:
    """Whether they are of several people, and few enough."""
    return len(rows) <= MOST and len({row.attendee.chart.pk for row in rows}) > 1


def _fitting(some: Sequence[Letter], early: Collection[int]) -> Sequence[Letter]:
    due = [one for one in some if one[0].pk not in early]
    kept = some if due and len(some) <= MOST else due
    return sorted(kept, key=lambda one: (_starts_at(one), one[0].pk))


def soon(ids: Collection[int], *, until: datetime) -> Sequence[int]:
    """Other reminders that wait, of who agreed at a number where somebody agreed whose
    reminder is due: they may go along, also two hours earlier. Three queries, mostly.
    """
    people = set(
        Reminder.objects.filter(pk__in=ids, step__occasion__in=list(JOINT)).values_list(
            "attendee__patient", flat=True
        )
    )
    agreed = ContactPoint.objects.filter(ended_at=None, may_join_texts=True)
    numbers = set(agreed.filter(_of(people)).values_list("phone", flat=True))
    if not numbers:
        return []
    there = agreed.filter(phone__in=numbers).values("patient", "caregiver")
    carers = {one["caregiver"] for one in there if one["caregiver"]}
    family = Caregiving.objects.filter(caregiver__in=carers, is_withdrawn=False)
    charts = {one["patient"] for one in there if one["patient"]}
    charts |= set(family.values_list("patient", flat=True))
    rows = Reminder.objects.filter(
        attendee__patient__in=charts,
        state=State.WAITING,
        step__occasion__in=list(JOINT),
        planned_at__lte=until + EARLIER,
        starts_at=F("attendee__appointment__starts_at"),
    )
    return list(rows.exclude(pk__in=ids).order_by("pk").values_list("pk", flat=True))


def _of(patients: Collection[int]) -> Q:
    theirs = Caregiving.objects.filter(patient__in=patients, is_withdrawn=False)
    carers = set(theirs.values_list("caregiver", flat=True))
    return Q(patient__in=patients) | Q(caregiver__in=carers)


# In words ---------------------------------------------------------------------------
def envelope(some: Sequence[Letter], words: Wordings) -> Envelope:
    """One text for several reminders, the first visit first; what of it is whose."""
    row, one = some[0]
    occasion = JOINT[row.step.occasion]
    starts = [_starts_at(letter) for letter in some]

    def say(times: Sequence[datetime]) -> str:
        visit = row.attendee.appointment
        return words.to(
            replace(one, greeting=""),
            occasion,
            values=values_of(visit, times, language=one.language),
            location_id=visit.location_id,
        ).body

    return Envelope(
        meaning=_meaning(some),
        purpose=reminder_letters.purpose_of(row),
        channel=Channel.TEXT,
        address=one.address,
        body=say(starts),
        zone=one.zone,
        language=one.language,
        occasion=occasion,
        planned_at=min(row.planned_at for row, _one in some),
        until_at=min(row.until_at for row, _one in some),
        ids={"location": row.attendee.appointment.location_id},
        parts=[_part(letter, say([_starts_at(letter)])) for letter in some],
    )


def values_of(
    visit: Appointment, times: Sequence[datetime], *, language: str
) -> Mapping[str, str]:
    """What stands for the names in a text about visits at the place of one of them."""
    zone = visit.location.time_zone
    said = variables.of_visits(times, zone, language=language)
    return said | {"place": visit.location.short_name}


def _part(letter: Letter, body: str) -> DeliveryPart:
    row, one = letter
    return DeliveryPart(
        patient=one.patient,
        caregiver=one.caregiver,
        occasion=row.step.occasion,
        body=body,
        ids={**visit_words.about(row.attendee), REMINDER: row.pk},
    )


def _meaning(some: Sequence[Letter]) -> str:
    """Of whose reminders it is: with another of them it is another message."""
    said = sorted(
        f"{row.pk}.{reminder_letters.whose(one)}.{row.rounds}" for row, one in some
    )
    return f"reminders:{'-'.join(said)}"


def _starts_at(letter: Letter) -> datetime:
    return letter[0].attendee.appointment.starts_at
