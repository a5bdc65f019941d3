"""The net beneath the actions: a delivery goes only the ways that its states know.

Actions check each move (messaging.states); this holds against everything else, so that
nothing sends a second time by setting back what was sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from messaging.models import Delivery
from messaging.states import ways
from practice.guards import Net

if TYPE_CHECKING:
    from collections.abc import Sequence

    from practice.guards import Guard

TABLE = Delivery._meta.db_table
NAME = "delivery_only_forward"


def nets(vendor: str) -> Sequence[Guard]:
    """GUARDS: what refuses every other change of a delivery's status."""
    pairs = ", ".join(sorted(f"'{old}>{new}'" for old, new in ways()))
    is_wrong = f"OLD.status || '>' || NEW.status NOT IN ({pairs})"
    is_other = "NEW.status <> OLD.status"
    if vendor == "sqlite":
        return [
            Net(
                table=TABLE,
                name=NAME,
                create=f'CREATE TRIGGER "{NAME}" BEFORE UPDATE OF status ON "{TABLE}" '
                f"WHEN {is_other} AND {is_wrong} "
                f"BEGIN SELECT RAISE(ABORT, '{NAME}'); END",
            )
        ]
    body = f"""
BEGIN
  IF {is_other} AND {is_wrong} THEN
    RAISE EXCEPTION '{NAME}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
"""
    create = (
        f'CREATE TRIGGER "{NAME}" BEFORE UPDATE ON "{TABLE}" '
        f"FOR EACH ROW EXECUTE FUNCTION {NAME}()"
    )
    return [Net(table=TABLE, name=NAME, create=create, function=NAME, body=body)]
