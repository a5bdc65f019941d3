"""Wall-clock times: which instant a typed one means, and how a zone is called.

People type times as the clock on the wall shows them. Once a year an hour is
missing there, and once it comes twice: the first is refused with a sentence,
the second resolved so that a span is never shorter than what was meant.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from practice import clock, locations
from practice.models import Practice
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrOrPromise

    from practice.models import StaffMember

SPOKEN = {
    "America/New_York": gettext_lazy("Eastern time"),
    "America/Chicago": gettext_lazy("Central time"),
    "America/Denver": gettext_lazy("Mountain time"),
    "America/Phoenix": gettext_lazy("Arizona time"),
    "America/Los_Angeles": gettext_lazy("Pacific time"),
    "America/Anchorage": gettext_lazy("Alaska time"),
    "Pacific/Honolulu": gettext_lazy("Hawaii time"),
    "America/Puerto_Rico": gettext_lazy("Atlantic time, Puerto Rico"),
    "UTC": gettext_lazy("UTC"),
}


class NoSuchTime(NotPossible):
    """The clocks jump over this time on that day."""


def instant(day: date, at: time, zone: str, *, is_end: bool = False) -> datetime:
    """The instant when the clock of `zone` shows `at` on `day`.

    A time that comes twice is the first for a start and the second for an end.
    Raises NoSuchTime.
    """
    local = datetime.combine(day, at, ZoneInfo(zone)).replace(fold=int(is_end))
    found = local.astimezone(UTC)
    if found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(
        tzinfo=None
    ):
        raise NoSuchTime(
            _(
                "The clocks go forward then: there is no %(time)s on %(day)s in "
                "%(zone)s. Choose an hour later."
            )
            % {
                "time": time_format(at),
                "day": date_format(day, "MONTH_DAY_FORMAT"),
                "zone": spoken(zone),
            }
        )
    return found


def nearest_instant(day: date, at: time, zone: str) -> datetime:
    """The same for what repeats: a time that a day lacks is as much later.

    Nobody is there to choose another; a time that comes twice is the first.
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def wall_clock(at: datetime, zone: str) -> time:
    """What the clock of `zone` shows at an instant."""
    return clock.local(at, zone).time()


def local_day(at: datetime, zone: str) -> date:
    """The day that it is in `zone` at an instant."""
    return clock.local(at, zone).date()


def comes_twice(day: date, at: time, zone: str) -> bool:
    """Whether the clocks go back over `at` on `day`, so that it comes twice."""
    local = datetime.combine(day, at, ZoneInfo(zone))
    return local.replace(fold=1).astimezone(UTC) > local.astimezone(UTC)


def first_moment(day: date, zone: str) -> datetime:
    """When `day` begins in `zone`, also where the clocks jump at midnight."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """When `day` is over in `zone`."""
    return first_moment(day + timedelta(days=1), zone)


def of_practice() -> str:
    """The practice's own zone; UTC until there is a practice."""
    return Practice.objects.values_list("time_zone", flat=True).first() or "UTC"


def of_staff(staff: StaffMember) -> str:
    """The zone of somebody's times: of their locations if one, else the practice's."""
    names = set(locations.of_staff(staff).values_list("time_zone", flat=True))
    return names.pop() if len(names) == 1 else of_practice()


def spoken(zone: str) -> str:
    """A zone in words: Eastern time; elsewhere by its city: Berlin time."""
    if zone in SPOKEN:
        return str(SPOKEN[zone])
    city = zone.rpartition("/")[2].replace("_", " ")
    return _("%(city)s time") % {"city": city}


def choices() -> Sequence[tuple[StrOrPromise, Sequence[tuple[str, str]]]]:
    """Every zone to choose from, those of the United States in words and first."""
    usual = [(name, f"{words} ({name})") for name, words in SPOKEN.items()]
    others = sorted(available_timezones() - set(SPOKEN))
    rest = [(name, name.replace("_", " ")) for name in others if "/" in name]
    return [(_("United States"), usual), (_("Elsewhere"), rest)]


def moment(at: datetime, zone: str) -> str:
    """An instant as the wall clock of `zone` shows it: Sat 7 Mar 2026, 6:00 PM."""
    return written(at.astimezone(ZoneInfo(zone)))


def written(local: datetime) -> str:
    """A time of day as the reader's language writes it, with its date."""
    minute = local.replace(second=0, microsecond=0, tzinfo=None)
    return _written(minute, get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=4096)
def _written(minute: datetime, language: str) -> str:
    """A page tells dozens of times, and many of them twice."""
    return date_format(minute, "SHORT_DATETIME_FORMAT")


def until(at: datetime, zone: str) -> str:
    """An end as people say it: midnight is the end of the day before."""
    local = at.astimezone(ZoneInfo(zone))
    if local.time() != time():
        return moment(at, zone)
    return _("the end of %(day)s") % {"day": _day(local - timedelta(days=1))}


def stretch(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """From one instant to another by the clock of `zone`; whole days without times."""
    start, end = (
        starts_at.astimezone(ZoneInfo(zone)),
        ends_at.astimezone(ZoneInfo(zone)),
    )
    words = {"starts": moment(starts_at, zone), "ends": moment(ends_at, zone)}
    if start.time() == end.time() == time():
        last = end.date() - timedelta(days=1)
        if last == start.date():
            return _day(start)
        words = {"starts": _day(start), "ends": _day(last)}
    elif start.date() == end.date():
        words["ends"] = time_format(end.time())
    elif end.time() == time():
        words["ends"] = _end_of(start.date(), end.date() - timedelta(days=1))
    return _("%(starts)s to %(ends)s") % words


def _end_of(first: date, last: date) -> str:
    if last == first:
        return _("the end of the day")
    return _("the end of %(day)s") % {"day": _day(last)}


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
