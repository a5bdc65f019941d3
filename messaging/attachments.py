"""Pictures and files that come with messages: fetched later, checked, kept apart.

What bytes say they are counts, not what a vendor or a name says. Only kinds that no
browser runs are kept; all are handed out as downloads, to whoever may read the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from messaging.models import Attachment, AttachmentBytes
from practice.work import words_for_staff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MEGABYTE = 1_000_000
MOST_BYTES = 5 * MEGABYTE  # as much as a vendor takes for a message
MOST_TRIES = 5
# How files of a kind begin, and at which byte.
SIGNATURES: Mapping[str, Sequence[tuple[int, bytes]]] = {
    "image/jpeg": [(0, b"\xff\xd8\xff")],
    "image/png": [(0, b"\x89PNG\r\n\x1a\n")],
    "image/gif": [(0, b"GIF87a"), (0, b"GIF89a")],
    "image/webp": [(8, b"WEBP")],
    "image/heic": [(4, b"ftypheic"), (4, b"ftypmif1"), (4, b"ftypheix")],
    "application/pdf": [(0, b"%PDF-")],
    "audio/amr": [(0, b"#!AMR")],
    "audio/mpeg": [(0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3")],
    "video/mp4": [(4, b"ftypisom"), (4, b"ftypmp42")],
    "video/3gpp": [(4, b"ftyp3gp")],
}
ENDINGS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "application/pdf": "pdf",
    "audio/amr": "amr",
    "audio/mpeg": "mp3",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
}


def waiting(*, most: int = 20) -> Sequence[Attachment]:
    """What has to be fetched yet, the oldest first."""
    rows = Attachment.objects.filter(state=Attachment.State.WAITING)
    return list(rows.select_related("message").order_by("tries", "pk")[:most])


@transaction.atomic
def take(*, attachment: Attachment, content: bytes) -> Attachment:
    """Keep what was fetched, if it is of a kind and a size that we keep.

    The same again changes nothing.
    """
    row = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if row.state != Attachment.State.WAITING:
        return row
    if len(content) > MOST_BYTES:
        return _refuse(row, _("Larger than %(n)s MB.") % {"n": MOST_BYTES // MEGABYTE})
    if not (kind := kind_of(content)):
        return _refuse(row, _("Of a kind that is not opened here."))
    AttachmentBytes.objects.create(attachment=row, content=content)
    return _set(
        row, state=Attachment.State.KEPT, found_type=kind, size=len(content), reason=""
    )


@transaction.atomic
def missed(*, attachment: Attachment) -> Attachment:
    """It could not be fetched this time; after a few times it never will be."""
    row = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if row.state != Attachment.State.WAITING:
        return row
    row = _set(row, tries=row.tries + 1)
    if row.tries < MOST_TRIES:
        return row
    return _refuse(row, _("The text service does not have it any more."))


def kind_of(content: bytes) -> str:
    """What bytes are, of the kinds that are kept; empty where they are none."""
    for kind, beginnings in SIGNATURES.items():
        if any(content.startswith(some, at) for at, some in beginnings):
            return kind
    return ""


def name_of(attachment: Attachment) -> str:
    """What a download is called: nobody's name, and no name that came with it."""
    return f"attachment-{attachment.pk}.{ENDINGS[attachment.found_type]}"


def _refuse(row: Attachment, reason: str) -> Attachment:
    return _set(row, state=Attachment.State.REFUSED, reason=words_for_staff(reason))


def _set(row: Attachment, **columns: object) -> Attachment:
    Attachment.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row
