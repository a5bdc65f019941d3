"""Addresses where managers set up types, rooms, hours and rules."""

from __future__ import annotations

from django.urls import path

from scheduling.views import (
    hours_pages,
    public_holidays,
    reminder_plans,
    rooms,
    setup_loose_ends,
    setup_rules,
    types,
)

_type = "settings/calendar/types/<id:pk>"
_room = "settings/calendar/rooms/<id:pk>"
_hours = "settings/calendar/hours"
_plans = "settings/calendar/reminders"
_loose = "settings/calendar/loose-ends"
urlpatterns = [
    path("settings/calendar/types/", types.type_list, name="appointment_types"),
    path("settings/calendar/types/new/", types.type_new, name="appointment_type_new"),
    path(f"{_type}/", types.type_edit, name="appointment_type"),
    path(f"{_type}/retire/", types.retire, name="appointment_type_retire"),
    path(f"{_type}/restore/", types.restore, name="appointment_type_restore"),
    path("settings/calendar/rooms/", rooms.room_list, name="rooms"),
    path("settings/calendar/rooms/new/", rooms.room_new, name="room_new"),
    path(f"{_room}/", rooms.room_edit, name="room"),
    path(f"{_room}/close/", rooms.close, name="room_close"),
    path(f"{_room}/reopen/", rooms.reopen, name="room_reopen"),
    path("settings/calendar/rules/", setup_rules.rules_edit, name="calendar_rules"),
    path(
        "settings/calendar/holidays/",
        public_holidays.holiday_list,
        name="public_holidays",
    ),
    path(f"{_hours}/", hours_pages.everybody, name="clinicians_hours"),
    path(f"{_hours}/<id:pk>/", hours_pages.clinician, name="clinician_hours"),
    path(f"{_hours}/<id:pk>/extra/", hours_pages.extra_new, name="extra_hours_new"),
    path(
        f"{_hours}/<id:pk>/protect/", hours_pages.protect_new, name="protected_time_new"
    ),
    path(
        f"{_hours}/extra/<id:pk>/drop/", hours_pages.extra_drop, name="extra_hours_drop"
    ),
    path(
        f"{_hours}/extra/<id:pk>/restore/",
        hours_pages.extra_restore,
        name="extra_hours_restore",
    ),
    path(
        f"{_hours}/protected/<id:pk>/release/",
        hours_pages.protect_release,
        name="protected_time_release",
    ),
    path(
        f"{_hours}/protected/<id:pk>/again/",
        hours_pages.protect_again,
        name="protected_time_again",
    ),
    path(f"{_plans}/", reminder_plans.plan_list, name="reminder_plans"),
    path(f"{_plans}/new/", reminder_plans.plan_new, name="reminder_plan_new"),
    path(f"{_plans}/<id:pk>/", reminder_plans.plan_page, name="reminder_plan"),
    path(
        f"{_plans}/<id:pk>/edit/", reminder_plans.plan_edit, name="reminder_plan_edit"
    ),
    path(
        f"{_plans}/<id:pk>/retire/", reminder_plans.retire, name="reminder_plan_retire"
    ),
    path(
        f"{_plans}/<id:pk>/restore/",
        reminder_plans.restore,
        name="reminder_plan_restore",
    ),
    path(
        f"{_plans}/<id:pk>/steps/new/",
        reminder_plans.step_new,
        name="reminder_step_new",
    ),
    path(f"{_plans}/steps/<id:pk>/", reminder_plans.step_edit, name="reminder_step"),
    path(f"{_loose}/", setup_loose_ends.loose_ends, name="loose_ends"),
    path(f"{_loose}/<id:pk>/leave/", setup_loose_ends.leave, name="loose_end_leave"),
    path(
        f"{_loose}/<id:pk>/take-up/", setup_loose_ends.take_up, name="loose_end_take_up"
    ),
]
