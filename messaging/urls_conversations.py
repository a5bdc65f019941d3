"""Addresses of conversations: no number and no name stands in one."""

from __future__ import annotations

from django.urls import path

from messaging.views import attachments, conversations, filing, writing
from practice import converters  # noqa: F401 - registers <id:…>

_one = "messages/<id:pk>"
_message = "messages/in/<id:pk>"
urlpatterns = [
    path("messages/", conversations.conversation_list, name="conversations"),
    path("messages/parts/", writing.text_parts, name="text_parts"),
    path(f"{_one}/", conversations.conversation, name="conversation"),
    path(f"{_one}/done/", conversations.done, name="conversation_done"),
    path(f"{_one}/reopen/", conversations.reopen, name="conversation_reopen"),
    path(f"{_message}/file/", filing.message_file, name="message_file"),
    path(f"{_message}/unfile/", filing.message_unfile, name="message_unfile"),
    path("messages/replies/<id:pk>/undo/", writing.reply_undo, name="reply_undo"),
    path(
        "messages/attachments/<id:pk>/",
        attachments.attachment,
        name="attachment",
    ),
    path("patients/<id:pk>/text/", writing.text_new, name="text_new"),
]
