"""What runs here, and pages about troubles that a patient may read."""

from __future__ import annotations

import pytest
from django.test import Client
from django.test.utils import override_settings

from practice.views import errors
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.django_db


def test_everybody_may_ask_for_the_source_code(practice, client):
    words = text_of(client.get(url("about")))

    assert "GNU Affero General Public License" in words
    assert "ask them" in words
    assert practice.phone.as_national in words


@override_settings(SOURCE_URL="https://code.example.test/wellhouse")
def test_the_source_is_where_the_settings_say(practice, client):
    page = client.get(url("about")).content.decode()

    assert 'href="https://code.example.test/wellhouse"' in page


def test_patients_read_about_it_in_their_language(practice, client):
    page = client.get(url("about"), headers={"Accept-Language": "es"})

    assert "Acerca de este sitio" in text_of(page)


@pytest.mark.parametrize("role", ["front_desk", "auditor"])
def test_staff_find_it_in_their_menu(role, request, as_):
    page = as_(request.getfixturevalue(role)).get(url("today")).content.decode()

    assert f'href="{url("about")}"' in page


# Troubles -------------------------------------------------------------------
def test_a_visitor_reads_of_a_missing_page_in_both_languages(practice, client):
    page = client.get("/l/half/a/link/")

    words = text_of(page)
    assert page.status_code == 404
    assert "There is no such page" in words
    assert "No existe esa página" in words
    assert words.count(practice.phone.as_national) == 2
    assert '<section class="other-language" lang="es">' in page.content.decode()


def test_staff_read_of_it_in_theirs(as_, front_desk):
    assert "No existe" not in text_of(as_(front_desk).get("/nowhere/"))


@pytest.mark.parametrize(
    ("view", "spanish"),
    [
        (lambda request: errors.bad_request(request, ValueError()), "No entendimos"),
        (errors.too_many, "Demasiados intentos"),
        (errors.fault, "Algo falló de nuestro lado"),
    ],
)
def test_every_trouble_of_a_visitor_is_told_in_both_languages(
    view, spanish, practice, rf
):
    page = view(Client().get("/nowhere/").wsgi_request)

    assert spanish in page.content.decode()
