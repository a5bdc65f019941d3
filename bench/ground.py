"""The ground the benches stand on: a practice of a given size, kept between runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.test import Client

    from practice.models import StaffMember

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("practice", "scheduling")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the site, and words that stand on it."""

    path: str
    shows: list[str]


def prepare(size: int) -> None:
    """Point Django at a practice of `size` charts; build it where it is missing."""
    os.environ["BENCH_SIZE"] = str(size)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    folder = ROOT / "var" / "bench" / str(size)
    stamp = folder / "stamp"
    if not stamp.exists() or stamp.read_text() != digest():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        django.setup()
        _build(size)
        stamp.write_text(digest())
    django.setup()
    as_served()


def as_served() -> None:
    """As the web server does once it is loaded."""
    from practice import garbage

    garbage.settle()


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
    """Who looks at the pages: somebody with work of every kind."""
    from practice.models import StaffMember

    return StaffMember.objects.earliest("pk")


def desk() -> StaffMember:
    """Whose Today has the day's board on it."""
    from practice.models import StaffMember

    return StaffMember.objects.get(is_front_desk=True)


def pages() -> dict[str, Page]:
    """Every staff page that shows a list or a chart, by its name.

    With what it has to show: a page that shows nothing measures nothing.
    """
    from django.urls import reverse

    from bench import people, visits
    from practice.models import BreakGlass, Location, Patient
    from scheduling.models import Appointment

    team, chart = [people.COLLEAGUE], Patient.objects.earliest("pk")
    shown = {
        "today": [people.TASK, people.WATCH, people.OPENER, people.PLACE, "Paused"],
        "tasks": [people.TASK],
        "patients": ["Ames"],
        "staff": team,
        "rota": team,
        "settings_home": [people.PLACE, people.CLOSURE],
        "scorecard": ["of"],
        "announcements": ["Paused", people.COLLEAGUE],
        "break_glass_list": [people.OPENER],
        **{name: [*team, visits.KIND] for name in ("calendar", "board", "call_list")},
    }
    found = {name: Page(reverse(name), words) for name, words in shown.items()}
    everything = [people.ALERT, people.WATCH, people.TASK, people.AUNT, "555-"]
    about = {
        "patient": (chart.pk, [*everything, *team, "Contact changed", visits.KIND]),
        "patient_edit": (chart.pk, [chart.family_name, people.PLACE]),
        "patient_needs": (chart.pk, ["interpreter"]),
        "staff_member": (manager().pk, [people.PLACE, "Manager"]),
        "location": (Location.objects.get(name="Main 1").pk, [people.CLOSURE, *team]),
        "visit": (Appointment.objects.latest("starts_at").pk, [visits.KIND, *team]),
        "break_glass_review": (BreakGlass.objects.earliest("pk").pk, [people.OPENER]),
    }
    for name, (pk, words) in about.items():
        found[name] = Page(reverse(name, args=[pk]), words)
    return found


def visit(client: Client) -> None:
    """Ask for every page once; stop unless each shows what it has to show."""
    for name, page in pages().items():
        response = client.get(page.path)
        text = response.content.decode()
        missing = [words for words in page.shows if words not in text]
        if response.status_code != 200 or missing:
            raise SystemExit(f"{name}: {response.status_code}, without {missing}")


def interleaved(
    acts: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, float]:
    """CPU milliseconds of each act: medians of rounds that take turns."""
    spent: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(rounds + 3):
        for name, act in acts.items():
            began = clock()
            act()
            if turn >= 3:  # the first three warm up
                spent[name].append((clock() - began) * 1e3)
    return {name: median(times) for name, times in spent.items()}


def digest() -> str:
    """Of everything that decides what the data set looks like."""
    here = Path(__file__)
    files = [here, here.with_name("people.py"), here.with_name("visits.py")]
    files += [ROOT / floor / "migrations/0001_initial.py" for floor in FLOORS]
    files.append(ROOT / "practice/intake.py")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _build(size: int) -> None:
    from django.core.management import call_command

    from bench import people

    call_command("migrate", verbosity=0)
    people.settle(size)
