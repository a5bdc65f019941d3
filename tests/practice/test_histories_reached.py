"""Every record's history is on some page of the site, or on another's history."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from practice.access import Door
from practice.models import StaffMember
from practice.proofs import models_by_record
from practice.trail import keep
from scheduling import booking, calendar_rules, catalogue, check_in, clearing, delays
from scheduling.booking import Despite, Plan
from scheduling.clearing import Wish
from scheduling.models import AppointmentType, Modality, RiskRule
from tests.cast import FOUNDER, sign_in
from tests.consent.stopping import stop
from tests.ground import layer
from tests.practice.world import addresses, build

pytestmark = pytest.mark.walk
LINK = re.compile(r'href="(/history/(\w+)/\d+/)"')
NEXT = re.compile(r'rel="next" href="\?([^"]+)"')
# What leads on from the trail itself does not count: auditors and managers read it.
TRAIL = "trail"
# Records that have no way to their history, and why.
WITHOUT: dict[str, str] = {}


@layer
def world(front_desk, clinician, manager, auditor, stranger, location, now):
    people = {"front_desk": front_desk, "clinician": clinician, "manager": manager}
    world = build(people | {"auditor": auditor, "stranger": stranger}, location)
    of_calendar(clinician, location, now)
    of_visits(world.subjects["visit"], clinician, now)
    stop(patient=world.subjects["patient"])
    return world


def of_visits(visit, clinician, now):
    """What happens to a visit on its day."""
    attendee, hour = visit.attendees.get(), timedelta(hours=1)
    delays.say_late(attendee=attendee, minutes=10, by=FOUNDER, now=now)
    plan = Plan(
        AppointmentType.objects.get(name="Intake"),
        clinician,
        visit.location,
        now,
        modality=Modality.TELEHEALTH,
    )
    despite = Despite(hours="At any hour", patient_elsewhere=True, notice=True)
    video = booking.book(
        plan=plan, patients=[attendee.patient], by=FOUNDER, now=now, despite=despite
    )
    check_in.check_in(
        attendee=video.attendees.get(),
        whereabouts="At home",
        call_back="+12125550199",
        company="",
        by=FOUNDER,
        now=now,
    )
    clearing.clear(
        clinician=clinician,
        starts_at=visit.starts_at - hour,
        ends_at=visit.ends_at + hour,
        wishes={visit.pk: Wish.read("leave")},
        by=clinician,
        now=now,
    )


def of_calendar(clinician, location, now):
    """What somebody decided about visits, or the machine learnt of them."""
    catalogue.add_type(
        name="Intake",
        is_telehealth=True,
        length=timedelta(minutes=50),
        clinicians=[clinician],
        locations=[location],
        instructions={"en": "Bring your glasses."},
        by=FOUNDER,
    )
    calendar_rules.change(late_cancel=timedelta(hours=12), by=FOUNDER)
    span = {"first_visit_at": now - timedelta(days=300), "last_visit_at": now}
    numbers = {"base": 0.1}
    rule = RiskRule(pk=1, fitted_at=now, visits=300, missed=30, numbers=numbers, **span)
    keep(rule, by=FOUNDER, kind="risk_rule.learnt")


def pages(world):
    """Every page that staff open; what acts or answers with a file is none."""
    for person in StaffMember.objects.all():
        yield reverse("staff_member", args=[person.pk])
    for kind in AppointmentType.objects.all():
        yield reverse("appointment_type", args=[kind.pk])
    for address in addresses():
        is_ours = address.access is not None and address.access.door is Door.STAFF
        if is_ours and not address.name.startswith((TRAIL, "record_", "admin:")):
            yield address.url(world)


def text_of(client, path):
    """A page as it is; whatever it does is taken back."""
    with transaction.atomic():
        answer = client.get(path)
        transaction.set_rollback(True)
    is_page = answer.get("Content-Type", "").startswith("text/html")
    return answer.content.decode() if answer.status_code == 200 and is_page else ""


def whole(client, path):
    """A history with all its pages."""
    text = text_of(client, path)
    yield text
    while following := NEXT.search(text):
        text = text_of(client, f"{path}?{following[1]}")
        yield text


def reached(client, world, wanted):
    """The histories that pages link to, and those that these link to; no more of them
    than it takes to find what is wanted.
    """
    ahead, waiting, found = pages(world), [], {}
    while wanted - set(found.values()):
        if not waiting and (path := next(ahead, None)):
            waiting.append(text_of(client, path))
        if not waiting:
            break
        for path, record in LINK.findall(waiting.pop()):
            if path not in found:
                found[path] = record
                waiting += whole(client, path)
    return set(found.values())


@pytest.mark.django_db
def test_every_record_has_a_way_to_its_history(world, manager):
    known = models_by_record().keys()

    ways = reached(sign_in(manager), world, known - WITHOUT.keys())

    assert sorted(known - ways - WITHOUT.keys()) == []
    assert WITHOUT.keys() <= known - ways
