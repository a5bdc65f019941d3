"""What the heads of a file say of its columns."""

from __future__ import annotations

import pytest

from practice import columns

EPIC = ["MRN", "Patient Last Name", "Patient First Name", "DOB", "Home Phone"]
ATHENA = ["PatientID", "LastName", "FirstName", "PatientDOB", "MobilePhone", "Email"]
NUEVA = ["Expediente", "Nombre", "Apellidos", "Fecha de nacimiento", "Teléfono móvil"]

MEXICO = ["Expediente", "APELLIDO PATERNO", "Apellido_Materno", "Nombre(s)"]
IN_PARTS = ["given_name", "family_name", "second_family_name"]


@pytest.mark.parametrize(
    ("heads", "names"),
    [
        (EPIC, ["chart_number", "family_name", "given_name", "born_on", "home_phone"]),
        (
            ATHENA,
            ["chart_number", "family_name", "given_name", "born_on", "mobile", "email"],
        ),
        (NUEVA, ["chart_number", "given_name", "family_name", "born_on", "mobile"]),
        (MEXICO, ["chart_number", "family_name", "second_family_name", "given_name"]),
        (["Apellido 1", "Apellido 2"], ["family_name", "second_family_name"]),
        (["Nombre(s)", "Primer apellido", "Segundo apellido"], IN_PARTS),
        (["Paternal Last Name", "Maternal Last Name"], IN_PARTS[1:]),
        (["Nombre", "Fecha de nacimiento"], ["full_name", "born_on"]),
        (["Client Name", "Birth_Date", "Cell #"], ["full_name", "born_on", "mobile"]),
        (["D.O.B.", "E-Mail", "ZIP/Postal Code"], ["born_on", "email", "postal_code"]),
    ],
)
def test_heads_of_common_products_are_known(heads, names):
    assert columns.guess(heads) == names


def test_the_same_head_twice_is_read_once():
    assert columns.guess(["Phone", "Phone"]) == ["phone", ""]


def test_one_name_beside_a_family_name_is_the_given_one():
    assert columns.guess(["Name", "Surname"]) == ["given_name", "family_name"]


def test_what_nobody_knows_is_left_out():
    assert columns.guess(["Wombat", "", "???"]) == ["", "", ""]


def test_every_head_stands_for_something_that_can_be_read():
    known = columns._known_heads()

    assert set(known.values()) == set(columns.LABELS)
    assert all(columns._folded(head) == head for head in known)


def test_heads_are_the_same_however_they_are_written():
    written = [["First Name", "DOB"], ["first_name", "dob"], ["FirstName ", "Dob"]]

    assert len({columns.digest_of(heads) for heads in written}) == 1
    assert columns.digest_of(["DOB", "First Name"]) != columns.digest_of(written[0])


def test_the_columns_that_we_wrote_ourselves_do_not_count():
    ours = ["First Name", "DOB", "Wellhouse line", "Wellhouse problems"]

    assert columns.digest_of(ours) == columns.digest_of(ours[:2])
