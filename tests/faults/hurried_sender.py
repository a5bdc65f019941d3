"""The sender in a hurry, through the stand-in; or, told “ears”, what hears of statuses.

Run as a program it works until it is stopped. The ears print their address first.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import django
from django.db import close_old_connections, connections

SECOND = timedelta(seconds=1)


def send() -> None:
    from messaging import channels, claiming, polling, sender, uncertain
    from practice import clock
    from tests.faults.loopback import Loopback

    # All of it fits between what the carrier waits for and what the test does.
    claiming.LEASE, claiming.FRESH = 3 * SECOND, 10 * SECOND
    uncertain.APART, uncertain.LATER = SECOND, 2 * SECOND
    polling.AFTER, polling.EVERY = 3 * SECOND, 2 * SECOND
    carrier = Loopback()
    channels.carrier_of = lambda channel: carrier
    keeper = sender.Sender(now=clock.now)
    for chore in keeper.chores:
        chore.every = min(chore.every, 0.3)
    keeper.run()


class Ears(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        from messaging import settling
        from practice import clock

        close_old_connections()
        said = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(said).items()}
        asked = parse_qs(urlsplit(self.path).query)
        settling.hear(
            delivery_id=int(asked["m"][0]),
            vendor_id=form["MessageSid"],
            word=form["MessageStatus"],
            code=form.get("ErrorCode", ""),
            at=clock.now(),
        )
        self.send_response(204)
        self.end_headers()
        connections.close_all()

    def log_message(self, *args: object) -> None: ...


def hear() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Ears) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    django.setup()
    {"send": send, "ears": hear}[sys.argv[1]]()
