"""Addresses of the outbox: no number and no name stands in one."""

from __future__ import annotations

from django.urls import path

from messaging.views import outbox
from practice import converters  # noqa: F401 - registers <id:…>

urlpatterns = [
    path("messages/outbox/", outbox.outbox, name="outbox"),
    path("messages/outbox/open/", outbox.outbox_open, name="outbox_open"),
    path("messages/outbox/<id:pk>/came/", outbox.outbox_came, name="outbox_came"),
    path(
        "messages/outbox/<id:pk>/never-came/",
        outbox.outbox_never_came,
        name="outbox_never_came",
    ),
]
