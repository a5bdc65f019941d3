"""Day sheets: how each location stands, the newest to print, the passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from practice import (
    clock,
    day_sheets,
    locations,
    looks,
    sheet_plans,
    telling,
    toasts,
    zones,
)
from practice.access import Capability, may, requires
from practice.models import DaySheet, Location
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

NAME = 1  # the column of the list of people that says who


@requires(Capability.ENTER_PAPER)
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """What to do on a day without the site, and the sheet of each location."""
    now = clock.now()
    reads = may(request.user, Capability.READ_SHEETS)
    own = list(_places(request.user).values_list("pk", flat=True)) if reads else []
    rows = [
        {
            "one": one,
            "zone": one.location.time_zone,
            "zone_words": zones.spoken(one.location.time_zone),
            "fault": one.why_unwell(now=now),
        }
        for one in sheet_plans.standings(own, now=now)
    ]
    context = {"rows": rows, "faults": [row for row in rows if row["fault"]]}
    return render(request, "downtime/home.html", context)


@requires(Capability.READ_SHEETS)
@require_GET
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """A sheet as it was written, to look at and to print while the site is here."""
    found = _sheet_or_404(request, pk)
    try:
        content = day_sheets.read(found)
    except day_sheets.SheetGone as refusal:
        messages.error(request, str(refusal))
        return redirect("downtime")
    looks.remember(request, found.patient_ids, purpose=telling.SHEET)
    context = {
        "sheet": found,
        "content": content,
        "parts": [(part, _rows(part)) for part in content["parts"]],
        "blank_lines": range(1, content["lines"]["count"] + 1),
    }
    return render(request, "downtime/sheet.html", context)


@requires(Capability.READ_SHEETS)
@require_GET
def sheet_file(request: StaffRequest, pk: int) -> HttpResponse:
    """The encrypted file; its name says nothing about anybody."""
    found = _sheet_or_404(request, pk)
    try:
        content = day_sheets.read_file(found)
    except day_sheets.SheetGone as refusal:
        messages.error(request, str(refusal))
        return redirect("downtime")
    looks.remember(request, found.patient_ids, purpose=telling.SHEET)
    # Not as a page: it runs a script of its own, and never in this site's name.
    answer = HttpResponse(content, content_type="application/octet-stream")
    name = f"day-sheet-{found.day_on}-{found.pk}.html"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@requires(Capability.READ_SHEETS)
@require_POST
def sheet_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a sheet now, such as before a storm or before work on the power."""
    place = get_object_or_404(_places(request.user), pk=pk)
    try:
        written = day_sheets.write_now(location=place, by=request.user, now=clock.now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("downtime")
    toasts.say(request, _("Sheet %(number)d is written.") % {"number": written.pk})
    return redirect("day_sheet", pk=written.pk)


@requires(Capability.MANAGE_SHEETS, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def passphrase(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a location's passphrase, or another one; it is shown this once."""
    place = get_object_or_404(Location, pk=pk, is_active=True)
    context = {"place": place, "has_one": hasattr(place, "sheet_key")}
    if request.method != "POST":
        return render(request, "downtime/passphrase.html", context)
    now = clock.now()
    made = day_sheets.change_passphrase(location=place, by=request.user, now=now)
    context |= {"passphrase": made, "now": now}
    return render(request, "downtime/passphrase_made.html", context)


def _rows(part: Mapping[str, Any]) -> list[list[tuple[str, str]]]:
    """The cells of a part, each with what stands there where names are veiled."""
    initials = part.get("initials")
    if not initials:
        return [[(cell, "") for cell in cells] for cells in part["rows"]]
    return [
        [(cell, short if column == NAME else "") for column, cell in enumerate(cells)]
        for cells, short in zip(part["rows"], initials, strict=True)
    ]


def _places(staff: StaffMember) -> QuerySet[Location]:
    """The locations whose sheets somebody reads: managers all, others their own."""
    active = Location.objects.filter(is_active=True)
    if staff.is_manager:
        return active
    return active.filter(pk__in=locations.of_staff(staff).values("pk"))


def _sheet_or_404(request: StaffRequest, pk: int) -> DaySheet:
    sheets = DaySheet.objects.filter(location__in=_places(request.user))
    return get_object_or_404(sheets.select_related("location"), pk=pk)
