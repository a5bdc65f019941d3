"""The design system's tags and filters, built into every template."""

from __future__ import annotations

import zlib
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from django import template
from django.conf import settings
from django.template import loader
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import clock, gate
from practice.html import filled, repeated
from practice.states import PatientState
from practice.toasts import WayOn
from practice.wording import tongue

if TYPE_CHECKING:
    from django.contrib.messages.storage.base import Message
    from django.http import HttpRequest

register = template.Library()

AVATAR_TONES = 8
# A status is told by its word, its tone and a shape: the tone's, if none is given.
TONE_ICONS = {
    "good": "check-circle",
    "info": "circle-dot",
    "warn": "alert-triangle",
    "bad": "x-circle",
    "done": "check-check",
}
PATIENT_STATES = {
    PatientState.ACTIVE: ("good", "check-circle"),
    PatientState.PAUSED: ("warn", "pause-circle"),
    PatientState.ENDED: ("done", "archive"),
    PatientState.DECEASED: ("done", "flower"),
}
# The first sign that occurs decides: every browser also calls itself older names.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


class Named(Protocol):
    """A patient, or whoever else may be shown by initials at the counter."""

    @property
    def display_name(self) -> str: ...
    @property
    def initials(self) -> str: ...


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "check" %}`; give it a `label` only where no word stands beside it."""
    return _drawn(name, label, settings.STATIC_URL)


@lru_cache(maxsize=512)
def _drawn(name: str, label: str, static_url: str) -> SafeString:
    """A page draws a hundred of them."""
    source = f"{static('vendor/lucide/sprite.svg')}#{name}"
    if label:
        return filled(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>',
            label,
            source,
        )
    return filled('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', source)


@register.simple_tag
def same_for_all(name: str) -> SafeString:
    """`{% same_for_all "components/head.html" %}`: what is alike on every page.

    Rendered once for each language and choice of words; while templates are worked on,
    every time.
    """
    render = _rendered.__wrapped__ if settings.DEBUG else _rendered
    return render(name, tongue())


@lru_cache(maxsize=64)
def _rendered(name: str, _tongue: str) -> SafeString:
    return loader.render_to_string(name)


@register.simple_tag
def badge(text: str, tone: str = "", icon: str = "") -> SafeString:
    """`{% badge "Confirmed" tone="good" %}`: good, info, warn, bad, done or plain."""
    shape = icon or TONE_ICONS.get(tone, "")
    return filled(
        '<span class="badge{}">{}{}</span>',
        f" badge-{tone}" if tone else "",
        _icon(shape),
        text,
    )


@register.filter
def way_on(message: Message) -> WayOn | None:
    """What may be pressed after a refusal."""
    return WayOn.read(message.extra_tags or "")


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """The badge of a patient's state."""
    known = PatientState(state)
    tone, shape = PATIENT_STATES[known]
    return badge(str(known.label), tone=tone, icon=shape)


@register.simple_tag
def avatar(person: Named | str, size: str = "") -> SafeString:
    """Initials on a colour that stays the same for the same name."""
    name = person if isinstance(person, str) else person_text(person)
    letters = initials(name) if isinstance(person, str) else person.initials
    return filled(
        '<span class="avatar avatar-{}{}" aria-hidden="true">{}</span>',
        zlib.crc32(name.encode()) % AVATAR_TONES,
        f" avatar-{size}" if size else "",
        letters or "?",
    )


@register.simple_tag
def person_name(person: Named) -> SafeString:
    """A patient's name, which counter mode and paper turn into initials."""
    return veiled(person_text(person), person.initials)


@register.simple_tag
def veiled(full: object, short: str) -> SafeString:
    """`{% veiled patient.legal_name patient.initials %}`: what names somebody.

    Counter mode, and paper unless full names are asked for, show the short form.
    """
    return filled(
        '<span class="name"><bdi class="name-full">{}</bdi>'
        '<bdi class="name-initials">{}</bdi></span>',
        full,
        short or "?",
    )


@register.simple_tag
def swatch(colour: str) -> SafeString:
    """A dot of a stored colour, such as a clinician's."""
    return filled(
        '<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">'
        '<circle cx="5" cy="5" r="5" fill="{}"/></svg>',
        colour,
    )


@register.simple_tag
def keys(*names: str) -> SafeString:
    """`{% keys "g" "t" %}`: the keys of a shortcut."""
    return repeated("<kbd>{}</kbd>", ((name,) for name in names), " ")


@register.filter
def initials(name: str) -> str:
    """First letters of the first and the last word of a name."""
    words = [word for word in str(name).split() if not word.endswith(".")]
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


@register.filter
def mail_initial(address: str) -> str:
    """An e-mail address of which only the first letter and the domain are shown."""
    name, _at, domain = str(address).rpartition("@")
    return f"{name[:1]}…@{domain}"


@register.filter
def day(value: date | None) -> str:
    """Tuesday 24 November; with the year where it is not this one."""
    if value is None:
        return ""
    on = _date(value)
    this_year = _date(clock.now()).year
    style = "MONTH_DAY_FORMAT" if on.year == this_year else "DATE_FORMAT"
    return date_format(on, style)


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago, or until, in one rough unit: “3 h ago”, “in 2 days”."""
    return _distance(value, clock.now())


@register.filter
def really_ago(value: datetime | None) -> str:
    """The same for sign-ins and factors, which do not follow the demo's clock."""
    return _distance(value, clock.real_now())


@register.filter
def frame(request: HttpRequest) -> str:
    """The layout of a page that is also used on the way in, before it is done."""
    is_inside = request.user.is_authenticated and not gate.is_half_signed_in(request)
    return "base.html" if is_inside else "base_entrance.html"


@register.filter
def browser(user_agent: str) -> str:
    """A browser and its system, as far as its own description can be read."""
    name = next((word for sign, word in BROWSERS if sign in user_agent), "")
    system = next((word for sign, word in SYSTEMS if sign in user_agent), "")
    if name and system:
        return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or _("An unknown browser")


def rough_span(span: timedelta) -> str:
    """A duration in its one largest unit; empty below a minute."""
    minutes = int(span.total_seconds() // 60)
    hours, days = minutes // 60, span.days
    if days >= 2 * 365:
        return _("%(n)d years") % {"n": days // 365}
    if days >= 60:
        return _("%(n)d months") % {"n": days // 30}
    if days:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if hours:
        return _("%(n)d h") % {"n": hours}
    return _("%(n)d min") % {"n": minutes} if minutes else ""


def person_text(person: Named | object) -> str:
    """The name staff use for a person."""
    return str(getattr(person, "display_name", "") or getattr(person, "name", person))


def _distance(value: datetime | None, now: datetime) -> str:
    if value is None:
        return ""
    passed = now - value
    span = rough_span(abs(passed))
    if not span:
        return _("just now")
    if passed > timedelta(0):
        return _("%(span)s ago") % {"span": span}
    return _("in %(span)s") % {"span": span}


def _icon(name: str) -> str | SafeString:
    return icon(name) if name else ""


def _date(value: date) -> date:
    return localtime(value).date() if isinstance(value, datetime) else value
