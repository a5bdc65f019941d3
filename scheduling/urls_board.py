"""Addresses of the day board, the call list and a clinician's day that falls out."""

from __future__ import annotations

from django.urls import path

from scheduling.views import (
    away,
    board,
    board_acts,
    calls,
    closing,
    late,
    texted,
    todays_board,
    walk_ins,
)

urlpatterns = [
    path("", board.board, name="board"),
    path("today/", todays_board.todays_board, name="todays_board"),
    path("close/", closing.close_day, name="close_day"),
    path("walk-in/", walk_ins.walk_in, name="walk_in"),
    path("walk-in/people/", walk_ins.walk_in_people, name="walk_in_people"),
    path("calls/", calls.call_list, name="call_list"),
    path("calls/<id:pk>/made/", calls.call_made, name="call_made"),
    path("calls/<id:pk>/note/", calls.phone_note, name="phone_note"),
    path("calls/<id:pk>/undo/<str:confirmed>/", calls.call_undo, name="call_undo"),
    path("away/", away.clinician_away, name="clinician_away"),
    path("away/<id:pk>/", away.clearing, name="clearing"),
    path("away/<id:pk>/undo/", away.clearing_undo, name="clearing_undo"),
    path("late/<id:pk>/", late.late_said, name="late_said"),
    path("late/<id:pk>/here/", late.late_arrival, name="late_arrival"),
    path("texted/<id:pk>/in/", texted.called_in, name="called_in"),
    path("texted/<id:pk>/longer/", texted.told_longer, name="told_longer"),
    path("behind/", late.clinician_behind, name="clinician_behind"),
    path("behind/<id:pk>/", late.clinician_behind, name="clinician_behind_at"),
    path("behind/<id:pk>/now/", late.behind_now, name="behind_now"),
    path("delays/<str:numbers>/undo/", late.delays_undo, name="delays_undo"),
    path("room/<id:pk>/", board_acts.room_change, name="room_change"),
    path("room/back/<str:swap>/", board_acts.room_back, name="room_back"),
    path("room/<id:pk>/<slug:scope>/", board_acts.room_put, name="room_put"),
    path("video/<id:pk>/", board_acts.telehealth_check_in, name="telehealth_check_in"),
    path("video/<id:pk>/phone/", board_acts.video_to_phone, name="video_to_phone"),
    path("video/<id:pk>/again/", board_acts.video_again, name="video_again"),
]
