"""Pictures and files that come with messages: fetched later, checked, kept apart.

What bytes say they are counts, not what a vendor or a name says. Only kinds that no
browser runs are kept; all are handed out as downloads, to whoever may read the message.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from messaging.models import Attachment, AttachmentBytes
from practice.work import words_for_staff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

MEGABYTE = 1_000_000
MOST_BYTES = 5 * MEGABYTE  # as much as a vendor takes for a message
# After its message came, for each try; the vendor may be out of reach for a night.
TRIES = (
    timedelta(),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
)
# How content of a kind begins; a dot is any byte.
SIGNATURES: Mapping[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF....WEBP",),
    "image/heic": (b"....ftypheic", b"....ftypmif1", b"....ftypheix"),
    "application/pdf": (b"%PDF-",),
    "audio/amr": (b"#!AMR",),
    "audio/mpeg": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "audio/ogg": (b"OggS",),
    "video/mp4": (b"....ftypisom", b"....ftypmp42"),
    "video/3gpp": (b"....ftyp3gp",),
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
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
}


def waiting(*, now: datetime, most: int = 20) -> Sequence[Attachment]:
    """What has to be fetched now, the oldest first; what failed waits for its turn."""
    is_due = Q()
    for number, wait in enumerate(TRIES):
        is_due |= Q(tries=number, message__came_at__lte=now - wait)
    rows = Attachment.objects.filter(is_due, state=Attachment.State.WAITING)
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
    if row.tries < len(TRIES):
        return row
    return _refuse(row, _("The text service does not have it any more."))


@transaction.atomic
def refuse(*, attachment: Attachment, reason: str) -> Attachment:
    """It is not to be fetched at all; `reason` is a sentence for staff."""
    row = Attachment.objects.select_for_update().get(pk=attachment.pk)
    return _refuse(row, reason) if row.state == Attachment.State.WAITING else row


def kind_of(content: bytes) -> str:
    """What bytes are, of the kinds that are kept; empty where they are none."""
    for kind, beginnings in SIGNATURES.items():
        if any(_begins(content, some) for some in beginnings):
            return kind
    return ""


def _begins(content: bytes, beginning: bytes) -> bool:
    pairs = zip(beginning, content, strict=False)
    is_same = all(want in (ord("."), got) for want, got in pairs)
    return is_same and len(content) >= len(beginning)


def name_of(attachment: Attachment) -> str:
    """What a download is called: nobody's name, and no name that came with it."""
    return f"attachment-{attachment.pk}.{ENDINGS[attachment.found_type]}"


def _refuse(row: Attachment, reason: str) -> Attachment:
    return _set(row, state=Attachment.State.REFUSED, reason=words_for_staff(reason))


def _set(row: Attachment, **columns: object) -> Attachment:
    Attachment.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row
