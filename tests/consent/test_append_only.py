"""What was agreed to or stopped is never rewritten, whatever way is tried."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from consent.append_only import guards
from consent.models import ConsentRecord, OptOut
from practice.guards import all_of, missing
from tests import cast
from tests.consent.stopping import stop

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(patient):
    cast.make_contact(patient)
    return [ConsentRecord.objects.latest("pk"), stop()]


def run(sql):
    with cast.by_hand(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("model", [ConsentRecord, OptOut])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {table} SET address = '+12125550199'",
        "UPDATE {table} SET id = id + 1000",
        "DELETE FROM {table}",
    ],
)
def test_the_database_refuses_it(rows, model, sql):
    with pytest.raises(IntegrityError, match=r"append-only|recorded"):
        run(sql.format(table=model._meta.db_table))


def test_an_act_changes_nothing_either(rows):
    record, stopped = rows
    record.decision, stopped.source = "declined", "spoken"

    for row in (record, stopped):
        with cast.by_hand(), pytest.raises(IntegrityError), transaction.atomic():
            row.save()


@pytest.mark.parametrize("model", [ConsentRecord, OptOut])
def test_nobody_replaces_a_row(rows, model):
    row = model.objects.latest("pk")

    with cast.by_hand(), pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_guards_stand():
    ours = guards(connection.vendor)

    assert {guard.table for guard in ours} == {
        "consent_consentrecord",
        "consent_optout",
    }
    assert set(ours) <= set(all_of(connection))
    assert missing(connection) == []
