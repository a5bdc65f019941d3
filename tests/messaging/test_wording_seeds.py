"""The demo's own words."""

from __future__ import annotations

import pytest

from messaging import templates, wording_seeds
from messaging.models import Template
from practice.models import Role
from tests import cast
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(location):
    for _number in range(2):
        cast.make_staff(Role.MANAGER, at=location)
    wording_seeds.seed(now=MONDAY)


def test_some_words_are_in_use_and_some_wait(seeded):
    assert Template.objects.in_use().get().occasion == "two_days"
    assert Template.objects.drafts().get().occasion == "same_day"


def test_there_is_something_to_compare(seeded):
    former = Template.objects.get(state="retired")

    assert former.approved_at < former.retired_at


def test_none_of_them_costs_two_texts(seeded):
    for row in Template.objects.all():
        assert templates.findings(row, now=MONDAY) == []
