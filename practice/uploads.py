"""Files that people send: a view says how many bytes it takes, all others take none.

A file stays in memory, under no name of its own, on no disk. One that is too big
is refused as soon as that shows: by the length it declares, or while it arrives.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

V = TypeVar("V", bound="Callable[..., Any]")
# Beside the file, a form sends a little more.
ROOM = 100_000
# So much is let pass unread, so that the browser stays to read why it was refused.
PATIENCE = 4


def takes_file(most: int) -> Callable[[V], V]:
    """Declare that a view takes a file of at most so many bytes."""

    def mark(view: V) -> V:
        view.takes_bytes = most  # type: ignore[attr-defined]
        return view

    return mark


def was_too_big(request: HttpRequest) -> bool:
    """Whether a file was refused for its size."""
    return bool(getattr(request, "refused_file", False))


class Bounded(FileUploadHandler):
    """Takes what the view that will be asked takes, and refuses the rest unread."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        match = request.resolver_match if request else None
        self._most: int = getattr(match.func, "takes_bytes", 0) if match else 0
        self._declared = 0
        self._words = BytesIO()

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's own name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        self._declared = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._words = BytesIO()
        if self._declared > self._most + ROOM:
            self._refuse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > self._most:
            self._refuse()
        self._words.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self._words.seek(0)
        return InMemoryUploadedFile(
            file=self._words,
            field_name=self.field_name,
            name="file",
            content_type=None,
            size=file_size,
            charset=None,
        )

    def _refuse(self) -> None:
        self._words = BytesIO()
        if self.request is not None:
            self.request.refused_file = True  # type: ignore[attr-defined]
        is_hopeless = self._declared > PATIENCE * (self._most + ROOM)
        raise StopUpload(connection_reset=is_hopeless)
