"""P3: every staff page against an empty page of the same site, in CPU time."""

from __future__ import annotations

from functools import partial

from bench import ground

SIZE, ROUNDS, BAR = 1000, 40, 15.0
LINES = 16  # of the board, that Today shows in the middle of a morning


def main() -> None:
    ground.prepare(SIZE)
    client = ground.sign_in(ground.manager())
    ground.visit(client)
    acts = {
        name: partial(client.get, page.path) for name, page in ground.pages().items()
    }
    acts["empty"] = partial(client.get, "/bench/empty/")
    spent = ground.interleaved(acts, rounds=ROUNDS)
    floor = spent.pop("empty")
    spent["desk_today"] = _desk_day() * floor
    print(f"{SIZE} charts, {ROUNDS} rounds; empty logged-in page {floor:.2f} ms CPU")
    for name, ms in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"  {name:18} {ms:6.2f} ms  {ms / floor:5.1f}x")
    ground.finish("pages", figure=max(spent.values()) / floor, bar=BAR)


def _desk_day() -> float:
    """The desk's Today in the middle of a morning, with the first lines of its board,
    against the empty page in the same run.
    """
    import time_machine

    from bench import people, visits

    with time_machine.travel(people.NOW):
        client = ground.sign_in(ground.desk())
        lines = client.get("/").content.decode().count(visits.KIND)
        if lines < LINES:
            raise SystemExit(f"desk_today: {lines} lines of the board")
        acts = {"page": partial(client.get, "/")}
        acts["empty"] = partial(client.get, "/bench/empty/")
        spent = ground.interleaved(acts, rounds=ROUNDS)
    return spent["page"] / spent["empty"]


if __name__ == "__main__":
    main()
