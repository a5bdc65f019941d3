"""What the desk does from a line of the board."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from practice import clock, zones
from practice.access import Capability, requires
from practice.taking_back import is_own_last_act
from practice.views.pages import Ask, Done, ask_and_act, press, way_back
from scheduling import check_in, rooming, sight
from scheduling.forms.board import CheckInForm
from scheduling.models import Attendee, Modality, Room
from scheduling.states import Status
from scheduling.undoing import Mark, TooLate
from scheduling.views.checking_in import alike_names
from scheduling.views.found import visit_to_change
from scheduling.views.undo import undo_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.models import Appointment
    from scheduling.rooming import Swap

SCOPES = {"visit": False, "day": True}
MOST_DELAYS = 30
_swaps = signing.Signer(salt="scheduling.rooms")


def board_path() -> str:
    return reverse("board")


def attendee_or_404(request: StaffRequest, pk: int) -> Attendee:
    """Somebody of a visit, if this person may act for them."""
    rows = Attendee.objects.filter(
        appointment__in=sight.visits_of(request.user), is_withdrawn=False
    ).select_related(
        "patient__merged_into", "appointment__location", "appointment__clinician"
    )
    found = get_object_or_404(rows, pk=pk)
    if found.chart.pk not in sight.changeable(request.user, [found.chart]):
        raise Http404
    return found


# Rooms ----------------------------------------------------------------------------
@requires(Capability.BOOK_VISITS)
@require_GET
def room_change(request: StaffRequest, pk: int) -> HttpResponse:
    """The rooms of the place, each with what stands in the way and one press."""
    visit, _guests = visit_to_change(request, pk)
    rooms = list(visit.location.rooms.filter(is_active=True).order_by("name", "pk"))
    day = rooming.meant_by(visit, is_for_the_day=True, now=clock.now())
    day = rooming.open_to(request.user, day)
    alone = rooming.in_the_way([visit], rooms)
    whole = rooming.in_the_way(day, rooms)
    needs = rooming.need_step_free(day or [visit])
    context = {
        "visit": visit,
        "when": zones.stretch(visit.starts_at, visit.ends_at, visit.zone),
        "rows": [
            {
                "room": room,
                "alone": alone[room.pk],
                "whole": whole[room.pk],
                "is_here": room.pk == visit.room_id,
                "is_barred": bool(needs) and not room.is_step_free,
            }
            for room in rooms
        ],
        "days_visits": len(day),
        "back": way_back(request, board_path()),
    }
    return render(request, "scheduling/room_change.html", context)


@requires(Capability.BOOK_VISITS)
@require_POST
def room_put(request: StaffRequest, pk: int, scope: str) -> HttpResponse:
    """Put a visit, or the clinician's day, into the room that was pressed."""
    visit, _guests = visit_to_change(request, pk)
    if scope not in SCOPES:
        raise Http404
    room = _room(request, visit)
    back = way_back(request, board_path())

    def act(by: StaffMember, now: datetime) -> Done:
        swap = rooming.change(
            visit=visit,
            room=room,
            is_for_the_day=SCOPES[scope],
            by=by,
            now=now,
            looker=by,
        )
        return Done(back, _room_words(swap, room), undo=_way_back_of(swap, now))

    return press(request, back, act)


@requires(Capability.BOOK_VISITS)
@require_POST
def room_back(request: StaffRequest, swap: str) -> HttpResponse:
    """The rooms as they were, within the minute."""
    at, rows = _read(swap)
    theirs = sight.visits_of(request.user).filter(pk__in=[row[0] for row in rows])
    if theirs.count() < len(rows):
        raise Http404

    def act(by: StaffMember, now: datetime) -> Done:
        rooming.put_back(
            before={visit: room for visit, room, _line in rows},
            after={visit: line for visit, _room, line in rows},
            changed_at=datetime.fromtimestamp(at, UTC),
            by=by,
            now=now,
        )
        return Done(board_path(), _("The rooms are as they were."))

    return press(request, board_path(), act)


def _way_back_of(swap: Swap, now: datetime) -> str:
    """Where a change of rooms is taken back: it says what was, and what is."""
    if not swap.before:
        return ""
    rows = [[pk, room, swap.after[pk]] for pk, room in swap.before.items()]
    said = _swaps.sign_object([now.timestamp(), rows])
    return reverse("room_back", args=[said])


def _read(swap: str) -> tuple[float, list[tuple[int, int, int]]]:
    """When rooms were changed, and how. Raises Http404 for what nobody signed."""
    try:
        at, rows = _swaps.unsign_object(swap)
    except signing.BadSignature:
        raise Http404 from None
    return at, [(visit, room, line) for visit, room, line in rows]


def _room(request: StaffRequest, visit: Appointment) -> Room:
    """The room that was pressed."""
    rooms = visit.location.rooms.filter(is_active=True)
    return get_object_or_404(rooms, pk=number_of(request.POST.get("room", "")))


def number_of(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if is_number else 0


def _room_words(swap: Swap, room: Room) -> str:
    name = room.name
    words = _("%(n)d visits now in: %(room)s.") % {"n": len(swap.meant), "room": name}
    if len(swap.meant) == 1:
        words = _("Now in: %(room)s.") % {"room": name}
    if swap.others:
        words += " " + _("Whoever was there has the other room.")
    if swap.closed:
        words += " " + ngettext(
            "%(n)d visit stays where it is: it is not open to you.",
            "%(n)d visits stay where they are: they are not open to you.",
            swap.closed,
        ) % {"n": swap.closed}
    needs: Sequence[int] = sorted(rooming.need_step_free(swap.meant))
    if needs and not room.is_step_free:
        words += " " + _("Careful: somebody needs step-free access.")
    return words


# Video ----------------------------------------------------------------------------
@requires(Capability.BOOK_VISITS)
def telehealth_check_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Where are you now, how do we call back, is anyone with you; then it begins."""
    attendee = attendee_or_404(request, pk)
    known = check_in.answer_of(attendee)
    visit, is_first = attendee.appointment, attendee.status != Status.IN_SESSION
    form = CheckInForm(request.POST or None, attendee=attendee, known=known)
    back = way_back(request, board_path())

    def act(by: StaffMember, now: datetime) -> Done:
        before = Mark.of(visit)
        check_in.check_in(attendee=attendee, by=by, now=now, **form.details())
        undo = undo_path(visit, before) if is_first else ""
        return Done(back, _("In session."), undo=undo)

    ask = Ask(
        _("Check in for the video visit"),
        _("Begin the session"),
        back,
        about=attendee.chart,
        template="scheduling/check_in.html",
        context=alike_names(request, visit, [attendee]),
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.BOOK_VISITS)
@require_POST
def video_to_phone(request: StaffRequest, pk: int) -> HttpResponse:
    """The video fails: by phone from now on."""
    visit, _guests = visit_to_change(request, pk)
    back = way_back(request, board_path())

    def act(by: StaffMember, now: datetime) -> Done:
        check_in.switch(visit=visit, to=Modality.PHONE, by=by, now=now)
        return Done(back, _("By phone now."), undo=reverse("video_again", args=[pk]))

    return press(request, back, act)


@requires(Capability.BOOK_VISITS)
@require_POST
def video_again(request: StaffRequest, pk: int) -> HttpResponse:
    visit, _guests = visit_to_change(request, pk)

    def act(by: StaffMember, now: datetime) -> Done:
        kind = check_in.SWITCHED[Modality.PHONE]
        if not is_own_last_act(visit, kind=kind, by=by, now=clock.real_now()):
            raise TooLate(
                _("The minute is over, or somebody changed this visit since.")
            )
        check_in.switch(visit=visit, to=Modality.TELEHEALTH, by=by, now=now)
        return Done(board_path(), _("By video again."))

    return press(request, board_path(), act)
