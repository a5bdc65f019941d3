"""How staff sign in: allauth with this product's rules."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.models import EmailAddress, Login
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import auth, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import clock, encryption, pins, sessions, trail, whereabouts, workstations
from practice.models import Practice, StaffMember

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from practice.models import KeptSignIn
    from practice.versions import Shown

log = logging.getLogger(__name__)

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - a visitor on a socket of this machine has none
LIMITS = ("too_many_login_attempts", "rate_limited")
_WARNING = gettext_lazy(
    "Somebody typed five wrong PINs for you on a shared computer. If that was not "
    "you, tell a manager."
)


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come by invitation, and a manager changes the address of one.

    The address is how a lost password is mended, so a session left open at a
    desk must not be able to point it elsewhere.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Never here: the gate asks, and on GET only. Asked on POST, the form with
        all that was typed would be put into the session.
        """
        return False

    def pre_login(
        self, request: HttpRequest, user: StaffMember, **kwargs: Any
    ) -> HttpResponse | None:
        """An account made with a password, not by invitation, has a known address."""
        if not EmailAddress.objects.filter(user=user).exists():
            trust_address(user)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def login(self, request: HttpRequest, user: StaffMember) -> None:
        super().login(request, user)
        sessions.begin(request)
        log.info("signed in", extra={"subject_id": user.pk})
        if pins.unlock(staff=user):
            messages.warning(request, _WARNING)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Back to where they left this PC, if they did."""
        path = workstations.path_left(request, now=clock.real_now())
        usual: str = super().get_login_redirect_url(request)
        return path or usual

    def logout(self, request: HttpRequest) -> None:
        """Sign out for good: nothing of this person is kept on this PC."""
        log.info("signed out", extra={"subject_id": request.user.pk})
        token = workstations.token_of(request)
        if token and isinstance(request.user, StaffMember):
            workstations.forget(token=token, staff=request.user)
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        super().logout(request)

    def is_safe_url(self, url: str) -> bool:
        return whereabouts.is_ours(url)

    @transaction.atomic
    def set_password(self, user: StaffMember, password: str) -> None:
        account = trail.locked(user)
        account.set_password(password)
        trail.keep(account, by=account, kind="staff.password_changed")
        user.password = account.password  # allauth keeps this browser signed in by it

    def authenticate(
        self, request: HttpRequest, **credentials: Any
    ) -> StaffMember | None:
        user: StaffMember | None = super().authenticate(request, **credentials)
        if user and user.newer_hash:
            _keep_new_hash(user)
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        known = StaffMember.objects.filter(email__iexact=credentials.get("email", ""))
        staff_id = known.values_list("pk", flat=True).first()
        log.warning("sign-in refused", extra={"subject_id": staff_id})

    def validation_error(self, code: str, *args: object) -> ValidationError:
        if code in LIMITS:
            log.warning("limit reached", extra={"kind": code})
        error: ValidationError = super().validation_error(code, *args)
        return error

    def send_password_reset_mail(
        self, user: StaffMember, email: str, context: dict[str, Any]
    ) -> None:
        """Only to who has a password to mend; an invitation is accepted instead."""
        if user.has_usable_password():
            super().send_password_reset_mail(user, email, context)

    def get_client_ip(self, request: HttpRequest) -> str:
        return get_client_ip(request) or NO_ADDRESS


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets encrypted, the last one kept."""

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not settings.REQUIRE_SECOND_FACTOR:
            return True
        others = Authenticator.objects.filter(user=authenticator.user_id)
        others = others.exclude(type=Authenticator.Type.RECOVERY_CODES)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def get_totp_issuer(self) -> str:
        """What an authenticator app shows above the code."""
        practice = Practice.objects.first()
        return f"Wellhouse, {practice.name}" if practice else "Wellhouse"

    def generate_authenticator_name(self, user: StaffMember, type: str) -> str:  # noqa: A002
        keys = Authenticator.objects.filter(user=user, type=type)
        return _("Passkey %(number)s") % {"number": keys.count() + 1}


def sign_in(request: HttpRequest, staff: StaffMember, *, method: str) -> HttpResponse:
    """Sign somebody in who proved themselves by `method`; answers where to go.

    Asks for the second factor of a person who has one.
    """
    if request.user.is_authenticated:
        logout(request, show_message=False)
    record_authentication(request, staff, method=method)
    login = Login(user=staff, email_verification="none")
    response: HttpResponse = perform_login(request, login)
    return response


def come_back(request: HttpRequest, kept: KeptSignIn) -> None:
    """Go on with a sign-in that was kept on this PC, once its PIN was right.

    It is as old and as strong as the full sign-in was: the same end after twelve
    hours, the same factors. Whoever was signed in until now has left.
    """
    staff = kept.staff
    if request.user.is_authenticated:
        sessions.leave(request, path="")
    auth.login(request, staff)  # a new session key, a new token for forms
    sessions.begin(request, since=kept.proved_at)
    record_authentication(request, staff, method="pin")
    proofs = [*kept.records, {"method": "pin"}]
    # Without their times, so that the password is asked where a fresh proof is.
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = proofs
    UserSession.objects.create_from_request(request)
    trail.note(by=staff, kind="staff.came_back", about=staff, reason=_before(kept))
    log.info("came back by PIN", extra={"subject_id": staff.pk})


@transaction.atomic
def trust_address(staff: StaffMember) -> None:
    """Take the present address as proved: a mail sent there brought its reader here."""
    _keep_only_address(staff, is_proved=True)


@transaction.atomic
def change_address(
    *, staff: StaffMember, email: str, by: trail.Actor, seen: Shown | None = None
) -> StaffMember:
    """Give somebody another address to sign in with, as a manager may.

    The next sign-in sends a mail there and waits for its link. Raises
    ChangedMeanwhile where `seen` is out of date.
    """
    staff = trail.locked(staff)
    if seen is not None:
        seen.check()
    staff.email = email.strip().lower()
    trail.keep(staff, by=by, kind="staff.address_changed")
    _keep_only_address(staff, is_proved=False)
    return staff


@transaction.atomic
def rotate_secrets() -> int:
    """Encrypt every stored second factor with the newest key; returns how many."""
    rows = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    for row in rows.select_for_update():
        for name in ("secret", "seed"):
            if name in row.data:
                row.data[name] = encryption.rotate(row.data[name])
        row.save(update_fields=["data"])
    return len(rows) + pins.rotate_secrets()


@transaction.atomic
def forget_factors(*, staff: StaffMember, by: trail.Actor, now: datetime) -> int:
    """Take away every second factor of somebody who lost theirs, and sign them off.

    They enrol a new one when they next sign in. Returns how many there were.
    """
    count: int = Authenticator.objects.filter(user=staff).delete()[0]
    trail.note(by=by, kind="staff.factors_forgotten", about=staff)
    sessions.end_all(staff=staff, by=by, now=now)
    return count


@transaction.atomic
def _keep_new_hash(staff: StaffMember) -> None:
    """Keep what today's hasher made, unless the password was changed meanwhile."""
    account = trail.locked(staff)
    if account.password == staff.password:
        account.password = staff.newer_hash
        trail.keep(account, by=account, kind="staff.password_hashed_anew")
    staff.password = account.password  # the session that begins is known by it


def _before(kept: KeptSignIn) -> str:
    """Whose screen it was, as the line in the trail says it."""
    others = workstations.others(kept).order_by("-left_at")
    name = others.values_list("staff__name", flat=True).first()
    return f"PIN, after {name}" if name else "PIN"


def _keep_only_address(staff: StaffMember, *, is_proved: bool) -> None:
    """allauth knows an account by all its addresses; here it has the one."""
    EmailAddress.objects.filter(user=staff).delete()
    EmailAddress.objects.create(
        user=staff, email=staff.email.lower(), verified=is_proved, primary=True
    )
