"""Numbers and addresses are the same however they are written."""

from __future__ import annotations

import pytest

from consent import addresses
from practice import contacts
from tests import cast


@pytest.mark.parametrize(
    ("typed", "is_kept_as"),
    [
        ("+12125550187", "+12125550187"),
        ("(212) 555-0187", "+12125550187"),
        (" 212.555.0187 ", "+12125550187"),
        ("+49 30 901820", "+4930901820"),
        ("Pat@Example.TEST ", "pat@example.test"),
        ("nothing", "nothing"),
        ("", ""),
    ],
)
def test_an_address_as_it_is_compared(typed, is_kept_as):
    assert addresses.normal(typed) == is_kept_as


@pytest.mark.django_db
def test_contacts_are_found_by_their_address(patient, location):
    phone = cast.make_contact(patient, value="+12125550187")
    mail = cast.make_contact(patient, kind="email", value="Pat@Example.test")
    other = cast.make_patient(at=location)
    shared = cast.make_contact(other, kind="email", value="PAT@example.test")
    gone = cast.make_contact(other, value="+12125550187")
    contacts.end(point=gone, by=cast.FOUNDER, now=cast.MONDAY)

    found = addresses.points_at(["+12125550187", "pat@example.test"])

    assert set(found) == {phone, mail, shared}
    assert {addresses.of_point(point) for point in found} == {
        "+12125550187",
        "pat@example.test",
    }


@pytest.mark.django_db
def test_a_contact_is_found_by_letters_beyond_ascii(patient, location):
    mail = cast.make_contact(patient, kind="email", value="Pat@BÜCHER.example")
    other = cast.make_patient(at=location)
    cast.make_contact(other, kind="email", value="Pat@BUCHER.example")
    gone = cast.make_contact(other, kind="email", value="pat@bücher.example")
    contacts.end(point=gone, by=cast.FOUNDER, now=cast.MONDAY)

    assert list(addresses.points_at(["pat@bücher.example"])) == [mail]
    assert set(addresses.ever_at(["pat@bücher.example"])) == {mail, gone}
