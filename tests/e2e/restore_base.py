#!/usr/bin/env python3
"""Base versions of two consoles, and of two runtimes: no number has two of them,
and each runtime's answer is told."""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import equal, main, test, wait_until  # noqa: E402
from restored import base_draft, close_world, formula, \
    newest_base_there, open_world, released, rows, workflow, world  # noqa: E402
from small import BLOCK, W, Small  # noqa: E402


@test
def a_base_of_another_console_is_fetched_on_request():
    first, second = world.store, world.path("third")
    world.sync()
    shutil.copy(first, second)
    draft = world.json("draft", "new", W)["versionId"]
    world.tailor("block", "set", draft, BLOCK, "formula==1+4711")
    world.release(draft, "--wait")
    world.end_followers()
    world.install("late")  # gets the new base
    world.store = second
    try:
        world.sync()
        shown = rows()["late"]
        assert shown["live"].endswith("not in this store"), shown
        equal(shown["status"], "unknown version", "status")
        assert world.runtime()["unknownVersions"] >= 1
        refused = world.tailor("draft", "fork", "late/orders", W, "--new",
                               expect=5)
        assert "tailor runtime fetch" in refused.err, refused.err
        world.tailor("runtime", "fetch", "rt")
        equal(workflow("late")["liveVersionId"], draft, "live")
        equal(rows()["late"]["status"], "ok", "status")
        world.tailor("store", "check")
        world.tailor("audit", "verify")
    finally:
        world.end_followers()
        world.store = first


@test
def a_refused_base_version_gives_its_number_back():
    """Two consoles release the same number; the one that was refused goes on.
    Sabotage: BASE_REFUSED in IMPORT_NUMBER_BASE (fetch), in REL_NEWEST_BASE
    (the next number) and in VERSION_SELECT (the word), copy_list_versions in
    src/manager/exchange/apply_receipts.c."""
    first, second = world.store, world.path("fourth")
    world.sync()
    shutil.copy(first, second)
    theirs = world.json("draft", "new", W)["versionId"]
    world.tailor("block", "set", theirs, BLOCK, "formula==1+5711")
    world.release(theirs, "--wait")
    world.end_followers()
    label = world.json("version", "show", theirs)["version"]
    world.store = second
    try:
        ours = world.json("draft", "new", W)["versionId"]
        world.tailor("block", "set", ours, BLOCK, "formula==1+5712")
        world.release(ours, "--wait", expect=5)
        world.end_followers()
        shown = world.json("version", "show", ours)
        equal((shown["status"], shown["version"]), ("refused", label), "ours")
        world.sync()
        world.tailor("runtime", "fetch", "rt")
        world.sync()
        shown = world.json("version", "show", theirs)
        equal((shown["status"], shown["version"]), ("released", label),
              "theirs")
        equal(world.json("version", "show", f"{W}:{label}")["versionId"],
              theirs, "whose number it is")
        again = world.json("draft", "new", W)["versionId"]
        world.tailor("block", "set", again, BLOCK, "formula==1+5713")
        world.release(again, "--wait")
        world.end_followers()
        shown = world.json("version", "show", again)
        equal((shown["status"], shown["version"]),
              ("released", f"v{int(label[1:]) + 1}"), "the next")
        world.tailor("integration", "publish", "orders", "rt", "--wait")
        world.tailor("store", "check")
        world.tailor("audit", "verify")
    finally:
        world.end_followers()
        world.store = first


@test
def a_base_replaces_no_other_of_its_number():
    """Two consoles release the same number, and the second goes on before it
    has an answer. Sabotage: both lines of the expected base in
    publish_item() (src/manager/release/queue.c)."""
    first, second = world.store, world.path("fifth")
    world.sync()
    world.tailor("runtime", "fetch", "rt", expect=None)
    world.end_followers()
    shutil.copy(first, second)
    theirs = base_draft(6711)
    world.release(theirs, "--wait")
    world.end_followers()
    world.stop()
    world.store = second
    try:
        ours = []
        for n in (6712, 6713):
            ours.append(base_draft(n))
            world.release(ours[-1])
        world.end_followers()
        world.start()
        world.sync(expect=None)
        equal(newest_base_there(), theirs, "the newest base")
        equal([world.version(d) for d in ours], ["refused"] * 2, "ours")
        world.tailor("runtime", "fetch", "rt")
        world.sync()
        over = base_draft(6714)
        world.release(over, "--wait")
        equal(newest_base_there(), over, "the newest base")
        world.tailor("store", "check")
    finally:
        world.end_followers()
        world.store = first


def add_runtime(name, other):
    """The runtime of OTHER becomes one of this store."""
    world.tailor("runtime", "add", name, other.url, "--environment",
                 "production", "--ca", other.state + "/ca.pem",
                 "--token-file", other.state + "/manage.token",
                 "--read-token-file", other.state + "/read.token")
    world.tailor("integration", "publish", "orders", name, "--wait")


@test
def a_base_replaces_no_other_of_its_number_at_one_of_two_runtimes():
    """The number is this store's at one runtime, another's at the other.
    Sabotage: next_base() in make_room(), the author in add_version()
    (src/manager/exchange/import.c)."""
    first, second = world.store, world.path("sixth")
    other = Small()
    try:
        world.sync()
        world.tailor("runtime", "fetch", "rt", expect=None)
        world.sync()
        world.end_followers()
        shutil.copy(first, second)
        world.store = second
        theirs = base_draft(7711)
        world.release(theirs, "--wait")
        world.end_followers()
        world.store = first
        add_runtime("rt2", other)
        for n in (7712, 7713):
            ours = base_draft(n)
            world.release(ours)
            world.sync(expect=None)
            world.end_followers()
            equal(newest_base_there(), theirs, "the newest base at rt")
            equal(newest_base_there(other), ours, "the newest base at rt2")
            equal(world.version(ours), "released", "ours")
        world.tailor("runtime", "fetch", "rt")
        world.sync()
        equal(world.version(theirs), "released", "status of what was fetched")
        author = world.json("version", "show", theirs)["author"]
        assert author.endswith(" (at rt)"), author  # no person of this store
        world.tailor("integration", "publish", "orders", "rt2", "--wait")
        equal(newest_base_there(other), theirs, "the newest base at rt2")
        on = base_draft(7714)
        world.release(on, "--wait")
        world.sync()
        equal([newest_base_there(), newest_base_there(other)], [on] * 2,
              "the newest base at both")
        world.tailor("store", "check")
        world.tailor("--yes", "runtime", "remove", "rt2")
    finally:
        world.store = first
        world.end_followers()
        other.close()


def answers(plan):
    return [(a["runtime"], a["status"]) for a in plan["answers"]]


@test
def a_release_says_what_each_of_two_runtimes_answers():
    """One refuses, or does not answer, and the other releases: that is no
    success. Sabotage: is_worse() in outcomes_worst(), and the prefix in
    wait_for_all() (src/cli/command/outcome.c)."""
    first, second = world.store, world.path("seventh")
    other = Small()
    try:
        world.sync()
        world.tailor("runtime", "fetch", "rt", expect=None)
        world.sync()
        world.end_followers()
        shutil.copy(first, second)
        world.store = second
        world.release(base_draft(7721), "--wait")
        world.end_followers()
        world.store = first
        add_runtime("rt2", other)
        said = world.release(base_draft(7722), "--wait", expect=5)
        assert ": stale\n" in said.out.splitlines(True)[0], said.out
        assert "  runtimes    rt: stale: the newest base version" in said.out, \
            said.out
        assert "              rt2: released\n" in said.out, said.out
        assert "rt: the runtime answered stale: " in said.err, said.err
        told = world.tailor("--json", "--yes", "release", base_draft(7723),
                            "--wait", expect=5).json
        equal(told["error"], "stale", "the error")
        plan = told["data"][0]
        equal(plan["status"], "stale", "the whole")
        equal(answers(plan), [("rt", "stale"), ("rt2", "released")], "each")
        equal(plan["key"], plan["answers"][0]["key"], "the key of the whole")
        assert plan["answers"][1]["key"] != plan["key"], plan
        world.tailor("runtime", "fetch", "rt")
        world.sync()
        world.tailor("integration", "publish", "orders", "rt2", "--wait")
        told = world.json("--yes", "release", base_draft(7724), "--wait")
        equal(answers(told["data"][0]),
              [("rt", "released"), ("rt2", "released")], "both")
        other.stop()
        said = world.release(base_draft(7725), "--wait", "--timeout", "3",
                             expect=7)
        assert ": queued\n" in said.out.splitlines(True)[0], said.out
        assert "  runtimes    rt: released\n" in said.out, said.out
        assert "              rt2: queued" in said.out, said.out
        assert "rt2: queued: not delivered yet" in said.err, said.err
        other.start()
        world.end_started_on_demand()
        world.sync()
        said = world.release(base_draft(7726))
        assert "rt: queued\n" in said.out and "rt2: queued\n" in said.out, \
            said.out
        world.sync()
        world.tailor("store", "check")
        world.tailor("--yes", "runtime", "remove", "rt2")
    finally:
        world.store = first
        world.end_followers()
        other.close()


@test
def publishing_says_what_is_known():
    world.end_followers()
    said = world.tailor("integration", "publish", "orders", "rt")
    assert "queued" in said.out and "offered" not in said.out, said.out
    wait_until(lambda: world.runtime()["queued"] == 0, "its delivery")
    world.end_followers()
    world.stop()
    late = world.tailor("integration", "publish", "orders", "rt", "--wait",
                        "--timeout", "1", expect=None)
    equal(late.status, 7, "exit while the runtime is down")
    assert "offered" not in late.out, late.out
    world.end_started_on_demand()
    world.start()
    said = world.tailor("integration", "publish", "orders", "rt", "--wait")
    assert "offered at rt" in said.out, said.out
    equal(world.runtime()["queued"], 0, "queued")


if __name__ == "__main__":
    main(open_world, close_world)
