"""The nets in the database: no way back, no second one under way, no event changed."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import Error, connection, transaction

from messaging.models import Delivery, DeliveryEvent
from messaging.states import Status, ways
from tests.cast import MONDAY
from tests.messaging.posting import post

pytestmark = pytest.mark.django_db
NOW = MONDAY
LEASE = {"claimed_at": NOW, "lease_until_at": NOW, "reason": "Because."}


def refused(act):
    with pytest.raises(Error), transaction.atomic():
        act()


def brought_to(row, status):
    """A row that stands there, by ways that are legal."""
    if status != Status.DUE:
        rows = Delivery.objects.filter(pk=row.pk)
        via = [] if (Status.DUE, status) in ways() else [Status.SENDING]
        for step in [*via, status]:
            rows.update(status=step, **LEASE)


@pytest.mark.parametrize("old", list(Status))
def test_a_status_goes_its_ways_and_no_others(patient, old):
    row = post(patient)
    brought_to(row, old)
    rows = Delivery.objects.filter(pk=row.pk)

    for new in set(Status) - {old}:
        if (old, new) not in ways():
            refused(lambda new=new: rows.update(status=new, **LEASE))

    rows.update(status=old)


def test_every_way_is_open(patient):
    for number, (old, new) in enumerate(sorted(ways())):
        row = post(patient, address=f"+121255501{number:02}")
        brought_to(row, old)
        Delivery.objects.filter(pk=row.pk).update(status=new, **LEASE)


def test_two_to_one_address_are_not_under_way(patient):
    first, second = post(patient), post(patient)
    Delivery.objects.filter(pk=first.pk).update(status=Status.SENDING, **LEASE)

    rows = Delivery.objects.filter(pk=second.pk)
    refused(lambda: rows.update(status=Status.SENDING, **LEASE))


@pytest.mark.parametrize("column", ["claimed_at", "lease_until_at"])
def test_what_is_being_sent_is_claimed(patient, column):
    row = post(patient)
    columns = LEASE | {column: None}

    rows = Delivery.objects.filter(pk=row.pk)
    refused(lambda: rows.update(status=Status.SENDING, **columns))


@pytest.mark.parametrize("status", ["suppressed", "expired", "withdrawn"])
def test_what_is_left_out_says_why(patient, status):
    row = post(patient)

    refused(lambda: Delivery.objects.filter(pk=row.pk).update(status=status))


def test_what_is_urgent_hangs_on_the_purpose(patient):
    row = post(patient)

    refused(lambda: Delivery.objects.filter(pk=row.pk).update(is_urgent=True))


@pytest.mark.parametrize("act", ["update", "delete", "empty"])
def test_an_event_stays_as_it_was_written(patient, act):
    table = DeliveryEvent._meta.db_table
    event = post(patient).events.get()
    empty = f'TRUNCATE "{table}"'
    if connection.vendor == "sqlite":
        empty = f'DELETE FROM "{table}"'
    acts = {
        "update": lambda: DeliveryEvent.objects.filter(pk=event.pk).update(words="x"),
        "delete": event.delete,
        "empty": lambda: connection.cursor().execute(empty),
    }

    refused(acts[act])

    assert DeliveryEvent.objects.filter(pk=event.pk).exists()


def test_the_net_knows_every_pair():
    assert {old for old, _new in ways()} | {new for _old, new in ways()} == set(Status)
    assert len(ways()) < len(list(product(Status, repeat=2))) / 2
