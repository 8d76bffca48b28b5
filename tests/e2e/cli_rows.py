#!/usr/bin/env python3
"""Mapping rows and sheets on the command line: set, shown, applied, imported."""
import json
import os
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cli_cases import BLOCK, S, WORKFLOW, start, stop  # noqa: E402
from harness import equal, main, test  # noqa: E402


def formulas_of(version):
    shown = S["store"].tailor("--json", "version", "show", version,
                              "--document").json
    return shown["document"]["formulas"]


# Sabotage: the language of compile_text in src/workflow/preview/preview.c, or
# the patch of edit_language in src/workflow/edit/edit.c.
@test
def a_draft_is_raised_to_the_newest_format_by_hand_alone():
    store = S["store"]
    draft = store.new_draft()
    equal(formulas_of(draft), 1, "a fork keeps the format of its version")
    store.tailor("mapping", "set", draft, BLOCK, "memo", "=total>100")
    store.tailor("mapping", "set", draft, BLOCK, "note", "={{total}}")
    body = store.path("text.json", '{"orderNumber":"SO-9","total":"1.50",'
                      '"customer":{"id":"C-1"}}')
    store.tailor("sample", "add", WORKFLOW, body, "--label", "numeric text")
    raise_it = ("--json", "draft", "raise-format", draft)
    shown = store.tailor(*raise_it, "--dry-run").json
    equal((shown["applied"], shown["formulas"]), (False, 2))
    assert shown["differs"] > 0, shown
    assert any("a list in a list" in p["message"]
               for p in shown["problems"]), shown["problems"]
    equal(formulas_of(draft), 1, "--dry-run changes nothing")
    store.tailor("mapping", "unset", draft, BLOCK, "note", "--remove")
    shown = store.tailor(*raise_it, "--dry-run").json
    equal([(row["target"], row["firstDiffers"]) for row in shown["data"]],
          [("memo", "numeric text")])
    equal(store.tailor(*raise_it).json["applied"], True)
    equal(formulas_of(draft), 2)
    assert "current format" in store.tailor(*raise_it, expect=6).err
    store.tailor("draft", "undo", draft)
    equal(formulas_of(draft), 1, "undo takes it back")


def format_of(version):
    shown = S["store"].tailor("--json", "version", "show", version,
                              "--document").json
    return shown["document"]["format"]


# Sabotage: set_members in src/cli/command/mapping.c.
@test
def what_a_row_says_is_set_shown_and_taken_away():
    store = S["store"]
    draft = store.new_draft()
    policy = ("mapping", "set", draft, BLOCK, "memo", "memo", "--write")
    store.tailor(*policy, "If present")
    row = [r for r in store.rows("mapping", "show", draft, BLOCK)
           if r["target"] == "memo"][0]
    equal((row["write"], format_of(draft)), ("ifPresent", 2))
    assert "WRITE" in store.tailor("mapping", "show", draft, BLOCK).out
    assert "always|ifPresent" in store.tailor(*policy, "now", expect=6).err
    store.tailor(*policy, "always")
    equal(format_of(draft), 1)
    assert "WRITE" not in store.tailor("mapping", "show", draft, BLOCK).out
    said = {"read": 'date "M/D/YYYY"', "send": 'date "D.M.YYYY"',
            "lookup": "Ship, else blank", "rest": "keep", "list": "replace",
            "find": "netsuite suiteql by q, take id",
            "reference": "customer, reverse, else blank"}
    options = [o for key, text in said.items() for o in ("--" + key, text)]
    store.tailor(*policy[:-1], *options)
    row = [r for r in store.rows("mapping", "show", draft, BLOCK)
           if r["target"] == "memo"][0]
    equal({key: row[key] for key in said}, said)
    equal(format_of(draft), 2)
    store.tailor(*policy[:-1], "--read", "none", "--send", "none",
                 "--lookup", "none", "--rest", "drop", "--list", "none",
                 "--find", "none", "--reference", "none")
    equal(format_of(draft), 1)
    # As sheets of both kinds, what is looked up comes back as it was.
    for target, option, text in (
            ("one", "--find", "netsuite suiteql by q, take id, else blank"),
            ("two", "--reference", "customer, reverse")):
        store.tailor("mapping", "set", draft, BLOCK, target, "x", option, text)
    for name in ("looked.csv", "looked.xlsx"):
        sheet = store.path(name)
        store.tailor("mapping", "export", draft, BLOCK, sheet)
        again = store.tailor("--json", "mapping", "import", draft, BLOCK, sheet,
                             "--dry-run").json
        equal({row["kind"] for row in again["data"]}, {"same"}, str(again))
        assert {"one", "two"} <= {row["target"] for row in again["data"]}
    unknown = [r["status"] for b in store.rows("preview", draft)
               for r in b["rows"] if r["target"] in ("one", "two")]
    equal(unknown, ["blank", "blank"])
    store.tailor("mapping", "set", draft, BLOCK, "one", '"Net 30"')
    said = store.tailor("preview", draft).out
    assert "take id: 0 of 1 keys resolved in the sample, the others" in said
    equal(store.tailor("--json", "preview", draft).json["lookups"],
          [{"lookup": "netsuite suiteql by q, take id", "open": ["Net 30"],
            "keys": 1}])
    known = store.path("known.json", json.dumps(
        {"input": {}, "lookups": {"netsuite suiteql by q, take id":
                                  {"Net 30": "7"}}}))
    said = store.tailor("preview", draft, "--sample", known).out
    assert "take id: 1 of 1 keys resolved in the sample\n" in said, said
    store.tailor("mapping", "set", draft, BLOCK, "extra[*]", "={1,2}",
                 "--list", "replace")
    store.tailor("mapping", "set", draft, BLOCK, "extra[*].no", "#")
    rows = [r for b in store.rows("preview", draft) for r in b["rows"]
            if r["target"] == "extra[*]"]
    equal([r["status"] for r in rows], ["replaces"])


def sees_members(store, draft):
    """A dry run names what a sheet changes beside the source, which may empty
    the customer's field. Sabotage: set_changes() in proposal_json()."""
    sheet = ("target,source,write,default,required,note\n"
             "email,customer.email,if present,0,yes,ask Bob\n")
    dry = ["mapping", "import", draft, BLOCK, "-", "--dry-run"]
    seen = store.tailor("--json", *dry, stdin=sheet).json
    row = [one for one in seen["data"] if one["target"] == "email"][0]
    equal({one["member"]: (one["now"], one["wanted"])
           for one in row["changes"]},
          {"write": ("always", "ifPresent"), "default": ("none", "0"),
           "required": ("no", "yes"), "note": ("none", "ask Bob")}, str(row))
    equal(seen["changedMembers"],
          {"write": 1, "default": 1, "required": 1, "note": 1}, str(seen))
    out = store.tailor(*dry, stdin=sheet)
    for part in ("write always -> ifPresent, default none -> 0, "
                 "required no -> yes, note none -> ask Bob",
                 "also changed: 1 write, 1 default, 1 required, 1 note"):
        assert part in out.out + out.err, (out.out, out.err)


# Sabotage: previewer_lookup in apply_plan, refuse_sheet, see_samples and
# print_notes in src/cli/command/mapping_sheet.c, input_file in
# src/cli/command/formula.c.
@test
def rows_are_applied_and_imported_with_what_belongs_to_them():
    store = S["store"]
    draft = store.new_draft()
    store.tailor("table", "import", draft, "Ship", "-",
                 stdin="key,value\nups,U1\n")
    sheet = 'target,source\nmemo,"=LOOKUP(""ups"",""Ship"")"\n'
    store.tailor("mapping", "import", draft, BLOCK, "-", stdin=sheet)
    out = store.tailor("mapping", "run", draft, BLOCK,
                       stdin='{"orderNumber":"SO-1","total":1,'
                       '"customer":{"id":"C-1"}}\n',
                       expect=None)
    assert '"memo":"U1"' in out.out, (out.out, out.err)
    seen = store.tailor("--json", "mapping", "import", draft, BLOCK, "-",
                        "--dry-run",
                        stdin="target,source\nmemo,NoSuchField\n").json
    equal([row["unknown"] for row in seen["data"]
           if row["target"] == "memo"], [True], str(seen))
    sees_members(store, draft)
    shown = store.tailor("mapping", "import", draft, BLOCK, "-", "--dry-run",
                         stdin="target,source\nHEADER FIELDS,\n"
                         "memo,NoSuchField\n")
    line = [one.split() for one in shown.out.splitlines() if "memo" in one][0]
    equal(line[:3], ["changed", "?", "memo"])
    for part in ("1 source names a field that no sample has (?)",
                 "1 row without source was taken as heading: line 2"):
        assert part in shown.out + shown.err, (shown.out, shown.err)
    wrong = store.path("wrong.csv", "target,source\na,=ROUDN(1)\nb,x\n"
                       "b,y\n,z\n")
    said = store.tailor("mapping", "run", "--mapping", wrong, "-",
                        expect=6).err
    for part in ("line 2, a: ", "line 4, b: line 3 has the same target",
                 "line 5, no target: the target is missing",
                 "3 of 4 rows are wrong"):
        assert part in said, said
    many = store.path("many.csv", "target,source\n" +
                      "".join(f"a{i},(\n" for i in range(80)))
    said = store.tailor("mapping", "run", "--mapping", many, "-",
                        expect=6).err
    equal(said.count("many.csv, line"), 50, said)
    assert "many.csv: 30 more rows are wrong" in said, said
    titled = store.path("titled.csv", "Zuordnung Globex\n\n"
                        "Zielfeld,Quellfeld\nmemo,Memo\n")
    said = store.tailor("mapping", "import", draft, BLOCK, titled,
                        "--dry-run", expect=6).err
    for part in ("line 3 is Zielfeld, Quellfeld",
                 '--target "Zielfeld" --source "Quellfeld"'):
        assert part in said, said
    odd = store.path("odd.csv", "target,source\nmemo,1.23E+19\n")
    # As a workbook the rows come back as they are.
    book = store.path("rows.xlsx")
    store.tailor("mapping", "export", draft, BLOCK, book)
    again = store.tailor("--json", "mapping", "import", draft, BLOCK, book,
                         "--dry-run").json
    assert again["data"] and again["notes"] == [], str(again)
    equal({row["kind"] for row in again["data"]}, {"same"}, str(again))
    with open(book, "r+b") as f:
        f.truncate(100)
    assert "zip file cannot be read" in store.tailor(
        "table", "import", draft, "Ship", book, expect=6).err
    assert "line 2, memo: a long number that the spreadsheet has short" in (
        store.tailor("mapping", "import", draft, BLOCK, odd, "--dry-run").out)
    equal(store.tailor("formula", "eval", "=a+1", stdin='{"a":1}').out, "2\n")
    equal(store.tailor("--json", "path", "query", "a",
                       stdin='{"a":1}').json, [1])


# Sabotage: the question for both in cmd_draft_note(), src/cli/command/draft.c.
@test
def a_note_is_removed_by_clear_alone():
    store = S["store"]
    draft = store.new_draft()

    def note():
        return store.tailor("--json", "draft", "show", draft).json.get("note")

    store.tailor("draft", "note", draft, "canary-note")
    equal(note(), "canary-note")
    store.tailor("draft", "note", draft, expect=2)
    store.tailor("draft", "note", draft, "", expect=2)
    store.tailor("draft", "note", draft, "another", "--clear", expect=2)
    said = store.tailor("draft", "note", draft, "the password is hunter2",
                        expect=None).err
    assert "may hold a secret" in said, said
    equal(note(), "canary-note")
    store.tailor("draft", "note", draft, "--clear")
    assert not note(), note()
    assert "canary-note" not in store.tailor("audit", "export", "-").out


# Sabotage: text_starts() in sheet_source_read(), src/cli/command/sheet_file.c;
# purge() in turn(), src/remote/sync.c.
@test
def a_kept_sheet_is_imported_by_its_name():
    store = S["store"]
    draft = store.new_draft()
    book = store.path("kept.xlsx")
    store.tailor("mapping", "set", draft, BLOCK, "memo", "kept_1")
    store.tailor("mapping", "export", draft, BLOCK, book)
    wrong = store.path("windows.csv")
    with open(wrong, "wb") as f:
        f.write(b"target,source\nmemo,\"\x80 5\"\n")
    said = store.tailor("sheet", "add", "w", wrong, expect=6).err
    assert "UTF-8" in said, said
    store.tailor("sheet", "add", "w", wrong, "--encoding", "windows-1252")
    equal(store.tailor("sheet", "show", "w").out, "target,source\nmemo,€ 5\n")
    said = store.tailor("table", "import", draft, "Ship", "sheet:w",
                        "--encoding", "utf-8", expect=2).err
    assert "kept as it was read" in said, said
    store.tailor("sheet", "remove", "w", "--yes")
    said = store.tailor("sheet", "add", "globex.xlsx", book).out
    assert "globex.xlsx: kept, until 2" in said, said
    store.tailor("mapping", "set", draft, BLOCK, "memo", "another")
    store.tailor("mapping", "import", draft, BLOCK, "sheet:globex.xlsx")
    rows = {r["target"]: r.get("source") for r in
            store.rows("mapping", "show", draft, BLOCK)}
    equal(rows["memo"], "kept_1")
    shown = store.tailor("sheet", "show", "globex.xlsx").out
    assert "memo,kept_1" in shown, shown
    store.tailor("sheet", "add", "ship", "-", stdin="key;value\ndhl;\x1b[2J\n")
    equal(store.tailor("sheet", "show", "ship").out,
          "key,value\ndhl,U+001B[2J\n")
    equal(store.tailor("--json", "sheet", "show", "ship").json["rows"][1],
          ["dhl", "\x1b[2J"])
    said = store.tailor("sheet", "add", "ship", "-", stdin="key,value\nups,U1\n",
                        expect=5).err
    assert "replace it with --replace" in said, said
    store.tailor("sheet", "add", "ship", "-", "--replace",
                 stdin="key,value\nups,U1\n")
    store.tailor("table", "import", draft, "Ship", "sheet:ship")
    equal([row["key"] for row in store.rows("table", "show", draft, "Ship")],
          ["ups"])
    said = store.tailor("table", "import", draft, "Ship", "sheet:no",
                        expect=4).err
    assert "sheet no: not found among your sheets" in said, said
    equal({row["name"] for row in store.rows("sheet", "list")},
          {"globex.xlsx", "ship"})
    store.tailor("sheet", "remove", "ship", "--yes")
    with sqlite3.connect(store.store) as db:
        db.execute("UPDATE sheet SET expires_at = at")
    equal(store.rows("sheet", "list"), [])
    store.end_follower()
    store.tailor("sync", expect=None)  # its runtime does not exist
    with sqlite3.connect(store.store) as db:
        equal(db.execute("SELECT count(*) FROM sheet").fetchone()[0], 0)
    equal(len(store.rows("audit", "list", "--action", "purge")), 1)


main(start, stop)
