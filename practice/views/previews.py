"""A change of hours is looked at before it is saved: what it hits stays where it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from practice import looks
from practice.contributions import HoursChange, load
from practice.rules import NotPossible
from practice.views.pages import Done

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from practice.contributions import Hit, HoursHits
    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

    Act = Callable[[StaffMember, datetime], Done]


class NotLookedAt(NotPossible):
    """A change hits something that whoever makes it has not seen yet."""


@dataclass
class Preview:
    """What a change hits; its page shows it, and asks once more."""

    request: StaffRequest
    staff_id: int | None = None
    location_id: int | None = None
    hits: Sequence[Hit] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """What was seen, as the page sends it back."""
        keys = " ".join(sorted(hit.key for hit in self.hits))
        return sha256(keys.encode()).hexdigest()[:16]

    def first(self, act: Act) -> Act:
        """The act, which is taken back unless whoever does it has seen what it hits."""

        def looked_at(by: StaffMember, now: datetime) -> Done:
            before = {hit.key for _floor, hit in self._found(now)}
            done = act(by, now)
            new = [pair for pair in self._found(now) if pair[1].key not in before]
            self.hits = [hit for _floor, hit in new]
            if not self.hits:
                return done
            if self.request.POST.get("looked_at") != self.mark:
                raise NotLookedAt(self._words())
            said = [
                floor.hand_over(theirs, by=by, now=now)
                for floor in load("HOURS_HITS")
                if (theirs := [hit for one, hit in new if one is floor])
            ]
            return replace(done, words=" ".join([done.words, *said]))

        return looked_at

    def _found(self, now: datetime) -> list[tuple[HoursHits, Hit]]:
        user = self.request.user
        change = HoursChange(user, now, self.staff_id, self.location_id)
        return [
            (floor, hit) for floor in load("HOURS_HITS") for hit in floor.found(change)
        ]

    def _words(self) -> str:
        looks.remember(self.request, {pk for hit in self.hits for pk in hit.chart_ids})
        hits = ngettext(
            "%(n)d visit could not take place as booked: see it below.",
            "%(n)d visits could not take place as booked: see them below.",
            len(self.hits),
        )
        return hits % {"n": len(self.hits)}
