"""Addresses of visits: booking, what happens to one, series."""

from __future__ import annotations

from django.urls import path

from scheduling.views import (
    bookings,
    checking_in,
    handing_on,
    joining,
    moves,
    reminders_sent,
    series_pages,
    series_plans,
    suggestions,
    taking_back,
    undo,
    visit_forms,
    visits,
)

urlpatterns = [
    path("new/", bookings.book, name="book"),
    path("new/people/", bookings.book_people, name="book_people"),
    path("new/suggest/", suggestions.suggest, name="suggest"),
    path("series/new/", series_plans.series_new, name="series_new"),
    path("series/hand-on/", handing_on.series_hand_on, name="series_hand_on"),
    path(
        "series/hand-on/<id:pk>/undo/<id:line>/",
        handing_on.series_hand_on_undo,
        name="series_hand_on_undo",
    ),
    path("series/<id:pk>/", series_pages.series_page, name="series"),
    path("series/<id:pk>/change/", series_plans.series_change, name="series_change"),
    path("series/<id:pk>/end/", series_pages.series_end, name="series_end"),
    path(
        "series/<id:pk>/leave/<id:patient>/",
        series_pages.series_leave,
        name="series_leave",
    ),
    path("series/<id:pk>/undo/<id:line>/", taking_back.series_undo, name="series_undo"),
    path("<id:pk>/", visits.visit, name="visit"),
    path("<id:pk>/join/", joining.visit_join, name="visit_join"),
    path("<id:pk>/move/", moves.visit_move, name="visit_move"),
    path("<id:pk>/cancel/", visit_forms.visit_cancel, name="visit_cancel"),
    path("<id:pk>/call-off/", visit_forms.visit_call_off, name="visit_call_off"),
    path("<id:pk>/who/", checking_in.visit_who, name="visit_who"),
    path("<id:pk>/correct/", visit_forms.visit_correct, name="visit_correct"),
    path("<id:pk>/edit/", visit_forms.visit_edit, name="visit_edit"),
    path("<id:pk>/undo/<str:mark>/", undo.visit_undo, name="visit_undo"),
    path(
        "<id:pk>/reminders/<id:reminder>/send/",
        reminders_sent.send,
        name="visit_reminder_send",
    ),
    path(
        "<id:pk>/reminders/<id:reminder>/leave-out/",
        reminders_sent.leave_out,
        name="visit_reminder_leave_out",
    ),
    path(
        "<id:pk>/reminders/<id:reminder>/take-up/",
        reminders_sent.take_up,
        name="visit_reminder_take_up",
    ),
    path("<id:pk>/<slug:act>/", visits.visit_act, name="visit_act"),
]
