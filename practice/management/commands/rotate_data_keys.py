"""Encrypt stored secrets again, with the first of WELLHOUSE_DATA_KEYS.

Put a new key in front, run this, then take the old key away.
"""

from __future__ import annotations

from django.core.management.base import BaseCommand

from practice import day_sheets, signing_in


class Command(BaseCommand):
    help = "Encrypt every stored secret with the newest of the data keys."

    def handle(self, *args: object, **options: object) -> None:
        count = signing_in.rotate_secrets() + day_sheets.rotate_secrets()
        self.stdout.write(f"{count} secrets are encrypted with the newest key.")
