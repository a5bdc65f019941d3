"""Addresses of the messaging floor, a list for each of its subjects."""

from __future__ import annotations

from django.urls import include, path

from messaging import (
    urls_calls,
    urls_campaigns,
    urls_conversations,
    urls_outbox,
    urls_wordings,
)
from practice import converters  # noqa: F401 - registers <id:…>

urlpatterns = [
    path("", include(urls_campaigns)),
    path("", include(urls_conversations)),
    path("", include(urls_calls)),
    path("", include(urls_outbox)),
    path("", include(urls_wordings)),
]
