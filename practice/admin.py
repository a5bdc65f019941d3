"""Django's admin, for reading configuration and its history: nothing else.

Records change by actions, on the pages of the site. This site of its own holds
the models below only: installed apps register theirs with Django's default one,
which is never served.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import changes
from practice.models import (
    Clinician,
    Closure,
    Location,
    LocationHours,
    Practice,
    Recorded,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class Configuration(admin.AdminSite):
    site_header = "Wellhouse"
    index_title = gettext_lazy("Configuration, to read")
    enable_nav_sidebar = False


class ReadOnly(admin.ModelAdmin[Recorded]):
    """What is set and how it came to be; the settings pages change it."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Recorded | None:
        """Django takes an empty name of a field for a field, and breaks."""
        return super().get_object(request, object_id, from_field or None)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The record's own history, in place of the admin's log, which is empty."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(record)s") % {"record": record},
            "changes": changes.of_record(record),
            "object": record,
            "opts": self.opts,
            "module_name": str(self.opts.verbose_name_plural).capitalize(),
        }
        return TemplateResponse(request, "admin/history.html", context)


class PracticeAdmin(ReadOnly):
    list_display = (
        "name",
        "time_zone",
        "jurisdiction",
    )


class LocationAdmin(ReadOnly):
    list_display = (
        "name",
        "time_zone",
        "is_active",
    )


class LocationHoursAdmin(ReadOnly):
    list_display = (
        "location",
        "__str__",
        "is_current",
    )
    list_filter = (
        "location",
        "is_current",
    )
    list_select_related = ("location",)


class ClosureAdmin(ReadOnly):
    list_display = (
        "reason",
        "location",
        "starts_on",
        "ends_on",
        "is_withdrawn",
    )
    list_select_related = ("location",)


class ClinicianAdmin(ReadOnly):
    list_display = (
        "__str__",
        "speciality",
        "takes_new_patients",
    )
    list_select_related = ("staff",)


site = Configuration(name="admin")
site.register(Practice, PracticeAdmin)
site.register(Location, LocationAdmin)
site.register(LocationHours, LocationHoursAdmin)
site.register(Closure, ClosureAdmin)
site.register(Clinician, ClinicianAdmin)
