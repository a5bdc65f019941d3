"""Finding one of 100,000 people: exact, prefix, typo; phone, date, number; the list.

Wall-clock milliseconds of the slowest query of each kind, each the median of its
rounds, on both databases. The bar counts exact, prefix and typo.
"""

from __future__ import annotations

import json
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import crowd, ground

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from practice.models import Patient

SAMPLE, ROUNDS, BAR = 12, 5, 100.0
COUNTED = ("exact", "prefix", "typo")
COMMON = ("ma", "jo", "sm", "maria", "an li")  # what very many people answer to


def main() -> None:
    if len(sys.argv) > 1:
        crowd.set_up()
        print(json.dumps(_measure()))
        return
    from tests.postgres import Server

    worst = _say("SQLite", crowd.told("bench.searching", crowd.sqlite(), "measure"))
    server = Server()
    found = crowd.told("bench.searching", crowd.postgres(server), "measure")
    worst = max(worst, _say("PostgreSQL", found))
    server.stop()
    ground.finish("searching", figure=worst, bar=BAR)


def _say(name: str, found: Mapping[str, Sequence[Any]]) -> float:
    for kind, (ms, query, hits, of) in found.items():
        seen = f"found {hits} of {of}" if of else ""
        slowest = f"slowest {query!r}" if query else ""
        print(f"  {name:10} {kind:8} {ms:6.1f} ms  {seen:16} {slowest}")
    return float(max(found[kind][0] for kind in COUNTED))


# In the process of one database ---------------------------------------------------
def _measure() -> dict[str, tuple[float, str, int, int]]:
    from django.urls import reverse

    from practice.models import Patient

    newest = Patient.objects.latest("pk").pk
    people = [
        Patient.objects.filter(pk__gte=newest * part // SAMPLE).earliest("pk")
        for part in range(SAMPLE)
    ]
    found = {kind: _slowest(make(people)) for kind, make in KINDS.items()}
    client = ground.sign_in(ground.manager())
    path = reverse("patients")
    after = Patient.objects.order_by("family_name", "given_name", "pk")[newest // 2].pk
    for name, address in (("list", path), ("middle", f"{path}?after={after}")):
        ms = _median(lambda address=address: client.get(address))  # type: ignore[misc]
        found[name] = (ms, "", 0, 0)
    return found


def _exact(people: Sequence[Patient]) -> list[tuple[str, int]]:
    return [(f"{one.given_name} {one.family_name}", one.pk) for one in people]


def _prefix(people: Sequence[Patient]) -> list[tuple[str, int]]:
    some = [(f"{one.family_name[:4]} {one.given_name[:3]}", one.pk) for one in people]
    return some + [(query, 0) for query in COMMON]


def _typo(people: Sequence[Patient]) -> list[tuple[str, int]]:
    """Two letters that changed places, a wrong one, one too few, one too many."""
    slips = (
        lambda name: name[:2] + name[3:4] + name[2:3] + name[4:],
        lambda name: name[:3] + "q" + name[4:],
        lambda name: name[:2] + name[3:],
        lambda name: name[:2] + name[2:3] * 2 + name[3:],
    )
    return [
        (f"{one.given_name} {slips[n % len(slips)](one.family_name)}", one.pk)
        for n, one in enumerate(people)
        if len(one.family_name) > 4
    ]


def _phone(people: Sequence[Patient]) -> list[tuple[str, int]]:
    from practice.models import ContactPoint

    queries = []
    for digits, one in zip((4, 7, 10) * SAMPLE, people, strict=False):
        point = ContactPoint.objects.filter(patient=one, kind="phone").first()
        if point is not None:
            queries.append((str(point.phone)[-digits:], one.pk))
    return queries


def _date(people: Sequence[Patient]) -> list[tuple[str, int]]:
    return [(f"{one.born_on:%m/%d/%Y}", one.pk) for one in people]


def _number(people: Sequence[Patient]) -> list[tuple[str, int]]:
    numbers = [one.external_ids.filter(is_current=True).first() for one in people]
    return [(row.value.lower(), row.patient_id) for row in numbers if row]


KINDS: dict[str, Callable[[Sequence[Patient]], list[tuple[str, int]]]] = {
    "exact": _exact,
    "prefix": _prefix,
    "typo": _typo,
    "phone": _phone,
    "date": _date,
    "number": _number,
}


def _slowest(queries: Sequence[tuple[str, int]]) -> tuple[float, str, int, int]:
    """The slowest query with its time; how often who was meant is in the answer."""
    from practice.searching import find_people

    staff = ground.manager()
    timed, hits, meant = [], 0, 0
    for query, number in queries:
        people = find_people(query, staff=staff, now=crowd.NOW)
        meant += number > 0
        hits += number in [one.patient_id for one in people]
        timed.append(
            (
                _median(lambda: find_people(query, staff=staff, now=crowd.NOW)),  # noqa: B023
                query,
            )
        )
    ms, query = max(timed)
    return ms, query, hits, meant


def _median(act: Callable[[], object]) -> float:
    spent = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        act()
        spent.append((time.perf_counter() - began) * 1e3)
    return median(spent)


if __name__ == "__main__":
    main()
