#!/usr/bin/env python3
"""Formulas of tailor beside LibreOffice Calc and HyperFormula, at night.

Random formulas over random cells go through all three. What differs must belong
to a class of difference that doc/testing.md names with its source; all else is a
failure. NIGHT_TUPLES is how many, NIGHT_SEED which ones, SOFFICE the program of LibreOffice. A peer
that is not installed is skipped; HyperFormula is installed by npm.
"""
import collections
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "e2e")]

import classes  # noqa: E402
import libreoffice  # noqa: E402
import tuples  # noqa: E402
from harness import BUILD, TAILOR, Skip, main, test  # noqa: E402

COUNT = int(os.environ.get("NIGHT_TUPLES", "5000"))
SHOWN = int(os.environ.get("NIGHT_SHOW", "10"))
DOC = os.path.join(HERE, "..", "..", "doc", "testing.md")
S = {}


def prepare():
    S["dir"] = tempfile.mkdtemp(prefix="tailor-night-")
    rng = random.Random(int(os.environ.get("NIGHT_SEED", "1")))
    S["tuples"] = [tuples.a_tuple(rng) for _ in range(COUNT)]
    S["ours"] = [ours(t) for t in S["tuples"]]


def filled(formula, names):
    for name, value in names.items():
        formula = formula.replace("{" + name + "}", value)
    return formula


def ours(t):
    """What tailor gives: (kind, value)."""
    formula = filled(t["formula"], {"d": '"%04d-%02d-%02d"' % t["dates"][0], "e": '"%04d-%02d-%02d"' % t["dates"][1],
                                    **{n: n for n in tuples.SINGLES + tuples.LISTS}})
    t["ours"] = "=" + formula.replace("CONCATENATE", "CONCAT")
    record = dict(zip(tuples.SINGLES, t["singles"])) | dict(zip(tuples.LISTS, t["lists"]))
    with open(S["dir"] + "/record.json", "w", encoding="utf-8") as f:
        json.dump(record, f)
    made = subprocess.run([TAILOR, "formula", "eval", t["ours"], S["dir"] + "/record.json"], text=True, capture_output=True, check=False)
    if made.returncode:
        said = made.stderr.removeprefix("tailor: ")
        return ("blank", None) if said.startswith("no value") else ("error", said.split(":")[0])
    value = made.stdout.strip()
    if value in ("", "missing"):
        return "blank", None
    value = json.loads(value)
    kind = "blank" if value is None else {bool: "boolean", str: "string", list: "list"}.get(type(value), "number")
    return kind, value


def rows():
    """The tuples as rows of cells, and the formula over their columns."""
    made = []
    for at, t in enumerate(S["tuples"]):
        cells = t["singles"] + [x for one in t["lists"] for x in one]
        names = {n: f"{'ABC'[i]}{at + 1}" for i, n in enumerate(tuples.SINGLES)}
        for i, n in enumerate(tuples.LISTS):
            first = 3 + i * tuples.LENGTH
            names[n] = f"{chr(65 + first)}{at + 1}:{chr(64 + first + tuples.LENGTH)}{at + 1}"
        names |= {n: "DATE(%d,%d,%d)" % d for n, d in zip("de", t["dates"])}
        formula = re.sub(r"^INDEX\((.*),(\d)\)$", r"INDEX(\1,1,\2)", t["formula"])
        formula = re.sub(r"\b(TRUE|FALSE)\b", r"\1()", formula)
        made.append({"cells": cells, "formula": filled(formula, names)})
    return made


def compare(peer, theirs):
    counts, strange, skipped = collections.Counter(), [], 0
    for t, mine, their in zip(S["tuples"], S["ours"], theirs):
        if their == ("error", "#NAME?"):
            skipped += 1
            continue
        if classes.same(mine, their):
            counts["same"] += 1
            continue
        name = classes.of(peer, t, mine, their)
        counts[name or "none"] += 1
        if not name:
            strange.append((t, mine, their))
    print(f"# {peer}: {len(theirs)} tuples, {skipped} of functions that it lacks, {dict(sorted(counts.items()))}")
    for t, mine, their in strange[:SHOWN]:
        print(f"#   {t['ours']}  {json.dumps(t['singles'])} {json.dumps(t['lists'])}\n#     tailor {mine}, {peer} {their}")
    assert not strange, f"{len(strange)} formulas differ without a reason"


@test
def libreoffice_agrees():
    if not libreoffice.program():
        raise Skip("LibreOffice is not installed (SOFFICE names it)")
    compare("LibreOffice", libreoffice.calculate(rows(), S["dir"]))


def modules():
    folder = os.path.join(BUILD, "tests", "night")
    os.makedirs(folder, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(HERE, "npm", name), folder)
    found = os.path.join(folder, "node_modules")
    if shutil.which("npm") and not os.path.isdir(os.path.join(found, "hyperformula")):
        subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=folder, stdin=subprocess.DEVNULL, check=False)
    return found if os.path.isdir(os.path.join(found, "hyperformula")) else None


@test
def hyperformula_agrees():
    found = modules()
    if not found:
        raise Skip("HyperFormula is not installed")
    with open(S["dir"] + "/rows.json", "w", encoding="utf-8") as f:
        json.dump(rows(), f)
    made = subprocess.run(["node", os.path.join(HERE, "hyperformula.cjs"), found, S["dir"] + "/rows.json"], text=True, capture_output=True, check=True)
    compare("HyperFormula", [(r["type"], r["value"]) for r in json.loads(made.stdout)])


@test
def every_class_of_difference_stands_in_the_doc():
    with open(DOC, encoding="utf-8") as f:
        doc = f.read()
    assert len(classes.NAMES) <= 12, f"{len(classes.NAMES)} classes"
    missing = [n for n in classes.NAMES if f"| {n} |" not in doc]
    assert not missing, f"not in doc/testing.md: {missing}"


if __name__ == "__main__":
    main(prepare, lambda: shutil.rmtree(S["dir"], ignore_errors=True))
