"""The trail: who did and saw what, when and why; as a page, and as a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from practice import (
    clock,
    looks,
    reveals,
    sealing,
    searching,
    telling,
    trail_files,
    trail_lines,
    trail_search,
    verifying,
    wording,
)
from practice.access import Capability, may, requires, signed_in
from practice.forms.trail import FindForm, TrailFilter
from practice.here import of_request
from practice.models import Patient, Seal, TrailEntry
from practice.trail_lines import Reader
from practice.trail_search import Place, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse, HttpResponseBase

    from practice.searching import Found
    from practice.views.pages import StaffRequest

FEW = 5  # people that somebody finds who has to say why
LONGEST = 100  # letters of an answer that goes back to the filters


def reader_of(request: StaffRequest) -> Reader:
    practice = of_request(request)
    zone = practice.time_zone if practice else "UTC"
    return Reader(request.user, clock.now(), clock.real_now(), zone)


@requires(Capability.READ_TRAIL)
@require_GET
def trail(request: StaffRequest) -> HttpResponse:
    """Every line that the filters ask for, the newest first."""
    form = TrailFilter(request.GET)
    if not form.is_valid():
        context = {"form": form, "proof": _proof(), "is_filtered": True}
        return render(request, "trail/list.html", context, status=422)
    reader = reader_of(request)
    wish = form.wish(reader.zone)
    about = reader.sight(wish.patient_ids)
    context = {
        "form": form,
        "proof": _proof(),
        "is_filtered": bool(form.asked()),
        "record_words": _record_words(form),
        "whole": _whole(wish, reader),
        "about": trail_lines.person_of(form.cleaned_data["patient"], about),
        **page_of_lines(request, wish, reader),
    }
    looks.remember(
        request, about.named & {form.cleaned_data["patient"]}, purpose=telling.AUDIT
    )
    return render(request, "trail/list.html", context)


def _record_words(form: TrailFilter) -> str:
    """What the one record is that the lines are of; empty if they are of any."""
    record, number = form.cleaned_data["record"], form.cleaned_data["number"]
    return telling.record_words(record) if number else ""


def _whole(wish: Wish, reader: Reader) -> trail_lines.Told | None:
    """The line that the lines are parts of; None if they are of any."""
    if wish.part_of_id is None:
        return None
    line = TrailEntry.objects.filter(pk=wish.part_of_id).first()
    return trail_lines.told([line], reader)[0] if line else None


@signed_in
@require_GET
def trail_mine(request: StaffRequest) -> HttpResponse:
    """What somebody did and looked at themselves."""
    within = request.GET.get("within", "")
    wish = Wish(actor_id=request.user.pk, part_of_id=trail_search.number_in(within))
    context = page_of_lines(request, wish, reader_of(request))
    return render(request, "trail/mine.html", context)


def page_of_lines(
    request: StaffRequest, wish: Wish, reader: Reader, *, purpose: str = telling.AUDIT
) -> dict[str, Any]:
    """A page of lines in words, and where it goes on; who is on it was looked at."""
    before = Place.read(request.GET.get("before", ""))
    page = trail_search.page(replace(wish, folds=True), before=before)
    found = trail_lines.told(page.lines, reader)
    looks.remember(request, trail_lines.shown(found), purpose=purpose)
    return {"lines": found, "after": page.after, "is_first": before is None}


@requires(Capability.READ_TRAIL)
@require_GET
def trail_line(request: StaffRequest, pk: int) -> HttpResponse:
    """One line, everybody it names, and its seal."""
    line = get_object_or_404(TrailEntry, pk=pk)
    reader = reader_of(request)
    found = trail_lines.told([line], reader)
    people = trail_lines.everybody_on(line, reader)
    named = {person.id for person in people if person.display_name}
    looks.remember(request, trail_lines.shown(found) | named, purpose=telling.AUDIT)
    seal = Seal.objects.filter(entry_id=line.pk).first()
    context = {"told": found[0], "people": people, "seal": seal}
    return render(request, "trail/line.html", context)


@requires(Capability.READ_TRAIL)
@require_http_methods(["GET", "POST"])
def trail_find(request: StaffRequest) -> HttpResponse:
    """A patient by name, for the filter: by POST, so that no address holds a name."""
    is_usual = may(request.user, Capability.FIND_PATIENTS)
    form = FindForm(request.POST or None, is_usual=is_usual)
    found: Sequence[Found] = []
    if form.is_valid():
        found = _found(request, form.cleaned_data["q"])
        if not is_usual:
            for one in found:
                patient = Patient.objects.get(pk=one.patient_id)
                why = form.cleaned_data["reason"]
                reveals.reveal(patient=patient, reason=why, by=request.user)
        looks.remember(
            request, [one.patient_id for one in found], purpose=telling.AUDIT
        )
    context = {"form": form, "found": found, "is_asked": form.is_valid()}
    status = 422 if form.errors else 200
    return render(request, "trail/find.html", context, status=status)


def _found(request: StaffRequest, query: str) -> Sequence[Found]:
    is_usual = may(request.user, Capability.FIND_PATIENTS)
    most = searching.MOST if is_usual else FEW
    return searching.find_people(query, staff=request.user, now=clock.now(), most=most)


@requires(Capability.EXPORT_TRAIL, fresh=True)
@require_GET
def trail_export(request: StaffRequest) -> HttpResponse:
    """What the file would hold, and the button that makes it."""
    form = TrailFilter(request.GET)
    if not form.is_valid():
        asked = {name: request.GET.get(name, "")[:LONGEST] for name in form.fields}
        return HttpResponseRedirect(f"{reverse('trail')}?{urlencode(asked)}")
    count = _count(form.wish(reader_of(request).zone))
    context = {
        "form": form,
        "asked": form.asked_in_words(),
        "count": min(count, trail_files.MOST),
        "most": trail_files.MOST,
        "is_too_much": count > trail_files.MOST,
    }
    return render(request, "trail/export.html", context)


@requires(Capability.EXPORT_TRAIL, fresh=True)
@require_POST
def trail_export_download(request: StaffRequest) -> HttpResponseBase:
    """The lines as a file, made while it is sent; that it was is a line itself."""
    form = TrailFilter(request.POST)
    if not form.is_valid():
        return redirect("trail")
    reader = reader_of(request)
    wish = form.wish(reader.zone)
    count = min(_count(wish), trail_files.MOST)
    trail_files.leave_note(wish, asked=form.asked(), count=count, by=request.user)
    answer = StreamingHttpResponse(
        wording.while_sent(trail_files.rows(wish, reader=reader)),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="trail.csv"'
    return answer


def _count(wish: Wish) -> int:
    """How many lines a file would hold; one more than the most says too many."""
    return trail_search.lines(wish)[: trail_files.MOST + 1].count()


def _proof() -> dict[str, object]:
    """Whether the trail is whole, as far as the site itself can say."""
    return {"standing": sealing.standing(), "verified": verifying.last_result()}
