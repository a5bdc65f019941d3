"""Addresses that patients and their calendars open, and where staff make them."""

from __future__ import annotations

from django.urls import path

from practice import converters  # noqa: F401 - registers <id:…>
from scheduling.views import feeds, links

urlpatterns = [
    path("visit-links/<id:pk>/", links.visit_link_new, name="visit_link_new"),
    path("l/<str:token>/calendar/", links.visit_ics, name="visit_ics"),
    path("feeds/", feeds.feeds_page, name="feeds"),
    path("feeds/new/", feeds.feed_new, name="feed_new"),
    path("feeds/<id:pk>/end/", feeds.feed_end, name="feed_end"),
    path("feeds/busy/new/", feeds.busy_calendar_new, name="busy_calendar_new"),
    path("feeds/busy/<id:pk>/end/", feeds.busy_calendar_end, name="busy_calendar_end"),
    path(
        "feeds/busy/<id:pk>/again/",
        feeds.busy_calendar_again,
        name="busy_calendar_again",
    ),
    path("f/<str:token>/calendar.ics", feeds.feed_calendar, name="feed_calendar"),
]
