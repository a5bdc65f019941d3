"""practice.html does what Django's own way does."""

from __future__ import annotations

from django.forms import CharField, Form
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from practice.html import filled, joined, repeated

PARTS = st.one_of(st.text(), st.integers(), st.text().map(mark_safe))


@given(st.lists(PARTS, min_size=1, max_size=5))
def test_parts_are_filled_in_as_django_fills_them_in(parts):
    html = "<p>" + "{}," * len(parts) + "</p>"

    assert filled(html, *parts) == format_html(html, *parts)


@given(st.lists(st.tuples(PARTS, PARTS), max_size=5))
def test_rows_are_repeated_as_django_joins_them(rows):
    theirs = format_html_join(", ", '<a href="{}">{}</a>', rows)

    assert repeated('<a href="{}">{}</a>', rows, ", ") == theirs


@given(st.lists(PARTS, max_size=5))
def test_parts_stand_one_after_the_other(parts):
    theirs = format_html_join(mark_safe("<br>"), "{}", ((part,) for part in parts))

    assert joined(parts, "<br>") == theirs


def test_a_field_and_lazy_words_are_what_they_say():
    form = Form()
    form.fields["name"] = CharField(initial='<b>"')

    assert filled("{}", form["name"]) == str(form["name"])
    assert filled("{}", gettext_lazy("<Yes>")) == "&lt;Yes&gt;"


def test_what_was_filled_in_is_not_escaped_again():
    once = filled("<b>{}</b>", "<i>")

    assert filled("{}", once) == "<b>&lt;i&gt;</b>"
