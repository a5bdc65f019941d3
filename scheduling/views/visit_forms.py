"""Forms about one visit: cancelling it, setting it right, its details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import clock, zones
from practice.access import Capability, requires
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act, way_back
from scheduling import calendar_rules, calling_off, details, steps, visits
from scheduling.forms.visits import (
    CallOffForm,
    CancelForm,
    CorrectForm,
    DetailsForm,
    suggested,
)
from scheduling.models import Appointment
from scheduling.undoing import Mark
from scheduling.views.found import names_of, visit_to_change
from scheduling.views.undo import undo_path
from scheduling.views.visits import page_of_visit

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.BOOK_VISITS)
def visit_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Cancel for some of the patients, or all; the time is free again."""
    visit, guests = visit_to_change(request, pk, is_for_some=True)
    open_to = [one for one in guests if steps.may_cancel(one.attendee.status)]
    held, now = calendar_rules.rules(), clock.now()
    is_late = calendar_rules.is_late(visit.starts_at, held, now=now)
    form = CancelForm(
        request.POST or None,
        names=names_of(open_to),
        late_words=calendar_rules.late_words(held),
        initial={"status": suggested(is_late=is_late)},
    )
    back = way_back(request, page_of_visit(pk))

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        chosen = set(answers.pop("attendees"))
        whom = [one.attendee for one in guests if one.attendee.pk in chosen]
        before = Mark.of(visit)
        visits.cancel(attendees=whom, by=by, now=now, **answers)
        return Done(back, _("Cancelled."), undo=undo_path(visit, before))

    alone = open_to if len(open_to) == 1 else []
    ask = Ask(
        _("Cancel the visit"),
        _("Cancel the visit"),
        back,
        intro=_when(visit),
        is_grave=True,
        template="scheduling/visit_cancel.html",
        context={"guests": alone},
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.BOOK_VISITS)
def visit_call_off(request: StaffRequest, pk: int) -> HttpResponse:
    """The whole session does not take place: its time is free again."""
    visit, guests = visit_to_change(request, pk)
    if not visit.type.is_group:
        raise Http404
    form = CallOffForm(request.POST or None)
    back = page_of_visit(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        before = Mark.of(visit)
        calling_off.call_off(appointment=visit, by=by, now=now, **form.details())
        return Done(back, _("Called off."), undo=undo_path(visit, before))

    words = _("Call off the session")
    coming = sum(one.attendee.is_coming for one in guests)
    whose = ngettext(
        "It is cancelled for %(n)d person.", "It is cancelled for %(n)d people.", coming
    )
    intro = f"{_when(visit)}. {whose % {'n': coming}}"
    ask = Ask(words, words, back, intro=intro, is_grave=True)
    return ask_and_act(request, form, ask, act)


@requires(Capability.BOOK_VISITS)
def visit_correct(request: StaffRequest, pk: int) -> HttpResponse:
    """Set right what was recorded wrongly, with a reason."""
    visit, guests = visit_to_change(request, pk, is_for_some=True)
    chosen = request.GET.get("attendee", "")
    form = CorrectForm(
        request.POST or None, names=names_of(guests), initial={"attendee": chosen}
    )
    back = page_of_visit(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        wanted = answers.pop("attendee")
        whom = next(one.attendee for one in guests if one.attendee.pk == wanted)
        before = Mark.of(visit)
        visits.correct(attendee=whom, by=by, now=now, **answers)
        return Done(back, _("Set right."), undo=undo_path(visit, before))

    ask = Ask(_("Set right what was recorded"), _("Save"), back, intro=_when(visit))
    return ask_and_act(request, form, ask, act)


@requires(Capability.BOOK_VISITS)
def visit_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Room, way to meet, video address and the desk's note."""
    shown = Shown.record(Appointment, pk)
    visit, _guests = visit_to_change(request, pk)
    names = ("modality", "room", "telehealth_url", "desk_note")
    form = DetailsForm(
        request.POST or None,
        shown=shown,
        visit=visit,
        initial={name: getattr(visit, name) for name in names},
    )
    back = way_back(request, page_of_visit(pk))

    def act(by: StaffMember, now: datetime) -> Done:
        before = Mark.of(visit)
        saved = details.change(appointment=visit, by=by, now=now, **form.details())
        is_told = details.told_of(saved) != details.told_of(visit)
        undo = undo_path(visit, before) if is_told else ""
        return Done(back, _("Saved."), undo=undo)

    ask = Ask(_("Room, way to meet, note"), _("Save"), back, intro=_when(visit))
    return ask_and_act(request, form, ask, act)


def _when(visit: Appointment) -> str:
    """Which visit it is, without a name."""
    return _("%(type)s with %(who)s, %(when)s") % {
        "type": visit.type,
        "who": visit.clinician,
        "when": zones.moment(visit.starts_at, visit.zone),
    }
