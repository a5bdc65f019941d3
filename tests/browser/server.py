"""The site in a process of its own, on a test's database file.

`python -m tests.browser.server FILE SETTINGS` says its port and serves until its
input ends; SETTINGS is JSON of what differs. A browser's many connections are
threads, and they stay out of the process in which Playwright switches between
stacks.
"""

from __future__ import annotations

import json
import os
import sys
from threading import Thread

import django
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connection
from django.test.testcases import QuietWSGIRequestHandler
from django.test.utils import setup_test_environment

HOST = "localhost"


def main(file: str, differing: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    setup_test_environment(debug=False)
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, HOST]
    for name, value in json.loads(differing).items():
        setattr(settings, name, type(getattr(settings, name))(value))
    connection.settings_dict["NAME"] = file
    server = ThreadedWSGIServer(
        (HOST, 0), QuietWSGIRequestHandler, allow_reuse_address=False
    )
    server.set_app(StaticFilesHandler(WSGIHandler()))
    Thread(target=_end_with_the_tests, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


def _end_with_the_tests() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
