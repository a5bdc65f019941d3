"""The navigation rail: each floor's pages, narrowed to what a person may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from practice.access import Capability
from practice.contributions import Page, load

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.http import HttpRequest

    from practice.models import StaffMember


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail, as the page shows it."""

    label: str
    url: str
    icon: str
    is_current: bool
    shortcut: str = ""
    count: object = 0  # asked for where the rail is drawn


def home() -> Sequence[Page]:
    """Where everybody begins."""
    return [Page(_("Today"), "today", "home", shortcut="t")]


def pages() -> Sequence[Page]:
    """This floor's pages."""
    return [
        Page(_("Patients"), "patients", "users", Capability.FIND_PATIENTS, "p"),
        Page(_("Tasks"), "tasks", "list-todo", Capability.DO_TASKS, "k"),
        Page(_("Team"), "staff", "stethoscope", Capability.READ_STAFF, "s"),
        Page(_("Incidents"), "incidents", "flag", Capability.READ_INCIDENTS, "i"),
        Page(_("Downtime"), "downtime", "life-buoy", Capability.ENTER_PAPER, "d"),
        Page(_("Scorecard"), "scorecard", "bar-chart", Capability.READ_SCORECARD, "c"),
        Page(_("Trail"), "trail", "history", Capability.READ_TRAIL, "h"),
        Page(_("Settings"), "settings_home", "settings", Capability.READ_SETTINGS, "e"),
    ]


def for_page(request: HttpRequest, can: Collection[Capability]) -> list[Place]:
    """The rail of the signed-in person, with the current page marked."""
    here = request.path
    return [
        Place(
            label=page.label,
            url=(url := reverse(page.url_name)),
            icon=page.icon,
            is_current=here == url or (url != "/" and here.startswith(url)),
            shortcut=page.shortcut,
            count=_count(page, request),
        )
        for contribute in load("NAVIGATION")
        for page in contribute()
        if page.capability is None or page.capability in can
    ]


def _count(page: Page, request: HttpRequest) -> object:
    """How much waits at a page; nobody is asked before the rail is drawn."""
    ask = page.count
    if ask is None:
        return 0
    return SimpleLazyObject(lambda: ask(cast("StaffMember", request.user)))
