"""P4: memory of a web worker after 1,000 mixed requests, and its growth after."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

from bench import ground

SIZE, REQUESTS = 1000, 1000
BAR_MB, BAR_GROWTH = 200.0, 0.05


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int) -> subprocess.Popen[bytes]:
    """One gunicorn worker of the site, as `manage.py serve` runs it."""
    command = [sys.executable, "-m", "gunicorn", "practice.wsgi:application"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8"]
    command += ["--worker-class", "gthread", "--no-control-socket"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    server = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    for _try in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return server
    raise SystemExit("The server did not start.")


def worker_of(server: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return int(children.split()[0])


def resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("The worker is gone.")


def visit(port: int, cookie: str, paths: list[str], times: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    for path in itertools.islice(itertools.cycle(paths), times):
        connection.request("GET", path, headers={"Cookie": cookie, "Host": "localhost"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")


def main() -> None:
    ground.prepare(SIZE)
    from django.conf import settings

    client = ground.sign_in(ground.manager())
    name = settings.SESSION_COOKIE_NAME
    cookie = f"{name}={client.cookies[name].value}"
    paths, port = [page.path for page in ground.pages().values()], free_port()
    server = start(port)
    try:
        visit(port, cookie, paths, REQUESTS)
        first = resident_mb(worker_of(server))
        visit(port, cookie, paths, REQUESTS)
        second = resident_mb(worker_of(server))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
    growth = (second - first) / first
    print(f"{first:.0f} MB after {REQUESTS} requests, {second:.0f} MB after twice that")
    print(f"  growth {growth:.1%}")
    worst = max(first / BAR_MB, growth / BAR_GROWTH)
    ground.finish("memory", figure=worst, bar=1.0)


if __name__ == "__main__":
    main()
