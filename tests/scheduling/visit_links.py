"""What the tests of a visit's link share: its page, opened with the birth date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from scheduling import booking, visit_link
from scheduling.models import Appointment, Attendee
from tests import cast
from tests.practice.link_pages import OPEN, proof_in

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from practice.models import Patient


def book(plan: booking.Plan, *patients: Patient, now: datetime) -> Appointment:
    return booking.book(plan=plan, patients=patients, by=cast.FOUNDER, now=now)


def path_to(attendee: Attendee, *, now: datetime) -> str:
    """Where the link to one patient's visit is opened."""
    token = visit_link.make(attendee=attendee, by=cast.FOUNDER, now=now)
    return reverse("link", args=[token])


def opened(client: Client, path: str) -> Answer:
    return client.post(path, OPEN)


def press(client: Client, path: str, answer: str, **data: str) -> Answer:
    """Give the birth date and press a button."""
    proof = proof_in(opened(client, path))
    return client.post(
        path, {"step": "answer", "proof": proof, "answer": answer, **data}
    )
