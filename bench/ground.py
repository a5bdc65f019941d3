"""The ground the benches stand on: a practice of a given size, kept between runs."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.test import Client

    from practice.intake import NewChart
    from practice.models import Location, Patient, StaffMember

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent


def prepare(size: int) -> None:
    """Point Django at a practice of `size` charts; build it where it is missing."""
    os.environ["BENCH_SIZE"] = str(size)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    folder = ROOT / "var" / "bench" / str(size)
    stamp = folder / "stamp"
    if not stamp.exists() or stamp.read_text() != _digest():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        django.setup()
        _build(size)
        stamp.write_text(_digest())
    django.setup()


def finish(name: str, *, figure: float, bar: float) -> None:
    """Print the closing line that `make bench` and people read."""
    print(f"{name} ratio={figure / bar:.2f} target<=1")
    sys.stdout.flush()


def sign_in(person: StaffMember) -> Client:
    """A client signed in with a second factor."""
    from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    session = client.session
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(person.pk)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "mfa", "type": "totp", "at": time.time()}
    ]
    session.save()
    return client


def manager() -> StaffMember:
    from practice.models import Role, StaffMember

    return StaffMember.objects.holding(Role.MANAGER)[0]


def busiest() -> Patient:
    """The chart with most on it: its page is the one measured."""
    from django.db.models import Count

    from practice.models import Patient

    charts = Patient.objects.annotate(n=Count("contact_points"))
    return charts.order_by("-n", "pk")[0]


def pages() -> dict[str, str]:
    """Every staff page of this floor that shows a list or a chart."""
    from django.urls import reverse

    names = ["today", "tasks", "patients", "staff", "rota", "settings_home"]
    names += ["scorecard", "announcements", "break_glass_list"]
    found = {name: reverse(name) for name in names}
    chart = busiest()
    found["patient"] = reverse("patient", args=[chart.pk])
    found["patient_edit"] = reverse("patient_edit", args=[chart.pk])
    return found


def interleaved(
    acts: Mapping[str, Callable[[], object]], *, rounds: int
) -> dict[str, float]:
    """CPU milliseconds of each act: medians of rounds that take turns."""
    spent: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(rounds + 3):
        for name, act in acts.items():
            began = time.process_time()
            act()
            if turn >= 3:  # the first three warm up
                spent[name].append((time.process_time() - began) * 1e3)
    return {name: median(times) for name, times in spent.items()}


def _digest() -> str:
    """Of everything that decides what the data set looks like."""
    files = [Path(__file__), ROOT / "practice/migrations/0001_initial.py"]
    files.append(ROOT / "practice/intake.py")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _build(size: int) -> None:
    """A practice of one place and one manager with `size` charts and some tasks."""
    from django.core.management import call_command

    from practice import intake

    call_command("migrate", verbosity=0)
    dice = random.Random(size)  # noqa: S311 - not a secret
    place, boss = _found()
    charts = [_chart(n, dice, place) for n in range(size)]
    for start in range(0, size, 1000):
        intake.admit_many(charts=charts[start : start + 1000], by=boss, now=NOW)
    _give_work(boss, most=min(size, 40))


def _found() -> tuple[Location, StaffMember]:
    from practice import locations, staffing
    from practice.models import Role
    from practice.trail import Automation

    by, phone = Automation("bench"), "+12125550100"
    zone = "America/New_York"
    lines = {"crisis_line": "Call or text 988.", "crisis_line_es": "Llame al 988."}
    locations.found(by=by, name="Bench Practice", phone=phone, **lines)
    place = locations.add(
        by=by, name="Main", short_name="Main", address="1", time_zone=zone, phone=phone
    )
    boss = staffing.add_staff(
        email="boss@example.test",
        name="Bo Boss",
        roles=[Role.MANAGER, Role.CLINICIAN],
        locations=[place],
        by=by,
    )
    return place, boss


def _give_work(boss: StaffMember, *, most: int) -> None:
    from practice import patients, work
    from practice.models import Patient, Role

    for chart in Patient.objects.order_by("pk")[:most]:
        work.raise_task(
            kind="bench.task",
            title="Call about the form",
            to=Role.MANAGER,
            due_at=NOW + timedelta(days=1),
            patient=chart,
            by=boss,
            now=NOW,
        )
    first = Patient.objects.earliest("pk")
    patients.add_alert(patient=first, text="Latex allergy", ends_on=None, by=boss)


def _chart(n: int, dice: random.Random, place: Location) -> NewChart:
    from practice.intake import NewChart

    details = {
        "given_name": dice.choice(["Ada", "Ben", "Cleo", "Dov", "Eve"]) + f" {n}",
        "family_name": dice.choice(["Ames", "Brook", "Chen", "Diaz", "Ekwueme"]),
        "born_on": date(1940, 1, 1) + timedelta(days=dice.randrange(28_000)),
    }
    phone = f"+1{dice.choice([212, 305, 415, 602])}55501{n % 100:02}"
    contact = {"kind": "phone", "value": phone, "may_call": True}
    return NewChart(details=details, homes=[place], contacts=[contact])
