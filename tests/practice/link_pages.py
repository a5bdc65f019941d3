"""What the tests of links' pages share: how a visitor goes through them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse

from practice import details_link
from practice.models import Patient
from tests import cast

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

BORN = {"born_on_day": "17", "born_on_month": "5", "born_on_year": "1984"}
OPEN = {"step": "open", **BORN}
WRONG = OPEN | {"born_on_day": "18"}
UNKNOWN = "/l/AAAAAAAAAAAAAAAAAAAAAA/"


def make_path(patient: Patient, now: datetime) -> str:
    """Where the link to a patient's own details is opened."""
    token = details_link.ask(patient=patient, by=cast.FOUNDER, now=now)
    return reverse("link", args=[token])


def text(response: Answer) -> str:
    """A page with every run of blanks as one."""
    return " ".join(response.content.decode().split())


def proof_in(response: Answer) -> str:
    """What the buttons of an opened page send along."""
    return str(response.context["proof"])


def answer(client: Client, path: str, **data: str) -> Answer:
    """Give the birth date and press a button."""
    proof = proof_in(client.post(path, OPEN))
    return client.post(path, {"step": "answer", "proof": proof, **data})


def every_kind_of_answer(client: Client, path: str) -> Iterator[Answer]:
    yield client.get(path)
    yield client.get(UNKNOWN)
    yield client.post(path, WRONG)
    yield client.post(path, {"step": "report", "mistake": "x" * 1001})
    yield client.post(path, {"step": "call"})
    yield client.post(path, OPEN)
    yield answer(client, path, answer="right")


def seen(response: Answer) -> tuple[int, bytes, dict[str, str]]:
    """All that a visitor can tell two answers apart by."""
    headers = dict(response.items())
    headers.pop("X-Request-ID")
    return response.status_code, response.content, headers
