#!/usr/bin/env python3
"""Runs as samples in the console: fetched by tailor-fetch beside the keys,
redacted, on record at the runtime, and kept only where the person says so.

Sessions as by SSH, each in a real tmux, over a store and a runtime with one
customer. What may not be seen is neither asked for nor shown nor kept.
"""
import json
import os
import shutil
import signal
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Skip, equal, main, test, wait_until  # noqa: E402
from small import I, Small, W  # noqa: E402
from tmux_console import Console  # noqa: E402

PAYLOAD, SECRET = "48151623", "hunter2-Zq9"
FETCHED = "fetched, not kept"
w = folder = None
S = {}


def send(amount):
    """An order of the customer; its run, when it is done."""
    before = w.executions()
    w.api("POST", "/run/event", {
        "event": "order", "userId": "ada",
        "data": {"amount": int(amount), "password": SECRET}})
    new, = wait_until(lambda: {i for i, state in w.executions().items()
                               if i not in before and state == "done"},
                      "the run")
    return next(r["runId"] for r in w.call("GET", "/manage/v1/runs")["data"]
                if r["executionId"] == new)


def setup():
    global w, folder
    if not shutil.which("tmux"):
        raise Skip("tmux is not installed")
    folder = tempfile.mkdtemp(prefix="tailor-runs-")
    w = Small(store=os.path.join(folder, "store"))
    S["run"] = send(PAYLOAD)
    for name, *more in (("erin", "engineer"), ("ada", "auditor"),
                        ("carl", "engineer", "--no-payloads")):
        w.tailor("access", "add", name, "--role", *more)
    wait_until(lambda: w.sync() and w.tailor(
        "installation", "show", I, expect=None).status == 0, "the customer")
    S["draft"] = w.json("draft", "fork", I, W, "--new")["versionId"]
    w.tailor("block", "set", S["draft"], "Tax", "formula==amount")


def close():
    if w:
        w.close()
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


class Session:
    """A console of ACTOR in the list of samples of the draft."""

    def __init__(self, actor):
        self.actor = actor

    def __enter__(self):
        c = self.console = Console(w.store, actor=self.actor)
        c.until("Installations")
        c.keys("Enter")
        c.until("what was done last")
        c.keys("j", "Enter")
        c.until("=amount")
        c.keys("j")
        c.until("Tax  math")
        return c

    def __exit__(self, *_):
        self.console.close()


class Frozen:
    """While it lasts, the runtime answers nothing, as when its host hangs."""

    def __enter__(self):
        w.daemon.send_signal(signal.SIGSTOP)

    def __exit__(self, *_):
        w.daemon.send_signal(signal.SIGCONT)


def looks():
    """Who has looked at the payloads of which run, by the runtime's word."""
    with open(w.path("tailord.err")) as f:
        found = [json.loads(line) for line in f if "payload looked at" in line]
    return [(one["actor"], one["run"]) for one in found]


def kept():
    return w.json("sample", "list", W, "--installation", I)["data"]


def fetch(c):
    c.keys("A")
    c.until("run of ")
    c.keys("G", "Enter")
    return c.until(FETCHED)


@test
def a_run_is_tried_and_kept_nowhere():
    """Sabotage: sample_redact() in take_run() of ui/draft/samples_runs.c."""
    before = looks()
    with Session("erin") as c:
        shown = fetch(c)
        assert "redacted: password" in shown, shown
        c.until(PAYLOAD)  # what the formula gives on it
        c.keys("A")
        c.until("  gives")
        assert SECRET not in c.screen(), c.screen()
    equal(looks()[len(before):], [("erin", S["run"])])
    equal(kept(), [])


@test
def a_run_is_shown_on_the_canvas_of_its_version():
    """Sabotage: run_redact() in take() of ui/screen/run.c."""
    before = looks()
    with Session("erin") as c:
        c.keys("A")
        c.until("run of ")
        c.keys("G", "c")
        shown = c.until("[2 Tax  math  ok")
        for text in ("[1 Order  event  ok", "run on v1: done",
                     'in  {"amount":'):
            assert text in shown, shown
        c.keys("j")
        c.until('out {"result":2}')
        c.keys("g", "Enter")
        shown = c.until(f'"amount": {PAYLOAD}')
        assert '"password": "[redacted]"' in shown, shown
        c.keys("Escape")
        c.until("[2 Tax")
        c.keys("Escape")
        c.until("  gives")
    equal(looks()[len(before):], [("erin", S["run"])])
    equal(kept(), [])


@test
def it_is_kept_where_the_person_says_so():
    with Session("erin") as c:
        fetch(c)
        c.keys("a")
        c.type("keep sample")
        c.keys("Enter")
        c.until("stays in the store until it is removed")
        c.press_alone("Escape", "Not done: keep sample")
        equal(kept(), [])
        for formula, told in (("amount+1", "not done, it changed"),
                              (None, "kept as a sample")):
            c.keys("a")
            c.type("keep sample")
            c.keys("Enter")
            c.until("stays in the store until it is removed")
            c.press_alone("Tab", "[>Keep the sample<]")
            if formula:  # another session, while the question is open
                w.tailor("block", "set", S["draft"], "Tax",
                         f"formula=={formula}")
                equal(kept(), [])
                c.until("changed this draft")
            c.press_alone("Enter", told)
        w.tailor("block", "set", S["draft"], "Tax", "formula==amount")
    row, = kept()
    equal((row["label"], row["own"]), (S["run"], True))
    whole = w.json("sample", "show", W, S["run"], "--installation", I)
    equal(whole["input"], {"amount": int(PAYLOAD), "password": "[redacted]"})
    w.tailor("sample", "remove", W, S["run"], "--installation", I, "--yes")


@test
def who_may_not_see_payloads_gets_none():
    """Neither an auditor, who tries nothing, nor who is kept from them.
    Sabotage: manager_may_see_payloads() or act_refusal() in find_runtime()."""
    before = looks()
    for actor, why in (("carl", "may not see what customers sent"),
                       ("ada", "engineer only")):
        with Session(actor) as c:
            c.keys("A")
            shown = c.until(why)
            assert "run of " not in shown, shown
            c.keys("G", "Enter")  # asks again
            c.until(why)
            c.keys(":")
            c.type("try-run")
            c.keys("Enter")
            c.until("Try run: ")
            assert PAYLOAD not in c.screen(), c.screen()
    equal(looks(), before)


@test
def a_frozen_runtime_holds_no_key_and_is_given_up():
    """Sabotage: "a->answered = NULL" in fetching_give_up()."""
    with Session("erin") as c:
        c.keys("A")
        c.until("run of ")
        with Frozen():
            c.keys("G", "Enter")
            c.until("waiting for rt (Esc gives up)")
            c.keys("?")
            c.until("THIS SCREEN")
            c.keys("Escape")
            c.until("waiting for rt (Esc gives up)")
            c.keys("Escape")
            c.until("Given up: what rt answers is thrown away")
            c.keys("Escape")
            c.until("Tax  math")
        c.keys("A")
        c.until("run of ")
        assert PAYLOAD not in c.screen(), c.screen()
        c.keys("G", "Enter")  # the answer to this one, not to the last
        c.until(FETCHED)
        c.until(PAYLOAD)
    equal(kept(), [])


@test
def a_runtime_that_is_gone_is_told():
    with Session("erin") as c:
        c.keys("A")
        c.until("run of ")
        w.stop()
        try:
            c.keys("G", "Enter")
            c.until("runtime rt: ")
            c.keys("F5")
            c.until("(F5 asks again)")
        finally:
            w.start()
        c.keys("F5")
        c.until("run of ")
        c.keys("G", "Enter")
        c.until(FETCHED)


@test
def a_right_that_is_lost_meanwhile_shows_nothing():
    """Neither what is under way nor what was fetched before."""
    send("48151624")
    with Session("erin") as c:
        fetch(c)
        c.until("4815162")
        c.keys("A")
        c.until("run of ")
        c.until("done")
        with Frozen():
            c.keys("G", "Enter")
            c.until("waiting for rt (Esc gives up)")
            w.tailor("access", "add", "erin", "--role", "engineer",
                     "--no-payloads")
            c.until("all screens were closed")
        c.press_alone("Enter", "what was done last")
        c.keys("j", "Enter")
        c.until("=amount")
        c.keys("j")
        c.until("Tax  math")
        c.keys("A")
        c.until("erin may not see what customers sent")
        assert "4815162" not in c.screen(), c.screen()
    w.tailor("access", "add", "erin", "--role", "engineer", "--payloads")


@test
def a_role_that_is_lost_meanwhile_shows_nothing():
    """Who may not ask any more is not answered. Sabotage: fetching_may() in
    may_have() of ui/screen/fetching.c."""
    send("48151625")
    with Session("erin") as c:
        c.keys("A")
        c.until("run of ")
        c.until("done")
        with Frozen():
            c.keys("G", "Enter")
            c.until("waiting for rt (Esc gives up)")
            w.tailor("access", "add", "erin", "--role", "auditor",
                     "--payloads")
            c.until("Your role is auditor")
        shown = c.until("engineer only")
        assert FETCHED not in shown, shown
        c.keys("Escape")
        c.until("=amount")
        assert "4815162" not in c.screen(), c.screen()
    w.tailor("access", "add", "erin", "--role", "engineer", "--payloads")


if __name__ == "__main__":
    main(setup, close)
