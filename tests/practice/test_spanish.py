"""Whatever a patient reads is written in Spanish too."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.template.base import Node, Template
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from tests import sources
from tests.sources import ROOT, name_of

TEMPLATES = ROOT / "templates"
# What no page of a patient's names: the parts that forms are drawn with.
FORM_PARTS = {"django/forms/field.html", "components/birth_date.html"}
# Read by patients on paper, behind a link or on a page that went wrong, though
# staff read them too.
TROUBLES = {"bad_request", "fault", "frame", "not_found", "too_many"}
OTHERS = {"links/_slip.html", "incidents/_letter.html", "about.html"}
OTHERS |= {f"entrance/errors/{name}.html" for name in TROUBLES}
MODULES = ["practice/details_link.py", "practice/forms/links.py"]
MODULES += ["scheduling/visit_link.py"]
MODULES += ["practice/letters.py", "practice/languages.py", "practice/views/links.py"]
LABELS = {"Phone", "E-mail", "Postal address", "Text", "Call", "Letter"}
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
NAMED = re.compile(r'{% (?:extends|include) "([^"]+)"')
BLANK = re.compile(r"%\(\w+\)[a-z]")


class Untranslated(gettext.NullTranslations):
    """Answers for what the catalog does not have."""

    def gettext(self, message: str) -> str:
        return ""


def spanish(text: str) -> str:
    """The translation of a text in this project's own catalog, or nothing."""
    catalog = gettext.translation("django", ROOT / "locale", ["es"])
    catalog.add_fallback(Untranslated())
    return catalog.gettext(text)


def lost(texts: set[str]) -> set[str]:
    """Texts without a translation, or with one that fills in something else."""
    return {
        text
        for text in texts
        if not spanish(text)
        or set(BLANK.findall(text)) != set(BLANK.findall(spanish(text)))
    }


def pages() -> list[Path]:
    """Every template that patients meet: on their base, with all its parts."""
    names = {path.relative_to(TEMPLATES).as_posix() for path in sources.templates()}
    found = {"base_patient.html"}
    while more := {name for name in names - found if found & bases_of(name)}:
        found |= more
    found |= FORM_PARTS | OTHERS
    while more := {part for name in found for part in parts_of(name)} & names - found:
        found |= more
    return sorted(TEMPLATES / name for name in found)


def bases_of(name: str) -> set[str]:
    return set(re.findall(r'{% extends "([^"]+)"', (TEMPLATES / name).read_text()))


def parts_of(name: str) -> set[str]:
    return set(NAMED.findall((TEMPLATES / name).read_text()))


def texts_of(template: Template) -> set[str]:
    """What a template translates; of a plural, its singular."""
    found: set[str] = set()
    for node in template.nodelist.get_nodes_by_type(Node):
        if isinstance(node, TranslateNode):
            found.add(str(getattr(node.filter_expression.var, "literal", "")))
        elif isinstance(node, BlockTranslateNode):
            text = node.render_token_list(node.singular)[0]
            found.add(" ".join(text.split()) if node.trimmed else text)
    return found - {""}


def texts_in(module: str) -> set[str]:
    """What a module translates; of a plural, its singular."""
    calls = [
        node
        for node in ast.walk(sources.tree(ROOT / module))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS
    ]
    return {ast.literal_eval(call.args[0]) for call in calls}


def test_the_pages_that_patients_meet_are_found():
    names = {path.relative_to(TEMPLATES).as_posix() for path in pages()}

    assert {path.relative_to(TEMPLATES).as_posix() for path in links()} <= names
    assert "components/alert.html" in names
    assert "base.html" not in names


def links() -> set[Path]:
    """The templates of the links frame, those that only staff see left out."""
    for_staff = {"new.html", "made.html"}
    return {p for p in (TEMPLATES / "links").iterdir() if p.name not in for_staff}


@pytest.mark.parametrize("path", pages(), ids=name_of)
def test_a_page_that_patients_meet_is_written_in_spanish(path: Path):
    page = get_template(path.relative_to(TEMPLATES).as_posix())

    texts = texts_of(page.template)  # type: ignore[attr-defined]

    assert lost(texts) == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_that_speaks_to_patients_is_written_in_spanish(module: str):
    texts = texts_in(module)

    assert texts
    assert lost(texts) == set()


def test_the_labels_on_the_details_page_are_written_in_spanish():
    assert lost(LABELS) == set()
