#!/usr/bin/env python3
"""Job B: the mapping from the call, record by record.

Globex installs the order sync; its first run stops to do; the engineer fills
the mapping from the customer's sheet and splits the name; 2,000 historical
orders arrive in pages. What the ISV's API received is compared byte for byte
with an expectation that this file computes by itself from the same orders,
digits and all; the orders that cannot be mapped are set aside, not fatal.

To see it fail: let tape_write (src/value) print a number as a double, or
let set_aside (src/runtime) drop the element: bytes or counts differ.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import equal, main, test, wait_until  # noqa: E402
from order_sync import (BLOCK, I, SHEET, W, check_arrived, close,  # noqa: E402
                        expected, raw, setup, state, workflow,
                        write_workbook)

@test
def the_first_run_stops_and_the_customer_is_in_the_queue():
    w = state["world"]
    wait_until(lambda: w.tailor("installation", "show", I,
                                expect=None).status == 0, "the installation")
    wait_until(lambda: workflow()["todo"], "the installation to be to do")
    queue = w.json("installation", "list", "--state", "to do")["data"]
    equal([row["username"] for row in queue], ["globex"])
    equal(raw("/standin/records?type=isv:/orders")["data"], [])


@test
def the_sheet_is_a_proposal_first():
    w = state["world"]
    draft = state["draft"] = w.json("draft", "fork", I, W,
                                    "--new")["versionId"]
    w.tailor("block", "remove", draft, "Stop Workflow")
    before = w.json("mapping", "show", draft, BLOCK)
    columns = ("--target", "YourApp", "--source", "Netsuite")
    proposal = w.json("mapping", "import", draft, BLOCK, "-", *columns,
                      "--dry-run", stdin=SHEET)
    equal((proposal["applied"], proposal["problems"]), (False, 0))
    equal(w.json("mapping", "show", draft, BLOCK), before, "nothing changed")
    book = os.path.join(w.dir, "globex.xlsx")
    write_workbook(book)
    said = w.tailor("mapping", "import", draft, BLOCK, book, expect=6).err
    assert "line 3 is YourApp, Netsuite" in said, said
    same = w.json("mapping", "import", draft, BLOCK, book, *columns, "--dry-run")
    equal(same["data"], [{**row, "line": row["line"] + 2} for row in proposal["data"]],
          "the workbook")
    equal(w.json("mapping", "import", draft, BLOCK, book,
                 *columns)["applied"], True)
    back = w.tailor("mapping", "export", draft, BLOCK, *columns).out
    again = w.json("mapping", "import", draft, BLOCK, "-", *columns,
                   "--dry-run", stdin=back)
    equal((again["added"], again["changed"]), (0, 0), "the round trip")


@test
def the_preview_foretells_what_will_be_set_aside():
    w, draft = state["world"], state["draft"]
    w.tailor("mapping", "set", draft, BLOCK, "first_name",
             '=TEXTBEFORE(customer.fullName, " ")')
    w.tailor("mapping", "set", draft, BLOCK, "last_name",
             '=TEXTAFTER(customer.fullName, " ")')
    run = w.json("run", "list", "--installation", I)["data"][0]["runId"]
    blocks = w.json("preview", draft, "--sample", run)["data"]
    # What a customer sent is the customer's, and never the vendor's.
    w.tailor("sample", "add", W, "--run", run, "--label", "of a run")
    for more, found in (((), False), (("--installation", I), True)):
        equal("of a run" in w.tailor("sample", "list", W, *more).out, found)
    w.tailor("sample", "remove", W, "of a run", "--installation", I, "--yes")
    sends = next(b for b in blocks if b["block"] == BLOCK)
    equal((sends["times"], sends["failed"]), (2000, 20))
    equal(raw("/standin/records?type=isv:/orders")["data"], [], "sent")


@test
def the_orders_arrive_byte_for_byte_and_the_bad_ones_are_set_aside():
    w, draft = state["world"], state["draft"]
    answer = w.json("release", draft, "--run-now", "--wait")["data"][0]
    equal(answer["status"], "live")
    wanted, aside = expected()
    wait_until(lambda: workflow()["setAside"] == len(aside),
               "the run to end", 120)
    equal(workflow()["todo"], False)
    check_arrived(wanted)
    run = w.json("run", "list", "--installation", I)["data"][0]["runId"]
    blocks = w.json("run", "show", run)["blocks"]
    bad = [b for b in blocks if b["state"] == "setAside"]
    equal(len(bad), 20)
    assert all("first_name: #N/A" in b["message"] for b in bad), bad[0]


@test
def each_call_says_what_it_comes_from():
    """As the backend of the vendor knows it from the embedded API. Sabotage:
    a line of add_origin() in src/runtime/executor/block/api.c."""
    w = state["world"]
    run = w.json("run", "list", "--installation", I)["data"][0]
    record = raw("/standin/records?type=isv:/orders&limit=1")["data"][0]
    said = dict(line.split(": ", 1)
                for line in record["headers"].splitlines())
    equal(said, {"X-Alloy-WorkflowId": workflow()["workflowId"],
                 "X-Alloy-UserId": w.json("installation", "show", I)["userId"],
                 "X-Alloy-BlockName": BLOCK,
                 "X-Alloy-BlockType": "api",
                 "X-Alloy-ExecutionUuid": run["executionId"]})


@test
def a_release_that_is_run_says_that_its_run_waits():
    """Sabotage: item_run_waits() in run_now() of src/runtime/decide/version.c;
    mine->at[0].message in say_item() of src/cli/command/plan.c."""
    w = state["world"]
    w.tailor("--yes", "installation", "pause", I, "--wait")
    draft = w.json("draft", "fork", I, W, "--new")["versionId"]
    w.tailor("block", "set", draft, BLOCK, "note=while it is paused")
    said = w.tailor("--yes", "release", draft, "--run-now", "--wait")
    assert "live" in said.out and "the run waits: " in said.out, said.out
    run = w.json("run", "list", "--installation", I)["data"][0]
    equal(run["parkedFor"], "paused")
    w.tailor("--yes", "run", "cancel", run["runId"])
    w.tailor("--yes", "installation", "resume", I, "--wait")


if __name__ == "__main__":
    main(setup, close)
