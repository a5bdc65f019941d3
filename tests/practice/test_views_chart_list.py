"""The list of charts: who is out of reach, and the way on and back."""

from __future__ import annotations

import pytest

from practice.views import charts
from tests import cast
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def desk(as_, front_desk):
    """A browser at the front desk."""
    return as_(front_desk)


def test_the_list_is_narrowed_to_those_out_of_reach(desk, patient, location):
    reachable = cast.make_patient(at=location)
    cast.make_contact(reachable)

    page = desk.get(url("patients"), {"reach": "none"})

    assert page.context["page"].rows == [patient]
    assert "1 active chart without a phone" in text_of(page)


def test_an_empty_list_of_those_out_of_reach_is_good_news(desk, patient):
    cast.make_contact(patient)

    page = desk.get(url("patients"), {"reach": "none"})

    assert "Everybody here can be texted, called or written to" in text_of(page)


def test_the_next_page_keeps_the_filters(desk, patient, location, monkeypatch):
    monkeypatch.setattr(charts, "PAGE", 1)
    cast.make_patient(at=location, family_name="Quill")

    page = desk.get(url("patients"), {"state": "active", "reach": "none"})

    following = f"?state=active&amp;reach=none&amp;after={patient.pk}"
    assert following in page.content.decode()


def test_who_comes_back_to_a_search_gets_the_list(desk):
    assert desk.get(url("search_people")).url == url("patients")
