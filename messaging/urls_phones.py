"""Addresses of the demo's phones."""

from __future__ import annotations

from django.urls import path

from messaging.views import phone_calls, phones
from practice import converters  # noqa: F401 - registers <id:…>

urlpatterns = [
    path("demo/phone/", phones.demo_phones, name="demo_phones"),
    path("demo/phone/<id:pk>/", phones.demo_phone, name="demo_phone"),
    path("demo/phone/<id:pk>/say/", phones.demo_phone_say, name="demo_phone_say"),
    path(
        "demo/phone/<id:pk>/call/", phone_calls.demo_phone_call, name="demo_phone_call"
    ),
    path(
        "demo/phone/<id:pk>/carrier/",
        phones.demo_phone_carrier,
        name="demo_phone_carrier",
    ),
]
