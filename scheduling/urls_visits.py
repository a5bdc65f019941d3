"""Addresses of visits: booking, what happens to one, series."""

from __future__ import annotations

from django.urls import path

from scheduling.views import bookings, moves, undo, visit_forms, visits

urlpatterns = [
    path("new/", bookings.book, name="book"),
    path("new/people/", bookings.book_people, name="book_people"),
    path("<id:pk>/", visits.visit, name="visit"),
    path("<id:pk>/move/", moves.visit_move, name="visit_move"),
    path("<id:pk>/cancel/", visit_forms.visit_cancel, name="visit_cancel"),
    path("<id:pk>/correct/", visit_forms.visit_correct, name="visit_correct"),
    path("<id:pk>/edit/", visit_forms.visit_edit, name="visit_edit"),
    path("<id:pk>/undo/<str:before>/<str:after>/", undo.visit_undo, name="visit_undo"),
    path("<id:pk>/<slug:act>/", visits.visit_act, name="visit_act"),
]
