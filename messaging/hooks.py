"""What vendors called to say: worked once it is stored, and forgotten after a month.

What cannot be worked is tried again and again, ever more seldom, and people are told;
it stops nothing else.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent.states import Channel
from messaging import errors, key_presses, missed_calls, receiving, settling
from messaging.hook_store import PHONE, said_at
from messaging.models import HookCall
from messaging.models.calls import CallOutcome
from messaging.models.vendors import HookKind
from messaging.receiving import Inbound, Media
from practice.contributions import HealthLine
from practice.models import Role
from practice.patience import patiently
from practice.rules import NotPossible
from practice.work import raise_task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

STUCK = "hook.stuck"  # the kind of the task
KEPT = timedelta(days=30)  # after it was worked
LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
TELL_AFTER = 5  # tries, about eight minutes
LATE = timedelta(minutes=5)
AT_ONCE, MOST_TURNS = 50, 20  # rows of a turn, and turns; the chore does the rest
MOST_MEDIA = 10
TAKEN_UP = "in-progress"  # a call that asks us what to say
_at_work = threading.Lock()
logger = logging.getLogger(__name__)


class NoSender(NotPossible):
    """A text that came from nobody."""


# Working ---------------------------------------------------------------------
def work(*, now: datetime) -> int:
    """Work what is due, the oldest first; answers how many were worked.

    One thread of a process at a time. It looks again before it goes: whoever stored
    something meanwhile, and found it at work, has left that to it.
    """
    done = 0
    for _turn in range(MOST_TURNS):
        if not (_waiting(now).exists() and _at_work.acquire(blocking=False)):
            break
        try:
            rows = list(_waiting(now).order_by("pk")[:AT_ONCE])
            done += sum(_work(row, now=now) for row in rows)
        finally:
            _at_work.release()
    return done


def work_one(row: HookCall, *, now: datetime) -> bool:
    """Work one row at once, for whoever waits on the line; what breaks is put off."""
    if row.worked_at is not None:
        return True
    return _work(row, now=now)


def _waiting(now: datetime) -> QuerySet[HookCall]:
    """What is due; what nobody has tried yet is, also if it came a moment after."""
    rows = HookCall.objects.filter(worked_at=None)
    return rows.filter(Q(tries=0) | Q(due_at__lte=now))


def _work(row: HookCall, *, now: datetime) -> bool:
    """Work one row, if nobody else has it; what breaks is put off."""
    if not _is_mine(row, now=now):
        return False
    try:
        _understood(row, now=now)
    except Exception as fault:
        logger.exception("A vendor's call failed.", extra={"subject_id": row.pk})
        _put_off(row, fault, now=now)
        return False
    HookCall.objects.filter(pk=row.pk).update(worked_at=now, fault="")
    return True


def _is_mine(row: HookCall, *, now: datetime) -> bool:
    """Take it for a while; whoever was a moment earlier has moved it on."""
    mine = HookCall.objects.filter(pk=row.pk, worked_at=None, due_at=row.due_at)
    row.tries += 1
    return bool(mine.update(due_at=now + LEASE, tries=row.tries))


def _understood(row: HookCall, *, now: datetime) -> None:
    if row.kind == HookKind.INBOUND:
        receiving.receive(inbound_of(row), now=now)
    elif row.kind == HookKind.VOICE:
        _goes_on(row, now=now)
    elif row.form.get("Direction") == key_presses.INBOUND:
        missed_calls.ended(row, now=now)
    else:
        _heard(row, row.word)


def _heard(row: HookCall, word: str) -> None:
    """What became of a delivery; how a call ended stands for an error of it."""
    code = str(row.form.get("ErrorCode", ""))[:10]
    is_call = "CallSid" in row.form
    settling.hear(
        delivery_id=row.delivery_id,
        vendor_id=row.vendor_id,
        word=word,
        code=errors.code_of_call(word, code) if is_call else code,
        at=row.came_at,
    )


def _goes_on(row: HookCall, *, now: datetime) -> None:
    """Somebody took a call, or pressed a key, or left a message."""
    if row.delivery_id is not None:
        _heard(row, TAKEN_UP)
        came = key_presses.pressed(row)
    else:
        came = key_presses.said(row)
    if came is None:
        return
    receiving.receive(came, now=now)
    if row.delivery_id is None:
        is_file = bool(came.media)
        outcome = CallOutcome.MESSAGE if is_file else CallOutcome.SERVED
        key_presses.came_of(row.vendor_id, outcome)


def inbound_of(row: HookCall) -> Inbound:
    """What a stored call says came in. Raises NoSender."""
    if not row.address:
        raise NoSender(_("A text came in that says no number."))
    form: Mapping[str, str] = row.form
    return Inbound(
        vendor_id=row.vendor_id,
        channel=Channel.TEXT,
        sender=row.address,
        body=form.get("Body", ""),
        sent_at=said_at(row),
        opt_out=form.get("OptOutType", ""),
        media=_media(form),
    )


def _media(form: Mapping[str, str]) -> Sequence[Media]:
    """What came with it, as far as it is named; never more than ten."""
    found = (
        Media(form[f"MediaUrl{n}"], form.get(f"MediaContentType{n}", ""))
        for n in range(MOST_MEDIA)
        if form.get(f"MediaUrl{n}")
    )
    return tuple(found)


def _put_off(row: HookCall, fault: Exception, *, now: datetime) -> None:
    """Try again later; a row that has failed often is somebody's to read."""
    wait = min(FIRST_WAIT * 2 ** min(row.tries - 1, 20), LONGEST_WAIT)
    name = type(fault).__name__[:80]
    HookCall.objects.filter(pk=row.pk).update(due_at=now + wait, fault=name)
    if row.tries >= TELL_AFTER:
        try:
            patiently(lambda: _tell(row, now=now))
        except Exception:
            logger.exception("Nobody was told.", extra={"subject_id": row.pk})


def _tell(row: HookCall, *, now: datetime) -> None:
    """Once: what patients said to the front desk, anything else to a manager."""
    is_inbound = row.kind in (HookKind.INBOUND, HookKind.VOICE)
    title, to = _("Reports about sent texts cannot be read."), Role.MANAGER
    words = f"{row.address}: {row.form.get('Body', '')}" if is_inbound else ""
    if is_inbound:
        title = _("A text came in that could not be taken in: read it here.")
        to = Role.FRONT_DESK
    if row.kind == HookKind.VOICE:
        title = _("A key in a call, or a message, was not taken in: call them.")
        words = f"{row.address}: {row.form.get('Digits', '')}"
    raise_task(
        kind=STUCK,
        title=title,
        to=to,
        due_at=now,
        words=words,
        once_key=f"{STUCK}:{row.pk}" if is_inbound else f"{STUCK}:{now.date()}",
        by=PHONE,
        now=now,
    )


# Afterwards ------------------------------------------------------------------
def forget(*, now: datetime) -> None:
    """Delete what was worked a month ago; what was not stays until it is."""
    HookCall.objects.filter(worked_at__lt=now - KEPT).delete()


def health(now: datetime) -> HealthLine:
    """HEALTH: is everything that vendors said understood?"""
    name = _("Texts that come in")
    late = HookCall.objects.filter(worked_at=None, came_at__lt=now - LATE).count()
    if not late:
        return HealthLine(name, is_well=True, words=_("All were taken in."))
    text = ngettext(
        "%(n)d call of the text service waits.",
        "%(n)d calls of the text service wait.",
        late,
    )
    return HealthLine(name, is_well=False, words=text % {"n": late})
