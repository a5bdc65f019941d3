"""Visits by video: what is asked at their start, and the phone where video fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice.models import TrailEntry
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from scheduling import booking, details, visits
from scheduling.models import Appointment, Attendee, Modality, TelehealthCheckIn
from scheduling.states import AHEAD, OPEN, Status

if TYPE_CHECKING:
    from datetime import datetime

FAR = (Modality.TELEHEALTH, Modality.PHONE)
SWITCHED = {
    Modality.PHONE: "appointment.by_phone",
    Modality.TELEHEALTH: "appointment.by_video_again",
}


class NotByVideo(NotPossible):
    """This visit is not held by video."""


def answer_of(attendee: Attendee) -> TelehealthCheckIn | None:
    """What somebody answered at the start of the session, if that stands."""
    found: TelehealthCheckIn | None = getattr(attendee, "telehealth_check_in", None)
    return found if found and found.holds else None


@transaction.atomic
def check_in(
    *,
    attendee: Attendee,
    whereabouts: str,
    call_back: str,
    company: str,
    by: Actor,
    now: datetime,
) -> TelehealthCheckIn:
    """Keep where somebody is, and begin the session if it has not begun.

    A second answer replaces the first. Raises NotByVideo, and what `start` raises.
    """
    visit = visits.lock_visit(attendee.appointment)
    attendee = locked(attendee)
    if visit.modality not in FAR:
        raise NotByVideo(_("This visit is held in person: nobody has to say where."))
    known = TelehealthCheckIn.objects.select_for_update(no_key=True)
    row = known.filter(attendee=attendee).first() or TelehealthCheckIn(
        attendee=attendee, patient=attendee.patient
    )
    row.whereabouts, row.call_back, row.company = whereabouts, call_back, company
    row.asked_at = now
    keep(row, by=by, kind="check_in.asked")
    if attendee.status in AHEAD | {Status.ARRIVED}:
        visits.start(attendees=[attendee], by=by, now=now)
    return row


@transaction.atomic
def switch(*, visit: Appointment, to: str, by: Actor, now: datetime) -> Appointment:
    """The video fails: go on by phone; or back again. Raises NotByVideo.

    Who is still ahead of the visit hears of it, or, where it is taken back within the
    minute, of neither.
    """
    visit = visits.lock_visit(visit)
    if visit.modality not in FAR or to not in FAR:
        raise NotByVideo(_("This visit is not held by video."))
    coming = visit.attendees.filter(is_withdrawn=False, status__in=OPEN)
    if not coming.exists():
        raise NotPossible(_("This visit is over."))
    if visit.modality != to:
        is_back = _is_newest(visit, SWITCHED[Modality(visit.modality)])
        visit.modality = to
        booking.keep_visit(visit, by=by, kind=SWITCHED[Modality(to)])
        since = details.told_at(visit) if is_back else None
        if not (since and details.untell([visit], since=since, by=by, now=now)):
            details.tell([visit], by=by, now=now)
    return visit


def _is_newest(visit: Appointment, kind: str) -> bool:
    """Whether a kind of line is the last thing that happened to a visit itself."""
    lines = TrailEntry.objects.filter(record="appointment", record_id=visit.pk)
    newest = lines.order_by("-pk").values_list("kind", flat=True).first()
    return newest == kind
