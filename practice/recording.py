"""Triggers that write history: no change of a recorded row goes unwritten.

For every model with history, each row that is added or changed leaves, in the
same statement, its history row and one line in the trail; a row that would
change without an act (practice.acts), or be deleted, is refused. So the ORM's
bulk calls and raw SQL leave what an action leaves, or nothing.
docs/adr/0014 weighs this against writing history in Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps

from practice.acts import FUNCTION, SETTING
from practice.guards import Guard, never_emptied
from practice.models import Patient, Recorded, TrailEntry
from practice.models.base import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORMAT = 1
TRAIL = TrailEntry._meta.db_table
_ABOUT = ("at", "actor_id", "actor", "kind", "reason", "patient_id", "record")
LINE = (*_ABOUT, "record_id", "history_id", "part_of_id", "format")
_WRITTEN = ("history_date", "history_type", "history_user_id", "history_change_reason")


@dataclass(frozen=True, slots=True)
class Table:
    """A recorded table, its history's, and the columns that both have.

    `secrets` history does not keep; they too change in an act only.
    """

    name: str
    history: str
    record: str
    key: str
    columns: Sequence[str]
    secrets: Sequence[str]
    patient: str | None

    def listed(self, prefix: str = "") -> str:
        return ", ".join(f'{prefix}"{column}"' for column in self.columns)

    def differs(self, distinct: str) -> str:
        """SQL: some column of OLD and NEW is not the same."""
        names = (*self.columns, *self.secrets)
        pairs = (f'OLD."{name}" {distinct} NEW."{name}"' for name in names)
        return f"({' OR '.join(pairs)})"

    @property
    def chart(self) -> str:
        """SQL: the chart that the row belongs to."""
        return f'NEW."{self.patient}"' if self.patient else "NULL"


def triggers(vendor: str) -> Sequence[Guard]:
    """GUARDS: what writes the history and the trail of every recorded table."""
    build = _on_sqlite if vendor == "sqlite" else _on_postgresql
    return [guard for table in tables() for guard in build(table)]


def tables() -> list[Table]:
    """Every recorded table of every floor."""
    return [
        _table(model)
        for model in apps.get_models()
        if issubclass(model, Recorded) and not model._meta.proxy
    ]


def _table(model: type[Recorded]) -> Table:
    history: Any = model.history.model
    names = {field.name for field in model._meta.concrete_fields}
    about = "id" if issubclass(model, Patient) else "patient_id"
    return Table(
        name=model._meta.db_table,
        history=history._meta.db_table,
        record=model._meta.model_name or "",
        key=str(model._meta.pk.column),
        columns=[field.column for field in history.tracked_fields],
        secrets=sorted(names.intersection(SECRET)),
        patient=about if about == "id" or "patient" in names else None,
    )


# SQLite -----------------------------------------------------------------------
def _on_sqlite(table: Table) -> Iterator[Guard]:
    name, key = table.name, table.key
    anonymous = f"{_asked('kind')} IS NULL"
    # INSERT OR REPLACE deletes the old row without firing a delete trigger.
    taken = f'EXISTS (SELECT 1 FROM "{name}" WHERE "{key}" = NEW."{key}")'  # noqa: S608 - names of our own tables
    moved = f'OLD."{key}" IS NOT NEW."{key}"'
    refused = (
        ("INSERT", f"{anonymous} OR {taken}"),
        ("UPDATE", f"{anonymous} AND {table.differs('IS NOT')} OR {moved}"),
        ("DELETE", "1"),
    )
    fault = f"{name} is recorded: it changes by actions only"
    for act, condition in refused:
        when = f'BEFORE {act} ON "{name}" WHEN {condition}'
        body = f"SELECT RAISE(ABORT, '{fault}');"
        yield _sqlite(table, f"refused_{act.lower()}", when, body)
    for act, mark in (("INSERT", "+"), ("UPDATE", "~")):
        when = f'AFTER {act} ON "{name}" WHEN {_asked("kind")} IS NOT NULL'
        body = _record_on_sqlite(table, mark)
        yield _sqlite(table, f"recorded_{act.lower()}", when, body)


def _sqlite(table: Table, end: str, when: str, body: str) -> Guard:
    name = f"{table.name}_{end}"
    return Guard(
        table=table.name,
        name=name,
        create=f'CREATE TRIGGER "{name}" {when} BEGIN {body} END',
    )


def _record_on_sqlite(table: Table, mark: str) -> str:
    why = f"COALESCE(NULLIF({_asked('reason')}, ''), {_asked('kind')})"
    said = f"{_asked('at')}, '{mark}', {_asked('actor_id')}, {why}"
    line = ", ".join(
        [
            *map(_asked, ("at", "actor_id", "actor", "kind", "reason")),
            table.chart,
            f"'{table.record}'",
            f'NEW."{table.key}"',
            "last_insert_rowid()",
            _asked("part_of_id"),
            str(FORMAT),
        ]
    )
    return (
        f'INSERT INTO "{table.history}" ({table.listed()}, {", ".join(_WRITTEN)})'  # noqa: S608 - names of our own tables
        f" VALUES ({table.listed('NEW.')}, {said});"
        f' INSERT INTO "{TRAIL}" ({", ".join(LINE)}) VALUES ({line});'
        f" SELECT {_asked('over')};"
    )


def _asked(name: str) -> str:
    return f"{FUNCTION}('{name}')"


# PostgreSQL -------------------------------------------------------------------
_BODY = """
DECLARE
  act jsonb := nullif(current_setting('{setting}', true), '')::jsonb;
  row_id bigint;
BEGIN
  IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD."{key}" <> NEW."{key}" THEN
    RAISE EXCEPTION '{name} is recorded: nothing deletes it'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF act IS NULL THEN
    IF TG_OP = 'UPDATE' AND NOT {differs} THEN
      RETURN NULL;
    END IF;
    RAISE EXCEPTION '{name} is recorded: it changes by actions only'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  INSERT INTO "{history}" ({columns}, {written}) VALUES ({new},
    (act->>'at')::timestamptz, CASE TG_OP WHEN 'INSERT' THEN '+' ELSE '~' END,
    (act->>'actor_id')::bigint, coalesce(nullif(act->>'reason', ''), act->>'kind'))
    RETURNING history_id INTO row_id;
  INSERT INTO "{trail}" ({line}) VALUES ((act->>'at')::timestamptz,
    (act->>'actor_id')::bigint, act->>'actor', act->>'kind', act->>'reason',
    {chart}, '{record}', NEW."{key}", row_id,
    (act->>'part_of_id')::bigint, {format});
  IF NOT (act->>'is_bulk')::boolean THEN
    PERFORM set_config('{setting}', '', true);
  END IF;
  RETURN NULL;
END
"""


def _on_postgresql(table: Table) -> Iterator[Guard]:
    function = f"wellhouse_record_{table.record}"
    body = _BODY.format(
        setting=SETTING,
        name=table.name,
        key=table.key,
        differs=table.differs("IS DISTINCT FROM"),
        history=table.history,
        columns=table.listed(),
        new=table.listed("NEW."),
        written=", ".join(_WRITTEN),
        trail=TRAIL,
        line=", ".join(LINE),
        chart=table.chart,
        record=table.record,
        format=FORMAT,
    )
    yield Guard(
        table=table.name,
        name="recorded",
        create=f'CREATE TRIGGER "recorded" AFTER INSERT OR DELETE OR UPDATE '
        f'ON "{table.name}" FOR EACH ROW EXECUTE FUNCTION {function}()',
        function=function,
        body=body,
    )
    yield never_emptied(table.name)
