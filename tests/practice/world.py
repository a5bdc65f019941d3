"""A practice with one of everything that an address of the site may point to.

Names, numbers and words in it occur nowhere else, so that finding one of them
where it must not be means it leaked. A floor that adds addresses adds to
SUBJECTS what they point to.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from practice import (
    announcements,
    break_glass,
    caregivers,
    contacts,
    details_link,
    duplicates,
    incidents,
    merging,
    patients,
    watching,
    work,
)
from practice.access import ADMIN, ADMIN_CLOSED, CLOSED, INSTALLED, Access
from practice.models import (
    BreakGlass,
    Caregiving,
    ContactKind,
    Location,
    Patient,
    Role,
    StaffMember,
    TrailEntry,
)
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.messaging import campaigning, posting, ringing, talks, worded
from tests.practice import colleagues, importing, on_paper
from tests.scheduling import calendars

# Where one role can stand for all, `make test` lets it; `make test-all` does not.
EVERY_ROLE = "EVERY_ROLE" in os.environ
ROLES = ["manager", "clinician", "auditor", "front_desk"]
# Who goes through every page where one stands for all: whoever may open most of them.
WALKERS = ROLES if EVERY_ROLE else ROLES[:1]
# What nobody outside the chart's location may read, and no log line may hold.
SECRETS = {
    "phone": "+12125550187",
    "e-mail": "zanzibarski@quill.example",
    "address": "17 Xylograph Alley",
    "alert": "Threnody allergy",
    "watch": "went silent at Michaelmas",
    "pause": "gone to Ushuaia",
    "caregiver": "Kestrelina Vorn",
    "caregiver's phone": "+12125550189",
    "number elsewhere": "LAB-77XQZ",
    "mistake": "a fax to the wrong Balthasar",
    "letter": "apologise by Candlemas",
    "text": talks.SECRET,
}
NAMES = {"given": "Quillfeather", "family": "Zanzibarski", "preferred": "Quincannon"}
_KNOWN = f"{NAMES['given']},{NAMES['family']},1961-08-23,{SECRETS['phone']}"
CANARIES = {**SECRETS, **NAMES, "digits": "5550187", "born": "1961-08-23"}


@dataclass(frozen=True)
class World:
    """The subjects of the addresses, by the names SUBJECTS uses."""

    people: dict[str, StaffMember]
    subjects: dict[str, Any]


@dataclass(frozen=True)
class Address:
    """One line of the URL table."""

    name: str
    route: str
    params: tuple[str, ...]
    unnamed: int
    access: Access | None

    @property
    def is_nameless(self) -> bool:
        return not self.name or self.name.endswith(":")

    def url(self, world: World) -> str:
        if self.unnamed:
            return reverse(self.name, args=["1"] * self.unnamed)
        return reverse(self.name, kwargs=self._arguments(world))

    def _arguments(self, world: World) -> dict[str, Any]:
        if not self.params:
            return {}
        prefix = max((one for one in SUBJECTS if self.route.startswith(one)), key=len)
        known = SUBJECTS[prefix](world.subjects)
        return {name: known[name] for name in self.params}


def _chart(subjects: dict[str, Any]) -> dict[str, Any]:
    return {
        "pk": subjects["patient"].pk,
        "other": subjects["namesake"].pk,
        "kind": "phone",
    }


def _one(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda subjects: {"pk": subjects[name].pk}


def _always(**arguments: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda subjects: arguments


# What the arguments of an address are, by how its route begins.
SUBJECTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "patients/<id:pk>": _chart,
    "contacts/<id:pk>": _one("contact"),
    "family/<id:pk>": lambda subjects: {
        "pk": subjects["caregiving"].pk,
        "contact": subjects["caregiver contact"].pk,
        "kind": "email",
    },
    "care-team/<id:pk>": _one("member"),
    "announcements/<id:pk>": _one("announcement"),
    "alerts/<id:pk>": _one("alert"),
    "watches/<id:pk>": _one("watch"),
    "break-glass/<id:pk>": _one("glass"),
    "tasks/<id:pk>": _one("task"),
    "trail/<id:pk>": lambda subjects: {"pk": TrailEntry.objects.latest("pk").pk},
    "history/<slug:record>/<id:pk>": lambda subjects: {
        "record": "contactpoint",
        "pk": subjects["contact"].pk,
    },
    "duplicates/<id:pk>": _one("told apart"),
    "move/": lambda subjects: {"kind": "contact", "pk": subjects["contact"].pk},
    "incidents/<id:pk>": _one("incident"),
    "incidents/about/<id:pk>": _one("incident about"),
    "incidents/steps/<id:pk>": _one("incident step"),
    "team/<id:pk>": lambda subjects: {
        "pk": subjects["colleague"].pk,
        "location": subjects["location"].pk,
    },
    "team/absences/<id:pk>": _one("absence"),
    "team/rota/<id:pk>": _one("shift"),
    "settings/locations/<id:pk>": _one("location"),
    "settings/closures/<id:pk>": _one("closure"),
    "settings/imports/<id:pk>": _one("import"),
    "settings/imports/<id:pk>/columns": _one("new import"),
    "settings/exports/": _always(what="charts"),
    "downtime/sheets/<id:pk>": _one("day sheet"),
    "downtime/locations/<id:pk>": _one("location"),
    "downtime/paper/": lambda subjects: {
        "pk": subjects["paper entry"].pk,
        "kind": "note",
    },
    "l/": lambda subjects: {"token": subjects["link"]},
    "invitation/": lambda subjects: {"token": subjects["invitation"]},
    "accounts/2fa/webauthn/keys/": _always(pk=1),
    "accounts/^": _always(key="set-password", uidb36="1"),
    "admin/r/": _always(content_type_id="1", object_id="1"),
    "admin/": _always(object_id="1", app_label="practice", url="nothing"),
    **calendars.SUBJECTS,
    **campaigning.SUBJECTS,
    **posting.SUBJECTS,
    **talks.SUBJECTS,
    **ringing.SUBJECTS,
    **worded.SUBJECTS,
}


def url_table() -> list[Address]:
    """Every address of the site, those without a name included."""
    return list(_walk(get_resolver(), "", "", ()))


def addresses() -> list[Address]:
    """Every address that has a name; the rest is the admin's catching of strays."""
    return [address for address in url_table() if not address.is_nameless]


def _walk(
    resolver: URLResolver, route: str, space: str, params: tuple[str, ...]
) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here, found = route + str(pattern.pattern), params + _params(pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern, here, space + inner, found)
        else:
            yield Address(
                name=f"{space}{pattern.name or ''}",
                route=here,
                params=found,
                unnamed=0 if found else pattern.pattern.regex.groups,
                access=_access(pattern, space),
            )


def _params(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    return tuple(pattern.pattern.regex.groupindex) or tuple(pattern.pattern.converters)


def _access(pattern: URLPattern, space: str) -> Access | None:
    if space == "admin:":
        return CLOSED if pattern.name in ADMIN_CLOSED else ADMIN
    declared: Access | None = getattr(pattern.callback, "access", None)
    return declared or INSTALLED.get(pattern.name or "")


def build(people: dict[str, StaffMember], location: Location) -> World:
    """Fill the practice of the cast."""
    patient = _patient(location)
    subjects: dict[str, Any] = {"patient": patient, "location": location}
    subjects |= _around(patient, people)
    subjects |= colleagues.team(people, location)
    subjects |= importing.two_files(_KNOWN, by=people["manager"], home=location)
    subjects |= on_paper.sheet_and_entry(patient, people, location)
    subjects |= calendars.visits(patient, people, location)
    subjects |= worded.own_words(people)
    subjects |= {"delivery": posting.doubtful(patient)}
    subjects |= talks.said(patient, subjects["contact"], people)
    subjects |= {"call": ringing.comes_in(subjects["contact"])}
    subjects |= campaigning.for_the_walks(people, patient)
    return World(people, subjects)


def _patient(location: Location) -> Patient:
    patient = cast.make_patient(
        at=location,
        given_name=NAMES["given"],
        family_name=NAMES["family"],
        preferred_name=NAMES["preferred"],
        born_on=date(1961, 8, 23),
    )
    for kind, name in [
        (ContactKind.EMAIL, "e-mail"),
        (ContactKind.POST, "address"),
    ]:
        contacts.add(
            owner=patient, kind=kind, value=SECRETS[name], by=FOUNDER, now=MONDAY
        )
    return patient


def _around(patient: Patient, people: dict[str, StaffMember]) -> dict[str, Any]:
    """What hangs on the chart."""
    home, caregiving = patient.home_locations.get(), _caregiving(patient)
    patients.name_elsewhere(
        patient=patient, system="lab", value=SECRETS["number elsewhere"], by=FOUNDER
    )
    merged = cast.make_patient(at=home, family_name=NAMES["family"])
    merging.merge(duplicate=merged, into=patient, by=FOUNDER, now=MONDAY)
    return {
        "namesake": cast.make_patient(at=home, family_name=NAMES["family"]),
        "contact": cast.make_contact(patient, value=SECRETS["phone"]),
        "caregiving": caregiving,
        "caregiver contact": cast.make_contact(
            caregiving.caregiver, value=SECRETS["caregiver's phone"]
        ),
        "alert": patients.add_alert(
            patient=patient, text=SECRETS["alert"], ends_on=None, by=FOUNDER
        ),
        "glass": _glass(merged, people["stranger"]),
        **_cared_for_by(people["clinician"], patient),
        **_frames(patient),
        **_incident(patient, people["clinician"]),
        "told apart": duplicates.tell_apart(
            one=patient, other=cast.make_patient(at=home), by=FOUNDER
        ),
    }


def _incident(patient: Patient, reporter: StaffMember) -> dict[str, Any]:
    """A mistake about the chart, with a letter that is owed."""
    incident = incidents.report(
        kind="person",
        words=SECRETS["mistake"],
        patients=[patient],
        by=reporter,
        now=MONDAY,
    )
    return {
        "incident": incident,
        "incident about": incident.about.get(),
        "incident step": incidents.add_step(
            incident=incident,
            kind="letter",
            words=SECRETS["letter"],
            patient=patient,
            due_at=MONDAY,
            by=FOUNDER,
        ),
    }


def _caregiving(patient: Patient) -> Caregiving:
    caregiver = caregivers.introduce(
        name=SECRETS["caregiver"], language="en", by=FOUNDER
    )
    home = patient.home_locations.get()
    caregiver = caregivers.describe(  # known by a chart of their own
        caregiver=caregiver,
        name=caregiver.name,
        language="en",
        own_chart=cast.make_patient(at=home),
        by=FOUNDER,
    )
    row, _other = (
        caregivers.authorise(
            caregiver=caregiver,
            patient=chart,
            relation="partner",
            starts_on=MONDAY.date(),
            by=FOUNDER,
        )
        for chart in (patient, cast.make_patient(at=home))
    )
    return row


def _glass(patient: Patient, staff: StaffMember) -> BreakGlass:
    """An hour that is over, of a chart elsewhere."""
    return break_glass.open_chart(
        staff=staff,
        patient=patient,
        reason="other",
        explanation="Somebody asked for it by name.",
        by=staff,
        now=MONDAY - timedelta(hours=2),
    )


def _cared_for_by(clinician: StaffMember, patient: Patient) -> dict[str, Any]:
    return {
        "member": patients.join_care_team(
            patient=patient, staff=clinician, is_lead=True, by=FOUNDER, now=MONDAY
        ),
        "watch": watching.watch(
            patient=patient,
            caller=clinician,
            reason=SECRETS["watch"],
            quiet_days=7,
            ends_on=date(2026, 4, 1),
            by=clinician,
            now=MONDAY,
        ),
    }


def _frames(patient: Patient) -> dict[str, Any]:
    """One row of each frame, and the link's token."""
    return {
        "task": work.raise_task(
            kind="patient.call",
            title="Call back",
            to=Role.FRONT_DESK,
            due_at=MONDAY,
            patient=patient,
            by=FOUNDER,
            now=MONDAY,
        ),
        "announcement": announcements.announce(
            kind="patient.paused", patient=patient, by=FOUNDER, now=MONDAY
        ),
        "link": details_link.ask(patient=patient, by=FOUNDER, now=MONDAY),
    }
