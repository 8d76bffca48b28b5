#!/usr/bin/env python3
"""Full disks: of the console's store, and of tailord's state. What was
acknowledged stays, what was not is told with what to do, and when there is
room again everything goes on.

Needs root, for a small tmpfs. To see it fail: let runtime_check_room
(src/runtime/runtime.c) return ERR_OK; let db_commit (src/store/
db_transaction.c) return ERR_OK where SQLite says SQLITE_FULL.
"""
import errno
import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (TAILOR, TAILORD, Skip, equal, main, seed, test,  # noqa: E402
                     wait_until)
from small import BLOCK, Small  # noqa: E402

FULL = ("tailor: store: the disk is full, nothing was changed (make room and "
        "try again)\n")
RESERVE_MB = 4
STEP = 4096
root = None
disks = {}
world = None


class Disk:
    """A small file system with ballast."""

    def __init__(self, name, megabytes):
        self.path = os.path.join(root, name)
        self.ballast = os.path.join(self.path, "ballast")
        os.mkdir(self.path)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o",
                               f"size={megabytes}m,mode=700", "tailor-test",
                               self.path], capture_output=True, text=True)
        if done.returncode != 0:
            raise Skip(f"no tmpfs can be mounted: {done.stderr.strip()}")

    def room(self):
        st = os.statvfs(self.path)
        return st.f_bavail * st.f_frsize

    def leave(self, free):
        """Makes the ballast as big as leaves FREE bytes."""
        with open(self.ballast, "ab") as f:
            size = f.tell() + self.room() - free
            if size <= f.tell():
                f.truncate(max(size, 0))
                return
            try:
                os.posix_fallocate(f.fileno(), 0, size)
            except OSError as e:
                if e.errno != errno.ENOSPC:
                    raise

    def empty(self):
        if os.path.exists(self.ballast):
            os.remove(self.ballast)

    def umount(self):
        subprocess.run(["umount", "-l", self.path], check=False)


def setup():
    global root, world
    seed()
    if os.geteuid() != 0:
        raise Skip("needs root to mount a small tmpfs")
    root = tempfile.mkdtemp(prefix="tailor-disk-")
    for name, size in (("runtime", 24), ("console", 8)):
        disks[name] = Disk(name, size)
    world = Small(os.path.join(disks["runtime"].path, "state"),
                  os.path.join(disks["console"].path, "store"),
                  {"minFreeMb": RESERVE_MB})
    # An event first, so that all that is made on first use is there.
    equal(world.event(10)[0], 200)


def cleanup():
    if world:
        world.close()
    for disk in disks.values():
        disk.umount()
    if root:
        shutil.rmtree(root, ignore_errors=True)


def health(w):
    """The word for it; any but "ok" comes with 503."""
    word = w.call("GET", "/healthz", expect=None)["status"]
    w.call("GET", "/healthz", expect=200 if word == "ok" else 503)
    return word


def settled(d):
    wait_until(lambda: world.version(d) == "live", f"{d} to be live", 40)
    equal(world.live(), d, "live at the runtime")
    equal(world.facts(d), 1, "times it went live")


# --- the runtime --------------------------------------------------------------

@test
def a_nearly_full_disk_refuses_new_events():
    disk = disks["runtime"]
    equal(health(world), "ok")
    disk.leave(RESERVE_MB * (1 << 20) - 65536)
    status, answer = world.event()
    equal(status, 503, answer)
    assert "make room" in json.dumps(answer), answer
    equal(health(world), "diskLow")
    d = world.draft(1)  # decisions still have the reserve
    world.release(d, "--wait")
    settled(d)
    disk.empty()
    status, answer = world.event()
    equal(status, 200, answer)
    equal(health(world), "ok")
    wait_until(lambda: world.executions()[answer["executionIds"][0]] == "done",
               "the run")


@test
def events_while_the_disk_fills_up_are_kept_or_refused():
    disk = disks["runtime"]
    accepted, refused, stop = [], [], threading.Event()

    def send():
        while not stop.is_set():
            status, answer = world.event(random.randrange(40000))
            if status == 200:
                accepted.extend(answer["executionIds"])
            else:
                assert status in (0, 503), (status, answer)
                refused.append(answer)

    d = world.draft(2)
    threads = [threading.Thread(target=send) for _ in range(3)]
    for t in threads:
        t.start()
    try:
        while disk.room() > 1 << 20:
            before = len(accepted) + len(refused)
            disk.leave(max(disk.room() - (1 << 19), 0))
            wait_until(lambda: len(accepted) + len(refused) > before + 3,
                       "events to be answered")
        disk.leave(0)
        before = len(refused)
        wait_until(lambda: len(refused) > before + 10, "events to be refused")
        world.release(d)
        # Its log has room for a few more pages, or it says that it has not.
        wait_until(lambda: world.runtime()["lastError"] or
                   world.version(d) == "live", "an answer to the release")
    finally:
        stop.set()
    world.stop(signal.SIGKILL)  # with its disk full
    for t in threads:
        t.join()
    disk.empty()
    world.start()
    settled(d)
    kept = wait_until(lambda: (r := world.executions()) and all(
        r.get(i) == "done" for i in accepted) and r,
        f"all of {len(accepted)} accepted runs")
    assert len(accepted) > 3 and refused
    check = subprocess.run([TAILORD, "--state", world.state, "check"],
                           capture_output=True, text=True)
    equal(check.returncode, 0, check.stdout + check.stderr)
    print(f"# {len(accepted)} accepted and done, {len(refused)} refused, "
          f"{len(kept)} runs")


# Sabotage: the call of only_reads() in settle_alone() (src/runtime/core/
# settle.c), which tests/unit/http/core.c notices in any case.
@test
def reads_are_answered_with_no_room_at_all():
    disk = disks["runtime"]
    status, answer = world.event(10)
    equal(status, 200, answer)
    wait_until(lambda: world.executions()[answer["executionIds"][0]] == "done",
               "the run")
    log = world.api("GET", "/logs")["notifications"][0]["_id"]
    disk.leave(0)

    def refused():
        status, answer = world.try_api("POST", "/users", {
            "username": secrets.token_hex(8), "fullName": "x" * 255})
        if status == 200:
            return False
        equal(status, 503, answer)
        assert "full" in answer["message"], answer
        return True

    # What the log of the store had room for is used up by users.
    assert any(refused() for _ in range(20000)), "no room for a user"
    stop = threading.Event()

    def write():
        while not stop.is_set():
            assert refused()

    users = world.api("GET", "/users")
    writers = [threading.Thread(target=write) for _ in range(2)]
    for t in writers:
        t.start()
    try:
        for path in 4 * ("/users", "/users/ada", "/logs", f"/logs/{log}",
                         "/integrations?userId=ada", "/workflows?userId=ada"):
            equal(world.try_api("GET", path)[0], 200, path)
        for path in 4 * ("/manage/v1/info", "/manage/v1/state",
                         "/manage/v1/feed", "/manage/v1/runs",
                         "/manage/v1/users"):
            world.call("GET", path)
    finally:
        stop.set()
        for t in writers:
            t.join()
    assert refused()
    equal(world.api("GET", "/users"), users)
    disk.empty()
    wait_until(lambda: not refused(), "a user to be made")


@test
def tailord_with_no_room_at_all_says_so_or_starts():
    disk = disks["runtime"]
    world.stop()
    disk.leave(0)
    started = subprocess.Popen(
        [TAILORD, "--config", world.config, "--state", world.state,
         "--listen", f"127.0.0.1:{world.port}"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    line = started.stdout.readline()
    if line:
        equal(world.event()[0], 503)
        started.terminate()
        equal(started.wait(20), 0)
    else:
        equal(started.wait(20), 1)
        assert "make room" in started.stderr.read()
    started.stdout.close()
    started.stderr.close()
    disk.empty()
    world.start()
    equal(world.event()[0], 200)


def logged(w, event):
    with open(w.path("tailord.err")) as f:
        return sum(json.loads(line)["event"] == event for line in f
                   if line.startswith("{"))


def accepted_and_done(w):
    status, answer = w.event(10)
    equal(status, 200, answer)
    wait_until(lambda: w.executions()[answer["executionIds"][0]] == "done",
               "the run")


def copy_in_use(w, copy):
    """The store and its log as they are between two commits."""
    store = os.path.join(w.state, "tailord.db")
    w.daemon.send_signal(signal.SIGSTOP)
    for end in ("", "-wal"):
        shutil.copy(store + end, copy + end)
    w.daemon.send_signal(signal.SIGCONT)


def put_back(w, copy):
    """Kills tailord, and starts it with the copy."""
    store = os.path.join(w.state, "tailord.db")
    w.stop(signal.SIGKILL)
    for end in ("", "-wal"):
        os.unlink(store + end)
        shutil.copy(copy + end, store + end)
    w.start()


# Sabotage: the second write_mark in db_history_keep() (src/store/db_place.c);
# tell_place() in commit() (src/runtime/core/core.c).
@test
def a_copy_is_noticed_although_the_start_could_not_write_the_place():
    """What is mounted is neither replaced nor, read-only, written over."""
    w = Small()
    place = os.path.join(w.state, "tailord.db-place")
    copy = w.path("copy.db")
    w.stop()
    subprocess.run(["mount", "--bind", place, place], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
        w.start()
        wait_until(lambda: logged(w, "openings not counted") == 1, "the warning")
        accepted_and_done(w)
        equal(logged(w, "openings counted"), 0)
        # Sabotage: "openingsNotCounted" in find_problems().
        equal(w.call("GET", "/healthz", expect=503)["problems"],
              ["openingsNotCounted"])
        # Only the console can notice this one.
        copy_in_use(w, copy)
        accepted_and_done(w)
        put_back(w, copy)
        wait_until(lambda: logged(w, "openings not counted") == 2, "the warning")
        equal(w.call("GET", "/manage/v1/info")["held"], False)
        equal(w.call("GET", "/healthz", expect=503)["problems"],
              ["openingsNotCounted"])
    finally:
        subprocess.run(["umount", "-l", place], check=True)
    accepted_and_done(w)
    equal(logged(w, "openings counted"), 1)
    equal(w.call("GET", "/healthz")["problems"], [])
    copy_in_use(w, copy)
    accepted_and_done(w)
    put_back(w, copy)
    equal(w.call("GET", "/manage/v1/info")["held"], True)
    w.close()


# --- the console --------------------------------------------------------------

def formula(d):
    return next(b for b in world.json("version", "show", d, "--document")
                ["document"]["blocks"] if b["id"] == BLOCK)["formula"]


# Sabotage: the case of ERR_DISK_FULL in describe(), src/store/db_error.c.
def told(result):
    """A failure for lack of room says so and what to do."""
    equal(result.status, 1, result.err)
    assert "full" in result.err or "No space" in result.err, result.err
    assert "make room" in result.err, result.err
    equal(result.err.count("\n"), 1, result.err)
    assert result.err == FULL or "No space" in result.err, result.err


@test
def edits_on_a_full_disk_happen_or_are_told():
    disk = disks["console"]
    world.end_followers()
    d = world.draft(3)
    last, done, failed = formula(d), 0, 0
    forks = len(world.json("draft", "list")["data"])
    for n in range(36):
        disk.leave(n * STEP)
        wanted = "=1+" + "9" * (1 + n % 7) * 300
        result = world.tailor("block", "set", d, BLOCK, "formula=" + wanted,
                              expect=None)
        if result.status == 0:
            last, done = wanted, done + 1
        else:
            told(result)
            failed += 1
        fork = world.tailor("draft", "fork", "ada/orders", "sale", "--new",
                            expect=None)
        if fork.status == 0:
            forks += 1
        else:
            told(fork)
        disk.empty()
        equal(formula(d), last, f"the formula with {n} pages")
        equal(len(world.json("draft", "list")["data"]), forks, "drafts")
    assert done and failed, (done, failed)
    equal(world.tailor("store", "check").status, 0)
    equal(world.json("audit", "verify")["good"], True)


@test
def a_release_on_a_full_disk_happens_once_or_is_told():
    disk = disks["console"]
    for n in (0, 2, 4, 6, 8, 12, 16, 24):
        d = world.draft(100 + n)
        disk.leave(n * STEP)
        result = world.release(d, expect=None)
        if result.status == 0:
            world.end_started_on_demand(wait=True)
        else:
            told_release(result)
        disk.empty()
        status = world.version(d)
        # A follower that the release started may have told already.
        assert status in (("releasing", "live") if result.status == 0
                          else ("draft",)), f"{n} pages: {status} {result.err}"
        if status == "draft":
            world.release(d)
        world.follow()
        settled(d)
        world.end_followers()
    equal(world.json("audit", "verify")["good"], True)


def told_release(result):
    equal(result.status, 1, result.err)
    assert "make room" in result.err, result.err


# Sabotage: the record of SESSION_READ in begin() of src/cli/session/session.c.
@test
def a_session_that_cannot_be_recorded_shows_nothing():
    disk = disks["console"]
    for name, role in (("erin", "engineer"), ("olga", "auditor")):
        world.tailor("access", "add", name, "--role", role)
        disk.leave(0)
        try:
            for command in ("access list", "installation list"):
                done = subprocess.run(
                    [TAILOR, "--store", world.store, "session", name],
                    capture_output=True, text=True, stdin=subprocess.DEVNULL,
                    env={**os.environ, "SSH_ORIGINAL_COMMAND": command})
                equal((done.returncode, done.stdout, done.stderr),
                      (1, "", FULL), (name, command))
        finally:
            disk.empty()


# Sabotage: the unlink() of part_end() in src/base/part.c, or the sentence of
# error_errno() in src/base/error.c.
@test
def an_export_that_found_no_room_leaves_no_file():
    disk = disks["console"]
    target = os.path.join(disk.path, "audit.jsonl")
    disk.leave(0)
    try:
        result = world.tailor("audit", "export", target, expect=None)
        equal((result.status, result.err), (1, f"tailor: {target}: the disk is "
                                            "full (make room and try again)\n"))
        equal([f for f in os.listdir(disk.path) if "audit" in f], [])
    finally:
        disk.empty()
    world.tailor("audit", "export", target)
    os.unlink(target)


@test
def sync_on_a_full_disk_goes_on_when_there_is_room():
    disk = disks["console"]
    d = world.draft(200)
    world.release(d)
    world.end_started_on_demand(wait=True)
    for n in range(0, 12, 3):
        disk.leave(n * STEP)
        result = world.sync(expect=None)
        assert result.status in (0, 1, 7), (result.status, result.err)
        if result.status:
            assert "room" in result.err, result.err
        disk.empty()
        assert world.version(d) in ("releasing", "live")
    world.sync()
    settled(d)
    equal(world.json("audit", "verify")["good"], True)
    equal(world.tailor("store", "check").status, 0)


if __name__ == "__main__":
    main(setup, cleanup)
