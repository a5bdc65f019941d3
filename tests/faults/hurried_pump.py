"""`manage.py pump --forever` in a hurry: the same command, with shorter patience.

GIVES_UP_LATE leaves the vendor as much time as ever: where all goes well, a machine
that is busy is no fault.
"""

from __future__ import annotations

import os
from datetime import timedelta

import django
from django.core.management import call_command

SECOND = timedelta(seconds=1)


def main() -> None:
    django.setup()
    from messaging import claiming, failures, polling, sender, uncertain
    from messaging.channels import rest

    if "GIVES_UP_LATE" not in os.environ:
        # A request may lie at the stand-in for as long as a busy machine takes: from
        # giving it up to the third look there has to be more time than that, or it
        # comes twice.
        rest.SECONDS = 3.0
        claiming.LEASE, claiming.FRESH = 6 * SECOND, 20 * SECOND
    uncertain.APART, uncertain.LATER = 2.5 * SECOND, 60 * SECOND
    polling.AFTER, polling.EVERY = 2 * SECOND, 2 * SECOND
    failures.FIRST_WAIT, failures.LONGEST_WAIT = 0.5 * SECOND, 2 * SECOND
    sender.ORDER_EVERY = 0.3
    call_command("pump", "--forever")


if __name__ == "__main__":
    main()
