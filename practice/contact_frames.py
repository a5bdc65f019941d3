"""What the floors above keep of contacts, say of them, and know of who has them.

Five lists of the settings. CONTACT_TAKEN hears of each number or address that was
taken or changed, CONTACT_MOVED of each that went to the right chart, in the same
transaction. CONTACT_LINES says what stands beside each
on the chart. CONTACT_STOPS says where somebody stopped what, for whoever would call or
write there. CONTACT_FACTS knows who is expected, for whoever may not write to them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from practice.contributions import load

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from practice.models import ContactPoint
    from practice.reaching import How
    from practice.trail import Actor


@dataclass(frozen=True, slots=True)
class Told:
    """A number or address as it is kept now, and as it was before, if it was there."""

    point: ContactPoint
    before: ContactPoint | None = None


class ContactTaken(Protocol):
    """CONTACT_TAKEN: keeps what was agreed to with them; many come with a file.

    `taken` is one of practice.models.Taken.
    """

    def __call__(
        self, told: Sequence[Told], *, taken: str, by: Actor, now: datetime
    ) -> None: ...


class ContactMoved(Protocol):
    """CONTACT_MOVED: what was agreed to there goes along, to the chart it is on now."""

    def __call__(self, point: ContactPoint, *, by: Actor) -> None: ...


@dataclass(frozen=True, slots=True)
class ContactLine:
    """CONTACT_LINES: `(points) -> Mapping[int, ContactLine]`, by the point's id.

    The number of queries must not depend on the number of points.
    """

    detail: str = ""
    badges: Sequence[str] = ()  # warnings, a few words each
    act_label: str = ""
    act_url: str = ""


class ContactStops(Protocol):
    """CONTACT_STOPS: what people stopped, by address as practice.contacts has it.

    For each way that nobody goes there any more, a person neither, why. One query at
    most for any number of addresses.
    """

    def __call__(
        self, addresses: Collection[str]
    ) -> Mapping[str, Mapping[How, str]]: ...


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """CONTACT_FACTS: `(patient_ids, *, now) -> Mapping[int, ContactFacts]`.

    By the id asked for, of those who are expected; with the charts they stand for.
    """

    next_visit_at: datetime
    zone: str  # of its location


def take(told: Sequence[Told], *, taken: str, by: Actor, now: datetime) -> None:
    """Let every floor keep what was agreed to with some contacts, if there are any."""
    if not told:
        return
    keeper: ContactTaken
    for keeper in load("CONTACT_TAKEN"):
        keeper(told, taken=taken, by=by, now=now)


def moved(point: ContactPoint, *, by: Actor) -> None:
    """Let every floor take along what was agreed to with a contact that moved."""
    follow: ContactMoved
    for follow in load("CONTACT_MOVED"):
        follow(point, by=by)


def lines_of(points: Sequence[ContactPoint]) -> Mapping[int, Sequence[ContactLine]]:
    """What the floors say beside each of some contacts, by its id."""
    found: dict[int, list[ContactLine]] = defaultdict(list)
    for contribute in load("CONTACT_LINES"):
        for pk, line in contribute(points).items():
            found[pk].append(line)
    return found


def stops_at(addresses: Collection[str]) -> Mapping[str, Mapping[How, str]]:
    """What is stopped at some addresses, for people too, and why."""
    found: dict[str, dict[How, str]] = defaultdict(dict)
    ask: ContactStops
    for ask in load("CONTACT_STOPS") if addresses else ():
        for address, stops in ask(addresses).items():
            found[address] |= stops
    return found


def facts_of(
    patient_ids: Sequence[int], *, now: datetime
) -> Mapping[int, ContactFacts]:
    """What the floors know of some charts, the soonest visit of each."""
    found: dict[int, ContactFacts] = {}
    for contribute in load("CONTACT_FACTS"):
        for pk, facts in contribute(patient_ids, now=now).items():
            known = found.get(pk)
            if known is None or facts.next_visit_at < known.next_visit_at:
                found[pk] = facts
    return found
