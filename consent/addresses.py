"""How a number or an e-mail address is written wherever two of them are compared.

The same as practice.contacts compares them: E.164, or lower case.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Lower
from phonenumber_field.phonenumber import PhoneNumber, to_python

from practice import contacts
from practice.models import ContactKind, ContactPoint

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

REGION = "US"  # of numbers that come without a country code


@lru_cache(maxsize=4096)  # to read a number takes as long as a query
def normal(address: str) -> str:
    """An address as the tables of this floor have it.

    What is neither a number nor an e-mail address stays as it is: it is nobody's.
    """
    bare = address.strip()
    if "@" in bare:
        return bare.lower()
    phone = to_python(bare, region=REGION)
    is_known = isinstance(phone, PhoneNumber) and phone.country_code
    return str(phone.as_e164) if is_known else bare


def of_point(point: ContactPoint) -> str:
    """The address of a contact point; of a postal one, its lines."""
    return contacts.key_of(point)[1]


def points_at(addresses: Collection[str]) -> QuerySet[ContactPoint]:
    """The current contacts, of patients and caregivers, with any of some addresses."""
    return _having(ContactPoint.objects.filter(ended_at=None), addresses)


def ever_at(addresses: Collection[str]) -> QuerySet[ContactPoint]:
    """The same, with those that nobody uses any more, and those that no page shows."""
    return _having(ContactPoint._base_manager.all(), addresses)


def _having(
    rows: QuerySet[ContactPoint], addresses: Collection[str]
) -> QuerySet[ContactPoint]:
    rows = rows.exclude(kind=ContactKind.POST).annotate(mail=Lower("email"))
    mails = {one for one in addresses if "@" in one}
    known = Q(phone__in=set(addresses) - mails) | Q(mail__in=mails)
    return rows.filter(known | Q(pk__in=_beyond_ascii(rows, mails)))


def _beyond_ascii(rows: QuerySet[ContactPoint], mails: Collection[str]) -> list[int]:
    """The contacts at addresses such as pat@bücher.example, compared here.

    SQLite knows small letters in ASCII alone; what stands before the @ is ASCII.
    """
    odd = {one for one in mails if not one.isascii()}
    if not odd:
        return []
    begins = (Q(mail__startswith=one.partition("@")[0] + "@") for one in odd)
    near = rows.filter(reduce(or_, begins))
    return [point.pk for point in near if of_point(point) in odd]
