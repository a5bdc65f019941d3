"""A shared PC, and what people do at it."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from practice import clock, pins
from practice.models import KeptSignIn, StaffMember

PIN, OTHER_PIN = "4071", "9063"


def give_pin(person: StaffMember, pin: str = PIN) -> StaffMember:
    pins.set_pin(staff=person, pin=pin, by=person, now=clock.real_now())
    return person


def arrive(desk: Client, person: StaffMember, *methods: str) -> Client:
    """Sign in fully, by password and authenticator app unless said otherwise."""
    desk.force_login(person)
    session, at = desk.session, time.time()
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(person.pk)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": at, "reauthenticated": True}
        for method in methods or ("password", "mfa")
    ]
    session["signed_in_at"] = session["seen_at"] = at
    session.save()
    return desk


def leave(desk: Client, path: str = "/tasks/") -> HttpResponse:
    """Press “Switch person” on a page."""
    return desk.post(reverse("switch_leave"), {"next": path})  # type: ignore[return-value]


def come_back(desk: Client, person: StaffMember, pin: Any = PIN) -> HttpResponse:
    return desk.post(reverse("switch"), {"person": person.pk, "pin": pin})  # type: ignore[return-value]


def visit(desk: Client, person: StaffMember, path: str = "/tasks/") -> Client:
    """Sign in, and leave the PC to others."""
    leave(arrive(desk, person), path)
    return desk


def who(desk: Client) -> int | None:
    """Whose session the PC has."""
    staff: int | None = desk.get(reverse("session_status")).json()["staff"]
    return staff


def token(desk: Client) -> str:
    return desk.cookies[settings.WORKSTATION_COOKIE_NAME].value


def kept_of(person: StaffMember) -> KeptSignIn:
    return KeptSignIn.objects.get(staff=person)
