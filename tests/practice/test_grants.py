"""The role that runs the site has no right to what it must never do."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from practice.models import TrailEntry
from tests.postgres import APP

ON_SQLITE = connection.vendor == "sqlite"
FORBIDDEN = [
    "UPDATE practice_trailentry SET kind = 'x'",
    "DELETE FROM practice_historicalpatient",
    "DELETE FROM practice_seal",
    "TRUNCATE practice_patient CASCADE",
    "ALTER TABLE practice_trailentry DISABLE TRIGGER ALL",
    "DROP TRIGGER recorded ON practice_patient",
    "DROP TABLE practice_seal",
    "CREATE TEMPORARY TABLE practice_trailentry (LIKE public.practice_trailentry)",
    "CREATE TABLE public.of_my_own (id bigint)",
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


def test_a_role_that_is_not_there_is_told(owner):
    with pytest.raises(CommandError, match=r"no roles|does not exist"):
        call_command("grant", "nobody_of_this_name")


def test_granting_twice_changes_nothing(owner, capsys):
    if ON_SQLITE:
        return
    call_command("grant", APP)
    call_command("grant", APP)

    said = capsys.readouterr().out
    assert f"{APP} may run the site." in said
    assert "make tables" not in said


def test_a_right_that_the_owner_cannot_take_away_is_told(
    owner,
    capsys,
):
    if ON_SQLITE:
        return
    with transaction.atomic():
        call_command("grant", connection.settings_dict["USER"])  # it owns them
        transaction.set_rollback(True)

    assert "It may make tables too" in capsys.readouterr().out


def test_a_table_of_the_same_name_takes_nothing_that_a_trigger_writes(
    owner,
    patient,
):
    """Not even of who may make one: a session's own tables come first in its path."""
    if ON_SQLITE:
        return
    act = {"at": "2026-03-02 15:00:00", "actor": "Eve", "kind": "x.y", "reason": ""}
    words = json.dumps(act | {"is_bulk": False})

    with connection.cursor() as cursor:
        for table in ("practice_trailentry", "practice_historicalpatient"):
            like = f"(LIKE public.{table} INCLUDING ALL)"
            cursor.execute(f"CREATE TEMPORARY TABLE {table} {like}")
        cursor.execute("CREATE TEMPORARY TABLE jsonb (kind text)")  # a type as well
        cursor.execute("SELECT set_config('wellhouse.act', %s, false)", [words])
        cursor.execute("UPDATE public.practice_patient SET pronouns = 'ze'")
        cursor.execute("DISCARD ALL")

    assert TrailEntry.objects.latest("pk").actor == "Eve"
    assert patient.history.latest("history_id").pronouns == "ze"
