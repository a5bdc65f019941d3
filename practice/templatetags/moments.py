"""Instants as a wall clock shows them: `{% load moments %}`, then name the zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django import template

from practice import zones

if TYPE_CHECKING:
    from datetime import datetime

register = template.Library()


class Stretch(Protocol):
    """An absence, an on-call turn: whatever lasts from one instant to another."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


@register.filter(expects_localtime=True)
def written(at: datetime) -> str:
    """`{{ event.at|written }}`: the same, by the clock of the reader's page."""
    return zones.written(at)


@register.filter
def moment(at: datetime, zone: str) -> str:
    """`{{ change.at|moment:zone }}`: Sat 7 Mar 2026, 6:00 PM."""
    return zones.moment(at, zone)


@register.filter
def until(at: datetime, zone: str) -> str:
    """`until {{ absence.ends_at|until:zone }}`: the end of Sat 7 Mar 2026."""
    return zones.until(at, zone)


@register.filter
def stretch(row: Stretch, zone: str) -> str:
    """`{{ absence|stretch:zone }}`: Sat 7 Mar 2026 to Sun 8 Mar 2026."""
    return zones.stretch(row.starts_at, row.ends_at, zone)
