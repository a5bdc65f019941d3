"""The site as a person would run its demo, with fewer people in it."""

from practice.settings import *  # noqa: F403, TID251 - as tests/settings.py does

SEEDS = ["tests.faults.few.seed"]
