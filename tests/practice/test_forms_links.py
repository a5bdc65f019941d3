"""Forms of links' pages: whatever is typed is understood or gets a sentence."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from practice.forms.links import BirthDateForm
from tests.practice.link_pages import BORN


@given(st.tuples(st.text(), st.text(), st.text()))
def test_whatever_is_typed_is_a_date_or_gets_a_sentence(typed):
    data = dict(zip(BORN, typed, strict=True))

    form = BirthDateForm(data, today=date(2026, 3, 2))

    assert form.is_valid() or form.errors["born_on"]
    assert str(form)


@given(st.dates(date(1900, 1, 1), date(2026, 3, 2)))
def test_every_date_of_birth_can_be_typed(born_on):
    data = {
        "born_on_day": f" {born_on.day}",
        "born_on_month": str(born_on.month),
        "born_on_year": str(born_on.year),
    }

    form = BirthDateForm(data, today=date(2026, 3, 2))

    assert form.is_valid()
    assert form.cleaned_data["born_on"] == born_on
