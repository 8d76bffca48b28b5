#!/usr/bin/env python3
"""Release to live on a loopback runtime over TLS, and a bulk upgrade.

The first figure is a whole `tailor release --wait` (process start, commit,
delivery by the sync process, the runtime's decision, the copy) per release;
beside it `tailor release` without --wait, and a `curl` of the runtime's
/healthz over TLS as the floor for one process and one request.
"""
import os
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "e2e"))
from harness import TAILOR, World, wait_until  # noqa: E402

I = "enterpriseco/netsuite-order-to-cash"
W = "order-to-cash"
RELEASES = int(os.environ.get("BENCH_RELEASES", "31"))
SIZES = [int(s) for s in os.environ.get("BENCH_UPGRADES",
                                        "100 1000 10000").split()]


def elapsed(function, *arguments):
    start = time.perf_counter()
    function(*arguments)
    return (time.perf_counter() - start) * 1000


def release_latency():
    world = World(10)
    try:
        times = []
        for n in range(RELEASES):
            draft = world.json("draft", "fork", I, W, "--new")["versionId"]
            world.tailor("mapping", "set", draft, "Create cash sale", "memo",
                         f'"{n}"')
            times.append(elapsed(world.tailor, "release", draft, "--wait"))
        floor = [elapsed(subprocess.run, [
            "curl", "-s", "-o", "/dev/null", "--cacert", world.facts["ca"],
            world.url + "/healthz"]) for _ in range(15)]
        ms, base = statistics.median(times), statistics.median(floor)
        print(f"release --wait to live: median {ms:.1f} ms, worst "
              f"{max(times):.1f} ms over {RELEASES}; curl of /healthz "
              f"{base:.1f} ms; ratio {ms / base:.1f}")
    finally:
        world.close()


def bulk_upgrade(size):
    world = World(size)
    try:
        wait_until(lambda: world.json("store", "info")["installations"] >=
                   size, f"{size} installations", 600)
        draft = world.json("draft", "new", W, "--new")["versionId"]
        world.tailor("mapping", "set", draft, "Create cash sale", "memo",
                     '"upgraded"')
        world.tailor("--yes", "release", draft, "--wait")
        seconds = elapsed(world.tailor, "--yes", "--quiet", "upgrade", W,
                          "--to", "v2", "--wait") / 1000
        rows = world.json("installation", "list", "--limit", "1000")["data"]
        stale = [row for row in rows if row["live"] != "v2"]
        if stale:
            sys.exit(f"{len(stale)} installations were not upgraded")
        print(f"upgrade of {size:>6,} installations, delivered and "
              f"acknowledged: {seconds:.2f} s ({size / seconds:,.0f}/s)")
    finally:
        world.close()


if __name__ == "__main__":
    release_latency()
    for size in SIZES:
        bulk_upgrade(size)
