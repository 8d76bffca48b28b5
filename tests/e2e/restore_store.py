#!/usr/bin/env python3
"""A console's store is put back, or is a second one: what others have released
since is imported, work goes on, and a follower of the replaced store ends.

Sabotage: add_unknown in src/manager/exchange/copy_move.c.
"""
import os
import shutil
import signal
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, equal, main, test, wait_until  # noqa: E402
from restored import PATIENCE, agrees, close_world, formula, \
    open_world, released, workflow, world  # noqa: E402
from small import BLOCK, I, W, stopped_without_a_lock  # noqa: E402


def go_on(base):
    """Everything that D3 made impossible."""
    shown = workflow()
    label = shown["live"]
    draft = world.json("draft", "fork", I, W, "--new")["versionId"]
    world.tailor("block", "set", draft, BLOCK, "formula==1+777")
    world.release(draft, "--wait")
    equal(world.live(), draft, "released")
    before = [v for v in world.json("version", "list", W, "--installation",
                                     I)["data"]
              if v["version"] == label]
    assert before, label
    world.tailor("--yes", "rollback", I, W, "--to", label, "--wait")
    world.tailor("--yes", "base", I, W, "--wait")
    equal(world.live(), base, "returned to base")
    world.end_followers()


@test
def a_restored_store_goes_on():
    base = next(v["versionId"] for v in
                world.json("version", "list", W)["data"])
    backup = world.path("store-backup")
    world.end_followers()
    world.sync()
    world.tailor("store", "backup", backup)
    lost = released()
    world.end_followers()
    world.tailor("--yes", "store", "restore", backup)
    world.sync()
    equal(workflow()["liveVersionId"], lost, "live")
    agrees()
    equal(world.runtime()["unknownVersions"], 0, "unknown versions")
    shown = world.json("version", "show", lost)
    equal(shown["status"], "live", "status of what was imported")
    go_on(base)


@test
def a_draft_gives_way_to_the_number():
    backup = world.path("store-backup-2")
    world.sync()
    world.tailor("store", "backup", backup)
    lost = released()
    world.end_followers()
    taken = world.json("version", "show", lost)
    world.tailor("--yes", "store", "restore", backup)
    mine = world.draft(888)
    world.sync()
    equal(workflow()["liveVersionId"], lost, "live")
    imported = world.json("version", "show", lost)
    equal(imported["version"], taken["version"], "its number")
    assert world.json("version", "show", mine)["version"] != \
        taken["version"]
    stale = world.release(mine, expect=5)
    assert "went live since" in stale.err, stale.err
    world.release(mine, "--allow-stale", "--wait")
    equal(world.live(), mine, "live")
    world.end_followers()


@test
def an_altered_copy_needs_an_option():
    """Sabotage: tell_altered() in src/cli/command/store.c."""
    backup = world.path("store-backup-altered")
    world.end_followers()
    world.sync()
    good = world.path("store-backup-good")
    world.tailor("store", "backup", good)
    shutil.copy(good, backup)
    with sqlite3.connect(backup) as db:
        db.execute("UPDATE actor SET added_by = 'nobody'")
    db.close()
    said = world.tailor("--yes", "store", "restore", backup, expect=3)
    assert "another program changed it" in said.err, said.err
    assert "--altered-copy" in said.err, said.err
    world.tailor("store", "check")
    said = world.tailor("--json", "--yes", "store", "restore", backup,
                        "--altered-copy")
    equal(said.json["altered"], True, "altered")
    assert "another program changed it" in said.err, said.err
    world.tailor("store", "check", expect=8)
    world.tailor("--yes", "store", "restore", good)
    world.tailor("store", "check")
    world.sync()


@test
def a_follower_of_a_replaced_store_ends():
    """Sabotage: manager_check_place in turn (src/remote/sync.c)."""
    backup = world.path("store-backup-3")
    world.end_followers()
    world.sync()
    world.tailor("store", "backup", backup)
    follower = world.follow()
    wait_until(world.follower, "the follower")
    world.tailor("access", "add", "later", "--role", "auditor")
    said = world.tailor("--json", "--yes", "store", "restore", backup)
    equal(said.json["people"], [{"name": "later", "before": "auditor",
                                 "after": None}], "who is removed")
    assert "with the copy: later (auditor) is removed" in said.err, said.err
    equal(follower.wait(PATIENCE), 5, "the follower has ended")
    released()
    world.end_followers()
    world.sync()
    agrees()


@test
def a_follower_of_an_overwritten_store_ends():
    """cp over the store keeps the file and its inode.
    Sabotage: manager_check_place in turn (src/remote/sync.c)."""
    world.end_followers()
    world.sync()
    backup = world.path("store-copy-5")
    shutil.copy(world.store, backup)
    follower = world.follow()
    wait_until(world.follower, "the follower")
    lost = [released(), released()]
    world.sync()
    subprocess.run(["cp", backup, world.store], check=True)
    refused = world.release(world.draft(555), "--wait", expect=None)
    # The number is taken at the runtime, or its version was imported first.
    assert refused.status in (0, 5), (refused.status, refused.err)
    equal(follower.wait(PATIENCE), 5, "the follower has ended")
    with open(world.path("sync.err")) as f:
        assert "another copy was written over the store" in f.read()
    world.sync()
    world.end_followers()
    world.sync()
    agrees()
    equal(world.json("version", "show", lost[1])["versionId"], lost[1],
          "what was lost is imported")
    world.tailor("store", "check")
    world.tailor("audit", "verify")


def a_release_that_waits(draft):
    """A follower that is stopped in its sleep, and a release that relies on it."""
    follower = world.follow()
    wait_until(world.follower, "the follower")
    wait_until(lambda: stopped_without_a_lock(follower, world.store), "its sleep")
    return follower, subprocess.Popen(
        [TAILOR, "--store", world.store, "--yes", "release", draft, "--wait"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


@test
def a_wait_outlives_the_follower():
    """Who waits starts another delivery when the one it relied on is killed.
    Sabotage: ensure_sync in wait_for_one (src/cli/command/outcome.c)."""
    world.end_followers()
    world.sync()
    draft = world.draft(556)
    follower, waits = a_release_that_waits(draft)
    wait_until(lambda: world.runtime()["queued"] >= 1, "the release")
    follower.kill()
    follower.wait()
    said = waits.communicate(timeout=PATIENCE)[1]
    equal(waits.returncode, 0, said)
    world.end_followers()
    world.sync()
    agrees()


@test
def a_replaced_store_sends_nothing():
    """A follower that sleeps while its store is replaced by hand.
    Sabotage: manager_check_place in turn (src/remote/sync.c)."""
    backup = world.path("store-backup-4")
    world.end_followers()
    world.sync()
    world.tailor("store", "backup", backup)
    before = world.live()
    draft = world.draft(999)
    follower, waits = a_release_that_waits(draft)
    wait_until(lambda: world.runtime()["queued"] >= 2, "the release")
    os.rename(world.store, world.path("store-old"))
    shutil.copy(backup, world.path("store-new"))
    os.rename(world.path("store-new"), world.store)
    equal(waits.wait(PATIENCE), 5, "who waits for the old store ends")
    assert "replaced" in waits.stderr.read()
    follower.send_signal(signal.SIGCONT)
    equal(follower.wait(PATIENCE), 5, "the follower has ended")
    equal(world.live(), before, "nothing was sent")
    world.sync()
    agrees()


@test
def a_second_console_goes_on():
    first, second = world.store, world.path("second")
    world.sync()
    shutil.copy(first, second)
    lost = released()
    world.end_followers()
    world.store = second
    try:
        base = next(v["versionId"] for v in
                    world.json("version", "list", W)["data"])
        world.sync()
        equal(workflow()["liveVersionId"], lost, "live at the second")
        go_on(base)
    finally:
        world.end_followers()
        world.store = first
    world.sync()
    agrees()


if __name__ == "__main__":
    main(open_world, close_world)
