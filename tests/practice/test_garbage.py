"""What a web server does about garbage once it is loaded."""

from __future__ import annotations

import gc
import runpy
import weakref

import pytest

from practice import garbage


@pytest.fixture(autouse=True)
def as_before():
    known = gc.get_threshold()
    yield
    gc.set_threshold(*known)
    gc.unfreeze()


def test_what_is_loaded_is_not_looked_through_again():
    loaded = [[] for _n in range(1000)]

    garbage.settle()

    assert gc.get_freeze_count() >= len(loaded)
    assert gc.get_threshold()[0] == garbage.MADE


class Circle:
    """Holds itself."""

    def __init__(self):
        self.me = self


def test_what_goes_round_in_circles_is_still_dropped():
    garbage.settle()
    seen = weakref.ref(Circle())

    gc.collect()

    assert seen() is None


@pytest.mark.django_db
def test_a_web_server_settles_once_it_is_loaded():
    gc.unfreeze()

    runpy.run_module("practice.wsgi")

    assert gc.get_freeze_count()
