"""The demo's morning without the site: what was written on paper, and put in later."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from practice import contacts, day_sheets, paper, work
from practice.models import Role, Taken

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from practice.models import Patient, Recorded
    from practice.seeds.stories import Stage

DAYS_AGO = 6
MINUTE = timedelta(minutes=1)
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
    morning = stage.days_ago(DAYS_AGO, stage.places[0]).replace(hour=9, minute=10)
    _write(stage, "contact", morning, words=SPOKE, patient=first)
    address = partial(_moved, stage, second, morning)
    _write(stage, "address", morning + 25 * MINUTE, patient=second, act=address)
    task = partial(_letter, stage, second, morning)
    _write(stage, "task", morning + 40 * MINUTE, patient=second, act=task)
    _write(stage, "note", morning + 90 * MINUTE, words=NOTE)


def _write(
    stage: Stage,
    kind: str,
    happened_at: datetime,
    *,
    words: str = "",
    patient: Patient | None = None,
    act: Callable[[], Recorded | None] = lambda: None,
) -> None:
    place = stage.places[0].location
    desk = stage.team.desk_of(place)
    paper.enter(
        location=place,
        sheet=None,
        line=None,
        kind=kind,
        happened_at=happened_at,
        writer=desk,
        words=words,
        patient=patient,
        act=act,
        by=desk,
        now=happened_at + timedelta(hours=5),
    )


def _moved(stage: Stage, patient: Patient, morning: datetime) -> Recorded:
    return contacts.add(
        owner=patient,
        kind="post",
        value="412 Alder Court, Apt 3\nNew York, NY 10027",
        may_write=True,
        taken=Taken.PAPER,
        by=stage.team.desk_of(stage.places[0].location),
        now=morning + timedelta(hours=5),
    )


def _letter(stage: Stage, patient: Patient, morning: datetime) -> Recorded:
    return work.raise_task(
        kind="paper.task",
        title="Send the form to the new address",
        to=Role.FRONT_DESK,
        due_at=stage.now + timedelta(hours=7),
        patient=patient,
        by=stage.team.desk_of(stage.places[0].location),
        now=morning,
    )
