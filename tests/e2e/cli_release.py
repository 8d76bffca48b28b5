#!/usr/bin/env python3
"""Releases, upgrades and requests on the command line: what a dry run tells,
what is asked first, what the audit keeps."""
import json
import os
import pty
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cli_cases import BLOCK, INTEGRATION, S, WORKFLOW, start, stop  # noqa: E402
from harness import TAILOR, equal, main, test  # noqa: E402


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


# Sabotage: try_sending() in src/cli/command/plan.c.
@test
def a_dry_run_tells_what_the_samples_send_otherwise():
    store = S["store"]
    draft = store.new_draft()
    lines = store.rows("release", draft, "--dry-run")[0]["willSend"]
    equal(len(lines), 1)
    assert lines[0].endswith("nothing that is sent differs, 0 fail"), lines
    store.tailor("mapping", "set", draft, BLOCK, "taxTotal",
                 "=ROUND(total * 0.05, 2)")
    lines = store.rows("release", draft, "--dry-run")[0]["willSend"]
    assert re.match(rf"{BLOCK}: \+ taxTotal, \d+\.?\d* on \S+ ", lines[0]), lines
    equal(len(lines), 2)
    said = store.tailor("release", draft, "--dry-run").out
    assert f"\n  will send   {lines[0]}\n" in said, said


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
def only_what_an_installation_starts_is_run_with_its_release():
    # Sabotage: refuse_run() in refuse_all().
    store = S["store"]
    draft = store.new_draft()
    plan = store.rows("release", draft, "--run-now", "--dry-run")[0]
    equal((plan["status"], plan["canRun"]), ("refused", False))
    assert "nothing to run it on" in plan["refusal"], plan
    store.tailor("release", draft, "--run-now", expect=5)
    equal(store.tailor("--json", "version", "show", draft).json["status"],
          "draft")


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


main(start, stop)
