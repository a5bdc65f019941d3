"""Clinicians' hours in one place: weekly, extra, protected, and who is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import clock, locations
from practice.access import Capability, requires
from practice.forms.base import HouseForm
from practice.models import DutyHours, StaffMember
from practice.views.pages import Ask, Done, ask_and_act, press
from practice.views.previews import Preview
from scheduling import catalogue, timetables
from scheduling.forms.setup import ExtraHoursForm, ProtectedTimeForm
from scheduling.models import ProtectedTime

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


@requires(Capability.MANAGE_CALENDAR)
@require_GET
def everybody(request: StaffRequest) -> HttpResponse:
    """Every clinician with their weekly hours, and what changes them soon."""
    context = {"people": timetables.everybody(now=clock.now())}
    return render(request, "scheduling/hours.html", context)


@requires(Capability.MANAGE_CALENDAR)
@require_GET
def clinician(request: StaffRequest, pk: int) -> HttpResponse:
    """All hours of one clinician, each with where it is changed."""
    person = _person(pk)
    context = {"page": timetables.of(person, now=clock.now()), "person": person}
    return render(request, "scheduling/clinician_hours.html", context)


@requires(Capability.MANAGE_CALENDAR)
def extra_new(request: StaffRequest, pk: int) -> HttpResponse:
    person = _person(pk)
    form = ExtraHoursForm(
        request.POST or None, places=locations.of_staff(person), today=_today(person)
    )
    back = page_of(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        row = catalogue.add_extra_hours(staff=person, by=by, **form.details())
        undo = reverse("extra_hours_drop", args=[row.pk])
        return Done(back, _("Added: these hours can be booked."), undo=undo)

    title = _("Extra hours of %(name)s") % {"name": person}
    return ask_and_act(request, form, Ask(title, _("Add"), back), act)


@requires(Capability.MANAGE_CALENDAR)
def extra_drop(request: StaffRequest, pk: int) -> HttpResponse:
    """Take extra hours back; the visits in them are seen first."""
    rows = DutyHours.objects.filter(starts_on__isnull=False)
    row = get_object_or_404(rows.select_related("staff", "location"), pk=pk)
    back = page_of(row.staff_id)
    form = HouseForm(request.POST if request.method == "POST" else None)
    preview = Preview(request, staff_id=row.staff_id)

    def act(by: StaffMember, now: datetime) -> Done:
        catalogue.drop_extra_hours(hours=row, by=by)
        undo = reverse("extra_hours_restore", args=[pk])
        return Done(back, _("The extra hours are taken back."), undo=undo)

    title = _("Take back extra hours of %(name)s") % {"name": row.staff}
    intro = timetables.extra_words(row)
    ask = Ask(title, _("Take back"), back, intro, context={"preview": preview})
    return ask_and_act(request, form, ask, preview.first(act))


@requires(Capability.MANAGE_CALENDAR)
@require_POST
def extra_restore(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(DutyHours.objects.filter(starts_on__isnull=False), pk=pk)
    back = page_of(row.staff_id)

    def act(by: StaffMember, now: datetime) -> Done:
        catalogue.restore_extra_hours(hours=row, by=by)
        return Done(back, _("The extra hours count again."))

    return press(request, back, act)


@requires(Capability.MANAGE_CALENDAR)
def protect_new(request: StaffRequest, pk: int) -> HttpResponse:
    person = _person(pk)
    form = ProtectedTimeForm(
        request.POST or None, places=locations.of_staff(person), today=_today(person)
    )
    back = page_of(pk)
    preview = Preview(request, staff_id=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        row = catalogue.protect_time(clinician=person, by=by, **form.details())
        undo = reverse("protected_time_release", args=[row.pk])
        return Done(back, _("Protected: nobody books it."), undo=undo)

    title = _("Protect time of %(name)s") % {"name": person}
    ask = Ask(title, _("Protect"), back, context={"preview": preview})
    return ask_and_act(request, form, ask, preview.first(act))


@requires(Capability.MANAGE_CALENDAR)
@require_POST
def protect_release(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ProtectedTime, pk=pk)
    back = page_of(row.clinician_id)

    def act(by: StaffMember, now: datetime) -> Done:
        catalogue.release_time(protected=row, by=by)
        undo = reverse("protected_time_again", args=[pk])
        return Done(back, _("This time can be booked again."), undo=undo)

    return press(request, back, act)


@requires(Capability.MANAGE_CALENDAR)
@require_POST
def protect_again(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ProtectedTime, pk=pk)
    back = page_of(row.clinician_id)

    def act(by: StaffMember, now: datetime) -> Done:
        catalogue.protect_again(protected=row, by=by)
        return Done(back, _("It is protected again."))

    return press(request, back, act)


def page_of(pk: int) -> str:
    return reverse("clinician_hours", args=[pk])


def _person(pk: int) -> StaffMember:
    return get_object_or_404(StaffMember.objects.active(), pk=pk, is_clinician=True)


def _today(person: StaffMember) -> date:
    return timetables.today_of(person, now=clock.now())
