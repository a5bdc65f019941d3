"""Addresses of the scheduling floor, a list for each of its subjects."""

from __future__ import annotations

from django.urls import include, path

from practice import converters  # noqa: F401 - registers <id:…>
from scheduling import (
    urls_board,
    urls_calendar,
    urls_patients,
    urls_setup,
    urls_states,
    urls_visits,
)

urlpatterns = [
    path("calendar/", include(urls_calendar)),
    path("visits/", include(urls_visits)),
    path("board/", include(urls_board)),
    path("", include(urls_setup)),
    path("", include(urls_patients)),
    path("", include(urls_states)),
]
