#!/usr/bin/env python3
"""A runtime that fails at what is about one customer: the requests of the
others go on, and those of this one wait in their order."""
import json
import os
import socket
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import equal, main, test, wait_until  # noqa: E402
from proxy import Proxy, pause, paused  # noqa: E402
from small import W  # noqa: E402
from trust import close, setup, world  # noqa: E402

OTHERS = ["bob", "cyd"]


def prepare():
    setup()
    for name in OTHERS:
        world.install(name)
    world.sync()


def about_ada(proxy, answer):
    """Fails where ada's requests are sent, or asked about."""
    keys = set()

    def fail(method, path, body):
        if method == "POST" and proxy.ada in body:
            keys.update(r["key"] for r in json.loads(body)["requests"]
                        if proxy.ada in json.dumps(r))
            return answer
        return answer if path.rpartition("/")[2] in keys else None
    return fail


def cut(s):
    """No answer."""
    s.shutdown(socket.SHUT_RDWR)


@test
def a_request_that_fails_alone_stops_no_other():
    """Sabotage: peer_set_failed_aside() in unanswered() of
    src/remote/peer_deliver.c."""
    proxy = Proxy()
    for answer, state in ((500, "unknown"), (429, "queued"),
                          (404, "unknown"), (403, "queued"), (302, "queued"),
                          (cut, "unknown")):
        proxy.fail, proxy.failed = about_ada(proxy, answer), []
        world.follow()
        pause("pause", "ada")
        wait_until(lambda: len(proxy.failed) >= 3, "three failures")
        pause("resume", "ada")
        for name in OTHERS:
            pause("pause", name, "--wait", "--timeout", "20")
            assert paused(name), name
        assert not paused("ada")
        equal(world.runtime()["queued"], 2, "waiting")
        assert world.runtime()["lastError"], "no reason"
        said = world.tailor("--yes", "installation", "pause", "ada/orders", W,
                            "--wait", "--timeout", "1", expect=7)
        assert "queued" in said.err, said.err
        equal(row_states()[0], state, answer)
        proxy.fail = None
        world.sync()
        equal(world.runtime()["queued"], 0, "waiting after the repair")
        equal(world.runtime()["lastError"], None, "trouble after the repair")
        assert not world.runtime().get("notice"), world.runtime()
        assert paused("ada")
        for name in ["ada"] + OTHERS:
            pause("resume", name, "--wait", "--timeout", "20")
        world.end_followers()
    proxy.close()


@test
def a_request_that_hangs_stops_no_other():
    """From its first attempt on, and at each later one. Sabotage:
    peer_beside_due() in peer_step() of src/remote/peer.c."""
    proxy, over = Proxy(), threading.Event()
    proxy.fail = about_ada(proxy, lambda s: over.wait(60))
    world.follow()
    pause("pause", "ada")
    wait_until(lambda: proxy.failed, "the request that hangs")
    before = after = 0  # rounds, until it is tried again and then
    while after < 2:
        for name in OTHERS:
            for verb in ("pause", "resume"):
                pause(verb, name, "--wait", "--timeout", "15")
        before, after = (before, after + 1) if len(proxy.failed) > 1 else \
            (before + 1, after)
    assert before > 3, before
    assert "no answer" in world.runtime()["lastError"], world.runtime()
    assert not paused("ada")
    proxy.fail = None
    over.set()
    world.sync()
    assert paused("ada")
    equal(world.runtime()["lastError"], None, "trouble after the repair")
    assert not world.runtime().get("notice"), world.runtime()
    pause("resume", "ada", "--wait", "--timeout", "20")
    world.end_followers()
    proxy.close()


@test
def a_slow_answer_counts():
    """It takes longer than the others wait for it, each time. Sabotage:
    took_ms in patience_ms() of src/remote/peer_beside.c."""
    proxy = Proxy()

    def slowly(s):
        threading.Event().wait(6)
        proxy.passes(s)
    proxy.fail = about_ada(proxy, slowly)
    world.follow()
    pause("pause", "ada")
    end = time.monotonic() + 60
    while not paused("ada"):
        assert time.monotonic() < end, "ada is not paused"
        for verb in ("pause", "resume"):  # so that others are always due
            pause(verb, "bob")
    proxy.fail = None
    pause("resume", "bob", "--wait", "--timeout", "20")
    pause("resume", "ada", "--wait", "--timeout", "20")
    world.end_followers()
    proxy.close()


def row_states():
    db = sqlite3.connect(f"file:{world.store}?mode=ro", uri=True)
    found = [("queued", "unknown")[s] for s, in db.execute(
        "SELECT state FROM outbox WHERE state IN (0, 1) ORDER BY n")]
    db.close()
    return found


@test
def a_document_that_fails_alone_stops_no_other():
    proxy = Proxy()
    proxy.fail = lambda method, path, body: method == "PUT" and 500
    world.follow()
    d = world.draft(7001)
    world.release(d)
    wait_until(lambda: len(proxy.failed) >= 3, "three failures")
    for name in OTHERS:
        pause("pause", name, "--wait", "--timeout", "20")
        pause("resume", name, "--wait", "--timeout", "20")
    equal(world.version(d), "releasing", "status")
    proxy.fail = None
    world.sync()
    equal(world.version(d), "live", "after the repair")
    world.end_followers()
    proxy.close()


@test
def each_waits_for_itself():
    """Sabotage: the growing wait in peer_set_aside() of
    src/remote/peer_aside.c."""
    proxy = Proxy()
    proxy.fail = about_ada(proxy, 500)
    world.follow()
    pause("pause", "ada")
    wait_until(lambda: len(proxy.failed) >= 7, "seven failures")
    before = len(proxy.failed)
    threading.Event().wait(3)
    assert len(proxy.failed) - before <= 4, len(proxy.failed) - before
    proxy.fail = None
    world.sync()
    pause("resume", "ada", "--wait", "--timeout", "20")
    world.end_followers()
    proxy.close()


def no_receipts(s):
    s.sendall(b"HTTP/1.1 200 Well\r\nContent-Type: application/json\r\n"
              b"Content-Length: 11\r\n\r\n{\"data\":[]}")


@test
def requests_without_receipts_are_sent_one_by_one():
    """Sabotage: RECEIPTS_NONE in delivered() of src/remote/peer_deliver.c."""
    proxy = Proxy()
    world.stop()
    for name in ["ada"] + OTHERS:
        pause("pause", name)
    world.end_started_on_demand(wait=True)
    world.start()
    proxy.fail = lambda method, path, body: (
        no_receipts if method == "POST" and proxy.ada in body else None)
    world.follow()
    for name in OTHERS:
        wait_until(lambda: paused(name), f"{name} is paused")
    assert not paused("ada")
    proxy.fail = None
    world.sync()
    assert paused("ada")
    for name in ["ada"] + OTHERS:
        pause("resume", name, "--wait", "--timeout", "20")
    world.end_followers()
    proxy.close()


@test
def a_runtime_that_fails_as_a_whole_is_left_alone():
    """It fails from the first request on: a contact shows that, not the next
    requests. Sabotage: the contact in peer_set_failed_aside()."""
    proxy, calls = Proxy(), []

    def fail(method, path, body):
        if calls or method == "POST":
            calls.append(path.partition("?")[0].rpartition("/")[2])
        return 500 if calls else None
    world.follow()
    pause("pause", "ada", "--wait", "--timeout", "20")
    proxy.fail = fail
    pause("resume", "ada")
    wait_until(lambda: calls.count("info") >= 3, "three failed contacts")
    equal([c for c in calls if c not in ("info", "feed")], ["requests"],
          "sent to a runtime that fails")
    for name in OTHERS:
        pause("pause", name)
    equal(row_states(), ["unknown", "queued", "queued"], "tried")
    assert world.runtime()["lastError"], "no reason"
    proxy.fail = None
    world.sync()
    for name in OTHERS:
        assert paused(name), name
        pause("resume", name, "--wait", "--timeout", "20")
    world.end_followers()
    proxy.close()


if __name__ == "__main__":
    main(prepare, close)
