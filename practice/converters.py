"""Parts of addresses: importing this module registers `<id:…>`."""

from __future__ import annotations

from django.urls import register_converter


class Id:
    """A record's number; one that no column could hold is no address of ours."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int | str) -> str:
        return str(value)


register_converter(Id, "id")
