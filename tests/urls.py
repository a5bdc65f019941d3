"""The site's addresses, and the style page that is there while debugging."""

from __future__ import annotations

from django.urls import path

from practice.urls import (  # noqa: F401 - Django looks for the handlers here
    handler400,
    handler403,
    handler404,
    handler429,
    handler500,
)
from practice.urls import urlpatterns as site
from practice.views.style import style

urlpatterns = [*site, path("style/", style, name="style")]
