"""Log lines without people in them."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class PrivateFormatter(logging.Formatter):
    """One JSON line per record: the message's template, never its arguments."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "event": str(record.msg),
        }
        return json.dumps(line)
