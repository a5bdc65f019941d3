"""Addresses of phone calls: no number and no name stands in one."""

from __future__ import annotations

from django.urls import path

from messaging.views import callers
from practice import converters  # noqa: F401 - registers <id:…>

urlpatterns = [
    path("calls/", callers.callers, name="callers"),
    path("calls/<id:pk>/away/", callers.caller_away, name="caller_away"),
    path("patients/<id:pk>/phone-pin/", callers.phone_pin, name="phone_pin"),
    path(
        "patients/<id:pk>/phone-pin/end/", callers.phone_pin_end, name="phone_pin_end"
    ),
]
