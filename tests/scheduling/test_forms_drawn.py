"""Fields and choices that are drawn by hand look as the templates say."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from scheduling.forms.booking import BookForm
from scheduling.forms.choices import Boxes, Buttons, DropDown
from scheduling.forms.searching import SearchForm

WIDGETS = [
    (Boxes, forms.CheckboxSelectMultiple),
    (Buttons, forms.RadioSelect),
    (DropDown, forms.Select),
]


class Parts(HTMLParser):
    """What a browser makes of some markup: tags with their attributes, and words."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")

    def handle_data(self, data):
        self.found.extend(re.findall(r"\S+", data))


def parts(markup):
    return Parts(str(markup)).found


@pytest.fixture
def search(front_desk, kind):
    def asked(query="asked=1"):
        return SearchForm(QueryDict(query), staff=front_desk, today=date(2026, 3, 2))

    return asked


def test_each_question_looks_as_the_template_says(search, front_desk, clinician):
    for form in (search("asked=1&first=2026-03-02"), BookForm(staff=front_desk)):
        for field in form:
            assert parts(field.as_field_group()) == parts(
                BoundField.as_field_group(field)
            )


def test_what_is_wrong_stands_beside_the_question(search):
    form = search("asked=1&type=999&first=nonsense")

    form.is_valid()

    for name in ("type", "first"):
        assert "field-wrong" in form[name].as_field_group()


@pytest.mark.parametrize(("drawn", "usual"), WIDGETS)
def test_choices_look_as_the_template_says(drawn, usual):
    known = [("", "Any"), ("a", 'Ann "A" <b>'), ("b", "Ben & Co")]
    attrs = {"id": "id_who", "aria-invalid": "true", "required": True}

    for chosen in (None, "b", ["a", "b"]):
        said = [
            parts(widget(choices=known).render("who", chosen, attrs))
            for widget in (drawn, usual)
        ]
        assert said[0] == said[1]


def test_names_are_asked_for_once(search, django_assert_num_queries, clinician):
    form = search()

    with django_assert_num_queries(1):
        assert clinician.name in str(form["clinician"])
        assert clinician.name in str(form["clinician"])
