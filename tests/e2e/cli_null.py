#!/usr/bin/env python3
"""A store in which a text is NULL that has to be there: no command crashes, and
each that reads it says that the store is damaged."""
import getpass
import os
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cli_cases import S, WORKFLOW, name_of, start, stop  # noqa: E402
from harness import TAILOR, equal, main, test  # noqa: E402
from small_store import commands  # noqa: E402


# Who may come in, and where the audit ends, is asked before all else.
SPARED = {"actor": f"WHERE name<>'{getpass.getuser()}'",
          "audit": "WHERE rowid<(SELECT max(rowid) FROM audit)"}


# Without it a row is nobody's, and seen by no command.
WHOSE = {("sheet", "actor")}


def blank(path, tables):
    """Makes each text of TABLES that has to be there NULL, as only another
    program can: the schema says afterwards what it said before."""
    def write(sql):
        c = sqlite3.connect(path, isolation_level=None)
        c.executescript("PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF;"
                        "PRAGMA writable_schema=ON; BEGIN;" + sql + "COMMIT;")
        c.close()

    def put(change):
        return "".join("UPDATE sqlite_schema SET sql='{}' WHERE name='{}';"
                       .format(change(sql).replace("'", "''"), t)
                       for t, sql in made if t in tables)
    c = sqlite3.connect(path)
    made = c.execute("SELECT name, sql FROM sqlite_schema"
                     " WHERE type='table'").fetchall()
    columns = [(t, r[1]) for t in tables
               for r in c.execute(f"PRAGMA table_info({t})")
               if r[2] == "TEXT" and r[3] and not r[5]
               and (t, r[1]) not in WHOSE]
    triggers = c.execute("SELECT name, sql FROM sqlite_schema"
                         " WHERE type='trigger'").fetchall()
    c.close()
    equal({t for t, _ in columns}, set(tables), "tables with texts")
    write(put(lambda sql: sql.replace(" NOT NULL", "")))
    write("".join(f"DROP TRIGGER {name};" for name, _ in triggers) +
          "".join(f"UPDATE {t} SET {c}=NULL {SPARED.get(t, '')};"
                  for t, c in columns) +
          "".join(sql + ";" for _, sql in triggers))
    write(put(lambda sql: sql))


# The tables of which a text that is NULL is seen by a command that reads.
NAMES = "integration workflow"
OPENED = NAMES + " end_user installation version draft"
SEEN = {
    "whoami": "", "run list": "runtime", "run show": "runtime",
    "runtime list": "runtime", "runtime test": "runtime", "status": "runtime meta",
    "user list": "runtime", "access list": "actor",
    "access authorized-keys": "actor", "audit list": "audit",
    "audit show": "audit", "audit verify": "meta audit",
    "audit export": "meta audit", "store info": "meta",
    "block list": "connector installation version draft", "connector list": "connector",
    "connector show": "connector document", "workflow list": NAMES,
    "workflow show": NAMES, "integration list": "integration",
    "integration show": NAMES,
    "integration export": NAMES + " document version",
    "credential list": "integration runtime end_user installation version",
    "installation list": "integration runtime end_user version",
    "installation show": NAMES + " runtime end_user installation version",
    "draft list": NAMES + " end_user installation version",
    "draft conflicts": "installation version draft",
    "draft log": "installation version draft",
    "draft kept": "installation version meta",
    "draft show": NAMES + " end_user installation version",
    "mapping show": "installation version draft",
    "mapping export": "installation version draft",
    "mapping suggest": OPENED, "mapping coverage": OPENED + " document sample meta",
    "preview": OPENED + " document sample meta", "table list": "installation version draft",
    "table show": "draft", "sample list": NAMES + " sample meta",
    "sample show": NAMES + " sample meta",
    "sample check": "installation version draft",
    "sheet list": "sheet meta", "sheet show": "sheet meta",
    "version diff": NAMES + " document installation version draft",
    "version list": NAMES + " version", "version show": OPENED,
    "version validate": "document installation version draft"}
FILLED = {"meta", "actor", "audit", "integration", "workflow", "document",
          "connector", "runtime", "end_user", "installation", "version",
          "draft", "sample", "sheet", "outbox"}


class Blanked:
    """Copies of a store in which texts of some tables are NULL."""

    def __init__(self, store):
        self.store, self.made = store, {}

    def copy(self, tables):
        name = "blank-" + "-".join(sorted(tables)) + ".db"
        if name not in self.made:
            self.made[name] = self.store.path(name)
            shutil.copy(self.store.store, self.made[name])
            blank(self.made[name], tables)
        return self.made[name]

    def run(self, tables, name):
        """(exit code, output) of the command NAME."""
        arguments = list(map(str, S["cases"][name][0]))
        if name in ("mapping export", "audit export"):
            arguments[-1] = "-"
        done = subprocess.run(
            [TAILOR, "--store", self.copy(tables), *name.split(), *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        where = (tables, name, done.returncode, done.stderr[-1000:])
        assert 0 <= done.returncode <= 8, where
        assert "(null)" not in done.stdout + done.stderr, where
        assert not done.returncode or done.stderr, where
        return done.returncode, done.stdout + done.stderr


WITHOUT_STORE = {"help", "completion", "block kinds", "formula eval",
                 "formula functions", "path query", "mapping run"}


@test
def a_text_that_is_null_crashes_no_command():
    """Each command meets NULLs in each table that it reads, alone, and in all
    others at once, which it does not see. Sabotage: "is NULL" or the "" in
    there() of src/store/db_stmt.c."""
    store = S["store"]
    store.end_follower()
    store.tailor("release", store.new_draft(), "--yes")
    store.tailor("access", "add", "another", "--role", "auditor")
    store.tailor("sample", "add", WORKFLOW, "-", "--label", "mine",
                 stdin="{}")
    store.tailor("sheet", "add", "s1", "-", stdin="target,source\n")
    store.end_follower()
    blanked, wrong = Blanked(store), []
    readers = {name_of(c) for c in commands() if c["reads"]} - WITHOUT_STORE
    equal(readers - {"store check"}, set(SEEN), "commands that read")
    for name, seen in SEEN.items():
        plain = blanked.run([], name)[0]
        if blanked.run(sorted(FILLED - set(seen.split())), name)[0] != plain:
            wrong.append(f"{name} reads another table than SEEN says")
        for table in seen.split():
            if blanked.run([table], name)[0] in (0, plain):
                wrong.append(f"{name} does not see NULL in {table}")
    assert not wrong, "\n".join(wrong)
    for table in sorted(FILLED):
        equal(blanked.run([table], "store check")[0], 8, table)


SHAPES = ("[1]", '[{"app":7}]', "7", '"x"', "null", '{"http":7}',
          '{"http":{"state":7,"at":"x"}}', '{"http":[[]]}', '{"":null}', "{")
HOLD_JSON = {"installation": ("connected", "answered", "credentials"),
             "installed_workflow": ("needs",)}


def check_shape(path, words, what):
    for more in ([], ["--json"]):
        done = subprocess.run([TAILOR, "--store", path, *more, *words],
                              stdin=subprocess.DEVNULL, capture_output=True)
        assert 0 <= done.returncode <= 8, (what, words, done.returncode)
        if words[0] == "credential" and what == ("connected", "[1]"):
            equal(done.returncode, 8, done.stderr)
        assert b"(null)" not in done.stdout + done.stderr, (what, words, done)


@test
def json_of_another_shape_crashes_no_command():
    """What another program wrote where the store has the runtime's words.
    Sabotage: the questions after VALUE_OBJECT in installation.c."""
    store = S["store"]
    store.end_follower()
    draft = store.new_draft()
    installation = store.installation
    for table, columns in HOLD_JSON.items():
        for column in columns:
            for shape in SHAPES:
                path = store.path("shape.db")
                shutil.copy(store.store, path)
                c = sqlite3.connect(path)
                c.execute(f"UPDATE {table} SET {column}=?", (shape,))
                c.commit()
                c.close()
                for words in (["credential", "list", installation],
                              ["installation", "show", installation],
                              ["installation", "list"], ["status"],
                              ["version", "show", draft],
                              ["release", draft, "--dry-run"]):
                    check_shape(path, words, (column, shape))


main(start, stop)
