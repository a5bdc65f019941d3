"""The page that says what may be sent: the table of consent.purposes in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from consent.purposes import TABLE, WORDS, Obeys
from practice.access import signed_in

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.http import HttpResponse
    from django_stubs_ext import StrOrPromise

    from consent.purposes import Rule
    from practice.views.pages import StaffRequest


@dataclass(frozen=True, slots=True)
class Row:
    """One purpose in words."""

    rule: Rule
    obeys: Sequence[StrOrPromise]
    ignores: Sequence[StrOrPromise]


@signed_in
@require_GET
def purposes(request: StaffRequest) -> HttpResponse:
    """What each message obeys; everybody who works here may read it."""
    rows = [
        Row(rule, _words(rule.obeys), _words(set(Obeys) - rule.obeys))
        for rule in TABLE.values()
    ]
    heads = [WORDS[one] for one in Obeys]
    return render(request, "consent/purposes.html", {"rows": rows, "heads": heads})


def _words(some: Collection[Obeys]) -> Sequence[StrOrPromise]:
    """In the order of the table, and in no other."""
    return [WORDS[one][0] for one in Obeys if one in some]
