"""Statuses, and the moves between them that are legal."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practice.rules import NotPossible


class IllegalMove(NotPossible):
    """A status may not move that way."""


class PatientState(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Care ended")
    DECEASED = "deceased", _("Deceased")


PATIENT_MOVES: Mapping[PatientState, frozenset[PatientState]] = {
    PatientState.ACTIVE: frozenset(
        {PatientState.PAUSED, PatientState.ENDED, PatientState.DECEASED}
    ),
    PatientState.PAUSED: frozenset(
        {PatientState.ACTIVE, PatientState.ENDED, PatientState.DECEASED}
    ),
    PatientState.ENDED: frozenset({PatientState.ACTIVE, PatientState.DECEASED}),
    # Nothing leads on from here; a death on the wrong chart is taken back.
    PatientState.DECEASED: frozenset(),
}


def check_patient_move(old: str, new: str) -> None:
    """Raise IllegalMove unless a patient may go from `old` to `new`."""
    if old == new:
        words = gettext("The patient already is “%(state)s”.")
        raise IllegalMove(words % {"state": PatientState(new).label})
    if PatientState(new) not in PATIENT_MOVES[PatientState(old)]:
        words = gettext("A patient who is “%(old)s” cannot become “%(new)s”.")
        labels = {"old": PatientState(old).label, "new": PatientState(new).label}
        raise IllegalMove(words % labels)


def check_taking_back(now: str, mistaken: str) -> None:
    """Raise IllegalMove unless a patient still is what was recorded by mistake."""
    if now != mistaken:
        words = gettext("The patient is “%(now)s”, no longer “%(before)s”.")
        labels = {
            "now": PatientState(now).label,
            "before": PatientState(mistaken).label,
        }
        raise IllegalMove(words % labels)
