"""Family and helpers: who they are, how to reach them, what they may do and know."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practice import caregivers, clock, contacts, kin, looks
from practice.access import Capability, requires
from practice.forms.families import NewCaregiverForm, PersonForm, RightsForm
from practice.forms.patients import ContactForm
from practice.models import (
    Caregiver,
    Caregiving,
    ContactKind,
    ContactPoint,
    Patient,
    StaffMember,
)
from practice.patients import local_day
from practice.templatetags.wellhouse import initials, person_name, veiled
from practice.versions import Shown
from practice.views.chart_acts import ADD, page_of
from practice.views.charts import chart_or_404, refuse_under_glass
from practice.views.pages import Ask, Done, ask_and_act, press

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from practice.views.pages import StaffRequest


@requires(Capability.EDIT_PATIENTS)
def caregiver_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Add a parent, guardian, relative or helper, with rights, proof and dates."""
    patient = chart_or_404(request, pk)
    usual = {
        "starts_on": local_day(clock.now()),
        "language": patient.written_language,
    }
    form = NewCaregiverForm(
        request.POST or None, initial=usual, look_up=_look_up(request)
    )
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        person = _person(answers, by=by, now=now)
        caregivers.authorise(caregiver=person, patient=patient, by=by, **answers)
        return Done(back, _("Added."))

    ask = Ask(_("Add family or helper"), _("Add"), back, about=patient)
    return ask_and_act(request, form, ask, act)


@requires(Capability.EDIT_PATIENTS)
def caregiving_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Who a caregiver is, and what they may do and know."""
    shown = Shown.record(Caregiving, pk)
    row = _caregiving(request, pk)
    form = RightsForm(request.POST or None, shown=shown, instance=copy(row))
    back = page_of(row.patient_id)

    def act(by: StaffMember, now: datetime) -> Done:
        caregivers.change(caregiving=row, by=by, now=now, **form.details())
        return Done(back, _("Saved."))

    points = row.caregiver.contact_points.filter(ended_at=None)
    ask = Ask(
        _("Family or helper"),
        _("Save"),
        back,
        about=row.patient,
        template="patients/caregiving.html",
        context={
            "remove_url": reverse("caregiving_withdraw", args=[row.pk]),
            "move_url": reverse("move", args=["family", row.pk]),
            "row": row,
            "points": list(points),
            **_around(request, row),
        },
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.EDIT_PATIENTS)
def caregiver_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """A caregiver's name and language, and the chart they have themselves."""
    row = _caregiving(request, pk)
    shown = Shown.record(Caregiver, row.caregiver_id)
    person = Caregiver.objects.get(pk=row.caregiver_id)
    charts = kin.may_be_charts_of(person, reader=request.user)
    own = {str(chart.pk): chart for chart in charts}
    looks.remember(request, charts)
    form = PersonForm(
        request.POST or None,
        shown=shown,
        instance=copy(person),
        charts=[(number, _chart_words(chart)) for number, chart in own.items()],
    )
    back = reverse("caregiving_edit", args=[pk])

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        answers["own_chart"] = own.get(answers.pop("chart", ""))
        caregivers.describe(caregiver=person, by=by, **answers)
        return Done(back, _("Saved."))

    return ask_and_act(request, form, _ask(request, row, _("Name and language")), act)


@requires(Capability.EDIT_PATIENTS)
@require_POST
def caregiving_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    row = _caregiving(request, pk)
    back = page_of(row.patient_id)

    def act(by: StaffMember, now: datetime) -> Done:
        caregivers.withdraw(caregiving=row, by=by)
        undo = reverse("caregiving_restore", args=[pk])
        return Done(back, _("Removed: they may do and know nothing now."), undo=undo)

    return press(request, back, act)


@requires(Capability.EDIT_PATIENTS)
@require_POST
def caregiving_restore(request: StaffRequest, pk: int) -> HttpResponse:
    row = _caregiving(request, pk)
    back = page_of(row.patient_id)

    def act(by: StaffMember, now: datetime) -> Done:
        caregivers.restore(caregiving=row, by=by)
        return Done(back, _("As before."))

    return press(request, back, act)


@requires(Capability.EDIT_PATIENTS)
def reach_new(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """Add a phone, e-mail or postal address of a caregiver."""
    row = _caregiving(request, pk)
    if kind not in ContactKind.values:
        raise Http404
    form = ContactForm(request.POST or None, kind=kind)
    back = reverse("caregiving_edit", args=[pk])

    def act(by: StaffMember, now: datetime) -> Done:
        contacts.add(owner=row.caregiver, kind=kind, by=by, now=now, **form.details())
        return Done(back, _("Added."))

    ask = _ask(request, row, str(ADD[ContactKind(kind)]), button=_("Add"))
    return ask_and_act(request, form, ask, act)


@requires(Capability.EDIT_PATIENTS)
def reach_edit(request: StaffRequest, pk: int, contact: int) -> HttpResponse:
    """Correct a caregiver's number or address, or what is safe there."""
    shown = Shown.record(ContactPoint, contact)
    row = _caregiving(request, pk)
    point = get_object_or_404(row.caregiver.contact_points, pk=contact)
    form = ContactForm(
        request.POST or None, shown=shown, kind=point.kind, instance=copy(point)
    )
    back = reverse("caregiving_edit", args=[pk])

    def act(by: StaffMember, now: datetime) -> Done:
        contacts.change(point=point, by=by, now=now, **form.details())
        return Done(back, _("Saved."))

    remove_url = reverse("caregiver_contact_end", args=[pk, contact])
    ask = _ask(request, row, _("Change contact"), remove_url=remove_url)
    return ask_and_act(request, form, ask, act)


@requires(Capability.EDIT_PATIENTS)
@require_POST
def reach_end(request: StaffRequest, pk: int, contact: int) -> HttpResponse:
    row = _caregiving(request, pk)
    point = get_object_or_404(row.caregiver.contact_points, pk=contact)
    back = reverse("caregiving_edit", args=[pk])

    def act(by: StaffMember, now: datetime) -> Done:
        contacts.end(point=point, by=by, now=now)
        undo = reverse("caregiver_contact_restore", args=[pk, contact])
        return Done(back, _("Removed."), undo=undo)

    return press(request, back, act)


@requires(Capability.EDIT_PATIENTS)
@require_POST
def reach_restore(request: StaffRequest, pk: int, contact: int) -> HttpResponse:
    row = _caregiving(request, pk)
    point = get_object_or_404(row.caregiver.contact_points, pk=contact)
    back = reverse("caregiving_edit", args=[pk])

    def act(by: StaffMember, now: datetime) -> Done:
        contacts.restore(point=point, by=by)
        return Done(back, _("As before."))

    return press(request, back, act)


def _caregiving(request: StaffRequest, pk: int) -> Caregiving:
    visible = Patient.objects.visible_to(request.user, now=clock.now())
    rows = Caregiving.objects.select_related("caregiver__own_chart", "patient")
    row = get_object_or_404(rows, pk=pk, patient__in=visible)
    refuse_under_glass(request, row.patient)
    return row


def _person(answers: dict[str, Any], *, by: StaffMember, now: datetime) -> Caregiver:
    """The person known already, or a new one, with the phone and e-mail given."""
    known, name = answers.pop("known", ""), answers.pop("name")
    phone, email = answers.pop("phone"), answers.pop("email")
    language = answers.pop("language")
    if known and known != NewCaregiverForm.NEW:
        person = Caregiver.objects.get(pk=known)
    else:
        person = caregivers.introduce(name=name, language=language, by=by)
    if phone and not contacts.has(person, "phone", str(phone)):
        contacts.add(
            owner=person, kind="phone", value=str(phone), may_call=True, by=by, now=now
        )
    if email and not contacts.has(person, "email", email):
        contacts.add(
            owner=person, kind="email", value=email, may_write=True, by=by, now=now
        )
    return person


def _look_up(request: StaffRequest) -> Any:
    """Who may be meant by what was typed, in words, by id; a look at their charts."""

    def look_up(**typed: str) -> list[tuple[str, SafeString]]:
        found = kin.known(reader=request.user, **typed)
        looks.remember(request, [row.patient for one in found for row in one.rows])
        return [(str(one.caregiver.pk), _known_words(one)) for one in found]

    return look_up


def _known_words(known: kin.Known) -> SafeString:
    """Their name, and whose what they are: Casey Kin · Parent of Paula Patience."""
    person = known.caregiver
    lines = [
        (row.get_relation_display(), _chart_words(row.patient)) for row in known.rows
    ]
    where = format_html_join(", ", _("{} of {}"), lines)
    return format_html(
        "{} · {}",
        veiled(person.name, initials(person.name)),
        where or _("on a chart that you cannot open"),
    )


def _chart_words(chart: Patient) -> SafeString:
    born = _("born %(year)s") % {"year": chart.born_on.year}
    return format_html("{}, {}", person_name(chart), born)


def _around(request: StaffRequest, row: Caregiving) -> dict[str, Any]:
    """Which other charts a change of the person counts on; a look at them."""
    around = kin.around(row.caregiver, reader=request.user)
    looks.remember(request, around.charts)
    own = row.caregiver.own_chart_id
    known = (row.patient_id, own)
    return {
        "others": [chart for chart in around.charts if chart.pk not in known],
        "is_elsewhere": around.is_elsewhere,
        "own_is_open": own in [chart.pk for chart in around.charts],
    }


def _ask(
    request: StaffRequest,
    row: Caregiving,
    title: str,
    *,
    button: str = "",
    remove_url: str = "",
) -> Ask:
    """A page about a caregiver as a person: it names the charts that are affected."""
    return Ask(
        title,
        button or _("Save"),
        reverse("caregiving_edit", args=[row.pk]),
        about=row.patient,
        template="patients/caregiver.html",
        context={"row": row, "remove_url": remove_url, **_around(request, row)},
    )
