#!/usr/bin/env python3
"""Every command of the table for real against a small store: the exit code,
one JSON value with --json, a table without, and what a second run does.

A command that is added to the table and not here fails the suite.
"""
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cli_cases import S, WORKFLOW, name_of, start, stop  # noqa: E402
from harness import TAILOR, equal, main, test  # noqa: E402
from small_store import commands  # noqa: E402


@test
def every_command_of_the_table_is_here():
    table = {name_of(c) for c in commands()}
    equal(sorted(table - set(S["cases"])), [], "commands without a case")
    equal(sorted(set(S["cases"]) - table), [], "cases without a command")


# Sabotage: any row of src/cli/frame/words.def.
@test
def every_argument_has_a_class():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "../../src/cli/frame/words.def")
    with open(path, encoding="utf-8") as f:
        table = set(re.findall(r'^W\("(.+)", (?:KEPT|COUNTED)\)$', f.read(),
                               re.M))
    used = {word for c in commands() for word in
            re.split(r"[][()| \u2026]+", c["usage"])
            if word and not word.startswith("--")} | {"LINE"}  # hidden
    equal(sorted(used - table), [], "words without a class")
    equal(sorted(table - used), [], "classes without a word")


# Sabotage: let old_verb() in src/cli/frame/old_names.c return the verb.
@test
def scripts_go_on_with_the_old_names():
    store = S["store"]
    store.tailor("integration", "new", "older", "--app", "netsuite")
    for old in (("integration", "pause", "older"),
                ("integration", "resume", "older"),
                ("mapping", "apply", "-h"), ("runtime", "resume", "-h")):
        store.tailor(*old)
    said = store.tailor("runtime", "resume", store.runtime, expect=5).err
    assert "was not held" in said, said
    planned = [store.tailor("--json", *words, store.installation, WORKFLOW,
                            "--dry-run", *more, expect=None)
               for words, more in ((("base",), ()),
                                   (("rollback",), ("--to", "base")))]
    equal(*((p.status, p.out, p.err) for p in planned),
          "base and rollback --to base")
    shown = store.tailor("help").out
    for old in ("integration pause", "mapping apply", "tailor base",
                "--time-out"):
        assert old not in shown, old


@test
def help_stands_behind_every_command():
    for n, c in enumerate(c for c in commands() if c["noun"] != "help"):
        flag = ("-h", "--help")[n % 2]
        said = S["store"].tailor(*name_of(c).split(), flag).out
        assert said.startswith(f"tailor {name_of(c)}"), said
        equal(said.count("\ntailor "), 0, name_of(c))


TEXTS = {"completion", "integration export", "connector show",
         "mapping run", "mapping export", "audit export", "session", "demo",
         "sync", "store init"}


@test
def every_command_ends_as_it_should_once_and_twice():
    store, wrong = S["store"], []
    reads = {name_of(c): c["reads"] for c in commands()}
    for name, (arguments, first, second) in S["cases"].items():
        if reads[name]:
            store.end_follower()  # sync writes while others read
        before = store.content() if reads[name] else None
        for n, wanted in enumerate((first, second)):
            done = store.tailor("--json", *name.split(), *arguments,
                                expect=None)
            if wanted is not None and done.status != wanted:
                wrong.append(f"{name}, run {n + 1}: exit {done.status}, "
                             f"wanted {wanted}: {done.err.strip()[:300]}")
            if done.status != 0 and not re.match("tailor: ", done.err):
                wrong.append(f"{name}: failed without a sentence")
            if name not in TEXTS and done.out:
                try:
                    json.loads(done.out)
                except ValueError:
                    wrong.append(f"{name}: no JSON: {done.out[:200]}")
            elif name not in TEXTS and done.status == 0 and not done.out:
                wrong.append(f"{name}: no JSON at all")
        if before and store.content() != before:
            wrong.append(f"{name} reads, and the store has changed")
    assert not wrong, "\n" + "\n".join(wrong)


@test
def people_get_tables_without_json():
    store = S["store"]
    for c in commands():
        if not c["reads"] or name_of(c) in TEXTS:
            continue
        arguments, first, _ = S["cases"][name_of(c)]
        done = store.tailor(*name_of(c).split(), *arguments, expect=None)
        assert not done.out.startswith('{"data"'), name_of(c)
        assert "\x1b" not in done.out, name_of(c)


@test
def a_reading_session_is_refused_what_changes():
    store = S["store"]
    content = store.content()
    for c in commands():
        if c["reads"] or name_of(c) == "session":
            continue
        arguments, _, _ = S["cases"][name_of(c)]
        arguments = [a for a in arguments if a != "--dry-run"]
        done = store.tailor("--read-only", *name_of(c).split(), *arguments,
                            expect=5)
        assert "read-only" in done.err, (name_of(c), done.err)
    equal(store.content(), content, "the store")


# 2.5 s: that is when it is said. Sabotage: wait_a_while() in src/fetch/ask.c,
# isatty() of cli_say_waiting() in src/cli/frame/output.c.
@test
def who_waits_for_a_silent_runtime_is_told_so():
    store, ours = S["store"], socket.create_server(("127.0.0.1", 0))
    token = store.path("silent.token", "t" * 32)
    store.tailor("runtime", "add", "silent", "https://127.0.0.1:%d" %
                 ours.getsockname()[1], "--environment", "development",
                 "--pin", "sha256//" + "A" * 43 + "=", "--token-file", token,
                 "--read-token-file", token)
    terminal, side = pty.openpty()
    pipe = subprocess.PIPE
    waiting = [subprocess.Popen([TAILOR, "--store", store.store, "runtime",
                                 "test", "silent"], stdout=pipe, stderr=err)
               for err in (pipe, side)]
    try:
        said = os.read(terminal, 1000).decode()
        assert "waiting for silent (at most 30 s)" in said, said
        ours.close()  # who has connected is cut off
        said = waiting[0].communicate()[1].decode()
        assert said and "waiting" not in said, said
    finally:
        for p in waiting:
            p.kill()
            p.wait()
        os.close(terminal)
        os.close(side)
        store.tailor("runtime", "remove", "silent", "--yes")


# Sabotage: i <= SHOWN in print_failure (src/cli/frame/cli.c).
@test
def a_long_choice_is_cut_and_complete_with_json():
    store = S["store"]
    for _ in range(10):
        store.tailor("draft", "new", WORKFLOW, "--new")
    words = ("draft", "new", WORKFLOW)
    said = store.tailor(*words, expect=3).err.splitlines()
    equal(len(said), 1 + 8 + 1)
    equal(said[-1], "tailor:   and more (add --json to list them)")
    done = store.tailor("--json", *words, expect=3)
    assert len(json.loads(done.out)["drafts"]) >= 10, done.out


# How a command ends whose output nobody reads, by whether it ignores SIGPIPE.
ENDS = {False: (-signal.SIGPIPE, ""),
        True: (1, "tailor: standard output: Broken pipe\n")}


def unread(words, ignored):
    """WORDS with a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    what = signal.SIG_IGN if ignored else signal.SIG_DFL
    done = subprocess.run(
        [TAILOR, "--store", S["store"].store, *map(str, words)],
        stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE,
        text=True, restore_signals=False,
        preexec_fn=lambda: signal.signal(signal.SIGPIPE, what))
    os.close(writer)
    return done.returncode, done.stderr


@test
def a_reader_that_ends_ends_each_command_alike():
    # Sabotage: the fflush() of run_command() in src/cli/frame/cli.c.
    store = S["store"]
    store.end_follower()
    ended = 0
    for n, c in enumerate(c for c in commands() if c["reads"]):
        name = name_of(c)
        arguments, *wanted = S["cases"][name]
        if wanted != [0, 0]:
            continue
        for flags, ignored in (((), n % 2 > 0), (("--json",), n % 2 == 0)):
            words = [*flags, *name.split(), *arguments]
            ends = unread(words, ignored)
            if ends == ENDS[ignored]:
                ended += 1
                continue
            whole = store.tailor(*words, expect=None)
            # An earlier test may have changed what it is about.
            assert whole.status or not whole.out, (words, ends)
    assert ended > 40, ended


main(start, stop)
