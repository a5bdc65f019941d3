"""Forms of the way in."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from practice.models import Role

if TYPE_CHECKING:
    from practice.models import StaffMember

log = logging.getLogger(__name__)


class EnrolAuthenticatorApp(ActivateTOTPForm):  # type: ignore[misc]
    """The first right code also proves the factor in this session, and is used up."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        # Allauth marks the codes of a sign-in only; this one would open another.
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        record_authentication(context.request, self.user, "mfa", type="totp")
        return code


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    """The code at sign-in."""

    def _emit_authentication_failed(self, authenticator: object) -> None:
        log.warning("second factor refused", extra={"subject_id": self.user.pk})


class SecondFactorAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The code asked again before something sensitive."""

    def _emit_authentication_failed(self, authenticator: object) -> None:
        log.warning("second factor refused", extra={"subject_id": self.user.pk})


class DemoPersonForm(forms.Form):
    """Which role a visitor of the demo tries."""

    role = forms.ChoiceField(choices=Role.choices)


class FirstPasswordForm(forms.Form):
    """The password with which an invitation is accepted."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "At least 12 characters. Three or four unrelated words are strong "
            "and easy to type."
        ),
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.staff)
        return password

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("The two passwords differ."))
        return again
