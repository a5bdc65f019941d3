"""Law 18: the number of queries of a page is the same for 10 charts and 10,000."""

from __future__ import annotations

import json
import subprocess
import sys

from bench import ground

SMALL, LARGE = 10, 10_000


def counted() -> dict[str, int]:
    """Queries of every page with something on it, on the second visit."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = ground.sign_in(ground.manager())
    ground.visit(client)
    found = {}
    for name, page in ground.pages().items():
        with CaptureQueriesContext(connection) as queries:
            client.get(page.path)
        found[name] = len(queries)
    return found


def at(size: int) -> dict[str, int]:
    """The same in a process of its own: one process holds one practice."""
    answer = subprocess.run(
        [sys.executable, "-m", "bench.queries", str(size)],
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(answer.stdout))


def main() -> None:
    if len(sys.argv) > 1:
        ground.prepare(int(sys.argv[1]))
        print(json.dumps(counted()))
        return
    few, many = at(SMALL), at(LARGE)
    for name in few:
        print(f"  {name:18} {few[name]:3} at {SMALL}, {many[name]:3} at {LARGE} charts")
    worst = max(many[name] / few[name] for name in few)
    ground.finish("queries", figure=worst, bar=1.0)


if __name__ == "__main__":
    main()
