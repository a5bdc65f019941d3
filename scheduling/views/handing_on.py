"""Series of who is away for long: who takes over, a preview, one act, and its undo."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from practice import clock, looks, zones
from practice.access import Capability, requires
from practice.views.pages import Done, StaffRequest, attempt, taken_before
from scheduling import handing_on, repeating, series, sight
from scheduling.forms.handing_on import TicksForm, WhomForm, with_series
from scheduling.views.taking_back import take_back

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from scheduling.handing_on import Handed


@requires(Capability.BOOK_VISITS)
def series_hand_on(request: StaffRequest) -> HttpResponse:
    """Pick both clinicians and the day; then see every series, and hand them on."""
    if path := taken_before(request):
        return HttpResponseRedirect(path)
    now, zone = clock.now(), zones.of_staff(request.user)
    asked = WhomForm(
        request.GET if "to" in request.GET else None,
        staff=request.user,
        initial={"on": zones.local_day(now, zone), "who": request.GET.get("who")},
    )
    if not asked.is_valid():
        return render(request, "scheduling/hand_on.html", {"asked": asked})
    found = _found(request, asked, now=now)
    said = request.POST if request.method == "POST" else None
    form = TicksForm(said, found=found)
    if request.method == "POST" and form.is_valid():
        path = attempt(request, form, partial(_hand_on, asked, form, found))
        if path is not None:
            return HttpResponseRedirect(path)
    return _answer(request, asked, form, found)


@requires(Capability.BOOK_VISITS)
@require_POST
def series_hand_on_undo(request: StaffRequest, pk: int, line: int) -> HttpResponse:
    """All of them with the first clinician again, within the minute."""
    who = get_object_or_404(with_series(request.user), pk=pk)
    return take_back(request, who, line, back=_page(who))


def _found(request: StaffRequest, asked: WhomForm, *, now: datetime) -> list[Handed]:
    """The series that this person may see; those they may not change stay."""
    who, to, on = (asked.cleaned_data[name] for name in ("who", "to", "on"))
    on = max(on, zones.local_day(now, zones.of_staff(request.user)))
    rows = handing_on.series_of(who, on) & sight.series_of(request.user)
    found = handing_on.foresee(rows=rows, to=to, from_on=on, now=now)
    people = [one for row in found for one in row.patients]
    mine = sight.changeable(request.user, people)
    closed = _("You may not change the visits of everybody who comes.")
    return [
        row
        if all(one.pk in mine for one in row.patients)
        else replace(row, refusal=closed)
        for row in found
    ]


def _hand_on(
    asked: WhomForm,
    form: TicksForm,
    found: Sequence[Handed],
    by: StaffMember,
    now: datetime,
) -> Done:
    chosen = set(form.cleaned_data["series"])
    who, to, on = (asked.cleaned_data[name] for name in ("who", "to", "on"))
    rows = [one.series for one in found if one.series.pk in chosen]
    day = max(on, zones.local_day(now, zones.of_staff(by)))
    made = handing_on.hand_on(rows=rows, to=to, from_on=day, by=by, now=now)
    words = ngettext(
        "%(n)s series goes on with %(who)s.",
        "%(n)s series go on with %(who)s.",
        len(rows),
    )
    if stayed := len(made.stayed):
        words += " " + ngettext(
            "%(stayed)s visit stays as it was.",
            "%(stayed)s visits stay as they were.",
            stayed,
        )
    said = words % {"n": len(rows), "who": to.name, "stayed": len(made.stayed)}
    undo = reverse("series_hand_on_undo", args=[who.pk, made.line.pk])
    return Done(_page(who), said, undo=undo)


def _answer(
    request: StaffRequest, asked: WhomForm, form: TicksForm, found: Sequence[Handed]
) -> HttpResponse:
    people = [one for row in found for one in row.patients]
    named = sight.named(request.user, people, now=clock.now())
    looks.remember(request, named)
    context = {
        "asked": asked,
        "form": form,
        "named": named,
        "to": asked.cleaned_data["to"],
        "found": [
            (one, repeating.rule_words(series.wish_of(one.series).rule))
            for one in found
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "scheduling/hand_on.html", context, status=status)


def _page(who: StaffMember) -> str:
    return f"{reverse('series_hand_on')}?who={who.pk}"
