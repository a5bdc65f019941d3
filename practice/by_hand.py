"""Which announcements wait for a person to pass them on, as one condition."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, F, Func

from practice.contributions import Announced, load
from practice.prepared import as_parameter
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

_COLUMNS = (
    "pk",
    "patient",
    "kind",
    "ids",
    "announced_at",
    "taken_at",
    "withdrawn_at",
    "not_after",
)
# Written out, because pages ask it for every reader: Django would draw it anew, and
# that took a fifth of the time of Today.
_WAITS = """({taken_at} IS NULL AND {withdrawn_at} IS NULL
    AND ({not_after} IS NULL OR {not_after} > %s) AND {kind} IN ({kinds})
    AND NOT ({died}) AND NOT ({later}))"""
_DIED = """{kind} IN ({kinds}) AND EXISTS (SELECT 1 FROM practice_patient AS chart
    LEFT JOIN practice_patient AS head ON head.id = chart.merged_into_id
    WHERE chart.id = {patient} AND %s IN (chart.state, head.state))"""
_LATER = """EXISTS (SELECT 1 FROM practice_announcement AS later
    WHERE later.patient_id = {patient} AND later.id > {pk}
    AND later.withdrawn_at IS NULL AND ({reasons}))"""
_ONE_ACT = """({kind} IN ({kinds}) AND later.kind = {kind}
    AND later.announced_at = {announced_at} AND later.taken_at IS NULL)"""
_ONE_THING = """({kind} {is_in} ({kinds}) AND later.kind IN ({news})
    AND later.ids = {ids} AND {ids} <> '{{}}')"""


class ByHand(Func):
    """Whether a row of Announcement waits for somebody to pass it on; to filter by.

    Nobody was told of it, it is not too late, the patient did not die, and it is not
    old news: of what happened to a patient in one act, the newest row stands for all;
    of one visit, the newest news. What is said apart waits for its own ends.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, now: datetime) -> None:
        super().__init__(*map(F, _COLUMNS))
        self._now = now

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **context: Any) -> Any:
        columns = [compiler.compile(one)[0] for one in self.source_expressions]
        sql, parameters = _waits(tuple(columns))
        return sql, [as_parameter(self._now, connection), *parameters]


@cache
def _waits(columns: tuple[str, ...]) -> tuple[str, Sequence[str]]:
    """The condition on one table's columns; its parameters but the first, the time."""
    named = dict(zip(_COLUMNS, columns, strict=True))
    reasons, parameters = zip(*_reasons(), strict=True)
    either = " OR ".join(reason.format(**named) for reason in reasons)
    floors: Sequence[Announced] = load("ANNOUNCED")
    known = [kind for one in floors for kind in one.words]
    told = _for_patients(floors)
    sql = _WAITS.format(
        kinds=_marks(known),
        died=_DIED.format(kinds=_marks(told), **named),
        later=_LATER.format(reasons=either, **named),
        **named,
    )
    died = [*told, str(PatientState.DECEASED)]
    return sql, [*known, *died, *(kind for kinds in parameters for kind in kinds)]


def _for_patients(floors: Sequence[Announced]) -> list[str]:
    return [kind for one in floors if one.is_for_patient for kind in one.words]


def _reasons() -> Iterator[tuple[str, Sequence[str]]]:
    """Why a row may be old news, each with the kinds that it names."""
    floors: Sequence[Announced] = load("ANNOUNCED")
    told = _for_patients(floors)
    ends = {kind: over for one in floors for kind, over in one.apart.items()}
    news = {*told, *(kind for one in floors for kind in one.settled)} - ends.keys()
    yield _ONE_ACT.replace("{kinds}", _marks(told)), told
    yield _one_thing([*ends], news, is_in="NOT IN")
    for kind, over in ends.items():
        yield _one_thing([kind], [kind, *over])


def _one_thing(
    kinds: Sequence[str], news: Collection[str], *, is_in: str = "IN"
) -> tuple[str, Sequence[str]]:
    filled = _ONE_THING.replace("{is_in}", is_in)
    filled = filled.replace("{kinds}", _marks(kinds)).replace("{news}", _marks(news))
    return filled, [*kinds, *news]


def _marks(kinds: Collection[str]) -> str:
    return ", ".join("%s" for _kind in kinds)
