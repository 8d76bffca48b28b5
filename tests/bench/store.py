#!/usr/bin/env python3
"""Store operations at 10,000, 100,000 and 1,000,000 installations.

Each figure is the median of whole commands (process start included) on a
synthetic store; beside it the same rows through the sqlite3 shell, as a floor
for what a process that opens the file and reads costs. Prints the size of the
store and what making it took.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get("TOP_BUILDDIR", "build")
TAILOR = os.path.join(BUILD, "tailor")
SIZES = [int(s) for s in os.environ.get(
    "BENCH_SIZES", "10000 100000 1000000").split()]


def timed(argv, count=15, **options):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        done = subprocess.run(argv, capture_output=True, **options)
        times.append(time.perf_counter() - start)
        if done.returncode not in (0,):
            sys.exit(f"{argv}: {done.returncode}: {done.stderr[-500:]}")
    return statistics.median(times) * 1000


def fsync_ms(folder):
    path = os.path.join(folder, "fsync")
    times = []
    with open(path, "wb") as f:
        for _ in range(50):
            f.write(b"x" * 4096)
            f.flush()
            start = time.perf_counter()
            os.fdatasync(f.fileno())
            times.append(time.perf_counter() - start)
    os.unlink(path)
    return statistics.median(times) * 1000


def bench(size):
    folder = tempfile.mkdtemp(prefix="tailor-bench-")
    try:
        start = time.perf_counter()
        subprocess.run([TAILOR, "--quiet", "demo", "--store-only", "--dir",
                        folder, "--installations", str(size), "--forks",
                        str(size // 20), "--seed", "1"], check=True)
        made = time.perf_counter() - start
        store = os.path.join(folder, "store.db")
        tailor = [TAILOR, "--store", store, "--json"]
        rows = json.loads(subprocess.run(
            tailor + ["installation", "list", "--limit", "2"], check=True,
            capture_output=True).stdout)["data"]
        one = rows[1]["installationId"]
        print(f"\n{size:,} installations, {size // 20:,} forks: made in "
              f"{made:.1f} s, {os.path.getsize(store) / 1e6:.0f} MB, "
              f"fdatasync median {fsync_ms(folder):.2f} ms")
        floor = timed(["sqlite3", store,
                       "SELECT id, customer FROM installation "
                       "ORDER BY customer LIMIT 50"])
        print(f"  {'sqlite3 shell, 50 rows by index':44} {floor:8.1f} ms")
        for name, command in (
                ("first 50 rows", ["installation", "list", "--limit", "50"]),
                ("50 rows by last change", ["installation", "list", "--limit",
                                            "50", "--sort", "changed"]),
                ("filter 'onyx tools'", ["installation", "list", "--filter",
                                         "onyx tools", "--limit", "50"]),
                ("filter, two letters", ["installation", "list", "--filter",
                                         "on", "--limit", "50"]),
                ("one installation", ["installation", "show", one]),
                ("audit verify", ["audit", "verify"]),
                ("store info", ["store", "info"])):
            ms = timed(tailor + command)
            print(f"  {name:44} {ms:8.1f} ms   {ms / floor:6.2f} x shell")
        drafts = [json.loads(subprocess.run(
            tailor + ["draft", "fork", one, "order-to-cash", "--new"],
            check=True, capture_output=True).stdout)["versionId"]]
        ms = timed(tailor + ["draft", "fork", one, "order-to-cash", "--new"])
        print(f"  {'fork (one durable transaction)':44} {ms:8.1f} ms"
              f"   {ms / floor:6.2f} x shell")
        ms = timed(tailor + ["mapping", "set", drafts[0], "Create cash sale",
                             "memo", "orderNumber"], 1)
        n = iter(range(1000))
        times = []
        for _ in range(15):
            start = time.perf_counter()
            subprocess.run(tailor + ["mapping", "set", drafts[0],
                                     "Create cash sale", "memo",
                                     f'"{next(n)}"'], check=True,
                           capture_output=True)
            times.append(time.perf_counter() - start)
        ms = statistics.median(times) * 1000
        print(f"  {'edit (one durable transaction)':44} {ms:8.1f} ms"
              f"   {ms / floor:6.2f} x shell")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    for size in SIZES:
        bench(size)
