#!/usr/bin/env python3
"""What a session through SSH may see and change, and what it is told, command by
command."""
import json
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cli_cases import BLOCK, S, WORKFLOW, as_session, name_of, start, stop  # noqa: E402
from harness import equal, main, test  # noqa: E402
from small_store import commands  # noqa: E402


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


main(start, stop)
