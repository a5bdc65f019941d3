"""Names behind numbers: what somebody who reads the trail may see of its patients.

Who finds patients reads their names; who may open a chart, what changed in it. To
everybody else a patient is initials and a number, and what changed is the name of
a column. A reason, kept in the trail, gives the name for an hour; what changed takes
the chart, by break-glass, which somebody else reviews.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice.access import Capability, may
from practice.models import Patient, StaffMember, TrailEntry
from practice.rules import NotPossible
from practice.trail import note

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

KIND = "patient.name_revealed"
LASTS = timedelta(hours=1)
SHORTEST_REASON = 15  # characters


class ReasonTooShort(NotPossible):
    """Say in a sentence why the name is needed."""

    field = "reason"


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person may see of some patients."""

    patients: Mapping[int, Patient]
    named: frozenset[int]  # by their names
    charts: frozenset[int]  # whose page opens to them, with what changed
    arriving: frozenset[int] = frozenset()  # with an import that is not shown


@transaction.atomic
def reveal(*, patient: Patient, reason: str, by: StaffMember) -> None:
    """Let somebody read a patient's name in the trail for an hour.

    Raises ReasonTooShort.
    """
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise ReasonTooShort(_("Say in a sentence why you need the name."))
    note(by=by, kind=KIND, about=patient, reason=text)


def sight_of(
    ids: Collection[int], *, staff: StaffMember, now: datetime, real_now: datetime
) -> Sight:
    """What somebody may see of some patients; a fixed number of questions.

    Reveals end by real time, charts open by the practice's.
    """
    if not ids:
        return Sight({}, frozenset(), frozenset())
    patients = Patient.objects.in_bulk(list(ids))
    visible = Patient.objects.visible_to(staff, now=now).filter(pk__in=list(ids))
    charts = frozenset(visible.order_by().values_list("pk", flat=True))
    named = frozenset(patients)
    if len(charts) < len(patients) and not may(staff, Capability.FIND_PATIENTS):
        named = charts | revealed_to(staff, real_now=real_now) & patients.keys()
    unknown = set(ids) - patients.keys()
    hidden = Patient._base_manager.filter(pk__in=unknown).order_by()
    arriving = hidden.values_list("pk", flat=True) if unknown else ()
    return Sight(patients, named, charts, frozenset(arriving))


def revealed_to(staff: StaffMember, *, real_now: datetime) -> frozenset[int]:
    """The patients whose names somebody gave a reason for, within the last hour."""
    lines = TrailEntry.objects.filter(
        actor_id=staff.pk, at__gt=real_now - LASTS, kind=KIND
    )
    ids = lines.order_by().values_list("patient_id", flat=True)
    return frozenset(number for number in ids if number)
