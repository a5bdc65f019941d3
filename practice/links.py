"""The one kind of link a patient or caregiver ever gets.

A random 128-bit token; its SHA-256 is all that is stored. It dies when it is
used, unless its purpose goes on, when its subject moves on, when it expires,
after five wrong birth dates, and with its chart. Looking at it changes nothing.
Whoever gave the right birth date carries a signed proof of that for a quarter of
an hour.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import incidents, zones
from practice.contributions import LinkPurpose, load
from practice.models import IncidentKind, Link, Patient, Practice, Role, Task
from practice.rules import NotPossible
from practice.states import PatientState
from practice.trail import Actor, Automation, keep, note
from practice.work import raise_task

if TYPE_CHECKING:
    from datetime import date, datetime


VISITOR = Automation("whoever has the link")
MOST_WRONG_ANSWERS = 5
ALARMING_LOCKS = 5  # so many locked links at a time look like somebody guessing
PROOF_LASTS = timedelta(minutes=15)
READ_BY = timedelta(minutes=30)  # what a patient asks or writes is read by then
_proofs = signing.TimestampSigner(salt="practice.links.proof")


class DeadLink(NotPossible):
    """Unknown, expired, used, locked or superseded: all answer alike."""


class NoLink(NotPossible):
    """This chart gets no links."""


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
    asks_birth_date: bool = True,
) -> str:
    """Make a link and return its token, which is shown once and never stored.

    Raises NoLink.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    if refusal := _why_none(patient):
        raise NoLink(refusal)
    token = secrets.token_urlsafe(16)
    link = Link(
        digest=digest_of(token),
        purpose=purpose,
        patient=patient,
        subject_id=subject_id,
        subject_version=purpose_of(purpose).version(subject_id),
        language=language,
        asks_birth_date=asks_birth_date,
        expires_at=now + lasts,
    )
    keep(link, by=by, kind="link.made")
    return token


def find(token: str, *, now: datetime) -> Link:
    """The living link of a token. Raises DeadLink."""
    link = known(token)
    if link is None or not is_alive(link, now=now):
        raise DeadLink
    return link


def known(token: str) -> Link | None:
    """The link of a token, dead or alive."""
    rows = Link.objects.select_related("patient")
    return rows.filter(digest=digest_of(token)).first()


def is_alive(link: Link, *, now: datetime) -> bool:
    if link.used_at or link.withdrawn_at or link.expires_at <= now:
        return False
    if link.wrong_answers >= MOST_WRONG_ANSWERS or _why_none(link.patient):
        return False
    version = purpose_of(link.purpose).version(link.subject_id)
    return link.subject_version == version


@transaction.atomic
def prove(link: Link, *, born_on: date | None, by: Actor, now: datetime) -> bool:
    """Whether a birth date opens the link; the fifth wrong one locks it.

    Returns instead of raising, so that a wrong answer is counted for good.
    """
    link = _locked(link)
    if not is_alive(link, now=now):
        return False
    if born_on is not None and born_on == link.patient.born_on:
        note(by=by, kind="link.opened", about=link)
        return True
    link.wrong_answers += 1
    keep(link, by=by, kind="link.wrong_answer")
    if link.wrong_answers >= MOST_WRONG_ANSWERS:
        _tell_of_lock(link, by=by, now=now)
    return False


def proof_of(link: Link) -> str:
    """A signed word that the link's birth date was given just now."""
    return _proofs.sign(link.digest)


def is_proven(link: Link, *, proof: str) -> bool:
    """Whether somebody gave this link's birth date within the quarter of an hour."""
    try:
        return _proofs.unsign(proof, max_age=PROOF_LASTS) == link.digest
    except signing.BadSignature:
        return False


@transaction.atomic
def use(link: Link, *, answer: str, words: str, by: Actor, now: datetime) -> str:
    """Do what the link's button says. Raises DeadLink.

    That ends the link, unless its purpose goes on; then it follows what the act did
    to its subject. Returns the sentence the patient then reads.
    """
    purpose = purpose_of(link.purpose)
    purpose.hold(link.subject_id)
    link = _locked(link)
    if not is_alive(link, now=now):
        raise DeadLink
    sentence = purpose.act(link.subject_id, answer=answer, words=words, now=now)
    if until := purpose.goes_on(link.subject_id):
        link.subject_version = purpose.version(link.subject_id)
        link.expires_at = until
    else:
        link.used_at = now
    keep(link, by=by, kind="link.used", reason=answer)
    return sentence


@transaction.atomic
def withdraw_all(
    *, patient: Patient, by: Actor, now: datetime, purpose: str = ""
) -> int:
    """Kill the living links of a chart, or those of one purpose; returns how many."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    rows = Link.objects.select_for_update().filter(
        patient=patient, expires_at__gt=now, used_at=None, withdrawn_at=None
    )
    if purpose:
        rows = rows.filter(purpose=purpose)
    for link in rows:
        link.withdrawn_at = now
        keep(link, by=by, kind="link.withdrawn")
    return len(rows)


@transaction.atomic
def ask_call(link: Link, *, by: Actor, now: datetime) -> Task:
    """Have the front desk reach somebody who cannot get in; once until they do."""
    patient = _standing(_locked(link).patient)
    title = gettext_lazy("Cannot get in by their link and asks for a call")
    if patient.state == PatientState.DECEASED:
        title = gettext_lazy(
            "Somebody with a link asks for a call; the chart says they have died"
        )
    return raise_task(
        kind="link.call_wanted",
        title=title,
        to=Role.FRONT_DESK,
        due_at=now + READ_BY,
        patient=patient,
        path=_chart(patient),
        once_key=_call_key(link),
        by=by,
        now=now,
    )


@transaction.atomic
def report(link: Link | None, *, words: str, by: Actor, now: datetime) -> Task:
    """Something looks wrong to whoever has a link: for the desk, and on the register.

    Nobody has proved who they are: the link may have reached the wrong person.
    """
    patient = _standing(link.patient) if link else None
    incidents.record(
        kind=IncidentKind.LOOKS_WRONG,
        words=words,
        patients=[patient] if patient else [],
        by=by,
        now=now,
    )
    return raise_task(
        kind="link.looks_wrong",
        title=gettext_lazy(
            "“This looks wrong”, says whoever has this link; not proven who it is"
        ),
        to=Role.FRONT_DESK,
        due_at=now + READ_BY,
        patient=patient,
        path=_chart(patient) if patient else "",
        words=words,
        by=by,
        now=now,
    )


def purpose_of(name: str) -> LinkPurpose:
    """The contributed purpose of that name. Raises DeadLink when nobody has it."""
    purpose: type[LinkPurpose]
    for purpose in load("LINK_PURPOSES"):
        if purpose.name == name:
            return purpose()
    raise DeadLink


def page_language(practice: Practice | None, *wanted: str | None) -> str:
    """The first wanted language that the practice's patient pages are offered in."""
    chosen = practice.languages if practice else []
    offered = [code for code in chosen if code in dict(settings.LANGUAGES)]
    usual = [*offered, settings.LANGUAGE_CODE][0]
    return next((code for code in wanted if code and code in offered), usual)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _why_none(patient: Patient) -> str:
    """Why a chart has no living links, as a sentence; empty if it may have some."""
    if patient.merged_into_id:
        return _("This chart was merged into another one: make the link there.")
    if patient.state == PatientState.DECEASED:
        return _("The chart says that this patient has died: it gets no links.")
    return ""


def _locked(link: Link) -> Link:
    """The link, locked after its chart: merging takes its locks in that order."""
    patient = Patient.objects.select_for_update().get(pk=link.patient_id)
    locked = Link.objects.select_for_update().get(pk=link.pk)
    locked.patient = patient
    return locked


def _standing(patient: Patient) -> Patient:
    """The chart that stands for a patient."""
    return patient.merged_into or patient


def _chart(patient: Patient) -> str:
    return f"/patients/{patient.pk}/"


def _call_key(link: Link) -> str:
    """A call is asked for once, until somebody has made it."""
    asked = Task.objects.filter(once_key__startswith=f"link_call:{link.pk}:")
    made = asked.exclude(pk__in=asked.open().values("pk"))
    return f"link_call:{link.pk}:{made.count()}"


def _tell_of_lock(link: Link, *, by: Actor, now: datetime) -> None:
    raise_task(
        kind="link.locked",
        title=gettext_lazy(
            "A link was locked after five wrong birth dates: call the patient"
        ),
        to=Role.FRONT_DESK,
        due_at=now + READ_BY,
        patient=link.patient,
        path=_chart(link.patient),
        once_key=f"link_locked:{link.pk}",
        by=by,
        now=now,
    )
    # Two links locked at one moment would both raise the day's alarm.
    Practice.objects.select_for_update().first()
    living = Link.objects.filter(expires_at__gt=now)
    if living.filter(wrong_answers=MOST_WRONG_ANSWERS).count() >= ALARMING_LOCKS:
        _raise_alarm(by=by, now=now)


def _raise_alarm(*, by: Actor, now: datetime) -> None:
    raise_task(
        kind="link.guessing",
        title=gettext_lazy(
            "Wrong birth dates locked several links: somebody may be guessing"
        ),
        to=Role.MANAGER,
        due_at=now + READ_BY,
        once_key=f"link_guessing:{zones.local_day(now, zones.of_practice()):%Y%m%d}",
        by=by,
        now=now,
    )
