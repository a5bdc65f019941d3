"""Addresses of group messages: no name and no number of anybody stands in one."""

from __future__ import annotations

from django.urls import path

from messaging.views import campaign_acts, campaigns, campaigns_closed
from practice import converters  # noqa: F401 - registers <id:…>

_one = "messages/groups/<id:pk>"
urlpatterns = [
    path("messages/groups/", campaigns.overview, name="campaigns"),
    path("messages/groups/new/", campaigns.new, name="campaign_new"),
    path(
        "messages/groups/each-time/new/",
        campaigns.new_standing,
        name="campaign_new_standing",
    ),
    path("messages/groups/closed/", campaigns_closed.closed, name="campaign_closed"),
    path(f"{_one}/", campaigns.campaign, name="campaign"),
    path(f"{_one}/edit/", campaigns.edit, name="campaign_edit"),
    path(f"{_one}/freeze/", campaign_acts.freeze, name="campaign_freeze"),
    path(f"{_one}/thaw/", campaign_acts.thaw, name="campaign_thaw"),
    path(f"{_one}/approve/", campaign_acts.approve, name="campaign_approve"),
    path(
        f"{_one}/approve/alone/",
        campaign_acts.approve_alone,
        name="campaign_approve_alone",
    ),
    path(f"{_one}/start/", campaign_acts.start, name="campaign_start"),
    path(f"{_one}/go-on/", campaign_acts.go_on, name="campaign_go_on"),
    path(f"{_one}/pause/", campaign_acts.pause, name="campaign_pause"),
    path(f"{_one}/resume/", campaign_acts.resume, name="campaign_resume"),
    path(f"{_one}/stop/", campaign_acts.stop, name="campaign_stop"),
]
