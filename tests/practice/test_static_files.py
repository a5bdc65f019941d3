"""Names of static files carry their content, those inside our scripts too."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command

FINDER = "django.contrib.staticfiles.finders.FileSystemFinder"
HASHED = r"\.[0-9a-f]{12}\.js"


@pytest.fixture
def collected(settings, tmp_path):
    """Two modules of ours and one of an installed app, as production serves them."""
    source = tmp_path / "source"
    (source / "js").mkdir(parents=True)
    (source / "other").mkdir()
    (source / "js" / "part.js").write_text("export const part = 1;\n")
    page = 'import { part } from "./part.js";\nimport "./part.js";\n'
    (source / "js" / "page.js").write_text(page)
    (source / "other" / "theirs.js").write_text('import "./missing";\n')
    settings.STATIC_ROOT = tmp_path / "root"
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = [
        "django.contrib.staticfiles.finders.FileSystemFinder"
    ]
    hashed = {"BACKEND": "practice.static_files.HashedFiles"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": hashed}
    call_command("collectstatic", interactive=False, verbosity=0)
    return settings.STATIC_ROOT


def test_a_script_imports_the_hashed_names_of_its_parts(collected):
    page = next((collected / "js").glob("page.*.js")).read_text()

    assert re.search(rf'from "\./part{HASHED}"', page)
    assert re.search(rf'import "\./part{HASHED}"', page)


def test_scripts_of_installed_apps_stay_as_they_come(collected):
    theirs = next((collected / "other").glob("theirs.*.js")).read_text()

    assert theirs == 'import "./missing";\n'
