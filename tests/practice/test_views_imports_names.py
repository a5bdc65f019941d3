"""How an import reads names: said on its page, kept for the next file, shown before."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from practice import imports
from practice.models import Import, Patient
from tests.cast import MONDAY, sign_in
from tests.practice.importing import bring_in, check, table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
PATH = "/settings/imports/"
HEAD = "Nombre completo,Fecha de nacimiento,Teléfono"
ANA = "Ana García López,1980-01-31,(212) 555-0117"
EVA = '"Ruiz de la Torre, Eva",1981-02-01,(212) 555-0118'


@pytest.fixture
def desk(manager):
    return sign_in(manager)


def names():
    rows = Patient.objects.order_by("given_name")
    return list(rows.values_list("given_name", "family_name"))


def test_the_rule_is_said_beside_its_field_and_suggested_by_the_heads(desk, location):
    file = SimpleUploadedFile("x.csv", table(ANA, head=HEAD))
    page = desk.get(desk.post(PATH, {"file": file})["Location"])

    assert page.context["form"]["surnames"].initial == "last_two"
    assert page.context["form"]["column_0"].initial == "full_name"
    text = page.content.decode()
    assert "Family name in a whole name" in text
    assert "What stands before a comma is the family name" in text
    assert 'aria-describedby="id_surnames_helptext"' in text


def test_two_surnames_come_in_as_the_family_name(manager, location):
    data = table(ANA, EVA, head=HEAD)

    bring_in(data, by=manager, home=location, surnames="last_two")

    assert names() == [("Ana", "García López"), ("Eva", "Ruiz de la Torre")]


def test_surnames_of_two_columns_are_joined(manager, location):
    head = "Nombre(s),Apellido paterno,Apellido materno,Fecha de nacimiento"

    bring_in(table("Ana,García,López,1980-01-31", head=head), by=manager, home=location)

    assert names() == [("Ana", "García López")]


def test_the_review_shows_what_became_the_family_name(desk, manager, location):
    row = check(table(ANA, head=HEAD), by=manager, home=location, surnames="last_two")

    page = " ".join(desk.get(f"{PATH}{row.pk}/").content.decode().split())

    assert 'Family name: <span class="name"><bdi class="name-full">García López' in page


def test_the_next_file_with_these_heads_is_read_by_the_same_rule(
    desk, manager, location
):
    data = table(ANA, head=HEAD)
    check(data, by=manager, home=location, surnames="first")
    row = imports.take(data=data, by=manager, now=MONDAY)

    page = desk.get(f"{PATH}{row.pk}/columns/")

    assert page.context["form"]["surnames"].initial == "first"
    assert Import.objects.count() == 2
