"""Addresses of the team, the rota, the settings, the scorecard, announcements."""

from __future__ import annotations

from django.urls import path

from practice import converters  # noqa: F401 - registers <id:…>
from practice.views import (
    accounts,
    announcements,
    measures,
    roster,
    settings_pages,
    team,
)

_one = "team/<id:pk>"
_rota = "team/rota"
_place = "settings/locations/<id:pk>"
urlpatterns = [
    path("team/", team.staff_list, name="staff"),
    path("team/new/", accounts.staff_new, name="staff_new"),
    path(f"{_one}/", team.staff_member, name="staff_member"),
    path(f"{_one}/edit/", team.staff_edit, name="staff_edit"),
    path(f"{_one}/roles/", accounts.staff_roles, name="staff_roles"),
    path(f"{_one}/close/", accounts.staff_deactivate, name="staff_deactivate"),
    path(f"{_one}/open/", accounts.staff_reactivate, name="staff_reactivate"),
    path(f"{_one}/clinician/", team.clinician_edit, name="clinician_edit"),
    path(f"{_one}/invitation/", accounts.invitation_resend, name="invitation_resend"),
    path(
        f"{_one}/invitation/withdraw/",
        accounts.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path(f"{_one}/address/", accounts.staff_address, name="staff_address"),
    path(f"{_one}/factors/", accounts.staff_factors, name="staff_factors"),
    path(f"{_one}/sign-off/", accounts.sessions_end, name="staff_sessions_end"),
    path(f"{_one}/hours/<id:location>/", roster.duty_edit, name="duty_edit"),
    path(f"{_one}/absences/new/", roster.absence_new, name="absence_new"),
    path(
        "team/absences/<id:pk>/withdraw/",
        roster.absence_withdraw,
        name="absence_withdraw",
    ),
    path(
        "team/absences/<id:pk>/restore/", roster.absence_restore, name="absence_restore"
    ),
    path(f"{_rota}/", roster.rota, name="rota"),
    path(f"{_rota}/new/", roster.rota_new, name="rota_new"),
    path(f"{_rota}/<id:pk>/withdraw/", roster.rota_withdraw, name="rota_withdraw"),
    path(f"{_rota}/<id:pk>/restore/", roster.rota_restore, name="rota_restore"),
    path("settings/", settings_pages.home, name="settings_home"),
    path("settings/practice/", settings_pages.practice_edit, name="practice_edit"),
    path("settings/locations/new/", settings_pages.location_new, name="location_new"),
    path(f"{_place}/", settings_pages.location, name="location"),
    path(f"{_place}/edit/", settings_pages.location_edit, name="location_edit"),
    path(f"{_place}/hours/", settings_pages.location_hours, name="location_hours"),
    path("settings/closures/new/", settings_pages.closure_new, name="closure_new"),
    path(
        "settings/closures/<id:pk>/withdraw/",
        settings_pages.closure_withdraw,
        name="closure_withdraw",
    ),
    path(
        "settings/closures/<id:pk>/restore/",
        settings_pages.closure_restore,
        name="closure_restore",
    ),
    path("scorecard/", measures.scorecard, name="scorecard"),
    path("announcements/", announcements.announcement_list, name="announcements"),
    path("announcements/<id:pk>/told/", announcements.told, name="announcement_told"),
    path(
        "announcements/<id:pk>/untold/",
        announcements.untold,
        name="announcement_untold",
    ),
]
