"""PINs: four to eight digits that bring somebody back to a shared PC.

A PIN alone opens nothing: it needs a sign-in that was kept on that very PC
(practice.workstations). Its hash is encrypted, since so few digits could be
guessed from a copy of the database.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import encryption, trail
from practice.models import MOST_TRIES, Pin, StaffMember
from practice.rules import NotPossible

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger(__name__)

SHAPE = re.compile(r"[0-9]{4,8}")
RUNS = ("01234567890123", "98765432109876")
# What people choose first: columns and corners of the keypad, doubled pairs.
FAVOURITES = {"2580", "0852", "1379", "1397", "7139", "1122", "2233", "1221", "6996"}
FAVOURITES |= {"147258", "159753", "112233", "147258369", "12344321", "11223344"}
DATE = re.compile(r"(19|20)\d\d([01]\d[0-3]\d)?|[0-3]\d[0-3]\d(19|20)\d\d")


class PinTooEasy(NotPossible):
    """Whoever stands at the desk would try this one."""

    field = "pin"


class WrongPin(NotPossible):
    """These are not the digits."""

    field = "pin"


class PinLocked(NotPossible):
    """Too many wrong ones: only a full sign-in opens it again."""

    field = "pin"


def check(pin: str, *, staff: StaffMember) -> None:
    """Raise PinTooEasy for digits that a colleague or a thief would try first."""
    if not SHAPE.fullmatch(pin):
        raise PinTooEasy(_("A PIN has four to eight digits."))
    if _repeats(pin) or pin in FAVOURITES or any(pin in run for run in RUNS):
        raise PinTooEasy(_("Everybody tries this one first. Choose other digits."))
    if DATE.fullmatch(pin):
        raise PinTooEasy(_("This looks like a year or a birthday. Choose others."))
    if str(staff.phone).endswith(pin):
        raise PinTooEasy(_("Your colleagues know your phone number. Choose others."))


@transaction.atomic
def set_pin(*, staff: StaffMember, pin: str, by: trail.Actor, now: datetime) -> Pin:
    """Give somebody a PIN, or another one. Raises PinTooEasy."""
    check(pin, staff=staff)
    secret = encryption.encrypt(make_password(pin))
    row, _is_new = Pin.objects.update_or_create(
        staff=staff, defaults={"secret": secret, "tries": 0, "set_at": now}
    )
    trail.note(by=by, kind="staff.pin_set", about=staff)
    return row


@transaction.atomic
def remove_pin(*, staff: StaffMember, by: trail.Actor) -> bool:
    """Take a PIN away; says whether there was one."""
    row = Pin.objects.filter(staff=staff).first()
    if row is None:
        return False
    row.delete()
    trail.note(by=by, kind="staff.pin_removed", about=staff)
    return True


def prove(*, staff: StaffMember, pin: str) -> None:
    """Raise WrongPin or PinLocked unless these are the digits.

    A try is taken before the digits are compared and given back if they are
    right: so many at once are no more than so many in a row, and no row stays
    locked while they are hashed.
    """
    known = Pin.objects.filter(staff=staff)
    if not known.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        raise PinLocked(_locked_words())
    row = known.get()
    if check_password(pin, encryption.decrypt(row.secret)):
        known.update(tries=0)
        return
    log.warning("PIN refused", extra={"subject_id": staff.pk})
    if row.is_locked:
        trail.note(by=trail.Automation("Sign-in"), kind="staff.pin_locked", about=staff)
        raise PinLocked(_locked_words())
    raise WrongPin(_wrong_words(MOST_TRIES - row.tries))


def unlock(*, staff: StaffMember) -> bool:
    """Give all tries back after a full sign-in; says whether the PIN was locked."""
    was_locked = Pin.objects.filter(staff=staff, tries__gte=MOST_TRIES).exists()
    Pin.objects.filter(staff=staff, tries__gt=0).update(tries=0)
    return was_locked


def rotate_secrets() -> int:
    """Encrypt every PIN's hash with the newest key; returns how many."""
    rows = Pin.objects.select_for_update()
    for row in rows:
        row.secret = encryption.rotate(row.secret)
        row.save(update_fields=["secret"])
    return len(rows)


def _repeats(pin: str) -> bool:
    """Whether the digits are one piece over and over: 1111, 1212, 123123."""
    return pin in (pin + pin)[1:-1]


def _locked_words() -> str:
    return _(
        "This PIN is locked after five wrong tries. Sign in with a passkey or with "
        "your password: that unlocks it."
    )


def _wrong_words(left: int) -> str:
    words = ngettext(
        "That is not the PIN. %(n)d try is left.",
        "That is not the PIN. %(n)d tries are left.",
        left,
    )
    return words % {"n": left}
