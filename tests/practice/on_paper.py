"""What a day without the site leaves behind, for the walks over all pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from practice import clock, day_sheets, paper
from practice.models import Location, Patient, StaffMember
from tests.cast import FOUNDER


def sheet_and_entry(
    patient: Patient, people: dict[str, StaffMember], location: Location
) -> dict[str, Any]:
    """A day sheet that names the patient, and a note about them from paper."""
    now = clock.now()
    day_sheets.change_passphrase(location=location, by=FOUNDER, now=now)
    sheet = day_sheets.write_now(location=location, by=FOUNDER, now=now)
    entry = paper.enter(
        location=location,
        sheet=sheet,
        line=1,
        kind="note",
        happened_at=now - timedelta(hours=1),
        writer=people["front_desk"],
        words="Came by for a form.",
        patient=patient,
        act=lambda: None,
        by=people["front_desk"],
        now=now,
    )
    return {"day sheet": sheet, "paper entry": entry}
