"""How often something may happen, counted by all processes together.

A window of time has numbered places; each allowed attempt takes the next one.
Taking a place is one INSERT into the shared cache's table, which two processes
cannot both do for the same place, so that no window is ever overbooked. The
last number taken is kept beside them, only to begin the search there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from practice import clock

if TYPE_CHECKING:
    from datetime import timedelta


def allow(name: str, who: str, *, most: int, per: timedelta) -> bool:
    """Whether `who` may once more do what `name` stands for; counts it if so.

    Windows are pieces of real time, and `who` is kept as a keyed digest only.
    """
    seconds = int(per.total_seconds())
    window = int(clock.real_now().timestamp()) // seconds
    whose = salted_hmac("practice.limits", f"{name}:{who}").hexdigest()
    key = f"limit:{whose}:{window}"
    for place in range(cache.get(key, 0), most):
        if cache.add(f"{key}:{place}", 1, timeout=2 * seconds):
            cache.set(key, place + 1, timeout=2 * seconds)
            return True
    return False
