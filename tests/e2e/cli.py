#!/usr/bin/env python3
"""Every command of the table for real against a small store: the exit code,
one JSON value with --json, a table without, and what a second run does.

A command that is added to the table and not here fails the suite.
"""
import getpass
import json
import os
import pty
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, equal, main, test, wait_until
from small_store import BLOCK, SmallStore, commands

S = {}
WORKFLOW, INTEGRATION = "order-to-cash", "netsuite-order-to-cash"


def start():
    store = S["store"] = SmallStore()
    S["cases"] = cases(store)


def stop():
    store = S.get("store")
    if not store:
        return
    try:  # a follower that a command started
        with open(store.store + "-sync") as f:
            os.kill(int(f.read()), signal.SIGTERM)
    except (OSError, ValueError):
        pass
    store.close()


def cases(s):
    """By command: arguments, standard input, exit code, exit code of a second
    run. Runs in the order of the dictionary."""
    d, i, fork = s.draft, s.installation, s.new_draft
    sheet = s.path("sheet.csv", "target,source\nmemo,orderNumber\n")
    table = s.path("table.csv", "key,value\nups,U1\n")
    body = s.path("body.json", '{"orderNumber":"SO-1","total":1.50}')
    patch = s.path("patch.json", json.dumps(
        [{"op": "add", "path": "/blocks/0/note", "value": "why"}]))
    exported = s.tailor("integration", "export", INTEGRATION).out
    connector = s.tailor("connector", "show", "netsuite").out
    run = "6b020f29c8555acb629a4aa2"
    other, gone, third = fork(), fork(), fork()
    return {
        "help": ([], 0, 0),
        "completion": (["bash"], 0, 0),
        "store init": ([], 5, 5),
        "store check": ([], 0, 0),
        "store upgrade": ([], 0, 0),
        "store reindex": ([], 0, 0),
        "store backup": ([s.path("copy.db")], 0, 5),
        "store info": ([], 0, 0),
        "access add": (["eve", "--role", "engineer"], 0, 0),
        "status": ([], 1, 1),  # sync has not reached the runtime
        "whoami": ([], 0, 0),
        "access list": ([], 0, 0),
        "access authorized-keys": ([], 0, 0),
        "access remove": (["eve"], 0, 4),
        "integration list": ([], 0, 0),
        "integration show": ([INTEGRATION], 0, 0),
        "integration new": (["fresh", "--app", "netsuite"], 0, 5),
        "integration add": ([s.path("i.json", exported)], 0, 0),
        "integration export": ([INTEGRATION], 0, 0),
        "integration close": (["fresh"], 0, 0),
        "integration open": (["fresh"], 0, 0),
        "integration four-eyes": (["fresh", "on"], 0, 0),
        "workflow list": ([], 0, 0),
        "workflow show": ([WORKFLOW], 0, 0),
        "workflow new": (["fresh", "flow"], 0, 5),
        "connector list": ([], 0, 0),
        "connector show": (["netsuite"], 0, 0),
        "connector add": ([s.path("c.json", connector)], 0, 0),
        "installation list": (["--limit", "5"], 0, 0),
        "installation show": ([i], 0, 0),
        "version list": ([WORKFLOW], 0, 0),
        "version show": ([d, "--document"], 0, 0),
        "version validate": ([d], 0, 0),
        "version diff": ([WORKFLOW + ":v1", d], 0, 0),
        "draft new": (["flow"], 0, 3),
        "draft fork": ([i, WORKFLOW, "--resume"], 0, 0),
        "draft list": ([], 0, 0),
        "draft show": ([d], 0, 0),
        "draft patch": ([d, patch], 0, 0),
        "draft undo": ([d], 0, 5),
        "draft redo": ([d], 0, 5),
        "draft log": ([d], 0, 0),
        "draft note": ([d, "a note"], 0, 0),
        "draft kept": ([d], 0, 0),
        "draft forget": ([d], 0, 0),
        "draft raise-format": ([d, "--dry-run"], 0, 0),
        "draft take": ([d], 0, 0),
        "draft ready": ([other], 0, 0),
        "draft discard": ([gone, "--yes"], 0, 0),
        "draft restore": ([gone], 0, 0),
        "block list": ([d], 0, 0),
        "block kinds": ([], 0, 0),
        "block add": ([d, "math", "--name", "Tax", "--set",
                       "formula==total * 0.05"], 0, 6),
        "block set": ([d, "Tax", "formula==ROUND(total * 0.05, 2)"], 0, 0),
        "block rename": ([d, "Tax", "Levy"], 0, 4),
        "block move": ([d, "Levy", "--before", BLOCK], 0, 0),
        "block remove": ([d, "Levy"], 0, 4),
        "mapping show": ([d, BLOCK], 0, 0),
        "mapping set": ([d, BLOCK, "memo", "=1+1"], 0, 0),
        "mapping unset": ([d, BLOCK, "memo"], 0, 0),
        "mapping copy": ([WORKFLOW + ":v1", BLOCK, d, BLOCK], 0, 0),
        "mapping export": ([d, BLOCK, s.path("out.csv")], 0, 5),
        "mapping import": ([d, BLOCK, sheet], 0, 0),
        "mapping run": (["--mapping", sheet, body], 0, 0),
        "mapping coverage": ([d, BLOCK], 0, 0),
        "mapping suggest": ([d, BLOCK, "memo"], 0, 0),
        "preview": ([d, "--all"], 0, 0),
        "sample add": ([WORKFLOW, body, "--label", "mine"], 0, 0),
        "sample list": ([WORKFLOW], 0, 0),
        "sample show": ([WORKFLOW, "mine"], 0, 0),
        "sample set": ([WORKFLOW, "mine", "--expect", s.path(
            "expected.json", '{"%s":{"total":1.5}}' % BLOCK)], 0, 0),
        "sample check": ([d], 0, 0),
        "sample keep": ([WORKFLOW, "mine", "--days", "30"], 0, 0),
        "sample remove": ([WORKFLOW, "mine", "--yes"], 0, 4),
        "sheet add": (["s1", sheet], 0, 0),
        "sheet list": ([], 0, 0),
        "sheet show": (["s1"], 0, 0),
        "sheet remove": (["s1", "--yes"], 0, 4),
        "table import": ([d, "Ship", table], 0, 0),
        "table list": ([d], 0, 0),
        "table show": ([d, "Ship"], 0, 0),
        "table set": ([d, "Ship", "dhl", "D1"], 0, 0),
        "formula eval": (["=0.1+0.2"], 0, 0),
        "formula functions": ([], 0, 0),
        "path query": (["$.total", body], 0, 0),
        "release": ([third, "--dry-run"], 0, 0),
        "rollback": ([i, WORKFLOW, "--dry-run"], None, None),
        "withdraw": ([i, WORKFLOW, "--dry-run"], None, None),
        "upgrade": ([WORKFLOW, "--to", "v1", "--dry-run"], None, None),
        "runtime list": ([], 0, 0),
        "runtime test": ([s.runtime], 6, 6),
        "runtime add": (["second", "https://127.0.0.1:1", "--environment",
                         "development", "--pin",
                         "sha256//" + "A" * 43 + "=", "--token-file",
                         s.path("token", "t")], 0, 5),
        "runtime set": (["second", "--url", "https://127.0.0.1:2"], 0, 0),
        "runtime remove": (["second", "--yes"], 0, 4),
        "sync": ([], 7, 7),
        "runtime accept-restore": ([s.runtime], 5, 5),
        "runtime fetch": ([s.runtime], 4, 4),
        "integration publish": ([INTEGRATION, s.runtime], 0, 0),
        "user list": ([], 0, 0),
        "user add": (["newcomer", "--runtime", s.runtime], 0, 0),
        "user remove": (["newcomer"], 4, 4),
        "credential list": ([i], 0, 0),
        "credential retry": ([i], 0, 0),
        "installation pause": ([i], 0, 0),
        "installation resume": ([i], 0, 0),
        "installation uninstall": ([i, "--yes"], 0, 0),
        "run list": ([], 6, 6),
        "run show": ([run], 6, 6),
        "run start": ([i, WORKFLOW], 0, 0),
        "run cancel": ([run, "--runtime", s.runtime], 0, 0),
        "run retry": ([run, "--runtime", s.runtime], 0, 0),
        "event send": ([i, "order.recorded", body], 0, 0),
        "audit list": (["--limit", "3"], 0, 0),
        "audit show": (["1"], 0, 0),
        "audit verify": ([], 0, 0),
        "audit export": ([s.path("audit.jsonl")], 0, 5),
        "session": (["nobody-here"], 5, 5),
        "demo": (["--store-only", "--installations", "1", "--dir",
                  s.path("demo")], 0, None),
        "store restore": ([s.path("copy.db"), "--yes"], 0, 0),
    }


def name_of(c):
    return f"{c['noun']} {c['verb']}".strip()


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


def as_session(name, words):
    done = S["store"].tailor("session", name, expect=None, env={
        **os.environ, "SSH_ORIGINAL_COMMAND": shlex.join(words)})
    return done.status, done.out + done.err


# Sabotage: cli->remote in cmd_whoami().
@test
def a_session_says_who_may_change():
    for role, may in (("engineer", True), ("auditor", False)):
        S["store"].tailor("access", "add", "whoever", "--role", role)
        status, said = as_session("whoever", ["--json", "whoami"])
        equal((status, json.loads(said)["changes"]), (0, may), role)
    S["store"].tailor("--yes", "access", "remove", "whoever")


def forms(command, arguments):
    """A command that reads, plain and with everything it can add."""
    words = command.split(" ") + [a for a in arguments if a != "--all"]
    usage = next(c["usage"] for c in commands() if name_of(c) == command)
    flags = re.findall(r"\[(--[a-z-]+)\]", usage)
    yield words
    yield ["--json", *words]
    for flag in flags:
        yield ["--json", *words, flag]


SHOW_SAMPLES = {"sample show", "preview", "sample check", "version validate"}


# Sabotage: let manager_may_see_payloads() in src/manager/session/manager.c
# return ERR_OK and is_closed() in src/store/db.c false.
@test
def nobody_without_the_right_sees_what_customers_sent():
    store = S["store"]
    secret = "Canary 7f3a Ltd"
    body = store.path("secret.json", json.dumps(
        {"orderNumber": secret, "customer": {"name": secret, "id": "C-1"},
         "total": 99}))
    store.tailor("sample", "add", WORKFLOW, body, "--label", "secret")
    store.tailor("mapping", "set", store.draft, BLOCK, "memo", "orderNumber")
    sheet = store.tailor("mapping", "export", store.draft, BLOCK, "--sample",
                         "secret").out
    assert "target,source,gives" in sheet, sheet
    assert f"memo,orderNumber,{secret}" in sheet, sheet
    store.tailor("sample", "add", WORKFLOW, body, "--label", "own",
                 "--installation", store.installation, "--expect", "-",
                 stdin=json.dumps({BLOCK: {"memo": "another"}}))
    for name, flag in (("open", ()), ("closed", ("--no-payloads",))):
        store.tailor("access", "add", name, "--role", "auditor", *flag)
    cases = {**S["cases"], "sample show": ([WORKFLOW, "secret"], 0, 0),
             "preview": ([store.draft, "--sample", "secret"], 0, 0)}
    seen = {"open": set(), "closed": set()}
    for c in commands():
        if not c["reads"] or not c["remote"] or name_of(c) not in cases:
            continue
        for words in forms(name_of(c), cases[name_of(c)][0]):
            for name, found in seen.items():
                if name == "open" and name_of(c) not in SHOW_SAMPLES:
                    continue
                if secret in as_session(name, words)[1]:
                    found.add(name_of(c))
    equal(seen["open"], SHOW_SAMPLES)
    equal(seen["closed"], set(), "commands that show a sample")
    kept = next(row["sampleId"] for row in store.rows(
        "sample", "list", WORKFLOW) if row["label"] == "secret")
    for words in (["sample", "show", WORKFLOW, "secret"],
                  ["preview", store.draft, "--sample", "secret"],
                  ["mapping", "export", store.draft, BLOCK, "--sample",
                   "secret"],
                  ["preview", store.draft, "--sample", kept],
                  ["sample", "check", store.draft],
                  ["--json", "sample", "check", store.draft],
                  ["run", "show", "6b020f29c8555acb629a4aa2"]):
        status, text = as_session("closed", words)
        equal(status, 5, text)
        assert "may not see" in text, text
    store.tailor("sample", "remove", WORKFLOW, "own", "--yes",
                 "--installation", store.installation)
    store.tailor("mapping", "unset", store.draft, BLOCK, "memo")


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


# Sabotage: let ensure_sync() in src/cli/command/outcome.c only warn.
@test
def who_waits_for_what_nobody_delivers_is_told_so():
    store = S["store"]
    store.tailor("access", "add", "rita", "--role", "releaser")
    with tempfile.NamedTemporaryFile("w") as token:
        token.write("t" * 32)
        token.flush()
        store.tailor("runtime", "set", store.runtime, "--token-file",
                     token.name, "--read-token-file", token.name)
        for verb in ("pause", "resume"):
            status, text = as_session(
                "rita", ["installation", verb, store.installation, "--wait"])
            equal(status, 7, text)
            assert "nothing delivers it" in text, text


def formulas_of(version):
    shown = S["store"].tailor("--json", "version", "show", version,
                              "--document").json
    return shown["document"]["formulas"]


# Sabotage: the language of compile_text in src/workflow/preview/preview.c, or
# the patch of edit_language in src/workflow/edit/edit.c.
@test
def a_draft_is_raised_to_the_newest_format_by_hand_alone():
    store = S["store"]
    draft = store.new_draft()
    equal(formulas_of(draft), 1, "a fork keeps the format of its version")
    store.tailor("mapping", "set", draft, BLOCK, "memo", "=total>100")
    store.tailor("mapping", "set", draft, BLOCK, "note", "={{total}}")
    body = store.path("text.json", '{"orderNumber":"SO-9","total":"1.50",'
                      '"customer":{"id":"C-1"}}')
    store.tailor("sample", "add", WORKFLOW, body, "--label", "numeric text")
    raise_it = ("--json", "draft", "raise-format", draft)
    shown = store.tailor(*raise_it, "--dry-run").json
    equal((shown["applied"], shown["formulas"]), (False, 2))
    assert shown["differs"] > 0, shown
    assert any("a list in a list" in p["message"]
               for p in shown["problems"]), shown["problems"]
    equal(formulas_of(draft), 1, "--dry-run changes nothing")
    store.tailor("mapping", "unset", draft, BLOCK, "note", "--remove")
    shown = store.tailor(*raise_it, "--dry-run").json
    equal([(row["target"], row["firstDiffers"]) for row in shown["data"]],
          [("memo", "numeric text")])
    equal(store.tailor(*raise_it).json["applied"], True)
    equal(formulas_of(draft), 2)
    assert "current format" in store.tailor(*raise_it, expect=6).err
    store.tailor("draft", "undo", draft)
    equal(formulas_of(draft), 1, "undo takes it back")


def format_of(version):
    shown = S["store"].tailor("--json", "version", "show", version,
                              "--document").json
    return shown["document"]["format"]


# Sabotage: set_members in src/cli/command/mapping.c.
@test
def what_a_row_says_is_set_shown_and_taken_away():
    store = S["store"]
    draft = store.new_draft()
    policy = ("mapping", "set", draft, BLOCK, "memo", "memo", "--write")
    store.tailor(*policy, "If present")
    row = [r for r in store.rows("mapping", "show", draft, BLOCK)
           if r["target"] == "memo"][0]
    equal((row["write"], format_of(draft)), ("ifPresent", 2))
    assert "WRITE" in store.tailor("mapping", "show", draft, BLOCK).out
    assert "always|ifPresent" in store.tailor(*policy, "now", expect=6).err
    store.tailor(*policy, "always")
    equal(format_of(draft), 1)
    assert "WRITE" not in store.tailor("mapping", "show", draft, BLOCK).out
    said = {"read": 'date "M/D/YYYY"', "send": 'date "D.M.YYYY"',
            "lookup": "Ship, else blank", "rest": "keep", "list": "replace",
            "find": "netsuite suiteql by q, take id",
            "reference": "customer, reverse, else blank"}
    options = [o for key, text in said.items() for o in ("--" + key, text)]
    store.tailor(*policy[:-1], *options)
    row = [r for r in store.rows("mapping", "show", draft, BLOCK)
           if r["target"] == "memo"][0]
    equal({key: row[key] for key in said}, said)
    equal(format_of(draft), 2)
    store.tailor(*policy[:-1], "--read", "none", "--send", "none",
                 "--lookup", "none", "--rest", "drop", "--list", "none",
                 "--find", "none", "--reference", "none")
    equal(format_of(draft), 1)
    # As sheets of both kinds, what is looked up comes back as it was.
    for target, option, text in (
            ("one", "--find", "netsuite suiteql by q, take id, else blank"),
            ("two", "--reference", "customer, reverse")):
        store.tailor("mapping", "set", draft, BLOCK, target, "x", option, text)
    for name in ("looked.csv", "looked.xlsx"):
        sheet = store.path(name)
        store.tailor("mapping", "export", draft, BLOCK, sheet)
        again = store.tailor("--json", "mapping", "import", draft, BLOCK, sheet,
                             "--dry-run").json
        equal({row["kind"] for row in again["data"]}, {"same"}, str(again))
        assert {"one", "two"} <= {row["target"] for row in again["data"]}
    unknown = [r["status"] for b in store.rows("preview", draft)
               for r in b["rows"] if r["target"] in ("one", "two")]
    equal(unknown, ["blank", "blank"])
    store.tailor("mapping", "set", draft, BLOCK, "one", '"Net 30"')
    said = store.tailor("preview", draft).out
    assert "take id: 0 of 1 keys resolved in the sample, the others" in said
    equal(store.tailor("--json", "preview", draft).json["lookups"],
          [{"lookup": "netsuite suiteql by q, take id", "open": ["Net 30"],
            "keys": 1}])
    known = store.path("known.json", json.dumps(
        {"input": {}, "lookups": {"netsuite suiteql by q, take id":
                                  {"Net 30": "7"}}}))
    said = store.tailor("preview", draft, "--sample", known).out
    assert "take id: 1 of 1 keys resolved in the sample\n" in said, said
    store.tailor("mapping", "set", draft, BLOCK, "extra[*]", "={1,2}",
                 "--list", "replace")
    store.tailor("mapping", "set", draft, BLOCK, "extra[*].no", "#")
    rows = [r for b in store.rows("preview", draft) for r in b["rows"]
            if r["target"] == "extra[*]"]
    equal([r["status"] for r in rows], ["replaces"])


# Sabotage: previewer_lookup in apply_plan, refuse_sheet, see_samples and
# print_notes in src/cli/command/mapping_sheet.c, input_file in
# src/cli/command/formula.c.
@test
def rows_are_applied_and_imported_with_what_belongs_to_them():
    store = S["store"]
    draft = store.new_draft()
    store.tailor("table", "import", draft, "Ship", "-",
                 stdin="key,value\nups,U1\n")
    sheet = 'target,source\nmemo,"=LOOKUP(""ups"",""Ship"")"\n'
    store.tailor("mapping", "import", draft, BLOCK, "-", stdin=sheet)
    out = store.tailor("mapping", "run", draft, BLOCK,
                       stdin='{"orderNumber":"SO-1","total":1,'
                       '"customer":{"id":"C-1"}}\n',
                       expect=None)
    assert '"memo":"U1"' in out.out, (out.out, out.err)
    seen = store.tailor("--json", "mapping", "import", draft, BLOCK, "-",
                        "--dry-run",
                        stdin="target,source\nmemo,NoSuchField\n").json
    equal([row["unknown"] for row in seen["data"]
           if row["target"] == "memo"], [True], str(seen))
    shown = store.tailor("mapping", "import", draft, BLOCK, "-", "--dry-run",
                         stdin="target,source\nHEADER FIELDS,\n"
                         "memo,NoSuchField\n")
    line = [one.split() for one in shown.out.splitlines() if "memo" in one][0]
    equal(line[:3], ["changed", "?", "memo"])
    for part in ("1 source names a field that no sample has (?)",
                 "1 row without source was taken as heading: line 2"):
        assert part in shown.out + shown.err, (shown.out, shown.err)
    wrong = store.path("wrong.csv", "target,source\na,=ROUDN(1)\nb,x\n"
                       "b,y\n,z\n")
    said = store.tailor("mapping", "run", "--mapping", wrong, "-",
                        expect=6).err
    for part in ("line 2, a: ", "line 4, b: line 3 has the same target",
                 "line 5, no target: the target is missing",
                 "3 of 4 rows are wrong"):
        assert part in said, said
    odd = store.path("odd.csv", "target,source\nmemo,1.23E+19\n")
    # As a workbook the rows come back as they are.
    book = store.path("rows.xlsx")
    store.tailor("mapping", "export", draft, BLOCK, book)
    again = store.tailor("--json", "mapping", "import", draft, BLOCK, book,
                         "--dry-run").json
    assert again["data"] and again["notes"] == [], str(again)
    equal({row["kind"] for row in again["data"]}, {"same"}, str(again))
    with open(book, "r+b") as f:
        f.truncate(100)
    assert "zip file cannot be read" in store.tailor(
        "table", "import", draft, "Ship", book, expect=6).err
    assert "line 2, memo: a long number that the spreadsheet has short" in (
        store.tailor("mapping", "import", draft, BLOCK, odd, "--dry-run").out)
    equal(store.tailor("formula", "eval", "=a+1", stdin='{"a":1}').out, "2\n")
    equal(store.tailor("--json", "path", "query", "a",
                       stdin='{"a":1}').json, [1])


# Sabotage: text_starts() in sheet_source_read(), src/cli/command/sheet_file.c;
# purge() in turn(), src/remote/sync.c.
@test
def a_kept_sheet_is_imported_by_its_name():
    store = S["store"]
    draft = store.new_draft()
    book = store.path("kept.xlsx")
    store.tailor("mapping", "set", draft, BLOCK, "memo", "kept_1")
    store.tailor("mapping", "export", draft, BLOCK, book)
    wrong = store.path("windows.csv")
    with open(wrong, "wb") as f:
        f.write(b"target,source\nmemo,\"\x80 5\"\n")
    said = store.tailor("sheet", "add", "w", wrong, expect=6).err
    assert "UTF-8" in said, said
    store.tailor("sheet", "add", "w", wrong, "--encoding", "windows-1252")
    equal(store.tailor("sheet", "show", "w").out, "target,source\nmemo,€ 5\n")
    said = store.tailor("table", "import", draft, "Ship", "sheet:w",
                        "--encoding", "utf-8", expect=2).err
    assert "kept as it was read" in said, said
    store.tailor("sheet", "remove", "w", "--yes")
    said = store.tailor("sheet", "add", "globex.xlsx", book).out
    assert "globex.xlsx: kept, until 2" in said, said
    store.tailor("mapping", "set", draft, BLOCK, "memo", "another")
    store.tailor("mapping", "import", draft, BLOCK, "sheet:globex.xlsx")
    rows = {r["target"]: r.get("source") for r in
            store.rows("mapping", "show", draft, BLOCK)}
    equal(rows["memo"], "kept_1")
    shown = store.tailor("sheet", "show", "globex.xlsx").out
    assert "memo,kept_1" in shown, shown
    store.tailor("sheet", "add", "ship", "-", stdin="key;value\ndhl;\x1b[2J\n")
    equal(store.tailor("sheet", "show", "ship").out,
          "key,value\ndhl,U+001B[2J\n")
    equal(store.tailor("--json", "sheet", "show", "ship").json["rows"][1],
          ["dhl", "\x1b[2J"])
    said = store.tailor("sheet", "add", "ship", "-", stdin="key,value\nups,U1\n",
                        expect=5).err
    assert "replace it with --replace" in said, said
    store.tailor("sheet", "add", "ship", "-", "--replace",
                 stdin="key,value\nups,U1\n")
    store.tailor("table", "import", draft, "Ship", "sheet:ship")
    equal([row["key"] for row in store.rows("table", "show", draft, "Ship")],
          ["ups"])
    said = store.tailor("table", "import", draft, "Ship", "sheet:no",
                        expect=4).err
    assert "sheet no: not found among your sheets" in said, said
    equal({row["name"] for row in store.rows("sheet", "list")},
          {"globex.xlsx", "ship"})
    store.tailor("sheet", "remove", "ship", "--yes")
    with sqlite3.connect(store.store) as db:
        db.execute("UPDATE sheet SET expires_at = at")
    equal(store.rows("sheet", "list"), [])
    store.end_follower()
    store.tailor("sync", expect=None)  # its runtime does not exist
    with sqlite3.connect(store.store) as db:
        equal(db.execute("SELECT count(*) FROM sheet").fetchone()[0], 0)
    equal(len(store.rows("audit", "list", "--action", "purge")), 1)


# Sabotage: cli_option(cli, "note") in src/cli/command/request.c.
@test
def a_reason_given_with_a_request_is_in_its_audit_record():
    store = S["store"]
    one = store.rows("installation", "list")[1]["installationId"]
    for verb in ("pause", "resume", "uninstall"):
        store.tailor("--yes", "installation", verb, one, "--note", "INC-10")
        last = store.rows("audit", "list", "--installation", one, "--action",
                          "installation." + verb)[0]
        equal(last["after"]["note"], "INC-10", verb)


# Sabotage: item->refusal in src/cli/command/plan.c.
@test
def a_dry_run_tells_what_would_be_refused():
    store = S["store"]
    draft = store.new_draft()
    store.tailor("integration", "four-eyes", INTEGRATION, "on")
    plan = store.rows("release", draft, "--dry-run")[0]
    equal(plan["status"], "refused")
    assert "four eyes" in plan["refusal"], plan
    said = store.tailor("release", draft, "--dry-run").out
    assert "refused\n  because " in said and "four eyes" in said, said
    store.tailor("integration", "four-eyes", INTEGRATION, "off")
    plan = store.rows("release", draft, "--dry-run")[0]
    equal((plan["status"], plan["refusal"]), ("planned", None))


# Sabotage: say_changes() and need_words() in src/cli/command/plan.c.
@test
def a_dry_run_tells_what_waits_and_that_nothing_changes():
    store = S["store"]
    draft = store.new_draft()
    said = store.tailor("release", draft, "--dry-run").out
    assert re.search(r"\n  changes     none: v1\.\d+ does the same as v1\n",
                     said), said
    store.tailor("block", "add", draft, "api", "--name", "Ask", "--set",
                 'url="https://localhost/x"', "--set",
                 'auth={"kind":"bearer","app":"http"}')
    said = store.tailor("release", draft, "--dry-run").out
    assert re.search(r"\n  waits       for .+ connect HTTP; v1 stays live "
                     "until then\n", said), said
    assert "does the same" not in said, said


# Sabotage: manager_failing_samples() in src/cli/command/plan.c.
@test
def a_dry_run_tells_that_every_sample_fails():
    store = S["store"]
    draft = store.new_draft()
    equal(store.rows("release", draft, "--dry-run")[0]["failing"], None)
    store.tailor("mapping", "set", draft, BLOCK, "tranId", "nosuch")
    plan = store.rows("release", draft, "--dry-run")[0]
    equal(plan["status"], "planned")
    assert "fail: Create cash sale: row " in plan["failing"], plan
    said = store.tailor("release", draft, "--dry-run").out
    assert "\n  samples     " in said and plan["failing"] in said, said


# Sabotage: find_warnings() and manager_warnings() where they are called.
@test
def samples_warn_wherever_a_draft_is_looked_at():
    store = S["store"]
    draft = store.new_draft()
    store.tailor("mapping", "set", draft, BLOCK, "externalId", '"A-1 "')
    field = "mapping[externalId]"

    def of(list_of_warnings):
        return [w["field"] for w in list_of_warnings
                if w.get("code") == "keySpaces"]

    def said(*words):
        return json.loads(store.tailor(*words, "--json").out)

    equal(of(store.rows("version", "validate", draft)), [field])
    equal(of(said("preview", draft)["warnings"]), [field])
    equal(of(said("preview", draft, "--all")["warnings"]), [field])
    equal(of(said("mapping", "coverage", draft, BLOCK)["warnings"]), [field])
    plan = store.rows("release", draft, "--dry-run")[0]
    assert [w for w in plan["sampleWarnings"] if field in w], plan
    for words in (("preview", draft), ("mapping", "coverage", draft, BLOCK)):
        assert f"warning: {BLOCK} > {field}: " in store.tailor(*words).out
    assert "\n  to check    " in store.tailor("release", draft,
                                              "--dry-run").out


# Sabotage: like_block() in meant() and IDLE_ROWS_SHOWN in
# src/manager/draft/idle_rows.c, "noValue" in src/cli/command/plan.c.
@test
def a_dry_run_tells_which_rows_give_nothing():
    store = S["store"]
    draft = store.new_draft()
    equal(store.rows("release", draft, "--dry-run")[0]["noValue"], [])
    store.tailor("block", "add", draft, "math", "--name", "Tax", "--before",
                 BLOCK, "--set", "formula==ROUND(total * 0.05, 2)")
    rows = {"taxTotal": "Tax", "memo": "custmer.fullName", "externalId": "AAA"}
    for target, source in rows.items():
        store.tailor("mapping", "set", draft, BLOCK, target, source)
    plan = store.rows("release", draft, "--dry-run")[0]
    told = {line.split()[3]: line for line in plan["noValue"]}
    equal(sorted(told), sorted(rows), plan["noValue"])
    assert "(Tax; did you mean Tax!result?)" in told["taxTotal"], told
    assert "; did you mean customer.fullName?)" in told["memo"], told
    assert told["externalId"].endswith(" (AAA)"), told
    said = store.tailor("release", draft, "--dry-run").out
    assert "\n  no value    " + plan["noValue"][0] in said, said
    for i in range(4):
        store.tailor("mapping", "set", draft, BLOCK, f"extra{i}", "AAA")
    store.tailor("mapping", "set", draft, BLOCK, "memo", "nosuch",
                 "--default", '"none"')
    told = store.rows("release", draft, "--dry-run")[0]["noValue"]
    equal((len(told), told[-1]), (6, "and 1 more"))
    assert not any("memo" in line for line in told), told


# Sabotage: fill_warnings() in src/manager/release/plan.c, or "warnings" in
# src/cli/command/plan.c.
@test
def a_dry_run_repeats_the_warnings_of_the_editor():
    store = S["store"]
    draft = store.new_draft()
    equal(store.rows("release", draft, "--dry-run")[0]["warnings"], [])
    store.tailor("block", "add", draft, "stop", "--name", "Halt", "--before",
                 BLOCK, "--set", "reason=end")
    problems = store.rows("version", "validate", draft)
    warnings = store.rows("release", draft, "--dry-run")[0]["warnings"]
    equal(warnings, ["{block} > {field}: {message}".format(**p)
                     for p in problems])
    assert "what follows never runs" in warnings[0], warnings
    said = store.tailor("release", draft, "--dry-run").out
    assert "\n  warnings    " + warnings[0] + "\n" in said, said


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


@test
def an_upgrade_that_nobody_is_selected_for_ends_with_4():
    # Sabotage: ERR_NOT_FOUND in narrow() of manager/release/upgrade.c.
    s = S["store"]
    for more in (("--yes",), ("--dry-run",), ()):
        said = s.tailor("upgrade", WORKFLOW, "--filter", "'custmer 01'", *more,
                        expect=4)
        assert "no installation" in said.err and said.out == "", said


def answers(line, *words):
    """The exit code of tailor WORDS on a terminal where LINE is typed when it
    asks, and what it said."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(TAILOR, [TAILOR, "--store", S["store"].store, *words])
    said, typed = b"", False
    while True:
        try:
            said += os.read(fd, 65536)
        except OSError:  # it has ended
            break
        if b"to confirm: " in said and not typed:
            os.write(fd, line.encode() + b"\n")
            typed = True
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


@test
def a_base_version_is_asked_about():
    # Sabotage: confirm_base() in ask_release().
    s = S["store"]
    drafts = [s.tailor("--json", "draft", "new", WORKFLOW, "--new").json[
        "versionId"] for _ in range(2)]

    def status():
        return s.tailor("--json", "version", "show", drafts[0]).json["status"]

    said = s.tailor("release", drafts[0], expect=3).err
    assert re.search(r"Release base v\d+ of order-to-cash for all new "
                     r"installations: not done yet \(say --yes", said), said
    code, said = answers("yes", "release", drafts[0])
    assert (code, "Type order-to-cash to confirm" in said) == (1, True), said
    equal(status(), "draft", "not released")
    code, said = answers(WORKFLOW, "release", drafts[0])
    equal((code, status()), (0, "released"), said)
    # what is refused is not asked about, and a fork is not either
    said = s.tailor("release", drafts[1], expect=5).err
    assert "--allow-stale" in said, said
    s.tailor("release", drafts[1], "--allow-stale", expect=3)
    s.tailor("release", drafts[1], "--allow-stale", "--yes")


@test
def the_question_of_an_upgrade_names_the_count():
    # Sabotage: the counts in confirm_upgrade().
    s = S["store"]
    draft = s.tailor("--json", "draft", "new", WORKFLOW,
                     "--new").out
    s.tailor("release", json.loads(draft)["versionId"], "--yes")
    said = s.tailor("upgrade", WORKFLOW, expect=3)
    assert re.search(r"Upgrade [1-9]\d* installations? to v\d+: \d+ at once",
                     said.err), said


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


# Who may come in, and where the audit ends, is asked before all else.
SPARED = {"actor": f"WHERE name<>'{getpass.getuser()}'",
          "audit": "WHERE rowid<(SELECT max(rowid) FROM audit)"}


# Without it a row is nobody's, and seen by no command.
WHOSE = {("sheet", "actor")}


def blank(path, tables):
    """Makes each text of TABLES that has to be there NULL, as only another
    program can: the schema says afterwards what it said before."""
    def write(sql):
        c = sqlite3.connect(path, isolation_level=None)
        c.executescript("PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF;"
                        "PRAGMA writable_schema=ON; BEGIN;" + sql + "COMMIT;")
        c.close()

    def put(change):
        return "".join("UPDATE sqlite_schema SET sql='{}' WHERE name='{}';"
                       .format(change(sql).replace("'", "''"), t)
                       for t, sql in made if t in tables)
    c = sqlite3.connect(path)
    made = c.execute("SELECT name, sql FROM sqlite_schema"
                     " WHERE type='table'").fetchall()
    columns = [(t, r[1]) for t in tables
               for r in c.execute(f"PRAGMA table_info({t})")
               if r[2] == "TEXT" and r[3] and not r[5]
               and (t, r[1]) not in WHOSE]
    triggers = c.execute("SELECT name, sql FROM sqlite_schema"
                         " WHERE type='trigger'").fetchall()
    c.close()
    equal({t for t, _ in columns}, set(tables), "tables with texts")
    write(put(lambda sql: sql.replace(" NOT NULL", "")))
    write("".join(f"DROP TRIGGER {name};" for name, _ in triggers) +
          "".join(f"UPDATE {t} SET {c}=NULL {SPARED.get(t, '')};"
                  for t, c in columns) +
          "".join(sql + ";" for _, sql in triggers))
    write(put(lambda sql: sql))


# The tables of which a text that is NULL is seen by a command that reads.
NAMES = "integration workflow"
OPENED = NAMES + " end_user installation version draft"
SEEN = {
    "whoami": "", "run list": "runtime", "run show": "runtime",
    "runtime list": "runtime", "runtime test": "runtime", "status": "runtime",
    "user list": "runtime", "access list": "actor",
    "access authorized-keys": "actor", "audit list": "audit",
    "audit show": "audit", "audit verify": "meta audit",
    "audit export": "meta audit", "store info": "meta",
    "block list": "connector installation version draft", "connector list": "connector",
    "connector show": "connector document", "workflow list": NAMES,
    "workflow show": NAMES, "integration list": "integration",
    "integration show": NAMES,
    "integration export": NAMES + " document version",
    "credential list": "integration runtime end_user installation version",
    "installation list": "integration runtime end_user version",
    "installation show": NAMES + " runtime end_user installation version",
    "draft list": NAMES + " end_user installation version",
    "draft log": "installation version",
    "draft kept": "installation version",
    "draft show": NAMES + " end_user installation version",
    "mapping show": "installation version draft",
    "mapping export": "installation version draft",
    "mapping suggest": OPENED, "mapping coverage": OPENED + " document sample",
    "preview": OPENED + " document sample", "table list": "installation version draft",
    "table show": "draft", "sample list": NAMES + " sample",
    "sample show": NAMES + " sample",
    "sample check": "installation version draft",
    "sheet list": "sheet", "sheet show": "sheet",
    "version diff": NAMES + " document installation version draft",
    "version list": NAMES + " version", "version show": OPENED,
    "version validate": "document installation version draft"}
FILLED = {"meta", "actor", "audit", "integration", "workflow", "document",
          "connector", "runtime", "end_user", "installation", "version",
          "draft", "sample", "sheet", "outbox"}


class Blanked:
    """Copies of a store in which texts of some tables are NULL."""

    def __init__(self, store):
        self.store, self.made = store, {}

    def copy(self, tables):
        name = "blank-" + "-".join(sorted(tables)) + ".db"
        if name not in self.made:
            self.made[name] = self.store.path(name)
            shutil.copy(self.store.store, self.made[name])
            blank(self.made[name], tables)
        return self.made[name]

    def run(self, tables, name):
        """(exit code, output) of the command NAME."""
        arguments = list(map(str, S["cases"][name][0]))
        if name in ("mapping export", "audit export"):
            arguments[-1] = "-"
        done = subprocess.run(
            [TAILOR, "--store", self.copy(tables), *name.split(), *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        where = (tables, name, done.returncode, done.stderr[-1000:])
        assert 0 <= done.returncode <= 8, where
        assert "(null)" not in done.stdout + done.stderr, where
        assert not done.returncode or done.stderr, where
        return done.returncode, done.stdout + done.stderr


WITHOUT_STORE = {"help", "completion", "block kinds", "formula eval",
                 "formula functions", "path query", "mapping run"}


@test
def a_text_that_is_null_crashes_no_command():
    """Each command meets NULLs in each table that it reads, alone, and in all
    others at once, which it does not see. Sabotage: "is NULL" or the "" in
    there() of src/store/db_stmt.c."""
    store = S["store"]
    store.end_follower()
    store.tailor("release", store.new_draft(), "--yes")
    store.tailor("access", "add", "another", "--role", "auditor")
    store.tailor("sample", "add", WORKFLOW, "-", "--label", "mine",
                 stdin="{}")
    store.tailor("sheet", "add", "s1", "-", stdin="target,source\n")
    store.end_follower()
    blanked, wrong = Blanked(store), []
    readers = {name_of(c) for c in commands() if c["reads"]} - WITHOUT_STORE
    equal(readers - {"store check"}, set(SEEN), "commands that read")
    for name, seen in SEEN.items():
        plain = blanked.run([], name)[0]
        if blanked.run(sorted(FILLED - set(seen.split())), name)[0] != plain:
            wrong.append(f"{name} reads another table than SEEN says")
        for table in seen.split():
            if blanked.run([table], name)[0] in (0, plain):
                wrong.append(f"{name} does not see NULL in {table}")
    assert not wrong, "\n".join(wrong)
    for table in sorted(FILLED):
        equal(blanked.run([table], "store check")[0], 8, table)


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
