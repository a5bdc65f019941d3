"""The scorecard, as a page."""

from __future__ import annotations

import pytest

from tests.practice.reading import text_of, url

pytestmark = pytest.mark.django_db


def test_the_scorecard_shows_each_figure_with_what_it_counts(as_, auditor, patient):
    words = text_of(as_(auditor).get(url("scorecard")))

    assert "People out of reach 1 of 1 Active patients without any phone" in words
    assert "Gaps in the on-call rota 1 Stretches in the coming four weeks" in words
    assert "Nothing is counted here yet. How it is for those who come" in words


@pytest.mark.parametrize(("who", "may_look"), [("manager", True), ("auditor", False)])
def test_a_figure_leads_to_its_list_for_those_who_may_open_it(
    who, may_look, request, as_
):
    page = as_(request.getfixturevalue(who)).get(url("scorecard")).content.decode()

    for path in (url("patients") + "?reach=none", url("tasks")):
        assert (f'<a href="{path}">' in page) is may_look
