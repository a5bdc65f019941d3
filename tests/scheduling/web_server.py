"""A web server on the loopback, with a certificate of its own, for fetches to meet."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scheduling.fetching import Reach

HOST = "calendar.example"
Say = Callable[[BaseHTTPRequestHandler], None]


@cache
def certificate() -> tuple[bytes, bytes]:
    """A key and a certificate for HOST, in one PEM; and the certificate alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    names = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    vouches = x509.BasicConstraints(ca=True, path_length=None)
    made = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(names, critical=False)
        .add_extension(vouches, critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    return secret + public, public


class Server:
    """What the server is told to say, and what it heard."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.say: Say = lambda request: answer(request, b"")
        self.heard: list[dict[str, str]] = []

    def address(self, path: str = "/a.ics", host: str = HOST) -> str:
        return f"https://{host}:{self.port}{path}"

    def reach(self, **differing: object) -> Reach:
        """How the tests get here: production allows none of it."""
        _both, public = certificate()
        tls = ssl.create_default_context(cadata=public.decode())
        usual = {
            "resolve": lambda host, port: ["127.0.0.1"],
            "allows": lambda address: True,
            "ports": None,
            "tls": tls,
            "seconds": 5.0,
        }
        return Reach(**usual | differing)  # type: ignore[arg-type]


def answer(
    request: BaseHTTPRequestHandler,
    content: bytes,
    status: int = 200,
    **headers: str,
) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)


@contextmanager
def serving() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.heard.append({"path": self.path, **dict(self.headers)})
            server.say(self)

        def log_message(self, *args: object) -> None: ...

    both, _public = certificate()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.handle_error = lambda *args: None  # type: ignore[method-assign]
        listening.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "both.pem"
            file.write_bytes(both)
            context.load_cert_chain(file)
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
        server = Server(int(listening.server_address[1]))
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            listening.shutdown()
