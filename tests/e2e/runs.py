#!/usr/bin/env python3
"""Runs as an engineer follows them: what a retry did, which version it went on
with, pages of lists, and what a run shows; against a server outside that
refuses what it is told to refuse."""
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILORD, equal, main, seed, test, wait_until  # noqa: E402
from outside import INTEGRATION, LOST, Outside  # noqa: E402
from small import I, Small  # noqa: E402

world = outside = None


def setup():
    global world, outside
    seed()
    world = Small(integration=INTEGRATION)
    with open(world.config, "w") as f:
        json.dump({"stopMs": 1, "outbound": {"allowLoopback": True, "ownCaOnly": True,
                                "caFile": world.state + "/ca.pem"}}, f)
    world.stop()
    world.start()
    outside = Outside(world.state)


def cleanup():
    if outside:
        outside.close()
    if world:
        world.close()


def send(event, data):
    """Sends an event; the id of its run."""
    world.api("POST", "/run/event", {"event": event, "userId": "ada",
                                     "data": data})
    return wait_until(lambda: row(data["number"]),
                      "the run to begin, and with it its label")["runId"]


def row(number):
    found = world.call("GET", f"/manage/v1/runs?find={number}")["data"]
    return found[0] if found else None


def reaches(number, *states):
    return wait_until(lambda: (lambda r: r if r["state"] in states else None)(
        row(number)), f"{number} to be {' or '.join(states)}")


def retry(run, expect):
    done = world.tailor("--json", "run", "retry", run, "--wait",
                        expect=expect)
    return done.json, done.err


@test
def a_retry_tells_what_became_of_the_run_and_its_version():
    # Sabotage: in deliver_retry() of src/cli/command/run.c look at the run as
    # without --wait, or leave "version" out of told[] in print_retried().
    outside.status["R-1"] = 400
    run = send("single", {"number": "R-1"})
    reaches("R-1", "failed")
    told, error = retry(run, 5)
    equal((told["status"], told["state"], told["version"]),
          ("started", "failed", "v1"))
    assert "400" in error, error
    outside.status["R-1"] = 503
    told, error = retry(run, 7)
    assert told["nextAttemptAt"] and "next attempt" in error, (told, error)
    outside.status["R-1"] = 400
    reaches("R-1", "failed")
    del outside.status["R-1"]
    told, _ = retry(run, 0)
    equal((told["state"], told["version"]), ("done", "v1"))
    world.end_started_on_demand()


@test
def a_release_tells_which_failed_runs_keep_the_version_before():
    # Sabotage: drop look_at_failed() of src/cli/command/release.c, or "after"
    # in count_pages().
    numbers = ["R-2"] + [f"R-2-{i}" for i in range(60)]  # more than a page
    for number in numbers:
        outside.status[number] = 400
    for number in numbers[1:]:
        world.api("POST", "/run/event", {
            "event": "single", "userId": "ada", "data": {"number": number}})
    run = send("single", {"number": "R-2"})
    for number in numbers:
        reaches(number, "failed")
    draft = world.json("draft", "fork", I, "single", "--new")["versionId"]
    world.tailor("block", "rename", draft, "Tell", "Say")
    told = world.json("--yes", "release", draft, "--wait")["data"][0]
    equal((told["status"], told["failedRuns"], told["failedRunsMore"]),
          ("live", len(numbers), False))
    back = world.tailor("--yes", "base", I, "single", "--to", "v1", "--wait")
    assert "failed" not in back.out, back.out
    del outside.status["R-2"]
    equal(retry(run, 0)[0]["version"], "v1")
    world.end_started_on_demand()


@test
def a_call_whose_answer_is_lost_is_not_made_again():
    # Sabotage: drop the end of take_no_answer() of call_answer.c, so that each
    # such call is tried later.
    outside.status["L-1"] = LOST
    run = send("single", {"number": "L-1"})
    found = reaches("L-1", "parked")
    assert "nobody knows whether it took effect" in found["message"], found
    equal(len(calls("L-1")), 1)
    del outside.status["L-1"]
    told, _ = retry(run, 0)  # somebody has looked there
    equal((told["state"], len(calls("L-1"))), ("done", 2))


def counted():
    """The newest counts that the feed has."""
    feed = world.call("GET", "/manage/v1/feed?after=0&limit=1000")["data"]
    told = [f for f in feed if f["kind"] == "runs"]
    return told[-1] if told else {"setAside": None, "done": None}


def calls(number):
    return [key for seen, key in outside.seen if seen == number]


@test
def a_retry_does_what_was_set_aside_and_nothing_twice():
    # Sabotage: let STEPS_RETRY delete steps of any state (doubled calls), or
    # tell_count() of src/runtime/executor/end.c count what came since the last
    # time.
    outside.status["A-2"] = 400
    run = send("lines", {"number": "A", "lines": [
        {"number": "A-1"}, {"number": "A-2"}, {"number": "A-3"}]})
    equal(reaches("A", "done")["setAside"], 1)
    wait_until(lambda: counted()["setAside"] == 1, "the element to be counted")
    send("lines", {"number": "B", "lines": [{"number": "B-1"}]})
    reaches("B", "done")
    wait_until(lambda: counted()["done"] == 1 and
               world.call("GET", "/manage/v1/feed?after=0&limit=1000")[
                   "data"][-1]["at"] >= row("B")["stoppedAt"],
               "the second run to be counted")
    equal(counted()["setAside"], 1, "set aside after another run")
    told, _ = retry(run, 5)
    equal((told["state"], told["setAside"]), ("done", 1))
    del outside.status["A-2"]
    told, _ = retry(run, 0)
    equal((told["state"], told["setAside"]), ("done", 0))
    wait_until(lambda: counted()["setAside"] == 0, "nothing to be set aside")
    equal([len(calls(f"A-{n}")) for n in (1, 2, 3)], [1, 3, 1], "calls")
    equal(len(set(calls("A-2"))), 1, "keys of the element")
    workflow_id = row("A")["workflowId"]
    total = world.api("GET", f"/workflows/{workflow_id}/analytics")
    equal((total["totalWorkflowRuns"], total["totalErrors"]), (2, 0))
    world.end_started_on_demand()


@test
def a_resume_names_the_workflows_that_stay_paused():
    # Sabotage: drop paused_workflows() in cmd_installation_resume() of
    # src/cli/command/request.c.
    def is_paused(key):
        shown = world.json("installation", "show", I)["workflowList"]
        return any(w["workflow"] == key and w["paused"] for w in shown)

    world.tailor("installation", "pause", I, "single", "--wait")
    world.tailor("installation", "pause", I, "--wait")
    wait_until(lambda: is_paused("single"), "the pause to be known")
    done = world.tailor("installation", "resume", I, "--wait")
    assert "1 workflow stays paused on its own: tailor installation resume " \
        f"{I} WORKFLOW\n  single\n" in done.out, done.out
    world.tailor("installation", "pause", I, "--wait")
    done = world.json("installation", "resume", I, "--wait")
    equal((done["status"], done["stillPaused"]), ("resumed", ["single"]))
    done = world.json("installation", "resume", I, "single", "--wait")
    equal((done["status"], done.get("stillPaused")), ("resumed", None))
    world.end_started_on_demand()


@test
def what_does_not_begin_is_told():
    # Sabotage: drop "|| r->done" in end_row() of
    # src/manager/exchange/apply_receipts.c; drop tell_waiting() in
    # decide_event() or decide_start() of src/runtime/decide/state.c.
    def calls(number):
        return sum(n == number for n, _ in outside.seen)

    order = world.state + "/order.json"
    with open(order, "w", encoding="utf-8") as f:
        json.dump({"number": "W-1"}, f)
    done = world.json("event", "send", I, "singel", order, "--wait")
    equal((done["status"], done["message"]),
          ("accepted", "no live workflow of the installation waits for it"))
    world.tailor("installation", "pause", I, "single", "--wait")
    why = ("the run waits: its installation or workflow is paused (resume it "
           "first)")
    for command, status in ((["event", "send", I, "single", order], 0),
                            (["run", "start", I, "single", "--input", order],
                             5)):
        done = world.tailor("--json", *command, "--wait", expect=status)
        equal(json.loads(done.out)["message"], why, command[0])
    assert "not started yet: " + why in done.err, done.err
    equal(calls("W-1"), 0, "calls of what is paused")
    world.tailor("installation", "resume", I, "single", "--wait")
    wait_until(lambda: calls("W-1") == 2, "the resumed runs")


@test
def what_starts_with_an_event_does_not_run_without_one():
    # Sabotage: trigger_check_no_input() in decide_start().
    before = len(world.json("run", "list", "--installation", I)["data"])
    done = world.tailor("run", "start", I, "single", "--wait", expect=5)
    assert "its trigger (event) gives" in done.err, done.err
    equal(len(world.json("run", "list", "--installation", I)["data"]), before)


@test
def pages_over_two_runtimes_have_every_run_once():
    # Sabotage: let run_pages_position() of src/cli/command/run_pages.c forget
    # the name, or that a runtime has no more; let newest() of run_listing.c take
    # the first source; leave out s->position in merge().
    other = Small()
    try:
        for i in range(8):
            send("single", {"number": f"P-{i}"})
            if i % 3 == 0:
                equal(other.event(1)[0], 200)
        world.tailor("runtime", "add", "a, 2:", other.url, "--environment",
                     "production", "--ca", other.state + "/ca.pem",
                     "--token-file", other.state + "/manage.token",
                     "--read-token-file", other.state + "/read.token")
        whole, _ = pages()
        wanted = {("rt", r) for r in runs_of(world)} | {
            ("a, 2:", r) for r in runs_of(other)}
        equal({(r["runtime"], r["runId"]) for r in whole}, wanted)
        for limit in ("1", "3", "7"):
            rows, sizes = pages("--limit", limit)
            equal([r["runId"] for r in rows], [r["runId"] for r in whole])
            equal(set(sizes[:-1]), {int(limit)}, "rows of a page")
        times = [r["acceptedAt"] for r in whole]
        equal(times, sorted(times, reverse=True), "order")
        only, _ = pages("--runtime", "a, 2:", "--limit", "2")
        equal(len(only), 3)
        first = world.json("run", "list", "--runtime", "a, 2:", "--limit", "2")
        rest = world.json("run", "list", "--after", first["next"])["data"]
        equal([r["runId"] for r in rest], [only[2]["runId"]])
        shown = world.tailor("run", "list", "--limit", "1").out
        assert "… more: --after a" in shown, shown
        refused = world.tailor("run", "list", "--after", "17", expect=2)
        assert "omit it" in refused.err, refused.err
        a_run_is_found_where_it_is(whole[0]["runId"], only[0]["runId"])
        other.stop()
        a_runtime_that_is_down_hides_no_runs(whole)
        a_runtime_that_is_down_keeps_no_other_waiting()
        other.start()
        world.tailor("sync", "a, 2:", expect=None)
        world.tailor("runtime", "remove", "a, 2:", "--yes")
    finally:
        other.close()


def a_run_is_found_where_it_is(*runs):
    # Sabotage: let ask_each() of src/cli/command/run_place.c take the first
    # runtime.
    there = {r["runId"]: r["runtime"] for r in world.json("run", "list")["data"]}
    told = world.tailor("--json", "run", "cancel", *runs, "--wait", expect=None)
    equal([(r["runId"], r["runtime"]) for r in told.json["data"]],
          [(r, there[r]) for r in runs])
    missing = one_is_unknown(runs[0])
    assert "no runtime has it" in missing.err, missing.err
    missing = one_is_unknown(runs[0], "--runtime", there[runs[0]])
    assert "does not have it" in missing.err, missing.err


def one_is_unknown(run, *options):
    """Neither RUN nor the other is changed; what the last refusal said."""
    # Sabotage: let take_named() of src/cli/command/run_many.c take what
    # run_place_find() says.
    before = queued()
    for verb in ("retry", "cancel"):
        told = world.tailor("run", verb, run, "0" * 24, *options, expect=4)
    equal(queued(), before, "changes where one run is unknown")
    return told


def queued():
    return [world.json("audit", "list", "--action", f"run.{verb}")["data"]
            for verb in ("retry", "cancel")]


def a_runtime_that_is_down_hides_no_runs(whole):
    # Sabotage: let ask_each() of src/cli/command/run_listing.c, or reading_run()
    # of reading.c, end at the first runtime that does not answer; leave out
    # cli->status in tell_unavailable().
    there = [r["runId"] for r in whole if r["runtime"] == "rt"]
    listed = world.tailor("--json", "run", "list", expect=7)
    equal([r["runId"] for r in listed.json["data"]], there)
    equal([u["runtime"] for u in listed.json["unavailable"]], ["a, 2:"])
    assert "a, 2:" in listed.err, listed.err
    listed = world.tailor("run", "list", expect=7)
    assert there[0] in listed.out and "a, 2:" in listed.err, listed
    equal(world.json("run", "show", there[0])["runId"], there[0])
    missing = world.tailor("run", "show", "0" * 24, expect=7)
    assert "did not answer" in missing.err, missing.err
    missing = world.tailor("run", "cancel", "0" * 24, expect=7)
    assert "--runtime with one of" in missing.err, missing.err


def a_runtime_that_is_down_keeps_no_other_waiting():
    # Sabotage: wait inside the loop of queue_offers() of
    # src/cli/command/runtime.c.
    world.tailor("sync", "rt")
    said = world.tailor("integration", "publish", "orders", "a, 2:", "rt",
                        "--wait", "--timeout", "1", expect=7)
    assert "orders: offered at rt" in said.out, said
    assert "orders: not confirmed by a, 2:" in said.out, said


def pages(*options):
    """The runs of all pages, and how many each page has."""
    rows, sizes, after = [], [], []
    while True:
        page = world.json("run", "list", *options, *after)
        rows += page["data"]
        sizes.append(len(page["data"]))
        assert len(sizes) <= 100, "the pages never end"
        if not page.get("next"):
            return rows, sizes
        after = ["--after", page["next"]]


def runs_of(small):
    return [r["runId"] for r in small.call("GET", "/manage/v1/runs?limit=100")[
        "data"]]


@test
def a_run_shows_what_went_in_and_out():
    # Sabotage: drop say_payloads() of src/cli/command/run.c.
    run = send("single", {"number": "S-1", "note": "x" * 3000})
    reaches("S-1", "done")
    shown = world.tailor("run", "show", run).out
    assert '"told":"S-1"' in shown and "bytes; --json shows all" in shown, shown
    assert "U+000A" not in shown, shown
    assert len(shown) < 8000, len(shown)


def figures():
    """tailord_runs of /metrics, by state."""
    with open(world.state + "/read.token") as f:
        request = urllib.request.Request(
            f"{world.url}/metrics",
            headers={"Authorization": "Bearer " + f.read().strip()})
    with urllib.request.urlopen(request, context=world.tls,
                                timeout=30) as answer:
        text = answer.read().decode()
    return {s: int(n) for s, n in re.findall(
        r'^tailord_runs\{state="(\w+)"\} (\d+)$', text, re.M)}


def runs_in(state):
    return world.call("GET", f"/manage/v1/runs?limit=100&state={state}")["data"]


@test
def the_figures_count_the_runs_of_each_state():
    # Sabotage: leave a term out of RUN_COUNTS, or a trigger of run_total.
    outside.status.update({"M-1": 400, "M-2": 503})
    send("single", {"number": "M-1"})
    run = send("single", {"number": "M-2"})
    reaches("M-1", "failed")
    world.tailor("installation", "pause", I, "--wait")
    # It is parked before it begins, so it has no label to be found by.
    world.api("POST", "/run/event", {"event": "single", "userId": "ada",
                                     "data": {"number": "M-3"}})
    world.tailor("run", "cancel", run, "--wait")
    states = ("accepted", "running", "done", "failed", "parked", "cancelled")
    counts = {s: len(runs_in(s)) for s in states}
    equal(figures(), counts, "runs by state")
    assert counts["cancelled"] == counts["parked"] == 1, counts
    world.tailor("installation", "resume", I, "--wait")
    reaches("M-3", "done")
    world.end_started_on_demand()


def reads_again(how, before):
    """Ends tailord as HOW says and starts it; its call comes once more."""
    world.stop(how)
    world.start()
    wait_until(lambda: outside.reads > before, "the call to be made again")


def counted_kills():
    """How many starts found runs that tailord was killed with."""
    with open(world.path("tailord.err"), encoding="utf-8") as f:
        return f.read().count('"event":"ended without order before","runs":"1"')


@test
def a_run_that_tailord_is_killed_with_keeps_nobody_waiting():
    # Sabotage: drop crash_mark(), or executor_closed (the stop counts then).
    world.api("POST", "/run/event", {
        "event": "read", "userId": "ada", "data": {"number": "K-1"}})
    wait_until(lambda: outside.reads == 1, "the call")
    for before, how in enumerate([signal.SIGKILL, signal.SIGKILL,
                                  signal.SIGTERM, signal.SIGKILL], 1):
        reads_again(how, before)
    world.stop(signal.SIGKILL)
    world.start()
    equal(counted_kills(), 3)
    send("single", {"number": "K-2"})
    reaches("K-2", "done")
    outside.answers.set()
    reaches("K-1", "done")
    world.end_started_on_demand()


def put_back(copy):
    """tailord is killed, and COPY takes the place of its store."""
    world.stop(signal.SIGKILL)
    done = subprocess.run([TAILORD, "--state", world.state, "restore", copy],
                          capture_output=True, text=True)
    equal(done.returncode, 0, done.stderr)
    world.start()


def accept(event, number):
    """The run of an event that does not begin, so that it has no label."""
    return world.api("POST", "/run/event", {
        "event": event, "userId": "ada",
        "data": {"number": number}})["executionIds"][0]


def named(execution):
    return next(r for r in world.call("GET", "/manage/v1/runs?limit=100")[
        "data"] if r["executionId"] == execution)


def many(verb, *options, expect=0):
    done = world.tailor("--json", "run", verb, "--parked", "restored",
                        "--installation", I, *options, expect=expect)
    return done.json["data"] if "data" in done.json else done.err


def all_at_once(newest):
    """Runs that a restore parked are retried, then cancelled, by one command
    each; NEWEST are the last three of five. Sabotage: let LOOKED_AT_RUNS of
    src/store/runtime_sql.h forget what runs are parked for; drop wait_for_end()
    or confirm() of src/cli/command/run_many.c."""
    parked = [r["runId"] for r in world.json(
        "run", "list", "--parked", "restored")["data"]]
    equal(parked[:3], newest[::-1])
    equal(world.call("GET", "/manage/v1/runs?parkedFor=paused")["data"], [])
    equal(len(parked), 5)
    equal([r["runId"] for r in many("retry", "--dry-run")], parked[::-1])
    told = world.tailor("run", "retry", "--parked", "restored", "--dry-run",
                        "--limit", "1").out
    assert newest[2] in told and "more are parked" in told, told
    refused = many("retry", "--limit", "2", expect=3)
    assert "Retry 2 runs parked for restored" in refused, refused
    for wrong in (["--limit", "1"], [newest[0], "--parked", "restored"], []):
        world.tailor("run", "cancel", *wrong, expect=2)
    one_is_unknown(newest[0])
    gone = world.json("--yes", "run", "cancel", "--parked", "restored",
                      "--limit", "1", "--wait")["data"]
    equal([(r["runId"], r["status"]) for r in gone],
          [(newest[2], "cancelled")])
    # The workflow is paused: no run of it may begin.
    told = many("retry", "--yes", "--limit", "2", "--wait", expect=5)
    equal([(r["runId"], r["status"]) for r in told],
          [(newest[0], "refused"), (newest[1], "refused")])
    world.tailor("installation", "resume", I, "single", "--wait")
    told = many("retry", "--yes", "--limit", "2", "--wait")
    equal([(r["runId"], r["status"], r["state"]) for r in told],
          [(newest[0], "started", "done"), (newest[1], "started", "done")])
    equal([len(calls(f"T-{n}")) for n in (4, 5, 6)], [2, 2, 1], "calls")
    records = world.json("audit", "list", "--action", "run.retry")["data"]
    equal([r["subjectId"] for r in records[:2]], newest[1::-1], "records")


@test
def a_restore_sends_nothing_twice():
    """A backup has a call that waits for its next attempt, a read and an event
    that a pause keeps; all are done after it was made. Sabotage: drop
    restored_opened() in executor_opened() of src/runtime/executor/executor.c,
    or let document_repeats() of restored.c return one value always."""
    outside.answers.clear()
    reads = outside.reads
    outside.status["T-1"] = 503
    run = send("single", {"number": "T-1"})
    read = accept("read", "T-2")
    wait_until(lambda: outside.reads > reads, "the read")
    world.tailor("installation", "pause", I, "single", "--wait")
    kept = accept("single", "T-3")
    more = [accept("single", f"T-{n}") for n in (4, 5, 6)]
    wait_until(lambda: row("T-1").get("nextAttemptAt") or
               row("T-1")["state"] == "parked", "an attempt to be due")
    copy = world.path("runs-backup.db")
    subprocess.run([TAILORD, "--state", world.state, "backup", copy],
                   check=True, capture_output=True)
    del outside.status["T-1"]
    world.tailor("installation", "resume", I, "single", "--wait")
    reaches("T-1", "done")
    reaches("T-3", "done")
    for n in (4, 5, 6):
        reaches(f"T-{n}", "done")
    before = [len(calls("T-1")), len(calls("T-3"))]
    equal(before[1], 1, "calls of what was paused")
    world.end_followers()
    world.sync()
    put_back(copy)
    world.sync(expect=5)
    notice = world.runtime()["notice"]
    assert "after the backup was made: 5 (" in notice, notice
    world.tailor("runtime", "accept-restore", "rt", "--wait")
    outside.answers.set()
    wait_until(lambda: named(read)["state"] == "done", "the read to go on")
    for execution in (row("T-1")["executionId"], kept, *more):
        shown = named(execution)
        equal((shown["state"], shown["parkedFor"]), ("parked", "restored"))
        assert "look in the app" in shown["message"], shown
    equal([len(calls("T-1")), len(calls("T-3"))], before, "calls")
    all_at_once([named(x)["runId"] for x in more])
    world.tailor("installation", "resume", I, "single", "--wait")
    world.tailor("run", "cancel", named(kept)["runId"], "--wait")
    equal(retry(run, 0)[0]["state"], "done")
    equal([len(calls("T-1")), len(calls("T-3"))], [before[0] + 1, 1], "calls")
    world.end_started_on_demand()


if __name__ == "__main__":
    main(setup, cleanup)
