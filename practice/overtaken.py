"""Which announcements are old news: later ones of the same patient stand for them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, F, Func

from practice.contributions import Announced, load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_COLUMNS = ("pk", "patient", "kind", "ids", "announced_at")
# Written out, because pages ask it for every reader: Django would draw it anew, and
# that took a fifth of the time of Today.
_LATER = """EXISTS (SELECT 1 FROM practice_announcement AS later
    WHERE later.patient_id = {patient} AND later.id > {pk}
    AND later.withdrawn_at IS NULL AND ({reasons}))"""
_ONE_ACT = """({kind} IN ({kinds}) AND later.kind = {kind}
    AND later.announced_at = {announced_at} AND later.taken_at IS NULL)"""
_ONE_THING = """({kind} {is_in} ({kinds}) AND later.kind IN ({news})
    AND later.ids = {ids} AND {ids} <> '{{}}')"""


class Overtaken(Func):
    """Whether a row of Announcement is old news; to filter by.

    Of what happened to a patient in one act, the newest row stands for all; of one
    visit, the newest news. What is said apart waits for its own ends.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, *columns: Any) -> None:
        super().__init__(*(columns or map(F, _COLUMNS)))

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **context: Any) -> Any:
        columns = [compiler.compile(one)[0] for one in self.source_expressions]
        return _exists(tuple(columns))


@cache
def _exists(columns: tuple[str, ...]) -> tuple[str, Sequence[str]]:
    """The condition on one table's columns, with its parameters."""
    reasons, parameters = zip(*_reasons(), strict=True)
    named = dict(zip(_COLUMNS, columns, strict=True))
    either = " OR ".join(reason.format(**named) for reason in reasons)
    sql = _LATER.format(reasons=either, **named)
    return sql, [kind for kinds in parameters for kind in kinds]


def _reasons() -> Iterator[tuple[str, Sequence[str]]]:
    """Why a row may be old news, each with the kinds that it names."""
    floors: Sequence[Announced] = load("ANNOUNCED")
    told = [kind for one in floors if one.is_for_patient for kind in one.words]
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
