"""`manage.py serve` in a hurry: the same parts, with shorter patience.

Run as a program it serves until it is stopped; its one argument names a part.
"""

from __future__ import annotations

import sys

import django
from django.db import connection

HURRY = {"listen": 0.25, "hung_after": 4.0, "boot_within": 30.0, "wait_longest": 1.0}


def main(only: str) -> None:
    django.setup()
    from practice.management.commands import serve
    from practice.pump import Pump
    from practice.supervisor import Supervisor, Timing, stop_on_signals

    serve.require_ready()
    pump, listener = Pump(every=0.5), serve.listen("127.0.0.1", 0)
    parts = {"web": serve.web(listener), "worker": serve.worker(pump)}
    connection.close()
    keeper = Supervisor([parts[only]], pump=pump.ask, timing=Timing(**HURRY))
    stop_on_signals(keeper)
    sys.stdout.write(f"{serve.address(listener)}\n")
    sys.stdout.flush()
    keeper.run()


if __name__ == "__main__":
    main(sys.argv[1])
