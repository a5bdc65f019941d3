"""The colours of types stand out from the surfaces, and hold white text."""

from __future__ import annotations

import pytest

from scheduling.colours import COLOURS, FIRST
from tests.practice.test_tokens import SHAPE, TEXT, TOKENS, luminance

GROUNDS = [
    (surface, scheme)
    for surface in ("paper", "card", "raised")
    for scheme in ("light", "dark")
]
LINEAR = 0.04045


def bright(colour):
    """The luminance of a colour as #1a2b3c."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= LINEAR else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return sum(x * y for x, y in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def ratio(one, other):
    darker, lighter = sorted((one, other))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colour", COLOURS)
def test_white_text_reads_well_on_it(colour):
    assert ratio(bright(colour), 1) >= TEXT


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(("surface", "scheme"), GROUNDS)
def test_it_stands_out_from_the_surfaces(colour, surface, scheme):
    assert ratio(bright(colour), luminance(*TOKENS[surface][scheme])) >= SHAPE


def test_the_first_is_one_of_them():
    assert FIRST in COLOURS
