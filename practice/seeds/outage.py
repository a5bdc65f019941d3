"""The demo's morning without the site: what was written on paper, and put in later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from practice import contacts, day_sheets, paper, work
from practice.models import Role

if TYPE_CHECKING:
    from practice.models import Patient, Recorded
    from practice.seeds.stories import Stage

DAYS_AGO = 6
SPOKE = "Rang about the letter. Told her that we call back when the site is here again."
NOTE = "The line was down from nine to noon; the neighbours had none either."


def happen(stage: Stage) -> None:
    """Each location gets its passphrase; one of them had a morning on paper."""
    manager = stage.team.manager
    for place in stage.places:
        day_sheets.change_passphrase(
            location=place.location, by=manager, now=stage.days_ago(30, place)
        )
    first, second = (
        stage.somebody(place=stage.places[0]).patient for _person in range(2)
    )
    _write(stage, kind="contact", minutes=0, words=SPOKE, patient=first)
    _write(stage, kind="address", minutes=25, patient=second)
    _write(stage, kind="task", minutes=40, patient=second)
    _write(stage, kind="note", minutes=90, words=NOTE)


def _write(
    stage: Stage,
    *,
    kind: str,
    minutes: int,
    words: str = "",
    patient: Patient | None = None,
) -> None:
    place = stage.places[0]
    desk = stage.team.desk_of(place.location)
    morning = stage.days_ago(DAYS_AGO, place).replace(hour=9, minute=10)
    entered_at = morning + timedelta(hours=5)

    def act() -> Recorded | None:
        if kind == "address" and patient:
            return contacts.add(
                owner=patient,
                kind="post",
                value="412 Alder Court, Apt 3\nNew York, NY 10027",
                may_write=True,
                by=desk,
            )
        if kind == "task":
            return work.raise_task(
                kind="paper.task",
                title="Send the form to the new address",
                to=Role.FRONT_DESK,
                due_at=stage.now + timedelta(hours=7),
                patient=patient,
                by=desk,
                now=entered_at,
            )
        return None

    paper.enter(
        location=place.location,
        sheet=None,
        line=None,
        kind=kind,
        happened_at=morning + timedelta(minutes=minutes),
        writer=desk,
        words=words,
        patient=patient,
        act=act,
        by=desk,
        now=entered_at,
    )
