"""Which page a request comes from: one of ours, or none."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from practice.whereabouts import is_ours, way_back

SITE = "http://testserver"


def request(method="post", **headers):
    made = getattr(RequestFactory(), method)("/tasks/?late=1", headers=headers)
    made.htmx = HtmxDetails(made)
    return made


@pytest.mark.parametrize("path", ["/", "/tasks/", "/patients/?state=active", "/%2F/a"])
def test_a_path_is_ours(path):
    assert is_ours(path)


@pytest.mark.parametrize(
    "path",
    ["", "foo", "//evil.example", "/\\evil.example", "https:/e", "/" + "a" * 500],
)
def test_anything_else_is_not(path):
    assert not is_ours(path)


def test_a_page_that_is_looked_at_is_returned_to():
    assert way_back(request("get")) == "/tasks/?late=1"


@pytest.mark.parametrize(
    ("page", "path"),
    [
        (f"{SITE}/patients/?after=3", "/patients/?after=3"),
        (f"{SITE}//evil.example/x", ""),
        ("https://evil.example/x", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_a_button_returns_to_the_page_it_is_on(page, path):
    fragment = {"HX-Request": "true", "HX-Current-URL": page}

    assert way_back(request(Referer=page)) == path
    assert way_back(request(**fragment)) == path
