#!/usr/bin/env python3
"""Keys that were typed before the console has shown its first screen change
nothing: nobody has seen the row that they would act on.

A shell reads one line and becomes the console, so that what stands behind that
line waits in the terminal before the console begins.
"""
import os

from harness import TAILOR, equal, main, test
from pty_screen import Terminal
from small_store import SmallStore

store = None


def setup():
    global store
    store = SmallStore(4)


def close():
    if store:
        store.end_follower()
        store.close()


def console(ahead):
    """A console that was sent the keys AHEAD before it began."""
    terminal = Terminal(
        argv=["/bin/sh", "-c", 'read go; exec "$0" "$@"', TAILOR, "--store",
              store.store, "--fresh"],
        env={"HOME": store.dir, "USER": os.environ.get("USER", "root")})
    os.write(terminal.fd, b"go\n" + ahead)
    shown = terminal.read(until=b"customer")
    return terminal, shown + terminal.read()


def drafts():
    return len(store.rows("draft", "list"))


@test
def keys_ahead_of_the_first_screen_change_nothing():
    before = drafts()
    for ahead in (b"F", b"FF", b"jF", b"\rF", b"/1\rF"):
        terminal, shown = console(ahead)
        if b"before the first screen" not in shown:
            shown += terminal.read(until=b"before the first screen")
        equal(drafts(), before, ahead)
        terminal.close()


@test
def keys_that_change_nothing_may_be_typed_ahead():
    terminal, shown = console(b"/2\r")
    if b"filter" not in shown:
        raise AssertionError(shown)
    terminal.close()


@test
def after_a_pause_the_key_acts():
    before = drafts()
    terminal, _ = console(b"jF")
    terminal.read(until=b"nothing: only a pause", limit=1.5)
    if b"New order" not in terminal.keys("F"):
        terminal.read(until=b"New order")
    equal(drafts(), before + 1)
    terminal.close()


if __name__ == "__main__":
    main(setup, close)
