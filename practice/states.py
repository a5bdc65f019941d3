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


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Waits for its columns")
    CHECKING = "checking", _("Being checked")
    REVIEW = "review", _("Waits for your decision")
    ADMITTING = "admitting", _("Coming in")
    DONE = "done", _("Brought in")
    UNDONE = "undone", _("Taken back")
    ABANDONED = "abandoned", _("Forgotten")
    FAILED = "failed", _("Failed")


IMPORT_MOVES: Mapping[ImportState, frozenset[ImportState]] = {
    ImportState.UPLOADED: frozenset({ImportState.CHECKING, ImportState.ABANDONED}),
    ImportState.CHECKING: frozenset(
        {ImportState.REVIEW, ImportState.ABANDONED, ImportState.FAILED}
    ),
    # Back to the columns, or on; new duplicates lead from coming in to review. What
    # came in until somebody abandoned the file was never shown.
    ImportState.REVIEW: frozenset(
        {ImportState.UPLOADED, ImportState.ADMITTING, ImportState.ABANDONED}
    ),
    ImportState.ADMITTING: frozenset(
        {
            ImportState.REVIEW,
            ImportState.DONE,
            ImportState.ABANDONED,
            ImportState.FAILED,
        }
    ),
    ImportState.DONE: frozenset({ImportState.UNDONE}),
    ImportState.UNDONE: frozenset(),
    ImportState.ABANDONED: frozenset(),
    ImportState.FAILED: frozenset(),
}
# What such an import brought in is hidden for good.
CAME_TO_NOTHING = (ImportState.UNDONE, ImportState.ABANDONED, ImportState.FAILED)


def check_import_move(old: str, new: str) -> None:
    """Raise IllegalMove unless an import may go from `old` to `new`."""
    if ImportState(new) not in IMPORT_MOVES[ImportState(old)]:
        raise IllegalMove(
            _("This file is no longer where it was: it is “%(state)s” now.")
            % {"state": ImportState(old).label}
        )


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
