"""One line of the day board: who, when, with whom, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.formats import date_format, time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from practice import zones
from practice.models.contacts import phone_text
from scheduling import board_texts, in_care, interpreting, steps
from scheduling.board_parts import Act, Mark, path_of
from scheduling.check_in import answer_of
from scheduling.delays import BEHIND_BY
from scheduling.models import Modality
from scheduling.panels import BADGES, WAYS
from scheduling.states import AHEAD, OPEN, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime, time

    from practice.models import StaffMember
    from scheduling.models import Appointment, Attendee, CalendarRules, Delay
    from scheduling.steps import Step

FAR = (Modality.TELEHEALTH, Modality.PHONE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What all lines of a board are told by; asked for once."""

    staff: StaffMember
    day: date
    now: datetime
    own_zone: str
    held: CalendarRules
    named: Collection[int]
    changeable: Collection[int]
    private: Collection[int]  # visits with somebody who is not named
    closed: Collection[int]  # visits with somebody for whom nothing is done
    delays: Mapping[tuple[int, int | None], Delay]
    away: Mapping[int, Sequence[tuple[datetime, datetime]]]
    namesakes: Collection[int]  # attendees who share a name with another one that day
    without_phone: Collection[int]  # charts about which there is no phone to use


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a line, as this reader may know them."""

    attendee_id: int
    patient_id: int
    name: str  # empty: Private
    initials: str
    born: str


@dataclass(frozen=True, slots=True)
class Line:
    """One visit in one state."""

    key: str
    visit_id: int
    people: Sequence[Person]
    at: str
    ends_at: datetime
    on: str  # the day, where it is an earlier one
    zone: str  # named where it is not the practice's
    what: str
    who: str
    where: str
    way: str  # the icon of the way to meet
    status: str
    marks: Sequence[Mark]
    since: datetime  # since when they wait, or are late, or are done
    counts: str  # what the minutes since then mean; empty: they are not shown
    is_unconfirmed: bool
    next: Act | None
    also: Sequence[Act]  # the other presses that are as likely
    more: Sequence[Act]
    late_url: str  # where a word about being late goes
    note: str
    # How many have passed: the page counts on, so they change nothing on the board.
    minutes: int = field(repr=False, compare=False)

    @property
    def named(self) -> list[Person]:
        return [one for one in self.people if one.name]

    @property
    def attendee_ids(self) -> list[int]:
        return [one.attendee_id for one in self.people]


def line_of(group: Sequence[Attendee], facts: Facts, *, is_missing: bool) -> Line:
    """Some people of one visit who stand alike."""
    first = group[0]
    visit, status = first.appointment, Status(first.status)
    local = zones.local_day(visit.starts_at, visit.zone)
    may_act = any(row.chart.pk in facts.changeable for row in group)
    offered = _offered(status, visit, facts) if may_act else []
    since, counts = _since(first, visit, status, facts.now, is_missing=is_missing)
    nexts = _next(group, visit, status, offered, is_missing=is_missing)
    also = _also(group, visit, offered, counts, facts) if may_act else []
    return Line(
        key=f"{visit.pk}-{status}",
        visit_id=visit.pk,
        people=[_person(row, facts) for row in group],
        at=_spoken(zones.wall_clock(visit.starts_at, visit.zone), get_language()),
        ends_at=visit.ends_at,
        on=date_format(local, "D j M") if local != facts.day else "",
        zone="" if visit.zone == facts.own_zone else zones.spoken(visit.zone),
        what=visit.type.name,
        who=visit.clinician.name,
        where=_where(visit),
        way=WAYS.get(Modality(visit.modality), ""),
        status=str(status.label),
        marks=_marks(group, visit, facts, is_missing=is_missing),
        since=since,
        counts=counts,
        is_unconfirmed=status == Status.SCHEDULED and not is_missing,
        next=nexts,
        also=also,
        more=_more(visit, status, offered, (nexts, *also), facts) if may_act else [],
        late_url=path_of("late_said", first.pk)
        if may_act and status in AHEAD and not is_missing and len(group) == 1
        else "",
        note="" if visit.pk in facts.private else visit.desk_note,
        minutes=int((facts.now - since).total_seconds() // 60),
    )


def _person(row: Attendee, facts: Facts) -> Person:
    patient = row.chart
    is_named = patient.pk in facts.named
    return Person(
        row.pk,
        patient.pk,
        patient.display_name if is_named else "",
        patient.initials if is_named else "",
        date_format(patient.born_on, "j M Y") if is_named else "",
    )


def _where(visit: Appointment) -> str:
    place = visit.location.short_name or visit.location.name
    if visit.modality != Modality.IN_PERSON:
        return str(visit.get_modality_display())
    return f"{visit.room.name} · {place}" if visit.room else place


def _since(
    first: Attendee,
    visit: Appointment,
    status: Status,
    now: datetime,
    *,
    is_missing: bool,
) -> tuple[datetime, str]:
    """From when minutes count, and what they are: waiting, late, over."""
    if is_missing or status not in OPEN:
        return first.status_at, ""
    if status == Status.ARRIVED:
        return first.status_at, "waiting"
    if status == Status.IN_SESSION:
        return (
            (visit.ends_at, "over") if visit.ends_at <= now else (first.status_at, "in")
        )
    return visit.starts_at, "late" if visit.starts_at <= now else ""


# What can be done -----------------------------------------------------------------
def _offered(status: Status, visit: Appointment, facts: Facts) -> list[Step]:
    return steps.possible(status, visit, facts.held, now=facts.now)


def _next(
    group: Sequence[Attendee],
    visit: Appointment,
    status: Status,
    offered: Sequence[Step],
    *,
    is_missing: bool,
) -> Act | None:
    """The one press that usually comes next."""
    wanted = {
        Status.ARRIVED: steps.START,
        Status.IN_SESSION: steps.COMPLETE,
    }.get(status, steps.ARRIVE)
    is_far = visit.modality in FAR
    if is_missing:
        wanted = steps.COMPLETE
    elif is_far and wanted in (steps.ARRIVE, steps.START) and wanted in offered:
        url = path_of("telehealth_check_in", group[0].pk)
        return Act(_("Check in"), "video", url, is_page=True)
    return _press(visit, wanted) if wanted in offered else None


def _also(
    group: Sequence[Attendee],
    visit: Appointment,
    offered: Sequence[Step],
    counts: str,
    facts: Facts,
) -> Sequence[Act]:
    """The other likely presses: they did not come; or they wait, and others will."""
    if steps.NO_SHOW in offered:
        return [_press(visit, steps.NO_SHOW)]
    if found := board_texts.acts(group, facts.changeable):
        return found
    is_kept_waiting = counts == "waiting" and visit.starts_at <= facts.now
    if is_kept_waiting or counts == "over":
        words = _("%(n)d min behind") % {"n": BEHIND_BY}
        return [Act(words, "clock", path_of("behind_now", visit.pk))]
    return []


def _more(
    visit: Appointment,
    status: Status,
    offered: Sequence[Step],
    shown: Sequence[Act | None],
    facts: Facts,
) -> list[Act]:
    """What else may be done from the line, each in one press or on its page."""
    acts = [_press(visit, step) for step in offered]
    acts = [act for act in acts if act not in shown]
    if status in OPEN and zones.local_day(visit.starts_at, visit.zone) == facts.day:
        url = path_of("clinician_behind_at", visit.pk)
        acts.append(Act(_("Clinician behind…"), "clock", url, is_page=True))
    if visit.pk not in facts.closed:
        acts += _of_all(visit, status, facts)
    if steps.may_cancel(status):
        url = path_of("visit_cancel", visit.pk)
        acts.append(Act(_("Cancel…"), "calendar-x", url, is_page=True))
    return acts


def _of_all(visit: Appointment, status: Status, facts: Facts) -> list[Act]:
    """What is done with the whole visit, for everybody who comes to it."""
    acts = []
    if visit.modality == Modality.TELEHEALTH and status in OPEN:
        acts.append(
            Act(
                _("Video fails: by phone"), "phone", path_of("video_to_phone", visit.pk)
            )
        )
    if status in AHEAD and visit.starts_at <= facts.now:
        url = path_of("late_arrival", visit.pk)
        acts.append(Act(_("Came late…"), "hourglass", url, is_page=True))
    if status in OPEN and visit.modality == Modality.IN_PERSON:
        url = path_of("room_change", visit.pk)
        acts.append(Act(_("Another room…"), "door-open", url, is_page=True))
    if status in AHEAD:
        url = path_of("visit_move", visit.pk)
        acts.append(Act(_("Move…"), "calendar-clock", url, is_page=True))
    return acts


def _press(visit: Appointment, step: Step) -> Act:
    return Act(str(step.label), step.icon, path_of("visit_act", visit.pk, step.slug))


@lru_cache(maxsize=2048)
def _spoken(at: time, _language: str | None) -> str:
    return time_format(at)


# What to know ---------------------------------------------------------------------
def _marks(
    group: Sequence[Attendee], visit: Appointment, facts: Facts, *, is_missing: bool
) -> list[Mark]:
    """What stands out, the pressing first; of what is over, how it stands."""
    status = Status(group[0].status)
    is_open = status in OPEN and not is_missing
    found = [*_of_delays(group, visit, facts)] if is_open else []
    if status in OPEN:
        found += _of_states(group, facts)
    if is_open and _is_away(visit, facts):
        found.append(Mark(_("clinician away"), "bad", "user-x"))
    if status == Status.SCHEDULED or not is_open:
        tone, shape = BADGES[status]
        found.append(Mark(str(status.label), tone, shape))
    found += _of_visit(group[0], visit, is_open=is_open)
    if is_open:
        for row in group:
            found += [*board_texts.marks(row), *_of_person(row, visit, facts)]
    return list(dict.fromkeys(found))


def _of_visit(first: Attendee, visit: Appointment, *, is_open: bool) -> list[Mark]:
    """What is special about the visit itself, and about when it is."""
    found = []
    if is_open and first.status in AHEAD and first.is_moved_by_link:  # type: ignore[attr-defined]
        found.append(Mark(_("moved by link"), "info", "calendar-clock"))
    if visit.double_of_id or getattr(first, "has_partner", False):
        found.append(Mark(_("double-booked"), "warn", "users"))
    if is_open and visit.lacks_room:
        found.append(Mark(_("no room"), "warn", "door-open"))
    return found


def _of_states(group: Sequence[Attendee], facts: Facts) -> list[Mark]:
    """Who is not simply to be awaited, or asked how it went."""
    named = [row.chart for row in group if row.chart.pk in facts.named]
    said = {one: in_care.words_of(one) for one in named}
    return [
        Mark(words, *in_care.LOOKS[in_care.state_of(one)])
        for one, words in said.items()
        if words
    ]


def _of_delays(
    group: Sequence[Attendee], visit: Appointment, facts: Facts
) -> list[Mark]:
    found = []
    for row in group:
        if said := facts.delays.get((visit.pk, row.pk)):
            words = _("running late %(n)d min") % {"n": said.minutes}
            found.append(Mark(words, "warn", "hourglass"))
    if said := facts.delays.get((visit.pk, None)):
        words = _("clinician %(n)d min behind") % {"n": said.minutes}
        found.append(Mark(words, "warn", "clock"))
    return found


def _of_person(row: Attendee, visit: Appointment, facts: Facts) -> list[Mark]:
    patient, found = row.chart, []
    if patient.pk not in facts.named:
        return []
    if row.pk in facts.namesakes:
        found.append(Mark(_("same name"), "warn", "users"))
    if row.is_first:  # type: ignore[attr-defined]
        found.append(Mark(_("first visit"), "info", "user-plus"))
    if patient.pk in facts.without_phone:
        found.append(Mark(_("no phone"), "warn", "phone"))
    if patient.interpreter:
        found.append(Mark(interpreting.words_of(patient), "info", "languages"))
    if patient.needs_step_free and visit.modality == Modality.IN_PERSON:
        is_fine = visit.room is None or visit.room.is_step_free
        words = _("step-free") if is_fine else _("room is not step-free")
        found.append(Mark(words, "info" if is_fine else "bad", "accessibility"))
    if check := answer_of(row):
        words = f"{check.whereabouts} · {phone_text(check.call_back)}"
        words += f" · {check.company}" if check.company else ""
        found.append(Mark(words, "info", "map-pin"))
    return found


def _is_away(visit: Appointment, facts: Facts) -> bool:
    return any(
        starts < visit.ends_at and ends > visit.starts_at
        for starts, ends in facts.away.get(visit.clinician_id, ())
    )
