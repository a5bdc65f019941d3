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
from scheduling.changing import What
from scheduling.finding import Question
from scheduling.minutes import DAY, instant_of, minute_of
from scheduling.recurring import MONTHS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from scheduling.changing import Turn
    from scheduling.recurring import Rule
    from scheduling.series import Occurrence, Wish

NEAR, NEXT_DOOR = 5, 30  # other times for one visit, so many minutes apart
REACH = 3 * DAY  # and so far away at most
LONGEST_MINUTE = 9  # digits
LEAVE_OUT, KEEP = "skip", "keep"


@dataclass(frozen=True, slots=True)
class Choice:
    """One visit of a series before it is booked: as meant, at another time, or not."""

    turn: Turn
    when: str
    now_at: str  # when its visit is so far
    options: Sequence[tuple[str, str]]
    chosen: str
    is_clock_changed: bool  # the clocks changed since the visit before

    @property
    def one(self) -> Occurrence:
        return self.turn.one

    @property
    def name(self) -> str:
        return name_of(self.one.on)


def read(said: str) -> What | datetime:
    """A day's answer, as the form says it."""
    if said.isascii() and said.isdecimal() and len(said) <= LONGEST_MINUTE:
        return instant_of(int(said))
    return {LEAVE_OUT: What.LEFT_OUT, KEEP: What.STAYS}.get(said, What.AS_MEANT)


def name_of(on: date) -> str:
    """The name of a day's answer in the form."""
    return f"on-{on:%Y-%m-%d}"


def choices_of(
    turns: Sequence[Turn],
    wish: Wish,
    answers: Mapping[str, str],
    *,
    now: datetime,
) -> list[Choice]:
    """Each visit with the free times near it; takes as many queries as one search."""
    free = _free_times(turns, wish, now=now) if turns else []
    return [
        _choice(turn, before, free, wish.plan.location.time_zone, answers)
        for turn, before in zip(turns, [None, *turns], strict=False)
    ]


def _choice(
    turn: Turn,
    before: Turn | None,
    free: Sequence[int],
    zone: str,
    answers: Mapping[str, str],
) -> Choice:
    one = turn.one
    options = _options(turn, free, zone)
    said = answers.get(name_of(one.on), LEAVE_OUT if turn.is_gap else "")
    known = [value for value, _words in options]
    return Choice(
        turn=turn,
        when=zones.moment(one.plan.starts_at, zone),
        now_at=zones.moment(turn.visit.starts_at, zone) if turn.visit else "",
        options=options,
        chosen=said if said in known else known[0],
        is_clock_changed=bool(before) and _offset(before, zone) != _offset(turn, zone),
    )


def _options(turn: Turn, free: Sequence[int], zone: str) -> list[tuple[str, str]]:
    """What may become of a day; what is suggested comes first."""
    one, visit, found = turn.one, turn.visit, []
    if not one.conflict:
        words = _("Stays as it is") if turn.is_in_place else _("As planned")
        found.append(("", words))
    others = _near(minute_of(one.plan.starts_at), free)
    found += [(str(minute), _short(minute, zone)) for minute in others]
    if visit and not turn.is_in_place:
        at = _short(minute_of(visit.starts_at), zone)
        found.append((KEEP, _("Stays: %(when)s") % {"when": at}))
    return [*found, (LEAVE_OUT, _("Cancel it") if visit else _("Leave out"))]


def _free_times(turns: Sequence[Turn], wish: Wish, *, now: datetime) -> Sequence[int]:
    plan = wish.plan
    question = Question(
        type=plan.type,
        first=max(turns[0].one.on - timedelta(days=3), zones.local_day(now, "UTC")),
        last=turns[-1].one.on + timedelta(days=3),
        clinicians=[plan.clinician.pk],
        places=[plan.location.pk],
        modalities=[plan.modality],
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


def _offset(turn: Turn | None, zone: str) -> timedelta | None:
    if turn is None:
        return None
    return turn.one.plan.starts_at.astimezone(ZoneInfo(zone)).utcoffset()


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
