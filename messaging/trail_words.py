"""TRAIL_WORDS: what people read of this floor's lines in the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from practice.contributions import Said, TrailWords

WORDS = TrailWords(
    kinds={
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
    },
    records={},
    subjects={"message": _("Messages")},
)
