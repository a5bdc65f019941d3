"""How long the nightly look for duplicates takes among 100,000 charts.

Ten thousand of them are born on the one day that stands for “unknown”. Wall-clock
seconds on both databases; the bar is half of what a chore may take.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from typing import Any

from bench import crowd, ground

UNKNOWN, UNKNOWN_DAY = 10_000, date(1900, 1, 1)
BAR = 10.0


def main() -> None:
    if len(sys.argv) > 1:
        crowd.set_up()
        print(json.dumps(_measure()))
        return
    from tests.postgres import Server

    worst = _say("SQLite", crowd.told("bench.duplicates", crowd.sqlite(), "measure"))
    server = Server()
    found = crowd.told("bench.duplicates", crowd.postgres(server), "measure")
    worst = max(worst, _say("PostgreSQL", found))
    server.stop()
    ground.finish("duplicates", figure=worst, bar=BAR)


def _say(name: str, found: dict[str, Any]) -> float:
    first, again = found["seconds"]
    print(f"  {name:10} {first:5.1f} s, again {again:5.1f} s, {found['pairs']} pairs")
    return float(max(first, again))


# In the process of one database ---------------------------------------------------
def _measure() -> dict[str, Any]:
    """Look twice, into nothing and over what is known; nothing of it is kept."""
    from django.db import transaction

    from practice import duplicates
    from practice.models import Patient
    from practice.trail import Automation, change_many

    by, seconds, pairs = Automation("bench"), [], 0
    with transaction.atomic():
        some = Patient.objects.order_by("pk")[:UNKNOWN]
        change_many(some, by=by, kind="bench.unknown", born_on=UNKNOWN_DAY)
        for _turn in range(2):
            began = time.perf_counter()
            pairs = duplicates.look()
            seconds.append(time.perf_counter() - began)
        transaction.set_rollback(True)
    return {"seconds": seconds, "pairs": pairs}


if __name__ == "__main__":
    main()
