"""The link by which patients confirm a visit, move it, cancel it, or note it down.

It shows one visit, to whoever knows the birth date: when and where, never with whom
or what for. It goes on until the visit ends, also after a button was pressed, and
dies when the practice moves the visit or cancels it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zlib import crc32
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import links, zones
from practice.models import Practice, Role, StaffMember
from practice.rules import NotPossible
from practice.trail import Actor
from practice.work import raise_task, words_for_staff
from scheduling import asked, booking, calendar_rules, link_times, visits
from scheduling.minutes import instant_of
from scheduling.models import Attendee, Modality, Room
from scheduling.states import AHEAD, CANCELLATIONS, OPEN, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from practice.models import Task
    from scheduling.models import Appointment

CONFIRM, CANCEL, ASK = "confirm", "cancel", "ask"
GONE = 0  # the version of a visit to which the patient does not come


class NotAnAnswer(NotPossible):
    """The link's page has no such button."""


class TooLateForThat(NotPossible):
    """The visit has begun, or is over."""


class TimeGone(NotPossible):
    """Somebody else took the time meanwhile, or it is too soon by now."""


class NobodyComes(NotPossible):
    """There is nothing left to confirm, move or cancel."""


class Stage(StrEnum):
    """What the page is about."""

    AHEAD = "ahead"
    BEGUN = "begun"
    CANCELLED = "cancelled"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says of one visit."""

    stage: Stage
    day: str
    time: str
    zone: str
    own_time: str  # by the patient's own clock, where that is another
    way: str
    place: str
    address: str
    directions: str
    url: str
    instructions: str
    is_confirmed: bool
    is_late: bool
    late_words: str
    may_choose: bool
    days: Sequence[link_times.OfferedDay]


class VisitLink:
    """LINK_PURPOSES: what a patient says about one visit of theirs."""

    name = "visit"
    template = "links/visit.html"

    def version(self, subject_id: int) -> int:
        """What the link was made for: who comes when, where and to whom, or GONE.

        A move that is undone is none: the link stands for the visit as it was.
        """
        rows = Attendee.objects.select_related("appointment", "patient")
        attendee = rows.filter(pk=subject_id).first()
        if attendee is None or not attendee.is_coming:
            return GONE
        visit = attendee.appointment
        said = (visit.starts_at, visit.ends_at, visit.location_id, visit.clinician_id)
        whose = attendee.patient.merged_into_id or attendee.patient_id
        return 1 + crc32("|".join(map(str, (*said, whose))).encode())

    def context(self, subject_id: int, *, now: datetime) -> Mapping[str, Any]:
        return {"visit": told(attendee_of(subject_id), now=now)}

    def hold(self, subject_id: int) -> None:
        """The clinician and the rooms, which bookings lock before patients."""
        visit = attendee_of(subject_id).appointment
        rooms = Room.objects.filter(location=visit.location_id, is_active=True)
        for rows in (StaffMember.objects.filter(pk=visit.clinician_id), rooms):
            list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))

    def act(self, subject_id: int, *, answer: str, words: str, now: datetime) -> str:
        """Do what the button says.

        Raises NotAnAnswer, TooLateForThat, TimeGone, NobodyComes.
        """
        attendee = attendee_of(subject_id)
        if answer.startswith(link_times.TO):
            return _move(attendee, answer.removeprefix(link_times.TO), now=now)
        if answer not in _ACTS:
            raise NotAnAnswer(_("Please press one of the buttons."))
        return _ACTS[answer](attendee, words, now)

    def goes_on(self, subject_id: int) -> datetime | None:
        return attendee_of(subject_id).appointment.ends_at


@transaction.atomic
def make(*, attendee: Attendee, by: Actor, now: datetime) -> str:
    """Make the link to one patient's visit and return its token; older ones stay.

    Raises NobodyComes, TooLateForThat and links.NoLink.
    """
    visit = attendee.appointment
    if not attendee.is_coming:
        raise NobodyComes(_("They do not come to this visit: it needs no link."))
    if now >= visit.ends_at:
        raise TooLateForThat(_("This visit is over: it needs no link."))
    return links.make(
        purpose=VisitLink.name,
        patient=attendee.chart,
        subject_id=attendee.pk,
        language=links.page_language(
            Practice.objects.first(), attendee.chart.written_language
        ),
        lasts=visit.ends_at - now,
        by=by,
        now=now,
    )


def told(attendee: Attendee, *, now: datetime) -> Told:
    """One visit as its patient reads it, in their language."""
    visit, stage = attendee.appointment, stage_of(attendee, now=now)
    zone = ZoneInfo(visit.zone)
    is_here = visit.modality == Modality.IN_PERSON
    rules = calendar_rules.rules()
    is_late = calendar_rules.is_late(visit.starts_at, rules, now=now)
    may_choose = stage is Stage.AHEAD and link_times.may_choose(visit, is_late=is_late)
    return Told(
        stage=stage,
        day=formats.date_format(visit.starts_at.astimezone(zone), "DATE_FORMAT"),
        time=formats.time_format(visit.starts_at.astimezone(zone)),
        zone=zones.spoken(visit.zone),
        own_time="" if is_here else _own_time(visit, attendee.chart.time_zone),
        way=str(Modality(visit.modality).label),
        place=visit.location.name if is_here else "",
        address=visit.location.address if is_here else "",
        directions=visit.location.directions if is_here else "",
        url="" if is_here else visit.telehealth_url,
        instructions=_instructions(visit),
        is_confirmed=attendee.status == Status.CONFIRMED,
        is_late=is_late,
        late_words=_late_words(rules.late_cancel),
        may_choose=may_choose,
        days=link_times.offers(visit, rules, now=now) if may_choose else (),
    )


def _own_time(visit: Appointment, zone: str) -> str:
    """When a visit begins where its patient is; empty where clocks show the same."""
    if not zone or zones.moment(visit.starts_at, zone) == zones.moment(
        visit.starts_at, visit.zone
    ):
        return ""
    return f"{zones.moment(visit.starts_at, zone)} ({zones.spoken(zone)})"


def stage_of(attendee: Attendee, *, now: datetime) -> Stage:
    visit = attendee.appointment
    if attendee.status in CANCELLATIONS or attendee.is_withdrawn:
        return Stage.CANCELLED
    if attendee.status not in OPEN or now >= visit.ends_at:
        return Stage.OVER
    if attendee.status not in AHEAD or now >= visit.starts_at:
        return Stage.BEGUN
    return Stage.AHEAD


# The buttons -------------------------------------------------------------------------
def _confirm(attendee: Attendee, words: str, now: datetime) -> str:
    _check_ahead(attendee, now=now)
    if attendee.status != Status.CONFIRMED:
        visits.confirm(attendees=[attendee], by=links.VISITOR, now=now)
    return _("Thank you. We expect you.")


def _cancel(attendee: Attendee, words: str, now: datetime) -> str:
    _check_ahead(attendee, now=now)
    is_late = _is_late(attendee.appointment, now=now)
    visits.cancel(
        attendees=[attendee],
        status=Status.CANCELLED_LATE if is_late else Status.CANCELLED,
        reason=words_for_staff(gettext_lazy("Cancelled by their link")),
        by=links.VISITOR,
        now=now,
    )
    if words:
        title = gettext_lazy("Cancelled by link, and wrote something")
        _ask_desk("visit.cancel_words", title, attendee, words, now=now)
    return _("Your visit is cancelled. Thank you for telling us.")


def _ask(attendee: Attendee, words: str, now: datetime) -> str:
    _check_ahead(attendee, now=now)
    title = gettext_lazy("Asks by link to move their visit")
    _ask_desk(asked.KIND, title, attendee, words, now=now)
    return _("Thank you. The front desk will get in touch about another time.")


_ACTS = {CONFIRM: _confirm, CANCEL: _cancel, ASK: _ask}


def _move(attendee: Attendee, minute: str, *, now: datetime) -> str:
    visit = attendee.appointment
    if not (minute.isascii() and minute.isdecimal() and len(minute) < 10):
        raise NotAnAnswer(_("Please choose one of the times."))
    starts_at = instant_of(int(minute))
    if starts_at == visit.starts_at:
        return _moved(visit)  # a second press
    _check_ahead(attendee, now=now)
    may_choose = link_times.may_choose(visit, is_late=_is_late(visit, now=now))
    held = calendar_rules.rules()
    if not may_choose or starts_at not in link_times.free(visit, held, now=now):
        raise TimeGone(_time_gone())
    plan = booking.Plan(
        visit.type,
        visit.clinician,
        visit.location,
        starts_at,
        modality=visit.modality,
        length=visit.length,
    )
    try:
        visit = booking.move(appointment=visit, plan=plan, by=links.VISITOR, now=now)
    except NotPossible as refusal:  # its words name the clinician
        raise TimeGone(_time_gone()) from refusal
    visits.confirm(attendees=[attendee], by=links.VISITOR, now=now)  # they chose it
    return _moved(visit)


def _moved(visit: Appointment) -> str:
    local = visit.starts_at.astimezone(ZoneInfo(visit.zone))
    return _("Your visit is moved to %(day)s, %(time)s.") % {
        "day": formats.date_format(local, "DATE_FORMAT"),
        "time": formats.time_format(local),
    }


def _time_gone() -> str:
    return _("That time has just been taken. Please choose another one, or call us.")


def _check_ahead(attendee: Attendee, *, now: datetime) -> None:
    stage = stage_of(attendee, now=now)
    if stage is Stage.CANCELLED:
        raise NobodyComes(_("This visit is cancelled already."))
    if stage is not Stage.AHEAD:
        raise TooLateForThat(_("Your visit has begun. Please call us instead."))


def _ask_desk(
    kind: str, title: Any, attendee: Attendee, words: str, *, now: datetime
) -> Task:
    """Ask the desk; the same words ask once, until somebody has seen to them."""
    return raise_task(
        kind=kind,
        title=title,
        to=Role.FRONT_DESK,
        due_at=now + links.READ_BY,
        patient=attendee.patient,
        path=f"/visits/{attendee.appointment_id}/",
        words=words,
        once_key=asked.open_key(kind, attendee, words),
        by=links.VISITOR,
        now=now,
    )


def _is_late(visit: Appointment, *, now: datetime) -> bool:
    return calendar_rules.is_late(visit.starts_at, calendar_rules.rules(), now=now)


# Words -----------------------------------------------------------------------------
def _late_words(late: timedelta) -> str:
    hours = int(late / timedelta(hours=1))
    return _(
        "It begins in less than %(hours)s hours. You can still cancel; we note it as "
        "a late cancellation."
    ) % {"hours": hours}


def _instructions(visit: Appointment) -> str:
    """What the type asks patients to read before, in the page's language."""
    known = dict(visit.type.instructions.values_list("language", "words"))
    return known.get(translation.get_language() or "", "") or known.get("en", "")


def attendee_of(subject_id: int) -> Attendee:
    """Whose visit a link is about, with all that its page says."""
    rows = Attendee.objects.select_related(
        "patient",
        "appointment__type",
        "appointment__clinician",
        "appointment__location",
    )
    return rows.get(pk=subject_id)
