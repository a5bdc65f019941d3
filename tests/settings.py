"""The site's settings as the tests run them; importing them starts nothing.

TEST_DATABASE is sqlite (default: a file, like the embedded site's) or postgres:
tests/conftest.py then starts a server, unless TEST_DATABASE_URL names one whose
role may create databases and roles.
"""

import os
import tempfile
from pathlib import Path

_OURS = ("WELLHOUSE_", "TWILIO_", "SMS_", "ANYMAIL_", "MAIL_VENDOR", "QUIET_HOURS")
for _name in [name for name in os.environ if name.startswith((*_OURS, "PUBLIC_BASE"))]:
    del os.environ[_name]
os.environ.pop("DATABASE_URL", None)
os.environ["WELLHOUSE_MODE"] = "test"

from practice.settings import *

if os.environ.get("TEST_DATABASE", "sqlite") == "sqlite":
    DATABASES["default"]["NAME"] = ":memory:"
    _file = f"wellhouse-tests-{os.getpid()}.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(Path(tempfile.gettempdir(), _file))}
else:
    DATABASES["default"] = {"ENGINE": "django.db.backends.postgresql"}
    DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)

# A place of this run's own for what is written beside the database.
SHEETS = Path(tempfile.gettempdir(), f"wellhouse-tests-{os.getpid()}-sheets")
SHEET_ROUNDS = 1000
BACKUPS = Path(tempfile.gettempdir(), f"wellhouse-tests-{os.getpid()}-backups")

ROOT_URLCONF = "tests.urls"  # the site's, and the style page
# Off, so that a test is about one thing; tests of the second factor switch it on.
REQUIRE_SECOND_FACTOR = False
# Passwords here protect nobody, and real hashing costs a tenth of a second each.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
