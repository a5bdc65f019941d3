"""A vendor that takes every text after a while: the least that speaks its interface.

In a process of its own (`python -m bench.vendor SECONDS`); it prints its port first.
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = b'{"sid":"SM%032x","status":"queued","error_code":null}'
HEAD = b"HTTP/1.1 201 CREATED\r\nContent-Length: %d\r\n\r\n"
_count = itertools.count(time.time_ns())


@contextmanager
def running(seconds: float = 0) -> Iterator[str]:
    """Its address, while it runs; each answer takes so many seconds."""
    command = [sys.executable, "-m", "bench.vendor", str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.communicate()


async def _serve(seconds: float) -> None:
    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(_length(head))
                if seconds:
                    await asyncio.sleep(seconds)
                said = ANSWER % next(_count)
                writer.write(HEAD % len(said) + said)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
