#!/usr/bin/env python3
"""A copy is put in the place of tailord's store after a kill, which leaves the
write-ahead log of the replaced store: the copy is what it was, the runtime is
held, and nothing is deleted. After a kill alone nothing of this happens.

Sabotage: the comparison with ROLLBACK, or one of the two after it, in
is_of_another() (src/store/db_place.c); is_last_log() and compare_history()
there; restore_opened() in open_core
(src/runtime/daemon/serve.c); drop(path, "-wal") in db_replace
(src/store/db_replace.c) is made good by the next start."""
import glob
import os
import shutil
import sqlite3
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import embedded  # noqa: E402
from daemon import Daemon, Suite  # noqa: E402
from embedded import new_id  # noqa: E402
from harness import TAILORD, wait_until  # noqa: E402

suite = Suite("replaced")
PATIENCE = 20 * float(os.environ.get("TEST_PATIENCE", "1"))
SMALL, LARGE = (1, 10), (12, 400_000)  # events, bytes of each


class World(embedded.World):
    """Its events all go to ann."""

    def __init__(self, daemon):
        super().__init__(daemon)
        self.store = os.path.join(daemon.state, "tailord.db")
        self.catalogue()
        self.publish(embedded.document("=total * 0.05"))
        self.install("ann")

    def events(self, size):
        count, length = size
        for i in range(count):
            status, answer = self.api("POST", "/run/event", {
                "event": "order.recorded", "userId": "ann",
                "data": {"total": i, "note": "x" * length}})
            if status != 200:
                raise RuntimeError(answer)

    def runs(self):
        """How many runs of each state there are."""
        page = self.manage("GET", "/runs?limit=500", "")["data"]
        return {s: sum(r["state"] == s for r in page)
                for s in {r["state"] for r in page}}

    def done(self, count):
        wait_until(lambda: self.runs() == {"done": count}, f"{count} runs")

    def path(self, name):
        return os.path.join(self.d.folder.name, name)

    def aside(self):
        """The logs and stores that were kept, but for empty ones."""
        return {p for p in glob.glob(self.store + "-before-restore-*")
                if os.path.getsize(p) and not p.endswith("-shm")}

    def health(self):
        status, answer, _ = self.d.call("GET", "/healthz")
        return status, answer["problems"]

    def resume(self):
        restore = self.manage("GET", "/info", "")["restore"]
        return self.request("resumeRuntime", {"restore": restore})["outcome"]


def moved(w, copy):
    shutil.copy(copy, w.path("moved"))
    os.replace(w.path("moved"), w.store)


def written_over(w, copy, end=""):
    with open(copy, "rb") as f, open(w.store + end, "r+b") as to:
        to.truncate(0)
        shutil.copyfileobj(f, to)


def removed_first(w, copy, end=""):
    os.unlink(w.store + end)
    shutil.copy(copy, w.store + end)


def by_command(w, copy):
    done = w.d.command("restore", copy)
    if done.returncode:
        raise RuntimeError(done.stderr)


def test_put(w, copy, put, size, count):
    """COPY has COUNT runs that are done; some more come, then the kill."""
    name = f"{os.path.basename(copy)} {put.__name__}, {size[0]} events"
    w.events(size)
    before = w.aside()
    w.d.kill()
    suite.check(name + ": a log is left", os.path.getsize(w.store + "-wal"))
    put(w, copy)
    w.d.start()
    suite.equal(name + ": held", w.health(), (503, ["held"]))
    suite.equal(name + ": the runs", w.runs(), {"done": count})
    suite.equal(name + ": check", w.d.command("check").returncode, 0)
    suite.check(name + ": the log is kept",
                any(p.endswith("-wal") for p in w.aside() - before))
    w.d.kill()
    w.d.start()
    suite.equal(name + ": still held", w.health(), (503, ["held"]))
    w.events(SMALL)
    suite.equal(name + ": resumed", w.resume(), "resumed")
    w.done(count + 1)


def test_own_log(w, count):
    """The files of a killed tailord are put back together, so that the log is
    their own: only the store's history tells, and nothing is called again."""
    w.events(SMALL)
    w.done(count + 1)
    w.d.kill()
    kept = w.path("kept.db")
    for end in ("", "-wal"):
        shutil.copy(w.store + end, kept + end)
    w.d.start()
    for put in (removed_first, written_over):
        w.events(SMALL)
        before = w.aside()
        w.d.kill()
        for end in ("", "-wal"):
            put(w, kept + end, end)
        w.d.start()
        name = "with its own log, " + put.__name__
        suite.equal(name + ": held", w.health(), (503, ["held"]))
        suite.equal(name + ": the runs", w.runs(), {"done": count + 1})
        suite.equal(name + ": nothing is set aside", w.aside() - before, set())
        suite.check(name + ": why", "it is older than it was" in w.d.logged())
        suite.equal(name + ": resumed", w.resume(), "resumed")
        w.d.stop()
        w.d.start()
        suite.equal(name + ": once", w.health(), (200, []))
    return count + 1


def test_no_place(w, count):
    """The store and its log come without the file that counts its openings, as
    they do to another machine: they may be a copy. The notice of an accepted
    one does not come again."""
    w.events(SMALL)
    w.done(count + 1)
    w.d.kill()
    os.unlink(w.store + "-place")
    w.d.start()
    suite.equal("without its place: held", w.health(), (503, ["held"]))
    suite.check("without its place: why",
                "tailord.db-place, which counts its openings, is missing"
                in w.d.logged())
    w.events(SMALL)
    suite.equal("without its place: nothing runs", w.runs(),
                {"done": count + 1, "parked": 1})
    suite.equal("without its place: resumed", w.resume(), "resumed")
    w.done(count + 2)
    w.d.kill()
    w.d.start()
    suite.equal("without its place: once", w.health(), (200, []))
    return count + 2


def test_kills(w, count):
    """Kills alone: nothing is set aside, and nothing is held."""
    before = w.aside()
    for size in (SMALL, LARGE, SMALL):
        w.events(size)
        count += size[0]
        w.d.kill()
        w.d.start()
        w.done(count)
    w.d.stop()
    w.d.start()
    suite.equal("killed", (w.health(), w.aside() - before), ((200, []), set()))
    w.events(SMALL)
    w.d.kill()
    moved_all = w.path("elsewhere")
    shutil.copytree(w.d.state, moved_all,
                    ignore=shutil.ignore_patterns("*.sock"))
    os.rename(w.d.state, w.d.state + ".away")
    os.rename(moved_all, w.d.state)
    w.d.start()
    w.done(count + 1)
    suite.equal("the folder was copied", (w.health(), w.aside() - before),
                ((200, []), set()))
    return count + 1


def test_command(w, copy):
    """What `tailord restore` refuses, and what it keeps."""
    def refused(what, code, word, *arguments):
        done = w.d.command("restore", *arguments)
        suite.check(what, done.returncode == code and word in done.stderr,
                    (done.returncode, done.stderr))

    refused("while it runs", 8, "stop it first", copy)
    runs = w.runs()
    w.d.kill()
    os.unlink(os.path.join(w.d.state, "control.sock"))
    holder = sqlite3.connect(w.store)
    holder.execute("SELECT * FROM meta").fetchone()
    refused("while another has the store", 8, "another process", copy)
    holder.close()
    other = w.path("other.db")
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE t(n)")
    db.close()
    half = w.path("half.db")
    with open(copy, "rb") as f, open(half, "wb") as to:
        to.write(f.read(30000))
    refused("a file of another program", 8, other + ": ", other)
    refused("half a copy", 8, half + ": ", half)
    refused("none", 4, "nothing.db", w.path("nothing.db"))
    suite.equal("nothing is left of it",
                glob.glob(w.store + ".part-*"), [])
    w.d.start()
    suite.equal("and the store is what it was", w.runs(), runs)
    before = w.aside()
    w.d.stop()
    done = w.d.command("restore", copy)
    kept = w.aside() - before
    suite.check("it names the kept store", len(kept) == 1 and
                kept.pop() in done.stdout, done.stdout)
    with open(w.store, "rb") as f:
        suite.equal("the store's journal mode", f.read(20)[18:], b"\1\1")


def test_chain(w):
    """A revoked key stays revoked whatever is restored in between, and a
    deleted user does not come back untold. Sabotage: remember() in
    carry_revoked(), remember_users() in restore_since()
    (src/runtime/daemon/restore_since.c); remember_taken() and
    tell_lost_tokens() there; RS_TAKEN_ACCEPTED (src/runtime/runtime.c)."""
    d = w.d
    d.start()
    old, new = w.path("old.db"), w.path("new.db")
    d.command("backup", old)
    leaked = d.key("chained")
    w.api("POST", "/users", {"username": "carl"})
    d.command("backup", new)
    suite.equal("carl is deleted", w.api("DELETE", "/users/carl")[0], 200)
    suite.equal("revoke", d.command("apikey", "remove", "chained").returncode,
                0)
    d.key("newest")
    d.kill()
    for copy in (old, old, new, new):
        done = d.command("restore", copy)
        suite.equal("restore " + copy, done.returncode, 0)
        suite.check("what was compared", "not compared" not in done.stdout,
                    done.stdout)
        suite.check("a key that is lost is told each time", "not in the backup"
                    ", and so not accepted (make new ones): API key newest\n"
                    in done.stdout, done.stdout)
    suite.check("a deleted user is told after restores",
                "are back: bob, carl\n" in done.stdout, done.stdout)
    suite.check("and how to delete one again", "delete each again once tailord "
                "runs: `tailord user remove USERNAME`\n" in done.stdout,
                done.stdout)
    for path in glob.glob(w.store + "*"):
        os.rename(path, path.replace("tailord.db", "moved.db"))
    said = d.command("restore", new).stdout
    suite.check("nothing to compare with is told", "not compared: no database "
                "was in its place" in said and "tailord apikey list" in said,
                said)
    for path in glob.glob(w.store + "*"):
        os.remove(path)
    for path in glob.glob(w.store.replace("tailord.db", "moved.db") + "*"):
        os.rename(path, path.replace("moved.db", "tailord.db"))
    d.start()
    suite.equal("a revoked key after restores",
                w.api("GET", "/users", key=leaked)[0], 401)
    asked = d.command("user", "remove", "carl")
    suite.check("who is deleted is asked first", asked.returncode and
                "user carl (production): installations that end: 0" in
                asked.stderr and w.api("GET", "/users/carl")[0] == 200,
                asked.stderr)
    suite.equal("nobody", d.command("user", "remove", "nobody").returncode, 4)
    done = d.command("user", "remove", "carl", "--yes")
    suite.equal("deleted again", (done.returncode,
                                  w.api("GET", "/users/carl")[0]), (0, 404))
    suite.equal("accepted", w.resume(), "resumed")
    d.kill()
    said = d.command("restore", new).stdout
    suite.check("carl is told again, the key is not", "are back: carl\n" in
                said and "newest" not in said, said)


def test_said(w):
    """Where a command writes, and what it cannot print. Sabotage:
    file_value() in arguments_of(), revoke_lost() in run_on_store(), and
    keep_standard_files() (src/runtime/daemon/main.c)."""
    d = w.d
    d.start()
    folder = w.path("elsewhere")
    os.mkdir(folder)

    def run(*words, out=subprocess.PIPE, **more):
        return subprocess.run([TAILORD, "--config", d.config, *words],
                              stdout=out, stderr=subprocess.PIPE, text=True,
                              **more)

    done = run("backup", "today.db", cwd=folder)
    path = os.path.join(folder, "today.db")
    suite.equal("the backup says where it is", done.stdout, path + "\n")
    suite.check("and it is there", os.path.exists(path), done.stderr)
    with open("/dev/full", "w") as full:
        done = run("apikey", "add", "unseen", out=full)
    suite.check("a key that nobody saw is revoked", done.returncode == 1 and
                "is revoked" in done.stderr, done.stderr)
    for running in (True, False):
        if not running:
            d.kill()
        done = run("token", "add", "read", "unseen", out=None,
                   preexec_fn=lambda: os.close(1))
        suite.check("so is a token", done.returncode == 1 and
                    "is revoked" in done.stderr, done.stderr)
    listed = [run(*words, "list").stdout for words in (("apikey",),)]
    listed.append(run("token", "list", "read").stdout)
    suite.check("neither is left", "unseen" not in "".join(listed), listed)
    # Sabotage: config_check() in run_server() (src/runtime/daemon/main.c).
    for option, value in (("--listen", "127.0.0.1:65536"),
                          ("--listen", "127.0.0.1:"),
                          ("--public-url", "nope"), ("--public-url", "https://")):
        done = run(option, value, timeout=PATIENCE)
        suite.check(option + " " + value + " is refused", done.returncode and
                    value in done.stderr and "not" in done.stderr,
                    done.stderr)
    with open("/dev/full", "w") as full:
        suite.equal("help that nobody saw",
                    run("help", out=full).returncode, 1)


def test_since(w):
    """What was taken away after the backup. Sabotage: carry_revoked() in
    restore_since() (src/runtime/daemon/restore_since.c), likewise
    carry_removed_origins(), check_source() and
    restore_remove_parts() (restore.c)."""
    d = w.d
    d.start()
    leaked = d.key("leaked")
    for kind in ("read", "manage"):
        d.command("token", "add", kind, "leak-" + kind)
    w.api("POST", "/users", {"username": "bob"})
    for url in ("https://gone.example", "https://stays.example"):
        suite.equal(url, d.command("origin", "add", url).returncode, 0)
    backup = w.path("since.db")
    d.command("backup", backup)
    for words in (("apikey", "remove", "leaked"),
                  ("token", "remove", "read", "leak-read"),
                  ("token", "remove", "manage", "leak-manage"),
                  ("origin", "remove", "https://gone.example")):
        suite.equal(" ".join(words), d.command(*words).returncode, 0)
    suite.equal("bob is deleted", w.api("DELETE", "/users/bob")[0], 200)
    d.kill()
    said = d.command("restore", backup).stdout
    suite.check("keys stay revoked", "so revoked in it: API key leaked, read "
                "token leak-read, manage token leak-manage" in
                said.replace("leak-manage, read token leak-read", "X"), said)
    suite.check("origins stay removed", "does not allow, and so removed: "
                "https://gone.example\n" in said, said)
    suite.check("who is back", "users that were deleted since the backup and "
                "are back: bob\n" in said, said)
    suite.check("the keys", "API keys that it accepts: " in said and
                "leaked (" not in said, said)
    left = w.store + ".part-00000000"
    shutil.copy(backup, left)
    d.start()
    suite.equal("what a killed restore left", os.path.exists(left), False)
    listed = d.command("origin", "list").stdout
    suite.check("a removed origin", "gone.example" not in listed and
                "stays.example" in listed, listed)
    suite.equal("the leaked key", w.api("GET", "/users", key=leaked)[0], 401)
    suite.equal("the other", w.api("GET", "/users")[0], 200)
    d.stop()
    fifo, other = w.path("fifo"), w.path("link")
    os.mkfifo(fifo)
    os.symlink(w.store, other)
    for name, word in ((other, "store itself"), (fifo, "not a regular file")):
        reader = subprocess.Popen([TAILORD, "--config", d.config, "restore",
                                   name], stderr=subprocess.PIPE, text=True)
        timer = threading.Timer(PATIENCE, reader.kill)
        timer.start()
        said = reader.communicate()[1]
        timer.cancel()
        suite.check(word, reader.returncode and word in said, said)


def main():
    d = Daemon()
    try:
        w = World(d)
        w.events(SMALL)
        w.done(1)
        d.stop()
        shutil.copy(w.store, w.path("files.db"))
        d.start()
        count = test_own_log(w, test_no_place(w, test_kills(w, 1)))
        backup = w.path("backup.db")
        suite.equal("a backup", d.command("backup", backup).returncode, 0)
        for put, size in ((written_over, LARGE), (moved, SMALL),
                          (removed_first, SMALL), (by_command, LARGE)):
            test_put(w, backup, put, size, count)
        for put, size in ((written_over, SMALL), (moved, LARGE)):
            test_put(w, w.path("files.db"), put, size, 1)
        test_command(w, backup)
        test_since(w)
        test_chain(w)
        test_said(w)
    finally:
        d.close()
    suite.end()


if __name__ == "__main__":
    main()
