"""GUARDS: what was approved is what is sent, in the database itself.

The words of a template change while it is a draft, and never after that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from messaging.models import Template
from messaging.models.templates import TemplateState
from practice.guards import Guard, Net

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE = Template._meta.db_table
NAME = "template_words_stay"
WORDS = ("occasion", "language", "subject", "text", "writer_id")
_CHANGED = " OR ".join(f"NEW.{one} IS DISTINCT FROM OLD.{one}" for one in WORDS)
_LEFT = f"OLD.state <> '{TemplateState.DRAFT.value}' AND ({_CHANGED})"
_BODY = f"""
BEGIN
  IF {_LEFT} THEN
    RAISE EXCEPTION '{NAME}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
"""


def guards(vendor: str) -> Sequence[Guard]:
    """What refuses other words for a template that is no draft any more."""
    before = f'CREATE TRIGGER "{NAME}" BEFORE UPDATE ON "{TABLE}" '
    if vendor == "sqlite":
        # SQLite says “is not” where the standard says “is distinct from”.
        left = _LEFT.replace("IS DISTINCT FROM", "IS NOT")
        refuse = f"BEGIN SELECT RAISE(ABORT, '{NAME}'); END"
        return [Net(TABLE, NAME, f"{before}WHEN {left} {refuse}")]
    create = f"{before}FOR EACH ROW EXECUTE FUNCTION {NAME}()"
    return [Net(TABLE, NAME, create, NAME, _BODY)]
