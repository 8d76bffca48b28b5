#!/usr/bin/env python3
"""Samples belong to the customer whose data they hold."""
import json

from harness import equal, main, test, wait_until
from small import I, W, Small

world = None
BOB = "bob/orders"
MARK = "ofADA"


def start():
    global world
    world = Small()
    world.install("bob")
    world.sync()
    world.draft_of = {name: draft_that_sends(name) for name in (I, BOB)}
    world.api("POST", "/run/event", {"event": "order", "userId": "ada",
                                     "data": {"number": 1, "note": MARK}})
    world.run = wait_until(run_of_ada, "the run to end")
    with open(world.path("body.json"), "w") as f:
        json.dump({"number": 2}, f)


def draft_that_sends(name):
    d = world.json("draft", "fork", name, W, "--new")["versionId"]
    world.tailor("block", "add", d, "api", "--name", "Tell", "--set",
                 "url=https://example.org/")
    world.tailor("mapping", "set", d, "Tell", "text", f'="{name}"')
    return d


def run_of_ada():
    runs = world.json("run", "list", "--installation", I)["data"]
    return runs and runs[0]["state"] == "done" and runs[0]["runId"]


def kept(installation=None):
    """The labels of the samples of INSTALLATION alone, or the vendor's."""
    more = ("--installation", installation) if installation else ()
    listed = world.json("sample", "list", "orders/sale", *more)["data"]
    return {s["label"] for s in listed if s["own"] == bool(installation)}


def add(*words, expect=0):
    return world.tailor("sample", "add", "orders/sale", *words, expect=expect)


@test
def what_a_customer_sent_is_no_sample_of_another():
    """Sabotage: note_customer() in take_run(), take_named() in
    cmd_sample_add() (src/cli/command/sample.c)."""
    for words in (("--installation", BOB),
                  ("--expect-current", world.draft_of[BOB])):
        said = add("--run", world.run, "--label", "taken", *words, expect=5)
        assert "is of another customer" in said.err, said.err
    equal((kept(BOB), kept()), (set(), set()), "kept")
    add("--run", world.run, "--label", "own", "--installation", I)
    add("--run", world.run, "--label", "alone")
    equal((kept(I), kept(BOB), kept()), ({"own", "alone"}, set(), set()),
          "kept")


@test
def a_run_is_shown_with_no_version_of_another_customer():
    """Sabotage: check_whose() in find_sample() (src/cli/command/preview.c)."""
    theirs = world.draft_of[BOB]
    said = world.tailor("preview", theirs, "--sample", world.run, expect=5)
    assert "is of another customer" in said.err, said.err
    assert MARK not in said.out + said.err, said
    for own in (world.draft_of[I], "orders/sale:v1"):
        world.tailor("preview", own, "--sample", world.run)


@test
def what_a_customers_version_gives_is_expected_of_no_other_sample():
    """Its constants are in what it gives. Sabotage: note_customer() in
    take_installation() (src/cli/command/sample.c)."""
    body = world.path("body.json")
    theirs = ("--expect-current", world.draft_of[I])
    said = add(body, "--label", "b", "--installation", BOB, *theirs, expect=5)
    assert "is of another customer" in said.err, said.err
    add(body, "--label", "bobs", "--installation", BOB)
    add(body, "--label", "base")
    change = ("sample", "set", "orders/sale")
    said = world.tailor(*change, "bobs", "--installation", BOB, *theirs,
                        expect=5)
    assert "is of another customer" in said.err, said.err
    said = world.tailor(*change, "base", *theirs, expect=5)
    assert "the sample is the vendor's" in said.err, said.err
    world.tailor(*change, "bobs", "--installation", BOB, "--expect-current",
                 world.draft_of[BOB])
    add(body, "--label", "of ada", *theirs)
    assert "of ada" in kept(I)


if __name__ == "__main__":
    main(start, lambda: world.close())
