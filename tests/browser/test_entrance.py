"""The way in, in a real browser: invitation, passkey, authenticator app, the demo."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from practice import clock, invitations
from practice.models import DemoMark, Role, StaffMember
from practice.modes import Mode
from tests import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "marble-violin-turnip-3"


@pytest.fixture
def invitation(manager, location):
    """The path of an invitation's link."""
    _staff, token = invitations.invite(
        name="Nora New",
        email="nora@example.test",
        roles=[Role.FRONT_DESK],
        locations=[location],
        by=manager,
        now=clock.real_now(),
    )
    return f"/invitation/{token}/"


@pytest.fixture
def entrance(page_as):
    """A page of nobody, on a computer that has a fingerprint reader."""
    page = page_as()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def accept(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")


def codes_on(page: Page) -> list[str]:
    return re.findall(r"\b\d{8}\b", page.get_by_role("main").inner_text())


@pytest.mark.site(REQUIRE_SECOND_FACTOR=True)
def test_an_invited_person_gets_in_with_a_passkey(entrance, invitation):
    accept(entrance, invitation)
    expect(entrance.get_by_role("heading", name="Add a second factor")).to_be_visible()
    entrance.get_by_role("link", name="Passkey").click()
    entrance.get_by_role("button", name="Add this device or key").click()
    entrance.wait_for_url("**/recovery-codes/")
    assert len(codes_on(entrance)) == 10
    sign_out(entrance)

    entrance.get_by_role("button", name="Sign in with a passkey").click()

    entrance.wait_for_url(re.compile(r"/$"))
    expect(entrance.get_by_role("navigation", name="Main")).to_be_visible()


@pytest.mark.site(REQUIRE_SECOND_FACTOR=True)
def test_an_invited_person_gets_in_with_an_authenticator_app(entrance, invitation):
    accept(entrance, invitation)
    entrance.get_by_role("link", name="Authenticator app").click()
    entrance.wait_for_url("**/totp/activate/")
    secret = re.search(r"\b[A-Z2-7]{32}\b", entrance.content())
    assert secret
    entrance.get_by_label("Authenticator code").fill(code_of(secret[0]))
    entrance.get_by_role("main").get_by_role("button").last.click()
    entrance.wait_for_url("**/recovery-codes/")
    code = codes_on(entrance)[0]
    sign_out(entrance)

    entrance.get_by_label("Email").fill("nora@example.test")
    entrance.get_by_label("Password", exact=True).fill(PASSWORD)
    entrance.get_by_role("button", name="Sign in", exact=True).click()
    entrance.wait_for_url("**/authenticate/")
    entrance.get_by_label("Code").fill(code)
    entrance.get_by_role("button", name="Sign in").first.click()

    entrance.wait_for_url(re.compile(r"/$"))
    assert Authenticator.objects.get(type="recovery_codes").data["used_mask"] == 1


def code_of(secret: str) -> str:
    window = int(clock.real_now().timestamp()) // 30
    return str(format_hotp_value(hotp_value(secret, window)))


@pytest.mark.site(MODE=Mode.DEMO)
def test_one_press_makes_a_visitor_of_the_demo_somebody(
    page_as, front_desk, clinician, manager
):
    DemoMark.objects.create(pk=1, digest="0" * 64, seeded_at=clock.real_now())
    page = page_as()
    page.goto("/demo/people/")

    page.get_by_role("button", name=f"Sign in as {manager.name}").click()

    page.wait_for_url(re.compile(r"/$"))
    page.goto("/settings/")
    expect(page.get_by_role("main")).to_be_visible()


def test_signing_out_clears_what_the_browser_kept(page_as, front_desk):
    page = page_as(front_desk)
    page.goto("/")
    page.evaluate("sessionStorage.setItem('draft', 'rings twice')")

    sign_out(page)

    assert page.evaluate("sessionStorage.getItem('draft')") is None


def test_everybody_can_be_signed_in_by_form(page_as, front_desk):
    page = page_as()
    page.goto("/patients/")
    page.get_by_label("Email").fill(front_desk.email)
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)

    page.get_by_role("button", name="Sign in", exact=True).click()

    page.wait_for_url("**/patients/")
    assert StaffMember.objects.get(pk=front_desk.pk).is_active
