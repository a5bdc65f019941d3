"""What becomes of a clinician's hours: sessions, first visits, video, medication."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from practice.models import Location
from scheduling.booking import Plan
from scheduling.finding import Question, find, fit_of
from scheduling.minutes import instant_of
from scheduling.models import Modality

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from random import Random

    from practice.models import Patient, StaffMember
    from scheduling.models import AppointmentType
    from scheduling.seeds.offers import Catalogue
    from scheduling.slots import Slot

FULL = 0.72  # of the hours behind; ahead, less and less
RARE = 0.03  # of those far ahead
WEEKS = 8  # until they are as rare as that
# How often each, of the hours in which it can be.
SESSION, FIRST, VIDEO, MEDICATION = 60, 9, 22, 30
Filled = tuple[Plan, "Patient"]


class Hours:
    """Fills the hours of one clinician after the other."""

    def __init__(self, catalogue: Catalogue, *, rng: Random, now: datetime) -> None:
        self.catalogue, self.rng, self.now = catalogue, rng, now
        self.places = {place.pk: place for place in Location.objects.all()}
        kinds = (catalogue.video, catalogue.medication)
        self.offered = {
            kind.pk: set(kind.offers.values_list("clinician", flat=True))
            for kind in kinds
        }

    def filled(
        self, staff: StaffMember, patients: Sequence[Patient], first: date, last: date
    ) -> Iterator[Filled]:
        """Plans between two days, each with who comes."""
        session = self.catalogue.session
        question = Question(session, first, last, [staff.pk])
        begun = self.now - (last - first)
        slots = apart(find(question, now=begun).slots, session)
        is_taken = False
        for slot, after in zip(slots, [*slots[1:], None], strict=True):
            if not is_taken and self.rng.random() <= self._fullness(slot):
                kind = self._kind(staff, slot, after)
                is_taken = kind == self.catalogue.intake
                yield from self._visits(kind, staff, slot, patients)
            else:
                is_taken = False

    def _fullness(self, slot: Slot) -> float:
        ahead = max((instant_of(slot.starts) - self.now) / timedelta(weeks=1), 0)
        return max(FULL * (1 - ahead / WEEKS), RARE)

    def _kind(
        self, staff: StaffMember, slot: Slot, after: Slot | None
    ) -> AppointmentType:
        known = self.catalogue
        weights = {known.session: SESSION}
        if after is not None and _follows(after, slot, known.session):
            weights[known.intake] = FIRST
        some = {known.video: VIDEO, known.medication: MEDICATION}
        theirs = (kind for kind in some if staff.pk in self.offered[kind.pk])
        weights |= {kind: some[kind] for kind in theirs}
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def _visits(
        self,
        kind: AppointmentType,
        staff: StaffMember,
        slot: Slot,
        patients: Sequence[Patient],
    ) -> Iterator[Filled]:
        """One visit in the hour; of the short ones two."""
        is_short = kind == self.catalogue.medication
        count = min(2 if is_short else 1, len(patients))
        starts_at = instant_of(slot.starts)
        for patient in self.rng.sample(patients, count):
            yield self._plan(kind, staff, slot.place, starts_at), patient
            starts_at += kind.length

    def _plan(
        self, kind: AppointmentType, staff: StaffMember, place: int, at: datetime
    ) -> Plan:
        if kind == self.catalogue.video:
            return Plan(kind, staff, self.places[place], at, Modality.TELEHEALTH)
        room = self.catalogue.rooms[place, staff.pk]
        return Plan(kind, staff, self.places[place], at, room=room)


def apart(slots: Sequence[Slot], kind: AppointmentType) -> list[Slot]:
    """Slots that can all be booked: each after the one before."""
    found: list[Slot] = []
    whole = fit_of(kind).whole
    for slot in slots:
        if not found or slot.starts >= found[-1].starts + whole:
            found.append(slot)
    return found


def _follows(after: Slot, slot: Slot, kind: AppointmentType) -> bool:
    """Whether the next slot begins as soon as this one is over, at the same place."""
    return after.place == slot.place and (
        after.starts == slot.starts + fit_of(kind).whole
    )
