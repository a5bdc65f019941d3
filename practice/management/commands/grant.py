"""manage.py grant ROLE: let a PostgreSQL role run the site, and no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, connection

from practice import grants

if TYPE_CHECKING:
    from argparse import ArgumentParser

MORE = "It may make tables too: take CREATE and TEMPORARY from PUBLIC as a superuser."


class Command(BaseCommand):
    help = "Let a PostgreSQL role run the site; run it as the owner, after migrate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="an existing role that owns nothing")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no roles: nothing to do.")
        try:
            grants.grant(connection, role)
        except ProgrammingError as fault:
            raise CommandError(f"PostgreSQL refused: {fault}".strip()) from fault
        self.stdout.write(f"{role} may run the site.")
        if grants.may_make_tables(connection, role):
            self.stdout.write(MORE)
