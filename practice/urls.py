"""The site's addresses: each floor and subject brings its own list."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from practice import (
    admin,
    urls_downtime,
    urls_entrance,
    urls_incidents,
    urls_links,
    urls_moving,
    urls_patients,
    urls_team,
    urls_trail,
)
from practice.views import about, health, shortcuts
from practice.views.style import style

urlpatterns = [
    path("", include(urls_patients)),
    path("", include(urls_team)),
    path("", include(urls_trail)),
    path("", include(urls_moving)),
    path("", include(urls_incidents)),
    path("", include(urls_entrance)),
    path("", include(urls_links)),
    *(path("", include(floor)) for floor in settings.FLOOR_URLS),
    path("downtime/", include(urls_downtime)),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("shortcuts/", shortcuts.switch, name="shortcuts"),
    path("about/", about.about, name="about"),
    path("healthz", health.alive, name="healthz"),
    path("healthz/work", health.work, name="health_work"),
]
if settings.DEBUG:
    urlpatterns.append(path("style/", style, name="style"))
handler400 = "practice.views.errors.bad_request"
handler403 = "practice.views.errors.forbidden"
handler404 = "practice.views.errors.not_found"
handler500 = "practice.views.errors.fault"
handler429 = "practice.views.errors.too_many"  # the rate limits' page
