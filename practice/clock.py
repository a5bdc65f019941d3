"""The product's only clock.

Views, tasks and commands ask `now()` and hand it down; everything below takes
`now` as an argument. Sign-in, second factors, leases and the trail use
`real_now()`, so that a demo day that runs fast cannot bend them.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from practice.modes import Mode

_SECONDS_KEPT = 1.0
_kept: tuple[float, timedelta] = (-_SECONDS_KEPT, timedelta(0))


def real_now() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The practice's time, aware, in UTC: real time plus the demo's offset."""
    return real_now() + offset()


def offset() -> timedelta:
    """How far the demo's clock runs ahead of real time; nothing anywhere else."""
    return _offset() if settings.MODE is Mode.DEMO else timedelta(0)


def local(instant: datetime, zone: str) -> datetime:
    """An instant as the wall clock of `zone` (an IANA name) shows it."""
    return instant.astimezone(ZoneInfo(zone))


def shift(*, offset: timedelta) -> None:
    """Set how far the demo's clock runs ahead of real time.

    Raises RuntimeError outside the demo.
    """
    global _kept  # noqa: PLW0603 - the copy kept for this process
    if settings.MODE is not Mode.DEMO:
        raise RuntimeError("Only the demo has a clock that can be moved.")
    from practice.models import ClockOffset

    ClockOffset.objects.update_or_create(pk=1, defaults={"offset": offset})
    _kept = (time.monotonic(), offset)


def _offset() -> timedelta:
    """The offset row, read at most once a second in each process."""
    global _kept  # noqa: PLW0603 - the copy kept for this process
    read_at, offset = _kept
    if time.monotonic() - read_at < _SECONDS_KEPT:
        return offset
    from practice.models import ClockOffset

    row = ClockOffset.objects.first()
    _kept = (time.monotonic(), row.offset if row else timedelta(0))
    return _kept[1]
