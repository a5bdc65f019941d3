"""Pictures and files that came with texts are fetched from the vendor, one by one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from messaging import attachments
from messaging.channels.media import NeverMedia, NoMedia, fetch_media

if TYPE_CHECKING:
    from datetime import datetime

    from messaging.models import Attachment

# One takes 10 seconds at most, and a chore has 20.
PATIENCE_SECONDS = 8.0


def fetch(*, now: datetime) -> int:
    """Fetch what waits, as long as patience lasts; answers how many were asked for."""
    ends, asked = time.monotonic() + PATIENCE_SECONDS, 0
    for row in attachments.waiting(now=now):
        if time.monotonic() > ends:
            break
        _fetch(row)
        asked += 1
    return asked


def _fetch(row: Attachment) -> None:
    try:
        content = fetch_media(row.url)
    except NeverMedia as fault:
        attachments.refuse(attachment=row, reason=str(fault))
    except NoMedia:
        attachments.missed(attachment=row)
    else:
        attachments.take(attachment=row, content=content)
