"""Family whom rows of a file name: who of them is one person, and is here already."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.db.models import Q

from practice import contacts, names
from practice.intake import NewCaregiver
from practice.models import Caregiver, Caregiving, ContactKind, ContactPoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from practice.models import Import, Patient
    from practice.staging import Row

Key: TypeAlias = "tuple[str, str]"  # a folded name and a phone
Person: TypeAlias = "Mapping[str, Any]"


class Family:
    """Each caregiver once, with the numbers and addresses they did not have."""

    def __init__(
        self, rows: Sequence[Row], row: Import, charts: Iterable[Patient] = ()
    ) -> None:
        self._of: dict[int, NewCaregiver] = {}
        self._by_key: dict[Key, NewCaregiver] = {}
        self._on_chart: dict[tuple[int, str], NewCaregiver] = {}
        self._reach: dict[NewCaregiver, set[contacts.Key]] = defaultdict(set)
        for point in _points_of(rows, row):
            new = self._known(cast("Caregiver", point.caregiver))
            self._by_key[_named(new.name), str(point.phone)] = new
        for one in _on_charts(charts):
            key = one.patient_id, _named(one.caregiver.name)
            self._on_chart[key] = self._known(one.caregiver)
        reach = ContactPoint._base_manager.filter(caregiver__in=self._of, ended_at=None)
        for point in reach:
            self._reach[self._of[point.caregiver_id or 0]].add(contacts.key_of(point))

    def is_on(self, chart: Patient, person: Person) -> bool:
        """Whether somebody of this name is on the chart."""
        return (chart.pk, _named(person["name"])) in self._on_chart

    def on(self, chart: Patient | None, person: Person) -> NewCaregiver:
        """The caregiver whom a row names on a chart; None is one that opens now."""
        place = (chart.pk if chart else 0, _named(person["name"]))
        key = _key_of(person)
        new = self._on_chart.get(place) if chart else None
        new = new or (self._by_key.get(key) if key else None)
        if new is None:
            new = NewCaregiver(
                name=person["name"], language=person["language"], contacts=[]
            )
        if key:
            self._by_key.setdefault(key, new)
        if chart:
            self._on_chart[place] = new
        self._add(new, person["contacts"])
        return new

    def _known(self, person: Caregiver) -> NewCaregiver:
        if person.pk not in self._of:
            self._of[person.pk] = NewCaregiver(
                name=person.name, language=person.language, contacts=[], known=person
            )
        return self._of[person.pk]

    def _add(self, new: NewCaregiver, more: Collection[Mapping[str, Any]]) -> None:
        for one in more:
            key = key_of(one)
            if key not in self._reach[new]:
                self._reach[new].add(key)
                cast("list[Mapping[str, Any]]", new.contacts).append(one)


def key_of(contact: Mapping[str, Any]) -> contacts.Key:
    """Kind and value of a contact to come, as `contacts.key_of` of one that is here."""
    kind, value = contact["kind"], str(contact["value"])
    return kind, value.lower() if kind == ContactKind.EMAIL else value


def _points_of(rows: Sequence[Row], row: Import) -> Iterable[ContactPoint]:
    """The phones of people who are on charts here, or came in with this file."""
    phones = {
        contact["value"]
        for one in rows
        for person in one.ready["caregivers"]
        for contact in person["contacts"]
    }
    of_people = Q(phone__in=phones, caregiver__isnull=False, ended_at=None)
    shown = ContactPoint.objects.filter(of_people).values("pk")
    points = ContactPoint._base_manager.filter(
        Q(pk__in=shown) | Q(of_people, arrived_with=row)
    )
    return points.select_related("caregiver").order_by("-pk")


def _on_charts(charts: Iterable[Patient]) -> Iterable[Caregiving]:
    """Those who are on some charts, those to come included."""
    ids = {chart.pk for chart in charts}
    family = Caregiving._base_manager.filter(patient__in=ids, is_withdrawn=False)
    return family.select_related("caregiver").order_by("-pk")


def _named(name: str) -> str:
    return " ".join(names.words_of(name))


def _key_of(person: Person) -> Key | None:
    """By what a caregiver is one person on several charts; None without a phone."""
    phones = [one["value"] for one in person["contacts"] if one["kind"] == "phone"]
    return (_named(person["name"]), phones[0]) if phones else None
