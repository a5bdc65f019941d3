"""What thousands of lines say stands on one: a file that came in, or was taken back."""

from __future__ import annotations

from datetime import date

import pytest

from practice import import_lines, imports, trail_search
from practice.models import Import, Patient, TrailEntry
from practice.trail_search import CHANGES, MACHINE, Wish
from tests import cast, plans
from tests.cast import MONDAY
from tests.practice.importing import ADA, BEN, bring_in, check, confirmed, table, worked

pytestmark = pytest.mark.django_db
OPENED = 'Chart opened<span class="visually-hidden">'
FILE = table(ADA, BEN)
KINDS = {"patient.registered": 2, "patient.home_added": 2, "contact.added": 3}
KINDS |= {"patient.external_id_added": 2, "caregiver.introduced": 1}
KINDS |= {"caregiver.authorised": 1}
ADA_DAY = date(1980, 1, 31)


@pytest.fixture
def came_in(manager, location):
    return bring_in(FILE, by=manager, home=location)


def folded(**asked):
    return trail_search.page(Wish(folds=True, **asked), size=500).lines


def parts(row):
    return TrailEntry.objects.filter(part_of_id=import_lines.letting_in(row))


@pytest.mark.parametrize("what", ["", CHANGES])
def test_what_came_in_with_a_file_is_one_line(came_in, what):
    kinds = [line.kind for line in folded(what=what)]

    assert kinds.count("import.confirmed") == 1
    assert not {*kinds} & {*KINDS}
    assert import_lines.brought(came_in) == KINDS


def test_who_brought_a_file_in_has_one_line_of_it(came_in, manager):
    kinds = [line.kind for line in folded(actor_id=manager.pk)]

    assert "import.confirmed" in kinds
    assert not {*kinds} & {*KINDS}


def test_a_patients_own_lines_are_there_whatever_brought_them(came_in):
    ada = Patient.objects.get(given_name="Ada")

    kinds = {line.kind for line in folded(patient_ids=[ada.pk])}

    assert {"patient.registered", "contact.added", "caregiver.introduced"} <= kinds


def test_who_asks_for_one_kind_gets_every_line_of_it(came_in):
    assert len(folded(what="patient.registered")) == 2
    assert len(folded(what="contact")) == 3


def test_the_line_opens_to_its_parts(came_in):
    line = import_lines.letting_in(came_in)

    assert len(folded(part_of_id=line)) == sum(KINDS.values())
    assert len(folded(part_of_id=line, what="contact.added")) == 3


def test_what_is_let_go_of_is_one_line_of_who_took_it_back(came_in, manager):
    imports.undo(row=came_in, by=manager, now=MONDAY)
    worked(came_in)

    undone = TrailEntry.objects.get(kind="import.undone")
    let_go = TrailEntry.objects.filter(part_of_id=undone.pk)
    assert {line.actor_id for line in let_go} == {manager.pk}
    assert {line.kind for line in let_go} == {
        "contact.ended",
        "patient.external_id_ended",
        "caregiver.withdrawn",
    }
    clock = [line.kind for line in folded(actor_id=MACHINE)]
    assert "import.cleared" in clock


def test_a_file_holds_every_line(came_in):
    wish = Wish()

    chunks = trail_search.in_chunks(wish, most=1000)

    assert sum(map(len, chunks)) == TrailEntry.objects.count()
    assert trail_search.lines(wish).count() == TrailEntry.objects.count()


def test_what_somebody_does_later_is_no_part_of_it(came_in, manager):
    cast.make_task(to=manager, patient=Patient.objects.first())

    assert TrailEntry.objects.get(kind="task.raised").part_of_id is None


def test_a_second_word_sums_up_what_came_in_after_it(manager, location):
    row = check(table(ADA), by=manager, home=location)
    confirmed(row, by=manager)
    cast.make_patient(
        at=location, given_name="Ada", family_name="Ames", born_on=ADA_DAY
    )
    held_back = worked(row)

    again = worked(confirmed(held_back, by=manager))

    last = TrailEntry.objects.filter(kind="import.confirmed").latest("pk")
    assert import_lines.letting_in(again) == last.pk
    assert parts(again).exists()


def test_the_page_says_what_came_in_and_opens_it(came_in, as_, manager):
    client, line = as_(manager), import_lines.letting_in(came_in)

    page = client.get("/trail/").content.decode()
    assert "Chart opened: <span" in " ".join(page.split())
    assert OPENED not in page
    assert f'href="/trail/?within={line}"' in page

    inside = client.get(f"/trail/?within={line}").content.decode()
    assert inside.count(OPENED) == 2
    assert "Only what belongs to" in inside


def test_who_may_not_read_the_trail_opens_their_own(came_in, as_, manager):
    client, line = as_(manager), import_lines.letting_in(came_in)

    inside = client.get(f"/trail/mine/?within={line}").content.decode()

    assert inside.count(OPENED) == 2


def test_the_file_says_of_what_each_line_is_a_part(came_in, as_, manager):
    line = import_lines.letting_in(came_in)

    answer = as_(manager).post("/trail/export/download/", {"within": line})

    rows = b"".join(answer).decode().strip().splitlines()
    assert len(rows) == 1 + sum(KINDS.values())
    assert all(row.endswith(f'"{line}"') for row in rows[1:])


@pytest.mark.parametrize(
    "asked", [{"folds": True}, {"folds": True, "actor_id": 7}, {"part_of_id": 7}]
)
def test_no_page_of_lines_reads_all_of_them(db, asked):
    query = trail_search.lines(Wish(**asked))[:31]

    index = "trail_part" if "part_of_id" in asked else "trail_folded"
    assert index in plans.plan(query)


def test_an_import_that_waits_sums_up_nothing(manager, location):
    row = check(FILE, by=manager, home=location)

    assert import_lines.brought(row) == {}
    assert Import.objects.get().pk == row.pk
