"""What goes wrong at the stand-in of the vendor: drawn by a seed, not by chance.

The fate of a request hangs on the seed, on whom it is for and on how many there were
for them before; of a status report, on its message. Threads may come in any order:
the same requests meet the same fates.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

# A message is made, and the answer is late, lost, or says that something broke.
LATE, LOST_ANSWER, BROKE_AFTER = "late_answer", "lost_answer", "broke_after"
# None is made: the request is lost, something broke, or there were too many.
LOST_REQUEST, BROKE_BEFORE = "lost_request", "broke_before"
TOO_MANY = "too_many"
MADE = frozenset({LATE, LOST_ANSWER, BROKE_AFTER})
FATES = (LATE, LOST_ANSWER, BROKE_AFTER, LOST_REQUEST, BROKE_BEFORE, TOO_MANY)


@dataclass
class Faults:
    """How often each fault comes, from 0 to 1; the rest goes well."""

    late_answer: float = 0
    lost_answer: float = 0
    broke_after: float = 0
    lost_request: float = 0
    broke_before: float = 0
    too_many: float = 0
    # Of status reports.
    doubled: float = 0
    shuffled: float = 0
    lost: float = 0
    # How often a text ends with an error: its code, and how often.
    ends: Mapping[str, float] = field(default_factory=dict)
    # What always happens to a number: an error of the request, or of the text.
    numbers: Mapping[str, int] = field(default_factory=dict)
    hold: float = 12  # seconds that a late answer takes
    pace: float = 0.01  # seconds between two statuses of a message

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Faults:
        """Raises ValueError for a name that is no fault."""
        if unknown := set(said) - {one.name for one in fields(cls)}:
            raise ValueError(f"no such fault: {sorted(unknown)}")
        return cls(**said)


@dataclass(frozen=True)
class Fortune:
    """The fates of one run."""

    seed: int
    faults: Faults

    def of_request(self, to: str, count: int) -> str:
        """What happens to the so-manieth request for somebody; empty: it goes well."""
        rates = {fate: getattr(self.faults, fate) for fate in FATES}
        return self._drawn(rates, "request", to, count)

    def of_text(self, to: str, sid: str) -> str:
        """The error code that a text ends with; empty: it is delivered."""
        code = self.faults.numbers.get(to, 0)
        if code >= 30000:
            return str(code)
        return self._drawn(self.faults.ends, "end", sid, 0)

    def of_reports(self, sid: str, words: list[str]) -> list[str]:
        """The statuses that are reported, in the order in which they are."""
        chance = random.Random(f"{self.seed} reports {sid}")  # noqa: S311 - no secret
        told = [word for word in words if chance.random() >= self.faults.lost]
        told += [word for word in told if chance.random() < self.faults.doubled]
        if chance.random() < self.faults.shuffled:
            chance.shuffle(told)
        else:
            told.sort(key=words.index)
        return told

    def name(self, prefix: str, *about: object) -> str:
        """An id as the vendor's are: 32 hexadecimal digits after two letters."""
        text = " ".join(map(str, (self.seed, prefix, *about)))
        return prefix + hashlib.sha256(text.encode()).hexdigest()[:32]

    def _drawn(self, rates: Mapping[str, float], *about: object) -> str:
        at = int(self.name("", *about)[:12], 16) / 16**12
        for name, rate in rates.items():
            if at < rate:
                return name
            at -= rate
        return ""
