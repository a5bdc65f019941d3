"""Encrypt stored secrets again, with the first of WELLHOUSE_DATA_KEYS.

Put a new key in front, run this, then take the old key away.
"""

from __future__ import annotations

from django.core.management.base import BaseCommand

from practice.contributions import load


class Command(BaseCommand):
    help = "Encrypt every stored secret with the newest of the data keys."

    def handle(self, *args: object, **options: object) -> None:
        count = sum(rotate() for rotate in load("SECRETS"))
        self.stdout.write(f"{count} secrets are encrypted with the newest key.")
