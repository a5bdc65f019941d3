"""The vendor's stand-in does what the vendor publishes, and fails as it is told."""

from __future__ import annotations

import base64
import http.client
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, count

import pytest
from django.http import QueryDict

from messaging import signature
from messaging.states import WORDS, Status
from tests.faults.vendor import MESSAGES
from tests.faults.vendor_books import ACCOUNT, NUMBER, SERVICE, TOKEN, Books
from tests.faults.vendor_fates import FATES, Faults
from tests.faults.vendor_process import vendor_running

pytestmark = pytest.mark.fault
NUMBERS = count(12125550200)


@pytest.fixture(scope="module")
def running():
    with vendor_running(seed=7) as vendor:
        yield vendor


@pytest.fixture
def vendor(running):
    running.faults()
    return running


@pytest.fixture
def to():
    """A number that no other test has."""
    return f"+{next(NUMBERS)}"


@pytest.fixture
def site():
    """A web server that keeps what it is sent, and says thank you."""

    class Site(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.append((self.path, self.headers["X-Twilio-Signature"], body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args): ...

    heard = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.heard = heard
        server.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def told(site):
    return [QueryDict(body)["MessageStatus"] for _path, _signature, body in site.heard]


def test_a_message_is_made_and_delivered(vendor, to):
    status, made = vendor.create(To=to, Body="Hello")
    vendor.settle()
    found = vendor.fetch(made["uri"])

    assert (status, made["status"], made["from"]) == (201, "queued", NUMBER)
    assert made["sid"].startswith("SM")
    assert (found["sid"], found["status"]) == (made["sid"], "delivered")
    assert vendor.taken()[to] == 1


def test_a_messaging_service_finds_its_sender_later(vendor, to):
    _status, made = vendor.create(To=to, From="", MessagingServiceSid=SERVICE)
    vendor.settle()

    assert (made["status"], made["from"], made["num_segments"]) == (
        "accepted",
        None,
        "0",
    )
    assert vendor.fetch(made["uri"])["from"] == NUMBER


def test_who_is_not_known_gets_nothing(vendor):
    status, answer = vendor.ask("POST", f"{MESSAGES}.json", "To=%2B12125550123")

    assert (status, answer["code"]) == (401, 20003)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "212"}, 21211),
        ({"Body": ""}, 21602),
        ({"Body": "a" * 1601}, 21617),
        ({"From": ""}, 21603),
        ({"From": "+12125550999"}, 21606),
    ],
)
def test_a_wrong_form_is_refused_with_its_code(vendor, form, code):
    status, answer = vendor.create(**form)

    assert (status, answer["status"], answer["code"]) == (400, 400, code)
    assert str(code) in answer["more_info"]


def test_statuses_are_reported_signed_to_the_address_given(vendor, site, to):
    url = f"{site.url}/status?m=7"
    vendor.create(To=to, From="", MessagingServiceSid=SERVICE, StatusCallback=url)
    vendor.settle()

    path, signed, body = site.heard[-1]
    assert told(site) == ["queued", "sent", "delivered"]
    assert path == "/status?m=7"
    assert signature.is_genuine(
        signature=signed,
        address=url,
        fields=QueryDict(body),
        account=ACCOUNT,
        tokens=[TOKEN],
    )


def test_reports_may_be_lost_doubled_and_shuffled(vendor, site, to):
    vendor.faults(lost=1)
    vendor.create(To=to, StatusCallback=site.url)
    vendor.settle()
    assert told(site) == []

    vendor.faults(doubled=1, shuffled=1)
    vendor.create(To=to, StatusCallback=site.url)
    vendor.settle()
    assert sorted(told(site)) == ["delivered", "delivered", "sent", "sent"]


def test_a_text_may_end_with_an_error(vendor, site, to):
    vendor.faults(ends={"30003": 1})
    _status, made = vendor.create(To=to, StatusCallback=site.url)
    vendor.settle()

    assert told(site)[-1] == "undelivered"
    assert "ErrorCode=30003" in site.heard[-1][2]
    assert vendor.fetch(made["uri"])["error_code"] == 30003


@pytest.mark.parametrize(("code", "status"), [(21614, 400), (30006, 201)])
def test_a_number_may_have_a_fate_of_its_own(vendor, to, code, status):
    vendor.faults(numbers={to: code})

    assert vendor.create(To=to)[0] == status
    assert vendor.create()[0] == 201
    rows = vendor.settle()["taken"].get(to, [])
    assert [row["error"] for row in rows] == ([str(code)] if status == 201 else [])


@pytest.mark.parametrize(
    ("fate", "status", "made"),
    [("broke_before", 503, 0), ("broke_after", 503, 1), ("too_many", 429, 0)],
)
def test_an_answer_may_say_that_it_did_not_work(vendor, to, fate, status, made):
    vendor.faults(**{fate: 1})

    assert vendor.create(To=to)[0] == status
    assert vendor.taken().get(to, 0) == made


@pytest.mark.parametrize(
    ("fate", "made"), [("lost_answer", 1), ("late_answer", 1), ("lost_request", 0)]
)
def test_the_line_may_be_cut_before_and_after(vendor, to, fate, made):
    vendor.faults(**{fate: 1}, hold=0.1)

    with pytest.raises((http.client.HTTPException, OSError)):
        vendor.create(To=to)
    assert vendor.taken().get(to, 0) == made


def test_a_request_that_breaks_off_makes_nothing(vendor, to):
    key = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    head = f"POST {MESSAGES}.json HTTP/1.1\r\nAuthorization: Basic {key}\r\n"
    form = f"Content-Length: 500\r\n\r\nTo=%2B{to[1:]}&Body=Hi&From=%2B{NUMBER[1:]}"
    with socket.create_connection(("127.0.0.1", vendor.port)) as line:
        line.sendall((head + form).encode())
        line.shutdown(socket.SHUT_WR)
        line.recv(1)  # until the other side has hung up

    assert vendor.record()["requests"].get(to, 0) == 0


def test_the_list_has_pages_and_the_newest_first(vendor, to):
    made = [
        vendor.create(To=to, Body=f"Text {number}")[1]["sid"] for number in range(5)
    ]
    first = vendor.fetch(f"{MESSAGES}.json?To=%2B{to[1:]}&PageSize=2")
    second = vendor.fetch(first["next_page_uri"])
    third = vendor.fetch(second["next_page_uri"])

    pages = [
        [row["sid"] for row in page["messages"]] for page in (first, second, third)
    ]
    assert list(chain(*pages)) == made[::-1]
    assert third["next_page_uri"] is None


def test_who_texts_stop_gets_no_more_until_start(vendor, site, to):
    told = {"from": to, "url": site.url, "tells_keywords": True}
    assert vendor.receive(" stop ", **told)["answers"] == [204]
    status, answer = vendor.create(To=to)
    vendor.receive("START", **told)

    assert (status, answer["code"]) == (400, 21610)
    assert vendor.create(To=to)[0] == 201
    assert "OptOutType=STOP" in site.heard[0][2]


def test_more_than_the_bare_word_stops_nothing(vendor, site, to):
    vendor.receive("stop please", url=site.url, **{"from": to})

    assert vendor.create(To=to)[0] == 201


def test_a_text_from_a_phone_comes_signed_and_may_come_twice(vendor, site, to):
    url = f"{site.url}/inbound"
    answer = vendor.receive("C ", url=url, times=2, **{"from": to})

    forms = [QueryDict(body) for _path, _signature, body in site.heard]
    assert [form["MessageSid"] for form in forms] == [answer["sid"]] * 2
    assert forms[0]["Body"] == "C "
    assert signature.is_genuine(
        signature=site.heard[0][1],
        address=url,
        fields=forms[0],
        account=ACCOUNT,
        tokens=[TOKEN],
    )


def test_a_text_that_never_reached_us_stands_in_the_list(vendor, to):
    sid = vendor.receive("Hello?", is_lost=True, **{"from": to})["sid"]
    [row] = vendor.fetch(f"{MESSAGES}.json?From=%2B{to[1:]}")["messages"]

    assert (row["sid"], row["direction"], row["body"]) == (sid, "inbound", "Hello?")


def test_the_same_seed_has_the_same_fates_in_any_order():
    rates = dict.fromkeys(FATES, 0.1)
    people = [f"+1212555{number:04}" for number in range(200)]

    def fates(seed, order):
        books = Books(seed)
        books.set_faults(rates)
        form = {"From": NUMBER, "Body": "Hello"}
        return {to: books.create({**form, "To": to})[0] for to in order}

    assert fates(1, people) == fates(1, people[::-1])
    assert fates(1, people) != fates(2, people)
    assert set(fates(1, people).values()) == {"", *FATES}


def test_a_fault_nobody_knows_is_a_mistake_of_the_test():
    with pytest.raises(ValueError, match="no such fault: \\['lots'\\]"):
        Faults.read({"lots": 1})


def test_every_status_it_reports_is_one_we_know():
    assert {WORDS[word] for word in ("queued", "sent", "delivered", "undelivered")} == {
        Status.ACCEPTED,
        Status.SENT,
        Status.DELIVERED,
        Status.UNDELIVERED,
    }
