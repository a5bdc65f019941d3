"""The words that the practice chose, put in where nobody translated."""

from __future__ import annotations

import ast
import re

import pytest
from django.template.base import Node
from django.template.loader import get_template
from django.templatetags.i18n import TranslateNode
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext
from hypothesis import given
from hypothesis import strategies as st

from practice import wording
from practice.wording import USUAL, Words, in_words, speaking
from tests import cast, sources
from tests.sources import FLOORS, ROOT, module_of, name_of

OTHERS = Words("client", "session", "provider")
SAID = {"patient": "client", "Visits": "Sessions", "CLINICIANS": "PROVIDERS"}
SAID |= {"Patient’s": "Client’s", "clinician's": "provider's", "visit.": "session."}
SAID |= {"(visits)": "(sessions)", "patient-facing": "client-facing"}
LEFT = ["%(patient)s", "{visit}", "{patient.name}", '<a title="a visit">', "</patient>"]
LEFT += ["https://example.org/visit", "/patients/", "patient@example.org", "visit.html"]
LEFT += ["outpatients", "revisited", "visit_word", "&visit;", "50 %%", "the", "", "ñ"]
PARTS = st.lists(st.sampled_from([*SAID, *LEFT]))
# Texts of ours that have a name: languages, legal profiles, columns.
BY_NAME = {"_(language)", "_(profile.name)", "_(str(field.verbose_name))"}
CALLS = {"_", "gettext", "gettext_lazy", "pgettext_lazy", "ngettext", "ngettext_lazy"}
FILLED = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}|<[^>]+>")


def texts() -> list[str]:
    """Whatever the site says, as the catalogue lists it."""
    listed = (ROOT / "locale/es/LC_MESSAGES/django.po").read_text()
    found = re.findall(r'^msgid(?:_plural)? ((?:".*"\n)+)', listed, re.MULTILINE)
    return ["".join(map(ast.literal_eval, one.splitlines())) for one in found]


@given(parts=PARTS)
def test_only_whole_words_become_others(parts):
    expected = [SAID.get(part, part) for part in parts]

    assert in_words(" ".join(parts), OTHERS) == " ".join(expected)


@given(text=st.text() | PARTS.map(" ".join))
def test_the_usual_words_change_nothing(text):
    assert in_words(text, USUAL) == text


@given(text=st.text() | PARTS.map(" ".join), words=st.sampled_from([OTHERS, USUAL]))
def test_other_words_are_put_in_once(text, words):
    said = in_words(text, words)

    assert in_words(said, words) == said


def test_what_a_text_is_filled_with_stays():
    wrong = [
        text
        for text in texts()
        if FILLED.findall(in_words(text, OTHERS)) != FILLED.findall(text)
    ]

    assert len(texts()) > 1000
    assert not wrong


def test_a_word_that_the_practice_kept_stays():
    words = Words("client", "visit", "clinician")

    assert in_words("A patient, a visit", words) == "A client, a visit"


def test_what_has_no_translation_is_said_in_the_chosen_words():
    with speaking(OTHERS):
        assert gettext("Book a visit") == "Book a session"
        assert ngettext("one patient", "patients", 1) == "one client"
        assert ngettext("one patient", "patients", 2) == "clients"

    assert gettext("Book a visit") == "Book a visit"


def test_a_text_with_a_context_means_the_word_itself():
    with speaking(OTHERS):
        assert pgettext("word", "patient") == "patient"


def test_spanish_keeps_its_words():
    with translation.override("es"):
        usual = gettext("Cancel my visit")
        with speaking(OTHERS):
            assert gettext("Cancel my visit") == usual != "Cancel my session"


def test_lines_that_are_sent_later_keep_the_words_of_their_time():
    with speaking(OTHERS):
        lines = wording.while_sent(gettext(text) for text in ("Visit", "Patient"))

    assert list(lines) == ["Session", "Client"]


def test_what_is_kept_is_known_by_language_and_words():
    with speaking(OTHERS), translation.override("es"):
        assert wording.tongue() == "es-client-session-provider"

    assert wording.tongue() == "en"


def test_each_request_says_what_the_practice_has_chosen_by_then(manager, practice):
    browser, shown = cast.sign_in(manager), []

    for word in ("visit", "session", "visit"):
        cast.choose_words(practice, visit=word)
        shown.append(browser.get(reverse("book")).content.decode())

    assert ["Book a session" in page for page in shown] == [False, True, False]
    assert ["Book a visit" in page for page in shown] == [True, False, True]
    assert wording.tongue() == "en"


def test_the_settings_offer_the_words_themselves(manager, practice):
    cast.choose_words(practice, patient="client", visit="session")

    page = cast.sign_in(manager).get(reverse("practice_edit")).content.decode()

    assert {"patient", "client", "visit", "session"} <= set(re.findall(r"\w+", page))


# What nobody typed ------------------------------------------------------------------
def test_only_texts_of_ours_are_translated():
    """What somebody typed would be said in other words."""
    found = {
        f"{module_of(path)}: {ast.unparse(node)}"
        for path in sources.python_files(*FLOORS)
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS
        if not isinstance(node.args[0], ast.Constant)
        if ast.unparse(node) not in BY_NAME
    }

    assert not found


@pytest.mark.parametrize("path", sources.templates(), ids=name_of)
def test_only_texts_of_ours_are_translated_in_templates(path):
    name = path.relative_to(ROOT / "templates").as_posix()

    nodes = get_template(name).template.nodelist.get_nodes_by_type(Node)

    asked = [
        node.filter_expression for node in nodes if isinstance(node, TranslateNode)
    ]
    assert all(getattr(one.var, "literal", None) is not None for one in asked)
