"""Files from anywhere: a sentence for each row that cannot come in, nothing lost."""

from __future__ import annotations

import gzip
import io
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from practice import import_work, imports, sheets, staging
from practice.columns import LABELS
from practice.import_cells import Plan
from practice.models import Finding, Import
from practice.states import ImportState
from tests.cast import MONDAY, sign_in
from tests.practice.importing import check, confirmed, worked

pytestmark = pytest.mark.django_db
HEAD = "Given name,Family name,Date of birth,Phone\n"
ZOE = "Zoë,Núñez,1985-03-31,(212) 555-0117\n"
BEN = "Ben,Brook,1990-11-12,(212) 555-0118\n"
GOOD = HEAD + ZOE + BEN


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is, and the lines that come in and stay out."""

    data: bytes
    good: list[int] = field(default_factory=list)
    bad: list[int] = field(default_factory=list)


def text(words: str, good: list[int], bad: list[int] | None = None) -> Kind:
    return Kind(words.encode(), good, bad or [])


def refused(data: bytes) -> Kind:
    return Kind(data)


def row(**cells: str) -> Kind:
    """One good row before and one after a row with other cells."""
    usual = {"given": "Ada", "family": "Ames", "born": "1980-01-31", "phone": ""}
    odd = ",".join((usual | cells).values())
    return text(f"{HEAD}{ZOE}{odd}\n{BEN}", [2, 4], [3])


def fine(**cells: str) -> Kind:
    kind = row(**cells)
    return Kind(kind.data, [2, 3, 4])


def a_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("patients.csv", GOOD)
    return packed.getvalue()


KINDS = {
    # Encodings
    "UTF-8": text(GOOD, [2, 3]),
    "UTF-8 with a mark": Kind(GOOD.encode("utf-8-sig"), [2, 3]),
    "UTF-16 with a mark": Kind(GOOD.encode("utf-16"), [2, 3]),
    "UTF-16, big end first": Kind(b"\xfe\xff" + GOOD.encode("utf-16-be"), [2, 3]),
    "UTF-16 without a mark": Kind(GOOD.encode("utf-16-le"), [2, 3]),
    "UTF-32": Kind(GOOD.encode("utf-32"), [2, 3]),
    "Windows-1252": Kind(GOOD.encode("cp1252"), [2, 3]),
    "a mark twice": Kind(b"\xef\xbb\xbf" + GOOD.encode("utf-8-sig"), [2, 3]),
    "one byte that is none": Kind(
        GOOD.encode().replace(b"Brook", b"Br\xffok"), [2], [3]
    ),
    "a letter cut in two": Kind(GOOD.encode().replace("ñ".encode(), b"\xc3"), [3], [2]),
    "a lone surrogate": Kind(
        GOOD.encode().replace(b"Brook", b"Br\xed\xa0\x80ok"), [2], [3]
    ),
    "a lone surrogate in UTF-16": Kind(
        GOOD.replace("Brook", "Br\ud800ok").encode("utf-16", "surrogatepass"), [2], [3]
    ),
    "a byte that Windows lacks": Kind(
        GOOD.encode("cp1252").replace(b"Brook", b"Br\x81ok"), [2], [3]
    ),
    # Delimiters, lines, quotation marks
    "semicolons": text(GOOD.replace(",", ";"), [2, 3]),
    "tabs": text(GOOD.replace(",", "\t"), [2, 3]),
    "bars": text(GOOD.replace(",", "|"), [2, 3]),
    "Windows lines": text(GOOD.replace("\n", "\r\n"), [2, 3]),
    "old Mac lines": text(GOOD.replace("\n", "\r"), [2, 3]),
    "mixed lines": text(HEAD + ZOE.replace("\n", "\r\n") + BEN, [2, 3]),
    "no last line end": text(GOOD.rstrip("\n"), [2, 3]),
    "empty lines between": text(f"\n{HEAD}\n\n{ZOE}\n{BEN}\n\n", [5, 7]),
    "rows of commas": text(f"{HEAD}{ZOE},,,\n{BEN}", [2, 4]),
    "everything quoted": text(
        "\n".join(
            ",".join(f'"{cell}"' for cell in line.split(","))
            for line in GOOD.strip().split("\n")
        ),
        [2, 3],
    ),
    "a comma in a name": fine(family='"Ames, Jr."'),
    "a line in a cell": text(
        f'{HEAD}{ZOE}Ada,"Ames\nBrook",1980-01-31,\n{BEN}', [2, 3, 5]
    ),
    "a quotation mark in a name": fine(given='"Ada ""Addie"""'),
    "a bare quotation mark": fine(family='O"Brien'),
    "a mark that stays open": row(given='"Ada'),
    "marks that stay open": text(
        f'{HEAD}{ZOE}"Ada,Ames,1980-01-31,\n"Eve,Ekwueme,1981-01-31,\n{BEN}',
        [2, 5],
        [3, 4],
    ),
    "words behind a mark": row(given='"Ada"x'),
    # Shapes
    "empty": refused(b""),
    "only a mark": refused(b"\xef\xbb\xbf"),
    "only blanks": refused(b" \r\n\t\r\n"),
    "only heads": refused(HEAD.encode()),
    "one column": refused(b"Name\nAda\nBen\n"),
    "rows that are too short": text(
        f"{HEAD}Ada,Ames,1980-01-31\nBen\n{ZOE}", [2, 4], [3]
    ),
    "a row that is too long": row(phone=",,extra"),
    "heads that stand twice": text(
        "Given name,Given name,Date of birth\nAda,Ann,1980-01-31\nBen,Bo,1980-01-30\n",
        [2, 3],
    ),
    "a head without a name": text("Given name,,Date of birth\nAda,x,1980-01-31\n", [2]),
    "too many cells": row(phone="," * 300),
    "a cell that is too long": row(family="A" * 5_000),
    "a line of a megabyte": row(family="A" * 1_000_000),
    "a name that is too long": row(given="A" * 81),
    # No text at all
    "a zip, or a spreadsheet": refused(a_zip()),
    "an old spreadsheet": refused(b"\xd0\xcf\x11\xe0" + bytes(512)),
    "a PDF": refused(b"%PDF-1.7\n" + GOOD.encode()),
    "packed": refused(gzip.compress(GOOD.encode())),
    "a picture": refused(b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    "noise": refused(bytes(n * 7919 % 251 for n in range(5_000))),
    "zeros": refused(bytes(5_000)),
    # Cells
    "a zero byte": row(family="Am\x00es"),
    "control characters": row(family="Am\x1b[31mes"),
    "a formula": fine(family="=HYPERLINK(0)"),
    "a formula that we shielded": fine(family="'=1+1"),
    "markup": fine(family="<script>alert(1)</script>"),
    "right to left": fine(given="\u202eadA"),
    "any script": fine(given="محمد", family="王"),
    "no name": row(given="", family=""),
    "no birth date": row(born=""),
    "31 February": row(born="1980-02-31"),
    "year 10000": row(born="10000-01-01"),
    "year 0": row(born="0000-01-01"),
    "next year": row(born="2027-01-31"),
    "two digits for a year": row(born="01/31/20"),
    "a spreadsheet's number": row(born="29281"),
    "huge numbers": row(born="9" * 400),
    "Arabic digits": fine(born="١٩٨٠-٠١-٣١"),
    "no phone": row(phone="911"),
    "a phone of 400 digits": row(phone="1" * 400),
    "two phones": row(phone="212 555 0117 / 212 555 0118"),
    "an extension": fine(phone="(212) 555-0119 x12"),
}


def test_fifty_kinds_and_more():
    assert len(KINDS) >= 50


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_any_kind(kind, manager, location, now):
    wanted = KINDS[kind]
    answer = sign_in(manager).post(
        "/settings/imports/", {"file": SimpleUploadedFile("x.csv", wanted.data)}
    )

    if not (wanted.good or wanted.bad):
        assert answer.status_code == 422
        assert len(answer.context["form"].errors["file"][0]) > 20
        return
    assert answer.status_code == 302
    waiting = Import.objects.get()
    assert lines_of(waiting, location) == (wanted.good, wanted.bad)


def lines_of(waiting: Import, location) -> tuple[list[int], list[int]]:
    """The lines that would come in, and those with a sentence each, as checked."""
    names, _known = imports.guess(waiting)
    order = imports.order_in(waiting, names)
    plan = Plan(columns=names, order=order, home=location.pk)
    by = waiting.uploaded_by
    imports.read_as(row=waiting, plan=plan, by=by, now=MONDAY)
    while import_work.step(now=MONDAY):
        pass
    rows = [row for part in waiting.staged.parts.all() for row in staging.rows_of(part)]
    found = staging.findings_of(waiting).filter(kind=Finding.PROBLEM)
    bad = [row.record.line for row in rows if row.problems]
    assert bad == list(found.values_list("line", flat=True))
    assert all(len(words) > 10 for row in rows for words in row.problems)
    return [row.record.line for row in rows if not row.problems], bad


CELLS = st.one_of(
    st.text(max_size=30),
    st.text("ab é,;", min_size=30, max_size=500),
    st.sampled_from(["(212) 555-0117 ext. 123456", "+44 20 7946 0958", "no", "yes"]),
    st.sampled_from(["a" * 243 + "@example.test", "b@example.test", "N/A", "0"]),
    st.sampled_from(["2020-01-31", "1899-01-01", "Mother", "phone", "email", "post"]),
)
WHO = {"given_name": "Ada", "born_on": "1980-01-31"}
LONG = "a" * 243 + "@example.test"


@example([{"email": LONG}])
@example([{"caregiver_name": "Kit", "caregiver_email": LONG}])
@given(
    st.lists(
        st.dictionaries(st.sampled_from(list(LABELS)), CELLS, max_size=6),
        min_size=1,
        max_size=4,
    )
)
@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_was_checked_without_a_problem_comes_in(manager, location, rows):
    heads = list(LABELS)
    table = [[(WHO | row).get(head, "") for head in heads] for row in rows]
    data = "".join(sheets.written([heads, *table])).encode()

    with transaction.atomic():
        waiting = check(data, by=manager, home=location, may_text=True, may_call=True)
        with suppress(imports.NotDecided):  # where no row is without a problem
            waiting = worked(confirmed(waiting, by=manager))
        transaction.set_rollback(True)

    assert waiting.state in (ImportState.DONE, ImportState.REVIEW), waiting.fault
