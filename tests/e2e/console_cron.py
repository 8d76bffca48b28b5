#!/usr/bin/env python3
"""The cron expression of a schedule in the form of its block, on a pty: what
it means and when it is due next, in the zone of the block; of a wrong one,
which part is wrong."""
import os
import re

from harness import TAILOR, main, test
from pty_screen import Terminal
from small_store import SmallStore

ENTER, CLEAR, DOWN = "\r", "\x15", "\x1b[B"


def open_cron(store):
    """The console with the focus in the field "cron"."""
    store.tailor("block", "add", store.draft, "schedule", "--set",
                 "cron=0 6 * * 1-5", "--set", "zone=Europe/Berlin")
    t = Terminal(argv=[TAILOR, "--store", store.store],
                 env={"HOME": store.dir, "USER": os.environ.get("USER", "root")})
    t.read(until=b"customer")
    t.read()
    for keys in (ENTER, "F", ENTER, "e", DOWN):
        t.keys(keys)
    return t


def has(shown, pattern):
    text = re.sub(r"\x1b[^a-zA-Z]*[a-zA-Z]|\r|\n", " ", shown.decode())
    if not re.search(pattern, re.sub(r" +", " ", text)):
        raise AssertionError(f"no {pattern!r} in {text}")


@test
def a_cron_expression_is_told_in_words_with_its_next_times():
    store = SmallStore(1)
    try:
        t = open_cron(store)
        has(t.keys("\x0c"), r"at 06:00, on Monday to Friday\. Next: "
            r"\w{3} ?\d+ \w{3} \d{4} 06:00, .* 06:00,? .*06:00 \(Europe/Berlin\)")
        t.keys(CLEAR)
        has(t.keys("0 25 * * *"), r"the hour .25. is out of range \(0 to")
        t.close()
    finally:
        store.end_follower()
        store.close()


if __name__ == "__main__":
    main()
