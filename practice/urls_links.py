"""Addresses of the links frame: what patients open, and where staff make it."""

from __future__ import annotations

from django.urls import path

from practice import converters  # noqa: F401 - registers <id:…>
from practice.views import links

urlpatterns = [
    path("l/<str:token>/", links.link, name="link"),
    path("patients/<id:pk>/link/", links.details_link_new, name="details_link_new"),
]
