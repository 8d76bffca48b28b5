#!/usr/bin/env python3
"""kill -9 of tailor at random moments of edit, fork, undo and release: four
writers on one store, each with a customer of its own, and one draft that all of
them edit by compare-and-swap. What was acknowledged is there, once and whole;
what was not acknowledged happened as a whole or not at all.

To see it fail: print the answer before operation_end commits (src/cli/
block.c), or let operation_audit in src/manager/session/operation.c return ERR_OK
without a record, or set PRAGMA synchronous=OFF with journal_mode=MEMORY.
KILL_COUNT: how many processes are killed (CI: 100).
"""
import collections
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, equal, main, seed, test, wait_until  # noqa: E402
from small import BLOCK, Small  # noqa: E402

KILLS = int(os.environ.get("KILL_COUNT", "100"))
NAMES = ["ada", "bea", "cleo", "dora"]
SHARED = "ada/orders"
world = None


def setup():
    global world
    seed()
    world = Small()
    for name in NAMES[1:]:
        world.install(name)
    world.sync()
    world.follow()


def cleanup():
    if world:
        world.close()


class Count:
    """Kills so far, and what all writers share."""

    def __init__(self, shared):
        self.lock, self.kills, self.commands = threading.Lock(), 0, 0
        self.shared, self.revisions = shared, []
        self.acknowledged = collections.Counter()

    def acknowledge(self, what):
        with self.lock:
            self.acknowledged[what] += 1

    def killed(self):
        with self.lock:
            self.kills += 1

    def more(self):
        """Enough is killed, and of each kind something was acknowledged."""
        return self.kills < KILLS or len(self.acknowledged) < 4


class Writer:
    """One engineer: does things to her own customer's workflow, and notes what
    was acknowledged."""

    def __init__(self, name, count, seed_value):
        self.name, self.count = name, count
        self.random = random.Random(seed_value)
        self.edits = {}      # (draft, revision) -> formula
        self.drafts = set()  # acknowledged forks
        self.released = set()
        self.maybe = set()   # releases that were killed
        self.draft, self.number, self.errors = None, 0, []

    def run(self, *words, stdin=None):
        """The command, killed at a random moment in half of the cases; its
        JSON where it was acknowledged, else None."""
        p = subprocess.Popen([TAILOR, "--store", world.store, "--json",
                              "--yes", *words], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if self.random.random() < 0.5:
            threading.Timer(self.random.random() * 0.06, p.kill).start()
        out, err = p.communicate(stdin)
        self.count.commands += 1
        if p.returncode == -signal.SIGKILL:
            self.count.killed()
            return None
        # 5: refused (a release is on its way, nothing to undo, stale).
        assert p.returncode in (0, 5), (words, p.returncode, err)
        return json.loads(out) if p.returncode == 0 else None

    def fork(self):
        answer = self.run("draft", "fork", self.name + "/orders", "sale",
                          "--new")
        if answer:
            self.draft = answer["versionId"]
            self.drafts.add(self.draft)
            self.count.acknowledge("fork")

    def edit(self):
        self.number += 1
        formula = f"=2+{self.number}"
        answer = self.run("block", "set", self.draft, BLOCK,
                          "formula=" + formula)
        if answer:
            self.edits[self.draft, answer["revision"]] = formula
            self.count.acknowledge("edit")

    def undo(self):
        answer = self.run("draft", "undo", self.draft)
        if answer:
            self.edits[self.draft, answer["revision"]] = None

    def release(self):
        draft, self.draft = self.draft, None
        answer = self.run("release", draft)
        (self.released if answer else self.maybe).add(draft)
        if answer:
            self.count.acknowledge("release")

    def shared(self):
        draft = self.count.shared
        now = world.json("draft", "show", draft)["revision"]
        patch = [{"op": "add", "path": "/name",
                  "value": f"{self.name} at {now}"}]
        answer = self.run("draft", "patch", draft, "-", "--revision",
                          str(now), stdin=json.dumps(patch).encode())
        if answer:
            equal(answer["revision"], now + 1, "revision")
            self.count.acknowledge("shared edit")
            with self.count.lock:
                self.count.revisions.append((now + 1, patch[0]["value"]))

    def work(self):
        try:
            while self.count.more():
                if not self.draft:
                    self.fork()
                    continue
                self.random.choice((self.edit, self.edit, self.edit,
                                    self.undo, self.shared, self.shared,
                                    self.fork, self.release))()
        except Exception as e:  # told by the test, in its own thread
            self.errors.append(repr(e))


def half_commits():
    """Edits without records, drafts without records, versions without drafts."""
    c = sqlite3.connect(world.store)
    try:
        one = lambda sql: c.execute(sql).fetchone()[0]  # noqa: E731
        equal(c.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        equal(one("SELECT (SELECT count(*) FROM draft_edit) - (SELECT count(*)"
                  " FROM audit WHERE action IN ('draft.edit','draft.undo',"
                  "'draft.redo'))"), 0, "one record an edit")
        equal(one("SELECT (SELECT count(*) FROM draft) - (SELECT count(*) FROM"
                  " audit WHERE action IN ('draft.fork','draft.new'))"), 0,
              "one record a draft")
        equal(one("SELECT count(*) FROM version v LEFT JOIN draft d ON "
                  "d.version=v.n WHERE v.state IN (0,1) AND d.version IS "
                  "NULL"), 0, "open versions without a draft")
    finally:
        c.close()


def check(writer):
    logs = {}
    for draft in writer.drafts:
        equal(world.json("version", "show", draft)["versionId"], draft)
    for (draft, revision), formula in writer.edits.items():
        if draft not in logs:
            logs[draft] = {e["revision"]: e for e in
                           world.json("draft", "log", draft)["data"]}
        entry = logs[draft].get(revision)
        assert entry, f"lost: revision {revision} of {draft}"
        if formula is None:
            equal(entry["kind"], "undo", f"revision {revision}")
        else:
            equal(entry["patch"][0]["value"], formula, f"revision {revision}")
    for draft in writer.released:
        # A withdrawn or superseded one was live before, or was replaced.
        assert world.version(draft) not in ("draft", "ready"), draft
        assert world.facts(draft) <= 1, draft


@test
def four_writers_are_killed_and_nothing_acknowledged_is_lost():
    shared = world.json("draft", "fork", SHARED, "sale", "--new")["versionId"]
    count = Count(shared)
    writers = [Writer(name, count, random.randrange(1 << 30))
               for name in NAMES]
    threads = [threading.Thread(target=w.work) for w in writers]
    start = time.monotonic()
    for t in threads:
        t.start()
    for t in threads:
        t.join(120)
    seconds = time.monotonic() - start
    equal([e for w in writers for e in w.errors], [], "what writers met")
    half_commits()
    for w in writers:
        check(w)
    log = {e["revision"]: e["patch"][0]["value"]
           for e in world.json("draft", "log", shared)["data"]}
    revisions = [r for r, _ in count.revisions]
    equal(len(revisions), len(set(revisions)), "two won one revision")
    for revision, text in count.revisions:
        equal(log.get(revision), text, f"shared revision {revision}")
    wait_until(lambda: world.runtime()["queued"] == 0, "all to be delivered")
    for w in writers:
        for draft in w.released | w.maybe:
            assert world.facts(draft) <= 1, f"{draft} went live twice"
            assert world.version(draft) != "releasing", draft
    equal(world.json("audit", "verify")["good"], True)
    equal(world.tailor("store", "check").status, 0)
    edits = sum(len(w.edits) for w in writers) + len(revisions)
    drafts = sum(len(w.drafts) for w in writers)
    released = sum(len(w.released) for w in writers)
    print(f"# {count.kills} kills of {count.commands} commands in "
          f"{seconds:.1f} s; acknowledged: {edits} edits, {drafts} drafts, "
          f"{released} releases; lost: 0")


if __name__ == "__main__":
    main(setup, cleanup)
