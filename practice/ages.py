"""The ages at which the law of the practice's place lets people decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from practice.jurisdictions import PROFILES
from practice.models import Practice

if TYPE_CHECKING:
    from datetime import date

    from practice.jurisdictions import Jurisdiction


def majority_age(practice: Practice | None = None) -> int:
    """Years at which a patient speaks for themselves in this jurisdiction."""
    return _profile_of(practice).majority_age


def minor_consent_age(practice: Practice | None = None) -> int:
    """Years from which some care may be agreed to by the minor alone."""
    return _profile_of(practice).minor_consent_age


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 29 February becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _profile_of(practice: Practice | None) -> Jurisdiction:
    practice = practice or Practice.objects.first()
    return PROFILES[practice.jurisdiction if practice else "us"]
