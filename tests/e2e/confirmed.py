#!/usr/bin/env python3
"""What a person confirms at a question is what is done: while the question is
open another session changes what it is about. What was shown is then done, or
it is refused; never is something done that was not shown."""
import os
import secrets
import pty
import re
import select
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, TAILORD, equal, main, test, wait_until  # noqa: E402
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
    # what is typed is the stored name, whatever names it on the line
    stored = [i["customer"] or i["username"]
              for i in world.json("installation", "list")["data"]
              if i["username"] == "ada"][0]
    asked, said = refused(
        *back, phrase=stored, meanwhile=lambda: world.tailor("--yes", *back),
        why="")
    assert f"Type {stored} to confirm" in asked, asked
    assert re.search(r"back to v\d+\.1 in place of v\d+\.2 by ", asked), asked
    assert "--to" in said or "changed since it was shown" in said, said
    now = live()
    assert now not in (good, bad), now
    equal(world.json("version", "diff", good, now)["data"], [])
    again = world.tailor("--yes", *back, expect=5)
    assert "--to" in again.err and "rolled back already" in again.err, again
    equal(live(), now)
    world.release(world.draft(14), "--wait")
    now = live()
    _, said = refused(
        "rollback", I, W, "--to", "base", "--wait", phrase=stored,
        meanwhile=lambda: world.release(world.draft(15), "--wait"))
    assert "the live version was" in said and live() != now, said


def put_back(backup):
    """The runtime is restored from BACKUP, and the console compares it."""
    world = S["w"]
    world.end_followers()
    world.stop()
    subprocess.run([TAILORD, "--state", world.state, "restore", backup],
                   check=True, capture_output=True, text=True, input="y\n")
    world.start()
    world.sync(expect=5)


# Sabotage: check_shown() in src/manager/exchange/runtime.c.
@test
def only_the_restore_whose_notice_was_shown_is_accepted():
    world = S["w"]
    old, new = world.path("old.db"), world.path("new.db")
    for path in (old, new):
        subprocess.run([TAILORD, "--state", world.state, "backup", path],
                       check=True, capture_output=True)
        if path == old:
            world.install("zed")
            world.sync()
    put_back(new)
    accept = ("runtime", "accept-restore", "rt", "--wait")
    asked, _ = refused(*accept, phrase="rt", meanwhile=lambda: put_back(old))
    assert "zed" not in asked, asked
    assert world.call("GET", "/manage/v1/info")["held"], "goes on unseen"
    code, asked, said = confirmed(*accept, phrase="rt",
                                  meanwhile=lambda: None)
    equal(code, 0, said)
    assert "zed" in asked, asked
    world.end_followers()
    world.sync()
    equal((world.runtime()["held"], world.runtime()["notice"]), (False, None))


def kept(noun, *more):
    """Ids of the samples or sheets that are kept."""
    rows = S["w"].json(noun, "list", *more)["data"]
    return [r[noun + "Id"] for r in rows]


def file(name, text):
    path = S["w"].path(name)
    with open(path, "w") as f:
        f.write(text)
    return path


# Sabotage: id in cmd_sample_remove().
@test
def a_sample_that_got_the_label_meanwhile_is_kept():
    world = S["w"]

    def add(number):
        world.tailor("sample", "add", W, file("in.json", f'{{"x":{number}}}'),
                     "--label", "lab")
        return kept("sample", W)[0]

    def replace():
        world.tailor("--yes", "sample", "remove", W, first)
        add(2)

    first = add(1)
    confirmed("sample", "remove", W, "lab", meanwhile=replace, phrase="lab")
    left = kept("sample", W)
    equal((len(left), first in left), (1, False))
    code, _, said = confirmed("sample", "remove", W, "lab", phrase="lab",
                              meanwhile=lambda: None)
    equal((code, kept("sample", W)), (0, []), said)


# Sabotage: id in cmd_sheet_remove().
@test
def a_sheet_that_got_the_name_meanwhile_is_kept():
    world = S["w"]

    def add(text, *more):
        world.tailor("sheet", "add", "SH", file("s.csv", text), *more)
        return kept("sheet")

    first = add("a\n1\n")
    confirmed("sheet", "remove", "SH", phrase="SH",
              meanwhile=lambda: add("a\n2\n", "--replace"))
    left = kept("sheet")
    equal((len(left), left == first), (1, False))


# Sabotage: id in cmd_draft_discard().
@test
def a_draft_that_got_the_name_meanwhile_is_kept():
    world = S["w"]
    draft = world.draft(20)
    other = []

    def release():
        world.release(draft, "--wait")
        other.append(world.draft(21))

    name = f"{I}/{W}"
    code, _, said = confirmed("draft", "discard", name, phrase="discard",
                              meanwhile=release)
    equal(code, 5, said)
    equal((world.version(draft), world.version(other[0])), ("live", "draft"))


# Sabotage: check_shown() in manager_draft_discard().
@test
def a_draft_that_is_edited_meanwhile_is_kept():
    world = S["w"]
    draft = world.draft(22)
    code, _, said = confirmed(
        "draft", "discard", draft, phrase="discard",
        meanwhile=lambda: world.tailor("block", "set", draft, BLOCK,
                                       "formula==1+23"))
    assert "edited since it was shown" in said, said
    equal((code, world.version(draft)), (5, "draft"))
    code, _, said = confirmed("draft", "discard", draft, phrase="discard",
                              meanwhile=lambda: None)
    equal((code, world.version(draft)), (0, "discarded"), said)


# Sabotage: installed_since() in decide_uninstall(), set_seen() in
# manager_installation_uninstall().
@test
def what_is_installed_again_meanwhile_is_kept():
    """An uninstall is delivered late: the customer has uninstalled, and
    installed again under the same id."""
    world = S["w"]
    world.install("late")
    world.sync()
    world.end_followers()
    world.stop()
    world.tailor("--yes", "installation", "uninstall", "late/orders")
    world.end_started_on_demand(wait=True)
    world.start()

    def there():
        return next(i for i in world.call("GET", "/manage/v1/state")["data"]
                    if i["username"] == "late")

    def ask(kind, **item):
        world.call("POST", "/manage/v1/requests", {"requests": [{
            "key": secrets.token_hex(12), "kind": kind, "actor": "test",
            "items": [{"installationId": was["installationId"], **item}]}]})
        return there()["state"]

    was = there()
    equal(ask("uninstall"), "uninstalled")
    equal(ask("install", userId=was["userId"],
              integrationId=was["integrationId"]), "active")
    world.sync(expect=None)
    equal((there()["installationId"], there()["state"]),
          (was["installationId"], "active"))
    world.tailor("--yes", "installation", "uninstall", "late/orders", "--wait")
    equal(there()["state"], "uninstalled")


# Sabotage: r->id in cmd_runtime_remove().
@test
def a_runtime_that_got_the_name_meanwhile_is_kept():
    world = S["w"]

    def add(name):
        world.tailor("runtime", "add", name, "https://localhost:1",
                     "--environment", "development", "--ca",
                     world.state + "/ca.pem", "--token-file",
                     world.state + "/manage.token")

    def replace():
        world.tailor("--yes", "runtime", "remove", "eu")
        add("eu")

    add("eu")
    code, _, said = confirmed("runtime", "remove", "eu", phrase="eu",
                              meanwhile=replace)
    equal(code, 4, said)
    names = [r["name"] for r in world.json("runtime", "list")["data"]]
    equal(names, ["eu", "rt"])
    world.tailor("--yes", "runtime", "remove", "eu")


# Sabotage: check_compared() in src/manager/session/store_file.c.
@test
def a_copy_that_was_replaced_meanwhile_is_not_put_in_place():
    world = S["w"]
    copy = world.path("copy.db")
    world.end_followers()

    def replace():
        world.tailor("access", "add", "mallory", "--role", "admin")
        os.remove(copy)
        world.tailor("store", "backup", copy)
        world.tailor("--yes", "access", "remove", "mallory")

    world.tailor("store", "backup", copy)
    asked, said = refused("store", "restore", copy, phrase="restore",
                          meanwhile=replace)
    assert "mallory" not in asked, asked
    people = world.json("access", "list")["data"]
    assert "mallory" not in [p["name"] for p in people], people
    code, asked, said = confirmed("store", "restore", copy, phrase="restore",
                                  meanwhile=lambda: None)
    equal(code, 0, said)
    assert "mallory" in asked, asked


# Sabotage: look_at_repeated() and is_as_asked() in release_now().
@test
def a_release_that_another_does_meanwhile_is_waited_for():
    world = S["w"]

    def of_other_content(draft):
        world.tailor("block", "set", draft, BLOCK, "formula==1+78")
        world.release(draft)

    draft = world.json("draft", "new", W, "--new")["versionId"]
    world.tailor("block", "set", draft, BLOCK, "formula==1+77")
    code, asked, said = confirmed("release", draft, "--wait", phrase="sale",
                                  meanwhile=lambda: world.release(draft))
    assert "Release base v" in asked, asked
    equal(code, 0, said)
    assert "changed since" not in said and "on its way" not in said, said
    draft = world.json("draft", "new", W, "--new")["versionId"]
    code, _, said = confirmed("release", draft, "--wait", phrase="sale",
                              meanwhile=lambda: of_other_content(draft))
    equal(code, 5, said)


def runs():
    """The runs of ada's workflow that are parked or begin."""
    return [r["state"] for r in S["w"].json(
        "run", "list", "--installation", I)["data"]]


# Sabotage: parked_for in queue() of src/cli/command/run_many.c.
@test
def a_run_that_went_on_meanwhile_is_not_parked_any_more():
    world = S["w"]

    def order():
        world.tailor("installation", "pause", I, "--wait")
        world.tailor("event", "send", I, "order",
                     file("event.json", "{}"), "--wait")
        equal(runs()[0], "parked")

    def resume():
        world.tailor("installation", "resume", I, "--wait")
        wait_until(lambda: runs()[0] == "done", "the run ends")

    for verb in "cancel", "retry":
        order()
        asked, _ = refused("run", verb, "--parked", "paused", "--wait",
                           meanwhile=resume, phrase="1",
                           why="not parked for paused any more")
        assert "1 run parked for paused" in asked, asked
        equal(runs()[0], "done")
    order()
    code, _, said = confirmed("run", "cancel", "--parked", "paused", "--wait",
                              meanwhile=lambda: None, phrase="1")
    equal((code, runs()[0]), (0, "cancelled"), said)
    world.tailor("installation", "resume", I, "--wait")


def remote_id(value):
    """Sets the id of the runtime in the file, as no command does."""
    db = sqlite3.connect(S["w"].store, isolation_level=None)
    old = db.execute("SELECT remote_id FROM runtime "
                     "WHERE name = 'rt'").fetchone()[0]
    db.execute("UPDATE runtime SET remote_id = ? WHERE name = 'rt'", (value,))
    db.close()
    return old


# Sabotage: confirm_environment() in cmd_runtime_set().
@test
def a_runtime_is_set_back_where_a_person_says_so():
    """An earlier tailor let a runtime that was met be set to the other
    environment."""
    world = S["w"]
    world.sync()
    world.end_followers()
    was = remote_id(None)
    world.tailor("runtime", "set", "rt", "--environment", "development")
    remote_id(was)
    said = world.sync(expect=5)
    assert "it says production, this store development" in said.err, said.err
    back = ("runtime", "set", "rt", "--environment", "production")
    code, asked, said = confirmed(*back, meanwhile=lambda: None, phrase="no")
    assert "Set runtime rt back from development to production" in asked, asked
    equal(world.runtime()["environment"], "development", said)
    code, _, said = confirmed(*back, meanwhile=lambda: None, phrase="rt")
    equal((code, world.runtime()["environment"]), (0, "production"), said)
    last = world.json("audit", "list", "--action", "runtime.set")["data"]
    assert any(r["after"]["environment"] == "production" for r in last), last
    world.sync()


# The functions that ask, and how each keeps to what it has shown.
QUESTIONS = {
    "draft.c": {"cmd_draft_discard": "tested here"},
    "fork.c": {"make": "by the hash of the plan, in further.py"},
    "release.c": {"confirm_base": "tested in test-release",
                  "confirm_change": "tested here",
                  "confirm_upgrade": "tested here"},
    "request.c": {"confirm_end": "tested in test-restores",
                  "ask_uninstall": "by the id that was shown"},
    "run_many.c": {"confirm": "tested here"},
    "runtime.c": {"tell_notice_of": "tested here",
                  "confirm_environment": "tested here",
                  "cmd_runtime_remove": "tested here"},
    "sample.c": {"cmd_sample_remove": "tested here"},
    "sheet.c": {"cmd_sheet_remove": "tested here"},
    "store.c": {"cmd_store_restore": "tested here"},
    "user.c": {"confirm_end": "tested in test-restores"},
}


@test
def every_question_is_in_the_table():
    found = {}
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
    commands = os.path.join(top, "src/cli/command")
    for name in os.listdir(commands):
        with open(os.path.join(commands, name), encoding="utf-8") as f:
            text = f.read()
        for asks in re.finditer(r"\bcli_confirm\(", text):
            begun = re.findall(r"^(\w+)\(", text[:asks.start()], re.M)
            if name.endswith(".c"):
                found.setdefault(name, set()).add(begun[-1])
    equal(found, {name: set(asks) for name, asks in QUESTIONS.items()})


def start():
    S["w"] = Small()


def stop():
    S["w"].end_followers()
    S["w"].close()


if __name__ == "__main__":
    main(start, stop)
