"""What the tests of lawful erasure share: a chart full of words, and where they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection

from practice import caregivers, erasing, patients, trail
from tests import cast

if TYPE_CHECKING:
    from practice.erasing import Erased
    from practice.models import Location, Patient, StaffMember

BY, NOW = cast.FOUNDER, cast.MONDAY
WORDS: dict[str, Any] = {"given_name": "Quillfeather", "family_name": "Zanzibarski"}
NUMBER = "+12125550187"
CANARIES = [*WORDS.values(), NUMBER, "Threnody", "Kestrelina", "xe/xem", "Vorn asked"]


def make_gone(location: Location) -> Patient:
    """A patient whose care has ended, with everything that can hold their words."""
    patient = cast.make_patient(at=location, **WORDS)
    cast.make_contact(patient, value=NUMBER, label="Zanzibarski home")
    patients.add_alert(patient=patient, text="Threnody allergy", ends_on=None, by=BY)
    patients.change_details(patient=patient, pronouns="xe/xem", by=BY, now=NOW)
    family = caregivers.introduce(name="Kestrelina Vorn", language="en", by=BY)
    caregivers.authorise(
        caregiver=family,
        patient=patient,
        relation="partner",
        starts_on=NOW.date(),
        by=BY,
    )
    trail.note(by=BY, kind="patient.exported", about=patient, reason="Vorn asked")
    return patients.end_care(patient=patient, reason="Moved away", by=BY, now=NOW)


def erase(patient: Patient, by: StaffMember) -> Erased:
    return erasing.erase_chart(patient=patient, by=by, reason="Art. 17, on request")


def stored() -> bytes:
    """All that the database holds: its files, or its rows and statistics."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT CAST(t AS text) FROM "{table}" AS t')
            found += [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT CAST(s AS text) FROM pg_stats AS s")
        found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found).encode()


def held(*words: str) -> list[str]:
    kept = stored()
    return [word for word in words if word.encode() in kept]
