"""Fetches the pinned fonts, icons and scripts that the site serves itself.

`manage.py vendor` packs each package with npm, copies the few files we use
into static/vendor/ and records where they came from in vendor.json;
`manage.py vendor --check` compares the files with that record, offline.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RECORD = "vendor.json"
SOURCE_MAP = re.compile(rb"\n?(?://|/\*)# sourceMappingURL=[^\n*]*(?:\*/)?\n?")

# Our name for an icon -> its name in Lucide, which renames them now and then.
ICONS: Mapping[str, str] = {
    "accessibility": "accessibility",
    "activity": "activity",
    "alert-circle": "circle-alert",
    "alert-triangle": "triangle-alert",
    "archive": "archive",
    "arrow-down": "arrow-down",
    "arrow-left": "arrow-left",
    "arrow-right": "arrow-right",
    "arrow-up": "arrow-up",
    "arrow-up-down": "arrow-up-down",
    "ban": "ban",
    "bar-chart": "chart-column",
    "bell": "bell",
    "bell-off": "bell-off",
    "bookmark": "bookmark",
    "briefcase": "briefcase-medical",
    "building": "building-2",
    "calendar": "calendar",
    "calendar-check": "calendar-check",
    "calendar-clock": "calendar-clock",
    "calendar-plus": "calendar-plus",
    "calendar-x": "calendar-x",
    "check": "check",
    "check-check": "check-check",
    "check-circle": "circle-check",
    "chevron-down": "chevron-down",
    "chevron-left": "chevron-left",
    "chevron-right": "chevron-right",
    "chevron-up": "chevron-up",
    "chevrons-up-down": "chevrons-up-down",
    "circle": "circle",
    "circle-dashed": "circle-dashed",
    "circle-dot": "circle-dot",
    "clipboard-check": "clipboard-check",
    "clipboard-list": "clipboard-list",
    "clock": "clock",
    "coffee": "coffee",
    "contact": "contact",
    "copy": "copy",
    "database": "database",
    "dollar": "dollar-sign",
    "door-closed": "door-closed",
    "door-open": "door-open",
    "download": "download",
    "ear": "ear",
    "external-link": "external-link",
    "eye": "eye",
    "eye-off": "eye-off",
    "file-text": "file-text",
    "filter": "list-filter",
    "fingerprint": "fingerprint-pattern",
    "flag": "flag",
    "flower": "flower-2",
    "gauge": "gauge",
    "globe": "globe",
    "grid": "grid-2x2",
    "grip": "grip-vertical",
    "hand-heart": "hand-heart",
    "heart": "heart",
    "help": "circle-question-mark",
    "history": "history",
    "home": "house",
    "hourglass": "hourglass",
    "id-card": "id-card",
    "inbox": "inbox",
    "info": "info",
    "key": "key-round",
    "keyboard": "keyboard",
    "languages": "languages",
    "laptop": "laptop",
    "life-buoy": "life-buoy",
    "link": "link",
    "list": "list",
    "list-todo": "list-todo",
    "lock": "lock",
    "log-in": "log-in",
    "log-out": "log-out",
    "mail": "mail",
    "mail-open": "mail-open",
    "map": "map",
    "map-pin": "map-pin",
    "megaphone": "megaphone",
    "menu": "menu",
    "merge": "merge",
    "message": "message-square",
    "mic": "mic",
    "minus": "minus",
    "monitor": "monitor",
    "moon": "moon",
    "more": "ellipsis",
    "move": "move",
    "note": "sticky-note",
    "paperclip": "paperclip",
    "pause": "pause",
    "pause-circle": "circle-pause",
    "pen-line": "pen-line",
    "pencil": "pencil",
    "phone": "phone",
    "phone-call": "phone-call",
    "phone-missed": "phone-missed",
    "phone-off": "phone-off",
    "play": "play",
    "plus": "plus",
    "printer": "printer",
    "qr-code": "qr-code",
    "receipt": "receipt",
    "refresh": "refresh-cw",
    "repeat": "repeat",
    "reply": "reply",
    "scale": "scale",
    "search": "search",
    "send": "send",
    "server": "server",
    "settings": "settings",
    "shield": "shield",
    "shield-check": "shield-check",
    "signature": "signature",
    "siren": "siren",
    "smartphone": "smartphone",
    "sparkles": "sparkles",
    "star": "star",
    "stethoscope": "stethoscope",
    "sun": "sun",
    "tablet": "tablet",
    "tag": "tag",
    "timer": "timer",
    "trash": "trash-2",
    "trending-down": "trending-down",
    "trending-up": "trending-up",
    "undo": "undo-2",
    "upload": "upload",
    "user": "user",
    "user-check": "user-check",
    "user-plus": "user-plus",
    "user-x": "user-x",
    "users": "users",
    "video": "video",
    "voicemail": "voicemail",
    "volume": "volume-2",
    "wifi-off": "wifi-off",
    "x": "x",
    "x-circle": "circle-x",
    "zoom-in": "zoom-in",
}


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package, and which of its files go where under static/vendor/."""

    name: str
    version: str
    licence: str
    folder: str
    files: tuple[str, ...] = ()
    icons: Mapping[str, str] = field(default_factory=dict)


def _fonts(name: str, *subsets: str) -> tuple[str, ...]:
    return tuple(f"files/{name}-{subset}.woff2" for subset in subsets)


PACKAGES = (
    Package("htmx.org", "2.0.11", "0BSD", "htmx", ("dist/htmx.min.js",)),
    Package("lucide-static", "1.62.0", "ISC", "lucide", icons=ICONS),
    Package(
        "@fontsource-variable/atkinson-hyperlegible-next",
        "5.3.0",
        "OFL-1.1",
        "atkinson",
        _fonts(
            "atkinson-hyperlegible-next",
            "latin-wght-normal",
            "latin-wght-italic",
            "latin-ext-wght-normal",
        ),
    ),
    Package(
        "@fontsource-variable/newsreader",
        "5.3.0",
        "OFL-1.1",
        "newsreader",
        _fonts(
            "newsreader",
            "latin-wght-normal",
            "latin-ext-wght-normal",
            "vietnamese-wght-normal",
        ),
    ),
    # Atkinson lacks the vowels of Vietnamese: names in it would fall apart.
    Package(
        "@fontsource-variable/noto-sans",
        "5.3.0",
        "OFL-1.1",
        "noto",
        _fonts("noto-sans", "vietnamese-wght-normal"),
    ),
)


class Command(BaseCommand):
    help = "Fetch the pinned fonts, icons and scripts, or check the copies."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Compare only; no network."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        root = settings.BASE_DIR / "static" / "vendor"
        if not options["check"]:
            write(root, fetch_all())
        if wrong := faults(root):
            raise CommandError("\n".join(wrong))
        self.stdout.write("Every vendored file is as recorded.")


def fetch_all() -> list[tuple[Package, dict[str, tuple[str, bytes]]]]:
    """Each package with its files: name under its folder -> (origin, content)."""
    with tempfile.TemporaryDirectory() as scratch:
        return [
            (package, dict(_wanted(package, _unpack(package, Path(scratch)))))
            for package in PACKAGES
        ]


def write(
    root: Path, fetched: list[tuple[Package, dict[str, tuple[str, bytes]]]]
) -> None:
    """Replace static/vendor/ with what was fetched, and record it."""
    shutil.rmtree(root, ignore_errors=True)
    for package, files in fetched:
        for name, (_origin, content) in files.items():
            path = root / package.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    record = {"packages": [_entry(package, files) for package, files in fetched]}
    text = json.dumps(record, indent=2, ensure_ascii=False)
    (root / RECORD).write_text(f"{text}\n", encoding="utf-8")


def faults(root: Path) -> list[str]:
    """Every way the files differ from the record, as sentences."""
    record = json.loads((root / RECORD).read_text(encoding="utf-8"))
    recorded = {
        name: file["sha256"]
        for package in record["packages"]
        for name, file in package["files"].items()
    }
    present = {
        path.relative_to(root).as_posix(): path
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != RECORD
    }
    wrong = [f"{name} is missing." for name in recorded.keys() - present.keys()]
    wrong += [f"{name} is not recorded." for name in present.keys() - recorded.keys()]
    wrong += [
        f"{name} differs from its checksum."
        for name in recorded.keys() & present.keys()
        if _digest(present[name].read_bytes()) != recorded[name]
    ]
    return sorted(wrong)


def sprite(icons: Mapping[str, str], read: Mapping[str, str]) -> bytes:
    """One SVG with a symbol per icon; `read` gives each icon's own SVG."""
    symbols = [
        f'<symbol id="{ours}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-linecap="round" stroke-linejoin="round">'
        f"{_shapes(read[theirs])}</symbol>"
        for ours, theirs in sorted(icons.items())
    ]
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'.encode()


def _shapes(svg: str) -> str:
    """What an icon draws, without the <svg> around it."""
    inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    return re.sub(r"\s+", " ", inner).replace("> <", "><").strip()


def _unpack(package: Package, scratch: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise CommandError("Fetching needs npm (Node.js); checking does not.")
    packed = subprocess.run(  # noqa: S603 - our own pinned names only
        [npm, "pack", f"{package.name}@{package.version}", "--silent"],
        cwd=scratch,
        check=True,
        capture_output=True,
        text=True,
    )
    folder = scratch / package.folder
    with tarfile.open(scratch / packed.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def _wanted(package: Package, folder: Path) -> Iterator[tuple[str, tuple[str, bytes]]]:
    yield "LICENSE", ("LICENSE", (folder / "LICENSE").read_bytes())
    for origin in package.files:
        content = SOURCE_MAP.sub(b"", (folder / origin).read_bytes())
        yield Path(origin).name, (origin, content)
    if package.icons:
        read = {
            theirs: (folder / "icons" / f"{theirs}.svg").read_text(encoding="utf-8")
            for theirs in package.icons.values()
        }
        yield "sprite.svg", ("icons/*.svg", sprite(package.icons, read))


def _entry(package: Package, files: dict[str, tuple[str, bytes]]) -> dict[str, Any]:
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "source": f"npm:{package.name}@{package.version}",
        "files": {
            f"{package.folder}/{name}": {"from": origin, "sha256": _digest(content)}
            for name, (origin, content) in sorted(files.items())
        },
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
