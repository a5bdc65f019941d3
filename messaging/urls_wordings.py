"""Addresses of what messages say."""

from __future__ import annotations

from django.urls import path

from messaging.views import wording_acts, wordings

_version = "messages/wordings/versions/<id:pk>"
_one = "messages/wordings/<slug:occasion>/<slug:language>"
urlpatterns = [
    path("messages/wordings/", wordings.overview, name="wordings"),
    path("messages/wordings/name/", wordings.name, name="message_name"),
    path(f"{_version}/", wordings.version, name="wording_version"),
    path(f"{_version}/approve/", wording_acts.approve, name="wording_approve"),
    path(
        f"{_version}/approve/alone/",
        wording_acts.approve_alone,
        name="wording_approve_alone",
    ),
    path(f"{_version}/retire/", wording_acts.retire, name="wording_retire"),
    path(f"{_version}/use-again/", wording_acts.use_again, name="wording_use_again"),
    path(f"{_version}/throw-away/", wording_acts.throw_away, name="wording_drop"),
    path(f"{_version}/take-up/", wording_acts.take_up, name="wording_take_up"),
    path(f"{_one}/", wordings.wording, name="wording"),
    path(f"{_one}/edit/", wordings.edit, name="wording_edit"),
    path(f"{_one}/preview/", wordings.preview, name="wording_preview"),
]
