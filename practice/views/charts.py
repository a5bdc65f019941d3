"""Charts: the list, the search, the page, registering and changing details."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from practice import (
    break_glass,
    clock,
    contacts,
    looks,
    patients,
    searching,
    taking_back,
    who_looked,
)
from practice.access import CHANGES_CHARTS, Capability, capabilities_of, requires
from practice.contributions import Moment, OpenChart, Panel, load
from practice.forms.patients import DetailsForm, NeedsForm, RegisterForm
from practice.here import of_request
from practice.models import (
    CareTeamMember,
    HomeLocation,
    Location,
    Patient,
    PatientAlert,
    StaffMember,
    WatchFlag,
)
from practice.patients import local_day
from practice.prepared import prepared
from practice.states import PatientState
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act, taken_before, way_back

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from practice.views.pages import StaffRequest

PAGE = 50
MOMENTS = 30
OF_MERGED = ("given_name", "family_name", "preferred_name", "born_on", "merged_into")
OF_WATCHES = ("reason", "quiet_days", "last_contact_on", "ends_on", "caller__name")


class UnderGlass(PermissionDenied):
    """By break-glass a chart is read, and its contact data kept: nothing else.

    The page that answers says what to do instead.
    """

    def __init__(self, patient: Patient) -> None:
        super().__init__("Opened by break-glass: to read.")
        self.patient = patient


def chart_or_404(request: StaffRequest, pk: int) -> Patient:
    """The chart, to change it or hand it on; to others it does not exist.

    Raises UnderGlass where only break-glass opens it.
    """
    patient = Patient.objects.usual_to(request.user).filter(pk=pk).first()
    if patient is None:
        raise UnderGlass(chart_to_read(request, pk))
    looks.remember(request, [patient])
    return patient


def chart_or_own_act(
    request: StaffRequest, record: Patient | CareTeamMember, *, kind: str
) -> Patient:
    """The chart of a record, also where what this person just did closed it to them."""
    patient = record if isinstance(record, Patient) else record.patient
    now = clock.real_now()
    if not taking_back.is_own_last_act(record, kind=kind, by=request.user, now=now):
        return chart_or_404(request, patient.pk)
    looks.remember(request, [patient])
    return patient


def page_or_list(patient: Patient, staff: StaffMember) -> str:
    """Where an act leads that may have closed the chart to whoever acted."""
    if is_theirs(patient, staff):
        return reverse("patient", args=[patient.pk])
    return reverse("patients")


def is_theirs(patient: Patient, staff: StaffMember) -> bool:
    return Patient.objects.usual_to(staff).filter(pk=patient.pk).exists()


def chart_to_read(request: StaffRequest, pk: int) -> Patient:
    """The chart, if this person may open it, by break-glass too."""
    visible = Patient.objects.visible_to(request.user, now=clock.now())
    patient = visible.filter(pk=pk).first()
    if patient is None:
        raise Http404
    looks.remember(request, [patient])
    return patient


def refuse_under_glass(request: StaffRequest, patient: Patient) -> None:
    """Raise UnderGlass where break-glass, and nothing else, opens a chart."""
    if is_under_glass(request.user, patient, now=clock.now()):
        raise UnderGlass(patient)


def is_under_glass(staff: StaffMember, patient: Patient, *, now: datetime) -> bool:
    if is_theirs(patient, staff):
        return False
    return Patient.objects.visible_to(staff, now=now).filter(pk=patient.pk).exists()


@requires(Capability.FIND_PATIENTS)
@require_GET
def patient_list(request: StaffRequest) -> HttpResponse:
    """The charts this person may open, by name, a page at a time."""
    charts = Patient.objects.visible_to(request.user, now=clock.now()).unmerged()
    rows = _narrowed(charts, request.GET)
    page = searching.page_of(rows, after=request.GET.get("after", ""), size=PAGE)
    looks.remember(request, page.rows)
    count, is_more = searching.counted(rows)
    context = {
        "page": page,
        "namesakes": searching.namesakes(page.rows),
        "count": count,
        "is_more": is_more,
        "state": request.GET.get("state", ""),
        "states": PatientState.choices,
        "at": request.GET.get("at", ""),
        "locations": Location.objects.filter(is_active=True),
        "is_lost": request.GET.get("reach") == "none",
    }
    return render(request, "patients/list.html", context)


def _narrowed(rows: QuerySet[Patient], wishes: Mapping[str, str]) -> QuerySet[Patient]:
    """The charts that fit the filters of the list; a filter nobody knows is none."""
    if wishes.get("state") in PatientState.values:
        rows = rows.filter(state=wishes["state"])
    place = wishes.get("at", "")
    if place.isascii() and place.isdecimal() and len(place) < 10:
        rows = rows.filter(homes__location=int(place), homes__is_current=True)
    return contacts.out_of_reach(rows) if wishes.get("reach") == "none" else rows


@requires(Capability.FIND_PATIENTS)
@require_http_methods(["GET", "POST"])
def search_people(request: StaffRequest) -> HttpResponse:
    """People by name, phone digits, birth date or outside number.

    By POST, so that no name stands in an address or a log. Who comes back to the
    address, by the history or after a sign-in, gets the list.
    """
    if request.method == "GET":
        return redirect("patients")
    query = request.POST.get("q", "")[:100]
    found = searching.find_people(query, staff=request.user, now=clock.now())
    looks.remember(request, [one.patient_id for one in found])
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "patients/_found.html" if is_fragment else "patients/search.html"
    return render(request, template, {"found": found, "query": query})


@requires(Capability.READ_PATIENTS)
@require_GET
def patient(request: StaffRequest, pk: int) -> HttpResponse:
    """One chart: who they are, what everybody must see, panels and timeline."""
    now = clock.now()
    chart = chart_to_read(request, pk)
    if chart.merged_into_id:
        return redirect("patient", pk=chart.merged_into_id)
    opened = _look(request, chart, now=now)
    looks.remember(request, opened.ids, are_one=True)
    context = _chart_context(opened)
    if context["glass"] and is_under_glass(request.user, chart, now=now):
        context |= _to_read(context, chart, request.user)
    return render(request, "patients/chart.html", context)


@requires(Capability.EDIT_PATIENTS)
def patient_new(request: StaffRequest) -> HttpResponse:
    """Open a chart for a new caller."""
    form = RegisterForm(request.POST or None, initial=_first_home(request.user))

    def act(by: StaffMember, now: datetime) -> Done:
        chart = _register(form.details(), by=by, now=now)
        return _opened(request, chart)

    ask = Ask(_("New patient"), _("Open chart"), reverse("patients"))
    return ask_and_act(request, form, ask, act)


@requires(Capability.EDIT_PATIENTS)
def patient_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Names, birth date, home locations."""
    if path := taken_before(request):  # it may have been moved away from them
        return redirect(path)
    shown = Shown.record(Patient, pk, HomeLocation.history.filter(patient=pk))
    chart = chart_or_404(request, pk)
    homes = chart.homes.filter(is_current=True).values_list("location", flat=True)
    form = DetailsForm(
        request.POST or None,
        shown=shown,
        instance=copy(chart),
        initial={"homes": list(homes)},
    )
    back = reverse("patient", args=[chart.pk])

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        places = answers.pop("homes")
        patients.change_details(patient=chart, by=by, now=now, **answers)
        patients.set_homes(patient=chart, homes=places, by=by)
        return _saved(chart, by)

    ask = Ask(_("Names and details"), _("Save"), back, about=chart)
    return ask_and_act(request, form, ask, act)


def _saved(chart: Patient, by: StaffMember) -> Done:
    words = _("Details saved.")
    if not is_theirs(chart, by):
        words = _("Saved. The chart is now with %(places)s: who works there sees it.")
        words %= {"places": _places_of(chart)}
    return Done(page_or_list(chart, by), words)


@requires(Capability.EDIT_PATIENTS)
def patient_needs(request: StaffRequest, pk: int) -> HttpResponse:
    """Languages, interpreter, access needs."""
    shown = Shown.record(Patient, pk)
    chart = chart_or_404(request, pk)
    form = NeedsForm(request.POST or None, shown=shown, instance=copy(chart))
    back = reverse("patient", args=[chart.pk])

    def act(by: StaffMember, now: datetime) -> Done:
        patients.change_details(patient=chart, by=by, now=now, **form.details())
        return Done(back, _("Needs saved."))

    ask = Ask(_("Language and needs"), _("Save"), back, about=chart)
    return ask_and_act(request, form, ask, act)


def _register(answers: dict[str, Any], *, by: StaffMember, now: datetime) -> Patient:
    """Open the chart with the phone and e-mail that were taken along."""
    phone, email = answers.pop("phone"), answers.pop("email")
    may_text, may_call = answers.pop("may_text"), answers.pop("may_call")
    how = {"taken": answers.pop("taken"), "by": by, "now": now}
    chart = patients.register(by=by, now=now, **answers)
    if phone:
        contacts.add(
            owner=chart,
            kind="phone",
            value=str(phone),
            is_first=True,
            may_text=may_text,
            may_call=may_call,
            **how,
        )
    if email:
        contacts.add(owner=chart, kind="email", value=email, may_write=True, **how)
    return chart


def _opened(request: StaffRequest, chart: Patient) -> Done:
    """On to the new chart; or to the page that was left for it, such as a booking.

    A chart of another place is that place's: neither page would open it.
    """
    if not is_theirs(chart, request.user):
        words = _("Opened for %(places)s: who works there sees it.")
        return Done(reverse("patients"), words % {"places": _places_of(chart)})
    path = way_back(request, "")
    if path:
        path = f"{path}{'&' if '?' in path else '?'}patient={chart.pk}"
    return Done(path or reverse("patient", args=[chart.pk]), _("Chart opened."))


def _places_of(chart: Patient) -> str:
    homes = chart.homes.filter(is_current=True).select_related("location")
    return ", ".join(sorted(home.location.name for home in homes))


def _first_home(staff: StaffMember) -> dict[str, Any]:
    """The only place somebody works is where a new caller most likely goes."""
    places = staff.placements.filter(is_current=True).values_list("location", flat=True)
    return {"homes": list(places) if len(places) == 1 else []}


def may_staff(staff: StaffMember, chart: Patient) -> bool:
    """Whether somebody may name a care team under break-glass, of others.

    A manager may, once nobody is left whom a restricted chart opens to.
    """
    return staff.is_manager and patients.is_deserted(chart)


def _to_read(
    context: Mapping[str, Any], chart: Patient, staff: StaffMember
) -> dict[str, Any]:
    """What the page shows differently where break-glass opened it."""
    can = capabilities_of(staff)
    panels: list[Panel] = context["panels"]
    return {
        "panels": [panel.to_read() for panel in panels],
        "can": can - CHANGES_CHARTS,
        "is_to_read": True,
        "may_keep_contacts": Capability.EDIT_PATIENTS in can,
        "may_staff": Capability.SET_CARE_TEAM in can and may_staff(staff, chart),
    }


def _look(request: StaffRequest, chart: Patient, *, now: datetime) -> OpenChart:
    """What every part of the page needs to know of a chart, asked for once."""
    practice = of_request(request)
    return OpenChart(
        patient=chart,
        merged=_merged(into=chart.pk),
        staff=request.user,
        practice=practice,
        now=now,
        today=local_day(now, practice),
    )


def _chart_context(chart: OpenChart) -> dict[str, Any]:
    found = [contribute(chart) for contribute in load("PATIENT_PANELS")]
    return {
        "patient": chart.patient,
        "age": chart.patient.age_on(chart.today),
        "has_namesake": bool(searching.namesakes([chart.patient])),
        "panels": [panel for panel in found if panel is not None],
        "moments": _moments(chart),
        "alerts": [
            alert
            for alert in _alerts(charts=chart.ids)
            if alert.ends_on is None or alert.ends_on >= chart.today
        ],
        "watches": _watches(charts=chart.ids, today=chart.today),
        "glass": break_glass.open_glass_of(chart.ids, staff=chart.staff, now=chart.now),
        "merged": chart.merged,
        "may_see_looks": who_looked.may_see_looks(chart.staff, chart.ids),
    }


@prepared
def _merged(into: Any) -> QuerySet[Patient]:
    return Patient.objects.filter(merged_into=into).only(*OF_MERGED)


@prepared
def _alerts(charts: Any) -> QuerySet[PatientAlert]:
    return PatientAlert.objects.filter(patient__in=charts, is_withdrawn=False)


@prepared
def _watches(charts: Any, today: Any) -> QuerySet[WatchFlag]:
    rows = WatchFlag.objects.filter(patient__in=charts, is_withdrawn=False)
    rows = rows.filter(ends_on__gte=today).select_related("caller")
    return rows.only(*OF_WATCHES).order_by("pk")


def _moments(chart: OpenChart) -> list[Moment]:
    """What happened, the newest first."""
    moments = [
        moment
        for contribute in load("TIMELINE")
        for moment in contribute(chart.ids, staff=chart.staff, limit=MOMENTS)
    ]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)[:MOMENTS]
