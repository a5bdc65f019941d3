"""Addresses of day sheets, and of what is put in from paper."""

from __future__ import annotations

from django.urls import path

from practice import converters  # noqa: F401 - registers <id:…>
from practice.views import downtime, paper

urlpatterns = [
    path("", downtime.home, name="downtime"),
    path("sheets/<id:pk>/", downtime.sheet, name="day_sheet"),
    path("sheets/<id:pk>/file/", downtime.sheet_file, name="day_sheet_file"),
    path("locations/<id:pk>/sheet/", downtime.sheet_new, name="day_sheet_new"),
    path("locations/<id:pk>/passphrase/", downtime.passphrase, name="sheet_passphrase"),
    path("paper/", paper.first, name="paper"),
    path("paper/<slug:kind>/", paper.enter, name="paper_new"),
    path("paper/entries/<id:pk>/take-back/", paper.take_back, name="paper_take_back"),
]
