#!/usr/bin/env python3
"""Carries out the rows of rows.txt, one after the other.

For each row it changes a file of a copy of the tree (in TOP_BUILDDIR), builds
what the suite needs, runs the one test and expects that it fails. First the
test must pass in the copy without the change. Prints "ok ROW" where the test
noticed, "not ok ROW" where it did not, and the usual last line.
"""
import os
import shutil
import subprocess
import sys

import rows

TOP = os.environ["TOP_SRCDIR"]
COPY = os.path.join(os.environ["TOP_BUILDDIR"], "sabotage")
BUILD = os.path.join(COPY, "build")
SECONDS = 600


def shell(words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, timeout=SECONDS,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          errors="replace", **more)


def copy_tree():
    """A copy of the tracked files, configured and built without
    optimisation."""
    shutil.rmtree(COPY, ignore_errors=True)
    names = shell(["git", "-C", TOP, "ls-files"]).stdout.splitlines()
    for name in names:
        if os.path.isfile(os.path.join(TOP, name)):
            os.makedirs(os.path.dirname(os.path.join(COPY, name)),
                        exist_ok=True)
            shutil.copy2(os.path.join(TOP, name), os.path.join(COPY, name))
    os.makedirs(BUILD)
    cc = "ccache gcc" if shutil.which("ccache") else "gcc"
    for words, place in (
            (["autoreconf", "-i"], COPY),
            (["../configure", "-q", f"CC={cc}", "CFLAGS=-O0 -g",
              "--disable-hardening"], BUILD),
            (["make", "-s", "-j2"], BUILD)):
        done = shell(words, cwd=place)
        if done.returncode:
            sys.exit(f"sabotage: {' '.join(words)}:\n{done.stdout[-2000:]}")


def build(suite):
    """Builds what SUITE runs: a test program, or the programs. The end of
    make's output, or None where it went well."""
    target = [] if "/" in suite else [suite]
    done = shell(["make", "-s", "-j2"] + target, cwd=BUILD)
    return done.stdout[-2000:] if done.returncode else None


def runs_well(suite, test):
    """(whether the test TEST ran, whether all that ran passed)."""
    program = os.path.join(COPY if "/" in suite else BUILD, suite)
    env = dict(os.environ, TEST_FILTER=test, TOP_SRCDIR=COPY,
               TOP_BUILDDIR=BUILD, TEST_SEED="1")
    done = shell(["timeout", "300", program], env=env, cwd=BUILD,
                 stdin=subprocess.DEVNULL)
    lines = done.stdout.splitlines()
    ran = any(x.startswith(("ok ", "not ok ")) and test in x for x in lines)
    good = done.returncode == 0 and not any(
        x.startswith("not ok ") for x in lines)
    return ran, good


def write(texts):
    for name, text in texts.items():
        with open(os.path.join(COPY, name), "w", encoding="utf-8") as f:
            f.write(text)


def carry_out(row, known):
    """Why the row proves nothing, or None. KNOWN: tests that passed."""
    key = (row.suite, row.test)
    if key not in known:
        trouble = build(row.suite)
        if trouble:
            return f"does not build without the change: {trouble}"
        ran, good = runs_well(row.suite, row.filter)
        if ran and not good:  # it may need what the tests before it made
            row.filter = ""
            ran, good = runs_well(row.suite, "")
        if not ran or not good:
            return "the test does not pass without the change" if ran \
                else "there is no such test"
        known.add(key)
    before = row.texts(COPY)
    write(row.carry_out(before))
    trouble = build(row.suite)
    noticed = not trouble and not runs_well(row.suite, row.filter)[1]
    write(before)
    return f"does not build: {trouble}" if trouble else \
        None if noticed else "the test passes all the same"


def main(words):
    wanted = [r for r in rows.read(TOP)
              if not words or any(w in str(r) for w in words)]
    copy_tree()
    failed, known = 0, set()
    for row in wanted:
        why = row.problem(COPY) or carry_out(row, known)
        print(f"not ok {row}\n# {rows.FILE}:{row.where}: {why}" if why
              else f"ok {row}", flush=True)
        failed += why is not None
    print(f"\n{len(wanted) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
