"""The tables of events are guarded, also against being emptied as a whole."""

from __future__ import annotations

import pytest
from django.db import connection

from messaging.append_only import guards
from practice.guards import all_of, missing

pytestmark = pytest.mark.django_db
TABLES = {"messaging_deliveryevent", "messaging_conversationevent"}


def test_the_guards_stand():
    ours = guards(connection.vendor)

    assert {guard.table for guard in ours} == TABLES
    assert set(ours) <= set(all_of(connection))
    assert missing(connection) == []


def test_postgresql_refuses_to_empty_them_too():
    emptying = [one.table for one in guards("postgresql") if "TRUNCATE" in one.create]

    assert set(emptying) == TABLES
