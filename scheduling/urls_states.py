"""Addresses of what a patient's new state leaves behind in the calendar."""

from __future__ import annotations

from django.urls import path

from practice import converters  # noqa: F401 - registers <id:…>
from scheduling.views import leaving, taking_back

urlpatterns = [
    path("patients/<id:pk>/visits-left/", leaving.visits_left, name="visits_left"),
    path(
        "patients/<id:pk>/visits-left/undo/<id:line>/",
        taking_back.visits_left_undo,
        name="visits_left_undo",
    ),
]
