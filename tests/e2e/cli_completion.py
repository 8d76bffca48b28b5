#!/usr/bin/env python3
"""Completion of bash: the table of commands, and the names in the store."""
import getpass
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cli_cases import INTEGRATION, S, WORKFLOW, start, stop  # noqa: E402
from harness import TAILOR, equal, main, test  # noqa: E402
from small_store import commands  # noqa: E402


@test
def completion_of_bash_knows_the_table():
    script = subprocess.run([TAILOR, "completion", "bash"], check=True,
                            capture_output=True, text=True).stdout
    asked = []
    for c in commands():
        words = [c["noun"]] + ([c["verb"]] if c["verb"] else [])
        asked += [(["tailor", *words[:at + 1]], at + 1)
                  for at in range(len(words))]
    done = subprocess.run(
        ["bash", "-c", script + "\n" + "\n".join(
            f"COMP_WORDS=({' '.join(line)}); COMP_CWORD={at}; COMPREPLY=();"
            ' _tailor; echo "${COMPREPLY[@]}"' for line, at in asked)],
        capture_output=True, text=True, check=True)
    answers = done.stdout.splitlines()
    equal(len(answers), len(asked))
    for (line, at), answer in zip(asked, answers):
        assert line[at] in answer.split(), (line, answer)


def completed(line):
    """What bash offers at the end of LINE, which has no quotes."""
    words = [w for w in re.split(r"\s+|([:=])", line) if w is not None]
    words = [w for w in words[:-1] if w] + words[-1:]
    done = subprocess.run(
        ["bash", "-c", 'source <("$1" completion bash); COMP_LINE=$2;'
         ' COMP_POINT=${#2}; shift 2; COMP_WORDS=("$@");'
         " COMP_CWORD=$(($# - 1)); _tailor; printf '%s\\n' \"${COMPREPLY[@]}\"",
         "-", TAILOR, line, *words],
        capture_output=True, text=True, check=True)
    equal(done.stderr, "")
    return done.stdout.split()


@test
def completion_of_bash_knows_the_store():
    store = S["store"]
    store.end_follower()
    start = f"{TAILOR} --store {store.store} "
    users = sorted(r["username"] for r in
                   store.rows("installation", "list", "--limit", "1000"))
    one = f"{users[0]}/{INTEGRATION}"
    store.new_draft()
    before = store.rows("audit", "list")
    for line, offered in (
            (f"installation show {users[0]}", [one]),
            (f"installation show {one[:-3]}", [one]),
            (f"run list --limit 3 --installation {users[0]}", [one]),
            (f"draft fork {one} ord", [WORKFLOW]),
            ("workflow show order", [WORKFLOW]),
            (f"version show {WORKFLOW}:v1", ["v1"]),
            ("integration show net", [INTEGRATION]),
            ("connector show net", ["netsuite"]),
            ("runtime test syn", ["synthetic"]),
            (f"access remove {getpass.getuser()}", [getpass.getuser()])):
        equal(completed(start + line), offered, line)
    equal(len(completed(start + "installation show ")), min(50, len(users)))
    drafts = completed(start + "draft show user")
    assert drafts and all(name.endswith("/" + WORKFLOW) for name in drafts)
    equal(completed(f"{TAILOR} --store /nosuch workflow show x"), [])
    equal(store.rows("audit", "list"), before)


main(start, stop)
