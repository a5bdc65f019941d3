"""The history of each record, and who looked at each chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from practice import (
    changes,
    clock,
    looks,
    reveals,
    telling,
    today,
    trail_lines,
    trail_search,
    who_looked,
    whose,
)
from practice.access import Capability, may, requires, signed_in
from practice.forms.paper import places_of
from practice.forms.trail import DaysFilter, RevealForm
from practice.models import PaperEntry, Patient, Recorded, StaffMember, Task
from practice.proofs import models_by_record
from practice.trail_search import CHANGES, Place, Wish
from practice.views.pages import Ask, Done, ask_and_act, way_back
from practice.views.trail import page_of_lines, reader_of
from practice.who_looked import may_see_looks

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


@signed_in
@require_GET
def record_history(request: StaffRequest, record: str, pk: int) -> HttpResponse:
    """What changed about a record and what belongs to it, the newest first."""
    found = _record(request, record, pk)
    wish = _wish(found)
    is_audit = not _is_theirs(request, found)
    purpose = telling.AUDIT if is_audit else looks.CARE
    reader = reader_of(request)
    patient_id = _chart_of(found)
    sight = reader.sight([patient_id] if patient_id else [])
    looks.remember(request, sight.named, purpose=purpose)
    context = {
        "record_words": telling.record_words(record),
        "record": record,
        "pk": pk,
        "name": found.name if isinstance(found, StaffMember) else "",
        "of_record": urlencode(
            {"patient": pk}
            if isinstance(found, Patient)
            else {"record": record, "number": pk}
        ),
        "person": trail_lines.person_of(patient_id, sight),
        "may_see_looks": patient_id
        and may_see_looks(request.user, trail_search.chart_ids(patient_id)),
        **page_of_lines(request, wish, reader, purpose=purpose),
    }
    return render(request, "trail/history.html", context)


@signed_in
@require_GET
def record_page(request: StaffRequest, record: str, pk: int) -> HttpResponse:
    """On to the page where a record is; that page asks who may open it."""
    found = _record(request, record, pk)
    said = telling.records()[record]
    if not said.url_name:
        raise Http404
    if not said.column:
        return redirect(said.url_name)
    target = getattr(found, said.column)
    return redirect(said.url_name, target) if target else redirect("today")


def _record(request: StaffRequest, record: str, pk: int) -> Recorded:
    """The record, if its history is for this person's eyes; else it does not exist."""
    model = models_by_record().get(record)
    if model is None or record not in telling.records():
        raise Http404
    found: Recorded = get_object_or_404(model._default_manager.all(), pk=pk)
    if may(request.user, Capability.READ_TRAIL) or _is_theirs(request, found):
        return found
    raise Http404


def _is_theirs(request: StaffRequest, record: Recorded) -> bool:
    """Whether somebody may read the record itself, and so its history."""
    staff, now = request.user, clock.now()
    said = telling.records()[record._meta.model_name or ""]
    if said.is_apart:
        return said.capability is not None and may(staff, said.capability)
    visible = Patient.objects.visible_to(staff, now=now)
    if patient_id := _chart_of(record):
        return visible.filter(pk=patient_id).exists()
    if (charts := whose.of_record(record)).ever:
        ids = visible.filter(pk__in=charts.ever).values_list("pk", flat=True)
        return charts.known_by(set(ids))
    if isinstance(record, Task):
        return today.within_reach(staff, now=now).filter(pk=record.pk).exists()
    if isinstance(record, PaperEntry) and record.location not in places_of(staff):
        return False
    if staff.pk in (getattr(record, "staff_id", None), _own_id(record)):
        return True
    return said.capability is not None and may(staff, said.capability)


def _own_id(record: Recorded) -> int | None:
    return record.pk if isinstance(record, StaffMember) else None


def _chart_of(record: Recorded) -> int | None:
    if isinstance(record, Patient):
        return record.pk
    patient: int | None = getattr(record, "patient_id", None)
    return patient


def _wish(record: Recorded) -> Wish:
    if isinstance(record, Patient):
        return Wish(patient_ids=trail_search.chart_ids(record.pk), what=CHANGES)
    subjects = {
        str(model._meta.model_name): ids
        for model, ids in changes.subjects_of(record).items()
    }
    return Wish(subjects=subjects, what=CHANGES)


# Looks --------------------------------------------------------------------------
@requires(Capability.SEE_LOOKS)
@require_GET
def patient_looks(request: StaffRequest, pk: int) -> HttpResponse:
    """Who looked at a chart: a line for each person and day, which unfolds."""
    patient = get_object_or_404(Patient, pk=pk)
    charts = trail_search.chart_ids(pk)
    if not may_see_looks(request.user, charts):
        raise Http404
    form = DaysFilter(request.GET)
    reader = reader_of(request)
    sight, zone = reader.sight([pk]), reader.zone
    context: dict[str, Any] = {
        "form": form,
        "patient": patient,
        "person": trail_lines.person_of(pk, sight),
    }
    if form.is_valid():
        before = Place.read(request.GET.get("before", ""))
        since, until = form.span(zone)
        wish = Wish(patient_ids=charts, since=since, until=until)
        report = who_looked.report(wish, zone=zone, before=before)
        context |= {"report": report, "is_first": before is None}
    looks.remember(request, sight.named, purpose=telling.AUDIT)
    status = 422 if form.errors else 200
    return render(request, "trail/looks.html", context, status=status)


@requires(Capability.READ_TRAIL)
def patient_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """The name behind a number, for an hour and for a reason."""
    patient = get_object_or_404(Patient, pk=pk)
    form = RevealForm(request.POST or None)
    back = way_back(request, f"{reverse('trail')}?patient={pk}")

    def act(by: StaffMember, now: datetime) -> Done:
        reveals.reveal(patient=patient, reason=form.cleaned_data["reason"], by=by)
        return Done(back, _("You see the name for an hour. Your reason is kept."))

    intro = _(
        "You see the name of patient %(number)s (%(initials)s) for one hour. That you "
        "did, and why, becomes a line of the trail."
    ) % {"number": pk, "initials": patient.initials}
    ask = Ask(_("Reveal a name"), _("Reveal"), back, intro, is_grave=True)
    return ask_and_act(request, form, ask, act)
