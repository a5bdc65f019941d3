"""What somebody typed into a form that cannot be taken, to be shown once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

# Secrets, and what no person typed.
UNSHOWN = {"csrfmiddlewaretoken", "next", "submission", "version", "credential", "code"}
UNSHOWN |= {"pin", "again"}


def words(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values of a form, if it was ours.

    Another site must not put its words on our page.
    """
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return []
    return [
        (name.replace("_", " "), value)
        for name in request.POST
        if name not in UNSHOWN and "password" not in name
        for value in request.POST.getlist(name)
        if value.strip()
    ]
