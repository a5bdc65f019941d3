"""An import taken as far as a test wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from practice import import_work, imports
from practice.import_cells import Plan
from practice.models import Decision, Import
from practice.states import ImportState
from practice.twin_pages import RULES
from practice.versions import Shown
from tests.cast import MONDAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from practice.models import Location, StaffMember

HEAD = "MRN,Given name,Family name,Date of birth,Phone,Emergency contact"
HEAD += ",Emergency contact relation,Emergency contact phone"
ADA = "A1,Ada,Ames,1980-01-31,(212) 555-0117,Kit Ames,brother,(212) 555-0130"
BEN = "A2,Ben,Brook,1990-11-12,(212) 555-0118,,,"


def table(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows]).encode()


def check(
    data: bytes, *, by: StaffMember, home: Location, order: str = "ymd", **answers: Any
) -> Import:
    """The file with every row checked."""
    row = imports.take(data=data, by=by, now=MONDAY)
    names, _known = imports.guess(row)
    plan = Plan(columns=names, order=order, home=home.pk, **answers)
    imports.read_as(row=row, plan=plan, by=by, now=MONDAY)
    return worked(row)


def bring_in(data: bytes, *, by: StaffMember, home: Location, **answers: Any) -> Import:
    """The file with everything that can come in, in."""
    row = check(data, by=by, home=home, **answers)
    return worked(confirmed(row, by=by))


def two_files(known: str, *, by: StaffMember, home: Location) -> dict[str, Import]:
    """A file that was just sent, and one that was checked: with every finding."""
    rows = [f"Ina,Incoming{n},1990-01-0{n},(212) 555-012{n}" for n in range(1, 7)]
    data = table(
        *(*rows, rows[0], ",Nameless,1990-01-01,911", known),
        head="Given name,Family name,Date of birth,Phone",
    )
    new = imports.take(data=data, by=by, now=MONDAY)
    return {"new import": new, "import": check(data, by=by, home=home)}


def confirmed(row: Import, *, by: StaffMember, decision: str = Decision.ADD) -> Import:
    for rule in RULES:
        # A number alone makes nobody one person with another.
        is_ours = decision in rule.decisions
        imports.decide_by_rule(
            row=row,
            kind=rule.kind,
            is_certain=rule.is_certain,
            is_by_number=rule.is_by_number,
            decision=decision if is_ours else Decision.OPEN,
            by=by,
        )
    return imports.confirm(row=row, leaves_out_problems=True, by=by, now=MONDAY)


def hidden(row: Import) -> Import:
    """Everything has come in, and nothing is shown yet."""
    while row.staged.parts.filter(admitted_at=None).exists():
        assert import_work.step(now=MONDAY)
    row.refresh_from_db()
    assert row.state == ImportState.ADMITTING
    return row


def worked(row: Import) -> Import:
    """The import after the worker has done all it can."""
    while import_work.step(now=MONDAY):
        pass
    return Import.objects.get(pk=row.pk)


def version(row: Import) -> dict[str, str]:
    """What a page of it carries that was just opened."""
    return {"version": Shown.record(Import, row.pk).version}


def lines(findings: Any) -> Sequence[int]:
    return list(findings.values_list("line", flat=True))
