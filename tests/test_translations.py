"""The compiled translations are those of the files that people edit."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver

from practice.rules import NotPossible
from tests import sources
from tests.sources import FLOORS, ROOT, module_of

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
SPEAKS_ON_THE_CONSOLE = {"practice.demo", "practice.seeds"}
LINE = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)? ?(".*")$')


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_messages_are_fresh(language):
    """If not: make messages."""
    folder = ROOT / "locale" / language / "LC_MESSAGES"

    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    written = _translations(folder / "django.po")
    stale = [text for text, to in written.items() if compiled.gettext(text) != to]
    assert written
    assert not stale


def test_what_is_refused_is_said_in_the_readers_language():
    assert get_resolver().url_patterns  # loads every module that says no
    wrong = [
        f"{module_of(path)}:{node.lineno} {ast.unparse(node.exc)}"
        for path in sources.python_files(*FLOORS)
        if module_of(path) not in SPEAKS_ON_THE_CONSOLE
        for node in sources.nodes(path)
        if isinstance(node, ast.Raise) and _is_plain_refusal(node)
    ]

    assert not wrong


def test_the_tool_finds_all_that_is_to_be_translated():
    """It knows gettext's own names and `_`, and no other."""
    found = [
        module_of(path)
        for path in sources.python_files(*FLOORS)
        for node in sources.nodes(path)
        if isinstance(node, ast.alias) and "gettext" in node.name
        if node.asname not in (None, "_")
    ]

    assert not found


def test_the_reader_reads_what_people_write(tmp_path):
    (tmp_path / "x.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain"\n\n'
        'msgid "yes"\nmsgstr ""\n"s"\n"í"\n\n'
        'msgctxt "month"\nmsgid "May"\nmsgstr "mayo"\n\n'
        'msgid "%d day"\nmsgid_plural "%d days"\n'
        'msgstr[0] "%d día"\nmsgstr[1] "%d días"\n\n'
        '#, fuzzy\nmsgid "no"\nmsgstr "ni"\n\n'
        '#~ msgid "gone"\n#~ msgstr "ido"\n\nmsgid "later"\nmsgstr ""\n'
    )

    found = _translations(tmp_path / "x.po")

    assert found == {"yes": "sí", "month\x04May": "mayo"}


def _is_plain_refusal(node: ast.Raise) -> bool:
    """Whether a rule says no in words that nobody can translate."""
    if not isinstance(node.exc, ast.Call) or not node.exc.args:
        return False
    name = ast.unparse(node.exc.func).split(".")[-1]
    is_plain = isinstance(node.exc.args[0], ast.Constant | ast.JoinedStr)
    return is_plain and name in {kind.__name__ for kind in _kinds(NotPossible)}


def _kinds(refusal: type[NotPossible]) -> Iterator[type[NotPossible]]:
    yield refusal
    for kind in refusal.__subclasses__():
        yield from _kinds(kind)


def _translations(path: Path) -> dict[str, str]:
    """Message to translation; headers, plurals, guesses and gaps are left out."""
    found: dict[str, str] = {}
    for block in path.read_text().split("\n\n"):
        parts = _parts(block)
        if parts.get("msgid") and parts.get("msgstr") and ", fuzzy" not in block:
            context = f"{parts['msgctxt']}\x04" if "msgctxt" in parts else ""
            found[context + parts["msgid"]] = parts["msgstr"]
    return found


def _parts(block: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    key = ""
    for line in block.splitlines():
        if match := LINE.match(line):
            key = match[1] or key
            parts[key] = parts.get(key, "") + ast.literal_eval(match[2])
    return parts
