"""The demo's phones as their page shows them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from messaging import phones
from messaging.channels import Parcel, simulated
from messaging.models import SimulatedPhone, SimulatedText
from messaging.models.vendors import Fate
from tests import cast
from tests.messaging import posting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("location")]
ONE, OTHER = "+12125550187", "+12125550188"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def site(settings):
    settings.SMS_BACKEND = "simulated"


def got(address, body, at, **details):
    return SimulatedText.objects.create(
        vendor_id=simulated.new_id(),
        way="out",
        address=simulated.phone_of(address).address,
        body=body,
        word="delivered",
        made_at=at,
        shown_at=at,
        **details,
    )


def numbers(found):
    return [one.row.address for one in found[0]]


def test_every_number_on_a_chart_has_a_phone_once(patient):
    number = str(cast.make_contact(patient, value=ONE).phone)
    cast.make_contact(cast.make_caregiver(patient), value=OTHER)

    assert simulated.make_phones() == 2
    assert simulated.make_phones() == 0
    assert {row.address for row in SimulatedPhone.objects.all()} == {number, OTHER}


def test_no_phones_are_made_where_texts_go_elsewhere(patient, settings):
    settings.SMS_BACKEND = "none"
    cast.make_contact(patient)

    assert simulated.make_phones() == 0


def test_those_with_the_newest_texts_come_first(now):
    for address in (ONE, OTHER):
        got(address, "Hello", now)
    silent = simulated.phone_of("+12125550189").address
    got(ONE, "Again", now)

    assert numbers(phones.listed()) == [ONE, OTHER, silent]


@pytest.mark.parametrize("words", ["quill", "Zan quill", "0187", "(212) 555-0187"])
def test_a_phone_is_found_by_name_or_number(location, words):
    person = cast.make_patient(
        at=location, given_name="Quillfeather", family_name="Zanzibarski"
    )
    cast.make_contact(person, value=ONE)
    simulated.make_phones()
    simulated.phone_of(OTHER)

    assert numbers(phones.listed(words)) == [ONE]


def test_the_list_is_cut_into_pages():
    for line in range(phones.PAGE + 1):
        simulated.phone_of(f"+121255501{line:02}")

    first, is_more = phones.listed()
    rest, is_more_still = phones.listed(start=phones.PAGE)

    assert (len(first), is_more) == (phones.PAGE, True)
    assert (len(rest), is_more_still) == (1, False)


def test_the_list_takes_the_same_number_of_queries(
    location, now, django_assert_max_num_queries
):
    for line in range(20):
        person = cast.make_patient(at=location)
        got(str(cast.make_contact(person).phone), f"Text {line}", now)

    with django_assert_max_num_queries(5):
        phones.listed()


def test_family_is_shown_with_whom_they_care_for(patient):
    kin = cast.make_caregiver(patient, name="Casey Kin")
    cast.make_contact(kin, value=ONE)

    [owner] = phones.owners_of([ONE])[ONE]

    assert (owner.name, owner.is_family, owner.charts) == ("Casey Kin", True, [patient])


def test_a_screen_shows_days_in_their_order_and_what_became_of_texts(patient, now):
    day = timedelta(days=1)
    cast.make_contact(patient, value=ONE)
    row = posting.post(patient, address=ONE)
    got(ONE, "Yesterday", now - day)
    got(ONE, "Today", now, delivery_id=row.pk, fate=Fate.UNDELIVERABLE)

    screen = phones.screen(simulated.phone_of(ONE), now=now)

    [[before], [bubble]] = [bubbles for _day, bubbles in screen.days]
    assert (before.row.body, before.odd_fate) == ("Yesterday", "")
    assert (bubble.outbox, bubble.never_came) == ("Waits", True)
    assert list(screen.waiting) == [row]


def test_only_links_to_this_site_can_be_tapped(settings):
    settings.SITE_URL = "https://desk.example"
    body = "Here: http://localhost:8131/l/abc/. Or https://desk.example/l/d/ not http://evil.example/x"

    paths = [bit.path for bit in phones.bits_of(body) if bit.path]

    assert paths == ["/l/abc/", "/l/d/"]
    assert "".join(bit.words for bit in phones.bits_of(body)) == body


def test_the_stamp_changes_with_what_is_new(now):
    def stamp():
        phone = simulated.phone_of(ONE)
        screen, listed = phones.screen(phone, now=now), phones.listed()[0]
        return phones.stamp_of(screen, listed, now=now)

    first = stamp()
    assert stamp() == first
    simulated.set_fate(ONE, Fate.LOST)
    second = stamp()
    got(OTHER, "Hello", now)

    assert len({first, second, stamp()}) == 3


def test_a_phones_clock_is_the_demos(now, monkeypatch):
    monkeypatch.setattr("practice.clock.offset", lambda: 5 * MINUTE)
    hour = timedelta(hours=1)

    simulated.Simulated().hand_over(
        Parcel(7, "text", ONE, "", "Hello", "en", hour, now)
    )

    row = SimulatedText.objects.get()
    assert (row.made_at, row.shown_at) == (now, now + 5 * MINUTE)
