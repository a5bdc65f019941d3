"""The family and helpers whom a row of a file names: each once, and none lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from practice import names
from practice.import_cells import as_name, short
from practice.languages import Language
from practice.models import Caregiver, Relation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from practice.import_cells import Row

ROLES = ("caregiver", "emergency")
OWN = ("self", "patient", "same", "paciente", "el mismo")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose family it is: the name, and the numbers and addresses of the row."""

    name: str
    reach: Collection[tuple[str, str]]  # kind, value


def caregivers(row: Row, owner: Owner) -> list[dict[str, Any]]:
    """Those whom a row names beside the patient."""
    found = [_caregiver(row, role, owner) for role in ROLES]
    people = [one for one in found if one]
    if len(people) == 2 and _same_name(people[0]["name"], people[1]["name"]):
        return [_joined(row, *people)]
    return people


def _joined(
    row: Row, first: Mapping[str, Any], second: Mapping[str, Any]
) -> dict[str, Any]:
    """The caregiver and the emergency contact as one, where they may be one."""
    if not _are_one(row, first, second):
        words = _(
            "“%(name)s” is the name of the caregiver too, and may be somebody else: "
            "write who is who with their names."
        )
        row.say("emergency_name", words % {"name": short(second["name"])})
    extra = [one for one in second["contacts"] if one not in first["contacts"]]
    contacts = first["contacts"] + extra
    return {**first, "is_emergency_contact": True, "contacts": contacts}


def _are_one(row: Row, first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two of one name are one person; who is barred takes nobody along."""
    numbers = [_values(one["contacts"], "phone") for one in (first, second)]
    is_barred = first["is_barred"]
    if row.text("caregiver_relation") and row.text("emergency_relation"):
        if first["relation"] == second["relation"]:
            return True
        return not is_barred and bool(numbers[0] & numbers[1])
    return not is_barred or not all(numbers) or bool(numbers[0] & numbers[1])


def _values(contacts: Sequence[Mapping[str, Any]], kind: str) -> set[str]:
    return {one["value"] for one in contacts if one["kind"] == kind}


def _caregiver(row: Row, role: str, owner: Owner) -> dict[str, Any] | None:
    name = as_name(row.bounded(f"{role}_name", Caregiver, "name"))
    told = f"{role}_relation"
    relation = "" if _is_own(row.text(told)) else row.choice(told, Relation)
    contacts = _contacts_of(row, role)
    is_barred = role == "caregiver" and row.answer("caregiver_barred", usual=False)
    if not name and (contacts or is_barred):
        row.say(f"{role}_name", _("missing, while something is said of them."))
    has_more = is_barred or any(
        (one["kind"], one["value"]) not in owner.reach for one in contacts
    )
    if not name or _is_self(
        row,
        role,
        is_patient=_same_name(name, owner.name),
        has_more=has_more,
        is_barred=is_barred,
    ):
        return None
    spoken = row.choice("caregiver_language", Language) or Language.ENGLISH
    return {
        "name": name,
        "language": spoken,
        "relation": relation or Relation.HELPER,
        "is_emergency_contact": role == "emergency",
        "is_barred": is_barred,
        "contacts": contacts,
    }


def _contacts_of(row: Row, role: str) -> list[dict[str, Any]]:
    phone, extension = row.number(f"{role}_phone")
    email = row.email("caregiver_email") if role == "caregiver" else ""
    contacts = [{"kind": "phone", "value": phone, "label": extension}] if phone else []
    return contacts + ([{"kind": "email", "value": email}] if email else [])


def _is_self(
    row: Row, role: str, *, is_patient: bool, has_more: bool, is_barred: bool
) -> bool:
    """Whether a caregiver is the patient; one of their name may be their father."""
    told = row.text(f"{role}_relation")
    if _is_own(told):
        if is_barred:
            row.say("caregiver_barred", _("“yes”, of the patient themselves."))
        return True
    if told or not is_patient:
        return False
    if has_more:
        words = _("missing, while the name is the patient's too. It may be “self”.")
        row.say(f"{role}_relation", words)
    return True


def _is_own(relation: str) -> bool:
    return relation.lower() in OWN


def _same_name(first: str, second: str) -> bool:
    return set(names.words_of(first)) == set(names.words_of(second))
