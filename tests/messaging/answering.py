"""A web server that answers what a test wants said, in the order it is asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Said:
    """One answer; `cut` hangs up after so many bytes of its body, or before any."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    cut: int | None = None


@dataclass
class Server:
    url: str
    answers: list[Said]
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)  # what Authorization said


class Web(ThreadingHTTPServer):
    daemon_threads = True
    told: Server


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Web

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        form = self.rfile.read(length).decode() or parts.query
        fields = dict(parse_qsl(form, keep_blank_values=True))
        self.server.told.asked.append((self.command, parts.path, fields))
        self.server.told.keys.append(self.headers.get("Authorization", ""))
        first = len(self.server.told.answers) == 1
        self._say(
            self.server.told.answers[0] if first else self.server.told.answers.pop(0)
        )

    do_POST = do_GET  # noqa: N815 - its library asks for this name

    def _say(self, said: Said) -> None:
        time.sleep(said.wait)
        body = said.body
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        if said.cut == 0:
            self.close_connection = True
            return
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: said.cut])
        self.close_connection = said.cut is not None

    def log_message(self, *args: object) -> None: ...


@contextmanager
def answering(*answers: Said) -> Iterator[Server]:
    """Its last answer is said for ever."""
    with Web(("127.0.0.1", 0), Handler) as web:
        web.told = Server(f"http://127.0.0.1:{web.server_address[1]}", list(answers))
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield web.told
        web.shutdown()
