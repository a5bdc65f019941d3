"""Questions to the database whose SQL is composed once, and asked again and again.

Django composes a query anew whenever it is asked, which takes several times as long as
the answer of the database; a page that is opened all day asks dozens
(python -m bench.pages). No answer is kept, only the words of the question: whatever
may differ from one time to the next is given, and nothing else is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, Func, IntegerField, QuerySet

if TYPE_CHECKING:
    from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
Compose = Callable[..., "QuerySet[Any, Row]"]


class Given(Expression):
    """What stands in a question for a value, or for a list of so many."""

    def __init__(self, name: str, many: int | None = None) -> None:
        super().__init__(output_field=Field())
        self._name, self._many = name, many

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **context: Any) -> Any:
        if self._many is None:
            return "%s", [self]
        if not self._many:
            raise EmptyResultSet
        places = ", ".join(["%s"] * self._many)
        return f"({places})", [_Place(self, n) for n in range(self._many)]

    def of(self, values: Mapping[str, Any]) -> Any:
        return values[self._name]


@dataclass(frozen=True, slots=True)
class _Place:
    """One of the values of a list."""

    given: Given
    number: int

    def of(self, values: Mapping[str, Any]) -> Any:
        return self.given.of(values)[self.number]


def as_parameter(value: Any, connection: Any) -> Any:
    """A moment, or what stands for one, in SQL that is written out."""
    is_given = isinstance(value, Given)
    return value if is_given else connection.ops.adapt_datetimefield_value(value)


class HowMany(Func):
    """How many rows there are: `rows.values_list(HowMany())` has one row."""

    template, arity, output_field = "COUNT(*)", 0, IntegerField()


class Prepared(Generic[Row]):
    """Asks what `compose` makes of its arguments; answers the rows, as a list.

    What is given by name is filled in each time: numbers, texts, dates, moments, lists
    of them, never None; a record by its key. What is given by place is part of the
    words, and composed for each: how many rows, which roles.
    """

    def __init__(self, compose: Compose[Row]) -> None:
        self._compose = compose
        self._known: dict[Any, _Words | None] = {}

    def __call__(self, *words: Any, **values: Any) -> list[Row]:
        given = {name: _listed(value) for name, value in values.items()}
        lengths = {name: _length(value) for name, value in given.items()}
        key = (*words, *lengths.items())
        if key not in self._known:
            places = {name: Given(name, many) for name, many in lengths.items()}
            self._known[key] = _words_of(self._compose(*words, **places))
        known = self._known[key]
        return list(known.asked(given)) if known else []

    def first(self, *words: Any, **values: Any) -> Row | None:
        return next(iter(self(*words, **values)), None)


def prepared(compose: Compose[Row]) -> Prepared[Row]:
    """Decorate a function that composes a query."""
    return Prepared(compose)


@dataclass(frozen=True, slots=True)
class _Words:
    """A question as it was composed, with places for what is given."""

    rows: QuerySet[Any, Any]
    compiler: SQLCompiler  # knows what the columns of an answer are
    sql: str
    parameters: Sequence[Any]

    def asked(self, given: Mapping[str, Any]) -> QuerySet[Any, Any]:
        """The query with its values, as Django would have composed it."""
        query = copy(self.rows.query)
        query.get_compiler = partial(self._filled, given)  # type: ignore[method-assign]
        asked: QuerySet[Any, Any] = QuerySet(self.rows.model, query=query)
        for name in ("_iterable_class", "_fields"):  # rows, tuples or single values
            setattr(asked, name, getattr(self.rows, name))
        return asked

    def _filled(self, given: Mapping[str, Any], using: str) -> SQLCompiler:
        """The same compiler, on this thread's connection."""
        compiler = copy(self.compiler)
        compiler.connection = connections[using]
        adapt = compiler.connection.ops.adapt_unknown_value
        filled = tuple(
            adapt(one.of(given)) if isinstance(one, Given | _Place) else one
            for one in self.parameters
        )
        written = partial(tuple, (self.sql, filled))
        compiler.as_sql = written  # type: ignore[method-assign, assignment]
        return compiler


def _words_of(rows: QuerySet[Any, Any]) -> _Words | None:
    """None where no row can fit."""
    compiler = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    return _Words(rows, compiler, sql, parameters)


def _listed(value: Any) -> Any:
    """A list is filled up to 1, 2, 4, 8 …: few lengths, and so few questions."""
    if value is None:
        raise TypeError("None is not given: it is asked for by IS NULL.")
    if not isinstance(value, list | tuple | Set):
        return value
    values = list(value)
    room = 1 << (len(values) - 1).bit_length() if values else 0
    return values + values[-1:] * (room - len(values))


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, list) else None
