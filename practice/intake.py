"""Admitting many charts at once, as an import does, and the demo's older past.

One transaction; every record gets the history row and the trail line that the
single actions would write. Nothing is announced and no task is raised: charts
come with the state they had elsewhere, which is no news to anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber, to_python

from practice import contact_frames, findable
from practice.contacts import SafeHoursEmpty
from practice.findable import search_text_of
from practice.models import (
    Caregiver,
    Caregiving,
    CareTeamMember,
    ContactKind,
    ContactPoint,
    ExternalId,
    HomeLocation,
    Patient,
    PatientAlert,
    Recorded,
    Taken,
)
from practice.patients import OLDEST_BIRTH, BornInFuture, local_day
from practice.rules import NotPossible
from practice.trail import Actor, keep_many

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from practice.models import Import, Location, StaffMember

Details: TypeAlias = Mapping[str, Any]
R = TypeVar("R", bound=Recorded)
COLUMNS = {
    ContactKind.PHONE: "phone",
    ContactKind.EMAIL: "email",
    ContactKind.POST: "postal",
}


class NoHome(NotPossible):
    """A chart without a home location would be seen by nobody."""

    field = "homes"


class Phone(PhoneNumber):  # type: ignore[misc]
    """A number that is asked once whether it is valid: saving it asks eight times."""

    _validity: bool | None = None

    @classmethod
    def read(cls, text: str) -> Phone:
        phone = cls()
        phone.merge_from(to_python(text, region="US"))
        return phone

    def is_valid(self) -> bool:
        if self._validity is None:
            self._validity = super().is_valid()
        return bool(self._validity)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewCaregiver:
    """Family or a helper: the same object on several charts is one person."""

    name: str
    language: str
    contacts: Sequence[Details] = ()
    own_chart: NewChart | None = None  # among the charts admitted with it
    known: Caregiver | None = None  # whoever is on other charts here already


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewCaregiving:
    """What a caregiver is to the chart, as `caregivers.authorise` takes it."""

    caregiver: NewCaregiver
    details: Details


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewCarer:
    """Somebody on the care team, since the chart is known here."""

    staff: StaffMember
    is_lead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewChart:
    """One chart with all that hangs on it, in the words of the single actions."""

    details: Details  # patients.register
    homes: Collection[Location]
    contacts: Sequence[Details] = ()  # contacts.add: kind, value, what is safe there
    caregivings: Sequence[NewCaregiving] = ()
    reached_by: Sequence[NewCaregiver] = ()  # family there already, with new contacts
    care_team: Sequence[NewCarer] = ()
    external_ids: Sequence[Details] = ()  # patients.name_elsewhere: system, value
    alerts: Sequence[Details] = ()  # patients.add_alert: text, ends_on
    known_since: datetime | None = None  # None means now
    arrived_with: Import | None = None  # hidden until that is shown


@transaction.atomic
def admit_many(
    *, charts: Sequence[NewChart], by: Actor, now: datetime
) -> Sequence[Patient]:
    """Open many charts at once, in their order; all of them or none.

    The values of every column are checked here. The caller has looked for what
    is there already; the database refuses it in any case. Raises BornInFuture,
    NoHome, SafeHoursEmpty, ValidationError, IntegrityError.
    """
    _check(charts, now=now)
    patients = [_patient(chart, now=now) for chart in charts]
    _keep(patients, by=by, kind="patient.registered")
    findable.learn_later(patients)
    pairs = list(zip(charts, patients, strict=True))
    _keep(_homes(pairs), by=by, kind="patient.home_added")
    enrich_many(pairs=pairs, by=by, now=now)
    return patients


Pairs: TypeAlias = "Sequence[tuple[NewChart, Patient]]"


@transaction.atomic
def enrich_many(*, pairs: Pairs, by: Actor, now: datetime) -> None:
    """Hang on charts that exist what new ones bring along; who it is stays.

    The caller has left out what is on the chart. Raises as `admit_many`.
    """
    points = list(_contacts(pairs))
    _keep(points, by=by, kind="contact.added")
    told = [contact_frames.Told(point) for point in points]
    contact_frames.take(told, taken=Taken.FILE, by=by, now=now)
    _keep(_external_ids(pairs), by=by, kind="patient.external_id_added")
    _keep(_alerts(pairs), by=by, kind="patient.alert_added")
    _keep(_carers(pairs), by=by, kind="care_team.joined")
    _admit_caregivers(pairs, by=by)


def _check(charts: Sequence[NewChart], *, now: datetime) -> None:
    """The rules that the single actions keep and no column shows."""
    today = local_day(now)
    for number, chart in enumerate(charts, start=1):
        if not OLDEST_BIRTH <= chart.details["born_on"] <= today:
            raise BornInFuture(
                _("Chart %(number)d: nobody here was born on that day.")
                % {"number": number}
            )
        if not chart.homes:
            raise NoHome(
                _("Chart %(number)d has no home location.") % {"number": number}
            )
        if any(map(_has_no_safe_hour, chart.contacts)):
            raise SafeHoursEmpty(
                _("Chart %(number)d: safe hours must begin and end apart.")
                % {"number": number}
            )


def _has_no_safe_hour(contact: Details) -> bool:
    starts = contact.get("safe_from")
    return starts is not None and starts == contact.get("safe_until")


def _keep(records: Iterable[R], *, by: Actor, kind: str) -> None:
    """Check the values of new records, then add them at once."""
    rows = list(records)
    for row in rows:
        # Relations were made here from saved rows; asking would be a query each.
        row.clean_fields(exclude=_relations(type(row)))
    keep_many(rows, by=by, kind=kind)


def _relations(model: type[Recorded]) -> set[str]:
    fields = model._meta.concrete_fields
    return {field.name for field in fields if isinstance(field, models.ForeignKey)}


def _patient(chart: NewChart, *, now: datetime) -> Patient:
    patient = Patient(
        registered_at=chart.known_since or now,
        arrived_with=chart.arrived_with,
        **chart.details,
    )
    patient.search_text = search_text_of(patient)
    return patient


def _homes(pairs: Pairs) -> Iterator[HomeLocation]:
    for chart, patient in pairs:
        for location in chart.homes:
            yield HomeLocation(
                patient=patient, location=location, arrived_with=chart.arrived_with
            )


def _contacts(pairs: Pairs) -> Iterator[ContactPoint]:
    for chart, patient in pairs:
        for details in chart.contacts:
            yield _contact(details, chart.arrived_with, patient=patient)


def _contact(
    details: Details, arrived_with: Import | None, **owner: Patient | Caregiver
) -> ContactPoint:
    columns = dict(details)
    value = columns.pop("value")
    if columns["kind"] == ContactKind.PHONE:
        value = Phone.read(str(value))
    columns[COLUMNS[columns["kind"]]] = value
    return ContactPoint(arrived_with=arrived_with, **columns, **owner)


def _external_ids(pairs: Pairs) -> Iterator[ExternalId]:
    for chart, patient in pairs:
        for details in chart.external_ids:
            yield ExternalId(
                patient=patient, arrived_with=chart.arrived_with, **details
            )


def _alerts(pairs: Pairs) -> Iterator[PatientAlert]:
    for chart, patient in pairs:
        for details in chart.alerts:
            yield PatientAlert(
                patient=patient, arrived_with=chart.arrived_with, **details
            )


def _carers(pairs: Pairs) -> Iterator[CareTeamMember]:
    for chart, patient in pairs:
        for carer in chart.care_team:
            yield CareTeamMember(
                patient=patient,
                staff=carer.staff,
                is_lead=carer.is_lead,
                started_at=patient.registered_at,
            )


def _admit_caregivers(pairs: Pairs, *, by: Actor) -> None:
    """Introduce each caregiver once, however many charts name them."""
    named = {
        new: chart
        for chart, _one in pairs
        for new in (*(row.caregiver for row in chart.caregivings), *chart.reached_by)
    }
    own_charts = dict(pairs)
    people = {
        new: new.known or _caregiver(new, chart.arrived_with, own_charts)
        for new, chart in named.items()
    }
    strangers = [people[new] for new in named if new.known is None]
    _keep(strangers, by=by, kind="caregiver.introduced")
    contacts = (
        _contact(details, chart.arrived_with, caregiver=people[new])
        for new, chart in named.items()
        for details in new.contacts
    )
    _keep(contacts, by=by, kind="contact.added")
    caregivings = (
        Caregiving(
            caregiver=people[row.caregiver],
            patient=patient,
            arrived_with=chart.arrived_with,
            **row.details,
        )
        for chart, patient in pairs
        for row in chart.caregivings
    )
    _keep(caregivings, by=by, kind="caregiver.authorised")


def _caregiver(
    new: NewCaregiver,
    arrived_with: Import | None,
    own_charts: Mapping[NewChart, Patient],
) -> Caregiver:
    return Caregiver(
        name=new.name,
        language=new.language,
        own_chart=own_charts[new.own_chart] if new.own_chart else None,
        arrived_with=arrived_with,
    )
