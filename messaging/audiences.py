"""Who gets a group message: chosen by answers to questions, by a file, or by both.

The questions are those of AUDIENCES. Whatever is chosen, only charts that the person
who chooses may change are: a group message is no way round a closed chart.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice.campaign_frames import Kind
from practice.contributions import load
from practice.models import Patient
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.campaign_frames import Audience, Question
    from practice.models import StaffMember

MOST = 5_000  # of one message: a list that people can still look at


class NobodyChosen(NotPossible):
    """Neither a question is answered nor a file is given, or nobody fits."""


class TooMany(NotPossible):
    """More people than one group message goes to."""


def questions() -> Sequence[Question]:
    """All of them, in the order of the settings list."""
    return [question for audience in _all() for question in audience.questions]


def charts(
    filters: Mapping[str, Any],
    numbers: Sequence[int] | None,
    *,
    staff: StaffMember,
    now: datetime,
) -> Sequence[Patient]:
    """Who fits all answers and, where there is a file, is in it; by chart number.

    Raises NobodyChosen, TooMany.
    """
    if not filters and numbers is None:
        raise NobodyChosen(_("Answer at least one question, or give a file."))
    rows = fitting(filters, now=now).filter(
        pk__in=Patient.objects.usual_to(staff).order_by().values("pk")
    )
    if numbers is not None:
        rows = rows.filter(pk__in=numbers)
    found = list(rows.order_by("pk")[: MOST + 1])
    if not found:
        raise NobodyChosen(_("Nobody fits these answers."))
    if len(found) > MOST:
        words = _("More than %(most)s people fit. Choose fewer, and write twice.")
        raise TooMany(words % {"most": f"{MOST:,}"})
    return found


def fitting(filters: Mapping[str, Any], *, now: datetime) -> QuerySet[Patient]:
    """The charts that stand for themselves and fit all answers."""
    rows = Patient.objects.filter(merged_into=None)
    for audience in _all():
        if answers := _answers(audience.questions, filters):
            rows = rows.filter(pk__in=audience(now=now, **answers).values("pk"))
    return rows


def kept(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as a campaign keeps them: what was given, days as text."""
    said = {one.name: answers.get(one.name) for one in questions()}
    return {
        name: one.isoformat() if isinstance(one, date) else one
        for name, one in said.items()
        if one
    }


def in_words(
    filters: Mapping[str, Any], numbers: Sequence[int] | None
) -> Sequence[str]:
    """What was chosen, a sentence each."""
    asked = [one for one in questions() if one.name in filters]
    found = [_told(one, filters[one.name]) for one in asked]
    if numbers is not None:
        words = ngettext(
            "%(n)d chart of a file", "%(n)d charts of a file", len(numbers)
        )
        found.append(words % {"n": len(numbers)})
    return found


def _told(question: Question, answer: Any) -> str:
    label = str(question.label)
    if question.kind is Kind.YES:
        return label
    if question.kind is Kind.DAY:
        day = formats.date_format(date.fromisoformat(answer), "SHORT_DATE_FORMAT")
        return f"{label} {day}"
    names = dict(question.choices())
    return f"{label} {', '.join(names.get(one, '?') for one in answer)}"


def _answers(
    asked: Sequence[Question], filters: Mapping[str, Any]
) -> Mapping[str, Any]:
    given = {one.name: one.kind for one in asked if filters.get(one.name)}
    return {
        name: date.fromisoformat(filters[name]) if kind is Kind.DAY else filters[name]
        for name, kind in given.items()
    }


def _all() -> Sequence[Audience]:
    return load("AUDIENCES")
