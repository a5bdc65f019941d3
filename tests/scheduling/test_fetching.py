"""Reading an address that somebody typed: never into the house, never for long."""

from __future__ import annotations

import threading
import time

import pytest

from scheduling import fetching
from scheduling.fetching import (
    Forbidden,
    NotAnAddress,
    Reach,
    Refused,
    TooBig,
    Unreachable,
    fetch,
    is_public,
)
from tests.scheduling.web_server import HOST, answer, serving

PRIVATE = """
127.0.0.1 127.8.8.8 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1
192.0.0.8 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 fe80::1 fc00::1
fe80::1%eth0 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 2002:7f00:1:: 64:ff9b::7f00:1
64:ff9b::a00:1 64:ff9b:1::1 2001:db8::1"""
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1"]


@pytest.fixture
def server():
    with serving() as one:
        yield one


# Where it may go -------------------------------------------------------------------
@pytest.mark.parametrize("address", PRIVATE.split())
def test_no_address_inside_a_network_is_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_worlds_addresses_are_public(address):
    assert is_public(address)


WRONG = """
http://calendar.example/ ftp://calendar.example/ file:///etc/passwd https://
https:///a.ics calendar.example https://me:secret@calendar.example/ https://[bad/
https://calendar.example:22/ https://calendar.example:99999/ javascript:alert(1)
https://cálendar.example/ gopher://calendar.example/"""
NO_ADDRESSES = WRONG.split()
NO_ADDRESSES += ["https://calendar.example/a b", "https://calendar.example/\r\nHost: x"]
NO_ADDRESSES += ["", "https://calendar.example/" + "a" * 2000]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_public_https_address_is_refused(address):
    with pytest.raises(NotAnAddress):
        fetching.check_address(address, Reach())


NUMBERS = ["https://127.0.0.1/", "https://[::1]/a.ics", "https://169.254.169.254/meta"]


@pytest.mark.parametrize("address", NUMBERS)
def test_a_number_inside_a_network_is_refused_before_anything_is_asked(address):
    with pytest.raises(Forbidden):
        fetching.check_address(address, Reach())


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"]])
def test_a_name_that_leads_inside_is_never_followed(server, found):
    asked = []

    def resolve(host, port):
        asked.append(host)
        return found

    with pytest.raises(Forbidden):
        fetch(server.address(), reach=server.reach(resolve=resolve, allows=is_public))

    assert asked == [HOST]
    assert not server.heard


def test_a_name_is_asked_once_and_the_connection_goes_there(server):
    """A name that answers otherwise the second time leads nowhere else."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    server.say = lambda request: answer(request, b"x")

    got = fetch(
        server.address(), reach=server.reach(resolve=lambda *one: next(answers))
    )

    assert got.content == b"x"
    assert next(answers) == ["10.0.0.1"]


@pytest.mark.parametrize("name", ["localhost", "127.1", "2130706433", "0x7f.1"])
def test_in_production_the_loopback_is_out_of_reach_by_any_name(name):
    with pytest.raises((Forbidden, Unreachable)):
        fetch(f"https://{name}/a.ics", reach=Reach())


def test_a_redirect_into_the_house_is_not_followed(server):
    reach = server.reach(
        resolve=lambda host, port: ["127.0.0.1"] if host == HOST else ["10.0.0.1"],
        allows=lambda address: not address.startswith("10."),
    )
    server.say = lambda request: answer(
        request, b"", 302, Location=server.address(host="intranet.example")
    )

    with pytest.raises(Forbidden):
        fetch(server.address(), reach=reach)

    assert len(server.heard) == 1


def test_a_redirect_to_plain_http_is_not_followed(server):
    server.say = lambda request: answer(
        request, b"", 301, Location="http://calendar.example/a.ics"
    )

    with pytest.raises(NotAnAddress):
        fetch(server.address(), reach=server.reach())


def test_a_redirect_to_another_public_place_is_followed(server):
    def say(request):
        if request.path == "/a.ics":
            return answer(request, b"", 302, Location="/b.ics")
        return answer(request, b"here")

    server.say = say

    assert fetch(server.address(), reach=server.reach()).content == b"here"


def test_redirects_come_to_an_end(server):
    server.say = lambda request: answer(request, b"", 302, Location="/again")

    with pytest.raises(Refused):
        fetch(server.address(), reach=server.reach())

    assert len(server.heard) == fetching.MOST_REDIRECTS + 1


def test_a_certificate_for_another_name_is_not_taken(server):
    with pytest.raises(Unreachable):
        fetch(server.address(host="other.example"), reach=server.reach())

    assert not server.heard


def test_a_certificate_that_nobody_vouches_for_is_not_taken(server):
    with pytest.raises(Unreachable):
        fetch(server.address(), reach=server.reach(tls=Reach().tls))


# How much, and how long --------------------------------------------------------------
def test_what_is_too_big_is_left(server, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 1000)
    server.say = lambda request: answer(request, b"x" * 200_000)

    with pytest.raises(TooBig):
        fetch(server.address(), reach=server.reach())


def drip(head):
    """Say something, and go on with a byte now and then."""
    end = threading.Event()

    def say(request):
        request.wfile.write(head)
        while not end.wait(0.05):
            request.wfile.write(b"x")

    return say, end


HEADS = [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1"]


@pytest.mark.parametrize("head", HEADS)
def test_what_drips_is_cut_off(server, head):
    server.say, end = drip(head)
    began = time.monotonic()

    with pytest.raises((Unreachable, TooBig)):
        fetch(server.address(), reach=server.reach(seconds=0.6))

    end.set()
    assert time.monotonic() - began < 3


def test_what_stops_in_the_middle_is_no_answer(server):
    def say(request):
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf")

    server.say = say

    with pytest.raises(Unreachable):
        fetch(server.address(), reach=server.reach())


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 503])
def test_a_refusal_is_a_refusal(server, status):
    server.say = lambda request: answer(request, b"no", status)

    with pytest.raises(Refused):
        fetch(server.address(), reach=server.reach())


# What is said and heard ---------------------------------------------------------
def test_what_is_known_is_said_and_nothing_new_is_no_content(server):
    server.say = lambda request: answer(request, b"", 304, ETag='"1"')
    known = {"If-None-Match": '"1"', "If-Modified-Since": "Mon, 02 Mar 2026"}

    got = fetch(server.address(), known=known, reach=server.reach())

    assert got.content is None
    assert server.heard[0].items() >= known.items()


def test_the_address_is_asked_with_its_query_and_no_cookie(server):
    server.say = lambda request: answer(
        request, b"x", ETag='"2"', Last_Modified="today", Set_Cookie="a=b"
    )

    got = fetch(server.address("/a.ics?key=1&b=%20"), reach=server.reach())

    assert (got.etag, got.modified) == ('"2"', "today")
    assert server.heard[0]["path"] == "/a.ics?key=1&b=%20"
    assert server.heard[0]["Host"].startswith(HOST)
    assert not {"Cookie", "Referer", "Authorization"} & server.heard[0].keys()


def test_nobody_answers(server):
    with pytest.raises(Unreachable):
        fetch(f"https://{HOST}:1/", reach=server.reach())


def test_a_name_that_nobody_knows(server):
    def resolve(host, port):
        raise OSError

    with pytest.raises(Unreachable):
        fetch(server.address(), reach=server.reach(resolve=resolve))
