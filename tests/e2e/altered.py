#!/usr/bin/env python3
"""Another program changes what contact keeps of a runtime in a console's store:
the check finds it, and the next sync takes a full copy."""
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILORD, equal, main, test, wait_until  # noqa: E402
from restored import agrees, close_world, open_world, put_back, released, \
    rows, workflow, world  # noqa: E402

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


MOST = 2 ** 63 - 1
NUMBERS = (-5, 0, 1, MOST, -MOST - 1)
TEXTS = (None, "", "abc", "zz" * 5000, "{")
KEPT = {"feed_cursor": NUMBERS, "receipt_sequence": NUMBERS, "held": NUMBERS,
        "compared": NUMBERS, "charged": NUMBERS + (4 * 10 ** 12,),
        "notice_at": NUMBERS + (None,), "copies": NUMBERS,
        "feed_hash": TEXTS, "receipt_head": TEXTS, "versions_after": TEXTS,
        "restore": TEXTS, "notice": TEXTS, "undone": TEXTS,
        "contact_hash": ("", "*", "abc", "*" + 64 * "0")}


def kept_row():
    names = ", ".join(c for c in KEPT if c != "contact_hash")
    with contextlib.closing(sqlite3.connect(world.store)) as db:
        db.row_factory = sqlite3.Row
        return dict(db.execute(f"SELECT {names} FROM runtime").fetchone())


def odd_values(column):
    """Each value for COLUMN that the row has not; numbers one less and one
    more as well."""
    now = kept_row().get(column)
    around = (now - 1, now + 1) if isinstance(now, int) else ()
    return [v for v in dict.fromkeys(KEPT[column] + around) if v != now]


def repaired(what, live):
    """What the console has after the next sync, whatever was written."""
    said = world.tailor("store", "check", expect=8)
    assert "another program changed how far it was read" in \
        said.out + said.err, (what, said.out + said.err)
    said = world.tailor("sync", expect=None)
    equal(said.status, 0, f"{what}: {said.out}{said.err}")
    world.end_followers()
    world.tailor("store", "check")
    equal(workflow()["liveVersionId"], live, f"{what}: live")
    agrees()
    equal(world.runtime()["notice"].split(".")[0], WORDS, what)
    row = kept_row()
    head = world.call("GET", "/manage/v1/info")["feedHead"]
    equal((row["feed_cursor"], row["receipt_sequence"], row["held"],
           row["compared"], row["copies"]), (head, 0, 0, 0, 1), what)
    assert row["feed_hash"] and 0 <= row["charged"] < 1 << 20, (what, row)


def write_refused(column, value):
    """Whether the table itself refuses VALUE."""
    try:
        with contextlib.closing(sqlite3.connect(world.store)) as db:
            db.execute(f"UPDATE runtime SET {column} = ?", (value,))
            db.commit()
    except sqlite3.IntegrityError:
        return True
    return False


@test
def whatever_was_written_is_not_used():
    """Sabotage: peer_take_kept() of peer_contact.c; speaker_anew() of copy.c."""
    altered("UPDATE runtime SET last_error = NULL")
    kept = world.path("store-kept")
    shutil.copy(kept, world.store)
    values = [(c, v) for c in KEPT for v in odd_values(c)]
    live = world.live()
    for column, value in values:
        shutil.copy(kept, world.store)
        assert not write_refused(column, value), (column, value)
        repaired(f"{column} = {value!r:.40}", live)
    for column in ("feed_cursor", "receipt_sequence", "held", "compared",
                   "charged", "copies", "contact_hash"):
        assert write_refused(column, None), column
    for column in ("feed_cursor", "charged", "notice_at"):
        assert write_refused(column, "abc"), column


@test
def a_restored_runtime_is_compared_all_the_same():
    """Sabotage: info->held && p->altered in copy_reason() of peer.c."""
    old = released()
    world.sync()
    backup = world.path("backup.db")
    subprocess.run([TAILORD, "--state", world.state, "backup", backup],
                   check=True, capture_output=True)
    released()
    world.sync()
    world.end_followers()
    put_back({"": backup})
    write("UPDATE runtime SET feed_cursor = 1, held = 1, compared = 1")
    refused = world.tailor("runtime", "accept-restore", "rt", expect=5)
    assert "another program" in refused.err, refused.err
    world.sync(expect=5)
    equal(workflow()["liveVersionId"], old, "live, as the runtime says")
    notice = world.runtime()["notice"]
    assert notice.startswith(WORDS + ", and it was restored"), notice
    assert "1 live version differs" in notice, notice
    world.tailor("store", "check")
    world.tailor("runtime", "accept-restore", "rt", "--wait")
    world.end_followers()
    world.sync()
    agrees()
    world.tailor("audit", "verify")


ODD = ("abc", None)
REPORTED = {
    "installation": {"state": (0, 1, 2), "condition": (0, MOST),
                     "connected": ODD + ('{"netsuite":["all"]}',),
                     "answered": ODD + ('{"block":{"field":true}}',),
                     "credentials": ODD},
    "installed_workflow": {"releasing": (None,), "active": (0, 1),
                           "off": (0, 1), "todo": (0, 1), "needs": ODD,
                           "live_unknown": ODD,
                           "awaiting_unknown": ODD, "live_reported": ODD,
                           "awaiting_reported": ODD},
    "end_user": {"deleted_at": (None, 1, MOST)}}


def reported():
    """What the store has of what runtimes report."""
    with contextlib.closing(sqlite3.connect(world.store)) as db:
        return {table: db.execute(
            f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1").fetchall()
            for table, columns in REPORTED.items()}


def forged():
    """Each column with each value that the table takes."""
    for table, columns in REPORTED.items():
        for column, values in columns.items():
            for value in values:
                yield table, column, value


@test
def a_full_copy_repairs_what_is_reported():
    """Sabotage: copy_asked in copy_reason() of src/remote/peer.c."""
    world.tailor("sync", "--full")
    world.end_followers()
    kept = world.path("store-kept")
    shutil.copy(world.store, kept)
    good, not_repaired = reported(), []
    for table, column, value in forged():
        shutil.copy(kept, world.store)
        try:
            with contextlib.closing(sqlite3.connect(world.store)) as db:
                db.execute(f"UPDATE {table} SET {column} = ?", (value,))
                db.commit()
        except sqlite3.IntegrityError:
            continue
        if reported() == good:
            continue
        said = world.tailor("sync", "--full", "rt", expect=None)
        if said.status or reported() != good:
            not_repaired.append(f"{table}.{column} = {value!r:.20}: "
                                f"{said.err:.200} {reported()[table]!r:.90}")
    equal(not_repaired, [], "after a full copy")
    shutil.copy(kept, world.store)


@test
def a_follower_takes_it_too():
    """Sabotage: copy_asked in peer_take_kept(), and in look_at() of wait.c."""
    world.follow()
    wait_until(world.follower, "the follower")
    write("UPDATE installation SET connected = '{}', answered = 'abc'")
    world.tailor("sync", "--full")
    assert ("abc",) not in [r[3:4] for r in reported()["installation"]]
    equal(world.tailor("sync", "--full", "nobody", expect=None).status, 4)
    asked = world.json("audit", "list", "--action", "runtime.copy")["data"]
    assert asked and asked[0]["actor"] != "runtime", asked
    world.end_followers()
    world.tailor("store", "check")
    world.tailor("audit", "verify")


if __name__ == "__main__":
    main(open_world, close_world)
