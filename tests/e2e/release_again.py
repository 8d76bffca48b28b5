#!/usr/bin/env python3
"""One release that several commands do at the same time, as after a lost line
or by two engineers: it is done once, and each command waits for its result and
ends as it ended."""
import copy
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, equal, main, test, wait_until  # noqa: E402
from small import BLOCK, INTEGRATION, Small, W  # noqa: E402

S = {"number": 1}
NAMES = ("ada", "bob")


def drafts():
    world, made = S["w"], []
    for name in NAMES:
        S["number"] += 1
        draft = world.json("draft", "fork", f"{name}/orders", W,
                           "--new")["versionId"]
        world.tailor("block", "set", draft, BLOCK,
                     f"formula==2+{S['number']}")
        made.append(draft)
    return made


def runs(version):
    """The runs of VERSION by the runtime's own word."""
    return [r for r in S["w"].call("GET", "/manage/v1/runs?limit=100")["data"]
            if r["versionId"] == version]


def released_by(count, *words):
    """The exit code, the rows and what was said of COUNT commands that
    release WORDS at the same time."""
    begun = [subprocess.Popen(
        [TAILOR, "--store", S["w"].store, "--json", "--yes", "release", *words,
         "--wait"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(count)]
    for process in begun:
        out, err = process.communicate(timeout=120)
        yield process.returncode, json.loads(out or "{}").get("data"), err


# Sabotage: look_at_repeated() in release_now() of src/cli/command/release.c.
@test
def several_at_once_release_once_and_each_waits_for_its_result():
    for words in ([], ["--run-now"]) * 3:
        for count in (2, 1):
            of = drafts()[:count]
            for code, rows, err in released_by(4, *of, *words):
                equal(code, 0, err)
                equal([(r["versionId"], r["status"]) for r in rows],
                      [(version, "live") for version in of])
            for version in of:
                equal(S["w"].facts(version), 1, "times live")
                equal(len(runs(version)), len(words), "its runs")


# Sabotage: check_run() in finish(); look_at_run() of
# src/manager/release/repeated.c.
@test
def a_repeated_release_says_that_it_did_not_run():
    world = S["w"]
    mine, other = drafts()
    world.release(mine, "--wait")
    for words in (["--wait"], []):
        said = world.release(mine, "--run-now", *words, expect=5)
        assert "was released before without a run, and is not run now (run " \
            "it: tailor run start " in said.err, said.err
    equal(runs(mine), [])
    world.release(mine, "--wait")
    world.release(other, "--run-now", "--wait")
    world.release(other, "--run-now", "--wait")
    equal(len(runs(other)), 1)


def start():
    integration = copy.deepcopy(INTEGRATION)
    integration["workflows"][0]["document"]["trigger"] = {
        "id": "00000000-0000-4000-8000-000000000001", "kind": "installation",
        "name": "Begin"}
    S["w"] = Small(integration=integration)
    for name in NAMES[1:]:
        S["w"].install(name)
    S["w"].sync()
    wait_until(lambda: len(S["w"].json("installation", "list")["data"]) == 2,
               "the installations")


def stop():
    if "w" in S:
        S["w"].close()


if __name__ == "__main__":
    main(start, stop)
