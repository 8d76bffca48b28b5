#!/usr/bin/env python3
"""Taking a version further on the command line: the example of the user guide,
word by word, and a version of one customer for another."""
import os
import re
import shlex
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import equal, main, test  # noqa: E402
from small_store import BLOCK, SmallStore  # noqa: E402

S = {}
WORKFLOW = "order-to-cash"
GUIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                     "../../doc/user-guide.md")


def start():
    store = S["store"] = SmallStore(20)
    plain = [r["installationId"] for r in store.rows("installation", "list")
             if r["own"] == 0]
    # the first one has a draft already
    S["acme"], S["globex"], S["initech"] = plain[1:4]
    draft = store.tailor("--json", "draft", "fork", S["acme"], WORKFLOW,
                         "--new").json["versionId"]
    store.tailor("block", "add", draft, "math", "--name", "Tax", "--before",
                 BLOCK, "--set", "formula==ROUND(total * 0.05, 2)")
    store.tailor("mapping", "set", draft, BLOCK, "taxTotal", "Tax!result")
    store.tailor("mapping", "set", draft, BLOCK, "memo", "custom.memo")
    store.tailor("block", "set", draft, "Tax", "note=agreed with Ada of Acme")
    store.tailor("--yes", "release", draft, "--note", "tax")
    S["before"] = store.rows("installation", "list", "--behind")
    base = store.tailor("--json", "draft", "new", WORKFLOW).json["versionId"]
    store.tailor("mapping", "set", base, BLOCK, "memo", "orderNumber")
    store.tailor("mapping", "set", base, BLOCK, "location", "warehouse")
    store.tailor("--yes", "release", base, "--note", "memo")


def stop():
    if "store" in S:
        S["store"].end_follower()
        S["store"].close()


def example():
    """(command, what the guide says that it prints) of the chapter."""
    with open(GUIDE, encoding="utf-8") as f:
        chapter = f.read().split("## Taking a version further\n")[1]
    block = re.search(r"```\n(\$ .*?)```", chapter, re.S).group(1)
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield shlex.split(command), output


def words(line):
    return re.split(r"\s{2,}", line.strip())


# Sabotage: carry_own() in make() of src/manager/draft/fork.c.
@test
def the_example_of_the_guide_runs():
    store, ran = S["store"], 0
    names = {"acme/netsuite-order-to-cash": S["acme"]}
    for command, output in example():
        done = store.tailor(*[names.get(w, w) for w in command[1:]])
        said = done.out + done.err
        if "--new" in command:
            names["D"] = re.search(r"versionId\s+(\S+)", said).group(1)
        got = [words(line) for line in said.splitlines()]
        for line in output.splitlines():
            wanted = [names.get(w, w) for w in words(line)]
            assert wanted in got or line.strip() == "…", (line, said)
        ran += 1
    assert ran >= 5, ran
    store.tailor("draft", "ready", names["D"])


def release_says_what_changes(draft):
    """The draft is compared with v1, which is live as nobody answers for the
    runtime, and with v2, its base."""
    said = S["store"].tailor("release", draft, "--dry-run")
    lines = [words(line) for line in (said.out + said.err).splitlines()]
    for wanted in (["base", "v2 instead of v1"],
                   ["changes", "compared with v1 (live):"],
                   ["from base", BLOCK + " > location: + warehouse"],
                   ["own", "added math block Tax"],
                   ["own edits", "compared with v2 (base):"],
                   [BLOCK + " > memo: orderNumber -> custom.memo"]):
        assert wanted in lines, (wanted, lines)
    item = S["store"].tailor("--json", "release", draft, "--dry-run").json
    item = item["data"][0]
    equal((item["baseFrom"], item["baseTo"]), ("v1", "v2"))
    equal(item["baseChanges"], [BLOCK + " > location: + warehouse"])
    equal(sorted(item["baseChanges"] + item["ownChanges"]),
          sorted(item["changes"]))


# Sabotage: check_asked() in src/manager/draft/fork.c.
@test
def what_is_made_is_what_was_shown():
    store = S["store"]
    fork = ["draft", "fork", S["acme"], WORKFLOW, "--from", "v2", "--carry",
            "v1.1"]
    before = len(store.rows("audit", "list"))
    plan = store.tailor("--json", *fork, "--dry-run").json
    equal(len(store.rows("audit", "list")), before)
    equal(plan["states"], {"clean": 2, "same": 0, "conflict": 1, "gone": 0})
    store.tailor(*fork, "--new", "--plan", "0" * 64, expect=5)
    made = store.tailor("--json", *fork, "--new", "--plan",
                        plan["hash"]).json
    equal(made["plan"]["hash"], plan["hash"])
    equal(made["plan"]["edits"], plan["data"])
    last = store.rows("audit", "list", "--action", "draft.fork")[0]["after"]
    equal((last["conflict"], last["clean"]), (1, 2))
    undecided = store.rows("version", "diff", made["versionId"])
    equal([c["text"] for c in undecided if c["subject"] != "conflict"],
          ["added math block Tax", BLOCK + " > taxTotal: blank -> Tax!result"])
    listed = store.rows("draft", "conflicts", made["versionId"])
    equal([(c["place"], c["own"], c["newBase"]) for c in listed],
          [(BLOCK + " > memo", "custom.memo", "orderNumber")])
    store.tailor("draft", "ready", made["versionId"], expect=6)
    store.tailor("draft", "resolve", made["versionId"], "1", expect=2)
    store.tailor("draft", "resolve", made["versionId"], "2", "--own", expect=4)
    store.tailor("draft", "resolve", made["versionId"], "all", "--own")
    equal(store.rows("draft", "conflicts", made["versionId"]), [])
    release_says_what_changes(made["versionId"])
    store.tailor("draft", "undo", made["versionId"])
    equal(len(store.rows("draft", "conflicts", made["versionId"])), 1)
    store.tailor("--yes", "draft", "discard", made["versionId"])


# Sabotage: cli_say() in print_made() of src/cli/command/fork.c.
@test
def the_last_line_names_the_draft():
    store = S["store"]
    said = store.tailor("draft", "fork", S["acme"], WORKFLOW, "--new").out
    word, draft = said.splitlines()[-1].split()
    equal(word, "draft:")
    equal(store.rows("draft", "conflicts", draft), [])
    store.tailor("--yes", "draft", "discard", draft)


@test
def usage_says_what_goes_together():
    fork = ["draft", "fork", S["acme"], WORKFLOW]
    for more in (["--carry", "v1.1"],
                 ["--from", "v2", "--carry", "v1.1", "--resume"]):
        S["store"].tailor(*fork, *more, expect=2)


# Sabotage: document_bare() in src/manager/draft/fork_other.c.
@test
def another_customer_gets_a_version_without_what_is_not_theirs():
    store = S["store"]
    of_acme = store.tailor("--json", "version", "list", WORKFLOW,
                           "--installation", S["acme"]).json["data"]
    own = [v for v in of_acme if v.get("installationId")][0]["versionId"]
    fork = ["draft", "fork", S["globex"], WORKFLOW, "--from", own]
    said = store.tailor(*fork, "--dry-run")
    assert "left out: Tax > note" in said.out + said.err, said.err
    assert "Tax > formula has the number 0.05" in said.out + said.err, said.err
    store.tailor(*fork, "--new", expect=3)
    made = store.tailor("--yes", "--json", *fork, "--new").json
    equal(made["plan"]["leftOut"], ["Tax > note"])
    text = store.tailor("version", "show", made["versionId"], "--document").out
    assert "agreed with" not in text and "Tax!result" in text, text
    equal(made["installationId"], S["globex"])


# Sabotage: cli_warn() in make() of src/cli/command/fork.c.
@test
def constants_of_another_customer_come_only_where_a_person_says_so():
    store = S["store"]
    draft = store.tailor("--json", "draft", "fork", S["initech"], WORKFLOW,
                         "--new").json["versionId"]
    store.tailor("mapping", "set", draft, BLOCK, "memo", '"CANARY"')
    store.tailor("mapping", "set", draft, BLOCK, "channel",
                 '=IF(total > 5, "big", "small")')
    store.tailor("--yes", "release", draft, "--note", "constants")
    fork = ["draft", "fork", S["globex"], WORKFLOW, "--from", draft]
    place = f"{BLOCK} > mapping[memo]"
    said = store.tailor(*fork, "--dry-run")
    assert f"left out: {place}\n" in said.out + said.err, said.out
    assert "CANARY" not in said.out + said.err, said.out
    assert 'has the text "big", "small"' in said.out + said.err, said.out
    for quiet in ([], ["--json"], ["--quiet"]):
        refused = store.tailor(*quiet, *fork, "--new", expect=3)
        assert 'has the text "big", "small"' in refused.err, refused.err
        assert "Take along what is listed" in refused.err, refused.err
    made = store.tailor("--yes", "--json", *fork, "--new").json
    assert place in made["plan"]["leftOut"], made["plan"]
    text = store.tailor("version", "show", made["versionId"], "--document").out
    assert "CANARY" not in text and "small" in text, text
    more = [*fork, "--constant", place]
    store.tailor(*more, "--constant", "nowhere", "--dry-run", expect=6)
    plan = store.tailor("--json", *more, "--dry-run").json
    assert f"constant {place}" in plan["comesAlong"], plan
    store.tailor(*fork, "--new", "--plan", plan["hash"], expect=5)
    made = store.tailor("--json", *more, "--new", "--plan", plan["hash"]).json
    text = store.tailor("version", "show", made["versionId"], "--document").out
    assert "CANARY" in text, text
    last = store.rows("audit", "list", "--action", "draft.fork")[0]["after"]
    equal(last["constants"], 1)
    assert "CANARY" not in str(last), last


# Sabotage: foreign_in() in leave_out() of src/cli/command/mapping.c.
@test
def copied_rows_bring_no_constants_of_another_customer():
    store = S["store"]
    source = store.tailor("--json", "draft", "fork", S["initech"], WORKFLOW,
                          "--new").json["versionId"]
    store.tailor("mapping", "set", source, BLOCK, "memo", '"CANARY"')
    store.tailor("mapping", "set", source, BLOCK, "channel",
                 '=IF(total > 5, "CANARY", "small")')
    store.tailor("mapping", "set", source, BLOCK, "location", "custom.place")
    store.tailor("block", "set", source, BLOCK, "note=no row has this")
    own = store.tailor("--json", "draft", "fork", S["initech"], WORKFLOW,
                       "--new").json["versionId"]
    theirs = [store.tailor("--json", "draft", "fork", S["globex"], WORKFLOW,
                           "--new").json["versionId"],
              store.tailor("--json", "draft", "new", WORKFLOW,
                           "--new").json["versionId"]]
    for draft in theirs:
        said = store.tailor("--json", "mapping", "copy", source, BLOCK, draft,
                            BLOCK)
        equal(said.json["leftOut"], [f"{BLOCK} > mapping[memo]",
                                     f"{BLOCK} > mapping[channel]"])
        assert "left out of " in said.err, said.err
        assert "blank in the draft now" in said.err, said.err
        assert "places left out of" not in said.err, said.err
        text = store.tailor("version", "show", draft, "--document").out
        assert "CANARY" not in text and "custom.place" in text, text
    said = store.tailor("--json", "mapping", "copy", source, BLOCK, own, BLOCK)
    assert "leftOut" not in said.json and not said.err, said
    text = store.tailor("version", "show", own, "--document").out
    assert "CANARY" in text, text
    wide = [f"custbody_{n}" for n in range(5)]
    for target in wide:
        store.tailor("mapping", "set", source, BLOCK, target, '"CANARY"')
    said = store.tailor("mapping", "copy", source, BLOCK, theirs[0], BLOCK)
    assert "7 places left out of " in said.err, said.err
    for target in ["memo", "channel", *wide]:
        assert f"  {BLOCK} > mapping[{target}]\n" in said.err, said.err
    assert "more" not in said.err, said.err
    for draft in [source, own, *theirs]:
        store.tailor("--yes", "draft", "discard", draft)


# Sabotage: ed.source in cmd_mapping_copy() of src/cli/command/mapping.c.
@test
def who_wrote_copied_rows_does_not_release_the_copy():
    store = S["store"]
    drafts = [store.tailor("--json", "draft", "fork", S[whose], WORKFLOW,
                           "--new").json["versionId"]
              for whose in ("initech", "initech", "globex")]
    source = drafts[0]
    store.tailor("mapping", "set", source, BLOCK, "location", "custom.place")
    for draft in drafts:
        store.tailor("mapping", "copy", source, BLOCK, draft, BLOCK)
        edits = store.rows("audit", "list", "--action", "draft.edit")
        copies = [r["after"]["copiedFrom"] for r in edits
                  if r["subjectId"] == draft and "copiedFrom" in r["after"]]
        equal(copies, [] if draft == source else [source])
    for draft in drafts:
        store.tailor("--yes", "draft", "discard", draft)


# Sabotage: .behind in read_filter() of src/cli/command/installation.c.
@test
def who_runs_an_old_base_is_listed():
    store = S["store"]
    equal(S["before"], [])
    everybody = store.rows("installation", "list")
    behind = [r["installationId"] for r in everybody if r["behind"]]
    equal(len(behind), 20)  # base 2 is only queued
    seen, after = [], []
    while True:
        page = store.tailor("--json", "installation", "list", "--behind",
                            "--limit", "7", *after).json
        assert len(page["data"]) <= 7, len(page["data"])
        seen += [r["installationId"] for r in page["data"]]
        if not page["next"]:
            break
        after = ["--after", page["next"]]
    equal(seen, behind)
    equal(store.rows("installation", "list", "--behind", "--filter",
                     "nobody-has-this"), [])


# What is gone cannot be taken: it stays, with its number and its reason, and
# the rest is resolved. Sabotage: can_be_left() in resolve_each() of
# src/cli/command/fork.c.
@test
def all_resolves_what_can_be_and_says_what_is_left():
    store = S["store"]
    own = store.tailor("--json", "draft", "fork", S["globex"], WORKFLOW,
                       "--new").json["versionId"]
    base = store.tailor("--json", "draft", "new", WORKFLOW,
                        "--new").json["versionId"]
    store.tailor("mapping", "set", own, BLOCK, "memo", "custom.memo")
    store.tailor("block", "rename", own, "New order", "Order of Globex")
    store.tailor("--yes", "release", own, "--note", "names")
    store.tailor("block", "remove", base, BLOCK)
    store.tailor("block", "rename", base, "New order", "Any order")
    store.tailor("block", "add", base, "math", "--name", "Sum", "--set",
                 "formula==1")
    store.tailor("--yes", "release", base, "--note", "less")
    draft = store.tailor("--json", "draft", "fork", S["globex"], WORKFLOW,
                         "--from", "v3", "--carry", own,
                         "--new").json["versionId"]
    states = [c["state"] for c in store.rows("draft", "conflicts", draft)]
    equal(sorted(states), ["conflict", "gone"])
    said = store.tailor("--json", "draft", "resolve", draft, "all", "--own",
                        expect=6)
    equal((said.json["resolved"], said.json["left"]), (1, 1))
    left = said.json["leftConflicts"]
    equal([c["conflict"] for c in left], [1])
    assert "the new base no longer has" in left[0]["reason"], left
    assert "1 conflict is left" in said.err, said.err
    equal([c["state"] for c in store.rows("draft", "conflicts", draft)],
          ["gone"])
    said = store.tailor("draft", "resolve", draft, "all", "--own", expect=6)
    assert f"{BLOCK} > memo: conflict 1: " in said.err, said.err
    said = store.tailor("--json", "draft", "resolve", draft, "all", "--keep")
    equal((said.json["resolved"], said.json["left"]), (1, 0))


main(before=start, after=stop)
