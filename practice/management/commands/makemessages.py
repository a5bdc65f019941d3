"""Collecting texts, without guesses: a text like another is not that text."""

from __future__ import annotations

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    no_guesses = "--no-fuzzy-matching"
    msgmerge_options = [*makemessages.Command.msgmerge_options, no_guesses]
