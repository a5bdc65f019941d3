"""The undo minute of visits: the address that takes an act back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practice.access import Capability, requires
from practice.views.pages import Done, press
from practice.whereabouts import page_of
from scheduling import undoing
from scheduling.undoing import Mark
from scheduling.views.found import visit_or_404

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.models import Appointment

NOTHING = Mark(0, 0)  # before a booking there is none


def undo_path(visit: Appointment, before: Mark) -> str:
    """Where an act on a visit is taken back; asked for right after the act."""
    return reverse("visit_undo", args=[visit.pk, str(before), str(Mark.of(visit))])


@requires(Capability.BOOK_VISITS)
@require_POST
def visit_undo(request: StaffRequest, pk: int, before: str, after: str) -> HttpResponse:
    """Take back what was done to a visit within the minute."""
    visit = visit_or_404(request, pk)
    back = page_of(request) or reverse("visit", args=[pk])

    def act(by: StaffMember, now: datetime) -> Done:
        undoing.undo(
            appointment=visit,
            before=Mark.read(before),
            after=Mark.read(after),
            by=by,
            now=now,
        )
        return Done(back, _("Undone. Nobody was told."))

    return press(request, back, act)
