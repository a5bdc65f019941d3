"""The frames that floors fill: what each settings list holds, with its signature.

A list of practice.floors names dotted paths; `load` imports them once. A floor adds a
line there and nothing here. docs/frames.md shows an example of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise

    from practice.access import Capability
    from practice.models import (
        Announcement,
        Location,
        Patient,
        Practice,
        Recorded,
        StaffMember,
    )
    from practice.trail import Actor

T = TypeVar("T")


@cache
def load(name: str) -> tuple[Any, ...]:
    """The objects that the settings list `name` names, in its order."""
    return tuple(import_string(path) for path in getattr(settings, name))


@dataclass(frozen=True, slots=True)
class Page:
    """NAVIGATION: `() -> Sequence[Page]`, the pages a floor shows in the rail."""

    label: str
    url_name: str
    icon: str
    capability: Capability | None = None
    shortcut: str = ""
    count: Callable[[StaffMember], int] | None = None  # what waits there for somebody


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a Today section or a panel."""

    title: str
    url: str = ""
    person: str = ""  # a patient's name, hidden in counter mode
    chart_id: int | None = None  # of the patient who is named: it counts as a look
    initials: str = ""  # shown instead of it
    detail: str = ""
    badge: str = ""
    tone: str = ""
    act_label: str = ""
    act_url: str = ""  # a POST that settles the line at once
    history_url: str = ""  # shown on the full list only


@dataclass(frozen=True, slots=True)
class Day:
    """Today as one person sees it: asked for once, for all sections of the page."""

    staff: StaffMember
    practice: Practice | None
    charts: QuerySet[Patient]  # that they may open
    now: datetime
    today: date  # where the practice is
    answers: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, ask: Callable[[Day], T]) -> T:
        """What several sections need; the first one that needs it asks."""
        if name not in self.answers:
            self.answers[name] = ask(self)
        answer: T = self.answers[name]
        return answer


@dataclass(frozen=True, slots=True)
class Section:
    """TODAY: `(day) -> Section | None`, of a Day; None where it is not theirs."""

    title: str
    icon: str
    lines: Sequence[Line]
    empty: str  # what will appear here, when nothing has yet
    count: int = 0
    more_url: str = ""
    is_pressing: bool = False
    is_first: bool = False  # what somebody's day is about, whether it presses or not
    # For more than lines can tell: the whole width of the page, in a floor's own hand.
    draw: Callable[[Any], SafeString] | None = None  # of the request
    body: SafeString | str = ""  # what that drew


@dataclass(frozen=True, slots=True)
class Announced:
    """ANNOUNCED: what of a floor's announcements people pass on by hand, in words.

    What is for the patient is told to nobody once they have died; of one thing, such
    as a visit, the newest alone. `settled` kinds leave nothing to tell. What is said
    `apart` stands beside other news, until a kind named comes; `details` say more.
    """

    words: Mapping[str, StrOrPromise]
    is_for_patient: bool = False
    settled: Sequence[str] = ()
    apart: Mapping[str, Sequence[str]] = field(default_factory=dict)
    details: Callable[[Sequence[Announcement]], Mapping[int, str]] | None = None


@dataclass(frozen=True, slots=True)
class Movable:
    """MOVABLE: what else is moved to the right chart; its rows have a `patient`."""

    name: str  # in addresses
    model: type[Recorded]
    words: Callable[[Any], str]  # what is moved, as the page says it
    why_not: Callable[[Any, Patient], str]  # as a sentence; empty if it can move
    follow: Callable[..., None]  # (row, origin, *, by, now): what goes along
    hold: Callable[[Any], None]  # what is locked before the charts


class StateMove(Protocol):
    """STATE_MOVES: what else a patient's new state means; in the same transaction."""

    def __call__(
        self, patient: Patient, *, kind: str, by: Actor, now: datetime
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """TIMELINE: `(patient_ids, *, staff, limit) -> Sequence[Moment]`, newest first."""

    at: datetime
    title: str
    icon: str
    by: str = ""
    detail: str = ""
    url: str = ""
    move_url: str = ""  # where it is moved, if it stands on the wrong chart


@dataclass(frozen=True, slots=True)
class OpenChart:
    """A chart as somebody looks at it: asked for once, for all panels of its page."""

    patient: Patient
    merged: Sequence[Patient]  # the charts that it stands for
    staff: StaffMember
    practice: Practice | None
    now: datetime
    today: date  # where the practice is

    @property
    def ids(self) -> Sequence[int]:
        """Of the chart and of all that it stands for; look-ups use these."""
        return [self.patient.pk, *(chart.pk for chart in self.merged)]


@dataclass(frozen=True, slots=True)
class Panel:
    """PATIENT_PANELS: `(chart) -> Panel | None`, of an OpenChart.

    What its template offers to do stands in the context as `can_…`.
    """

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    act_label: str = ""
    act_url: str = ""
    is_for_emergencies: bool = False  # its acts stay where break-glass opens a chart

    def to_read(self) -> Panel:
        """The panel as break-glass shows it: without its acts."""
        if self.is_for_emergencies:
            return self
        acts = {name: False for name in self.context if name.startswith("can_")}
        return replace(self, act_url="", context={**self.context, **acts})


@dataclass(frozen=True, slots=True)
class Said:
    """What people read of one kind of line; with an icon, charts' timelines show it."""

    words: StrOrPromise
    icon: str = ""
    sums_up: bool = False  # its line may stand for thousands: `trail.parts_of`


@dataclass(frozen=True, slots=True)
class RecordWords:
    """What one record of a model is called, where it is, who reads its history."""

    words: StrOrPromise
    url_name: str = ""
    column: str = "id"  # of the record, which the page's address names; or none
    # Who reads its history, where it hangs on no chart that they may open.
    capability: Capability | None = None
    # In whose history it stands too: the field that leads there, or the one record.
    part_of: str = ""
    is_apart: bool = False  # also of what hangs on a chart, only whoever may do this


@dataclass(frozen=True, slots=True)
class TrailWords:
    """TRAIL_WORDS: the words for a floor's kinds of lines, and for its records.

    A kind is dotted (patient.paused); a look's is “seen.” and the page's URL name.
    A model's name is written as the trail writes it, in lower case. A subject is
    what stands before a kind's dot.
    """

    kinds: Mapping[str, Said]
    records: Mapping[str, RecordWords]
    subjects: Mapping[str, StrOrPromise] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ahead:
    """The days that a day sheet is for, at one location; what its parts are asked."""

    location: Location
    practice: Practice | None
    days: Sequence[date]
    starts_at: datetime
    ends_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row; names stand once, in the list of people, here a number and initials."""

    cells: Sequence[str]
    patient_id: int | None = None
    discreet: Sequence[str] = ()  # instead, where the chart is restricted


@dataclass(frozen=True, slots=True)
class SheetPart:
    """DAY_SHEET: `(ahead) -> SheetPart | None`, of an Ahead; the least that helps."""

    title: str
    columns: Sequence[str]
    rows: Sequence[SheetRow]
    empty: str  # said where there are no rows
    note: str = ""
    names_patients: bool = False  # the first column says whose each row is


@dataclass(frozen=True, slots=True)
class SetupStep:
    """SETUP_STEPS: `() -> Sequence[SetupStep]`, what a new practice does first."""

    title: str
    why: str
    url: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """One page that a floor adds to the settings."""

    label: str
    detail: str
    url_name: str
    capability: Capability | None = None


@dataclass(frozen=True, slots=True)
class SettingsCard:
    """SETTINGS_CARDS: `() -> SettingsCard`, a card of pages on the settings' page."""

    title: str
    icon: str
    pages: Sequence[SettingsPage]


@dataclass(frozen=True, slots=True)
class HoursChange:
    """Whose hours are about to change, and where; none means everybody, everywhere."""

    looker: StaffMember  # who is asked, and may see what
    now: datetime
    staff_id: int | None = None
    location_id: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that stands where no hours are, such as a visit."""

    key: str  # the same before and after the change
    line: Line
    chart_ids: Sequence[int] = ()  # of everybody whom the line names
    is_open: bool = True  # the looker may act for everybody whom it is about


class HoursHits(Protocol):
    """HOURS_HITS, asked before and after a change; people see what is new first."""

    def found(self, change: HoursChange) -> Sequence[Hit]:
        """All that stands where no hours are, within the change's reach."""

    def hand_over(self, hits: Sequence[Hit], *, by: StaffMember, now: datetime) -> str:
        """The change is saved all the same: who takes care of them, as a sentence."""

    def keeps_clock(self, location: Location, *, now: datetime) -> str:
        """Why a location's time zone stays as it is, as a sentence; empty if not."""


@dataclass(frozen=True, slots=True)
class HealthLine:
    """HEALTH: `(now) -> HealthLine`."""

    name: str
    is_well: bool
    words: str


@dataclass(frozen=True, slots=True)
class Measure:
    """MEASURES: `(*, now) -> Measure`; the definition is shown beside the figure."""

    title: str
    value: str
    definition: str
    group: str  # workforce, operations, quality or experience
    url: str = ""  # the list behind the figure
    capability: Capability | None = None  # that the list needs


class Seed(Protocol):
    """SEEDS: fills the demo with one floor's part; floors run bottom to top."""

    def __call__(self, *, now: datetime) -> None: ...


class PersonalData(Protocol):
    """PERSONAL_DATA: what one floor keeps about a patient."""

    name: str

    def export(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        """Everything kept about the charts, as JSON-ready rows."""

    def open_ends(self, patient_ids: Sequence[int]) -> Sequence[str]:
        """What an erasure would leave with nobody, as sentences: it is refused."""

    def records(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Recorded]]:
        """The records that a lawful erasure takes, one queryset for each model."""

    def derived(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Any]]:
        """What has no history of its own, be it append-only: it goes too, and first."""

    def texts(
        self, patient_ids: Sequence[int]
    ) -> Sequence[tuple[QuerySet[Recorded], Sequence[str]]]:
        """Records that stay, being about others too, and which columns may tell of
        whom is erased: they lose their words, and their lines the reasons."""


class LinkPurpose(Protocol):
    """LINK_PURPOSES: what a patient's link opens, and what its button does."""

    name: str
    template: str

    def version(self, subject_id: int) -> int:
        """The subject's version; a link made for another one is dead."""

    def context(self, subject_id: int, *, now: datetime) -> Mapping[str, Any]:
        """What the page shows, after the birth date where one is asked."""

    def hold(self, subject_id: int) -> None:
        """Lock what the act needs and every floor locks before charts, if anything."""

    def act(self, subject_id: int, *, answer: str, words: str, now: datetime) -> str:
        """Do what the button says; returns the sentence the patient then reads."""

    def goes_on(self, subject_id: int) -> datetime | None:
        """Until when the link lives on after an act; None where an act ends it."""
