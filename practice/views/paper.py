"""From paper: one thing after the other, each for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import clock, looks, paper, zones
from practice.access import Capability, may, requires
from practice.contributions import load
from practice.forms.paper import papers_of
from practice.models import PaperEntry, Patient, StaffMember
from practice.views.pages import Ask, Done, ask_and_act, press

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.http import HttpResponse, QueryDict

    from practice.forms.paper import PaperForm
    from practice.views.pages import StaffRequest

SHOWN = 24
CARRIED = ("paper", "line", "happened_on", "writer")


@requires(Capability.ENTER_PAPER)
@require_GET
def first(request: StaffRequest) -> HttpResponse:
    """The page of the first kind that this person may put in."""
    return redirect("paper_new", kind=_kinds(request.user)[0].name)


@requires(Capability.ENTER_PAPER)
def enter(request: StaffRequest, kind: str) -> HttpResponse:
    """Put one thing in; then the same page again, with the next line."""
    form_class = _kind_or_404(request.user, kind)
    now, own = clock.now(), reverse("paper_new", args=[kind])
    form = form_class(
        request.POST or None,
        staff=request.user,
        now=now,
        initial=_usual(request, now=now) | _known(request.GET),
    )

    def act(by: StaffMember, now: datetime) -> Done:
        entry = form.enter(by=by, now=now)
        words = _("In: %(what)s.") % {"what": form.label}
        undo = "" if entry.made == "patient" else _undo(entry)
        return Done(f"{own}?{_next(form)}", words, undo=undo)

    if not form.papers:
        raise PermissionDenied
    looks.remember(request, form.found)
    context = {
        "kinds": _kinds(request.user),
        "kind": form_class,
        "carried": urlencode(_known(request.GET)),
        "entries": _entries(request, form, now=now),
    }
    back = reverse("downtime")
    ask = Ask(_("From paper"), _("Put it in"), back, "", template="downtime/paper.html")
    return ask_and_act(request, form, _with(ask, context), act)


@requires(Capability.ENTER_PAPER)
@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back what was put in wrongly."""
    places = {place.pk for place, _sheet in _papers(request).values()}
    entry = get_object_or_404(PaperEntry, pk=pk, location__in=places)
    kind = _kind_or_404(request.user, entry.kind)
    _refuse_strange(request, entry)
    back = reverse("paper_new", args=[kind.name])

    def act(by: StaffMember, now: datetime) -> Done:
        paper.take_back(entry=entry, by=by, now=now)
        return Done(back, _("Taken back: its line is free again."))

    return press(request, back, act)


def _kinds(staff: StaffMember) -> Sequence[type[PaperForm]]:
    return [kind for kind in load("PAPER_ENTRIES") if may(staff, kind.capability)]


def _kind_or_404(staff: StaffMember, name: str) -> type[PaperForm]:
    kinds: Sequence[type[PaperForm]] = load("PAPER_ENTRIES")
    found = {kind.name: kind for kind in kinds}.get(name)
    if found is None:
        raise Http404
    if not may(staff, found.capability):
        raise PermissionDenied
    return found


def _papers(request: StaffRequest) -> Mapping[str, Any]:
    return papers_of(request.user, now=clock.now())


def _refuse_strange(request: StaffRequest, entry: PaperEntry) -> None:
    """Raise Http404 for an entry about a chart that this person may not change."""
    charts = Patient.objects.usual_to(request.user)
    if entry.patient_id and not charts.filter(pk=entry.patient_id).exists():
        raise Http404


def _known(typed: QueryDict) -> dict[str, str]:
    """What the address carries from one entry to the next: no word about anybody."""
    return {name: str(typed[name])[:20] for name in CARRIED if name in typed}


def _usual(request: StaffRequest, *, now: datetime) -> dict[str, object]:
    """Who puts it in has mostly written it, and today."""
    today = clock.local(now, zones.of_staff(request.user)).date()
    return {"writer": request.user.pk, "happened_on": today, "due_on": today}


def _next(form: PaperForm) -> str:
    """The same paper and day, and the line after."""
    answers = form.cleaned_data
    carried = {"paper": answers["paper"], "happened_on": answers["happened_on"]}
    carried["writer"] = answers["writer"].pk
    if answers["line"]:
        carried["line"] = answers["line"] + 1
    return urlencode(carried)


def _undo(entry: PaperEntry) -> str:
    return reverse("paper_take_back", args=[entry.pk])


def _entries(
    request: StaffRequest, form: PaperForm, *, now: datetime
) -> Sequence[Mapping[str, Any]]:
    """The newest entries at this person's places; names where the chart is theirs.

    What they might have put in themselves, they may take back or move.
    """
    places = {place.pk for place, _sheet in form.papers.values()}
    rows = list(
        PaperEntry.objects.filter(location__in=places, is_withdrawn=False)
        .select_related("location", "writer", "patient")
        .order_by("-pk")[:SHOWN]
    )
    ids = {row.patient_id for row in rows if row.patient_id}
    charts = Patient.objects.visible_to(request.user, now=now).filter(pk__in=ids)
    visible = set(charts.values_list("pk", flat=True))
    looks.remember(request, visible)
    usual = Patient.objects.usual_to(request.user).filter(pk__in=ids)
    theirs = {None, *usual.values_list("pk", flat=True)}
    labels = {kind.name: kind for kind in load("PAPER_ENTRIES")}
    own = set(_kinds(request.user))
    return [
        {
            "row": row,
            "kind": (kind := labels.get(row.kind)),
            "is_open": row.patient_id in visible,
            "is_theirs": kind in own
            and row.patient_id in theirs
            and row.made != "patient",
        }
        for row in rows
    ]


def _with(ask: Ask, context: Mapping[str, Any]) -> Ask:
    return Ask(ask.title, ask.button, ask.back, template=ask.template, context=context)
