"""The colours of the design system read well, light and dark."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pytest
from django.conf import settings

SHEET = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
OKLCH = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)"
PAIR = re.compile(rf"--([\w-]+): light-dark\({OKLCH}, {OKLCH}\);")
TOKENS = {
    name: {"light": list(map(float, pair[:3])), "dark": list(map(float, pair[3:]))}
    for name, *pair in PAIR.findall(SHEET)
}
TEXT, SHAPE = 4.5, 3.0
STATES = ("good", "warn", "info", "bad", "done")
PAIRS = [
    *(("ink", surface, 7) for surface in ("paper", "card", "raised", "hover")),
    *(("ink", f"{state}-surface", TEXT) for state in STATES),
    *(("ink", f"face-{number}", TEXT) for number in range(8)),
    *(("ink-2", surface, TEXT) for surface in ("paper", "paper-2", "card", "hover")),
    *(("ink-2", surface, TEXT) for surface in ("done-surface", "raised")),
    *(("brand", surface, TEXT) for surface in ("paper", "card", "brand-soft")),
    *(("on-brand", surface, TEXT) for surface in ("brand", "brand-2")),
    *(("on-bad", surface, TEXT) for surface in ("bad-strong", "bad-strong-2")),
    *(("bad-strong", surface, TEXT) for surface in ("card", "bad-surface")),
    *((f"{state}-edge", f"{state}-surface", SHAPE) for state in STATES[:4]),
    *(("focus", surface, SHAPE) for surface in ("paper", "card", "raised")),
    *(("field-line", surface, SHAPE) for surface in ("paper", "card")),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_a_pair_of_colours_has_contrast(front, ground, least, scheme):
    ratio = contrast(TOKENS[front][scheme], TOKENS[ground][scheme])

    assert ratio >= least


def test_an_old_browser_gets_every_colour():
    fallback = SHEET.split("@supports not")[1]

    missing = [name for name in TOKENS if f"--{name}: #" not in fallback]
    assert not missing


def test_black_on_white_has_the_contrast_it_is_known_for():
    assert round(contrast((0, 0, 0), (100, 0, 0)), 1) == 21


def contrast(one: Sequence[float], other: Sequence[float]) -> float:
    """The contrast ratio of WCAG between two OKLCH colours."""
    darker, lighter = sorted((luminance(*one), luminance(*other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """Relative luminance of an OKLCH colour (Ottosson's matrices, sRGB weights)."""
    turn = math.radians(hue)
    a, b = chroma * math.cos(turn), chroma * math.sin(turn)
    long = (lightness / 100 + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness / 100 - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness / 100 - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
