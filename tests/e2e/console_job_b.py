#!/usr/bin/env python3
"""Job B in the console, in a real tmux, against a real runtime.

Globex installs the order sync; its first run stops to do. By keys alone the
engineer finds it, forks, tries the draft on the stopped run, fills the mapping
from the customer's sheet, releases and runs. What the ISV's API received and
what was set aside is looked at outside the console.
"""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import order_sync  # noqa: E402
from harness import Skip, equal, main, test, wait_until  # noqa: E402
from order_sync import BLOCK, I, W  # noqa: E402
from tmux_console import Console  # noqa: E402

w = c = None
S = {}


def setup():
    global w, c
    if not shutil.which("tmux"):
        raise Skip("tmux is not installed")
    order_sync.setup()
    w = order_sync.state["world"]
    wait_until(lambda: w.tailor("installation", "show", I,
                                expect=None).status == 0, "the installation")
    wait_until(lambda: order_sync.workflow()["todo"], "the first run to stop")
    c = Console(w.store)


def close():
    if c:
        c.close()
    order_sync.close()


def go_to(block):
    c.keys("o")
    c.type(block)
    c.keys("Enter")


@test
def the_stopped_customer_is_found_and_forked():
    c.until("Globex")
    c.keys("v")
    c.type("todo")
    c.keys("Enter")
    c.until("state:todo")
    c.keys("Enter")
    c.until("to do: waits for its version")
    c.keys("F")
    c.until("v1.1 draft on v1")
    S["draft"] = w.json("draft", "list")["data"][0]["versionId"]


@test
def the_stopped_run_becomes_the_sample():
    c.keys("A")
    c.until("stopped at Stop Workflow")
    c.keys("G", "Enter")
    c.until("fetched, not kept")
    equal(w.json("sample", "list", W, "--installation", I)["data"], [])


@test
def the_branch_after_the_stop_is_tried_on_the_run():
    go_to("Stop")
    c.keys("d")
    c.until("Deleted Stop Workflow")
    go_to("Custom")
    c.keys("Enter")
    c.until('"PO-000001" and 1999 m')


@test
def the_workbook_of_the_customer_is_imported_on_that_run():
    """Its header stands below a title, and in the customer's words."""
    book = os.path.join(w.dir, "globex.xlsx")
    order_sync.write_workbook(book)
    w.tailor("sheet", "add", "globex.xlsx", book)
    c.type(":import sheet:globex.xlsx")
    c.keys("Enter")
    c.until(":headers YourApp,Netsuite")
    c.type(":headers YourApp,Netsuite")
    c.keys("Enter")
    c.until("0 added, 7 changed, 2 the same")
    c.keys("a")
    c.type("import sheet")
    c.keys("Enter")
    c.until("Import 7 rows into Custom JSON API Call of Globex?")
    c.press_alone("Tab", "[>Import<]")
    c.press_alone("Enter", "7 rows imported, u undoes it")
    c.until("Overnight")  # until then the console is at work
    c.until("1 sample: 1 ok")


@test
def the_name_is_split():
    """Twenty names are one word: the preview says so while it is typed."""
    for last, target, source, errors in (
            ("9/9", "first_name", '=TEXTBEFORE(customer.fullName, " ")',
             "1 error "),
            ("10/10", "last_name", '=TEXTAFTER(customer.fullName, " ")',
             "2 errors ")):
        c.keys("G")
        c.until(last)
        c.keys("i")
        c.until("a new row: its target")
        c.type(target)
        c.until(target)
        c.keys("Enter")
        c.until("Enter save, go down")
        c.type(source)
        c.until("gives     #N/A")
        c.keys("Enter")
        c.until(errors)
        c.until("1 sample: 0 ok, 1 #N/A")


@test
def nothing_is_sent_before_the_release():
    equal(order_sync.raw("/standin/records?type=isv:/orders")["data"], [])
    equal(w.json("sample", "list", W, "--installation", I)["data"], [])


@test
def it_is_released_and_run():
    c.keys("R")
    c.until("Tab switch")
    c.type("mapping of the call")
    c.keys("Tab")
    c.until("run it      \u25b8no")
    c.keys("C-u")
    c.type("yes")
    c.until("[ Release v1.1 and run ]")
    for _ in range(5):  # Tab shows the rest of the plan, too
        c.keys("Tab")
        if "[>Release v1.1 and run<]" in c.screen():
            break
    c.until("[>Release v1.1 and run<]")
    c.press_alone("Enter", "v1.1 is live for Globex")
    wanted, aside = order_sync.expected()
    wait_until(lambda: order_sync.workflow()["setAside"] == len(aside),
               "the run to end", 120)
    order_sync.check_arrived(wanted)
    equal(order_sync.workflow()["live"], "v1.1")
    run = w.json("run", "list", "--installation", I)["data"][0]["runId"]
    blocks = w.json("run", "show", run)["blocks"]
    equal(sum(b["state"] == "setAside" for b in blocks), len(aside))


@test
def the_customer_has_left_the_queue():
    c.keys("Escape")
    c.until("what was done last")
    c.keys("Escape")
    c.until("no row matches the filter", 30)


if __name__ == "__main__":
    main(setup, close)
