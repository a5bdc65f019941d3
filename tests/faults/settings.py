"""The site as a person would run it, with chores that misbehave."""

from practice.settings import *  # noqa: F403, TID251 - as tests/settings.py does

CHORES = ["tests.faults.misbehaving.CHORES"]
