"""The page that says what may be sent: the table of consent.purposes in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from consent.purposes import TABLE, WORDS, Obeys
from practice.access import signed_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


@signed_in
@require_GET
def purposes(request: StaffRequest) -> HttpResponse:
    """What each message obeys; everybody who works here may read it."""
    rows = [(rule, [one in rule.obeys for one in Obeys]) for rule in TABLE.values()]
    heads = [WORDS[one] for one in Obeys]
    return render(request, "consent/purposes.html", {"rows": rows, "heads": heads})
