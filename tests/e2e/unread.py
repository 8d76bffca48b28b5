#!/usr/bin/env python3
"""A runtime whose receipts for one customer cannot be believed: the requests
of the others go on, and those of this one wait in their order."""
import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import equal, main, test, wait_until  # noqa: E402
from proxy import Proxy, pause, paused  # noqa: E402
from trust import close, setup, world  # noqa: E402

OTHERS = ["bob", "cyd", "dan"]


def spoil_outcome(r):
    r["items"][0]["outcome"] = "fine"


def spoil_feed(r):
    r["feedSequence"] = 10 ** 15


def spoil_key(r):
    r["key"] = "9" * 24


@test
def one_receipt_harms_only_its_own_request():
    """Sabotage: set_unread_aside() in src/remote/peer_receipts.c."""
    for name in OTHERS:
        world.install(name)
    world.sync()
    proxy = Proxy()
    world.sync()
    for spoil in (spoil_outcome, spoil_feed, spoil_key):
        proxy.spoil, proxy.posts = spoil, 0
        world.follow()
        pause("pause", "ada")
        wait_until(lambda: proxy.posts > 0, "the first bad receipt")
        pause("resume", "ada")
        for name in OTHERS:
            pause("pause", name, "--wait", "--timeout", "20")
            assert paused(name), name
        assert not paused("ada")
        assert world.runtime()["lastError"], "no reason"
        # In order: the resumption does not overtake the pause.
        equal(world.runtime()["queued"], 2, "waiting")
        proxy.spoil = None
        world.sync()
        equal(world.runtime()["queued"], 0, "waiting after the repair")
        equal(world.runtime()["lastError"], None, "trouble after the repair")
        assert not world.runtime().get("notice"), world.runtime()
        assert not paused("ada")
        for name in OTHERS:
            pause("resume", name, "--wait", "--timeout", "20")
        world.end_followers()
    proxy.close()


@test
def asking_gets_slower():
    """Sabotage: the growing wait in peer_set_aside() of
    src/remote/peer_aside.c."""
    proxy = Proxy()
    proxy.spoil = spoil_outcome
    world.follow()
    pause("pause", "ada")
    wait_until(lambda: proxy.posts >= 7, "seven questions")
    done = threading.Event()
    before = proxy.posts
    done.wait(3)
    assert proxy.posts - before <= 4, proxy.posts - before
    proxy.spoil = None
    world.sync()
    world.end_followers()
    pause("resume", "ada")
    world.end_started_on_demand(wait=True)
    world.sync()
    proxy.close()


@test
def a_sync_that_does_not_follow_says_so_and_does_the_rest():
    proxy = Proxy()
    proxy.spoil = spoil_outcome
    world.stop()
    pause("pause", "ada")
    for name in OTHERS:
        pause("pause", name)
    world.end_started_on_demand(wait=True)
    world.start()
    said = world.sync(expect=6)
    assert "without a known outcome" in said.err, said.err
    for name in OTHERS:
        assert paused(name), name
    assert not paused("ada")
    proxy.spoil = None
    world.sync()
    assert paused("ada")
    equal(world.json("audit", "verify")["good"], True)
    proxy.close()


if __name__ == "__main__":
    main(setup, close)
