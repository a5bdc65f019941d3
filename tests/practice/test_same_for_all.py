"""Parts of pages that are rendered once for each language and its words."""

from __future__ import annotations

from django.template import Context, Template
from django.utils import translation

from practice.templatetags.wellhouse import _rendered
from practice.wording import Words, speaking

PART = '{% same_for_all "components/cover.html" %}'


def _shown(language: str) -> str:
    with translation.override(language):
        return Template(PART).render(Context())


def test_a_part_is_rendered_once():
    _rendered.cache_clear()

    assert _shown("en") == _shown("en")
    assert _rendered.cache_info().misses == 1


def test_each_language_has_its_own():
    _rendered.cache_clear()

    _shown("en")
    _shown("es")

    assert _rendered.cache_info().misses == 2


def test_each_choice_of_words_has_its_own():
    _rendered.cache_clear()

    _shown("en")
    with speaking(Words(visit="session")):
        _shown("en")

    assert _rendered.cache_info().misses == 2


def test_while_templates_are_worked_on_nothing_is_kept(settings):
    settings.DEBUG = True
    _rendered.cache_clear()

    assert "Screen hidden" in _shown("en")
    assert _rendered.cache_info().currsize == 0
