"""A small demo, so that it can be built and killed often."""

from functools import partial

from practice import seeds

PEOPLE = 260
seed = partial(seeds.seed, people=PEOPLE)
