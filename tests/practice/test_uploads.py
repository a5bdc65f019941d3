"""Files that are sent: bounded, in memory, and only where a view takes them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from django.urls import resolve

from practice import sheets
from practice.models import Import
from tests.cast import sign_in
from tests.practice.importing import ADA, table

PATH = "/settings/imports/"
GIGABYTE = 1_000_000_000
START = (
    b"--edge\r\nContent-Disposition: form-data; name=first\r\n\r\nyes\r\n"
    b'--edge\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
)


class Endless:
    """A line of a gigabyte, which counts how much of it somebody read."""

    def __init__(self) -> None:
        self.read_so_far = 0
        self._start = START

    def read(self, size: int = 65_536) -> bytes:
        size = min(size, GIGABYTE - self.read_so_far)
        some, self._start = self._start[:size], self._start[size:]
        some += b"x" * (size - len(some))
        self.read_so_far += len(some)
        return some

    readline = read


def send(body: Endless, *, declared: int, path: str = PATH) -> WSGIRequest:
    request = RequestFactory().generic("POST", path)
    request.META |= {"CONTENT_TYPE": "multipart/form-data; boundary=edge"}
    request.META |= {"CONTENT_LENGTH": str(declared)}
    request = WSGIRequest({**request.META, "wsgi.input": body})
    request.resolver_match = resolve(path)
    return request


def test_a_gigabyte_is_refused_before_it_is_read():
    body = Endless()

    request = send(body, declared=GIGABYTE)

    assert not request.FILES
    assert request.POST["first"] == "yes"
    assert request.refused_file
    assert body.read_so_far < 200_000


def test_one_that_lies_about_its_length_is_refused_at_the_bound():
    body = Endless()

    request = send(body, declared=sheets.MOST_BYTES)

    assert not request.FILES or request.FILES["file"].size <= sheets.MOST_BYTES
    assert body.read_so_far <= sheets.MOST_BYTES + 200_000


@pytest.mark.parametrize("path", ["/", "/patients/new/", "/healthz"])
def test_elsewhere_no_file_is_taken(path):
    body = Endless()

    request = send(body, declared=5_000_000, path=path)

    assert not request.FILES
    assert body.read_so_far < 5_200_000


@pytest.mark.django_db
def test_who_sends_too_much_reads_why_not(manager):
    big = SimpleUploadedFile("x.csv", b"a,b\n" * (sheets.MOST_BYTES // 4 + 10))

    answer = sign_in(manager).post(PATH, {"file": big})

    assert answer.status_code == 422
    assert b"bigger than 20 MB" in answer.content
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_the_name_of_a_file_is_nowhere(manager, caplog, settings):
    named = SimpleUploadedFile("Paula Patience.csv", table(ADA))

    sign_in(manager).post(PATH, {"file": named})

    assert "Patience" not in str(Import.objects.values())
    assert "Patience" not in caplog.text
    assert not list(settings.VAR.glob("**/*Patience*"))
