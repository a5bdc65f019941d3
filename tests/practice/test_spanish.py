"""Whatever a patient reads is written in Spanish too."""

from __future__ import annotations

import ast
import gettext
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.template.base import Node, Template
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import trans_real

from practice import contacts
from tests import cast, sources
from tests.practice import link_pages
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
MODULES += ["scheduling/visit_link.py", "consent/stop_link.py"]
MODULES += [
    "practice/letters.py",
    "practice/languages.py",
    "practice/views/links.py",
]
LABELS = {"Phone", "E-mail", "Postal address", "Text", "Call", "Letter"}
POINTS = {"phone": "+12125550117", "email": "paz@example.org", "post": "1 Main Street"}
OWN_NAMES = {"Español"}  # languages are called by their own names
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


# As the pages are drawn ------------------------------------------------------------
@pytest.fixture
def untranslated(monkeypatch):
    """The texts that were asked for in Spanish, and that nobody wrote in Spanish."""
    catalog, missing = trans_real.translation("es"), set()

    def watch(name: str) -> None:
        plain = getattr(catalog, name)

        def asked(text: str, *others: Any) -> str:
            is_there = text in catalog._catalog or (text, 0) in catalog._catalog
            if text.strip() and not is_there:
                missing.add(text)
            return str(plain(text, *others))

        monkeypatch.setattr(catalog, name, asked)

    for name in ("gettext", "ngettext"):
        watch(name)
    return missing


@pytest.mark.django_db
def test_whatever_a_link_answers_in_spanish_is_written_in_spanish(
    client, location, now, untranslated
):
    patient = cast.make_patient(
        at=location, written_language="es", born_on=date(1984, 5, 17)
    )
    for kind, value in POINTS.items():
        contacts.add(
            owner=patient, kind=kind, value=value, by=cast.FOUNDER, now=cast.MONDAY
        )
    path = link_pages.make_path(patient, now)
    untranslated.clear()  # what staff read on the way

    for answer in link_pages.every_kind_of_answer(client, path):
        assert answer.status_code < 500
    wrong = link_pages.make_path(patient, now)
    link_pages.answer(client, wrong, answer="neither")
    link_pages.answer(client, wrong, answer="wrong", words="x" * 1001)
    link_pages.answer(client, wrong, answer="wrong", words="Falta un número")
    for _try in range(6):
        client.post(wrong, link_pages.WRONG)

    assert untranslated - OWN_NAMES == set()


def test_no_translation_is_a_guess():
    """A guess is no translation, but stands in the file as if it were one."""
    text = (ROOT / "locale/es/LC_MESSAGES/django.po").read_text()

    assert not re.findall(r"^#,.*\bfuzzy\b", text, re.MULTILINE)
