#!/usr/bin/env python3
"""Several drafts released at once in the console, in a real tmux against a real
runtime: one list, one question that wants their number, and what came of each.
"""
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Skip, World, equal, main, test, wait_until  # noqa: E402
from tmux_console import Console  # noqa: E402

W = "order-to-cash"
CUSTOMERS = ("enterpriseco", "globex", "initech")
w = c = None


def setup():
    global w
    if not shutil.which("tmux"):
        raise Skip("tmux is not installed")
    w = World(5)
    w.tailor("sync")


def close():
    if c:
        c.close()
    if w:
        w.close()


def place(customer):
    return customer + "/netsuite-order-to-cash"


def row(customer):
    return w.json("installation", "show", place(customer))["workflowList"][0]


def fork(customer, tax="0.05", store=None):
    draft = w.json("draft", "fork", place(customer), W, "--new",
                   store=store)["versionId"]
    w.tailor("mapping", "set", draft, "Create cash sale", "taxTotal",
             f"=total * {tax}", store=store)
    return draft


def marked_and_opened(n):
    """The N drafts of customers, which stand before a base draft of the demo, on
    the screen that releases them."""
    c.keys(":")
    c.type("unfinished-work")
    c.keys("Enter")
    c.until(f"1/{n + 1}")
    c.keys("g", *["Space"] * n, "R")
    return c.until(f"release {n} drafts")


def answer(n, typed):
    c.keys("a")
    c.type("release all")
    c.keys("Enter")
    c.until(f"Release {n} drafts?")
    # A key sooner does nothing. The menu says "Enter choose", too, and a part
    # of the screen may be painted before another.
    c.until("Tab switch  Enter choose")
    c.keys(typed)
    wait_until(lambda: re.search(rf"type it\W+{typed}\b", c.screen()),
               "the number to be typed")
    c.keys("Tab")


def drafts():
    """Of customers: the demo has one of a base version, too."""
    return {r["versionId"] for r in w.json("draft", "list")["data"]
            if r["username"]}


@test
def nothing_is_released_without_the_number():
    """Sabotage: q->typed in several_question() of ui/screen/releases.c."""
    global c
    for name in CUSTOMERS:
        fork(name)
    c = Console(w.store, cols=120)
    c.until("EnterpriseCo")
    shown = marked_and_opened(3)
    for text in ("EnterpriseCo", "Globex", "Initech"):
        assert text in shown, shown
    equal(shown.count("goes live at once in place of v1"), 3, shown)
    answer(3, "2")
    c.until("[>Back<]")
    c.press_alone("Enter", "Not done: release all")
    equal(len(drafts()), 3)


@test
def an_edit_after_it_was_shown_is_looked_at_first():
    """Sabotage: strcmp() of seen in objection_to()."""
    draft = next(r["versionId"] for r in w.json("draft", "list")["data"]
                 if r["username"] == "globex")
    w.tailor("mapping", "set", draft, "Create cash sale", "memo", "currency")
    c.until("edited since it was shown")
    c.keys("a")
    c.type("release all")
    c.keys("Enter")
    c.until("not every draft of the list can be released")
    c.keys("/")
    c.type("globex")
    c.keys("Enter", "Enter")
    c.until("-> currency")
    c.press_alone("Escape", "/globex")
    c.keys("Escape")  # the filter
    shown = c.until("Initech")
    equal(shown.count("goes live at once in place of v1"), 3, shown)


@test
def each_result_is_shown():
    answer(3, "3")
    c.until("[>Release 3 drafts<]")
    c.press_alone("Enter", "confirmed by the runtime")
    c.until("3 of 3 drafts released: 3 live", 60)
    equal(c.screen().count("is live, confirmed by the runtime"), 3)
    equal({row(name)["live"] for name in CUSTOMERS}, {"v1.1"})
    equal(drafts(), set())
    c.keys("a")
    c.type("release all")
    c.keys("Enter")
    c.until("they are released already")


@test
def one_that_cannot_be_released_keeps_all():
    """All or none. Sabotage: "s->can && !refused" in show_item()."""
    first, second = fork("globex", "0.06"), fork("globex", "0.07")
    w.tailor("release", second, "--wait")  # the first one is stale now
    other = fork("initech", "0.06")
    c.keys("Escape")
    shown = marked_and_opened(2)
    assert "v1.3 by root went live since this" in shown, shown
    c.keys("a")
    c.type("release all")
    c.keys("Enter")
    c.until("not every draft of the list can be released")
    equal(drafts(), {first, other})
    w.tailor("draft", "discard", first, "--yes")


@test
def what_the_runtime_refuses_is_told_of_each():
    """Another console was faster at one customer, and the runtime releases all
    or none. Sabotage: FATE_REFUSED in look_at_item()."""
    copy = w.path("other-store")
    fork("enterpriseco", "0.06")
    c.keys("Escape")
    marked_and_opened(2)
    shutil.copy(w.store, copy)
    runtime = w.json("runtime", "list")["data"][0]
    w.tailor("runtime", "set", runtime["name"], "--url", "https://127.0.0.1:1")
    theirs = fork("initech", "0.08", store=copy)
    w.tailor("release", theirs, "--wait", store=copy)
    answer(2, "2")
    c.until("[>Release 2 drafts<]")
    c.press_alone("Enter", "queued: v1.1 stays live until the runtime")
    w.tailor("runtime", "set", runtime["name"], "--url", runtime["url"])
    shown = c.until("0 of 2 drafts released: 0 live", 60)
    assert "2 refused by the runtime" in shown, shown
    for why in ("the runtime answered stale: v1.3 is live",
                "the runtime answered refused: nothing was done: another item"):
        assert why in shown, shown
    equal(row("enterpriseco")["live"], "v1.1")


if __name__ == "__main__":
    main(setup, close)
