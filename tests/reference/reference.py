#!/usr/bin/env python3
"""The mapping of tailor against a reference that knows doc/ and not its source.

Random documents with three records each go through "tailor preview", a hundred
documents a process, and through the reference; the outputs are compared byte
by byte, and errors by the row and the code of a formula's error. Where doc/ is
silent the reference does what tailor was seen to do, or the generator makes no
such case. Of NOW and TODAY only the length is compared. Not compared: what a schema expects, blocks of apps, list policies, and the escapes
of texts, which a preview writes anew.
"""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + "/e2e")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import functions  # noqa: E402
import generate  # noqa: E402
from formula import SPECIAL  # noqa: E402
from harness import TAILOR, main, seed, test  # noqa: E402
from rows import Mapping  # noqa: E402
from values import Err, Wrong, parse, write  # noqa: E402

COUNT, BATCH = int(os.environ.get("REFERENCE_DOCUMENTS", "0")), 100
DOC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "doc")
SECONDS = 5
S = {}
TAX = {"id": "20000000-0000-4000-8000-000000000000", "kind": "map", "name": "Tax",
       "mapping": [{"target": "rate", "source": "0.190"}]}


def tailor(*arguments, stdin=None):
    return subprocess.run([TAILOR, "--store", S["dir"] + "/store.db", "--json", *arguments],
                          input=stdin, text=True, capture_output=True, check=False)


def prepare():
    S["dir"] = tempfile.mkdtemp(prefix="tailor-reference-")
    assert tailor("store", "init").returncode == 0
    workflows = [{"key": f"w{form}", "name": f"W{form}", "document": {
        "format": 1, "formulas": form, "name": f"W{form}", "blocks": [],
        "tables": {n: {"columns": ["key", "value"], "rows": r} for n, r in generate.TABLES.items()},
        "trigger": {"id": f"10000000-0000-4000-8000-00000000000{form}", "kind": "event", "name": "Order",
                    "event": "order"}}} for form in (1, 2)]
    for w in workflows:
        if not w["document"]["tables"]:
            del w["document"]["tables"]
    with open(S["dir"] + "/i.json", "w", encoding="utf-8") as f:
        json.dump({"format": 1, "key": "ref", "name": "Ref", "app": "http", "workflows": workflows}, f)
    added = tailor("integration", "add", S["dir"] + "/i.json")
    assert added.returncode == 0, added.stderr + added.stdout
    S["draft"] = {form: json.loads(tailor("draft", "new", f"ref/w{form}").stdout)["versionId"] for form in (1, 2)}


def by_engine(form, documents):
    """For each document the output, or the error, of each of its records."""
    blocks = [TAX] + [
        {"id": f"30000000-0000-4000-8000-{i:06}{j:06}", "kind": "map", "name": f"d{i}r{j}", "source": f"d{i}r{j}",
         "mapping": rows} for i, (rows, records) in enumerate(documents) for j in range(len(records))]
    patch = json.dumps([{"op": "add", "path": "/blocks", "value": blocks}])
    with open(S["dir"] + "/patch.json", "w", encoding="utf-8") as f:
        f.write(re.sub(r'"default": ("(?:[^"\\]|\\.)*")', lambda m: '"default": ' + json.loads(m[1]), patch))
    patched = tailor("draft", "patch", S["draft"][form], S["dir"] + "/patch.json")
    assert patched.returncode == 0, patched.stderr[:2000]
    with open(S["dir"] + "/sample.json", "w", encoding="utf-8") as f:
        f.write("{" + ",".join(f'"d{i}r{j}":{r}' for i, (_, records) in enumerate(documents)
                               for j, r in enumerate(records)) + "}")
    shown = tailor("preview", S["draft"][form], "--sample", S["dir"] + "/sample.json")
    assert shown.returncode == 0, shown.stderr[:2000]
    shown = parse(shown.stdout)
    return {str(b["block"]): (write(b["value"]) if b["status"] == "made" else None,
                              b["reason"] and str(b["reason"])) for b in shown["data"]}


def by_reference(form, rows, record):
    """The output and None, or None and the row and code of the error."""
    try:
        mapping = Mapping(rows, form, parse(json.dumps(generate.TABLES)))
        return write(mapping.run(parse(record), {"Tax": parse('{"rate":0.190}')})), None
    except Wrong as e:
        return None, (e.row, e.code)


def place_of(reason):
    """The row and the code of an error as the engine says it."""
    words = reason.split()
    code = next((w.rstrip(":") for w in words if w.startswith("#") and w.endswith(":") and len(w) > 3), None)
    return int(words[1].rstrip(",")), code


def same_error(rows, wanted, got):
    """Which of several errors is told first is not said where rows change
    what is there already."""
    return wanted == got or wanted == (got[0], None) and got[1] or any(r["target"] == "$" or "rest" in r for r in rows)


def differences(documents, form):
    found = []
    got = by_engine(form, documents)
    for i, (rows, records) in enumerate(documents):
        for j, record in enumerate(records):
            value, reason = got[f"d{i}r{j}"]
            try:
                wanted, error = by_reference(form, rows, record)
            except Exception as e:
                wanted, error = f"the reference fails: {type(e).__name__} {e}", None
            if wanted != value or error and not same_error(rows, error, place_of(reason)):
                found.append((form, rows, record, value or reason, wanted or error))
    return found


def show(found):
    for form, rows, record, value, wanted in found[:int(os.environ.get("REFERENCE_SHOW", "3"))]:
        print(f"# format {form}")
        for r in rows:
            print("#   " + json.dumps(r, ensure_ascii=False))
        print(f"#   record:    {record}\n#   tailor:    {value}\n#   reference: {wanted}")


@test
def random_documents_give_what_doc_says():
    if not COUNT:  # the check repeats one walk, so that it tells about a change
        os.environ.setdefault("TEST_SEED", "1")
    rng = random.Random(seed())
    until, done = time.monotonic() + SECONDS, 0
    while done < COUNT or not COUNT and time.monotonic() < until:
        batch = [generate.document(rng) for _ in range(min(BATCH, COUNT - done) if COUNT else BATCH)]
        done += len(batch)
        for form in (1, 2):
            found = differences([(r, x) for f, r, x in batch if f == form], form)
            show(found)
            assert not found, f"{len(found)} of the records of {len(batch)} documents differ"
    print(f"# {done} documents")


@test
def every_function_is_compared_or_named():
    with open(os.path.join(DOC, "functions.md"), encoding="utf-8") as f:
        there = set(re.findall(r"^### (\w+)$", f.read(), re.M))
    known = set(functions.TABLE) | set(SPECIAL) | set(functions.NOT_TESTED)
    assert there, "doc/functions.md has no functions"
    assert there <= known, f"neither compared nor left out: {sorted(there - known)}"
    twice = set(functions.NOT_TESTED) & set(functions.TABLE)
    assert not twice, f"compared and left out: {sorted(twice)}"


if __name__ == "__main__":
    main(prepare, lambda: shutil.rmtree(S["dir"], ignore_errors=True))
