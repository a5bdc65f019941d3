"""SEND_CHECKS: one text for several goes only while all of it is true.

Each part is held against all that forbids a reminder of its own; and all of them have
to agree still, at that number. If not, it is withdrawn: each then goes by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from messaging import parts
from messaging.occasions import JOINT
from practice.contributions import load
from scheduling import (
    reminder_letters,
    reminder_rules,
    reminders_due,
    reminders_joint,
)
from scheduling.models import Reminder
from scheduling.reminder_letters import REMINDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from messaging.models import Delivery
    from scheduling.reminders_joint import Letter


def still_true(deliveries: Sequence[Delivery], *, now: datetime) -> Mapping[int, str]:
    """Why some texts for several must not go now, by id; it tells of nobody's visit."""
    joint = [one for one in deliveries if one.occasion in JOINT.values()]
    found = parts.of(joint)
    alone = {
        one.pk: [parts.alone(part, one) for part in found[one.pk]] for one in joint
    }
    if not alone:
        return {}
    each = [one for some in alone.values() for one in some]
    refused = {pk for check in load("SEND_CHECKS") for pk in check(each, now=now)}
    letters = _letters(alone, now=now)
    return {
        pk: reminder_rules.why_not_together()
        for pk, some in alone.items()
        if any(one.pk in refused for one in some) or not _is_one(letters[pk], some)
    }


def _letters(
    alone: Mapping[int, Sequence[Delivery]], *, now: datetime
) -> Mapping[int, Sequence[Letter]]:
    """The reminders of each, with whoever is reached there now."""
    ids = {one.ids[REMINDER] for some in alone.values() for one in some}
    rows = reminders_due.in_order(Reminder.objects.filter(pk__in=ids))
    known = {row.pk: row for row, _facts in reminders_due.with_facts(rows, now=now)}
    reached = reminder_letters.reached(list(known.values()), now=now)
    return {
        pk: [
            (known[one.ids[REMINDER]], who)
            for one in some
            if one.ids[REMINDER] in known
            for who in reached[one.ids[REMINDER]].recipients
            if who.address == one.address
        ]
        for pk, some in alone.items()
    }


def _is_one(letters: Sequence[Letter], some: Sequence[Delivery]) -> bool:
    """Whether they would go in one text now, and to the same people."""
    groups = reminders_joint.groups(letters)
    if len(groups) != 1:
        return False
    wanted = {(one.ids[REMINDER], one.caregiver_id or 0) for one in some}
    return wanted == {(row.pk, reminder_letters.whose(one)) for row, one in groups[0]}
