"""One row of a file as somebody to bring in, or all that is wrong with it.

Every problem of a row is found at once, each as a sentence that names its column.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.translation import gettext as _

from practice import cell_words, names, whole_names
from practice.alphabets import UNREADABLE
from practice.columns import DAYS, PERMISSIONS
from practice.import_cells import Row, as_name, short
from practice.languages import Language
from practice.merging import NEEDS
from practice.models import (
    ContactKind,
    ContactPoint,
    ExternalId,
    Interpreter,
    Patient,
    PatientAlert,
    PreferredChannel,
)
from practice.named_family import Owner, caregivers
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from practice.import_cells import Ground, Plan
    from practice.sheets import Record

Ready: TypeAlias = dict[str, Any]
PHONES = {
    "mobile": "mobile",
    "phone": "",
    "home_phone": "home",
    "work_phone": "work",
}
# What people write where they have nothing to say.
NOTHING = ("na", "n a", "none", "null", "nil", "unknown", "ninguno", "no tiene")
_FOR_TEXTS = ("mobile", "phone")  # what a text reaches, unless the file says so


def understand(record: Record, plan: Plan, ground: Ground) -> tuple[Ready, list[str]]:
    """What a row says, ready to be kept as JSON, and its problems."""
    row = Row(_cells(record, plan), plan, ground)
    if record.flaw:
        return {}, [record.flaw]
    if extra := [cell for cell in record.cells[len(plan.columns) :] if cell]:
        words = _("This row has more cells than the file has columns: “%(cell)s”.")
        row.problems.append(words % {"cell": short(extra[0])})
    _check_letters(row)
    patient, home, contacts = _patient(row), _home(row), _contacts(row)
    reach = {(one["kind"], one["value"]) for one in contacts}
    owner = Owner(" ".join(_names_of(row)), reach)
    ready = {
        "patient": patient,
        "home": home,
        "contacts": contacts,
        "denied": [name for name in PERMISSIONS if _is_denied(row, name)],
        "caregivers": caregivers(row, owner),
        "number": _number(row),
        "alert": row.bounded("alert", PatientAlert, "text"),
    }
    return ready, row.problems


def days_of(records: Sequence[Record], columns: Sequence[str]) -> list[str]:
    """Every cell that a date is expected in."""
    places = [n for n, name in enumerate(columns) if name in DAYS]
    return [
        record.cells[place]
        for record in records
        for place in places
        if place < len(record.cells)
    ]


def _cells(record: Record, plan: Plan) -> dict[str, str]:
    named = zip(plan.columns, record.cells, strict=False)
    return {name: cell for name, cell in named if name and cell}


def _check_letters(row: Row) -> None:
    for name, cell in row.cells.items():
        if UNREADABLE in cell:
            words = _("“%(cell)s” has a character that cannot be read.")
            row.say(name, words % {"cell": short(cell)})


def _patient(row: Row) -> dict[str, Any]:
    given, family = _names_of(row)
    born = row.day("born_on")
    if not given:
        row.say("given_name", _("missing, or no name."))
    if born is None and not row.text("born_on"):
        row.say("born_on", _("missing."))
    spoken = row.choice("language", Language) or Language.ENGLISH
    known = row.day("registered_on")
    return {
        "given_name": row.fitting("given_name", given, Patient),
        "family_name": row.fitting("family_name", family, Patient),
        "preferred_name": as_name(row.bounded("preferred_name", Patient)),
        "pronouns": row.bounded("pronouns", Patient),
        "born_on": born.isoformat() if born else "",
        "spoken_language": spoken,
        "written_language": row.choice("written_language", Language) or spoken,
        "interpreter": row.choice("interpreter", Interpreter),
        "preferred_channel": row.choice("preferred_channel", PreferredChannel)
        or PreferredChannel.TEXT,
        "is_restricted": row.answer("restricted", usual=False),
        "known_since": known.isoformat() if known else "",
        **_needs(row),
        **_standing(row, born),
    }


def _needs(row: Row) -> dict[str, bool]:
    """What somebody needs, as a list of words; all of them have to be known."""
    labels = {name: _label(name) for name in NEEDS}
    known = {" ".join(names.words_of(label)): name for name, label in labels.items()}
    cells = [one.strip() for one in re.split("[,;]", row.text("needs"))]
    found = {
        known.get(" ".join(names.words_of(one)), "") for one in filter(None, cells)
    }
    if "" in found:
        words = _("“%(cell)s” is not known here. Write one of: %(known)s.")
        told = {"cell": short(row.text("needs")), "known": ", ".join(labels.values())}
        row.say("needs", words % told)
    return {name: name in found for name in NEEDS}


def _label(name: str) -> str:
    return str(Patient._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _number(row: Row) -> str:
    """The old system's number; what stands for none is none."""
    number = row.bounded("chart_number", ExternalId, "value")
    folded = " ".join(names.words_of(number))
    return "" if not folded.strip("0 ") or folded in NOTHING else number


def _names_of(row: Row) -> tuple[str, str]:
    """Given and family name; what people write in place of one is none."""
    given, family = map(as_name, _divided(row))
    return given, family


def _divided(row: Row) -> tuple[str, str]:
    """Given and family name, from parts or from a whole name."""
    given = " ".join(filter(None, map(row.text, ("given_name", "middle_name"))))
    family = " ".join(
        filter(None, map(row.text, ("family_name", "second_family_name")))
    )
    whole = row.text("full_name")
    if not whole or given:
        return given, family
    return whole_names.divide(whole, row.plan.surnames)


def _standing(row: Row, born: date | None) -> dict[str, Any]:
    """The state somebody has, and the day they died if it is told."""
    state = row.choice("standing", PatientState) or PatientState.ACTIVE
    cell = row.text("deceased_on")
    answer = cell_words.yes_or_no(cell) if cell else False
    died = row.day("deceased_on") if answer is None else None
    if died or answer:
        state = PatientState.DECEASED
    if died and born and died < born:
        row.say("deceased_on", _("this day is before the birth."))
    return {"state": state, "deceased_on": died.isoformat() if died else ""}


def _home(row: Row) -> int:
    cell = row.text("location")
    if not cell:
        return row.plan.home
    place = row.ground.places.get(" ".join(names.words_of(cell)))
    if place is None:
        words = _("“%(cell)s” is no location of this practice.")
        row.say("location", words % {"cell": short(cell)})
    elif not place:
        words = _("“%(cell)s” may be two locations: write the whole name.")
        row.say("location", words % {"cell": short(cell)})
    return place or 0


# How to reach them -------------------------------------------------------------------
def _contacts(row: Row) -> list[dict[str, Any]]:
    rights = {name: row.answer(name, usual=_usual(row, name)) for name in PERMISSIONS}
    found = [_phone(row, name, rights) for name in PHONES if row.text(name)]
    if email := row.email("email"):
        found.append(
            {"kind": "email", "value": email, "may_write": rights["may_write"]}
        )
    if address := _address(row):
        found.append(
            {"kind": "post", "value": address, "may_write": rights["may_write"]}
        )
    found += _listed(row, rights)
    once = {
        (one["kind"], one["value"]): one for one in reversed([*filter(None, found)])
    }
    contacts = list(reversed(once.values()))
    for phone in [one for one in contacts if one["kind"] == "phone"][:1]:
        phone["is_first"] = True
    _keep_safe(row, contacts)
    return contacts


def _keep_safe(row: Row, contacts: Sequence[dict[str, Any]]) -> None:
    """The hours at which every phone of a row is safe."""
    if not (hours := row.hours("safe_hours")):
        return
    phones = [one for one in contacts if one["kind"] == ContactKind.PHONE]
    for phone in phones:
        phone.update(hours)
    if not phones:
        row.say("safe_hours", _("without a phone that they are for."))


def _is_denied(row: Row, name: str) -> bool:
    """Whether the row itself says no; what it leaves open is no word of theirs."""
    cell = row.text(name)
    return bool(cell) and cell_words.yes_or_no(cell) is False


def _usual(row: Row, name: str) -> bool:
    usual: bool = getattr(row.plan, name)
    return usual


def _phone(row: Row, name: str, rights: Mapping[str, bool]) -> dict[str, Any] | None:
    """A phone with its extension in the label; landlines get no texts unasked."""
    value, extension = row.number(name)
    if not value:
        return None
    is_told = bool(row.text("may_text"))
    label = ", ".join(filter(None, (PHONES.get(name, ""), extension)))
    may_call = rights["may_call"]
    return {
        "kind": "phone",
        "value": value,
        "label": label,
        "may_text": rights["may_text"] and (is_told or name in _FOR_TEXTS),
        "may_call": may_call,
        "may_leave_voicemail": may_call and rights["may_leave_voicemail"],
    }


def _address(row: Row) -> str:
    town = " ".join(filter(None, map(row.text, ("region", "postal_code"))))
    place = ", ".join(filter(None, (row.text("city"), town)))
    street = [line.strip() for line in row.cells.get("street", "").splitlines()]
    lines = [*street, row.text("street_more"), place]
    address = "\n".join(filter(None, lines))
    return row.fitting("street", address, ContactPoint, "postal")


def _written(kind: str, value: str, rights: Mapping[str, bool]) -> dict[str, Any]:
    return {"kind": kind, "value": value, "may_write": rights["may_write"]}


def _listed(row: Row, rights: Mapping[str, bool]) -> list[dict[str, Any] | None]:
    """A contact on a row of its own: kind, value, label."""
    if not row.text("contact_value"):
        return []
    kind = row.choice("contact_kind", ContactKind)
    label = {"label": row.bounded("contact_label", ContactPoint, "label")}
    if kind == ContactKind.PHONE:
        phone = _phone(row, "contact_value", rights)
        return [{**phone, **label, "may_text": rights["may_text"]}] if phone else []
    if kind == ContactKind.EMAIL:
        value = row.email("contact_value")
    else:
        address = row.cells["contact_value"]
        value = row.fitting("contact_value", address, ContactPoint, "postal")
    if not row.text("contact_kind"):
        row.say("contact_kind", _("missing."))
    return [{**_written(kind, value, rights), **label}] if kind and value else []
