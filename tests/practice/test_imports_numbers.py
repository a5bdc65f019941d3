"""A number of the old system stands for one chart; whoever else had it keeps it too."""

from __future__ import annotations

import pytest

from practice import staging
from practice.models import Decision, ExternalId
from tests.practice.importing import ADA, bring_in, check, confirmed, table, worked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("in_parts", [1, 100])
def test_everybody_who_had_a_number_keeps_it(manager, location, in_parts, monkeypatch):
    monkeypatch.setattr(staging, "ROWS", in_parts)
    rows = [ADA, ADA.replace("Ada,", "Ida,"), ADA.replace("Ada,", "Oda,")]
    row = check(table(*rows), by=manager, home=location)

    worked(confirmed(row, by=manager, decision=Decision.OPEN))

    found = ExternalId.objects.order_by("patient").values_list("system", "value")
    assert list(found) == [
        ("Earlier number", "A1"),
        ("Earlier number (shared 2)", "A1"),
        ("Earlier number (shared 3)", "A1"),
    ]


def test_a_number_that_is_shared_already_is_not_kept_again(manager, location):
    rows = [ADA, ADA.replace("Ada,", "Ida,")]
    row = check(table(*rows), by=manager, home=location)
    worked(confirmed(row, by=manager, decision=Decision.OPEN))

    bring_in(table(*rows), by=manager, home=location)

    assert ExternalId.objects.count() == 2
