"""manage.py pump: works the outbox once without the task queue, and says how."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from messaging import channels, sender
from messaging.channels import NoCarrier
from messaging.sending import CHANNELS
from practice import clock

if TYPE_CHECKING:
    from argparse import ArgumentParser

_WORDS = {
    "taken": "handed over",
    "unclear": "handed over, answer unclear",
    "not made": "refused, or to be tried again",
    "due": "put off",
    "suppressed": "not sent",
    "expired": "too late",
    "withdrawn": "withdrawn",
    "lost": "cut off earlier",
    "prompt": "prompt work done",
    "looked for": "looked for at the vendor",
    "asked again": "asked for the last word",
}


class Command(BaseCommand):
    help = "Work the outbox once: send what is due, look for what is uncertain."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--forever", action="store_true", help="go on until stopped, as serve does"
        )

    def handle(self, *args: Any, forever: bool, **options: Any) -> None:
        if forever:
            keeper = sender.Sender(now=clock.now)
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, keeper.ask_to_stop)
            keeper.run()
            return
        counts = sender.once(now=clock.now)
        done = [f"{_WORDS[name]}: {count}" for name, count in counts.items() if count]
        self.stdout.write(f"{'; '.join(done) or 'Nothing was due'}.")
        for channel in CHANNELS:
            try:
                channels.carrier_of(channel)
            except NoCarrier:
                self.stdout.write(f"Not set up: {channel}.")
