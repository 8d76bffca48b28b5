#!/usr/bin/env python3
"""The canvas on a thin line: what a step costs in bytes, 63 blocks on 80 x 24.

The console runs on a pty over a small store; a step is one key, and its bytes
are all that comes until it is quiet. At 9,600 baud 960 bytes are a second.
"""
import os

from harness import TAILOR, main, test
from pty_screen import Terminal
from small_store import SmallStore

COPIES = 29
# the median, and the worst: some steps move what the map sets off
LIMITS = {"a step in the page": (120, 120), "a step that scrolls": (240, 265),
          "a jump by number": (550, 700), "a mark": (290, 300)}


def open_draft(store):
    t = Terminal(argv=[TAILOR, "--store", store.store],
                 env={"HOME": store.dir, "USER": os.environ.get("USER", "root")})
    t.read(until=b"customer")
    t.read()
    t.keys("j")
    t.keys("F")
    t.read(until=b"New order")
    t.read()
    return t


def fill(t):
    """63 blocks: an if with a block in it, 30 times."""
    for text in ("j", "i", "if", "\r", "\x1b", "k", "J", "k", "y"):
        t.keys(text)
    for _ in range(COPIES):
        t.keys("p")
    for text in ("c", "G"):
        t.keys(text)


def measure(t):
    figures = {}
    t.keys("1G")
    t.keys("2G")
    figures["a step in the page"] = [len(t.keys("j")) for _ in range(4)]
    t.keys("20G")
    figures["a step that scrolls"] = [len(t.keys("j")) for _ in range(12)]
    figures["a jump by number"] = [len(t.keys(f"{n}G"))
                                   for n in (3, 40, 12, 55)]
    figures["a mark"] = [len(t.keys(" ")) for _ in range(4)]
    return figures


@test
def steps_of_the_canvas_are_cheap():
    store = SmallStore(4)
    try:
        t = open_draft(store)
        fill(t)
        shown = t.keys("\x0c").decode(errors="replace")
        if "61 blocks" not in shown:
            raise AssertionError(f"61 blocks are not shown: {shown}")
        for name, values in measure(t).items():
            values.sort()
            median, worst = values[len(values) // 2], values[-1]
            print(f"# canvas: {name}: {median} bytes, worst {worst} "
                  f"(limits {LIMITS[name]})")
            if not (0 < median <= LIMITS[name][0] and
                    worst <= LIMITS[name][1]):
                raise AssertionError(f"{name}: {values}")
        t.close()
    finally:
        store.end_follower()
        store.close()


if __name__ == "__main__":
    main()
