"""The table of a patient's states."""

from __future__ import annotations

from itertools import product

import pytest

from practice.states import (
    PATIENT_MOVES,
    IllegalMove,
    PatientState,
    check_patient_move,
    check_taking_back,
)

LEGAL = [(old, new) for old, moves in PATIENT_MOVES.items() for new in moves]
ILLEGAL = sorted(set(product(PatientState, repeat=2)) - set(LEGAL))


def test_every_state_has_its_line_in_the_table():
    assert set(PATIENT_MOVES) == set(PatientState)


def test_nothing_leads_on_from_a_death():
    assert PATIENT_MOVES[PatientState.DECEASED] == frozenset()


def test_every_state_but_the_first_can_be_reached():
    reached = {new for _old, new in LEGAL}

    assert reached == set(PatientState)


@pytest.mark.parametrize(("old", "new"), LEGAL)
def test_a_move_of_the_table_is_legal(old, new):
    check_patient_move(old.value, new.value)


@pytest.mark.parametrize(("old", "new"), ILLEGAL)
def test_every_other_move_is_refused(old, new):
    with pytest.raises(IllegalMove):
        check_patient_move(old.value, new.value)


def test_a_refusal_names_both_states():
    with pytest.raises(IllegalMove, match="“Deceased” cannot become “Active”"):
        check_patient_move("deceased", "active")


def test_a_move_to_the_same_state_says_so():
    with pytest.raises(IllegalMove, match="already is “Paused”"):
        check_patient_move("paused", "paused")


def test_a_state_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="vanished"):
        check_patient_move("active", "vanished")


def test_only_what_still_is_can_be_taken_back():
    check_taking_back("deceased", "deceased")

    with pytest.raises(IllegalMove, match="“Active”, no longer “Deceased”"):
        check_taking_back("active", "deceased")
