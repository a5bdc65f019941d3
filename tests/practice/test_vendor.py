"""Vendored files are what the record says, and the record is what we pinned."""

from __future__ import annotations

import json
import shutil

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from practice.management.commands import vendor
from practice.management.commands.vendor import ICONS, PACKAGES, Package

VENDORED = settings.BASE_DIR / "static" / "vendor"
RECORD = json.loads((VENDORED / vendor.RECORD).read_text())
SVG = '<!-- licence --><svg class="lucide"\n width="24">\n <path d="M1 2" />\n</svg>'


@pytest.fixture
def copies(tmp_path):
    return shutil.copytree(VENDORED, tmp_path / "static" / "vendor")


@pytest.fixture
def packed(monkeypatch, tmp_path):
    """What npm would have unpacked: one package with a script and an icon."""
    folder = tmp_path / "package"
    (folder / "icons").mkdir(parents=True)
    (folder / "LICENSE").write_text("Do as you like.")
    (folder / "tool.js").write_text("run()\n//# sourceMappingURL=tool.js.map\n")
    (folder / "icons" / "house.svg").write_text(SVG)
    package = Package("tool", "1.2.3", "ISC", "tool", ("tool.js",), {"home": "house"})
    monkeypatch.setattr(vendor, "PACKAGES", (package,))
    monkeypatch.setattr(vendor, "_unpack", lambda package, scratch: folder)
    return folder


def test_every_vendored_file_is_as_recorded():
    assert vendor.faults(VENDORED) == []


def test_the_record_names_the_pinned_versions():
    recorded = {(row["name"], row["version"]) for row in RECORD["packages"]}

    assert recorded == {(package.name, package.version) for package in PACKAGES}


@pytest.mark.parametrize("row", RECORD["packages"], ids=lambda row: row["name"])
def test_every_package_brings_its_licence_and_source(row):
    texts = [name for name in row["files"] if name.endswith("/LICENSE")]

    assert row["licence"]
    assert row["source"] == f"npm:{row['name']}@{row['version']}"
    assert (VENDORED / texts[0]).read_text().strip()


def test_the_sprite_holds_every_icon():
    drawn = (VENDORED / "lucide" / "sprite.svg").read_text()

    assert not [name for name in ICONS if f'<symbol id="{name}"' not in drawn]


def test_no_vendored_script_asks_for_a_source_map():
    scripts = VENDORED.rglob("*.js")

    assert not [path for path in scripts if "sourceMappingURL" in path.read_text()]


def test_a_changed_file_is_found(copies):
    (copies / "htmx" / "htmx.min.js").write_text("alert('changed')")

    assert vendor.faults(copies) == ["htmx/htmx.min.js differs from its checksum."]


def test_a_missing_file_is_found(copies):
    (copies / "lucide" / "sprite.svg").unlink()

    assert vendor.faults(copies) == ["lucide/sprite.svg is missing."]


def test_a_file_nobody_recorded_is_found(copies):
    (copies / "htmx" / "extra.js").write_text("")

    assert vendor.faults(copies) == ["htmx/extra.js is not recorded."]


def test_checking_says_that_all_is_well(copies, settings, tmp_path, capsys):
    settings.BASE_DIR = tmp_path

    call_command("vendor", "--check")

    assert "as recorded" in capsys.readouterr().out


def test_checking_fails_over_a_changed_file(copies, settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (copies / "htmx" / "htmx.min.js").write_text("")

    with pytest.raises(CommandError, match=r"htmx\.min\.js differs"):
        call_command("vendor", "--check")


def test_fetching_replaces_what_was_there(copies, packed, settings, tmp_path):
    settings.BASE_DIR = tmp_path

    call_command("vendor", verbosity=0)

    files = {path.name for path in copies.rglob("*") if path.is_file()}
    assert files == {"LICENSE", "tool.js", "sprite.svg", "vendor.json"}
    assert (copies / "tool" / "tool.js").read_text() == "run()"


def test_fetching_twice_gives_the_same_files(packed, tmp_path):
    vendor.write(tmp_path / "one", vendor.fetch_all())
    vendor.write(tmp_path / "two", vendor.fetch_all())

    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    )
    assert first == second


def test_an_icon_keeps_its_shapes_and_takes_our_name():
    drawn = vendor.sprite({"home": "house"}, {"house": SVG}).decode()

    assert '<symbol id="home" viewBox="0 0 24 24"' in drawn
    assert '><path d="M1 2" /></symbol>' in drawn


def test_fetching_without_npm_says_what_is_missing(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)

    with pytest.raises(CommandError, match="needs npm"):
        vendor.fetch_all()
