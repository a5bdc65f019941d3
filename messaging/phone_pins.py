"""Phone PINs: six digits with which a patient hears of the next visit on the phone.

The house draws them, and says them once; somebody at the desk tells the patient, whom
they know. Like the PINs of staff they are hashed, and the hash is encrypted; the fifth
wrong one in a row locks it until another is made, and the desk is told: somebody may
be guessing.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.hook_store import CALLER
from messaging.models import PhonePin
from messaging.models.calls import MOST_TRIES
from practice import ages, encryption, reaching, trail, work, zones
from practice.models import Role
from practice.rules import NotPossible
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from practice.models import Patient, Practice, StaffMember

DIGITS = 6
LOCKED, ASKED_WITHIN = "phone_pin.locked", timedelta(days=1)  # the desk's task


class NoPinForThem(NotPossible):
    """Minors hear of no visit by phone, nor does a chart that is not active."""


@transaction.atomic
def make(*, patient: Patient, by: StaffMember, now: datetime) -> str:
    """Draw another PIN for a patient; answers its digits, which nobody reads again.

    Raises NoPinForThem.
    """
    head = patient.merged_into or patient
    if not may_have(head, now=now):
        raise NoPinForThem(
            _("Adults whose chart is active may have a phone PIN, nobody else.")
        )
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    secret = encryption.encrypt(make_password(digits))
    PhonePin.objects.update_or_create(
        patient=head, defaults={"secret": secret, "tries": 0, "set_at": now}
    )
    trail.note(by=by, kind="phone_pin.made", about=head)
    return digits


@transaction.atomic
def end(*, patient: Patient, by: StaffMember) -> bool:
    """Take a PIN away; says whether there was one."""
    head = patient.merged_into or patient
    gone, _kinds = PhonePin.objects.filter(patient=head).delete()
    if gone:
        trail.note(by=by, kind="phone_pin.ended", about=head)
    return bool(gone)


def may_have(
    patient: Patient, *, now: datetime, practice: Practice | None = None
) -> bool:
    """Whether somebody may hear of visits by phone: of age, by their own clock.

    The practice is given by pages that know it.
    """
    today = zones.local_day(now, reaching.zone_of(patient))
    is_adult = patient.born_on <= ages.years_before(today, ages.majority_age(practice))
    return is_adult and patient.state == PatientState.ACTIVE


@transaction.atomic
def whose(digits: str, *, among: Sequence[Patient], now: datetime) -> Patient | None:
    """Whose PIN these are, of some patients; None unless it is exactly one's.

    A try is taken from each before anything is compared, and given back where one was
    right: many at once are no more than many in a row.
    """
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    asked = PhonePin.objects.filter(patient__in=[one.pk for one in among])
    in_order = asked.select_related("patient").order_by("pk")
    tried = [row for row in in_order if _takes_a_try(row)]
    theirs = [row for row in tried if _is_right(digits, row)]
    if not theirs:
        _tell_of_locked(tried, now=now)
        return None
    others = [row.pk for row in tried if row not in theirs]
    PhonePin.objects.filter(pk__in=[row.pk for row in theirs]).update(tries=0)
    PhonePin.objects.filter(pk__in=others, tries__gt=0).update(tries=F("tries") - 1)
    return theirs[0].patient if len(theirs) == 1 else None


def rotate_secrets() -> int:
    """SECRETS: encrypt every hash with the newest key; returns how many."""
    rows = PhonePin.objects.select_for_update()
    for row in rows:
        secret = encryption.rotate(row.secret)
        PhonePin.objects.filter(pk=row.pk).update(secret=secret)
    return len(rows)


def _takes_a_try(row: PhonePin) -> bool:
    rows = PhonePin.objects.filter(pk=row.pk, tries__lt=MOST_TRIES)
    return bool(rows.update(tries=F("tries") + 1))


def _tell_of_locked(tried: Sequence[PhonePin], *, now: datetime) -> None:
    """The try that was taken from each a moment ago may have been the last."""
    rows = PhonePin.objects.filter(
        pk__in=[row.pk for row in tried], tries__gte=MOST_TRIES
    )
    for row in rows.select_related("patient"):
        trail.note(by=CALLER, kind=LOCKED, about=row.patient)
        work.raise_task(
            kind=LOCKED,
            title=gettext_lazy(
                "A phone PIN is locked after five wrong tries: ask whether it was them"
            ),
            to=Role.FRONT_DESK,
            due_at=now + ASKED_WITHIN,
            patient=row.patient,
            path=reverse("phone_pin", args=[row.patient.pk]),
            once_key=f"{LOCKED}:{row.pk}:{row.set_at.timestamp():.0f}",
            by=CALLER,
            now=now,
        )


def _is_right(digits: str, row: PhonePin) -> bool:
    return check_password(digits, encryption.decrypt(row.secret))
