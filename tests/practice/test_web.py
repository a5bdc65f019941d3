"""What every answer carries, who may knock, and in which language it is read."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as site
from django.urls import reverse

from practice import locations
from practice.modes import Mode
from practice.views import errors
from tests.sources import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.practice.doors")]

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
EVERY_KIND = ["/", "/public/", "/undeclared/", "/no-such-page/", "/accounts/login/"]


# Headers --------------------------------------------------------------------
@pytest.mark.parametrize("path", [*EVERY_KIND, "/broken/", "/session/extend/"])
def test_every_answer_is_private(path, client):
    client.raise_request_exception = False

    response = client.get(path)

    assert {name: response[name] for name in HEADERS} == HEADERS
    assert re.fullmatch(r"[0-9a-f]{32}", response["X-Request-ID"])
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("path", EVERY_KIND)
def test_the_content_policy_allows_only_our_own(path, client):
    policy = client.get(path)["Content-Security-Policy"]

    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["base-uri"] == "'none'"
    assert "unsafe" not in policy


def test_requests_have_ids_of_their_own(client):
    ids = {client.get("/public/")["X-Request-ID"] for _turn in range(3)}

    assert len(ids) == 3


def test_pages_of_links_tell_no_site_where_they_were(client):
    assert client.get("/link/")["Referrer-Policy"] == "no-referrer"


def test_static_files_may_be_kept(client):
    response = client.get("/static/vendor/htmx/htmx.min.js")
    response.close()

    assert response.status_code == 200
    assert "no-store" not in response["Cache-Control"]
    assert response["Content-Security-Policy"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, front_desk, as_):
    client = as_(front_desk)
    client.get("/")
    client.get("/accounts/logout/")

    for name in (site.SESSION_COOKIE_NAME, site.CSRF_COOKIE_NAME):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


# Loopback -------------------------------------------------------------------
@pytest.mark.parametrize("mode", [Mode.DEVELOPMENT, Mode.DEMO, Mode.TEST])
@pytest.mark.parametrize(
    "address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "nonsense"]
)
def test_other_machines_are_refused_everywhere_but_in_production(
    client, settings, mode, address
):
    settings.MODE = mode

    response = client.get("/public/", REMOTE_ADDR=address)

    assert response.status_code == 403
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", ""])
def test_this_machine_is_served(client, address):
    assert client.get("/public/", REMOTE_ADDR=address).status_code == 200


def test_a_forwarding_header_does_not_make_a_stranger_local(client):
    forged = {"X-Forwarded-For": "127.0.0.1"}

    response = client.get("/public/", REMOTE_ADDR="192.0.2.7", headers=forged)

    assert response.status_code == 403


def test_production_serves_other_machines(client, settings):
    settings.MODE = Mode.PRODUCTION

    assert client.get("/public/", REMOTE_ADDR="192.0.2.7").status_code == 200


# Language -------------------------------------------------------------------
SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}


@pytest.mark.parametrize(
    ("path", "language"),
    [("/public/", "es"), ("/link/", "es"), ("/way-in/", "en"), ("/half/", "en")],
)
def test_patients_are_read_to_in_their_browsers_language(client, path, language):
    response = client.get(path, headers=SPANISH)

    assert response["Content-Language"] == language


def test_a_language_nobody_writes_here_becomes_english(client, practice):
    response = client.get("/link/", headers={"Accept-Language": "de"})

    assert response["Content-Language"] == "en"


def test_a_language_the_practice_does_not_offer_is_not_used(client, practice, manager):
    locations.change_practice(practice=practice, by=manager, languages=["en"])

    assert client.get("/link/", headers=SPANISH)["Content-Language"] == "en"


def test_a_choice_outweighs_the_browser_and_lasts(client):
    client.post(reverse("set_language_choice"), {"language": "es", "next": "/link/"})

    assert client.get("/link/")["Content-Language"] == "es"
    assert client.get("/way-in/")["Content-Language"] == "es"


def test_choosing_a_language_leads_back_to_the_page(client):
    answers = {"language": "es", "next": "/link/?page=2"}

    response = client.post(reverse("set_language_choice"), answers)

    assert response["Location"] == "/link/?page=2"


@pytest.mark.parametrize(
    "page", ["https://evil.example/", "//evil.example/", "", "/\\e"]
)
def test_choosing_a_language_leads_to_no_other_site(client, page):
    answers = {"language": "es", "next": page}

    response = client.post(reverse("set_language_choice"), answers)

    assert response["Location"] == "/"


@pytest.mark.parametrize("language", ["xx", "", "es\r\nSet-Cookie: a=b", "\x00"])
def test_a_language_that_is_not_offered_is_not_kept(client, language):
    client.post(
        reverse("set_language_choice"), {"language": language, "next": "/link/"}
    )

    assert site.LANGUAGE_COOKIE_NAME not in client.cookies


def test_looking_at_the_language_address_changes_nothing(client):
    assert client.get(reverse("set_language_choice")).status_code == 405


# Error pages ----------------------------------------------------------------
def test_a_fault_is_answered_with_its_number_only(client):
    client.raise_request_exception = False

    response = client.get("/broken/")

    page = response.content.decode()
    assert response.status_code == 500
    assert response["X-Request-ID"] in page
    assert "Quillfeather" not in page


def test_a_fault_page_needs_no_database(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert errors.fault(rf.get("/")).status_code == 500


@pytest.fixture
def strict_client(client):
    client.handler.enforce_csrf_checks = True
    return client


def test_a_stale_form_shows_what_was_typed(strict_client):
    typed = {"note": "rings <b>twice</b>", "new_password": "s3cret", "next": "/x/"}

    response = strict_client.post(
        "/way-in/", typed, headers={"Sec-Fetch-Site": "same-origin"}
    )

    page = response.content.decode()
    assert response.status_code == 403
    assert "rings &lt;b&gt;twice&lt;/b&gt;" in page
    assert "s3cret" not in page


def test_a_form_of_another_site_does_not_write_on_our_page(strict_client):
    typed = {"note": "Call this number at once"}

    response = strict_client.post(
        "/way-in/", typed, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert response.status_code == 403
    assert "Call this number" not in response.content.decode()


# The whole site under production's settings ---------------------------------
@pytest.fixture
def production_environment(tmp_path):
    return {
        "WELLHOUSE_MODE": "production",
        "WELLHOUSE_VAR": str(tmp_path),
        "WELLHOUSE_HOSTS": "desk.example.test",
        "WELLHOUSE_DATA_KEYS": Fernet.generate_key().decode(),
        "WELLHOUSE_TRAIL_KEYS": secrets.token_urlsafe(50),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": f"sqlite:///{tmp_path}/desk.sqlite3",
    }


def deploy_check(environment):
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_passes_the_deployment_check(production_environment):
    result = deploy_check(production_environment)

    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"WELLHOUSE_DEBUG": "on"}, "DEBUG is on"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": None}, "SECRET_KEY is missing"),
        ({"WELLHOUSE_HOSTS": None}, "WELLHOUSE_HOSTS names no host"),
        ({"WELLHOUSE_HOSTS": " *"}, "WELLHOUSE_HOSTS holds “*”"),
        ({"WELLHOUSE_HOSTS": "localhost"}, "a name that only this machine knows"),
        ({"WELLHOUSE_MODE": "staging"}, "WELLHOUSE_MODE is “staging”"),
        ({"WELLHOUSE_PROXIES": "-1"}, "WELLHOUSE_PROXIES is “-1”"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL has to begin with smtp"),
        ({"DATABASE_URL": "sqlite:////no/such/db"}, "/no/such does not exist"),
        ({"WELLHOUSE_DATA_KEYS": None}, "WELLHOUSE_DATA_KEYS is missing"),
        ({"WELLHOUSE_DATA_KEYS": "a key"}, "holds something that is not a key"),
        ({"WELLHOUSE_SIMULATED_PHONE": "on"}, "the simulated phone is on"),
    ],
)
def test_an_unsafe_production_does_not_start(production_environment, fault, sentence):
    environment = production_environment | fault
    result = deploy_check({key: val for key, val in environment.items() if val})

    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert sentence in result.stderr


@pytest.mark.parametrize("mode", ["development", "demo", "test"])
def test_nothing_but_production_names_a_host_of_the_network(tmp_path, mode):
    environment = {"WELLHOUSE_MODE": mode, "WELLHOUSE_HOSTS": "desk.example.test"}

    result = deploy_check(environment | {"WELLHOUSE_VAR": str(tmp_path)})

    assert "serves this machine only" in result.stderr
