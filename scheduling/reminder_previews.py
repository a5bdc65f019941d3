"""Plans of reminders as managers read them: sentences, texts, times of an example."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.formats import time_format
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from consent.states import Channel
from messaging import segments, variables, wordings
from messaging.occasions import Occasion
from practice import zones
from practice.rules import NotPossible
from practice.states import PatientState
from scheduling import reminder_rules, reminders
from scheduling.models import Modality
from scheduling.reminder_rules import Facts
from scheduling.reminder_states import Condition, State, When
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from messaging.wordings import Wordings
    from scheduling.models import ReminderStep

IN_TWO_WEEKS, AT, LENGTH = timedelta(days=14), time(14), timedelta(minutes=50)


@dataclass(frozen=True, slots=True)
class Preview:
    """What one step says in a language, with example values."""

    language: str
    subject: str
    body: str
    length: str  # of a text, in segments


@dataclass(frozen=True, slots=True)
class Shown:
    """One step as its plan's page shows it."""

    step: ReminderStep
    words: str
    example: str  # when it leaves for an example visit
    previews: Sequence[Preview]


def of_plan(
    steps: Sequence[ReminderStep], *, zone: str, now: datetime
) -> Sequence[Shown]:
    """Every step of a plan, in the order in which they leave for an example visit."""
    visit = example(zone, now=now)
    words = wordings.load(now=now)
    ordered = sorted(steps, key=lambda one: reminder_rules.meant_at(one, visit))
    used = [one for one in ordered if one.is_in_use]
    return [
        Shown(
            one,
            words_of(one),
            _example(one, used, visit),
            list(_previews(one, words)),
        )
        for one in ordered
    ]


def example(zone: str, *, now: datetime) -> Facts:
    """A visit in two weeks, at two in the afternoon, booked now."""
    day = zones.local_day(now, zone) + IN_TWO_WEEKS
    starts_at = zones.nearest_instant(day, AT, zone)
    return Facts(
        attendee=0,
        starts_at=starts_at,
        ends_at=starts_at + LENGTH,
        booked_at=now,
        zone=zone,
        own_zone=zone,
        status=Status.SCHEDULED,
        modality=Modality.IN_PERSON,
        chart_state=PatientState.ACTIVE,
    )


def words_of(step: ReminderStep) -> str:
    """When, how and to whom, in one line."""
    how = Channel(step.channel).label if step.channel else _("as they prefer")
    said = [when_words(step), str(how)]
    if step.condition != Condition.ALWAYS:
        said.append(str(Condition(step.condition).label))
    if step.is_by_person:
        said.append(_("a person sends each"))
    return " · ".join(said)


def when_words(step: ReminderStep) -> str:
    """Two days before, at 10:00 AM; 3 hours before the visit."""
    if step.when == When.BOOKED:
        return _("When it is booked, after the undo minute")
    is_after = step.when == When.AFTER
    if step.at is not None and not step.days:
        return _("The same day at %(time)s") % {"time": time_format(step.at)}
    away = ", ".join(filter(None, (_days(step.days), *_lengths(step.minutes))))
    words = _("%(away)s after it") if is_after else _("%(away)s before it")
    if not away:
        words = _("As it ends") if is_after else _("As it begins")
    if step.at is not None:
        words = _("%(when)s, at %(time)s") % {
            "when": words,
            "time": time_format(step.at),
        }
    return words % {"away": away}


def _days(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else ""


def _lengths(minutes: int) -> Iterator[str]:
    hours, rest = divmod(minutes, 60)
    if hours:
        yield ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    if rest:
        yield ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest}


def _example(step: ReminderStep, used: Sequence[ReminderStep], visit: Facts) -> str:
    if step.when == When.BOOKED:
        return ""
    facts = visit
    if step.when == When.AFTER:
        facts = replace(visit, status=reminder_rules.WENT[Occasion(step.occasion)])
    planned = reminder_rules.wanted([step, *used], facts, window=reminders.window())
    one = next((one for one in planned if one.step == step.pk), None)
    if one is None or one.state == State.LEFT_OUT:
        return one.reason if one else ""
    when = zones.moment(one.planned_at, visit.zone)
    return f"{when}. {one.reason}" if one.reason else when


def _previews(step: ReminderStep, words: Wordings) -> Iterator[Preview]:
    """In each language in which there are words for it."""
    for language in variables.LANGUAGES:
        try:
            said = words.word(
                step.occasion,
                language=language,
                values=variables.examples(language),
            )
        except (KeyError, NotPossible) as fault:
            yield Preview(_named(language), "", str(fault), "")
            continue
        is_text = step.channel != Channel.MAIL
        yield Preview(
            _named(language),
            said.subject,
            said.body,
            _length(said.body) if is_text else "",
        )


def _named(language: str) -> str:
    return str(get_language_info(language)["name_translated"])


def _length(body: str) -> str:
    count = segments.measure(body).segments
    return ngettext("%(n)s text", "%(n)s texts", count) % {"n": count}
