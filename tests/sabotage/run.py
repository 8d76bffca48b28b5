#!/usr/bin/env python3
"""Carries out the rows of rows.txt, suite by suite.

For each row it changes files of a copy of the tree (in TOP_BUILDDIR), builds
what the suite needs, runs the one test and expects that it fails. First the
test must pass in the copy without the change. Prints "ok ROW" where the test
noticed, "not ok ROW" where it did not, and the usual last line. The copy
stays: the next run copies and builds only what differs.
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import rows

TOP = os.environ["TOP_SRCDIR"]
COPY = os.path.join(os.environ["TOP_BUILDDIR"], "sabotage")
BUILD = os.path.join(COPY, "build")
SECONDS = 600


def shell(words, **more):
    """(exit code, output). What the command leaves running is ended; it
    writes to a file, so that nothing waits for what is left."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            words, stdout=out, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True, **more)
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            code = 124
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        out.seek(0)
        return code, out.read().decode(errors="replace")


def git(*words):
    code, out = shell(["git", "-C", TOP, *words])
    if code:
        sys.exit(f"sabotage: git {' '.join(words)}: {out}")
    return out


def content(name):
    try:
        with open(name, "rb") as f:
            return f.read()
    except OSError:
        return None


def update_copy():
    """Makes the copy hold the tracked files as they are in TOP."""
    names = [n for n in git("ls-files").splitlines()
             if os.path.isfile(os.path.join(TOP, n))]
    listed = os.path.join(COPY, ".files")
    for name in set((content(listed) or b"").decode().splitlines()) \
            - set(names):
        if os.path.exists(os.path.join(COPY, name)):
            os.remove(os.path.join(COPY, name))
    for name in names:
        here, there = os.path.join(TOP, name), os.path.join(COPY, name)
        if content(here) != content(there):
            os.makedirs(os.path.dirname(there), exist_ok=True)
            shutil.copyfile(here, there)
            shutil.copymode(here, there)
    with open(listed, "w", encoding="utf-8") as f:
        f.write("\n".join(names))


def build_copy():
    """Configures the copy, the first time, and builds it without
    optimisation."""
    cc = "ccache gcc" if shutil.which("ccache") else "gcc"
    steps = [(["make", "-s", "-j2"], BUILD)]
    if not os.path.isfile(os.path.join(BUILD, "Makefile")):
        os.makedirs(BUILD, exist_ok=True)
        steps = [(["autoreconf", "-i"], COPY),
                 (["../configure", "-q", f"CC={cc}", "CFLAGS=-O0 -g",
                   "--disable-hardening"], BUILD)] + steps
    for words, place in steps:
        code, out = shell(words, cwd=place)
        if code:
            sys.exit(f"sabotage: {' '.join(words)}:\n{out[-2000:]}")
    link_modules()


def link_modules():
    """The npm packages of the build serve the copy too."""
    here, there = (os.path.join(build, "tests", "npm", "node_modules")
                   for build in (os.environ["TOP_BUILDDIR"], BUILD))
    if os.path.isdir(here) and not os.path.lexists(there):
        os.makedirs(os.path.dirname(there), exist_ok=True)
        os.symlink(os.path.realpath(here), there)


def build(suite):
    """Builds what SUITE runs: a test program, or all programs that scripts
    start. The end of make's output, or None where it went well."""
    for target in ["all", "ui-sample"] if "/" in suite else [suite]:
        code, out = shell(["make", "-s", "-j2", target], cwd=BUILD)
        if code:
            return out[-2000:]
    return None


def run(suite, words):
    """(exit code, lines) of SUITE with the tests whose name has WORDS."""
    program = os.path.join(COPY if "/" in suite else BUILD, suite)
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, TEST_FILTER=words, TEST_FOLDER=folder,
                   TOP_SRCDIR=COPY, TOP_BUILDDIR=BUILD, TEST_SEED="1")
        code, out = shell(["timeout", "--foreground", "300", program],
                          env=env, cwd=BUILD)
    return code, out.splitlines()


def passes(suite, test, words):
    """Whether TEST ran and all tests that ran passed."""
    code, lines = run(suite, words)
    return code == 0 and not any(x.startswith("not ok ") for x in lines) and \
        any(x.startswith("ok ") and test in x for x in lines)


def notices(suite, test, words):
    """Whether TEST itself failed, or the suite ended before it passed."""
    code, lines = run(suite, words)
    if any(x.startswith("not ok ") and test in x for x in lines):
        return True
    return code != 0 and \
        not any(x.startswith("ok ") and test in x for x in lines)


def write(texts):
    for name, text in texts.items():
        with open(os.path.join(COPY, name), "w", encoding="utf-8") as f:
            f.write(text)


def what_to_run(row):
    """The filter with which the row's test passes without the change: its
    name, or "" where it needs what the tests before it made. None: none."""
    return next((w for w in (row.test, "")
                 if passes(row.suite, row.test, w)), None)


def carry_out(row, words):
    """Why the row proves nothing, or None. WORDS as of what_to_run."""
    if words is None:
        return "the test does not exist, or fails without the change"
    before = row.texts(COPY)
    write(row.carry_out(before))
    try:
        trouble = build(row.suite)
        noticed = not trouble and notices(row.suite, row.test, words)
    finally:
        write(before)
    return f"does not build: {trouble}" if trouble else \
        None if noticed else "the test passes all the same"


def changed_since(commit):
    """A function that tells whether a row, a file that it changes or its
    test is different since COMMIT."""
    names = set(git("diff", "--name-only", commit).splitlines())
    tests = [content(os.path.join(TOP, n)).decode() for n in names
             if n.startswith("tests/unit/") and
             os.path.isfile(os.path.join(TOP, n))]
    old = {str(r.lines) for r in
           rows.parse(git("show", f"{commit}:{rows.FILE}"))}
    return lambda row: (
        str(row.lines) not in old or row.suite in names or
        any(c.source in names for c in row.changes) or
        any(f'"{row.test}"' in text for text in tests))


def by_suite():
    """All rows, those of a suite together: one build serves them."""
    found = rows.read(TOP)
    suites = list(dict.fromkeys(row.suite for row in found))
    return sorted(found, key=lambda row: suites.index(row.suite))


def wanted(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="first", type=int, default=1,
                        metavar="N", help="skip the rows before number N")
    parser.add_argument("--since", metavar="COMMIT", help="only rows that "
                        "changed since COMMIT, or whose files or tests did")
    parser.add_argument("--list", action="store_true",
                        help="print the rows, run nothing")
    parser.add_argument("words", nargs="*", metavar="WORD",
                        help="only rows with a WORD in their test or file")
    chosen = parser.parse_args(words)
    changed = changed_since(chosen.since) if chosen.since else lambda _: True
    found = [(number, r) for number, r in enumerate(by_suite(), 1)
             if number >= chosen.first and changed(r) and
             (not chosen.words or any(w in str(r) for w in chosen.words))]
    if chosen.list:
        for number, row in found:
            print(f"{number} {row}")
        sys.exit(0)
    return found


def carry_out_suite(suite, chosen):
    """Carries out the (number, row) CHOSEN, all of SUITE. The numbers of
    those that prove nothing."""
    trouble, failed = build(suite), []
    words = {} if trouble else {
        row.test: what_to_run(row)
        for row in {r.test: r for _, r in chosen}.values()}
    for number, row in chosen:
        began = time.monotonic()
        why = f"does not build without the change: {trouble}" if trouble \
            else row.problem(COPY) or carry_out(row, words[row.test])
        print(f"{'not ok' if why else 'ok'} {number} {row} "
              f"{time.monotonic() - began:.1f} s", flush=True)
        if why:
            print(f"# {rows.FILE}:{row.where}: {why}", flush=True)
            failed.append(number)
    return failed


def main(words):
    chosen = wanted(words)
    update_copy()
    build_copy()
    failed, start = [], time.monotonic()
    for suite in dict.fromkeys(row.suite for _, row in chosen):
        failed += carry_out_suite(
            suite, [(n, row) for n, row in chosen if row.suite == suite])
    print(f"\n{len(chosen)} rows in {time.monotonic() - start:.0f} s"
          + (f"; not noticed: {failed}" if failed else ""))
    print(f"{len(chosen) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
