"""How staff sign in: allauth with this product's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from practice import encryption

if TYPE_CHECKING:
    from django.http import HttpRequest


class StaffAccounts(DefaultAccountAdapter):
    """Accounts come by invitation; the address is changed by a manager."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactors(DefaultMFAAdapter):
    """Second factors whose secrets are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)
