"""System checks: what the environment lacks for texts, one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import checks

if TYPE_CHECKING:
    from collections.abc import Sequence

HINT = "docs/operations.md lists what each variable means."


def texts(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> Sequence[checks.CheckMessage]:
    """Nothing starts while texts would not leave, or would go astray."""
    return [
        checks.Error(f"{sentence}.", hint=HINT, id="messaging.E001")
        for sentence in settings.VENDOR_FAULTS
    ]


def register() -> None:
    checks.register(texts)
