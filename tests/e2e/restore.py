#!/usr/bin/env python3
"""Restores of both sides: a runtime that is put back to an older state, by
`tailord backup` or by a copy of its files, and a store that is put back, or a
second one. The console notices, says so, shows what the runtime says, and
work goes on without anything being overwritten.

Sabotage: the comparison of hashes in check_cursor (src/runtime/manage/manage.c)
and in history_differs (src/remote/peer.c) for a runtime; add_unknown in
src/manager/exchange/copy_move.c for a store.
"""
import os
import shutil
import signal
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, TAILORD, equal, main, test, wait_until  # noqa: E402
from small import BLOCK, I, W, Small, \
    stopped_without_a_lock  # noqa: E402

PATIENCE = 60 * float(os.environ.get("TEST_PATIENCE", "1"))
world = None
number = 100


def open_world():
    global world
    world = Small()


def close_world():
    if world:
        world.close()


def released():
    """A new version of ada's, live."""
    global number
    number += 1
    d = world.draft(number)
    world.release(d, "--wait")
    return d


def database(*suffixes):
    return [os.path.join(world.state, "tailord.db" + s) for s in suffixes]


def put_back(files):
    """The runtime's store becomes FILES (suffix to path), started again."""
    world.stop()
    for path in database("", "-wal", "-shm", "-place"):
        if os.path.exists(path):
            os.remove(path)
    for suffix, path in files.items():
        shutil.copy(path, database(suffix)[0])
    world.start()


def copy_of_files():
    """What a snapshot of the machine keeps of a stopped runtime: with the file
    that says how old the store was, so that only the feed tells."""
    world.stop()
    out = {}
    for suffix in ("", "-wal", "-place"):
        path, = database(suffix)
        if os.path.exists(path):
            out[suffix] = world.path("copy" + suffix)
            shutil.copy(path, out[suffix])
    world.start()
    return out


def remove_document(name):
    """Takes a document out of the stopped runtime's store."""
    path, = database("")
    with sqlite3.connect(path) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type "
                              "= 'trigger' AND tbl_name = 'document'"
                              ).fetchall()
        for trigger, _ in triggers:
            db.execute(f'DROP TRIGGER "{trigger}"')
        equal(db.execute("DELETE FROM document WHERE hash = ?",
                         (name,)).rowcount, 1, "documents removed")
        for _, sql in triggers:
            db.execute(sql)
    db.close()


def rows():
    return {r["username"]: r for r in
            world.json("installation", "list", "--limit", "100")["data"]}


def workflow(name="ada"):
    shown = world.json("installation", "show", name + "/orders")
    return (shown.get("workflowList") or shown["workflows"])[0]


def agrees():
    """The console shows what the runtime says of everybody."""
    state = world.call("GET", "/manage/v1/state")["data"]
    shown = rows()
    assert set(shown) >= {s["username"] for s in state}, "customers"
    for s in state:
        w = s["workflows"][0]
        equal(workflow(s["username"])["liveVersionId"], w["liveVersionId"],
              s["username"] + "'s live version")
        assert "not in this store" not in shown[s["username"]]["live"], shown


@test
def a_restored_runtime_is_compared_then_resumed():
    old = released()
    world.sync()
    backup = world.path("backup.db")
    subprocess.run([TAILORD, "--state", world.state, "backup", backup],
                   check=True, capture_output=True)
    released()
    world.end_followers()
    world.sync()
    put_back({"": backup})
    for name in ("u1", "u2", "u3"):
        world.install(name)
    # The head is beyond the cursor of the console.
    assert world.call("GET", "/manage/v1/info")["feedHead"] > \
        world.runtime()["feedCursor"]
    early = world.tailor("runtime", "accept-restore", "rt", expect=5)
    assert "tailor sync rt" in early.err, early.err
    held = world.sync(expect=5)
    assert "held" in held.err, held.err
    equal(workflow()["liveVersionId"], old, "live, as the runtime says")
    agrees()
    notice = world.runtime()["notice"]
    assert "1 live version differs" in notice, notice
    world.follow()
    wait_until(world.follower, "the follower")
    world.tailor("runtime", "accept-restore", "rt", "--wait")
    equal(world.call("GET", "/manage/v1/info")["held"], False, "held")
    world.end_followers()
    world.sync()
    agrees()
    equal(world.runtime()["held"], False, "held, as the console has it")
    world.tailor("audit", "verify")
    assert any(r["action"] == "notice" for r in
               world.json("audit", "list", "--limit", "1000")["data"])


def restored_from(backup):
    world.stop()
    subprocess.run([TAILORD, "--state", world.state, "restore", backup],
                   check=True, capture_output=True)
    world.start()


def paused():
    return [s["username"] for s in world.call("GET", "/manage/v1/state")[
        "data"] if s["state"] == "paused"]


def held():
    return world.call("GET", "/manage/v1/info")["held"]


@test
def an_accept_is_for_the_restore_that_was_compared():
    """Sabotage: the comparison of "restore" in decide_resumeRuntime
    (src/runtime/decide/state.c); or those of is_compared (src/remote/peer.c)
    and RUNTIME_CONTACT (src/store/release_statements.def), both; or
    tell_notice() in src/cli/command/runtime.c."""
    world.api("GET", "/integrations")  # with a key that the backup has
    backup = world.path("backup3.db")
    subprocess.run([TAILORD, "--state", world.state, "backup", backup],
                   check=True, capture_output=True)
    world.tailor("installation", "pause", I, "--wait")
    world.sync()
    restored_from(backup)
    world.sync(expect=5)
    world.end_followers()
    notice = world.runtime()["notice"]
    assert "before the restore is accepted: 1 pause." in notice, notice
    equal(len(world.json("audit", "list", "--action", "undone")["data"]), 1,
          "records of what was undone")
    said = world.tailor("--json", "sync", "rt", expect=5).json
    equal([(r["name"], r["notice"], r["undone"]["pause"])
           for r in said["held"]], [("rt", notice, 1)], "beside the error")
    # What the backend does meanwhile is read, though nothing runs.
    for word, turned in ("deactivate", "off"), ("activate", "on"):
        world.api("PUT", "/workflows/" + word,
                  {"userId": "ada", "workflowId": workflow()["workflowId"]})
        world.sync(expect=5)
        equal(workflow()["turned"], turned, "what is seen while it is held")
    # Nobody has seen the second restore: the command gets "stale", and the
    # console then has its notice.
    restored_from(backup)
    noticed = world.runtime()["noticeAt"]
    said = world.tailor("runtime", "accept-restore", "rt", "--wait", expect=5)
    assert notice in said.err, said.err
    assert "restored again" in said.err, said.err
    assert held(), "the second restore"
    assert world.runtime()["noticeAt"] > noticed, "the second notice"
    equal(world.runtime()["undone"]["pause"], 1, "what the first has undone")
    # An accept that waits is not for a restore that comes after it.
    world.end_followers()
    world.sync(expect=5)
    world.stop()
    world.tailor("runtime", "accept-restore", "rt")
    world.end_followers()
    restored_from(backup)
    noticed = world.runtime()["noticeAt"]
    world.sync(expect=5)
    assert held(), "the third restore"
    equal(world.runtime()["queued"], 0, "what waits")
    assert world.runtime()["noticeAt"] > noticed, "a notice of its own"
    world.tailor("installation", "pause", I)
    last = world.tailor("runtime", "accept-restore", "rt", "--wait")
    assert "before the restore is accepted: 1 pause." in last.err, last.err
    assert not held()
    equal(paused(), ["ada"], "paused again, before anything ran")
    world.tailor("installation", "resume", I, "--wait")
    world.end_followers()
    world.sync()
    agrees()


@test
def what_is_released_while_held_is_live_first():
    """An event that a held runtime parked runs on the version that was
    released before the resume.
    Sabotage: let the statement OUTBOX_RESUMPTION
    (src/store/release_statements.def) take the one request alone."""
    released()
    world.sync()
    backup = world.path("backup2.db")
    subprocess.run([TAILORD, "--state", world.state, "backup", backup],
                   check=True, capture_output=True)
    lost = released()
    world.end_followers()
    world.sync()
    put_back({"": backup})
    world.sync(expect=5)
    status, answer = world.event()
    equal(status, 200, answer)
    world.tailor("--yes", "rollback", I, W, "--to", label_of(lost))
    world.tailor("runtime", "accept-restore", "rt", "--wait")
    wait_until(lambda: set(world.executions().values()) == {"done"},
               "the parked run")
    run, = world.call("GET", "/manage/v1/runs?limit=1")["data"]
    equal(run["versionId"], world.live(), "the version that it ran on")
    world.end_followers()
    world.sync()
    agrees()
    equal(workflow()["liveVersionId"], run["versionId"], "live")


@test
def a_copy_of_files_is_noticed():
    files = copy_of_files()
    old = world.live()
    released()
    world.install("gone")
    world.sync()
    world.end_followers()
    put_back(files)
    for name in ("w1", "w2", "w3", "w4", "w5", "w6"):
        world.install(name)
    assert world.call("GET", "/manage/v1/info")["feedHead"] > \
        world.runtime()["feedCursor"]
    said = world.sync()
    assert "put back to an older state" in said.err, said.err
    equal(workflow()["liveVersionId"], old, "live, as the runtime says")
    for name in ("w1", "w2", "w3", "w4", "w5", "w6"):
        assert name in rows(), name
    # What is not there is told and not deleted.
    assert "gone" in rows()
    missing = world.runtime()["notice"]
    assert "again: 1 user (gone), 1 installation (gone/orders)" in missing, \
        missing
    equal(rows()["gone"]["status"], "missing", "status")
    listed = world.tailor("audit", "list", "--action", "undone").out
    assert any(line.split()[-2:] == ["gone/orders", "installation"]
               for line in listed.splitlines()), listed
    assert {u["username"] for u in world.json("user", "list")["data"]
            if u["missingSince"]} == {"gone"}
    # Work goes on: numbers that this store has used are not used again.
    d = released()
    equal(world.live(), d, "live at the runtime")
    world.end_followers()
    world.sync()
    equal(workflow()["liveVersionId"], d, "live")


@test
def a_follower_notices_it_too():
    files = copy_of_files()
    released()
    world.follow()
    world.sync()
    put_back(files)
    world.install("x1")
    wait_until(lambda: "x1" in rows(), "the copy")
    wait_until(lambda: workflow()["liveVersionId"] == world.live(),
               "the live version to be the runtime's")
    world.end_followers()


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


def formula(version):
    """What BLOCK of VERSION calculates."""
    blocks = world.json("block", "list", version)["data"]
    return next(b for b in blocks if b["id"] == BLOCK)["summary"]


def a_store_of_before_the_release(new, name):
    """A store put back to when the draft that NEW makes was open; what was
    released of it since has 2 in BLOCK."""
    backup = world.path(name)
    world.sync()
    d = new()
    world.tailor("store", "backup", backup)
    world.tailor("block", "set", d, BLOCK, "formula==1+2")
    world.release(d, "--wait")
    world.end_followers()
    world.tailor("--yes", "store", "restore", backup)
    return d


def mine_and_theirs(d, theirs):
    """D is what runs, and the draft of before goes on under another id."""
    assert theirs in formula(d), formula(d)
    drafts = world.json("draft", "list")["data"]
    mine = [x["versionId"] for x in drafts if "+4711" in
            formula(x["versionId"])]
    equal(len(mine), 1, "drafts of before")
    assert mine[0] != d
    return mine[0]


@test
def a_draft_is_not_what_was_released_from_it():
    """Sabotage: the state in is_what_runs() (src/manager/exchange/copy_move.c),
    free_id() (src/manager/exchange/import.c)."""
    d = a_store_of_before_the_release(lambda: world.draft(4711), "store-backup-6")
    world.sync()
    equal(workflow()["liveVersionId"], d, "live")
    equal(world.version(d), "live", "status of what was imported")
    mine = mine_and_theirs(d, "+2")
    stale = world.release(mine, expect=5)
    assert "went live since" in stale.err, stale.err
    fork = world.json("draft", "fork", I, W, "--new")["versionId"]
    assert "+2" in formula(fork), formula(fork)
    world.tailor("--yes", "draft", "discard", fork)
    world.release(mine, "--allow-stale", "--wait")
    equal(world.live(), mine, "live")
    world.end_followers()
    world.tailor("store", "check")
    world.tailor("audit", "verify")


def refused_of(text):
    """The one refused own version whose BLOCK has TEXT."""
    mine = [v for v in world.json("version", "list", W, "--installation",
                                  I)["data"] if v["status"] == "refused" and
            text in formula(v["versionId"])]
    equal(len(mine), 1, "refused versions")
    return mine[0]["versionId"]


@test
def a_release_that_was_refused_is_not_what_runs():
    """The draft is released again before the store has met the runtime: two
    contents have one id. Sabotage: versions_clash() in take_entry()
    (src/manager/exchange/versions.c), seal_named() in free_id()
    (src/manager/exchange/import.c)."""
    d = a_store_of_before_the_release(lambda: world.draft(4711), "store-backup-7")
    again = world.json("draft", "fork", I, W, "--new", "--from", d)["versionId"]
    refused = world.release(d, "--wait", expect=5)
    assert "another content" in refused.err, refused.err
    world.end_followers()
    world.sync()
    shown = workflow()
    equal((shown["liveVersionId"], rows()["ada"]["status"]), (d, "ok"),
          "what runs")
    equal(world.version(d), "live", "status of what runs")
    assert "+2" in formula(d), formula(d)
    mine = refused_of("+4711")
    assert mine != d
    no = world.release(mine, expect=5)
    assert "was refused by its runtime" in no.err, no.err
    world.tailor("store", "check")
    world.tailor("audit", "verify")
    world.tailor("--yes", "draft", "discard", again)
    said = world.tailor("runtime", "fetch", "rt", expect=None)
    assert d not in said.out + said.err, said
    on = world.json("draft", "fork", I, W, "--new")["versionId"]
    assert "+2" in formula(on), formula(on)
    world.tailor("block", "set", on, BLOCK, "formula==1+3")
    world.release(on, "--wait")
    world.end_followers()
    equal((world.live(), rows()["ada"]["status"]), (on, "ok"), "what is live")
    world.tailor("store", "check")
    world.tailor("audit", "verify")


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


def label_of(version):
    return next(v["version"] for v in
                world.json("version", "list", W, "--installation",
                           I)["data"] if v["versionId"] == version)


@test
def what_a_restored_runtime_lost_is_sent_again():
    """Sabotage: outbox_renew in end_findings
    (src/manager/exchange/apply_state.c)."""
    files = copy_of_files()
    lost = released()
    draft = world.json("draft", "new", W)["versionId"]
    world.tailor("block", "set", draft, BLOCK, "formula==1+4242")
    world.release(draft, "--wait")  # a base version
    world.end_followers()
    world.sync()
    put_back(files)
    world.sync()
    there = {v["versionId"] for v in
             world.call("GET", "/manage/v1/versions?limit=1000")["data"]}
    assert draft in there, "the base version is offered again"
    assert lost not in there, "live versions are not"
    assert "are sent again" in world.runtime()["notice"]
    world.tailor("--yes", "rollback", I, W, "--to", label_of(lost), "--wait")
    world.end_followers()
    world.sync()
    agrees()
    equal(world.runtime()["queued"], 0, "queued")
    world.tailor("audit", "verify")
    world.tailor("store", "check")


@test
def an_answered_request_is_not_sent_again():
    """Another program queues a request again at a restored runtime.
    Sabotage: answered_first in due (src/manager/exchange/exchange.c);
    CS_SEAL_ANSWERED in src/manager/session/seal_check.c."""
    files = copy_of_files()
    lost = released()
    world.end_followers()
    world.sync()
    put_back(files)
    world.sync()
    world.tailor("runtime", "accept-restore", "rt")
    world.tailor("store", "check")  # what is sent again is no finding
    with sqlite3.connect(world.store) as db:
        equal(db.execute("UPDATE outbox SET state = 0, done_at = NULL WHERE "
                         "kind = 'release' AND version = (SELECT n FROM "
                         "version WHERE id = ?)", (lost,)).rowcount, 1, "row")
    db.close()
    found = world.tailor("store", "check", expect=8)
    assert "its state is not what its receipt says" in found.out, found.out
    said = world.sync()
    assert "are not sent" in said.err, said.err
    assert world.live() != lost, "it acted again"
    assert "it is not sent" in world.runtime()["notice"]
    equal(world.runtime()["queued"], 0, "queued")
    world.tailor("store", "check")
    world.tailor("--yes", "rollback", I, W, "--to", label_of(lost), "--wait")
    world.end_followers()
    world.sync()
    agrees()


@test
def a_missing_document_is_sent_again():
    """A runtime that lacks a document although its history is the same.
    Sabotage: renewed in src/remote/peer_deliver.c, check_documents in
    src/runtime/decide/receipts.c."""
    lost = released()
    label = label_of(lost)
    released()
    world.end_followers()
    world.sync()
    name = world.json("version", "show", lost)["hash"]
    world.stop()
    remove_document(name)
    world.start()
    world.call("GET", "/manage/v1/documents/" + name, expect=404)
    world.tailor("--yes", "rollback", I, W, "--to", label, "--wait")
    world.call("GET", "/manage/v1/documents/" + name)
    world.end_followers()


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


def base_draft(number):
    d = world.json("draft", "new", W)["versionId"]
    world.tailor("block", "set", d, BLOCK, f"formula==1+{number}")
    return d


def newest_base_there(other=None):
    """The id of the newest base version of orders, by the runtime's word."""
    there = (other or world).call("GET", "/manage/v1/versions?limit=1000")
    mine = {v["versionId"] for v in
            world.json("version", "list", W)["data"]}
    workflow = next(v["workflowId"] for v in there["data"]
                    if v["versionId"] in mine)
    return max((v for v in there["data"] if not v["installationId"] and
                v["workflowId"] == workflow),
               key=lambda v: v["base"])["versionId"]


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
    Sabotage: next_base() in make_room() (src/manager/exchange/import.c)."""
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


@test
def a_base_draft_is_not_what_was_released_from_it():
    """Sabotage: here.released in take_entry() (src/manager/exchange/versions.c)."""
    def new():
        d = world.json("draft", "new", W)["versionId"]
        world.tailor("block", "set", d, BLOCK, "formula==1+4711")
        return d

    world.sync()
    world.tailor("runtime", "fetch", "rt", expect=None)  # of other consoles
    d = a_store_of_before_the_release(new, "store-backup-8")
    world.sync()
    world.tailor("runtime", "fetch", "rt")
    world.sync()
    equal(world.version(d), "released", "status of what was fetched")
    mine = mine_and_theirs(d, "+2")
    world.tailor("store", "check")
    world.tailor("--yes", "draft", "discard", mine)
    world.tailor("store", "check")
    world.tailor("audit", "verify")


@test
def a_refused_base_version_is_offered_to_nobody():
    """What the runtime has under its id has another content. Sabotage:
    version_check_taken() in load() (src/manager/release/upgrade.c) and in
    load_target() (pointer.c)."""
    def new():
        d = world.json("draft", "new", W)["versionId"]
        world.tailor("block", "set", d, BLOCK, "formula==1+4713")
        return d

    world.sync()
    world.tailor("runtime", "fetch", "rt", expect=None)  # of other consoles
    world.sync()
    d = a_store_of_before_the_release(new, "store-backup-9")
    again = world.release(d, "--wait", expect=5)
    assert "another content" in again.err, again.err
    for one_or_all in ((I, W), (W,)):
        no = world.tailor("upgrade", *one_or_all, "--to", d, "--dry-run",
                          expect=5)
        assert "refused by every runtime" in no.err, no.err
    no = world.release(d, expect=5)
    assert "refused by every runtime" in no.err, no.err
    world.sync()
    world.tailor("runtime", "fetch", "rt")
    world.sync()
    equal(world.version(d), "released", "status of what was fetched")
    assert "+2" in formula(d), formula(d)
    mine = [v["versionId"] for v in world.json("version", "list", W)["data"]
            if v["status"] == "refused" and
            "+4713" in formula(v["versionId"])]
    equal(len(mine), 1, "refused versions")
    world.release(mine[0], expect=5)
    on = base_draft(4714)
    assert world.json("version", "show", on)["parentVersionId"] == d, on
    world.release(on, "--wait")
    world.end_followers()
    equal(newest_base_there(), on, "the newest base")
    world.tailor("store", "check")
    world.tailor("audit", "verify")


@test
def what_a_restore_has_lost_can_be_ended():
    """One more restore: less than a second.
    Sabotage: confirm_end() (src/cli/command/request.c) and notice_text()
    (src/cli/command/runtime.c)."""
    backup = world.path("backup-lost.db")
    subprocess.run([TAILORD, "--state", world.state, "backup", backup],
                   check=True, capture_output=True)
    world.install("lost")
    world.end_followers()
    world.sync()
    world.stop()
    world.tailor("installation", "pause", "lost/orders")
    # The command starts one, which must not deliver the pause.
    world.end_started_on_demand(wait=True)
    put_back({"": backup})
    world.sync(expect=5)
    asked = world.tailor("installation", "uninstall", "lost/orders", expect=None)
    assert asked.status != 0
    assert "restored and does not know it. What is queued for it ends: " \
        "pause;" in asked.err, asked.err
    said = world.tailor("runtime", "accept-restore", "rt").err
    assert "Queued for what is missing, so that the runtime will refuse it: " \
        "pause of lost/orders" in said, said
    world.json("--yes", "installation", "uninstall", "lost/orders",
               "--note", "moved away")
    equal(rows()["lost"]["status"], "uninstalled", "status")
    asked = world.tailor("user", "remove", "lost", expect=None)
    assert asked.status != 0
    assert "restored and does not know the user. 0 missing installations end" \
        in asked.err, asked.err
    there = world.tailor("--yes", "user", "remove", "ada", expect=5)
    assert "only the vendor's application can delete it" in there.err, there.err
    equal(world.json("--yes", "user", "remove", "lost")["status"], "deleted",
          "status")
    assert all(u["deletedAt"] for u in world.json("user", "list")["data"]
               if u["username"] == "lost")
    world.end_followers()
    world.sync()
    world.tailor("store", "check")


if __name__ == "__main__":
    main(open_world, close_world)
