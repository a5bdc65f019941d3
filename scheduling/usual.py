"""What a patient usually books: the own clinician, type, place and way to meet.

Only to preselect: whoever books sees it and changes it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from practice.models import CareTeamMember, HomeLocation, Patient
from scheduling.models import Attendee

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from typing import TypeVar

    T = TypeVar("T", bound=Hashable)

LOOKED_AT = 6


@dataclass(frozen=True, slots=True)
class Usual:
    """Numbers of what is most likely; None where nothing is known."""

    type_id: int | None = None
    clinician_id: int | None = None
    location_id: int | None = None
    modality: str = ""


def usual_of(patient: Patient) -> Usual:
    """From the last visits, the care team and the home; takes three queries."""
    columns = ("type_id", "clinician_id", "location_id", "modality")
    charts = Patient.objects.chart_set(patient)
    rows = Attendee.objects.filter(patient__in=charts, is_withdrawn=False)
    last = list(
        rows.filter(appointment__type__is_active=True)
        .order_by("-appointment__starts_at")
        .values_list(*(f"appointment__{name}" for name in columns))[:LOOKED_AT]
    )
    team = CareTeamMember.objects.filter(
        patient__in=charts,
        ended_at=None,
        staff__is_clinician=True,
        staff__is_active=True,
    )
    own = team.values_list("staff_id", flat=True).first()
    homes = HomeLocation.objects.filter(patient__in=charts, is_current=True)
    places = list(homes.values_list("location_id", flat=True)[:2])
    return Usual(
        type_id=_most([row[0] for row in last]),
        clinician_id=own or _most([row[1] for row in last]),
        location_id=_most([row[2] for row in last])
        or (places[0] if len(places) == 1 else None),
        modality=_most([row[3] for row in last]) or "",
    )


def _most(values: Sequence[T]) -> T | None:
    """The most frequent; of equals the newest, which comes first."""
    common = Counter(values).most_common(1)
    return common[0][0] if common else None
