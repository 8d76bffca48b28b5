#!/usr/bin/env python3
"""A runtime is put back to an older state, by `tailord backup` or with the whole
machine. The console notices, says so, shows what the runtime says, and nothing
is overwritten.

Sabotage: the comparison of hashes in check_cursor (src/runtime/manage/manage.c)
and in history_differs (src/remote/peer.c).
"""
import os
import secrets
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILORD, equal, main, test, wait_until  # noqa: E402
from restored import agrees, close_world, copy_of_files, \
    database, formula, open_world, put_back, released, rows, workflow, world  # noqa: E402
from small import BLOCK, I, W  # noqa: E402


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
def what_waited_for_its_customer_and_was_lost_is_released_again():
    """Sabotage: version_is_lost() in load_draft() (src/manager/release/
    release.c), lost in former_status() (src/manager/draft/version.c)."""
    world.sync()
    backup = world.path("backup4.db")
    subprocess.run([TAILORD, "--state", world.state, "backup", backup],
                   check=True, capture_output=True)
    waits = world.draft(77)
    world.tailor("block", "add", waits, "variables", "--name", "Region",
                 "--set", 'values=[{"name":"region","ask":{"label":"Region",'
                 '"type":"string","required":true}}]')
    told = world.json("--yes", "release", waits, "--wait")["data"][0]
    equal((told["status"], world.version(waits)), ("awaiting", "awaiting"))
    world.end_followers()
    world.sync()
    put_back({"": backup})
    world.sync(expect=5)
    equal(world.version(waits), "lost")
    world.release(waits)
    equal(world.version(waits), "releasing")
    world.tailor("runtime", "accept-restore", "rt", "--wait")
    wait_until(lambda: world.version(waits) == "awaiting", "it to wait again")
    told = world.json("--yes", "release", waits, "--wait")["data"][0]
    equal(told["status"], "awaiting", "the repeated")
    world.tailor("withdraw", I, W, "--wait")
    equal(world.version(waits), "withdrawn")
    said = world.release(waits, expect=5)
    assert "released already" in said.err, said.err
    world.end_followers()
    world.sync()
    agrees()


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


@test
def an_uninstall_asked_for_before_a_restore_ends_nothing_newer():
    """The feed begins again at a lower number; the customer installs again
    while the runtime is held.
    Sabotage: "seenHash" in set_seen() (src/manager/installation/request.c)."""
    world.install("late")
    world.sync()
    backup = world.path("backup-late.db")
    subprocess.run([TAILORD, "--state", world.state, "backup", backup],
                   check=True, capture_output=True)
    released()
    world.sync()
    world.end_followers()
    world.stop()
    world.tailor("--yes", "installation", "uninstall", "late/orders")
    world.end_started_on_demand(wait=True)
    put_back({"": backup})

    def there():
        return next(i for i in world.call("GET", "/manage/v1/state")["data"]
                    if i["username"] == "late")

    def ask(kind, **item):
        world.call("POST", "/manage/v1/requests", {"requests": [{
            "key": secrets.token_hex(12), "kind": kind, "actor": "test",
            "items": [{"installationId": was["installationId"], **item}]}]})

    was = there()
    # Until the new feed is as long as the old one was.
    for _ in range(8):
        ask("uninstall")
        ask("install", userId=was["userId"], integrationId=was["integrationId"])
    world.sync(expect=5)
    world.tailor("--yes", "runtime", "accept-restore", "rt", "--wait",
                 expect=None)
    world.sync(expect=None)
    equal(there()["state"], "active")
    said = world.tailor("--json", "audit", "list").out
    assert "the runtime was restored since this was asked for" in said, said
    world.end_followers()


if __name__ == "__main__":
    main(open_world, close_world)
