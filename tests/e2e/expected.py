#!/usr/bin/env python3
"""Expected results by command line: the guide's commands as they stand there,
a difference, what blocks a release, and what can still be proven.

Takes less than a second.
"""
import json
import os
import re
import shlex
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import equal, main, test
from small_store import BLOCK, SmallStore

GUIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                     "../../doc/user-guide.md")
WORKFLOW, CUSTOMER = "order-to-cash", "enterpriseco/netsuite-order-to-cash"
S = {}


def guide():
    """The commands of the section, without the program."""
    with open(GUIDE, encoding="utf-8") as f:
        section = f.read().split("## Expected results\n")[1].split("\n## ")[0]
    return re.findall(r"^    tailor (.*)$", section, re.M)


def start():
    store = S["store"] = SmallStore(3)
    draft = S["draft"] = store.draft
    store.tailor("block", "add", draft, "math", "--name", "Tax", "--before",
                 BLOCK, "--set", "formula==ROUND(total * 0.05, 2)")
    store.tailor("mapping", "set", draft, BLOCK, "taxTotal", "Tax!result")
    order = store.tailor("sample", "show", WORKFLOW, "SO-10023").json
    order["input"]["total"] = 1250
    S["file"] = store.path("so-10023.json", json.dumps(order["input"]))


def stop():
    if "store" in S:
        S["store"].end_follower()
        S["store"].close()


def as_in_guide(line, **more):
    words = shlex.split(line)
    names = {"D": S["draft"], "so-10023.json": S["file"],
             CUSTOMER: S["store"].installation, CUSTOMER + ":v1.1": S["draft"]}
    return S["store"].tailor(*(names.get(w, w) for w in words), **more)


def check(expect=0):
    return json.loads(S["store"].tailor(
        "--json", "sample", "check", S["draft"], expect=expect
    ).out.splitlines()[0])


@test
def the_commands_of_the_guide_keep_and_check_a_sample():
    add, listed, checked = guide()[:3]
    for _ in range(2):  # twice without harm
        as_in_guide(add)
    text = as_in_guide(listed).out
    equal(len(text.splitlines()), 2, text)
    assert "yes, blocks" in text and "Dana Ruiz" in text, text
    assert "1 of 1 as agreed" in as_in_guide(checked).out


@test
def a_difference_is_told_cell_by_cell_and_blocks():
    store, draft = S["store"], S["draft"]
    store.tailor("block", "set", draft, "Tax", "formula==total * 0.049992")
    seen = check(expect=1)
    equal(seen["data"][0]["cells"], [{"block": BLOCK, "path": "taxTotal",
                                      "expected": 62.5, "given": 62.49}])
    plan = store.tailor("--json", "release", draft, "--dry-run").json["data"][0]
    equal(plan["status"], "refused")
    equal(plan["expected"]["blocking"], 1)
    for words, code in (("release", 5), ("version validate", 6)):
        done = store.tailor(*words.split(), draft, "--yes", expect=code)
        assert "expected results" in done.err, done.err
    assert "62.5 expected, 62.49 given; this blocks the release" in \
        store.tailor("release", draft, "--dry-run").out


# Sabotage: CHECKED_CLOSED in print_validation() of src/cli/command/version.c.
@test
def who_sees_no_payloads_is_told_that_nothing_was_checked():
    store, draft = S["store"], S["draft"]
    store.tailor("access", "add", "closed", "--role", "auditor",
                 "--no-payloads")
    done = store.tailor("session", "closed", expect=5, env={
        **os.environ, "SSH_ORIGINAL_COMMAND": f"version validate {draft}"})
    assert "1 not checked" in done.out, done.out
    assert "1 expected results can keep it from being released, and were " \
        "not checked" in done.err, done.err
    assert "difference" not in done.err, done.err
    done = store.tailor("session", "closed", env={
        **os.environ, "SSH_ORIGINAL_COMMAND":
        f"draft raise-format {draft} --dry-run"})
    assert "samples: not checked" in done.out, done.out
    assert "change" not in done.out.replace("changed", ""), done.out
    assert "of 0 samples" not in done.err, done.err


@test
def what_is_agreed_by_hand_is_compared_by_its_digits():
    store, draft = S["store"], S["draft"]
    store.tailor("sample", "set", WORKFLOW, "SO-10023", "--installation",
                 store.installation, "--expect", "-",
                 stdin='{"Tax":{"result":62.4900,"note":null}}')
    equal(check(expect=1)["data"][0]["cells"],
          [{"block": "Tax", "path": "note", "expected": None}])
    whole = store.tailor("sample", "show", WORKFLOW, "SO-10023",
                         "--installation", store.installation).json
    whole["expected"]["Tax"].pop("note")
    store.tailor("sample", "add", WORKFLOW, "-", "--label", "second",
                 "--installation", store.installation,
                 stdin=json.dumps(whole))
    seen = {s["sample"]: s["verdict"] for s in check(expect=1)["data"]}
    equal(seen, {"SO-10023": "differs", "second": "agreed"})


@test
def secrets_are_redacted_when_a_sample_is_made():
    store = S["store"]
    said = store.tailor(
        "sample", "add", WORKFLOW, "-", "--label", "secret", "--redact", "mail",
        stdin=json.dumps({"api_key": "Canary", "mail": "Canary", "id": 7})).out
    assert "redacted: api_key, mail" in said, said
    equal(store.tailor("sample", "show", WORKFLOW, "secret").json["input"],
          {"api_key": "[redacted]", "mail": "[redacted]", "id": 7})


@test
def a_release_is_provable_until_its_samples_are_removed():
    store = S["store"]
    changed, proof, removed = guide()[3:]
    as_in_guide(changed)
    equal(check()["agreed"], 2)
    store.tailor("release", S["draft"], "--yes", expect=None)
    text = as_in_guide(proof).out
    assert "2 of 2 as agreed" in text and "\nprovable" in text, text
    as_in_guide(removed)
    text = as_in_guide(proof).out
    assert "no longer provable: 1 of 2 samples" in text, text
    kept = store.rows("sample", "list", WORKFLOW, "--installation",
                      store.installation, "--expected")
    equal([row["label"] for row in kept], ["second"])


main(start, stop)
