"""The site's addresses and the floor: an empty page of the same site."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench import calendar
from practice.access import signed_in
from practice.urls import urlpatterns as site


@signed_in
def empty(request: HttpRequest) -> HttpResponse:
    """What a page costs before it does anything: middleware, session, account."""
    return HttpResponse("ok")


urlpatterns = [
    *site,
    path("bench/empty/", empty, name="bench_empty"),
    path("bench/day/", signed_in(calendar.floor), name="bench_day"),
]
