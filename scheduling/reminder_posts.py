"""Which reminders leave by themselves and which together; written and planned."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from messaging import wordings
from scheduling import one_by_one, reminder_letters, reminders_joint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from messaging.outbox import Envelope
    from messaging.recipients import Recipient
    from practice.models import StaffMember
    from practice.trail import Actor
    from scheduling.models import Reminder
    from scheduling.reminders_joint import Letter


@dataclass(frozen=True, slots=True)
class Sorted:
    """What goes: by itself, and together; and of whom nobody is reached, with why."""

    rows: Sequence[Reminder]
    alone: Mapping[int, Sequence[Recipient]]  # by reminder
    groups: Sequence[Sequence[Letter]]
    whys: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Posted:
    """Reminders with their deliveries, by id; and why others have none."""

    deliveries: Sequence[tuple[int, int]]
    whys: Mapping[int, str]


def sort(
    rows: Sequence[Reminder],
    *,
    early: Sequence[Reminder] = (),
    is_alone: bool = False,
    now: datetime,
) -> Sorted:
    """Reminders that are due, with those of `early` that go along with one of them.

    Nobody gets a second time what has left, or may have.
    """
    both = [*rows, *early]
    who = reminder_letters.reached(both, now=now)
    told = reminder_letters.told([row.pk for row in both])
    letters = [
        (row, one)
        for row in both
        for one in who[row.pk].recipients
        if (row.pk, one.address) not in told
    ]
    waiting = {row.pk for row in early}
    groups = [] if is_alone else reminders_joint.groups(letters, early=waiting)
    grouped = {(row.pk, one.address) for some in groups for row, one in some}
    going = waiting & {pk for pk, _address in grouped}
    alone: dict[int, list[Recipient]] = defaultdict(list)
    for row, one in letters:
        is_here = row.pk not in waiting or row.pk in going
        if is_here and (row.pk, one.address) not in grouped:
            alone[row.pk].append(one)
    return Sorted(
        rows=[row for row in both if row.pk not in waiting or row.pk in going],
        alone=alone,
        groups=groups,
        whys={row.pk: who[row.pk].why_not for row in rows},
    )


def write(
    found: Sorted, *, writer: StaffMember | None, by: Actor, now: datetime
) -> Posted:
    """Give them to the outbox; what cannot be said of several is said to each."""
    words = wordings.load(now=now)
    letters: dict[int, Sequence[Envelope]] = {}
    alone = defaultdict(list, {pk: list(some) for pk, some in found.alone.items()})
    whys = dict(found.whys)
    about: dict[int, Sequence[int]] = {row.pk: [row.pk] for row in found.rows}

    def together(some: Sequence[Letter]) -> Iterator[Envelope]:
        yield reminders_joint.envelope(some, words)

    for number, some in enumerate(found.groups, 1):
        written, why = one_by_one.written(together(some))
        for row, one in some if why else ():
            alone[row.pk].append(one)
        if not why:  # below 0 is no reminder's number
            letters[-number] = written
            about[-number] = [row.pk for row, _one in some]
    for row in found.rows:
        if people := alone[row.pk]:
            mine = reminder_letters.envelopes(
                row, people, words, writer=writer, by=by, now=now
            )
            letters[row.pk], whys[row.pk] = one_by_one.written(mine)
    planned, faults = one_by_one.plan(letters, words, by=by, now=now)
    whys |= {pk: why for key, why in faults.items() for pk in about[key]}
    return Posted(
        _pairs(letters, about, {one.meaning: one.pk for one in planned}), whys
    )


def _pairs(
    letters: Mapping[int, Sequence[Envelope]],
    about: Mapping[int, Sequence[int]],
    planned: Mapping[str, int],
) -> Sequence[tuple[int, int]]:
    return [
        (pk, planned[one.meaning])
        for key, some in letters.items()
        for one in some
        if one.meaning in planned
        for pk in about[key]
    ]
