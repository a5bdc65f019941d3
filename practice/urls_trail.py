"""Addresses of the trail, of records' histories, of who looked."""

from __future__ import annotations

from django.urls import path

from practice import converters  # noqa: F401 - registers <id:…>
from practice.views import histories, trail

_chart, _record = "patients/<id:pk>", "history/<slug:record>/<id:pk>"
urlpatterns = [
    path("trail/", trail.trail, name="trail"),
    path("trail/mine/", trail.trail_mine, name="trail_mine"),
    path("trail/find/", trail.trail_find, name="trail_find"),
    path("trail/export/", trail.trail_export, name="trail_export"),
    path(
        "trail/export/download/",
        trail.trail_export_download,
        name="trail_export_download",
    ),
    path("trail/<id:pk>/", trail.trail_line, name="trail_line"),
    path(f"{_record}/", histories.record_history, name="record_history"),
    path(f"{_record}/page/", histories.record_page, name="record_page"),
    path(f"{_chart}/looks/", histories.patient_looks, name="patient_looks"),
    path(f"{_chart}/reveal/", histories.patient_reveal, name="patient_reveal"),
]
