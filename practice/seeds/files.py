"""Files in the demo: one that came in from an older system, one that waits.

The second has what a real one has: rows that cannot come in, and somebody who is
here already.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from practice import duplicates, import_work, imports
from practice.import_cells import Plan
from practice.invented.phones import ARIZONA, CHICAGO
from practice.models import ContactPoint, Location
from practice.sheets import written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from practice.invented.homes import World
    from practice.models import Import, StaffMember

HEAD = ["MRN", "Given name", "Family name", "Date of birth", "Patient since"]
HEAD += ["Mobile", "E-mail", "Emergency contact", "Emergency contact relation"]
PAST = (
    ("Marguerite", "Vandersloot", "1951-03-18", "Pieter Vandersloot", "spouse"),
    ("Terrence", "Oyelaran", "1978-11-02", "", ""),
    ("Luz", "Arriaga Montes", "1989-06-27", "Inés Montes", "mother"),
    ("Harold", "Finkbeiner", "1944-09-09", "Ruth Finkbeiner", "daughter"),
    ("Siobhan", "Mac Gabhann", "1993-01-30", "", ""),
    ("Dmitri", "Zelenko", "1967-07-14", "Olha Zelenko", "spouse"),
    ("Aaliyah", "Broussard", "2001-12-05", "Monique Broussard", "mother"),
    ("Kenji", "Watanabe-Ruiz", "1985-04-21", "", ""),
)
WAITING = (
    ("Rosamund", "Hightower", "1972-08-11"),
    ("Cormac", "Delahunty", "1990-02-17"),
    ("Yolanda", "Quispe", "1983-10-03"),
    ("Bartholomew", "Nkemelu", "1996-05-29"),
    ("Fern", "Littlewolf", "31/31/1979"),  # no such day
    ("Odalys", "", "1988-03-08"),
)
CHARTS, DAY = len(PAST), timedelta(days=1)


def happen(world: World, *, by: StaffMember, now: datetime) -> None:
    """Both files, and the duplicates that a night has found since."""
    _came_in(world, by=by, now=now - 12 * DAY)
    _waits(world, by=by, now=now)
    duplicates.look()


def _came_in(world: World, *, by: StaffMember, now: datetime) -> None:
    """A colleague retired, and his patients were offered a place here."""
    rows, since = [], (now - 300 * DAY).date().isoformat()
    for number, (given, family, born, kin, relation) in enumerate(PAST):
        phone = world.phones.take(CHICAGO)
        mail = f"{given.lower()}.{number}@example.org"
        name = [f"K-{1104 + number}", given, family, born, since]
        rows.append([*name, phone, mail, kin, relation])
    row = _checked(rows, home=_home("earliest"), by=by, now=now)
    imports.confirm(row=row, leaves_out_problems=True, by=by, now=now)
    _work(now=now)


def _waits(world: World, *, by: StaffMember, now: datetime) -> None:
    rows = [
        _row(f"W-{2001 + number}", given, family, born, world.phones.take(ARIZONA))
        for number, (given, family, born) in enumerate(WAITING)
    ]
    points = ContactPoint.objects.filter(kind="phone", patient__state="active")
    point = points.select_related("patient").earliest("pk")
    known = point.patient
    if known is not None:
        born = known.born_on.isoformat()
        names = (known.given_name, known.family_name)
        rows.append(_row("W-2010", *names, born, str(point.phone)))
    _checked(rows, home=_home("latest"), by=by, now=now)


def _row(number: str, given: str, family: str, born: str, phone: str) -> list[str]:
    return [number, given, family, born, "", phone, "", "", ""]


def _checked(
    rows: Sequence[list[str]], *, home: Location, by: StaffMember, now: datetime
) -> Import:
    data = "".join(written(iter([HEAD, *rows]))).encode()
    row = imports.take(data=data, by=by, now=now)
    names, _known = imports.guess(row)
    plan = Plan(columns=names, order="ymd", home=home.pk)
    imports.read_as(row=row, plan=plan, by=by, now=now)
    _work(now=now)
    row.refresh_from_db()
    return row


def _work(*, now: datetime) -> None:
    """What the worker does, at once."""
    while import_work.step(now=now):
        pass


def _home(which: str) -> Location:
    rows = Location.objects.filter(is_active=True)
    return rows.earliest("pk") if which == "earliest" else rows.latest("pk")
