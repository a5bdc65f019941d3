"""Addresses of moving in and out: imports and exports."""

from __future__ import annotations

from django.urls import path

from practice import converters  # noqa: F401 - registers <id:…>
from practice.views import exports, imports

_one = "settings/imports/<id:pk>"
urlpatterns = [
    path("settings/imports/", imports.import_list, name="import_list"),
    path(f"{_one}/", imports.import_page, name="import_page"),
    path(f"{_one}/columns/", imports.import_columns, name="import_columns"),
    path(f"{_one}/progress/", imports.import_progress, name="import_progress"),
    path(f"{_one}/problems/", imports.import_problems, name="import_problems"),
    path(
        f"{_one}/problems/download/",
        imports.import_problem_rows,
        name="import_problem_rows",
    ),
    path(f"{_one}/duplicates/", imports.import_twins, name="import_twins"),
    path(f"{_one}/duplicates/rule/", imports.import_rule, name="import_rule"),
    path(f"{_one}/confirm/", imports.import_confirm, name="import_confirm"),
    path(f"{_one}/again/", imports.import_again, name="import_again"),
    path(f"{_one}/abandon/", imports.import_abandon, name="import_abandon"),
    path(f"{_one}/undo/", imports.import_undo, name="import_undo"),
    path("settings/exports/", exports.export_page, name="export_page"),
    path("settings/exports/<slug:what>/", exports.export_file, name="export_file"),
]
