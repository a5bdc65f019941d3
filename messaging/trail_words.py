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
_CAMPAIGNS = {
    "campaign.drafted": Said(_("Group message begun")),
    "campaign.changed": Said(_("Draft of a group message changed")),
    "campaign.frozen": Said(_("List of a group message fixed")),
    "campaign.thawed": Said(_("Group message back to a draft"), "undo"),
    "campaign.approved": Said(_("Group message approved")),
    "campaign.started": Said(_("Group message sent off")),
    "campaign.went_on": Said(_("Group message: the rest sent off")),
    "campaign.paused": Said(_("Group message paused")),
    "campaign.resumed": Said(_("Group message resumed")),
    "campaign.stopped": Said(_("Group message stopped")),
    "campaign.dropped": Said(_("Group message given up")),
    "campaign.done": Said(_("Group message sent to everybody")),
    "seen.campaign": Said(_("The list of a group message")),
    "seen.campaign_closed": Said(_("Who was to come to a closed place")),
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
    "phone_pin.locked": Said(_("The phone PIN was locked after wrong tries"), "phone"),
    "seen.callers": Said(_("Who is calling")),
    "seen.phone_pin": Said(_("The phone PIN's page")),
}
WORDS = TrailWords(
    kinds=_WORDINGS | _MESSAGES | _CALLS | _CAMPAIGNS,
    records={
        "template": RecordWords(
            _("Words for messages"), "wording_version", "id", Capability.READ_SETTINGS
        ),
        "campaign": RecordWords(
            _("Group message"), "campaign", "id", Capability.WRITE_CAMPAIGNS
        ),
    },
    subjects={
        "campaign": _("Group messages"),
        "template": _("Words for messages"),
        "message": _("Messages"),
        "phone_pin": _("Phone PINs"),
    },
)
