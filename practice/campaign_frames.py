"""Group messages: what the floors know of whom to write to, when, and what came of it.

Four lists of the settings. AUDIENCES ask questions by which people are chosen.
CAMPAIGN_EVENTS tell what happened, for words that go out each time it does.
CAMPAIGN_CLOSURES know who was to come to a place that is closed. CAMPAIGN_OUTCOMES know
what people did after they were written to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from practice.models import Location, Patient


class Kind(StrEnum):
    """What the answer to a question is: a day, some of a list, or yes."""

    DAY = "day"
    SOME = "some"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Question:
    """One question by which people are chosen; unanswered, it chooses everybody."""

    name: str
    label: StrOrPromise
    kind: Kind
    choices: Callable[[], Sequence[tuple[str, str]]] = tuple
    hint: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """AUDIENCES: `(*, now, **filters) -> QuerySet[Patient]`, with its questions.

    `filters` are the answers to its own questions, by name, those that were given: a
    date, a list of what was chosen, or True. It answers charts that stand for
    themselves, and one query.
    """

    questions: Sequence[Question]
    fits: Callable[..., QuerySet[Patient]]

    def __call__(self, *, now: datetime, **filters: Any) -> QuerySet[Patient]:
        return self.fits(now=now, **filters)


# Of a language and of the zone of whoever reads: what stands for names in words.
Tell = Callable[[str, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Event:
    """CAMPAIGN_EVENTS: `(*, since, now) -> Sequence[Event]`, the oldest first.

    `key` is unique among all events; the same again is told once.
    """

    kind: str
    key: str
    patient_id: int
    at: datetime
    type_id: int  # what campaigns may be bound to, such as a type of visits
    zone: str  # of the place where it happens
    starts_at: datetime  # what the words may be about
    ids: Mapping[str, int] = field(default_factory=dict)
    until_at: datetime | None = None  # when words about it are of no more use
    tell: Tell = lambda _language, _zone: {}


@dataclass(frozen=True, slots=True)
class EventKind:
    """What of its events a floor offers, and what they can be bound to."""

    name: str
    label: StrOrPromise
    types: Callable[[], Sequence[tuple[str, str]]]
    needs_types: bool = False  # words that fit any of them would say nothing


class Events(Protocol):
    """An entry of CAMPAIGN_EVENTS."""

    kinds: Sequence[EventKind]

    def __call__(self, *, since: datetime, now: datetime) -> Sequence[Event]: ...

    def of(self, ids: Sequence[Mapping[str, int]]) -> Mapping[int, Event]:
        """Events that are still so, by their turn among the `ids` asked for."""


class Closures(Protocol):
    """An entry of CAMPAIGN_CLOSURES: who was to come to a place on a day."""

    def __call__(
        self, location: Location, day: date, *, now: datetime
    ) -> Sequence[Event]: ...

    def of(self, ids: Sequence[Mapping[str, int]]) -> Mapping[int, Event]: ...


class Outcomes(Protocol):
    """An entry of CAMPAIGN_OUTCOMES: what each did since, as far as known by `now`.

    Words are “booked” and “confirmed”.
    """

    def __call__(
        self, patient_ids: Sequence[int], *, since: datetime, now: datetime
    ) -> Mapping[int, frozenset[str]]: ...
