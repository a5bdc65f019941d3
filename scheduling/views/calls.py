"""The call list, the one press after a call, and a phone note from any chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import calls, clock, looks, today, zones
from practice.access import Capability, requires
from practice.here import of_request
from practice.models import CallAttempt, CallOutcome, Patient, Task
from practice.models.patients import about_chart
from practice.taking_back import LASTS
from practice.views.charts import chart_or_404
from practice.views.pages import Ask, Done, ask_and_act, press, way_back
from scheduling import sight, visits
from scheduling.calling import CALLS
from scheduling.calling import call_list as people_to_call
from scheduling.forms.calls import CONFIRMED, PhoneNoteForm, pressed
from scheduling.models import Attendee
from scheduling.states import Status
from scheduling.undoing import Mark, TooLate
from scheduling.views.board import place_of
from scheduling.views.undo import mark_of, undo, visit_in

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

NOBODY, BETWEEN = "0", "~"  # what is confirmed by a call, in an address


@requires(Capability.BOOK_VISITS)
@require_GET
def call_list(request: StaffRequest) -> HttpResponse:
    """Whom to call today, with the numbers that are safe, and one press after each."""
    now = clock.now()
    places = sight.places_of(request.user)
    place = place_of(request, places)
    found = people_to_call(
        request.user,
        places=[place] if place else places,
        practice=of_request(request),
        now=now,
    )
    looks.remember(request, [line.patient for line in (*found.open, *found.tried)])
    context = {
        "found": found,
        "places": places,
        "place": place,
        "now": now,
    }
    return render(request, "scheduling/call_list.html", context)


@requires(Capability.BOOK_VISITS)
@require_POST
def call_made(request: StaffRequest, pk: int) -> HttpResponse:
    """One press: spoke, confirmed, left message, no answer, call back then."""
    patient = chart_or_404(request, pk)
    back = way_back(request, reverse("call_list"))
    task = _task(request, patient)

    def act(by: StaffMember, now: datetime) -> Done:
        said = pressed(request.POST, zone=zones.of_staff(by), now=now)
        call = calls.record(patient=patient, task=task, by=by, now=now, **said)
        confirmed = _confirm(request, patient, by=by, now=now)
        marks = BETWEEN.join(confirmed) or NOBODY
        words = _("Confirmed.") if confirmed else _("Call noted.")
        return Done(back, words, undo=reverse("call_undo", args=[call.pk, marks]))

    return press(request, back, act)


@requires(Capability.BOOK_VISITS)
@require_POST
def call_undo(request: StaffRequest, pk: int, confirmed: str) -> HttpResponse:
    """The call was pressed by mistake a moment ago; who was confirmed by it is not."""
    mine = CallAttempt.objects.filter(caller=request.user)
    call = get_object_or_404(mine.select_related("patient", "task"), pk=pk)
    chart_or_404(request, call.patient.merged_into_id or call.patient_id)
    back = reverse("call_list")
    marks = [] if confirmed == NOBODY else confirmed.split(BETWEEN)

    def act(by: StaffMember, now: datetime) -> Done:
        if now >= call.made_at + LASTS:
            raise TooLate(_("The minute is over: note another call instead."))
        with transaction.atomic():
            calls.take_back(call=call, by=by)
            for mark in marks:
                visit = get_object_or_404(sight.visits_of(by), pk=visit_in(mark))
                undo(mark, visit, by=by, now=now)
        return Done(back, _("Taken back."))

    return press(request, back, act)


@requires(Capability.BOOK_VISITS)
def phone_note(request: StaffRequest, pk: int) -> HttpResponse:
    """Note a call with a patient: what was said, and when to call again."""
    patient = chart_or_404(request, pk)
    initial = {"outcome": request.GET.get("outcome") or CallOutcome.SPOKE}
    form = PhoneNoteForm(
        request.POST or None, zone=zones.of_staff(request.user), initial=initial
    )
    back = way_back(request, reverse("patient", args=[patient.pk]))
    task = _task(request, patient)

    def act(by: StaffMember, now: datetime) -> Done:
        call = calls.record(
            patient=patient, task=task, by=by, now=now, **form.details()
        )
        undo = reverse("call_undo", args=[call.pk, NOBODY])
        return Done(back, _("Call noted."), undo=undo)

    ask = Ask(_("Phone note"), _("Save the note"), back, about=patient)
    return ask_and_act(request, form, ask, act)


def _task(request: StaffRequest, patient: Patient) -> Task | None:
    """The task that asked for this call, if the press names one."""
    text = request.POST.get("task") or request.GET.get("task") or ""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        return None
    rows = today.within_reach(request.user, now=clock.now()).open()
    return rows.filter(about_chart(patient), pk=int(text), kind__in=CALLS).first()


def _confirm(
    request: StaffRequest, patient: Patient, *, by: StaffMember, now: datetime
) -> list[str]:
    """Confirm the visits that were spoken about, if that is what was pressed.

    Answers the marks by which that is undone.
    """
    if request.POST.get("outcome") != CONFIRMED:
        return []
    ids = [one for one in request.POST.getlist("attendee") if one.isdecimal()]
    rows = Attendee.objects.filter(
        about_chart(patient),
        pk__in=[int(one) for one in ids if len(one) < 19],
        status=Status.SCHEDULED,
        is_withdrawn=False,
        appointment__in=sight.visits_of(by),
    ).select_related("appointment")
    return [_confirm_one(row, by=by, now=now) for row in rows]


def _confirm_one(row: Attendee, *, by: StaffMember, now: datetime) -> str:
    before = Mark.of(row.appointment)
    visits.confirm(attendees=[row], by=by, now=now)
    return mark_of(row.appointment, before)
