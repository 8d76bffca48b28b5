#!/usr/bin/env python3
"""What orders and invoices bring along, by the real programs: every case of
tests/data/everyday.test from a sheet and in a draft, under three clocks; the
examples of the guide; and what is more than rows: bytes of sheets, codes in
workbooks, warnings, schemas, and one bad line among a hundred in a run.

Takes about five seconds.
"""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, equal, main, test, wait_until  # noqa: E402
from order_sync import write_workbook  # noqa: E402
from outside import INTEGRATION, Outside  # noqa: E402
from small import Small  # noqa: E402
from small_store import BLOCK, SmallStore  # noqa: E402

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
MEMBERS = ("read", "send", "lookup", "find", "reference", "list", "rest",
           "write", "default", "required")
ZONES = ("UTC", "America/Los_Angeles", "Pacific/Tongatapu")  # 0, -8, +13
TABLES = {"Country": [["GB", "United Kingdom"], ["DE", "Germany"]],
          "Unit": [["CS", 12], ["EA", 1]],
          "Yes": [["F", False], ["false", False], ["0", False], ["N", False],
                  ["T", True]]}
S = {}


class Case:
    """ROWS as a document has them; RECORDS with what each gives: ("<", output)
    or ("!", row, part of the error). FAULT is the latter for the rows."""

    def __init__(self, name):
        self.name, self.rows, self.records, self.fault = name, [], [], None

    def take(self, line):
        sign, rest = line[:2], line[2:]
        if sign == "> ":
            self.records.append([rest, None])
        elif sign == "< ":
            self.records[-1][1] = ("<", rest)
        elif sign == "! ":
            row, part = rest.removeprefix("row ").split(": ", 1)
            found = ("!", int(row), part)
            if self.records:
                self.records[-1][1] = found
            else:
                self.fault = found
        elif sign == "  ":
            key, value = (rest + " yes").split(" ", 1)
            assert key in MEMBERS, line
            self.rows[-1][key] = value.removesuffix(" yes")
        else:
            target, source = line.split(" <- ", 1)
            self.rows.append({"target": target, "source": source})

    def sheet(self):
        """The rows as CSV."""
        columns = ("target", "source", *MEMBERS)
        lines = [columns] + [[row.get(c, "") for c in columns]
                             for row in self.rows]
        return "\n".join(",".join('"' + cell.replace('"', '""') + '"'
                                  for cell in line) for line in lines) + "\n"


def read_cases():
    cases = []
    with open(os.path.join(TOP, "tests/data/everyday.test"),
              encoding="utf-8") as f:
        for line in f.read().splitlines():
            if line.startswith("== "):
                cases.append(Case(line[3:]))
            elif line and not line.startswith("#"):
                cases[-1].take(line)
    for case in cases:
        assert case.fault or case.records, case.name
        assert all(wanted for _, wanted in case.records), case.name
    return cases


def read_guide():
    """The examples of the guide that a sheet alone can say, and whose records
    are new. There a fault of the rows begins with "!!" and an error names the
    target too."""
    with open(os.path.join(TOP, "doc/mapping.md"), encoding="utf-8") as f:
        text = f.read()
    for block in re.findall(r"^```mapping\n(.*?)^```", text, re.M | re.S):
        for example in re.split(r"^== ", block, flags=re.M)[1:]:
            if re.search(r"^  (expects|lookup|find|reference) |^\+ |LOOKUP\(",
                         example, re.M):
                continue
            name, *lines = example.splitlines()
            case = Case(name)
            for line in lines:
                if line.startswith("!"):
                    row, part = line.lstrip("! ").split(": ", 1)
                    line = f"! {row.split(',')[0]}: {part}"
                if line:
                    case.take(line)
            yield case


def policies():
    """What a row can say beside its source, as (member, word), but for what
    holds where it says nothing."""
    with open(os.path.join(TOP, "src/mapping/row/members.def"),
              encoding="utf-8") as f:
        found = re.findall(
            r'^MEMBER\(\w+, "(\w+)", "\w+", (?:NULL|"(\w+)"),\s*"([^"]*)"',
            f.read(), re.M)
    assert len(found) == 8, found
    return [(key, word) for key, without, form in found
            for word in re.findall(r"[a-z]\w*", form)
            if word not in ("and", "or", "how", "by", "else", without,
                            "setAside")]


def digits(text):
    """TEXT with its numbers as they are written, and members in their order."""
    return json.loads(text, parse_int=lambda n: ("number", n),
                      parse_float=lambda n: ("number", n),
                      object_pairs_hook=lambda pairs: ("object", pairs))


def start():
    store = S["store"] = SmallStore(3)
    S["cases"] = read_cases()
    draft = S["draft"] = store.new_draft()
    store.tailor("draft", "raise-format", draft, expect=None)
    for name, rows in TABLES.items():
        store.tailor("table", "import", draft, name, "-", stdin="key,value\n" +
                     "".join(f"{k},{json.dumps(v)}\n" if not isinstance(v, str)
                             else f"{k},{v}\n" for k, v in rows))


def stop():
    if "store" in S:
        S["store"].end_follower()
        S["store"].close()


def in_zone(zone):
    return {**os.environ, "TZ": zone}


def complain(wrong):
    assert not wrong, "\n".join(wrong)


def differs(case, record, wanted, output, error):
    """What is wrong, or nothing. OUTPUT is a line or None, ERROR a text."""
    if wanted[0] == "<":
        if output is not None and digits(output) == digits(wanted[1]):
            return []
    elif output is None and f"row {wanted[1]}," in error and wanted[2] in error:
        return []
    return [f"{case.name}: {record}", f"  wanted {wanted}",
            f"  got    {output} {error.strip()}"]


def play(case, clocks):
    """What is wrong of CASE as a sheet."""
    wrong = []
    path = S["store"].path("case.csv", case.sheet())
    for zone in clocks:
        for record, wanted in case.records or [("{}", case.fault)]:
            done = subprocess.run(
                [TAILOR, "mapping", "run", "--mapping", path, "-"],
                input=record + "\n", capture_output=True, text=True,
                env=in_zone(zone), check=False)
            told = done.stderr
            if case.fault:
                equal((done.returncode, done.stdout), (6, ""), case.name)
                told = re.sub(r"line (\d+), ",
                              lambda m: f"row {int(m[1]) - 1}, ", told)
                equal(told.count(f"row {case.fault[1]}, "), 1,
                      case.name + ": the row is named once")
            wrong += differs(case, record + " " + zone, wanted,
                             done.stdout or None, told)
    return wrong


@test
def from_a_sheet_each_record_gives_what_it_should():
    wrong = []
    for case in S["cases"]:
        sheet = case.sheet()
        if "Country" in sheet or "LOOKUP(" in sheet or "Yes" in sheet:
            continue  # a sheet alone has no value tables
        wrong += play(case, ZONES if "date" in sheet else ZONES[:1])
    complain(wrong)


@test
def the_examples_of_the_guide_give_what_stands_there():
    cases = list(read_guide())
    assert len(cases) > 30, len(cases)
    complain([line for case in cases for line in play(case, ZONES[:1])])


@test
def the_guide_has_an_example_of_every_policy():
    with open(os.path.join(TOP, "doc/mapping.md"), encoding="utf-8") as f:
        shown = "\n".join(re.findall(r"^```mapping\n(.*?)^```", f.read(),
                                     re.M | re.S))
    missing = [f"{key} {word}" for key, word in policies()
               if not re.search(rf"^  {key} (.*\b)?{word}\b", shown, re.M)]
    equal(missing, [])


def patch_blocks(cases):
    """A block for each record of CASES, before the others of the draft."""
    blocks = [{"id": f"30000000-0000-4000-8000-{i:06}{j:06}", "kind": "map",
               "name": f"c{i}r{j}", "source": f"c{i}r{j}", "mapping": case.rows}
              for i, case in enumerate(cases) for j in range(len(case.records))]
    path = S["store"].path("patch.json", json.dumps(
        [{"op": "add", "path": "/blocks", "value": blocks}]))
    S["store"].tailor("draft", "patch", S["draft"], path)


@test
def in_a_draft_each_record_gives_what_it_should():
    store = S["store"]
    cases = [c for c in S["cases"] if not c.fault]
    patch_blocks(cases)
    sample = store.path("sample.json", "{" + ",".join(
        f'"c{i}r{j}":{record}' for i, case in enumerate(cases)
        for j, (record, _) in enumerate(case.records)) + "}")
    for zone in ZONES:
        shown = store.tailor("--json", "preview", S["draft"], "--sample",
                             sample, env=in_zone(zone)).out
        made = {}
        for block in dict(digits(shown)[1])["data"]:
            block = dict(block[1])
            made[block["block"]] = block
        wrong = []
        for i, case in enumerate(cases):
            for j, (record, wanted) in enumerate(case.records):
                block = made[f"c{i}r{j}"]
                if wanted[0] == "<":
                    if block["value"] != digits(wanted[1]):
                        wrong += [case.name, f"  {record}", f"  {block}"]
                else:
                    wrong += differs(case, record, wanted, None,
                                     block["reason"] or "nothing")
        complain(wrong)


def new_draft(**rows):
    """A draft of the newest format, with sources of targets."""
    draft = S["store"].new_draft()
    S["store"].tailor("draft", "raise-format", draft, expect=None)
    for target, source in rows.items():
        S["store"].tailor("mapping", "set", draft, BLOCK, target, source)
    return draft


@test
def codes_of_a_sheet_keep_their_zeros():
    """As CSV and as a workbook, for rows and for value tables."""
    store, draft = S["store"], new_draft()
    rows = store.path("rows.csv", 'target,source\nmemo,"""0017"""\n')
    book = store.path("codes.xlsx")

    def memo():
        return {r["target"]: r.get("source") for r in store.rows(
            "mapping", "show", draft, BLOCK)}["memo"]

    store.tailor("mapping", "import", draft, BLOCK, rows)
    equal(memo(), '"0017"', "from CSV")
    store.tailor("mapping", "export", draft, BLOCK, book)
    store.tailor("mapping", "set", draft, BLOCK, "memo", '"other"')
    store.tailor("mapping", "import", draft, BLOCK, book)
    equal(memo(), '"0017"', "from a workbook")
    table = "key,value\n0017,04101\n04101,0017\n"
    for form in ("csv", "xlsx"):
        source = store.path("zip.csv", table)
        if form == "xlsx":
            source = store.path("zip.xlsx")
            write_workbook(source, [line.split(",")
                                    for line in table.split()])
        store.tailor("table", "import", draft, "Zip", source)
        equal({r["key"]: r["value"] for r in store.rows(
            "table", "show", draft, "Zip")},
            {"0017": "04101", "04101": "0017"}, form)


@test
def bytes_of_a_sheet_are_read_as_declared_or_refused():
    store = S["store"]
    path = store.path("bytes.csv")

    def run(content, *options):
        with open(path, "wb") as f:
            f.write(content)
        done = subprocess.run([TAILOR, "mapping", "run", "--mapping", path,
                               *options, "-"], input=b'{"x":1}\n',
                              capture_output=True, check=False)
        return done.stdout.decode(), done.stderr.decode()

    windows = b'target,source\nprice,"""\x80 5"""\n'
    equal(run(windows, "--encoding", "windows-1252"),
          ('{"price":"\u20ac 5"}\n', ""))
    out, error = run(windows)
    equal(out, "")
    assert f"byte {windows.index(0x80) + 1} of the file: not UTF-8" in error, error
    equal(run(b"\xef\xbb\xbftarget,source\na,x\n"), ('{"a":1}\n', ""))
    equal(run("target,source\na,x\n".encode("utf-16")), ('{"a":1}\n', ""))


@test
def a_key_that_occurs_twice_is_refused_wherever_a_record_comes_in():
    store, draft = S["store"], new_draft()
    body = store.path("twice.json", '{"id":1,"id":2}')
    for words in (["sample", "add", "order-to-cash", body, "--label", "twice"],
                  ["event", "send", store.installation, "order.recorded", body],
                  ["preview", draft, "--sample", body],
                  ["mapping", "run", draft, BLOCK, body],
                  ["formula", "eval", "=id", body]):
        said = store.tailor(*words, expect=None)
        assert said.status != 0, words
        equal(said.out, "", words)
        assert "a key occurs twice in one object" in said.err, said.err


@test
def keys_that_only_look_equal_are_warned_of():
    store, draft = S["store"], new_draft()
    store.tailor("mapping", "set", draft, BLOCK, "entity.id", "customer.id")
    for text, code in (("SKU123\u00a0", "keySpaces"),
                       ("Cafe\u0301", "keyForm")):
        sample = store.path("key.json", json.dumps(
            {"orderNumber": "SO-1", "customer": {"id": text}}))
        warned = store.tailor("--json", "preview", draft, "--sample",
                              sample).json["warnings"]
        assert code in {w["code"] for w in warned
                        if "entity.id" in json.dumps(w)}, warned
        made = store.tailor("preview", draft, "--sample", sample).out
        assert f'"id":"{text}"' in made, "nothing is repaired in silence"


@test
def one_object_is_a_list_of_one_where_the_schema_says_list():
    store, draft = S["store"], new_draft()
    store.tailor("draft", "patch", draft, store.path("patch.json", json.dumps([
        {"op": "add", "path": "/trigger/schema", "value": {
            "type": "object", "properties": {"lines": {
                "type": "array", "items": {"type": "object", "properties": {
                    "sku": {"type": "string"}}}}}}},
        {"op": "add", "path": "/blocks/0", "value": {
            "id": "30000000-0000-4000-8000-000000000000", "kind": "map",
            "name": "Lines", "mapping": [
                {"target": "l[*].sku", "source": "lines[*].sku"}]}}])))
    for record, wanted in (('{"lines":{"sku":"A"}}', '{"l":[{"sku":"A"}]}'),
                           ('{"lines":[]}', '{"l":[]}'), ("{}", "{}")):
        sample = store.path("lines.json", record)
        made = [b for b in store.rows("preview", draft, "--sample", sample)
                if b["block"] == "Lines"][0]
        equal(made["value"], json.loads(wanted), record)


@test
def of_a_hundred_lines_the_bad_one_alone_is_left_and_sent_again():
    # Sabotage: let STEPS_RETRY delete steps of any state (doubled calls).
    os.environ["TZ"] = "Pacific/Tongatapu"
    integration = json.loads(json.dumps(INTEGRATION))
    each = integration["workflows"][2]["document"]["blocks"][0]
    each["blocks"][0]["mapping"][0]["source"] = \
        '=@.number & " " & DATEVALUE(Order!day)'
    world = Small(integration=integration)
    outside = None
    try:
        with open(world.config, "w") as f:
            json.dump({"outbound": {
                "allowLoopback": True, "ownCaOnly": True,
                "caFile": world.state + "/ca.pem"}}, f)
        world.stop()
        world.start()
        outside = Outside(world.state)
        bad = "L-50 2026-05-10"
        outside.status[bad] = 400
        world.api("POST", "/run/event", {
            "event": "lines", "userId": "ada", "data": {
                "number": "A", "day": "2026-05-10",
                "lines": [{"number": f"L-{n}"} for n in range(1, 101)]}})

        def run():
            found = world.call("GET", "/manage/v1/runs?find=A")["data"]
            return found and found[0]["state"] == "done" and found[0]

        def sent():
            seen = [number for number, _ in outside.seen]
            return {number: seen.count(number) for number in seen}

        found = wait_until(run, "the run to end")
        equal(found["setAside"], 1)
        equal(sent(), {f"L-{n} 2026-05-10": 1 for n in range(1, 101)})
        del outside.status[bad]
        world.tailor("run", "retry", found["runId"], "--wait")
        equal(run()["setAside"], 0)
        equal(sent(), {f"L-{n} 2026-05-10": 1 + (n == 50)
                       for n in range(1, 101)})
    finally:
        del os.environ["TZ"]
        if outside:
            outside.close()
        world.end_started_on_demand()
        world.close()


main(start, stop)
