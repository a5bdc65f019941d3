"""The last look at a whole batch, and at what moved on meanwhile."""

from __future__ import annotations

import pytest

from messaging import claiming, last_look
from messaging.models import Delivery
from messaging.states import Status
from tests import cast
from tests.cast import MONDAY
from tests.consent.stopping import stop
from tests.messaging.posting import now_is, post, reachable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "fast")]
NOW = MONDAY


@pytest.mark.parametrize("count", [1, 20])
def test_a_batch_is_looked_at_by_as_many_queries(
    location, count, django_assert_max_num_queries
):
    for _one in range(count):
        person = cast.make_patient(at=location)
        post(person, address=reachable(person))
    rows = claiming.claim("text", most=count, now=NOW)

    with django_assert_max_num_queries(14):
        found = last_look.look(rows, now=NOW)

    assert [one.goes for one in found] == [True] * count


def test_what_moved_on_meanwhile_stays_as_it_is(patient, number):
    post(patient, now=NOW, address=number)
    [row] = claiming.claim("text", most=1, now=NOW)
    stop(number)
    [found] = last_look.look([row], now=NOW)
    Delivery.objects.filter(pk=row.pk).update(status=Status.DELIVERED)

    last_look.put_aside([found], now=NOW)

    assert now_is(row) == (Status.DELIVERED, "")
