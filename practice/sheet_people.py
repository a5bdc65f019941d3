"""The people of a day sheet: who they are, how to reach them, what to know first."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import to_python

from practice import phones
from practice.contributions import SheetPart, SheetRow
from practice.models import (
    Caregiving,
    CareTeamMember,
    Patient,
    PatientAlert,
)
from practice.models.contacts import phone_text
from practice.models.patients import about_charts
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from practice.contacts import Address
    from practice.contributions import Ahead
    from practice.guardians import Guardian
    from practice.phones import Line

R = TypeVar("R", PatientAlert, Caregiving, CareTeamMember)
PHONE_LINES = 3


class People:
    """Everybody who is named on one sheet, numbered by name; a few queries."""

    def __init__(self, ids: Collection[int]) -> None:
        named = Patient.objects.filter(pk__in=set(ids)).select_related("merged_into")
        self._heads = {row.pk: row.merged_into or row for row in named}
        self.patients = sorted(
            {row.pk: row for row in self._heads.values()}.values(),
            key=lambda row: (row.family_name, row.given_name, row.pk),
        )
        self._places = {row.pk: n for n, row in enumerate(self.patients, start=1)}

    @property
    def ids(self) -> list[int]:
        return [row.pk for row in self.patients]

    @property
    def initials(self) -> list[str]:
        return [_initials(row) for row in self.patients]

    def tag(self, patient_id: int | None) -> str:
        """How other parts speak of somebody: 3 · PP."""
        if patient_id is None:
            return ""
        head = self._heads[patient_id]
        return f"{self._places[head.pk]} · {_initials(head)}"

    def cells_of(self, row: SheetRow) -> Sequence[str]:
        """What a row says; of a restricted chart the desk reads less."""
        head = self._heads.get(row.patient_id or 0)
        is_closed = head is not None and head.is_restricted
        return row.discreet if is_closed and row.discreet else row.cells

    def part(self, ahead: Ahead) -> SheetPart:
        numbers = phones.of_charts(self.ids, day=ahead.days[0])
        alerts = _by_head(_current(PatientAlert, is_withdrawn=False), self.ids)
        barred = _current(Caregiving, is_withdrawn=False, must_not_be_told=True)
        family = _by_head(barred.select_related("caregiver"), self.ids)
        carers = _current(CareTeamMember, ended_at=None).select_related("staff")
        team = _by_head(carers, self.ids)
        rows = [
            _restricted(n, row, team[row.pk])
            if row.is_restricted
            else _person(
                n,
                row,
                _reach(row, numbers[row.pk]),
                _know(row, alerts, family, ahead),
            )
            for n, row in enumerate(self.patients, start=1)
        ]
        return SheetPart(
            title=_("People on this sheet"),
            columns=[_("No."), _("Who"), _("How to reach them"), _("Know first")],
            rows=rows,
            empty=_("Nobody is named on this sheet."),
            note=_(
                "Only those whom something above is about. Name the practice on the "
                "phone only where the number says “may name us”."
            ),
        )


def _current(model: type[R], **conditions: Any) -> QuerySet[R]:
    rows: QuerySet[R] = model._default_manager.filter(**conditions)
    return rows.select_related("patient")


def _by_head(rows: QuerySet[R], ids: Sequence[int]) -> Mapping[int, list[R]]:
    """Rows of some charts and of those that were merged into them."""
    about = about_charts(ids)
    found: dict[int, list[R]] = defaultdict(list)
    for row in rows.filter(about).order_by("pk"):
        chart: Any = row.patient
        found[chart.merged_into_id or chart.pk].append(row)
    return found


def _initials(patient: Patient) -> str:
    return _("restricted") if patient.is_restricted else patient.initials


def _restricted(
    number: int, patient: Patient, team: Iterable[CareTeamMember]
) -> SheetRow:
    """A restricted chart stays with its care team on paper too."""
    names = dict.fromkeys(row.staff.name for row in team if row.staff.is_active)
    ask = _("Restricted chart: ask %(names)s.") % {
        "names": ", ".join(names) or _("a manager")
    }
    return SheetRow((str(number), _initials(patient), "", ask))


def _person(number: int, patient: Patient, reach: str, know: str) -> SheetRow:
    return SheetRow((str(number), _who(patient), reach, know))


def _who(patient: Patient) -> str:
    lines = [
        patient.display_name,
        _("born %(day)s") % {"day": date_format(patient.born_on, "j M Y")},
        _("say “%(name)s”") % {"name": patient.name_in_room}
        if patient.name_in_room
        else "",
        patient.pronouns,
    ]
    return "\n".join(filter(None, lines))


def _reach(patient: Patient, lines: Iterable[Line]) -> str:
    """Phones that may be used, of the patient and of whoever answers for them."""
    own: list[Line] = []
    theirs: dict[Guardian, list[Line]] = defaultdict(list)
    for line in lines:
        whose = line.whose(patient)
        (theirs[whose] if whose else own).append(line)
    found = _lines(own)
    for one, some in theirs.items():
        found += [f"{one.words} {one.name}: {line}" for line in _lines(some)]
    if patient.needs_no_calls:
        found.insert(0, _("ASKED NOT TO BE CALLED"))
    return "\n".join(found) or _("No number that is safe to use.")


def _lines(lines: Iterable[Line]) -> list[str]:
    """One person's phones, the first ones first, with what is safe there."""
    usable = [one.address for one in lines if one.is_usable]
    usable.sort(key=lambda one: not one.is_first)
    return [_phone(one) for one in usable[:PHONE_LINES]]


def _phone(one: Address) -> str:
    says = [
        "" if one.may_call else _("no calls"),
        "" if one.may_text else _("no texts"),
        "" if one.may_leave_voicemail or not one.may_call else _("no voicemail"),
        _("may name us") if one.may_name_practice else "",
        *(
            _("only %(starts)s to %(ends)s")
            % {"starts": time_format(starts), "ends": time_format(ends)}
            for starts, ends in one.safe_hours
        ),
    ]
    words = "; ".join(filter(None, says))
    number = _national(one.value)
    return f"{number} ({words})" if words else number


def _national(value: str) -> str:
    return phone_text(to_python(value)) or value


def _know(
    patient: Patient,
    alerts: Mapping[int, list[PatientAlert]],
    barred: Mapping[int, list[Caregiving]],
    ahead: Ahead,
) -> str:
    """Alerts, who must never be told, interpreter, needs, a state that is not usual."""
    first = ahead.days[0]
    lines = [f"! {row.text}" for row in alerts[patient.pk] if _counts(row, first)]
    lines += [
        _("! Never tell %(name)s anything.") % {"name": row.caregiver.name}
        for row in barred[patient.pk]
        if _counts(row, first)
    ]
    if patient.interpreter:
        lines.append(
            f"{patient.get_interpreter_display()}: "
            f"{patient.get_spoken_language_display()}"
        )
    elif patient.spoken_language != "en":
        lines.append(
            _("speaks %(language)s")
            % {"language": patient.get_spoken_language_display()}
        )
    lines += patient.access_needs
    if patient.state != PatientState.ACTIVE:
        lines.append(str(patient.get_state_display()))
    return "\n".join(lines)


def _counts(row: PatientAlert | Caregiving, day: date) -> bool:
    return row.ends_on is None or row.ends_on >= day
