"""Addresses of the entrance: sign-in, second factor, invitation, shared PCs."""

from __future__ import annotations

from django.urls import path

from practice.views import demo_clock, entrance, session, switching

urlpatterns = [
    path("demo/people/", entrance.demo_people, name="demo_people"),
    path("demo/clock/", demo_clock.demo_clock, name="demo_clock"),
    path("second-factor/", entrance.second_factor, name="second_factor"),
    path("invitation/<str:token>/", entrance.invitation, name="invitation"),
    path("session/status/", session.session_status, name="session_status"),
    path("session/extend/", session.session_extend, name="session_extend"),
    path("session/language/", session.set_language_choice, name="set_language_choice"),
    path("switch/", switching.switch, name="switch"),
    path("switch/leave/", switching.switch_leave, name="switch_leave"),
    path("switch/forget/", switching.switch_forget, name="switch_forget"),
    path("accounts/pin/", switching.pin, name="pin"),
    path("accounts/pin/remove/", switching.pin_remove, name="pin_remove"),
    path("accounts/sessions/", switching.sign_ins, name="usersessions_list"),
    path(
        "accounts/2fa/webauthn/keys/<int:pk>/remove/",
        entrance.remove_passkey,
        name="mfa_remove_webauthn",
    ),
]
