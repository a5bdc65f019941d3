"""The pictures in README: the demo practice, as a browser shows it.

`make screenshots` writes them to docs/screenshots; a plain run only takes them, with
fewer people.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from practice import chores, details_link, health, seeds, verifying
from practice.models import Patient, Role, StaffMember
from practice.trail import Automation
from scheduling import seeds as visits
from tests.faults.few import PEOPLE

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "docs" / "screenshots"
TAKES = "SCREENSHOTS" in os.environ
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 760}


@pytest.fixture
def folder(tmp_path):
    return KEPT if TAKES else tmp_path


@pytest.fixture
def demo(transactional_db):
    """The demo's people and visits, and a chart with a family."""
    now = datetime.now(UTC)  # noqa: TID251 - the pages show today
    seeds.seed(now=now, people=seeds.PEOPLE if TAKES else PEOPLE)
    visits.seed(now=now)
    health.beat(health.WORKER)
    health.beat("sender")
    verifying.remember(verifying.Result(now, is_whole=True))
    chores.run_due(now=now)
    family = Patient.objects.filter(
        caregivings__is_withdrawn=False, alerts__is_withdrawn=False, state="active"
    )
    chart = family.order_by("pk")[0]
    token = details_link.ask(patient=chart, by=Automation("pictures"), now=now)
    return chart, token


def test_the_pictures_of_the_readme_can_be_taken(demo, page_as, folder):
    chart, token = demo
    day = _workday(datetime.now(UTC).date())  # noqa: TID251 - as above
    desk = StaffMember.objects.holding(Role.FRONT_DESK).filter(is_manager=False)[0]
    manager = StaffMember.objects.holding(Role.MANAGER)[0]
    shots = [
        ("today", desk, "/", DESK, "light"),
        ("chart", manager, f"/patients/{chart.pk}/", DESK, "light"),
        ("team", manager, "/team/", DESK, "light"),
        ("calendar", desk, f"/calendar/?on={day}", DESK, "light"),
        ("board-dark", desk, f"/board/?on={day}", DESK, "dark"),
        ("rota-dark", manager, "/team/rota/", DESK, "dark"),
        ("link", None, f"/l/{token}/", PHONE, "light"),
    ]

    for name, person, path, size, scheme in shots:
        page = page_as(person, viewport=size, color_scheme=scheme)
        page.goto(path)
        page.screenshot(path=folder / f"{name}.png")
        page.context.close()

    taken = {file.stem for file in folder.glob("*.png")}
    assert taken == {name for name, *_rest in shots}


def _workday(day: date) -> date:
    """The day, or the Monday after a weekend: nobody is at the desk then."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


def test_the_readme_shows_pictures_that_exist():
    names = re.findall(
        r"docs/screenshots/([\w-]+\.png)", (ROOT / "README.md").read_text()
    )

    missing = [name for name in names if not (KEPT / name).exists()]

    assert names
    assert not missing
