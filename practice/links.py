"""The one kind of link a patient or caregiver ever gets.

A random 128-bit token; its SHA-256 is all that is stored. It dies when it is
used, when its subject moves on, when it expires, after five wrong birth dates.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from practice.contributions import LinkPurpose, load
from practice.models import Link, Patient, Role
from practice.rules import NotPossible
from practice.trail import Actor, keep
from practice.work import raise_task

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

MOST_WRONG_ANSWERS = 5


class DeadLink(NotPossible):
    """Unknown, expired, used, locked or superseded: all answer alike."""


@transaction.atomic
def make(
    *,
    purpose: str,
    patient: Patient,
    subject_id: int,
    language: str,
    lasts: timedelta,
    by: Actor,
    now: datetime,
) -> str:
    """Make a link and return its token, which is shown once and never stored."""
    token = secrets.token_urlsafe(16)
    link = Link(
        digest=digest_of(token),
        purpose=purpose,
        patient=patient,
        subject_id=subject_id,
        subject_version=purpose_of(purpose).version(subject_id),
        language=language,
        expires_at=now + lasts,
    )
    keep(link, by=by, kind="link.made")
    return token


def find(token: str, *, now: datetime) -> Link:
    """The living link of a token. Raises DeadLink."""
    link = (
        Link.objects.select_related("patient").filter(digest=digest_of(token)).first()
    )
    if link is None or not is_alive(link, now=now):
        raise DeadLink
    return link


def is_alive(link: Link, *, now: datetime) -> bool:
    if link.used_at or link.withdrawn_at or link.expires_at <= now:
        return False
    if link.wrong_answers >= MOST_WRONG_ANSWERS:
        return False
    version = purpose_of(link.purpose).version(link.subject_id)
    return link.subject_version == version


@transaction.atomic
def prove(link: Link, *, born_on: date | None, by: Actor, now: datetime) -> bool:
    """Whether a birth date opens the link; the fifth wrong one locks it.

    Returns instead of raising, so that a wrong answer is counted for good.
    """
    link = Link.objects.select_for_update().get(pk=link.pk)
    if not is_alive(link, now=now):
        return False
    if born_on is not None and born_on == link.patient.born_on:
        return True
    link.wrong_answers += 1
    keep(link, by=by, kind="link.wrong_answer")
    if link.wrong_answers >= MOST_WRONG_ANSWERS:
        _tell_desk(link, by=by, now=now)
    return False


@transaction.atomic
def use(link: Link, *, answer: str, words: str, by: Actor, now: datetime) -> str:
    """Do what the link's button says, once. Raises DeadLink.

    Returns the sentence the patient then reads.
    """
    link = Link.objects.select_for_update().get(pk=link.pk)
    if not is_alive(link, now=now):
        raise DeadLink
    sentence = purpose_of(link.purpose).act(
        link.subject_id, answer=answer, words=words, now=now
    )
    link.used_at = now
    keep(link, by=by, kind="link.used", reason=answer)
    return sentence


@transaction.atomic
def withdraw_all(*, patient: Patient, by: Actor, now: datetime) -> int:
    """Kill every living link of a chart; returns how many."""
    rows = Link.objects.filter(
        Q(expires_at__gt=now), patient=patient, used_at=None, withdrawn_at=None
    )
    for link in rows:
        link.withdrawn_at = now
        keep(link, by=by, kind="link.withdrawn")
    return len(rows)


def purpose_of(name: str) -> LinkPurpose:
    """The contributed purpose of that name. Raises DeadLink when nobody has it."""
    for purpose in load("LINK_PURPOSES"):
        if purpose.name == name:
            return purpose()
    raise DeadLink


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _tell_desk(link: Link, *, by: Actor, now: datetime) -> None:
    raise_task(
        kind="link.locked",
        title="A link was locked after five wrong birth dates: call the patient",
        to=Role.FRONT_DESK,
        due_at=now,
        patient=link.patient,
        path=f"/patients/{link.patient_id}/",
        once_key=f"link_locked:{link.pk}",
        by=by,
        now=now,
    )
