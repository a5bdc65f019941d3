"""The demo has somebody for each way to stop."""

from __future__ import annotations

import pytest

from consent import opt_outs, seeds
from consent.models import OptOut
from tests import cast
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db


def test_the_demo_shows_stops_that_stand_and_one_that_was_lifted(location, front_desk):
    for _number in range(3):
        chart = cast.make_patient(at=location)
        cast.make_contact(chart)
        cast.make_contact(
            chart, kind="email", value=f"{chart.pk}@example.test", may_write=True
        )

    seeds.seed(now=MONDAY)

    rows = OptOut.objects.all()
    assert {row.source for row in rows} == {"keyword", "words", "start", "spoken"}
    assert len(opt_outs.standing([row.address for row in rows])) == 3
