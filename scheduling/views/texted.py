"""The board's answers to who said by text that they are here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practice.access import Capability, requires
from practice.views.pages import Done, press, way_back
from scheduling import calling_in
from scheduling.views.board_acts import attendee_or_404, board_path

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.BOOK_VISITS)
@require_POST
def called_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Text them to come in."""
    attendee, back = attendee_or_404(request, pk), way_back(request, board_path())

    def act(by: StaffMember, now: datetime) -> Done:
        calling_in.call_in(attendee=attendee, by=by, now=now)
        return Done(back, _("They are texted to come in."))

    return press(request, back, act)


@requires(Capability.BOOK_VISITS)
@require_POST
def told_longer(request: StaffRequest, pk: int) -> HttpResponse:
    """Text them that it takes a little longer."""
    attendee, back = attendee_or_404(request, pk), way_back(request, board_path())

    def act(by: StaffMember, now: datetime) -> Done:
        calling_in.tell_longer(attendee=attendee, by=by, now=now)
        minutes = {"n": calling_in.LONGER.seconds // 60}
        return Done(back, _("They are texted: about %(n)d minutes.") % minutes)

    return press(request, back, act)
