#!/usr/bin/env python3
"""Sessions that are killed, lose their role, or meet on one draft.

CONSOLE_KILLS: how many consoles are killed (CI: 30).
WRITERS_SECONDS: how long several writers work on one draft (CI: 20).
"""
import contextlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (TAILOR, Skip, equal, main, seed, test,  # noqa: E402
                     wait_until)
from small_store import SmallStore  # noqa: E402

KILLS = int(os.environ.get("CONSOLE_KILLS", "30"))
SECONDS = float(os.environ.get("WRITERS_SECONDS", "20"))
WRITERS, CHANGES_LEAST = 4, 12
PATIENCE = float(os.environ.get("TEST_PATIENCE", "1"))
LIMIT = 60 * PATIENCE
store = None


def setup():
    global store
    if not shutil.which("tmux"):
        raise Skip("tmux is not installed")
    seed()
    store = SmallStore(installations=max(40, KILLS + 20))


def cleanup():
    if store:
        store.end_follower()
        store.close()


class Console:
    """The console as the only process of a tmux."""

    def __init__(self, *arguments):
        self.dir = tempfile.mkdtemp(prefix="tailor-tmux-")
        self.base = ["tmux", "-S", os.path.join(self.dir, "s"), "-f",
                     "/dev/null"]
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
               "TERM": "xterm-256color", "HOME": self.dir}
        env.update({k: v for k, v in os.environ.items() if "SAN_" in k})
        self.run("new-session", "-d", "-x", "100", "-y", "24",
                 " ".join(["exec", TAILOR, "--store", store.store, "--fresh",
                           *arguments]), env=env)

    def run(self, *arguments, env=None):
        return subprocess.run(self.base + list(arguments), env=env,
                              capture_output=True, text=True).stdout

    def until(self, pattern):
        last = [""]

        def seen():
            # With what has left the screen: the end of a program scrolls it.
            last[0] = self.run("capture-pane", "-p", "-S", "-10")
            return re.search(pattern, last[0])
        try:
            wait_until(seen, pattern)
        except AssertionError:
            raise AssertionError(f"no {pattern!r} on\n{last[0]}")

    def keys(self, *names):
        """Presses NAMES one by one, as a hand does."""
        for name in names:
            self.run("send-keys", name)
            time.sleep(0.05)

    def type(self, text):
        """Types TEXT and waits for it: a key that comes at once with text is
        part of a paste."""
        self.run("send-keys", "-l", text)
        try:
            wait_until(lambda: text[-4:].strip() in self.run("capture-pane",
                                                             "-p"), text, 2)
        except AssertionError:
            pass  # it has done something that shows no text
        time.sleep(0.05)

    def pid(self):
        pid = int(self.run("display-message", "-p", "#{pane_pid}"))
        equal(os.path.basename(os.readlink(f"/proc/{pid}/exe")), "tailor-console",
              "what gets the signal")
        return pid

    def kill(self):
        os.kill(self.pid(), signal.SIGKILL)

    def close(self):
        self.run("kill-server")
        shutil.rmtree(self.dir, ignore_errors=True)


def type_a_formula(c, user, name, formula):
    """Forks for USER and types FORMULA into a new block NAME, without its
    Enter."""
    c.until("customer")
    c.keys("/")
    c.type(user)
    c.until(r"1/1 of")
    c.keys("Enter", "F")
    c.until(r"draft on v1")
    c.keys("i")
    c.type("math")
    c.until("Math")
    c.keys("Enter")
    c.until("! not set")
    c.keys("C-u")
    c.type(name)
    c.keys("Enter")
    # Lines that come together are a paste.
    c.until(rf"{name} +math")
    c.type(formula)


def edit_and_kill(user, number):
    """Forks for USER, adds a block with a formula, and kills the console as
    soon as the screen says that it is saved."""
    c = Console()
    try:
        type_a_formula(c, user, f"Tax{number}", f"=1+{number}")
        c.keys("Enter")
        c.until(rf"saved [\s\S]*Tax{number} +math +=1\+{number}\b")
        c.kill()
    finally:
        c.close()


def has_ended(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
            return f.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def end_at_a_locked_store(waits):
    """SIGTERM comes while the console waits for the lock, or (not WAITS) before
    it stores what was typed. It waits up to 5 s for a lock, but not once it
    shall end. What was typed can then be stored nowhere, and is shown."""
    c = Console()
    try:
        c.run("set-option", "-g", "remain-on-exit", "on")
        type_a_formula(c, fresh_users()[-1][0], "Tax", "=1+4711")
        pid = c.pid()
        with contextlib.closing(sqlite3.connect(store.store,
                                                isolation_level=None)) as db:
            db.execute("BEGIN EXCLUSIVE")
            if waits:
                c.keys("Enter")
                time.sleep(0.5)  # for the lock, for 5 s
            began = time.monotonic()
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: has_ended(pid), "its end")
            took = time.monotonic() - began
        c.until(r"could not be kept[\s\S]*=1\+4711")
        print(f"# ended {took:.2f} s after SIGTERM")
        assert took < 2 * PATIENCE, f"{took:.1f} s"
    finally:
        c.close()


# Sabotage: ending_is_asked() in on_busy() of src/store/db.c.
@test
def what_waits_for_a_locked_store_ends_when_told_to():
    end_at_a_locked_store(waits=True)


# Sabotage: keep_ending() in next_signal() of ui/term/term.c.
@test
def what_is_told_to_end_waits_for_no_locked_store():
    end_at_a_locked_store(waits=False)


def fresh_users():
    """Users of one installation each, without a draft."""
    taken = {d["installationId"] for d in store.rows("draft", "list")}
    rows = store.rows("installation", "list", "--limit", "1000")
    return [(r["username"], r["installationId"]) for r in rows
            if r["installationId"] not in taken]


# Sabotage: let operation_end in src/manager/session/operation.c return ERR_OK
# without db_commit, or set PRAGMA journal_mode=MEMORY with synchronous=OFF.
@test
def nothing_that_the_console_called_saved_is_lost():
    users = fresh_users()[:KILLS]
    equal(len(users), KILLS, "customers without a draft")
    for number, (user, installation) in enumerate(users, 1):
        edit_and_kill(user, number)
        drafts = store.rows("draft", "list", "--installation", installation)
        equal(len(drafts), 1, f"drafts of {user}")
        document = store.tailor("--json", "version", "show",
                                drafts[0]["versionId"],
                                "--document").json["document"]
        found = [b["formula"] for b in document["blocks"]
                 if b["name"] == f"Tax{number}"]
        equal(found, [f"=1+{number}"], f"kill {number}, {user}")
    equal(store.tailor("--json", "audit", "verify").json["good"], True)
    store.tailor("store", "check")


# Sabotage: app_quit() in follow_rights() of ui/screen/console.c.
@test
def a_session_whose_role_is_removed_says_so():
    store.tailor("access", "add", "eve", "--role", "auditor")
    c = Console("session", "eve")
    try:
        c.until("changed")
        c.run("set-option", "-g", "remain-on-exit", "on")
        store.tailor("access", "remove", "eve")
        c.until("an admin removed the access of eve")
    finally:
        c.close()


class Writer:
    """Edits and undoes on one draft by compare-and-swap, and keeps what was
    acknowledged by its revision."""

    def __init__(self, name, draft, others, number):
        self.name, self.draft, self.others = name, draft, others
        self.start = time.monotonic()
        self.random = random.Random(number)
        self.done, self.refused, self.wrong = [], 0, []

    def step(self, number):
        now = store.tailor("--json", "draft", "show", self.draft).json[
            "revision"]
        text = None
        if self.random.random() < 0.7:
            text = f"{self.name} {number}"
            words = ("draft", "patch", self.draft, "-")
        else:
            words = ("draft", "undo", self.draft)
        patch = [{"op": "add", "path": "/name", "value": text}]
        done = store.tailor("--json", *words, "--revision", str(now),
                            stdin=json.dumps(patch), expect=None)
        if done.status == 0:
            self.done.append((done.json["revision"], text))
        elif done.status == 5:  # another one was first; nothing to undo
            self.refused += 1
        else:
            raise AssertionError(f"{words}: {done.status} {done.err}")

    def goes_on(self):
        seconds = time.monotonic() - self.start
        few = sum(len(w.done) for w in self.others) < CHANGES_LEAST
        return seconds < SECONDS or few and seconds < LIMIT

    def work(self):
        try:
            number = 0
            while self.goes_on():
                number += 1
                self.step(number)
        except Exception as e:  # told by the test, in its own thread
            self.wrong.append(repr(e))


# Sabotage: the comparison of revisions in src/manager/draft/edit.c.
@test
def several_writers_of_one_draft_lose_no_update():
    draft = store.new_draft()
    name = lambda: store.tailor(  # noqa: E731
        "--json", "version", "show", draft, "--document").json["document"][
            "name"]
    states, start = [name()], store.tailor("--json", "draft", "show",
                                           draft).json["revision"]
    writers = []
    for i in range(WRITERS):
        writers.append(Writer(f"writer {i}", draft, writers,
                              random.randrange(1 << 30)))
    threads = [threading.Thread(target=w.work) for w in writers]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    equal([e for w in writers for e in w.wrong], [], "what writers met")
    done = sorted((step for w in writers for step in w.done),
                  key=lambda step: step[0])
    equal([revision for revision, _ in done],
          list(range(start + 1, start + 1 + len(done))), "revisions")
    for _, text in done:  # the model: a stack of names
        states.append(text) if text else states.pop()
    equal(name(), states[-1], "the name at the end")
    log = store.rows("draft", "log", draft)
    equal([(e["revision"], e["kind"] == "undo") for e in log],
          [(revision, text is None) for revision, text in done], "the log")
    equal(store.tailor("--json", "audit", "verify").json["good"], True)
    store.tailor("store", "check")
    assert len(done) >= CHANGES_LEAST, "the writers hardly wrote"
    print(f"# {len(done)} changes by {WRITERS} writers, "
          f"{sum(w.refused for w in writers)} refused, 0 lost")


if __name__ == "__main__":
    main(setup, cleanup)
