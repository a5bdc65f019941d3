"""Ids in addresses."""

from __future__ import annotations

import pytest
from django.urls import Resolver404, resolve, reverse


@pytest.mark.parametrize("number", ["1", "42", "9" * 18])
def test_an_id_is_a_number(number):
    match = resolve(f"/team/{number}/")

    assert match.kwargs == {"pk": int(number)}


@pytest.mark.parametrize("text", ["0", "01", "-1", "9" * 19, "1e3", "one", "٣", "²"])
def test_what_no_record_can_have_is_no_address(text):
    with pytest.raises(Resolver404):
        resolve(f"/team/{text}/")


@pytest.mark.parametrize("pk", [7, "7"])
def test_an_address_is_made_from_an_id(pk):
    assert reverse("staff_member", args=[pk]) == "/team/7/"
