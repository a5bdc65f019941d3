"""Moving out: everybody's charts, caregivers and contacts as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from practice import exports
from practice.access import Capability, requires
from practice.exports import What

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


@requires(Capability.EXPORT_PRACTICE, fresh=True)
@require_GET
def export_page(request: StaffRequest) -> HttpResponse:
    """What can be exported, and the buttons that do it."""
    return render(request, "imports/exports.html", {"files": What.choices})


@requires(Capability.EXPORT_PRACTICE, fresh=True)
@require_POST
def export_file(request: StaffRequest, what: str) -> StreamingHttpResponse:
    """One nameless file, noted in the trail with everybody who is in it."""
    if what not in What.values:
        raise Http404
    ids = exports.begin(what=What(what), by=request.user)
    return csv_answer(exports.lines(What(what), ids), name=what)


def csv_answer(lines: Iterator[str], *, name: str) -> StreamingHttpResponse:
    """A file whose name says nothing of anybody."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
