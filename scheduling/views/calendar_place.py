"""A visit that is put elsewhere on the calendar; what to do if it cannot be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practice import zones
from practice.access import Capability, may, requires
from practice.toasts import WayOn
from practice.views.pages import Done, press, way_back
from scheduling import booking, placing
from scheduling.forms.calendar import PlaceForm
from scheduling.undoing import Mark
from scheduling.views.found import guests_of, is_all_changeable, visit_or_404
from scheduling.views.undo import undo_path

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.rules import NotPossible
    from practice.views.pages import StaffRequest
    from scheduling.models import Appointment

# What another time, another person or a reason can help against.
ELSEWHERE = (
    booking.SlotTaken,
    booking.OutsideHours,
    booking.PatientElsewhere,
    booking.NotOffered,
)


@requires(Capability.BOOK_VISITS)
@require_POST
def calendar_place(request: StaffRequest) -> HttpResponse:
    """Put a visit where it was dropped: another time, length, clinician or room.

    A drag sends the place in its form, the way on from a refusal in its address.
    """
    told = request.GET.copy()
    told.update(request.POST)
    form = PlaceForm(told)
    back = way_back(request, reverse("calendar"))
    is_read = form.is_valid()
    visit = visit_or_404(request, form.cleaned_data.get("visit", 0))
    guests = guests_of(request, visit)
    drop = _Drop(form, visit, back)

    def act(by: StaffMember, now: datetime) -> Done:
        if not is_read or not is_all_changeable(guests):
            raise placing.NotThere(_("This visit cannot be put there."))
        return drop.act(by, now)

    return press(request, back, act, way_on=lambda why: drop.way_on(why, request.user))


@dataclass(frozen=True, slots=True)
class _Drop:
    """A visit and where somebody let it go."""

    form: PlaceForm
    visit: Appointment
    back: str

    @property
    def starts_at(self) -> datetime:
        return self.form.starts_at(self.visit.zone)

    def act(self, by: StaffMember, now: datetime) -> Done:
        before, told = Mark.of(self.visit), self.form.cleaned_data
        placing.place(
            visit=self.visit,
            starts_at=self.starts_at,
            length=self.form.length,
            clinician_id=told["clinician"],
            room_id=told["room"],
            seen=told["edition"],
            is_agreed=told["agreed"],
            by=by,
            now=now,
        )
        when = zones.moment(self.starts_at, self.visit.zone)
        words = _("Moved to %(when)s.") % {"when": when}
        return Done(self.back, words, undo=undo_path(self.visit, before))

    def way_on(self, why: NotPossible, staff: StaffMember) -> WayOn | None:
        """One press where who is asked may agree; else the page that has more ways."""
        if isinstance(why, booking.TooSoon):
            return WayOn(_("Move it all the same"), self._again(), is_act=True)
        if not isinstance(why, ELSEWHERE):
            return None
        words = _("Look for another time")
        if may(staff, Capability.BOOK_DESPITE):
            words = _("Move it with a reason")
        return WayOn(words, self._page())

    def _again(self) -> str:
        told = self.form.cleaned_data
        names = ("visit", "wall", "minutes", "clinician", "room")
        said = {name: told[name] for name in names if told[name] is not None}
        said |= {"on": told["on"], "edition": told["edition"] or self.visit.version}
        said |= {"agreed": "on", "next": self.back}
        if told["again"]:
            said["again"] = "on"
        return f"{reverse('calendar_place')}?{urlencode(said)}"

    def _page(self) -> str:
        told = self.form.cleaned_data
        hour, minute = divmod(told["wall"], 60)
        said = {"at": f"{told['on']}T{hour:02}:{minute:02}", "next": self.back}
        said["minutes"] = told["minutes"]
        said |= {name: told[name] for name in ("clinician", "room") if told[name]}
        return f"{reverse('visit_move', args=[self.visit.pk])}?{urlencode(said)}"
