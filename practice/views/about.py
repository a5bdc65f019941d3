"""What this site runs on, and where its source code is: the licence asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from practice.access import public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The version, the licence and the source, to anybody who uses the site."""
    return render(request, "about.html", {"source_url": settings.SOURCE_URL})
