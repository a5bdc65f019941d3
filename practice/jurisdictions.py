"""What the law of a place changes: ages and emergency numbers.

Each profile is a default that a lawyer should read, not legal advice.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    code: str
    name: str
    emergency_number: str
    crisis_line: str
    majority_age: int  # years; caregiver access of parents ends here
    minor_consent_age: int  # years; from here some care may be agreed to alone


PROFILES: dict[str, Jurisdiction] = {
    profile.code: profile
    for profile in (
        Jurisdiction("us", "United States", "911", "988", 18, 14),
        # 405 ILCS 5/3-550: counselling of minors from 12 on.
        Jurisdiction("us-il", "Illinois (strict)", "911", "988", 18, 12),
    )
}
PROFILE_CHOICES = [(profile.code, _(profile.name)) for profile in PROFILES.values()]
