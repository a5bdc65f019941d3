"""The project's own files, as the house rules read them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# From the top of the house down: a floor imports those after it, never before.
FLOORS = [
    name
    for name in ("notes", "scheduling", "messaging", "consent", "practice")
    if (ROOT / name).is_dir()
]
NOT_OURS = {".git", ".venv", "var", "node_modules", "__pycache__"}
TEXTS = {".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".po", ".json", ".yml"}
BARE = {"Makefile", "run"}  # text files without a suffix


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Every module below the folders, migrations left out."""
    found = (path for name in folders for path in (ROOT / name).rglob("*.py"))
    return tuple(sorted(path for path in found if "migrations" not in path.parts))


@cache
def templates() -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "templates").rglob("*.html")))


@cache
def text_files() -> tuple[Path, ...]:
    """Every file that people read or write, in the whole project."""
    return tuple(
        path
        for path in sorted(ROOT.rglob("*"))
        if not NOT_OURS & set(path.relative_to(ROOT).parts)
        and (path.suffix in TEXTS or path.name in BARE)
        and path.is_file()
    )


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All that a file says, as `ast.walk` finds it."""
    return tuple(ast.walk(tree(path)))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    return name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    """The modules a file imports, those for type checking left out."""
    found: list[str] = []
    left_out = {node for part in _for_typing(path) for node in ast.walk(part)}
    for node in nodes(path):
        if node in left_out:
            continue
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(found)


def _for_typing(path: Path) -> list[ast.If]:
    return [
        node
        for node in tree(path).body
        if isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    ]
