"""The first migration of an app makes its tables as they come out in the end.

Django makes them one by one and, before each further constraint, draws all models
anew that are related: a quarter of a minute for ours, which a newcomer waits.
tests/practice/test_migrations.py proves that the tables are the models'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState

# What a table is made with, although its models came without in the file.
WITHIN = (migrations.AddConstraint, migrations.AddField, migrations.AddIndex)
ALONE = (migrations.CreateModel, migrations.RunPython)


class FirstTables(migrations.Migration):
    """A migration that only makes tables; nothing stood there before."""

    def apply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,  # noqa: FBT001, FBT002 - as Django calls it
    ) -> ProjectState:
        project_state.__dict__.pop("apps", None)  # drawn once, when all is known
        state = self.mutate_state(project_state, preserve=False)
        for operation in self.operations:
            if not isinstance(operation, ALONE + WITHIN):
                raise TypeError(f"{operation} does not belong to a first migration.")
            if isinstance(operation, ALONE):
                operation.database_forwards(self.app_label, schema_editor, state, state)
        return state
