"""Shared PCs: who left one without signing out, and may come back quickly.

The PC holds a random token in a cookie, of which only a digest is stored. A
sign-in kept for it holds how its person once signed in for good, and is worth
twelve hours from then. It ends at once with their password, their factors or
their account, and when they sign out.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from practice.models import KeptSignIn, StaffMember

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

LASTS = timedelta(hours=12)  # as long as any sign-in
LONGEST_PATH = 500


@dataclass(frozen=True, slots=True)
class SignIn:
    """How and when somebody signed in for good.

    The records have no times: what is kept never counts as a fresh proof.
    """

    staff: StaffMember
    records: list[dict[str, Any]]
    proved_at: datetime


def keep(sign_in: SignIn, *, token: str, path: str, now: datetime) -> str:
    """Keep a sign-in on a PC; returns its token, a new one if that is not in use.

    So no token is ever one that somebody thought up and put into a browser.
    """
    if not KeptSignIn.objects.filter(workstation=digest_of(token)).exists():
        token = secrets.token_urlsafe(32)
    factors = Authenticator.objects.filter(user=sign_in.staff)
    KeptSignIn.objects.update_or_create(
        workstation=digest_of(token),
        staff=sign_in.staff,
        defaults={
            "proved_at": sign_in.proved_at,
            "records": sign_in.records,
            "seal": seal_of(sign_in.staff, factors),
            "path": path if len(path) <= LONGEST_PATH else "",
            "left_at": now,
        },
    )
    return token


def people(token: str, *, now: datetime) -> list[KeptSignIn]:
    """Whose sign-ins are kept on a PC and still worth something, by name."""
    if not token:
        return []
    rows = KeptSignIn.objects.filter(
        workstation=digest_of(token),
        staff__is_active=True,
        proved_at__gt=now - LASTS,
    )
    rows = rows.select_related("staff__pin").order_by("staff__name", "pk")
    return [
        row for row in rows.prefetch_related("staff__authenticator_set") if _holds(row)
    ]


def path_left(request: HttpRequest, *, now: datetime) -> str:
    """Where the signed-in person left this PC; empty if they did not."""
    rows = people(token_of(request), now=now)
    return next((row.path for row in rows if row.staff_id == request.user.pk), "")


def of_person(staff: StaffMember, *, now: datetime) -> QuerySet[KeptSignIn]:
    """On which PCs somebody may come back with their PIN, the latest first."""
    rows = KeptSignIn.objects.filter(staff=staff, proved_at__gt=now - LASTS)
    return rows.filter(staff__pin__isnull=False).order_by("-left_at")


def others(kept: KeptSignIn) -> QuerySet[KeptSignIn]:
    """The other sign-ins of the same PC."""
    rows = KeptSignIn.objects.filter(workstation=kept.workstation)
    return rows.exclude(pk=kept.pk)


def forget(*, token: str, staff: StaffMember) -> None:
    """Keep somebody's sign-in on this PC no longer."""
    KeptSignIn.objects.filter(workstation=digest_of(token), staff=staff).delete()


def forget_all_here(*, token: str) -> int:
    """Keep nobody's sign-in on this PC any longer; returns how many there were."""
    return KeptSignIn.objects.filter(workstation=digest_of(token)).delete()[0]


def forget_everywhere(*, staff: StaffMember) -> int:
    """Keep somebody's sign-in on no PC any longer; returns how many there were."""
    return KeptSignIn.objects.filter(staff=staff).delete()[0]


def forget_old(*, now: datetime) -> int:
    """Delete what no longer opens anything; returns how many."""
    return KeptSignIn.objects.filter(proved_at__lte=now - LASTS).delete()[0]


# The cookie -----------------------------------------------------------------
def token_of(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.WORKSTATION_COOKIE_NAME, "")


def remember(response: HttpResponse, token: str) -> None:
    """Give the PC its token, for as long as a sign-in can be kept."""
    response.set_cookie(
        settings.WORKSTATION_COOKIE_NAME,
        token,
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


# Seals and keys -------------------------------------------------------------
def seal_of(staff: StaffMember, factors: Iterable[Authenticator]) -> str:
    """What changes with somebody's password and with their second factors."""
    lasting = [f"{factor.type} {factor.pk}" for factor in factors if _counts(factor)]
    known = sorted(lasting)
    text = f"{staff.pk} {staff.get_session_auth_hash()} {known}"
    return salted_hmac("practice.workstations", text, algorithm="sha256").hexdigest()


def drafts_key(staff: StaffMember) -> str:
    """The key, 32 bytes in Base64, that hides what somebody typed from others here."""
    text = f"{staff.pk} {staff.get_session_auth_hash()}"
    secret = salted_hmac("practice.drafts", text, algorithm="sha256").digest()
    return base64.b64encode(secret).decode("ascii")


def _holds(row: KeptSignIn) -> bool:
    factors: Iterable[Authenticator] = row.staff.authenticator_set.all()  # type: ignore[attr-defined]
    return constant_time_compare(row.seal, seal_of(row.staff, factors))


def _counts(factor: Authenticator) -> bool:
    """Recovery codes are made anew without anything being less safe."""
    return bool(factor.type != Authenticator.Type.RECOVERY_CODES)
