"""A conversation with one of everything that an address may point to, for the walks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from messaging import attachments, replying
from messaging.receiving import Media
from practice.models import ContactPoint, Patient, StaffMember
from tests.cast import MONDAY
from tests.messaging.incoming import text

SECRET = "Peregrination to Samarkand"


def _one(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda subjects: {"pk": subjects[name].pk}


# What the arguments of an address are, by how its route begins.
SUBJECTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "messages/<id:pk>": _one("conversation"),
    "messages/in/<id:pk>": _one("message"),
    "messages/replies/<id:pk>": _one("reply"),
    "messages/attachments/<id:pk>": _one("attachment"),
}


def said(
    patient: Patient, contact: ContactPoint, people: dict[str, StaffMember]
) -> dict[str, Any]:
    """They wrote, with a picture, and the desk answered."""
    media = [Media("https://api.example/media/1", "image/png")]
    message = text(SECRET, sender=str(contact.phone), media=media)
    picture = attachments.take(
        attachment=message.attachments.get(), content=b"\x89PNG\r\n\x1a\n"
    )
    reply = replying.write(
        conversation=message.conversation,
        body=f"Enjoy your {SECRET}.",
        patient=patient,
        answered=message,
        by=people["front_desk"],
        now=MONDAY,
    )
    return {
        "conversation": message.conversation,
        "message": message,
        "reply": reply,
        "attachment": picture,
    }
