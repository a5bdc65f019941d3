"""Rules that every page keeps, read from the templates themselves."""

from __future__ import annotations

import re

import pytest

from tests import sources
from tests.sources import FLOORS, ROOT, name_of

TEMPLATES = sources.templates()
SCRIPTS = sources.python_files(*FLOORS)
# Text that skips escaping must be built from nothing but our own words.
UNESCAPED = re.compile(r"\|\s*safe(seq)?\b|\bmark_safe\b|autoescape\s+off|SafeString\(")
MAY_SKIP_ESCAPING = {"practice/html.py", "practice/templatetags/wellhouse.py"}
FORBIDDEN_BY_POLICY = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "a handler attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']"),
    "an inline style sheet": re.compile(r"<style\b"),
    "a script without a nonce": re.compile(r"<script(?![^>]*(nonce|src)=)[^>]*>"),
    "something from another site": re.compile(r"(src|href)=[\"'](https?:)?//"),
    "htmx code that needs eval": re.compile(r"hx-on|hx-vals=[\"']js:|hx-vars"),
}


@pytest.mark.parametrize("what", FORBIDDEN_BY_POLICY)
def test_no_template_holds_what_the_content_policy_forbids(what):
    pattern = FORBIDDEN_BY_POLICY[what]

    found = [name_of(path) for path in TEMPLATES if pattern.search(path.read_text())]
    assert not found


def test_text_is_escaped():
    found = [
        name_of(path)
        for path in (*TEMPLATES, *SCRIPTS)
        if UNESCAPED.search(path.read_text())
    ]

    assert set(found) <= MAY_SKIP_ESCAPING


def test_every_part_of_a_page_is_used():
    """Parts start with “_” or stand in components/: a page or view names each."""
    names = [path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES]
    parts = [name for name in names if re.search(r"(^components/|/_|^_)", name)]
    text = "\n".join(path.read_text() for path in (*TEMPLATES, *SCRIPTS))

    unused = [name for name in parts if f'"{name}"' not in text]
    assert not unused
