"""TRAIL_WORDS: what people read of this floor's lines, and of its records."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from practice.access import Capability
from practice.contributions import RecordWords, Said, TrailWords

_WORDINGS = {
    "template.drafted": Said(_("Own words for messages begun")),
    "template.changed": Said(_("Draft of words changed")),
    "template.approved": Said(_("Words for messages approved")),
    "template.replaced": Said(_("Words for messages replaced by others")),
    "template.retired": Said(_("Usual words for messages in use again")),
    "template.used_again": Said(_("Former words for messages in use again")),
    "template.dropped": Said(_("Draft of words thrown away")),
    "template.taken_up": Said(_("Draft of words taken up again"), "undo"),
}
_MESSAGES = {
    "seen.outbox": Said(_("The outbox")),
    "message.filed": Said(_("A message of theirs was filed"), "message"),
    "message.moved_here": Said(_("A message came from another chart"), "move"),
    "message.moved_away": Said(_("A message left for the right chart"), "move"),
    "seen.conversations": Said(_("Messages")),
    "seen.conversation": Said(_("A conversation")),
    "seen.conversation_done": Said(_("A conversation, done")),
    "seen.message_file": Said(_("Whose message it is")),
    "seen.message_unfile": Said(_("Whose message it is, taken back")),
    "seen.text_new": Said(_("Writing a text")),
    "seen.attachment": Said(_("An attachment")),
}
_CALLS = {
    "phone_pin.made": Said(_("A phone PIN was made"), "phone"),
    "phone_pin.ended": Said(_("The phone PIN was taken away"), "phone"),
    "seen.callers": Said(_("Who is calling")),
    "seen.phone_pin": Said(_("The phone PIN's page")),
}
WORDS = TrailWords(
    kinds=_WORDINGS | _MESSAGES | _CALLS,
    records={
        "template": RecordWords(
            _("Words for messages"), "wording_version", "id", Capability.READ_SETTINGS
        ),
    },
    subjects={"template": _("Words for messages"), "message": _("Messages")},
)
