#!/usr/bin/env python3
"""Memory and system calls fail at the N-th time: each command then ends with
its sentence and exit code 1 (or another of its table), or did its work; the
store is whole, what was acknowledged is there, what was refused is not, and
half an answer is never printed.

To see it fail: let doubt() in src/store/db_transaction.c set ERR_IO instead of
asking (commits that happened are told as failures); let operation_end return
before db_commit; let exhausted() in src/base/mem.c return.
TORTURE_STEPS: how many N of each command are tried (CI: 24).
"""
import json
import os
import pty
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import termios

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))
from harness import (BUILD, TAILOR, TAILORD, Skip, equal, main,  # noqa: E402
                     seed, test, wait_until)
from small import BLOCK, INTEGRATION, Small  # noqa: E402

STEPS = int(os.environ.get("TORTURE_STEPS", "24"))
FAULTS = os.path.join(BUILD, "faults.so")
ERRNO = {"EINTR": 4, "EIO": 5, "ENOSPC": 28, "EMFILE": 24}
OUT_OF_MEMORY = "out of memory: the program ends; what was acknowledged is " \
                "saved\n"
at = {}


def setup():
    seed()
    at["dir"] = tempfile.mkdtemp(
        prefix="tailor-torture-",
        dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    at["store"] = os.path.join(at["dir"], "store")
    at["log"] = os.path.join(tempfile.gettempdir(),
                             os.path.basename(at["dir"]) + ".log")
    with open(os.path.join(at["dir"], "orders.json"), "w") as f:
        json.dump(INTEGRATION, f)
    good("store", "init")
    good("integration", "add", os.path.join(at["dir"], "orders.json"))
    at["draft"] = good("draft", "new", "sale")["versionId"]


def cleanup():
    if "runtime" in at:
        at["runtime"].close()
    end_follower()
    shutil.rmtree(at["dir"], ignore_errors=True)
    if os.path.exists(at["log"]):
        os.remove(at["log"])


def end_follower():
    try:
        with open(at["store"] + "-sync") as f:
            pid = int(f.read() or "0")
        with open(f"/proc/{pid}/cmdline") as f:
            if at["store"] in f.read():
                os.kill(pid, signal.SIGKILL)
    except (OSError, ValueError):
        pass


def run(*words, env=None):
    return subprocess.run([TAILOR, "--store", at["store"], "--json",
                           *map(str, words)], capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL,
                          env={**os.environ, **(env or {})})


def good(*words):
    done = run(*words)
    equal(done.returncode, 0, f"{words}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout.strip() else None


def sanitized():
    with open(TAILOR, "rb") as f:
        return b"__asan_init" in f.read()


def preload(kind, nth, number, how, under=None):
    if sanitized():
        raise Skip("the sanitizer's library has to be the first one loaded")
    if os.path.exists(at["log"]):
        os.remove(at["log"])
    return {"LD_PRELOAD": FAULTS, "TAILOR_FAULT_LOG": at["log"],
            "TAILOR_FAULT_UNDER": under or at["dir"],
            "TAILOR_FAULT": f"{kind}:{nth}:{number}:{how}"}


def struck():
    """What the fault met, or None where there was no N-th call."""
    try:
        with open(at["log"]) as f:
            return f.readline().strip()
    except FileNotFoundError:
        return None


# --- what must hold -----------------------------------------------------------

def counts():
    """Edits, drafts and audit records; the store is whole, nothing is half."""
    c = sqlite3.connect(at["store"])
    try:
        equal(c.execute("PRAGMA quick_check").fetchone()[0], "ok")
        one = lambda sql: c.execute(sql).fetchone()[0]  # noqa: E731
        edits = one("SELECT count(*) FROM draft_edit")
        equal(edits, one("SELECT count(*) FROM audit WHERE action IN "
                         "('draft.edit','draft.undo','draft.redo')"),
              "one record an edit")
        return edits, one("SELECT count(*) FROM version"), \
            one("SELECT count(*) FROM audit"), \
            one("SELECT count(*) FROM outbox")
    finally:
        c.close()


def whole():
    good("store", "check")
    equal(good("audit", "verify")["good"], True)


def answered(words, done):
    """DONE ended in order: one sentence, one answer, no half of one."""
    assert done.returncode >= 0, (words, "signal", done.returncode)
    assert 0 <= done.returncode <= 8, (words, done.returncode, done.stderr)
    if done.returncode:
        assert done.stderr.strip(), (words, "no sentence", done.returncode)
        assert len(done.stderr) < 2000, (words, done.stderr)
    if done.stdout:
        json.loads(done.stdout)
    elif not done.returncode and words[0] != "store":
        raise AssertionError((words, "done without an answer"))


fresh = [0]


CHANGING = SET, UNDO, ADD, NEW, BACKUP = range(5)


def changing(i):
    """A command that changes something, another one each time. It finds what
    it needs: each undo has an edit of its own, made here without a fault, so
    that no trial depends on how many before it succeeded."""
    fresh[0] += 1
    n = fresh[0]
    d = at["draft"]
    edit = ("block", "set", d, BLOCK, f"formula==2+{n}")
    if i == UNDO:
        good(*edit)
    return [edit, ("draft", "undo", d),
            ("block", "add", d, "math", "--name", f"More {n}", "--set",
             "formula==2"),
            ("draft", "new", "sale", "--new"),
            ("store", "backup", os.path.join(at["dir"], f"backup-{n}"))][i]


READING = [("draft", "show"), ("version", "list", "sale"), ("audit", "list"),
           ("audit", "verify"), ("integration", "export", "orders"),
           ("formula", "eval", "=CONCAT(\"a\", 1+2)"), ("draft", "list")]


def reading():
    return [w + (at["draft"],) if w == ("draft", "show") else w
            for w in READING]


# --- memory -------------------------------------------------------------------

def own_memory(words, nth):
    return run(*words, env={"TAILOR_TORTURE_ALLOC": str(nth)})


def last_allocation(make):
    """About how many allocations the command makes: a power of two above."""
    n = 1
    while own_memory(make(), n).returncode == 1 and n < 1 << 22:
        n *= 2
    return n


def some(limit, count):
    """The first few, and a seeded sample of the rest, one from each stratum."""
    dense = list(range(1, min(limit, count // 3) + 1))
    rest = max(limit - len(dense), 0)
    strata = max(count - len(dense), 1)
    return dense + [len(dense) + 1 + random.randrange(rest * i // strata,
                                                      rest * (i + 1) // strata)
                    for i in range(strata)
                    if rest * (i + 1) // strata > rest * i // strata]


@test
def own_memory_fails_and_nothing_is_half():
    tried = failed = 0
    for i in CHANGING:
        make = lambda: changing(i)  # noqa: E731
        for nth in some(last_allocation(make), STEPS * 2):
            words = make()
            before = counts()
            done = own_memory(words, nth)
            after = counts()
            answered(words, done)
            tried += 1
            if done.returncode == 0:
                assert after > before or words[0] == "store", words
                continue
            failed += 1
            equal(done.returncode, 1, words)
            equal(done.stderr, OUT_OF_MEMORY, words)
            equal(done.stdout, "", f"{words}: half an answer")
            assert after[2] - before[2] <= 1, (words, before, after)
    for words in reading():
        for nth in some(last_allocation(lambda: words), STEPS):
            done = own_memory(words, nth)
            answered(words, done)
            tried += 1
            failed += done.returncode == 1
            if done.returncode:
                equal((done.returncode, done.stderr, done.stdout),
                      (1, OUT_OF_MEMORY, ""), words)
    whole()
    print(f"# {tried} commands, {failed} without memory")


@test
def memory_of_the_libraries_fails():
    tried = failed = 0
    for i in CHANGING:
        for nth in some(1500, STEPS):
            words = changing(i)
            before = counts()
            done = run(*words, env=preload("alloc", nth, 12, "once"))
            tried += 1
            failed += done.returncode != 0
            answered(words, done)
            after = counts()
            assert after[2] - before[2] <= 1, (words, before, after)
            if done.returncode == 0 and words[0] != "store":
                equal(after[2], before[2] + 1, f"{words}: acknowledged")
    whole()
    print(f"# {tried} commands, {failed} refused for lack of memory")


# --- system calls -------------------------------------------------------------

def faults():
    for kind, errors in (("write", ("EIO", "ENOSPC", "EINTR")),
                         ("sync", ("EIO", "ENOSPC", "EINTR")),
                         ("open", ("EMFILE", "EIO")), ("unlink", ("EIO",)),
                         ("truncate", ("EIO",)), ("rename", ("EIO",))):
        for error in errors:
            for how in ("once", "on", "after"):
                # Who always says EINTR is asked for ever.
                if how == "on" and error == "EINTR":
                    continue
                if how != "after" or kind in ("sync", "unlink", "rename"):
                    yield kind, error, how


def strike(words, kind, nth, error, how):
    """One command under one fault; False where the fault met nothing. A commit
    that an error hid is told as what it is."""
    before = counts()
    done = run(*words, env=preload(kind, nth, ERRNO[error], how))
    met = struck()
    answered(words, done)
    after = counts()
    changed = after[2] - before[2]
    where = (words, kind, nth, error, how, met, done.stderr)
    if words[0] != "store":
        if done.returncode == 0:
            equal(changed, 1, f"{where}: acknowledged")
            if met and how == "after":
                at["hidden"] = at.get("hidden", 0) + 1
        elif done.returncode == 7:
            at["unknown"] = at.get("unknown", 0) + 1
            assert changed in (0, 1), where
        else:
            equal(changed, 0, f"{where}: refused")
    elif done.returncode and kind != "unlink":
        assert not os.path.exists(words[2]), (where, "half a copy")
    return met is not None


@test
def system_calls_fail_and_the_answer_is_true():
    tried = 0
    for kind, error, how in faults():
        for i in (SET, UNDO, NEW, BACKUP):
            nth = 1
            while strike(changing(i), kind, nth, error, how):
                tried += 1
                nth += 1 if nth < 5 else random.randrange(2, 20)
    whole()
    assert at.get("hidden", 0) > 0, "no commit was hidden by an error"
    print(f"# {tried} faults, {at['hidden']} commits happened behind an error "
          f"and were told so, {at.get('unknown', 0)} were called unknown")


@test
def reads_fail_and_the_store_is_not_called_damaged():
    """Sabotage: is_good_after_all in src/store/db_error.c."""
    tried = 0
    for make in [lambda w=w: w for w in reading()[:3]] + [
            lambda i=i: changing(i) for i in (SET, NEW)]:
        for nth in some(40, STEPS // 2):
            words = make()
            before = counts()
            done = run(*words, env=preload("read", nth, ERRNO["EIO"], "once"))
            met = struck()
            answered(words, done)
            changed = counts()[2] - before[2]
            where = (words, nth, met, done.returncode, done.stderr)
            assert "restore a backup" not in done.stderr, where
            assert done.returncode in (0, 1, 7), where
            if words in reading() or done.returncode == 1:
                equal(changed, 0, f"{where}: refused")
            elif done.returncode == 0:
                equal(changed, 1, f"{where}: acknowledged")
            tried += met is not None
    whole()
    assert tried >= 5 * (STEPS // 6), tried
    print(f"# {tried} reads failed")


@test
def an_answer_that_cannot_be_written_is_a_failure():
    change = changing(SET)
    for words in reading() + [change]:
        with open("/dev/full", "w") as full:
            done = subprocess.run([TAILOR, "--store", at["store"], "--json",
                                   *words], stdout=full, text=True,
                                  stderr=subprocess.PIPE)
        saved = words == change
        equal(done.returncode, 7 if saved else 1, (words, done.stderr))
        equal("the change is saved" in done.stderr, saved, done.stderr)
        assert "standard output" in done.stderr, (words, done.stderr)


# --- the console ----------------------------------------------------------------

def console(nth):
    """The console with no memory for the N-th: exit status (None: it went
    on), what it wrote, and whether the terminal is as it was."""
    fd, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    child = subprocess.Popen(
        [TAILOR, "--store", at["store"], "--fresh"], stdin=slave, stdout=slave,
        stderr=slave, start_new_session=True,
        env={"TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
             "TAILOR_TORTURE_ALLOC": str(nth)})
    out, status, keys = b"", None, [b"j", b"\r", b"?", b"\x1b"]
    while status is None:
        if select.select([fd], [], [], 0.15)[0]:
            out += os.read(fd, 65536)
            continue
        status = child.poll()
        if status is None and not keys:
            break
        if status is None:
            os.write(fd, keys.pop(0))
    child.kill()
    child.wait()
    after = termios.tcgetattr(slave)
    os.close(slave)
    os.close(fd)
    return status, out, before == after


@test
def memory_of_the_console_fails_and_the_terminal_is_restored():
    failed = drawn = 0
    for nth in some(1000, STEPS):
        status, out, restored = console(nth)
        if status is None:
            continue
        failed += 1
        equal(status, 1, (nth, out[-300:]))
        assert b"out of memory" in out, (nth, out[-300:])
        assert restored, (nth, "terminal settings")
        if b"\x1b[?1049h" in out:
            drawn += 1
            tail = out[out.rindex(b"\x1b[?1049h"):]
            assert b"\x1b[?1049l" in tail, (nth, "still the other screen")
            assert tail.index(b"\x1b[?1049l") < tail.index(b"out of memory")
    assert failed and drawn, (failed, drawn)
    whole()
    print(f"# {failed} consoles without memory, {drawn} of them had drawn")


# --- tailord ------------------------------------------------------------------

def runtime():
    if "runtime" not in at:
        at["runtime"] = Small()
        equal(at["runtime"].event(10)[0], 200)
    return at["runtime"]


def trial(w, env, accepted):
    """Starts tailord with ENV, sends an event; tells whether it failed."""
    w.stop(signal.SIGKILL)
    w.daemon = subprocess.Popen(
        [TAILORD, "--config", w.config, "--state", w.state, "--listen",
         f"127.0.0.1:{w.port}"], stdout=subprocess.PIPE,
        stderr=open(w.path("tortured.err"), "w"), text=True,
        env={**os.environ, **env})
    line = w.daemon.stdout.readline()
    status = 0
    if line:
        status, answer = w.event(200)
        if status == 200:
            accepted.extend(answer["executionIds"])
    w.daemon.stdout.close()
    failed = status != 200
    if line and failed and env.get("TAILOR_FAULT", "").endswith(":once"):
        # The fault is over: it has to go on, or to have ended.
        status, answer = w.event(200)
        try:
            ended = status == 200 or w.daemon.wait(20)
        except subprocess.TimeoutExpired:
            ended = False
        with open(w.path("tortured.err")) as f:
            assert ended, (env, status, answer, f.read()[-1500:])
        if status == 200:
            accepted.extend(answer["executionIds"])
    if status != 200 and (not line or not env.get("TAILOR_FAULT")):
        w.daemon.wait(20)
    ended = w.daemon.poll()  # first: one that ends now has not said all yet
    with open(w.path("tortured.err")) as f:
        said = f.read()
    # 7: the last commit may or may not be on a disk that cannot be read.
    assert ended in (None, 0, 1, 7), (env, ended, said[-2000:])
    if ended:
        assert "tailord: " in said or OUT_OF_MEMORY.strip() in said, said
    return ended is not None or failed


def survivors(w, accepted):
    """A tailord without faults has all that was accepted, and does it."""
    w.stop(signal.SIGKILL)
    w.start()
    wait_until(lambda: (r := w.executions()) and all(
        r.get(i) == "done" for i in accepted), "all accepted runs")
    check = subprocess.run([TAILORD, "--state", w.state, "check"],
                           capture_output=True, text=True)
    equal(check.returncode, 0, check.stdout + check.stderr)


@test
def memory_of_tailord_fails():
    w, accepted, failed = runtime(), [], 0
    steps = some(400, STEPS * 2)
    for nth in steps:
        failed += trial(w, {"TAILOR_TORTURE_ALLOC": str(nth)}, accepted)
    survivors(w, accepted)
    assert failed >= STEPS // 3, failed
    print(f"# {len(steps)} starts, {failed} without memory, "
          f"{len(accepted)} events accepted, none lost")


@test
def system_calls_of_tailord_fail():
    w, accepted, failed, tried = runtime(), [], 0, 0
    for kind in ("write", "sync", "open"):
        for error in ("EIO", "ENOSPC"):
            for how in ("once", "on"):
                for nth in some(12, STEPS // 3):
                    failed += trial(w, preload(kind, nth, ERRNO[error], how,
                                               w.state), accepted)
                    tried += 1
    survivors(w, accepted)
    print(f"# {tried} starts, {failed} failed, {len(accepted)} events "
          "accepted, none lost")


if __name__ == "__main__":
    main(setup, cleanup)
