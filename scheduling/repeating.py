"""A series in words, and its visits as somebody chooses them one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import zones
from practice.models import Weekday
from scheduling import finding
from scheduling.finding import Question
from scheduling.minutes import DAY, instant_of, minute_of
from scheduling.recurring import MONTHS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from scheduling.recurring import Rule
    from scheduling.series import Occurrence, Wish

NEAR, NEXT_DOOR = 5, 30  # other times for one visit, so many minutes apart
REACH = 3 * DAY  # and so far away at most
LEAVE_OUT = "skip"


@dataclass(frozen=True, slots=True)
class Choice:
    """One visit of a series before it is booked: as meant, at another time, or not."""

    one: Occurrence
    when: str
    options: Sequence[tuple[str, str]]
    chosen: str
    is_clock_changed: bool  # the clocks changed since the visit before

    @property
    def name(self) -> str:
        return name_of(self.one.on)


def name_of(on: date) -> str:
    """The name of a day's answer in the form."""
    return f"on-{on:%Y-%m-%d}"


def choices_of(
    found: Sequence[Occurrence],
    wish: Wish,
    answers: Mapping[str, str],
    *,
    now: datetime,
) -> list[Choice]:
    """Each visit with the free times near it; takes as many queries as one search."""
    free = _free_times(found, wish, now=now) if found else []
    return [
        _choice(one, before, free, wish.plan.location.time_zone, answers)
        for one, before in zip(found, [None, *found], strict=False)
    ]


def _choice(
    one: Occurrence,
    before: Occurrence | None,
    free: Sequence[int],
    zone: str,
    answers: Mapping[str, str],
) -> Choice:
    others = _near(minute_of(one.plan.starts_at), free)
    options = [(str(minute), _short(minute, zone)) for minute in others]
    if not one.conflict:
        options.insert(0, ("", _("As meant")))
    options.append((LEAVE_OUT, _("Leave out")))
    said = answers.get(name_of(one.on), "")
    known = [value for value, _words in options]
    return Choice(
        one=one,
        when=zones.moment(one.plan.starts_at, zone),
        options=options,
        chosen=said if said in known else known[0],
        is_clock_changed=bool(before) and _offset(before, zone) != _offset(one, zone),
    )


def _free_times(
    found: Sequence[Occurrence], wish: Wish, *, now: datetime
) -> Sequence[int]:
    plan = wish.plan
    question = Question(
        type=plan.type,
        first=max(found[0].on - timedelta(days=3), zones.local_day(now, "UTC")),
        last=found[-1].on + timedelta(days=3),
        clinicians=[plan.clinician.pk],
        places=[plan.location.pk],
        modality=plan.modality,
        notice=False,
    )
    if question.first > question.last:
        return []
    return [slot.starts for slot in finding.find(question, now=now).slots]


def _near(wanted: int, free: Sequence[int]) -> list[int]:
    """The nearest few, none a few minutes from another, in their order."""
    found: list[int] = []
    within = [one for one in free if 0 < abs(one - wanted) <= REACH]
    for minute in sorted(within, key=lambda one: abs(one - wanted)):
        if all(abs(minute - one) >= NEXT_DOOR for one in [wanted, *found]):
            found.append(minute)
        if len(found) == NEAR:
            break
    return found


def _short(minute: int, zone: str) -> str:
    local = instant_of(minute).astimezone(ZoneInfo(zone))
    return f"{date_format(local, 'D j M')}, {time_format(local.time())}"


def _offset(one: Occurrence | None, zone: str) -> timedelta | None:
    if one is None:
        return None
    return one.plan.starts_at.astimezone(ZoneInfo(zone)).utcoffset()


def rule_words(rule: Rule) -> str:
    """How often, as people say it: every two weeks on Tuesday."""
    day = Weekday(rule.weekday).label
    if rule.rhythm == MONTHS:
        nth = {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth")}
        which = {"nth": nth.get(rule.nth or 0, _("last")), "day": day}
        return _("On the %(nth)s %(day)s of each month") % which
    words = ngettext(
        "Every week on %(day)s", "Every %(n)s weeks on %(day)s", rule.every
    )
    return words % {"n": rule.every, "day": day}


def end_words(rule: Rule) -> str:
    if rule.count is not None:
        return ngettext("%(n)s visit", "%(n)s visits", rule.count) % {"n": rule.count}
    if rule.ends_on is not None:
        day = date_format(rule.ends_on, "SHORT_DATE_FORMAT")
        return _("until %(day)s") % {"day": day}
    return _("until somebody ends it")


def end_of(rule: Rule) -> str:
    """Which of the three ends a rule has, as the form calls it."""
    if rule.count is not None:
        return "count"
    return "day" if rule.ends_on is not None else "open"
