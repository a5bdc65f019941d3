"""Secrets at rest: Fernet with keys that rotate, the newest key first."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt(text: str) -> str:
    return encrypt_bytes(text.encode()).decode("ascii")


def decrypt(text: str) -> str:
    """The clear text; raises cryptography.fernet.InvalidToken for a strange key."""
    return decrypt_bytes(text.encode()).decode()


def encrypt_bytes(clear: bytes) -> bytes:
    return _keys().encrypt(clear)


def decrypt_bytes(secret: bytes) -> bytes:
    return _keys().decrypt(secret)


def rotate(text: str) -> str:
    """The same secret, encrypted again with the newest key."""
    return _keys().rotate(text.encode()).decode("ascii")


def _keys() -> MultiFernet:
    return _ring(tuple(settings.DATA_KEYS) or (_derived(settings.SECRET_KEY),))


@cache
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _derived(secret_key: str) -> str:
    """A key for development, demo and tests; production demands its own."""
    digest = hashlib.sha256(f"data:{secret_key}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")
