"""The accounts at the vendors of texts and mails: a part of the settings."""

from __future__ import annotations

import os

import environ

from practice.vendors import VENDORS_ADDRESS, Account, quiet_hours_of, rate_of

env = environ.FileAwareEnv()

TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", default="").strip()
# Two of them while they are rotated; webhooks signed by either are believed.
_tokens = env.list("TWILIO_AUTH_TOKEN", default=[])
TWILIO_AUTH_TOKENS = [token.strip() for token in _tokens if token.strip()]
TWILIO_MESSAGING_SERVICE_SID = env.str(
    "TWILIO_MESSAGING_SERVICE_SID", default=""
).strip()
TWILIO_FROM = env.str("TWILIO_FROM", default="").strip()
TWILIO_VOICE_FROM = env.str("TWILIO_VOICE_FROM", default="").strip()
# Where callers are put through to who want to talk; without it nobody offers it.
TWILIO_DESK_NUMBER = env.str("TWILIO_DESK_NUMBER", default="").strip()
TWILIO_BASE_URL = env.str("TWILIO_BASE_URL", default="").strip() or VENDORS_ADDRESS
# Whether the text service itself answers STOP, START and HELP, and blocks at STOP.
TWILIO_HANDLES_STOP = env.bool("TWILIO_HANDLES_STOP", default=True)
ACCOUNT = Account(
    account=TWILIO_ACCOUNT_SID,
    tokens=TWILIO_AUTH_TOKENS,
    service=TWILIO_MESSAGING_SERVICE_SID,
    sender=TWILIO_FROM,
    voice_sender=TWILIO_VOICE_FROM,
    desk=TWILIO_DESK_NUMBER,
    base=TWILIO_BASE_URL,
)
SMS_RATE_PER_SECOND = rate_of(env.str("SMS_RATE_PER_SECOND", default="3"))
# From when to when, in place of what the practice and its purposes say; or None.
QUIET_HOURS = quiet_hours_of(env.str("QUIET_HOURS", default=""))

# Keys of a vendor of mails, as django-anymail names them; ANYMAIL_POSTMARK_SERVER_TOKEN
# for one.
_anymail = {name.removesuffix("_FILE") for name in os.environ if name[:8] == "ANYMAIL_"}
ANYMAIL = {name[8:]: env.str(name).strip() for name in sorted(_anymail)}
ANYMAIL["REQUESTS_TIMEOUT"] = 10
