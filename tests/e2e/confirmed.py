#!/usr/bin/env python3
"""What a person confirms at a question is what is done: while the question is
open another session changes what it is about. What was shown is then done, or
it is refused; never is something done that was not shown."""
import os
import pty
import re
import select
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, equal, main, test  # noqa: E402
from small import BLOCK, I, Small, W  # noqa: E402

S = {}
PATIENCE = float(os.environ.get("TEST_PATIENCE", 1))


def read_until(fd, said, done):
    """Reads FD, adding to SAID, until DONE(said) or its end."""
    end = time.monotonic() + 30 * PATIENCE
    while not done(said) and time.monotonic() < end:
        if not select.select([fd], [], [], 0.2)[0]:
            continue
        try:
            piece = os.read(fd, 65536)
        except OSError:
            piece = b""
        if not piece:
            break
        said += piece.decode("utf-8", "replace")
    return said


def confirmed(*words, meanwhile, phrase):
    """Runs tailor WORDS at a terminal; once it asks MEANWHILE() happens, then
    PHRASE is typed. Returns its exit code, the question and what it said
    after the answer."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(TAILOR, [TAILOR, "--store", S["w"].store, *words])
    asked = read_until(fd, "", lambda said: "to confirm: " in said)
    assert "to confirm: " in asked, asked
    meanwhile()
    os.write(fd, phrase.encode() + b"\n")
    said = read_until(fd, "", lambda said: False)
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), asked, said


def refused(*words, meanwhile, phrase, why="changed since it was shown"):
    """Likewise, and nothing is done. Returns the question and the refusal."""
    code, asked, said = confirmed(*words, meanwhile=meanwhile, phrase=phrase)
    equal(code, 5, said)
    assert why in said, said
    return asked, said


def new_base(number):
    world = S["w"]
    draft = world.json("draft", "new", W, "--new")["versionId"]
    world.tailor("block", "set", draft, BLOCK, f"formula==1+{number}")
    world.release(draft, "--wait")
    return draft


def live(name="ada"):
    for one in S["w"].call("GET", "/manage/v1/state")["data"]:
        if one["username"] == name:
            return one["workflows"][0]["liveVersionId"]
    return None


# Sabotage: options->asked in confirm_upgrade().
@test
def an_upgrade_of_many_is_of_the_version_and_installations_shown():
    world = S["w"]
    world.install("bob")
    world.sync()
    new_base(2)
    before = live("ada"), live("bob")
    asked, said = refused("upgrade", W, "--wait", phrase="upgrade",
                          meanwhile=lambda: new_base(3))
    assert "Upgrade 2 installations to v2" in asked, asked
    assert "it was to v2, now it is to v3" in said, said
    equal((live("ada"), live("bob")), before)
    asked, said = refused(
        "upgrade", W, "--wait", phrase="upgrade",
        meanwhile=lambda: world.tailor("upgrade", "bob/orders", W, "--wait"))
    assert "bob" in said and "not to be upgraded any more" in said, said
    equal(live("ada"), before[0])
    code, _, said = confirmed("upgrade", W, "--wait", phrase="upgrade",
                              meanwhile=lambda: None)
    equal((code, live("ada")), (0, live("bob")), said)


# Sabotage: options->asked in ask_change().
@test
def a_rollback_names_both_versions_and_brings_nothing_back():
    world = S["w"]
    good = world.draft(4)
    world.release(good, "--wait")
    bad = world.draft(13)
    world.release(bad, "--wait")
    back = ("rollback", I, W, "--wait")
    asked, said = refused(
        *back, phrase=I, meanwhile=lambda: world.tailor("--yes", *back),
        why="")
    assert re.search(r"back to v\d+\.1 in place of v\d+\.2 by ", asked), asked
    assert "--to" in said or "changed since it was shown" in said, said
    now = live()
    assert now not in (good, bad), now
    equal(world.json("version", "diff", good, now)["data"], [])
    again = world.tailor("--yes", *back, expect=5)
    assert "--to" in again.err and "gone back from already" in again.err, again
    equal(live(), now)
    world.release(world.draft(14), "--wait")
    now = live()
    _, said = refused(
        "rollback", I, W, "--to", "base", "--wait", phrase=I,
        meanwhile=lambda: world.release(world.draft(15), "--wait"))
    assert "the live version was" in said and live() != now, said


def start():
    S["w"] = Small()


def stop():
    S["w"].end_followers()
    S["w"].close()


if __name__ == "__main__":
    main(start, stop)
