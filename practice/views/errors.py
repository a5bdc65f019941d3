"""Pages for when something is wrong: what happened, what was kept, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from practice import logs, patients, typed
from practice.access import entrance
from practice.views.charts import UnderGlass

if TYPE_CHECKING:
    from django.http import HttpRequest


@entrance
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "entrance/errors/bad_request.html", status=400)


@entrance
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, UnderGlass):
        patient = exception.patient
        context = {"patient": patient, "team": patients.team_names(patient)}
        return render(request, "patients/under_glass.html", context, status=403)
    return render(request, "entrance/errors/forbidden.html", status=403)


@entrance
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "entrance/errors/not_found.html", status=404)


@entrance
def too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "entrance/errors/too_many.html", status=429)


@entrance
def fault(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: whatever broke must not break this page too."""
    words = {"request_id": logs.request_id()}
    return HttpResponse(
        render_to_string("entrance/errors/fault.html", words), status=500
    )


@entrance
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token does not fit: usually one left open over a sign-in.

    What was typed is shown to be copied.
    """
    said = {"typed": typed.words(request)}
    return render(request, "entrance/errors/stale_form.html", said, status=403)
