"""Addresses of the calendar: the day, the week, the list."""

from __future__ import annotations

from django.urls import path

from scheduling.views import calendar, calendar_place, calendar_visit

urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("place/", calendar_place.calendar_place, name="calendar_place"),
    path("visits/<id:pk>/", calendar_visit.calendar_visit, name="calendar_visit"),
]
