"""Charts, caregivers and contacts as CSV files, for whoever moves out.

The files have heads that an import here reads again. An export is one line in
the trail, which names everybody who is in it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from practice import barring, clock, contacts, sheets
from practice.models import (
    Caregiving,
    ContactPoint,
    ExternalId,
    HomeLocation,
    Patient,
    PatientAlert,
    TrailEntry,
    TrailPatient,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from practice.models import StaffMember

Cells: TypeAlias = tuple[int, list[object]]
AT_ONCE = 500  # charts that are read together
ON_ONE_LINE = 5_000  # charts; a second on SQLite, at the very most


class What(models.TextChoices):
    CHARTS = "charts", _("Charts")
    CAREGIVERS = "caregivers", _("Caregivers")
    CONTACTS = "contacts", _("Contacts")


_WHO = ["Number in the old system", "Given name", "Family name", "Date of birth"]
HEADS = {
    What.CHARTS: [
        *_WHO,
        *("Preferred name", "Pronouns", "Status", "Date of death", "Language"),
        *("Written language", "Interpreter", "Preferred contact", "Home location"),
        *("Known since", "Alert", "Restricted chart", "Access needs"),
    ],
    What.CAREGIVERS: [
        *_WHO,
        *("Caregiver", "Caregiver relation", "Caregiver phone", "Caregiver e-mail"),
        *("Caregiver language", "Is emergency contact", "May consent", "May book"),
        *("May be told", "Must not be told", "From", "Until"),
    ],
    What.CONTACTS: [
        *_WHO,
        *("Contact kind", "Number or address", "Contact label", "May text"),
        *("May call", "May leave voicemail", "May write", "Safe hours"),
    ],
}


def begin(*, what: What, by: StaffMember) -> list[int]:
    """Note an export in the trail; returns the charts that it has rows of.

    A line for each few thousand of them: nobody waits long for one that is written.

    Those that somebody may open without break-glass; what hangs on a merged chart
    stands with the one that stands for it.
    """
    charts = Patient.objects.usual_to(by).order_by("pk")
    ids = dict(charts.values_list("pk", "merged_into"))
    numbers = list(ids)
    for start in range(0, len(numbers) or 1, ON_ONE_LINE):
        _leave_line(what, numbers[start : start + ON_ONE_LINE], by=by)
    return [pk for pk, head in ids.items() if head is None]


@transaction.atomic
def _leave_line(what: What, ids: Sequence[int], *, by: StaffMember) -> None:
    line = TrailEntry.objects.create(
        at=clock.real_now(),
        actor_id=by.pk,
        actor=by.name,
        kind="practice.exported",
        reason=what.value,
        record="patient",
    )
    named = (TrailPatient(entry_id=line.pk, patient_id=pk) for pk in ids)
    TrailPatient.objects.bulk_create(named)


def lines(what: What, ids: Sequence[int]) -> Iterator[str]:
    """The file, line by line; no spreadsheet runs anything that stands in it."""
    return sheets.written(_rows(what, ids))


def _rows(what: What, ids: Sequence[int]) -> Iterator[list[str]]:
    yield HEADS[what]
    rows_of = {
        What.CHARTS: _charts,
        What.CAREGIVERS: _caregivers,
        What.CONTACTS: _contacts,
    }
    for at in range(0, len(ids), AT_ONCE):
        heads = _heads(ids[at : at + AT_ONCE])
        who = _who(heads)
        for chart, cells in rows_of[what](heads):
            yield [*who[heads[chart]], *map(_text, cells)]


def _who(heads: Mapping[int, int]) -> dict[int, list[str]]:
    """What tells a chart apart, on every row that is about it."""
    numbers = ExternalId.objects.filter(patient__in=heads, is_current=True)
    known = {
        heads[pk]: value
        for pk, value in numbers.order_by("-pk").values_list("patient_id", "value")
    }
    rows = Patient.objects.filter(pk__in=heads.values())
    return {
        pk: [known.get(pk, ""), given, family, born.isoformat()]
        for pk, given, family, born in rows.values_list(
            "pk", "given_name", "family_name", "born_on"
        )
    }


def _heads(ids: Sequence[int]) -> dict[int, int]:
    """Some charts and all that were merged into them, with who stands for each."""
    merged = Patient.objects.filter(merged_into__in=ids)
    found = dict(merged.order_by("pk").values_list("pk", "merged_into"))
    return {**{pk: pk for pk in ids}, **{pk: head or pk for pk, head in found.items()}}


def _charts(heads: Mapping[int, int]) -> Iterator[Cells]:
    homes = HomeLocation.objects.filter(patient__in=heads, is_current=True)
    places = dict(homes.order_by("-pk").values_list("patient_id", "location__name"))
    alerts: dict[int, list[str]] = defaultdict(list)
    current = PatientAlert.objects.filter(patient__in=heads, is_withdrawn=False)
    for patient_id, text in current.values_list("patient_id", "text"):
        alerts[heads[patient_id]].append(text)
    for chart in Patient.objects.filter(pk__in=heads.values()).order_by("pk"):
        yield (
            chart.pk,
            [
                *(chart.preferred_name, chart.pronouns, chart.state),
                *(chart.deceased_on, chart.spoken_language, chart.written_language),
                *(chart.interpreter, chart.preferred_channel, places.get(chart.pk)),
                *(chart.registered_at.date(), "; ".join(alerts[chart.pk])),
                *(chart.is_restricted, ", ".join(chart.access_needs)),
            ],
        )


def _caregivers(heads: Mapping[int, int]) -> Iterator[Cells]:
    rows = Caregiving.objects.filter(patient__in=heads, is_withdrawn=False)
    rows = rows.select_related("caregiver", "patient").order_by("patient", "pk")
    barred = barring.barred_around(rows)
    people = {row.caregiver_id for row in rows}
    points = ContactPoint.objects.filter(caregiver__in=people, ended_at=None)
    reach = {(one.caregiver_id, one.kind): one.value for one in points.order_by("-pk")}
    for row in rows:
        who = row.caregiver
        is_barred = (heads[row.patient_id], who.pk) in barred
        rights = (row.may_consent, row.may_book, row.may_be_told)
        yield (
            row.patient_id,
            [
                *(who.name, row.relation, reach.get((who.pk, "phone"))),
                *(reach.get((who.pk, "email")), who.language),
                *(row.is_emergency_contact, *(one and not is_barred for one in rights)),
                *(is_barred, row.starts_on, row.ends_on),
            ],
        )


def _contacts(heads: Mapping[int, int]) -> Iterator[Cells]:
    """Of one number on merged charts, the stricter answers."""
    of_head: dict[int, list[ContactPoint]] = defaultdict(list)
    points = ContactPoint.objects.filter(patient__in=heads, ended_at=None)
    for point in points.order_by("-is_first", "pk"):
        of_head[heads[point.patient_id or 0]].append(point)
    for head, theirs in sorted(of_head.items()):
        for one in contacts.addresses_of(theirs):
            safe = [f"{start:%H:%M}-{end:%H:%M}" for start, end in one.safe_hours]
            yield (
                head,
                [
                    *(one.kind, one.value, one.label, one.may_text, one.may_call),
                    *(one.may_leave_voicemail, one.may_write, ", ".join(safe)),
                ],
            )


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else str(cell)
