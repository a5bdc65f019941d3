"""What every template may count on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from practice import clock, navigation, workstations
from practice.access import capabilities_of
from practice.here import of_request
from practice.models import StaffMember
from practice.modes import Mode

if TYPE_CHECKING:
    from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The practice, what the signed-in person can do, and their navigation."""
    practice = of_request(request)
    ahead = clock.offset()
    context: dict[str, Any] = {
        "practice": practice,
        "mode": settings.MODE.value,
        "is_demo": settings.MODE is Mode.DEMO,
        "moved_clock": clock.real_now() + ahead if ahead else None,
        "idle_seconds": (practice.idle_minutes if practice else 15) * 60,
        "build": settings.VERSION,
        "is_workstation": bool(workstations.token_of(request)),
        "can": frozenset(),
        "navigation": [],
    }
    user = getattr(request, "user", None)
    if isinstance(user, StaffMember):
        can = capabilities_of(user)
        context |= {"can": can, "navigation": navigation.for_page(request, can)}
        context["drafts_key"] = workstations.drafts_key(user)
    return context
