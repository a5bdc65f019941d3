"""Which day sheet each location should have by now, and which one it has.

An evening begins at settings.SHEETS_AT by the location's own clock; its sheet is
for the next two days on which the doors open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext as _

from practice import clock
from practice.contributions import HealthLine
from practice.models import Closure, DaySheet, Location, LocationHours, SheetKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

DAYS, LOOK_AHEAD = 2, 28
GRACE = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one location stands: the sheet that it should have, and the one it has."""

    location: Location
    evening_on: date
    days: Sequence[date]  # empty where the location is not open in the next weeks
    since: datetime  # when this evening began
    key: SheetKey | None
    sheet: DaySheet | None  # the newest that is there

    @property
    def is_fresh(self) -> bool:
        """Whether the newest sheet is of this evening, and its passphrase holds."""
        sheet, key = self.sheet, self.key
        if sheet is None or key is None or sheet.made_at is None:
            return False
        return (
            sheet.made_at >= self.since
            and sheet.day_on == self.days[0]
            and sheet.key_set_at == key.set_at
            and path_of(sheet).exists()
        )

    def why_unwell(self, *, now: datetime) -> str:
        """What is wrong, in a sentence; empty while all is as it should be."""
        if not self.days:
            return ""
        name = self.location.name
        if self.key is None:
            return _("%(name)s has no passphrase yet.") % {"name": name}
        if self.is_fresh or now < self.since + GRACE:
            return ""
        if self.sheet is None:
            return _("%(name)s has none.") % {"name": name}
        return _("That of %(name)s is old.") % {"name": name}


def standings(pks: Sequence[int] | None = None, *, now: datetime) -> Sequence[Standing]:
    """Each location in use, with its key and newest sheet; four queries."""
    places = Location.objects.filter(is_active=True).select_related("sheet_key")
    if pks is not None:
        places = places.filter(pk__in=pks)
    hours = LocationHours.objects.filter(is_current=True)
    places = places.prefetch_related(Prefetch("hours", hours))
    sheets = {row.location_id: row for row in _newest()}
    closures = list(
        Closure.objects.filter(is_withdrawn=False, ends_on__gte=(now - DAY).date())
    )
    return [
        _standing(place, closures, sheets.get(place.pk), now=now) for place in places
    ]


def health(now: datetime) -> HealthLine:
    """HEALTH: has every location the sheet of this evening, and can it be opened?"""
    faults = [one.why_unwell(now=now) for one in standings(now=now)]
    words = " ".join(filter(None, faults)) or _("Written for the next days.")
    return HealthLine(_("Day sheets"), not any(faults), words)


def _newest() -> Iterable[DaySheet]:
    own = DaySheet.objects.filter(location=OuterRef("pk")).exclude(file="")
    newest = own.order_by("-made_at", "-pk").values("pk")[:1]
    ids = Location.objects.annotate(newest=Subquery(newest)).values("newest")
    return DaySheet.objects.filter(pk__in=ids)


def _standing(
    place: Location,
    closures: Iterable[Closure],
    sheet: DaySheet | None,
    *,
    now: datetime,
) -> Standing:
    local = clock.local(now, place.time_zone)
    has_begun = local.time() >= settings.SHEETS_AT
    evening_on = local.date() - timedelta(days=0 if has_begun else 1)
    begins = datetime.combine(evening_on, settings.SHEETS_AT, ZoneInfo(place.time_zone))
    shut = [row for row in closures if row.location_id in (None, place.pk)]
    return Standing(
        location=place,
        evening_on=evening_on,
        days=_open_days(place, shut, after=evening_on),
        since=begins.astimezone(UTC),
        key=getattr(place, "sheet_key", None),
        sheet=sheet,
    )


def _open_days(place: Location, shut: Sequence[Closure], *, after: date) -> list[date]:
    """The next days after an evening on which the doors open."""
    weekdays = {row.weekday for row in place.hours.all()}
    coming = (after + number * DAY for number in range(1, LOOK_AHEAD))
    return [
        day
        for day in coming
        if day.weekday() in weekdays and not any(row.covers(day) for row in shut)
    ][:DAYS]


def path_of(sheet: DaySheet) -> Path:
    return settings.SHEETS / sheet.file
