"""The role that runs the site has no right to what it must never do."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from tests.postgres import APP
from tests.practice.test_guards import owner  # noqa: F401 - a fixture

ON_SQLITE = connection.vendor == "sqlite"
FORBIDDEN = [
    "UPDATE practice_trailentry SET kind = 'x'",
    "DELETE FROM practice_historicalpatient",
    "DELETE FROM practice_seal",
    "TRUNCATE practice_patient CASCADE",
    "ALTER TABLE practice_trailentry DISABLE TRIGGER ALL",
    "DROP TRIGGER recorded ON practice_patient",
    "DROP TABLE practice_seal",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_sites_role_lacks_the_right(statement):
    if ON_SQLITE:
        with pytest.raises(CommandError, match="no roles"):
            call_command("grant", "anybody")
        return

    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_role_that_is_not_there_is_told(owner):  # noqa: F811 - the fixture
    with pytest.raises(CommandError, match=r"no roles|does not exist"):
        call_command("grant", "nobody_of_this_name")


def test_granting_twice_changes_nothing(owner, capsys):  # noqa: F811 - the fixture
    if ON_SQLITE:
        return
    call_command("grant", APP)
    call_command("grant", APP)

    assert f"{APP} may run the site." in capsys.readouterr().out
