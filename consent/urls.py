"""Addresses of the consent floor."""

from __future__ import annotations

from django.urls import path

from consent.views import purposes, stops
from practice import converters  # noqa: F401 - registers <id:…>

urlpatterns = [
    path("purposes/", purposes.purposes, name="purposes"),
    path("contacts/<id:pk>/stop/", stops.contact_stop, name="contact_stop"),
    path("contacts/<id:pk>/lift/", stops.contact_lift, name="contact_lift"),
]
