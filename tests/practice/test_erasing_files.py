"""A lawful erasure and files: those that wait, and what they brought."""

from __future__ import annotations

import pytest

from practice import contacts, drift, erasing, findable, imports
from practice.models import Caregiver, Patient
from tests import cast
from tests.practice import importing
from tests.practice.erased import BY, CANARIES, NOW, WORDS, erase, held, make_gone


@pytest.fixture
def gone(owner, location):
    return make_gone(location)


@pytest.fixture
def ghost(gone, manager, location):
    """The same person, on a chart of an import that was taken back."""
    born = gone.born_on.isoformat()
    row = f"Q-77,Quillfeather,Zanzibarski,{born},(212) 555-0199,Orlwyn Vex,brother,"
    data = importing.table(row)
    here = importing.check(data, by=manager, home=location)
    row = importing.confirmed(here, by=manager, decision="open")
    imports.undo(row=importing.worked(row), by=manager, now=NOW)
    importing.worked(row)
    return Patient._base_manager.get(arrived_with=row)


def test_what_came_with_a_file_that_was_taken_back_goes_along(ghost, gone, manager):
    assert held("Orlwyn", "Q-77", *WORDS.values())

    erase(gone, manager)

    assert held("Orlwyn", "orlwyn", "Q-77", *CANARIES) == []
    assert not Patient._base_manager.filter(pk=ghost.pk).exists()


def test_it_goes_by_its_own_number_too(ghost, gone, manager):
    erase(ghost, manager)

    assert held("Orlwyn", "Q-77") == []
    assert Patient.objects.filter(pk=gone.pk).exists()


def test_a_file_that_waits_and_names_them_has_to_go_first(gone, manager, location):
    born = gone.born_on.isoformat()
    data = importing.table(f"Q-77,Quillfeather,Zanzibarski,{born},,,,")
    row = importing.check(data, by=manager, home=location)
    with pytest.raises(erasing.FileWaits):
        erase(gone, manager)

    imports.abandon(row=row, by=manager)

    assert erase(gone, manager).rows
    assert held(*WORDS.values()) == []


ROWS = {
    "all of them": "Q-77,Quillfeather,Zanzibarski,1985-03-31,,,,",
    "a birth date that nobody can read": "Q-77,Quillfeather,Zanzibarski,soon,,,,",
    "other letters": "Q-77,QUILLFÉATHER,Zanzibarski-Orr,,,,,",
    "only their number": "Q-77,,,1985-03-31,(212) 555-0187,,,",
    "their names as somebody's family": (
        "Q-1,Orla,Orr,1985-03-31,,Quillfeather Zanzibarski,sister,"
    ),
}


@pytest.mark.parametrize("cells", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("is_checked", [True, False])
def test_a_row_that_waits_and_nobody_understood_has_to_go_first(
    gone, manager, location, cells, is_checked
):
    data = importing.table(cells)
    if is_checked:
        importing.check(data, by=manager, home=location)
    else:
        imports.take(data=data, by=manager, now=NOW)

    with pytest.raises(erasing.FileWaits):
        erase(gone, manager)

    assert Patient.objects.filter(pk=gone.pk).exists()


def test_family_whom_only_a_file_that_was_taken_back_still_knows_goes(
    gone, manager, location
):
    contacts.add(
        owner=Caregiver.objects.get(),
        kind="phone",
        value="+12125550130",
        by=BY,
        now=cast.MONDAY,
    )
    ada = "A1,Ada,Ames,1980-01-31,(212) 555-0117,Kestrelina Vorn,sister,(212) 555-0130"
    row = importing.bring_in(importing.table(ada), by=manager, home=location)
    assert Caregiver.objects.get().caregivings.count() == 2
    imports.undo(row=row, by=manager, now=NOW)
    importing.worked(row)

    erase(gone, manager)

    assert held("Kestrelina", "+12125550130") == []
    assert drift.found() == []


def test_files_about_others_wait_on(gone, manager, location):
    importing.check(importing.table(importing.ADA), by=manager, home=location)

    assert erase(gone, manager).rows


def test_ways_to_misspell_the_name_are_forgotten_unless_others_have_it(
    gone, manager, location
):
    cast.make_patient(at=location, given_name="Ana", family_name="Zanzibarski")
    findable.learn_all()

    erase(gone, manager)

    assert held("quillfeather", "uillfeather") == []
    assert findable.near(["zanzibarsky"]) == {"zanzibarsky": ["zanzibarski"]}
