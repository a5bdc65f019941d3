"""What a column of somebody's file may hold, and how its head gives it away.

Heads are compared word by word, folded, in English and in Spanish, as common
practice software writes them. How a practice read a set of heads once, it reads
them again.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from practice import names
from practice.heads import HEADS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import _StrPromise

PERMISSIONS = ("may_text", "may_call", "may_leave_voicemail", "may_write")
# Columns that we write ourselves beside the rows that have to be mended.
OURS = ("wellhouse line", "wellhouse problems")
_PARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_./\\#:()\[\]-]+")


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that belong together, as the page lists them."""

    label: str | _StrPromise
    columns: Mapping[str, str | _StrPromise]  # name: label


_WHO = {
    "given_name": _("Given name"),
    "middle_name": _("Middle name"),
    "family_name": _("Family name"),
    "second_family_name": _("Second family name"),
    "full_name": _("Whole name"),
    "preferred_name": _("Preferred name"),
    "pronouns": _("Pronouns"),
    "born_on": _("Date of birth"),
    "chart_number": _("Number in the old system"),
    "registered_on": _("Known since"),
}
_REACH = {
    "mobile": _("Mobile phone"),
    "phone": _("Phone"),
    "home_phone": _("Home phone"),
    "work_phone": _("Work phone"),
    "email": _("E-mail"),
    "street": _("Street, or the whole address"),
    "street_more": _("Second line of the address"),
    "city": _("City"),
    "region": _("State of the address"),
    "postal_code": _("ZIP code"),
    "contact_kind": _("Kind of contact"),
    "contact_value": _("Number or address"),
    "contact_label": _("Label of the contact"),
    "may_text": _("May text"),
    "may_call": _("May call"),
    "may_leave_voicemail": _("May leave voicemail"),
    "may_write": _("May write"),
    "safe_hours": _("Safe hours of a phone"),
}
_CARE = {
    "location": _("Home location"),
    "standing": _("State in the practice"),
    "deceased_on": _("Date of death"),
    "language": _("Language"),
    "written_language": _("Written language"),
    "interpreter": _("Interpreter"),
    "preferred_channel": _("Prefers to be reached by"),
    "restricted": _("Restricted chart"),
    "needs": _("Access needs"),
    "alert": _("Alert that everybody must see"),
}
_FAMILY = {
    "caregiver_name": _("Caregiver"),
    "caregiver_relation": _("What the caregiver is to them"),
    "caregiver_phone": _("Caregiver's phone"),
    "caregiver_email": _("Caregiver's e-mail"),
    "caregiver_language": _("Caregiver's language"),
    "caregiver_barred": _("Must not be told anything"),
    "emergency_name": _("Emergency contact"),
    "emergency_relation": _("What the emergency contact is to them"),
    "emergency_phone": _("Emergency contact's phone"),
}
GROUPS = (
    Group(_("Who"), _WHO),
    Group(_("How to reach them"), _REACH),
    Group(_("Care"), _CARE),
    Group(_("Family and helpers"), _FAMILY),
)
LABELS = {name: label for group in GROUPS for name, label in group.columns.items()}
WHOLE = ("nombre", "nombre del paciente")  # a given name only beside a family name
DAYS = ("born_on", "deceased_on", "registered_on")


def guess(heads: Sequence[str]) -> list[str]:
    """What each column holds, as its head says; empty where it says nothing we know.

    Nothing is read from two columns: the first one has it.
    """
    known = _known_heads()
    found: list[str] = []
    for head in heads:
        name = known.get(_folded(head), "")
        found.append("" if name in found else name)
    if "given_name" in found and "full_name" in found:
        found[found.index("full_name")] = ""
    if "full_name" in found and "family_name" in found:
        found[found.index("full_name")] = "given_name"
    _read_whole(heads, found)
    return found


def _read_whole(heads: Sequence[str], found: list[str]) -> None:
    """“Nombre” is a whole name where no column holds a family name."""
    if {"family_name", "second_family_name", "full_name"} & {*found}:
        return
    for number, name in enumerate(found):
        if name == "given_name" and _folded(heads[number]) in WHOLE:
            found[number] = "full_name"


def digest_of(heads: Sequence[str]) -> str:
    """Stands for a set of heads, in their order; our own columns do not count."""
    words = "\x1f".join(_folded(head) for head in heads if not is_ours(head))
    return hashlib.sha256(words.encode()).hexdigest()


def is_ours(head: str) -> bool:
    """Whether this column is one that we wrote beside rows with problems."""
    return _folded(head) in OURS


@cache
def _known_heads() -> Mapping[str, str]:
    """Every head we know, and what stands under it."""
    lines = HEADS.replace("\n    ", " ").strip().splitlines()
    pairs = [line.split(":") for line in lines]
    ours = {_folded(name): name for name in LABELS}
    return ours | {
        head.strip(): name for name, heads in pairs for head in heads.split(",")
    }


def _folded(head: str) -> str:
    """“PatientLastName”, “patient_last_name” and “Patient last name” are one head."""
    return " ".join(names.words_of(_PARTS.sub(" ", head)))
