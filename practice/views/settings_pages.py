"""The settings: the practice, its locations, hours and closures."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import changes, clock, health, locations, zones
from practice.access import Capability, may, requires
from practice.contributions import load
from practice.forms.settings import ClosureForm, LocationForm, PracticeForm
from practice.forms.week import WeekForm
from practice.jurisdictions import PROFILES
from practice.locations import week_in_words
from practice.models import (
    Closure,
    Location,
    LocationHours,
    Practice,
    StaffMember,
)
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act, press, way_back
from practice.views.previews import Preview

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from practice.forms.base import HouseModelForm
    from practice.views.pages import StaffRequest


@requires(Capability.READ_SETTINGS)
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """Everything that is set, with what is still to do; auditors read it too."""
    now = clock.now()
    steps = [step for contribute in load("SETUP_STEPS") for step in contribute()]
    reads_health = may(request.user, Capability.READ_HEALTH)
    context = {
        "steps": steps,
        "left": sum(not step.is_done for step in steps),
        "places": [(place, _week(place)) for place in _with_hours()],
        "closures": _coming_closures(_today(now)),
        "health": health.recent(now=now) if reads_health else [],
        "security": _security(),
        "cards": [contribute() for contribute in load("SETTINGS_CARDS")],
        "changes": changes.of_practice(),
        **_practice_words(Practice.objects.first()),
    }
    return render(request, "settings/home.html", context)


@requires(Capability.MANAGE_SETTINGS)
def practice_edit(request: StaffRequest) -> HttpResponse:
    """The practice's own facts; the first time, this sets the practice up."""
    shown = Shown.record(Practice, 1)
    practice = Practice.objects.first()
    form = PracticeForm(
        request.POST or None,
        shown=shown if practice else None,
        instance=copy(practice),
    )
    back = reverse("settings_home")

    def act(by: StaffMember, now: datetime) -> Done:
        if practice:
            locations.change_practice(practice=practice, by=by, **form.details())
        else:
            locations.found(by=by, **form.details())
        return Done(back, _changed_words(form))

    title = _("The practice") if practice else _("Set up the practice")
    return ask_and_act(request, form, Ask(title, _("Save"), back), act)


@requires(Capability.READ_SETTINGS)
@require_GET
def location(request: StaffRequest, pk: int) -> HttpResponse:
    """One location: facts, hours, closures, who works there, what changed."""
    place = get_object_or_404(_with_hours(Location.objects.all()), pk=pk)
    closures = _coming_closures(_today(clock.now(), place.time_zone))
    context = {
        "place": place,
        "zone": zones.spoken(place.time_zone),
        "week": _week(place),
        "closures": [row for row in closures if row.location_id in (None, pk)],
        "people": StaffMember.objects.active().filter(
            placements__location=place, placements__is_current=True
        ),
        "patients": place.homes.filter(
            is_current=True, patient__merged_into=None
        ).count(),
        "changes": changes.newest(place),
    }
    return render(request, "settings/location.html", context)


@requires(Capability.MANAGE_SETTINGS)
def location_new(request: StaffRequest) -> HttpResponse:
    """Add a location; it is closed until it gets hours, so those come next."""
    form = LocationForm(request.POST or None)
    del form.fields["is_active"]

    def act(by: StaffMember, now: datetime) -> Done:
        place = locations.add(by=by, **form.details())
        words = _("%(name)s is added. When is it open?") % {"name": place.name}
        return Done(reverse("location_hours", args=[place.pk]), words)

    title = _("Add a location")
    ask = Ask(title, _("Add"), reverse("settings_home"))
    return ask_and_act(request, form, ask, act)


@requires(Capability.MANAGE_SETTINGS)
def location_edit(request: StaffRequest, pk: int) -> HttpResponse:
    shown = Shown.record(Location, pk)
    place = get_object_or_404(Location, pk=pk)
    form = LocationForm(request.POST or None, shown=shown, instance=copy(place))
    back = reverse("location", args=[pk])

    def act(by: StaffMember, now: datetime) -> Done:
        locations.change(location=place, by=by, now=now, **form.details())
        return Done(back, _changed_words(form))

    title = _("Details of %(name)s") % {"name": place.name}
    return ask_and_act(request, form, Ask(title, _("Save"), back), act)


@requires(Capability.MANAGE_SETTINGS)
def location_hours(request: StaffRequest, pk: int) -> HttpResponse:
    """When a location is open, weekday by weekday, by its own clock."""
    shown = Shown.now(LocationHours.history.filter(location=pk))
    place = get_object_or_404(_with_hours(Location.objects.all()), pk=pk)
    form = WeekForm.read(request.POST, known=_spans(place), shown=shown)
    back = reverse("location", args=[pk])

    def act(by: StaffMember, now: datetime) -> Done:
        locations.set_hours(location=place, spans=form.spans, by=by, seen=form.seen)
        return Done(back, _("Saved. The doors are open at these hours from now on."))

    ask = Ask(
        _("Opening hours of %(name)s") % {"name": place.name},
        _("Save"),
        back,
        template="team/week.html",
        context={"zone": zones.spoken(place.time_zone)},
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.MANAGE_SETTINGS)
def closure_new(request: StaffRequest) -> HttpResponse:
    """Shut one location, or all of them, for some days."""
    initial = {"location": request.GET.get("at", "")}
    form = ClosureForm(request.POST or None, initial=initial, today=_today(clock.now()))
    back = way_back(request, reverse("settings_home"))
    preview = Preview(request)

    def act(by: StaffMember, now: datetime) -> Done:
        closure = locations.close_for(by=by, **form.details())
        place = closure.location.name if closure.location else _("Every location")
        words = _("%(place)s is closed then: %(what)s.")
        undo = reverse("closure_withdraw", args=[closure.pk])
        return Done(back, words % {"place": place, "what": closure}, undo=undo)

    intro = _("Nobody is on duty there on these days, whatever the weekly hours say.")
    context = {"preview": preview, "next": back}
    ask = Ask(_("Add a closure"), _("Add"), back, intro, context=context)
    return ask_and_act(request, form, ask, preview.first(act))


@requires(Capability.MANAGE_SETTINGS)
@require_POST
def closure_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    closure = get_object_or_404(Closure, pk=pk)
    back = reverse("settings_home")

    def act(by: StaffMember, now: datetime) -> Done:
        locations.withdraw_closure(closure=closure, by=by)
        undo = reverse("closure_restore", args=[pk])
        words = _("Withdrawn: the weekly hours count again on these days.")
        return Done(back, words, undo=undo)

    return press(request, back, act)


@requires(Capability.MANAGE_SETTINGS)
@require_POST
def closure_restore(request: StaffRequest, pk: int) -> HttpResponse:
    closure = get_object_or_404(Closure, pk=pk)
    back = reverse("settings_home")

    def act(by: StaffMember, now: datetime) -> Done:
        locations.restore_closure(closure=closure, by=by)
        return Done(back, _("The closure counts again."))

    return press(request, back, act)


def _with_hours(rows: QuerySet[Location] | None = None) -> QuerySet[Location]:
    """Locations, those in use first, with their current hours at hand."""
    hours = LocationHours.objects.filter(is_current=True)
    places = Location.objects.order_by("-is_active", "name") if rows is None else rows
    return places.prefetch_related(Prefetch("hours", hours))


def _spans(place: Location) -> list[locations.Span]:
    return [(row.weekday, row.opens, row.closes) for row in place.hours.all()]


def _week(place: Location) -> list[tuple[str, str]]:
    return week_in_words(_spans(place))


def _today(now: datetime, zone: str = "") -> date:
    return clock.local(now, zone or zones.of_practice()).date()


def _coming_closures(today: date) -> list[Closure]:
    rows = Closure.objects.filter(is_withdrawn=False, ends_on__gte=today)
    return list(rows.select_related("location"))


def _practice_words(practice: Practice | None) -> Mapping[str, Any]:
    """What the codes on the practice's row mean."""
    if practice is None:
        return {}
    names = dict(settings.LANGUAGES)
    return {
        "profile": PROFILES.get(practice.jurisdiction),
        "zone": zones.spoken(practice.time_zone),
        "languages": [names.get(code, code) for code in practice.languages],
    }


def _security() -> Mapping[str, Any]:
    """How many of the staff have a second factor, and whether they must."""
    codes = Authenticator.Type.RECOVERY_CODES
    people = StaffMember.objects.active()
    with_factor = Authenticator.objects.exclude(type=codes).filter(user__is_active=True)
    return {
        "people": people.count(),
        "with_factor": with_factor.values("user").distinct().count(),
        "is_required": settings.REQUIRE_SECOND_FACTOR,
    }


def _changed_words(form: HouseModelForm[Any]) -> str:
    """Which of a form's answers differ from before."""
    names = [name for name in form.changed_data if name != "submission"]
    if not names:
        return _("Saved; nothing was different.")
    labels = ", ".join(capfirst(str(form[name].label)) for name in names)
    return _("Saved and in force: %(fields)s.") % {"fields": labels}
