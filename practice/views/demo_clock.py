"""The page on which the demo's clock is moved, and set back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from practice import clock
from practice import demo_clock as clocks
from practice.access import entrance
from practice.forms.demo_clock import MovedClockForm
from practice.models import DemoMark
from practice.modes import Mode
from practice.rules import NotPossible
from practice.whereabouts import is_ours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse
    from django_stubs_ext import StrOrPromise

# Minutes, and how they are called.
STEPS: Sequence[tuple[int, StrOrPromise]] = (
    (15, gettext_lazy("15 min")),
    (60, gettext_lazy("An hour")),
    (24 * 60, gettext_lazy("A day")),
    (7 * 24 * 60, gettext_lazy("A week")),
)


@entrance
@require_http_methods(["GET", "HEAD", "POST"])
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Move the clock by a step or to a moment, or set it back."""
    if settings.MODE is not Mode.DEMO or not DemoMark.objects.exists():
        raise Http404
    form = MovedClockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _is_moved(form):
        path = request.POST.get("next", "")
        return HttpResponseRedirect(path if is_ours(path) else request.path)
    context = {
        "form": form,
        "now": clock.now(),
        "real_now": clock.real_now(),
        "steps": STEPS,
    }
    status = 422 if form.errors else 200
    return render(request, "entrance/demo_clock.html", context, status=status)


def _is_moved(form: MovedClockForm) -> bool:
    """Move it; what a rule refuses stands in the form."""
    now = clock.now()
    goal = form.goal(now=now)
    if goal is None:
        clocks.set_back()
        return True
    try:
        clocks.move_to(goal, now=now)
    except NotPossible as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    return True
