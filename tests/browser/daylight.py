"""A place where it is a given hour of the day, whenever a test runs."""

from __future__ import annotations

from practice import clock


def zone_at(hour: int) -> str:
    """A time zone in which it is that hour now, some minutes past."""
    ahead = hour - clock.real_now().hour
    ahead += 24 if ahead < -12 else 0
    return f"Etc/GMT{-ahead:+d}"
