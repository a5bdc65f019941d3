"""Rooms: where visits take place, as managers set them up."""

from __future__ import annotations

from collections import Counter
from copy import copy
from itertools import groupby
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import clock
from practice.access import Capability, requires
from practice.forms.base import HouseForm
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act, press
from practice.views.previews import Preview
from scheduling import catalogue
from scheduling.forms.setup import RoomForm
from scheduling.models import Appointment, Room

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.READ_SETTINGS)
@require_GET
def room_list(request: StaffRequest) -> HttpResponse:
    """The rooms of each location, with how many visits are to come there."""
    rows = Room.objects.select_related("location").order_by(
        "location__name", "-is_active", "name"
    )
    ahead = Appointment.objects.live().filter(ends_at__gt=clock.now()).order_by()
    coming = Counter(ahead.values_list("room_id", flat=True))
    places = [
        (place, [(room, coming[room.pk]) for room in rooms])
        for place, rooms in groupby(rows, key=lambda room: room.location)
    ]
    return render(request, "scheduling/rooms.html", {"places": places})


@requires(Capability.MANAGE_CALENDAR)
def room_new(request: StaffRequest) -> HttpResponse:
    initial = {"location": request.GET.get("at", "")}
    form = RoomForm(request.POST or None, initial=initial)
    back = reverse("rooms")

    def act(by: StaffMember, now: datetime) -> Done:
        room = catalogue.add_room(by=by, **form.details())
        undo = reverse("room_close", args=[room.pk])
        return Done(back, _("%(room)s is added.") % {"room": room}, undo=undo)

    return ask_and_act(request, form, Ask(_("Add a room"), _("Add"), back), act)


@requires(Capability.MANAGE_CALENDAR)
def room_edit(request: StaffRequest, pk: int) -> HttpResponse:
    shown = Shown.record(Room, pk)
    room = get_object_or_404(Room.objects.select_related("location"), pk=pk)
    form = RoomForm(request.POST or None, shown=shown, instance=copy(room))
    back = reverse("rooms")

    def act(by: StaffMember, now: datetime) -> Done:
        catalogue.change_room(room=room, by=by, **form.details())
        return Done(back, _("Saved."))

    title = _("%(room)s at %(place)s") % {"room": room, "place": room.location}
    return ask_and_act(request, form, Ask(title, _("Save"), back), act)


@requires(Capability.MANAGE_CALENDAR)
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a room; the visits that are to take place there are seen first."""
    room = get_object_or_404(Room.objects.select_related("location"), pk=pk)
    form = HouseForm(request.POST if request.method == "POST" else None)
    back = reverse("rooms")
    preview = Preview(request, location_id=room.location_id)

    def act(by: StaffMember, now: datetime) -> Done:
        catalogue.close_room(room=room, by=by)
        undo = reverse("room_reopen", args=[pk])
        return Done(back, _("%(room)s is closed.") % {"room": room}, undo=undo)

    title = _("Close %(room)s at %(place)s") % {"room": room, "place": room.location}
    intro = _("Nobody is put into it any more. Visits that have it keep it for now.")
    ask = Ask(title, _("Close"), back, intro, context={"preview": preview})
    return ask_and_act(request, form, ask, preview.first(act))


@requires(Capability.MANAGE_CALENDAR)
@require_POST
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    room = get_object_or_404(Room, pk=pk)
    back = reverse("rooms")

    def act(by: StaffMember, now: datetime) -> Done:
        catalogue.reopen_room(room=room, by=by)
        return Done(back, _("%(room)s is open again.") % {"room": room})

    return press(request, back, act)
