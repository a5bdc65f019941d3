"""Which phones may be used about a patient: the one rule of lists and papers.

Their own, and those of whoever answers for them. A number that several of them have
stands once and allows what all of them allow, and nothing that anybody there stopped.
Where somebody has it who must not be told anything, it is used for nothing, as
consent.contacting has it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from practice import contact_frames, contacts, guardians, reaching
from practice.models import ContactKind, ContactPoint
from practice.models.patients import about_charts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from phonenumber_field.phonenumber import PhoneNumber

    from practice.contacts import Address, Key
    from practice.guardians import Circle, Guardian
    from practice.models import Patient, Practice
    from practice.reaching import How


@dataclass(frozen=True, slots=True)
class Line:
    """One number, with what everybody allows there who has it."""

    address: Address
    phone: PhoneNumber
    guardian: Guardian | None  # who answers there for the patient
    is_own: bool  # on the patient's chart
    is_barred: bool  # somebody has it who must not be told anything
    stopped: Mapping[How, str] = field(default_factory=dict)  # and why

    @property
    def may_be_texted(self) -> bool:
        return self.address.may_text and not self.is_barred

    @property
    def is_usable(self) -> bool:
        """Whether somebody may call or text there, at some hour."""
        return self.may_be_texted or (self.address.may_call and not self.is_barred)

    def whose(self, patient: Patient) -> Guardian | None:
        """Whom one asks for there, where it is not the patient."""
        is_theirs = self.is_own and not patient.needs_no_calls
        return None if is_theirs else self.guardian

    def why_not(self, patient: Patient, how: How) -> str:
        """Why nobody uses it that way, at whatever hour; empty where they may.

        That a patient asked not to be called says nothing about their guardian.
        """
        if self.is_barred:
            return _("Somebody who must not be told anything has this number.")
        if how in self.stopped:
            return self.stopped[how]
        if self.guardian is not None:
            return reaching.not_there(self.address, how)
        return reaching.asked_for(patient, self.address, how)


def about(
    own: Mapping[int, Sequence[ContactPoint]],
    *,
    day: date,
    practice: Practice | None = None,
    hears_stops: bool = True,
) -> Mapping[int, Sequence[Line]]:
    """The phones of some patients and of their guardians, the own ones first.

    `own` are the current contacts of a chart and of all that were merged into it, by
    the chart that stands. The number of queries is the same for any number of them.
    """
    circles = guardians.circles(own, day=day, practice=practice)
    found = {head: _lines(points, circles.get(head)) for head, points in own.items()}
    return _stopped(found) if hears_stops else found


def of_charts(
    heads: Collection[int],
    *,
    day: date,
    practice: Practice | None = None,
    hears_stops: bool = True,
) -> Mapping[int, Sequence[Line]]:
    """The same, where nobody has read the contacts of the charts."""
    own: dict[int, list[ContactPoint]] = {head: [] for head in heads}
    rows = guardians.phones().filter(about_charts(heads))
    for point in rows.select_related("patient"):
        if (chart := point.patient) is not None:
            own.setdefault(chart.merged_into_id or chart.pk, []).append(point)
    return about(own, day=day, practice=practice, hears_stops=hears_stops)


def _stopped(found: Mapping[int, Sequence[Line]]) -> Mapping[int, Sequence[Line]]:
    """The same lines, allowing nothing that anybody stopped there; takes a query."""
    numbers = {line.address.value for lines in found.values() for line in lines}
    stops = contact_frames.stops_at(numbers)
    return {
        head: [_without(line, stops.get(line.address.value, {})) for line in lines]
        for head, lines in found.items()
    }


def _without(line: Line, stopped: Mapping[How, str]) -> Line:
    closed: dict[str, Any] = {how.value: False for how in stopped}
    return replace(line, address=replace(line.address, **closed), stopped=stopped)


def _lines(own: Iterable[ContactPoint], circle: Circle | None) -> list[Line]:
    mine = [one for one in own if one.kind == ContactKind.PHONE]
    groups: dict[Key, list[ContactPoint]] = defaultdict(list)
    for point in mine:
        groups[contacts.key_of(point)].append(point)
    keys = set(groups)
    answers: dict[Key, Guardian] = {}
    for guardian in circle.guardians if circle else ():
        for point in guardian.phones:
            key = contacts.key_of(point)
            groups[key].append(point)
            answers.setdefault(key, guardian)
    return [
        Line(
            contacts.strictest(key, rows),
            rows[0].phone,
            answers.get(key),
            key in keys,
            circle is not None and key in circle.barred,
        )
        for key, rows in groups.items()
    ]
