#!/usr/bin/env python3
"""Another program changes what contact keeps of a runtime in a console's store:
the check finds it, and the next sync takes a full copy."""
import contextlib
import os
import shutil
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import equal, main, test, wait_until  # noqa: E402
from restored import close_world, open_world, released, rows, workflow, \
    world  # noqa: E402

WORDS = "another program changed in this store how far this runtime was read"


def write(sql):
    with contextlib.closing(sqlite3.connect(world.store, timeout=60)) as db:
        db.execute(sql)
        db.commit()


def altered(sql):
    """This store, in which another program has changed something; what was
    released since it was copied."""
    world.end_followers()
    world.sync()
    kept = world.path("store-kept")
    shutil.copy(world.store, kept)
    since = released()
    world.end_followers()
    head = world.call("GET", "/manage/v1/info")["feedHead"]
    shutil.copy(kept, world.store)
    world.tailor("store", "check")
    write(sql.replace("HEAD", str(head)))
    return since


def found(line):
    said = world.tailor("store", "check", expect=8)
    assert line in said.out + said.err, said.out + said.err


def read_again(since):
    world.sync()
    equal(workflow()["liveVersionId"], since, "live")
    world.tailor("store", "check")
    world.tailor("audit", "verify")
    notices = world.json("audit", "list", "--action", "notice",
                         "--limit", "100")["data"]
    assert any(WORDS in str(n.get("after")) for n in notices), notices
    with contextlib.closing(sqlite3.connect(world.store)) as db:
        equal(db.execute("SELECT restored_why FROM runtime").fetchall(),
              [(None,)], "a restore that nobody made")


@test
def facts_that_were_skipped_are_read():
    """Sabotage: altered in copy_reason() of src/remote/peer.c."""
    since = altered("UPDATE runtime SET feed_cursor = HEAD, feed_hash = NULL")
    found("another program changed how far it was read")
    read_again(since)


@test
def a_follower_reads_them_too():
    """The test "nothing is read on from an altered place" has its sabotage."""
    world.follow()
    wait_until(world.follower, "the follower")
    write("UPDATE runtime SET feed_cursor = feed_cursor + 1000")
    world.install("late")
    wait_until(lambda: "late" in rows(), "the customer")
    world.end_followers()
    read_again(workflow()["liveVersionId"])


@test
def a_workflow_that_seems_newer_is_read():
    """Sabotage: check_late() of apply_facts.c."""
    since = altered(
        "UPDATE installed_workflow SET feed_sequence = HEAD + 1000000")
    found("another program changed up to which fact")
    read_again(since)
    since = altered("UPDATE installed_workflow SET feed_sequence = HEAD")
    read_again(since)


if __name__ == "__main__":
    main(open_world, close_world)
