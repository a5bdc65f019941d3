"""GUARDS: what was looked at and approved is what goes out, in the database itself.

A campaign goes only the ways that its states know. Its words and what its list was
made of change in a draft alone. Lines come onto a list while it is a draft, or, where
it answers what happens, while it is being sent; none changes into another, and none
leaves but from a draft.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from messaging.campaign_states import CampaignState, ways
from messaging.models.campaigns import Campaign, CampaignKind, CampaignRecipient
from practice.guards import Guard, Net

if TYPE_CHECKING:
    from collections.abc import Sequence

CAMPAIGN, RECIPIENT = Campaign._meta.db_table, CampaignRecipient._meta.db_table
DRAFT, RUNNING = CampaignState.DRAFT.value, CampaignState.RUNNING.value
FORWARD, WORDS = "campaign_only_forward", "campaign_words_stay"
COMES, STAYS, LEAVES = (f"campaign_list_{one}" for one in ("comes", "stays", "leaves"))
FIXED = (
    *("kind", "title", "text_en", "text_es", "event", "location_id", "closed_on"),
    *("closure_id", "writer_id", "needs_approval", "trial"),
)
COUNTED = (
    *("frozen_by_id", "reached", "skipped", "segments"),
    *("texts", "first_segments", "kept_en", "kept_es"),
)
LINE = ("campaign_id", "patient_id", "key", "turn")


def nets(vendor: str) -> Sequence[Guard]:
    return [
        _net(vendor, CAMPAIGN, FORWARD, "UPDATE", _wrong_way()),
        _net(vendor, CAMPAIGN, WORDS, "UPDATE", _other_words()),
        _net(vendor, RECIPIENT, COMES, "INSERT", _comes_late()),
        _net(vendor, RECIPIENT, STAYS, "UPDATE", _changed(LINE)),
    ]


def guards(vendor: str) -> Sequence[Guard]:
    """The one that a lawful erasure lifts."""
    net = _net(vendor, RECIPIENT, LEAVES, "DELETE", _leaves_late(), row="OLD")
    return [Guard(net.table, net.name, net.create, net.function, net.body)]


def _wrong_way() -> str:
    pairs = ", ".join(sorted(f"'{old}>{new}'" for old, new in ways()))
    return f"NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({pairs})"


def _changed(names: Sequence[str]) -> str:
    return " OR ".join(f"NEW.{one} IS DISTINCT FROM OLD.{one}" for one in names)


def _other_words() -> str:
    """Out of a draft its list is counted; back to one, forgotten."""
    either = f"(OLD.state <> '{DRAFT}' AND NEW.state <> '{DRAFT}')"
    return (
        f"(OLD.state <> '{DRAFT}' AND ({_changed(FIXED[:-2])})) "
        f"OR ({either} AND ({_changed((*FIXED[-2:], *COUNTED))}))"
    )


def _of(row: str) -> str:
    return f'SELECT state FROM "{CAMPAIGN}" WHERE id = {row}.campaign_id'  # noqa: S608 - a table of our own


def _comes_late() -> str:
    kinds = f'SELECT kind FROM "{CAMPAIGN}" WHERE id = NEW.campaign_id'  # noqa: S608 - a table of our own
    return (
        f"({_of('NEW')}) <> '{DRAFT}' AND NOT (({_of('NEW')}) = '{RUNNING}' "
        f"AND ({kinds}) <> '{CampaignKind.GROUP.value}')"
    )


def _leaves_late() -> str:
    return f"({_of('OLD')}) <> '{DRAFT}'"


def _net(
    vendor: str, table: str, name: str, event: str, wrong: str, *, row: str = "NEW"
) -> Net:
    before = f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" '
    if vendor == "sqlite":
        # SQLite says “is not” where the standard says “is distinct from”.
        wrong = wrong.replace("IS DISTINCT FROM", "IS NOT")
        refuse = f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        return Net(table, name, f"{before}WHEN {wrong} {refuse}")
    body = f"""
BEGIN
  IF {wrong} THEN
    RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN {row};
END
"""
    create = f"{before}FOR EACH ROW EXECUTE FUNCTION {name}()"
    return Net(table, name, create, name, body)
