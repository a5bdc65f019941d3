"""Django's admin, for reading configuration and its history: nothing else.

Records change by actions, on the pages of the site. This site of its own holds
the models below only: installed apps register theirs with Django's default one,
which is never served.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from practice.models import Clinician, Closure, Location, LocationHours, Practice

if TYPE_CHECKING:
    from django.http import HttpRequest


class Configuration(admin.AdminSite):
    site_header = site_title = "Wellhouse"
    index_title = "Configuration"
    enable_nav_sidebar = False
    empty_value_display = "none"


class ReadOnly(SimpleHistoryAdmin):  # type: ignore[misc]
    """What is set and how it came to be; the settings pages change it."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class PracticeAdmin(ReadOnly):
    list_display: ClassVar[list[str]] = ["name", "time_zone", "jurisdiction"]


class LocationAdmin(ReadOnly):
    list_display: ClassVar[list[str]] = ["name", "time_zone", "is_active"]


class LocationHoursAdmin(ReadOnly):
    list_display: ClassVar[list[str]] = ["location", "__str__", "is_current"]
    list_filter: ClassVar[list[str]] = ["location", "is_current"]
    list_select_related: ClassVar[list[str]] = ["location"]


class ClosureAdmin(ReadOnly):
    list_display: ClassVar[list[str]] = [
        "reason",
        "location",
        "starts_on",
        "ends_on",
        "is_withdrawn",
    ]
    list_select_related: ClassVar[list[str]] = ["location"]


class ClinicianAdmin(ReadOnly):
    list_display: ClassVar[list[str]] = ["__str__", "speciality", "takes_new_patients"]
    list_select_related: ClassVar[list[str]] = ["staff"]


site = Configuration(name="admin")
site.register(Practice, PracticeAdmin)
site.register(Location, LocationAdmin)
site.register(LocationHours, LocationHoursAdmin)
site.register(Closure, ClosureAdmin)
site.register(Clinician, ClinicianAdmin)
