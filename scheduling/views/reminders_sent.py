"""A person sends one reminder of a visit, or decides that it does not go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practice.access import Capability, requires
from practice.views.pages import Done, press, way_back
from scheduling import reminders_due
from scheduling.models import Reminder
from scheduling.views.found import visit_to_change
from scheduling.views.visits import page_of_visit

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.BOOK_VISITS)
@require_POST
def send(request: StaffRequest, pk: int, reminder: int) -> HttpResponse:
    row = _theirs(request, pk, reminder)
    back = way_back(request, page_of_visit(pk))

    def act(by: StaffMember, now: datetime) -> Done:
        reminders_due.send(reminder=row, by=by, now=now)
        return Done(back, _("It is in the outbox."))

    return press(request, back, act)


@requires(Capability.BOOK_VISITS)
@require_POST
def leave_out(request: StaffRequest, pk: int, reminder: int) -> HttpResponse:
    row = _theirs(request, pk, reminder)
    back = way_back(request, page_of_visit(pk))

    def act(by: StaffMember, now: datetime) -> Done:
        reminders_due.leave_out(reminder=row, by=by, now=now)
        undo = reverse("visit_reminder_take_up", args=[pk, row.pk])
        return Done(back, _("It will not be sent."), undo=undo)

    return press(request, back, act)


@requires(Capability.BOOK_VISITS)
@require_POST
def take_up(request: StaffRequest, pk: int, reminder: int) -> HttpResponse:
    row = _theirs(request, pk, reminder)
    back = way_back(request, page_of_visit(pk))

    def act(by: StaffMember, now: datetime) -> Done:
        reminders_due.take_up(reminder=row, by=by, now=now)
        return Done(back, _("It waits again."))

    return press(request, back, act)


def _theirs(request: StaffRequest, pk: int, reminder: int) -> Reminder:
    """A reminder of somebody for whom this person may act."""
    visit, guests = visit_to_change(request, pk, is_for_some=True)
    ours = [one.attendee.pk for one in guests if one.is_changeable]
    rows = Reminder.objects.filter(attendee__appointment=visit, attendee__in=ours)
    return get_object_or_404(rows, pk=reminder)
