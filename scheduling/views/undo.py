"""The undo minute of visits: the address that takes an act back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practice.access import Capability, requires
from practice.views.pages import Done, press
from practice.whereabouts import page_of
from scheduling import undoing
from scheduling.undoing import Mark
from scheduling.views.found import visit_to_change

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.models import Appointment

NOTHING = Mark(0, 0)  # before a booking there is none
# Who acts gets the address; nobody writes one that takes back somebody else's act.
_signed = signing.Signer(salt="scheduling.undo")


def undo_path(visit: Appointment, before: Mark) -> str:
    """Where an act on a visit is taken back; asked for right after the act."""
    mark = _signed.sign(f"{visit.pk}-{before}-{Mark.of(visit)}")
    return reverse("visit_undo", args=[visit.pk, mark])


@requires(Capability.BOOK_VISITS)
@require_POST
def visit_undo(request: StaffRequest, pk: int, mark: str) -> HttpResponse:
    """Take back what was done to a visit within the minute."""
    visit, _guests = visit_to_change(request, pk, is_for_some=True)
    back = page_of(request) or reverse("visit", args=[pk])

    def act(by: StaffMember, now: datetime) -> Done:
        before, after = _read(mark, visit)
        undoing.undo(appointment=visit, before=before, after=after, by=by, now=now)
        return Done(back, _("Undone. Nobody was told."))

    return press(request, back, act)


def _read(mark: str, visit: Appointment) -> list[Mark]:
    """How the visit stood before and after an act. Raises TooLate."""
    try:
        whose, *marks = _signed.unsign(mark).split("-")
    except signing.BadSignature:
        whose, marks = "", []
    if whose != str(visit.pk):
        raise undoing.TooLate(_("There is nothing to undo."))
    return [Mark.read(one) for one in marks]
