"""Invitations: how somebody gets an account, and the only way."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from practice import signing_in, staffing
from practice.models import Invitation, Practice, StaffMember
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from practice.models import Location, Role
    from practice.versions import Shown

LASTS = timedelta(hours=72)


class DeadInvitation(NotPossible):
    """Unknown, expired, withdrawn or used: all answer alike."""


class AlreadyHere(NotPossible):
    """That person has accepted; there is nothing left to invite them to."""


@transaction.atomic
def invite(
    *,
    name: str,
    email: str,
    roles: Collection[Role],
    locations: Collection[Location],
    by: Actor,
    now: datetime,
    phone: str = "",
) -> tuple[StaffMember, str]:
    """Make an account that opens once the mailed link is used, within 72 hours.

    Until then the account is inactive. Returns it with the link's token, which is
    stored as a digest only.
    """
    staff = staffing.add_staff(
        name=name, email=email, phone=phone, roles=roles, locations=locations, by=by
    )
    staff.is_active = False
    keep(staff, by=by, kind="staff.invited")
    return staff, _send(staff, by=by, now=now)


@transaction.atomic
def resend(*, staff: StaffMember, by: Actor, now: datetime) -> str:
    """Mail a new link and end the old one. Raises AlreadyHere."""
    staff = locked(staff)
    _end_open(staff, by=by)
    return _send(staff, by=by, now=now)


@transaction.atomic
def readdress(
    *,
    staff: StaffMember,
    email: str,
    by: Actor,
    now: datetime,
    seen: Shown | None = None,
) -> StaffMember:
    """Give an account another address; who has not joined is invited there anew.

    The link that went to the old address opens nothing from then on. Raises
    ChangedMeanwhile where `seen` is out of date.
    """
    staff = signing_in.change_address(staff=staff, email=email, by=by, seen=seen)
    if is_waiting(staff):
        resend(staff=staff, by=by, now=now)
    return staff


@transaction.atomic
def withdraw(*, staff: StaffMember, by: Actor) -> None:
    """End the invitation; the account stays shut. Raises AlreadyHere."""
    staff = locked(staff)
    _end_open(staff, by=by)


def find(token: str, *, now: datetime) -> Invitation:
    """The living invitation of a token. Raises DeadInvitation."""
    rows = Invitation.objects.select_related("staff")
    return _living(rows.filter(token_digest=_digest(token)).first(), now=now)


@transaction.atomic
def accept(*, token: str, password: str, now: datetime) -> StaffMember:
    """Open the account: the mailed link proved the address, the password is set.

    Raises DeadInvitation, and ValidationError for a weak password.
    """
    # Whatever is done to an invitation is done under its account's lock.
    staff = locked(find(token, now=now).staff)
    invitation = find(token, now=now)
    validate_password(password, staff)
    staff.set_password(password)
    staff.is_active = True
    keep(staff, by=staff, kind="staff.joined")
    invitation.accepted_at = now
    keep(invitation, by=staff, kind="invitation.accepted")
    signing_in.trust_address(staff)
    return staff


def is_waiting(staff: StaffMember) -> bool:
    """Whether somebody was invited and has not accepted, in time or too late."""
    rows = staff.invitations.all()
    return bool(rows) and not any(row.accepted_at for row in rows)


def _living(invitation: Invitation | None, *, now: datetime) -> Invitation:
    if (
        invitation is None
        or invitation.accepted_at
        or invitation.is_withdrawn
        or invitation.email != invitation.staff.email
        or invitation.expires_at <= now
    ):
        raise DeadInvitation(_("This invitation no longer opens anything."))
    return invitation


def _send(staff: StaffMember, *, by: Actor, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    row = Invitation(
        staff=staff,
        email=staff.email,
        token_digest=_digest(token),
        expires_at=now + LASTS,
    )
    keep(row, by=by, kind="invitation.sent")
    transaction.on_commit(partial(_mail, staff, token, invited_by=by.name), robust=True)
    return token


def _end_open(staff: StaffMember, *, by: Actor) -> None:
    rows = list(staff.invitations.all())
    if any(row.accepted_at for row in rows):
        raise AlreadyHere(_("%(name)s has already accepted.") % {"name": staff.name})
    for row in rows:
        if not row.is_withdrawn:
            row.is_withdrawn = True
            keep(row, by=by, kind="invitation.withdrawn")


def _mail(staff: StaffMember, token: str, *, invited_by: str) -> None:
    words = {
        "staff": staff,
        "practice": Practice.objects.first(),
        "invited_by": invited_by,
        "hours": LASTS // timedelta(hours=1),
        "link": f"{settings.SITE_URL}{reverse('invitation', args=[token])}",
    }
    send_mail(
        subject=" ".join(_words("subject", words).split()),
        message=_words("message", words),
        from_email=None,
        recipient_list=[staff.email],
    )


def _words(part: str, words: dict[str, Any]) -> str:
    return render_to_string(f"entrance/mail/invitation_{part}.txt", words)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
