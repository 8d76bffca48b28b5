#!/usr/bin/env python3
"""A run that waits for memory which another run holds: /healthz counts it, the
command line says why, and neither says it any more once it goes on."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import equal, main, test, wait_until  # noqa: E402
from outside import Outside, api_block, workflow  # noqa: E402
from small import Small  # noqa: E402

ROWS = 5000  # as many as a mapping may have, and half of a document's

world = outside = None


def large(number, key):
    """A workflow whose document, compiled, takes tens of megabytes, and which
    then asks the outside."""
    formula = "&".join(["UPPER(TRIM(number))", "LOWER(TRIM(number))"] * 2)
    rows = [{"target": f"field_of_the_order_{i}", "source": f"={formula}&{i}"}
            for i in range(ROWS)]
    return workflow(number, key, [
        {"id": f"{half}0000000-0000-4000-8000-{number:012}", "kind": "map",
         "name": f"Map {half}", "mapping": rows} for half in (2, 3)] + [
        dict(api_block(number, "Ask", "number"), method="GET", mapping=[])])


def setup():
    global world, outside
    world = Small(integration={
        "format": 1, "key": "orders", "name": "Orders", "app": "http",
        "workflows": [large(1, "first"), large(2, "second")]})
    with open(world.config, "w") as f:
        json.dump({"stopMs": 1, "outbound": {
            "allowLoopback": True, "ownCaOnly": True,
            "caFile": world.state + "/ca.pem"}}, f)
    world.stop()
    world.start()
    outside = Outside(world.state)


def cleanup():
    if outside:
        outside.close()
    if world:
        world.close()


def send(event):
    """Sends an event; the id of its run."""
    execution, = world.api("POST", "/run/event", {
        "event": event, "userId": "ada",
        "data": {"number": event}})["executionIds"]
    runs = world.call("GET", "/manage/v1/runs")["data"]
    return next(r["runId"] for r in runs if r["executionId"] == execution)


def run(id):
    return world.json("run", "show", id)


def waiting():
    return world.call("GET", "/healthz")["waitingForMemory"]


# Sabotage: "waitingForMemory" of system_health() in
# src/runtime/embedded/system.c; message_of() in src/runtime/manage/runs.c.
@test
def a_run_that_waits_for_memory_says_so_until_it_goes_on():
    equal(waiting(), 0)
    first = send("first")
    wait_until(lambda: outside.reads == 1, "the call of the first run")
    second = send("second")
    wait_until(lambda: waiting() == 1, "the second run to wait for memory")
    assert run(second)["message"].startswith("waits for memory: "), run(second)
    assert "waits for memory" in world.tailor("run", "list").out
    equal(run(first)["message"], None)
    equal(outside.reads, 1)
    outside.answers.set()
    for id in (first, second):
        wait_until(lambda: run(id)["state"] == "done", "the runs to end")
        equal(run(id)["message"], None)
    assert "memory" not in world.tailor("run", "list").out
    equal(waiting(), 0)
    world.end_started_on_demand()


if __name__ == "__main__":
    main(setup, cleanup)
