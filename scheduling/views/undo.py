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
    return reverse("visit_undo", args=[visit.pk, mark_of(visit, before)])


def mark_of(visit: Appointment, before: Mark) -> str:
    """An act on a visit, by how the visit stood before it and stands now."""
    return _signed.sign(f"{visit.pk}-{before}-{Mark.of(visit)}")


@requires(Capability.BOOK_VISITS)
@require_POST
def visit_undo(request: StaffRequest, pk: int, mark: str) -> HttpResponse:
    """Take back what was done to a visit within the minute."""
    visit, _guests = visit_to_change(request, pk, is_for_some=True)
    back = page_of(request) or reverse("visit", args=[pk])

    def act(by: StaffMember, now: datetime) -> Done:
        undo(mark, visit, by=by, now=now)
        return Done(back, _("Undone. Nobody was told."))

    return press(request, back, act)


def visit_in(mark: str) -> int:
    """Of which visit a mark is. Raises TooLate."""
    return _parts(mark)[0]


def undo(mark: str, visit: Appointment, *, by: StaffMember, now: datetime) -> None:
    """Take back what a mark says was done to a visit. Raises as `undoing.undo`."""
    whose, before, after = _parts(mark)
    if whose != visit.pk:
        raise undoing.TooLate(_("There is nothing to undo."))
    undoing.undo(appointment=visit, before=before, after=after, by=by, now=now)


def _parts(mark: str) -> tuple[int, Mark, Mark]:
    """The visit, and how it stood before and after an act. Raises TooLate."""
    try:
        whose, before, after = _signed.unsign(mark).split("-")
    except signing.BadSignature as error:
        raise undoing.TooLate(_("There is nothing to undo.")) from error
    return int(whose), Mark.read(before), Mark.read(after)
