#!/usr/bin/env python3
"""One id with two contents, as where two stores go on with one draft after a
restore: the id is that of what the runtime has, the other goes on under an id
of its own, and nothing is replaced unseen."""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import equal, main, test  # noqa: E402
from restored import agrees, base_draft, close_world, \
    copy_of_files, formula, newest_base_there, next_number, open_world, \
    put_back, released, rows, workflow, world  # noqa: E402
from small import BLOCK, I, W  # noqa: E402


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


def own_versions(text):
    return [v for v in world.json("version", "list", W, "--installation",
                                  I)["data"] if text in formula(v["versionId"])]


def lost_and_released_again(name, between=lambda: None):
    """A second console has released a draft; the runtime is put back to before
    that, BETWEEN is done, and the first console releases the draft with another
    content. Returns, in the second console, the id that both have, and what
    each content adds."""
    number = next_number()
    lost, runs = f"+{number}01", f"+{number}02"
    first = world.store
    world.end_followers()
    world.sync()
    d = world.draft(number)
    second = world.path(name)
    shutil.copy(first, second)
    files = copy_of_files()
    world.store = second
    world.tailor("block", "set", d, BLOCK, "formula==1" + lost)
    world.release(d, "--wait")
    world.end_followers()
    world.sync()
    put_back(files)
    between()
    world.end_followers()
    world.store = first
    world.sync()
    world.tailor("block", "set", d, BLOCK, "formula==1" + runs)
    world.release(d, "--wait")
    world.end_followers()
    world.store = second
    return d, lost, runs


def what_runs_is_here(d, lost_text, runs):
    """The content that runs is shown under the id that it has there; what was
    lost has an id of its own, and can go live again."""
    equal((workflow()["liveVersionId"], rows()["ada"]["status"]), (d, "ok"),
          "what runs")
    assert runs in formula(d), formula(d)
    lost, = own_versions(lost_text)
    assert lost["versionId"] != d, lost
    records = world.json("audit", "list", "--action", "renumber")["data"]
    assert lost["versionId"] in [r["subjectId"] for r in records], records
    world.tailor("store", "check")
    world.tailor("audit", "verify")
    plan = world.tailor("--yes", "rollback", I, W, "--to", lost["version"],
                        "--dry-run")
    assert runs + " -> =1" + lost_text in plan.out, plan.out
    world.tailor("--yes", "rollback", I, W, "--to", lost["version"], "--wait")
    world.end_followers()
    world.sync()
    agrees()
    world.tailor("store", "check")


@test
def a_lost_release_is_not_what_has_its_id():
    """Sabotage: set_expected() (src/manager/release/queue.c), is_content() of
    the live version (src/runtime/decide/version.c), OWN_LOST
    (src/store/console_sql.h), tell_lost() (src/manager/exchange/import.c)."""
    first = world.store
    d, lost, runs = lost_and_released_again("fifth")
    try:
        e = world.json("draft", "fork", I, W, "--new", "--from",
                       d)["versionId"]
        world.tailor("block", "set", e, BLOCK, "formula==1+4803")
        stale = world.release(e, "--wait", expect=5)
        assert "with other content than was expected" in stale.err, stale.err
        equal(world.live(), d, "nothing was replaced unseen")
        world.end_followers()
        world.sync()
        notice = world.runtime()["notice"]
        assert "1 live version differs" in notice, notice
        what_runs_is_here(d, lost, runs)
    finally:
        world.end_followers()
        world.store = first
    world.sync()


@test
def a_lost_release_that_was_accepted_is_not_what_has_its_id():
    """The second console has seen the restore, and knows the version as lost.
    Sabotage: the hash in name_version_of()
    (src/manager/exchange/copy_move.c)."""
    first = world.store

    def accept():
        world.sync()
        world.tailor("--yes", "runtime", "accept-restore", "rt", "--wait",
                     expect=None)

    d, lost, runs = lost_and_released_again("sixth", accept)
    try:
        world.sync()
        what_runs_is_here(d, lost, runs)
    finally:
        world.end_followers()
        world.store = first
    world.sync()


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


if __name__ == "__main__":
    main(open_world, close_world)
