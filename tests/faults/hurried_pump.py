"""`manage.py pump --forever` in a hurry: the same command, with shorter patience."""

from __future__ import annotations

from datetime import timedelta

import django
from django.core.management import call_command

SECOND = timedelta(seconds=1)


def main() -> None:
    django.setup()
    from messaging import claiming, failures, polling, sender, uncertain
    from messaging.channels import rest

    # All of it fits between what the vendor takes for an answer and what a test waits.
    rest.SECONDS = 1.5
    claiming.LEASE, claiming.FRESH = 4 * SECOND, 8 * SECOND
    uncertain.APART, uncertain.LATER = 0.8 * SECOND, 60 * SECOND
    polling.AFTER, polling.EVERY = 2 * SECOND, 2 * SECOND
    failures.FIRST_WAIT, failures.LONGEST_WAIT = 0.5 * SECOND, 2 * SECOND
    sender.ORDER_EVERY = 0.3
    call_command("pump", "--forever")


if __name__ == "__main__":
    main()
