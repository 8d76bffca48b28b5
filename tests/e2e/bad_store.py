#!/usr/bin/env python3
"""Files that are no store, or a damaged one, a newer one, a cut one or half of
one: each is named, and none is changed."""
import contextlib
import os
import random
import shutil
import socket
import sqlite3
import stat
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bad import accepted, cleanup, refused, run, setup, world  # noqa: E402
from harness import Skip, equal, main, test  # noqa: E402


@test
def what_is_no_store_is_said_and_left_alone():
    path = os.path.join(world["dir"], "text.db")
    with open(path, "w") as f:
        f.write("this is no store\n" * 1000)
    refused(run("store", "info", store=path), 8)
    equal(open(path).read(), "this is no store\n" * 1000)
    refused(run("store", "info", store=os.path.join(world["dir"], "none.db")),
            4)
    other = os.path.join(world["dir"], "other.db")
    sqlite3.connect(other).execute("CREATE TABLE a(b)").connection.commit()
    refused(run("store", "info", store=other), 8)
    refused(run("store", "init"), 5)


@test
def a_store_of_a_newer_program_is_left_alone():
    path = os.path.join(world["dir"], "newer.db")
    shutil.copy(world["store"], path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 9999")
    connection.commit()
    connection.close()
    before = open(path, "rb").read()
    refused(run("store", "info", store=path), 8, "newer")
    refused(run("draft", "new", "order-to-cash", "--new", store=path), 8)
    equal(open(path, "rb").read(), before, "the file")


@test
def a_damaged_store_is_named():
    path = os.path.join(world["dir"], "damaged.db")
    data = bytearray(open(world["store"], "rb").read())
    for at in range(8192, len(data), 4096):
        data[at:at + 64] = b"\xa5" * 64
    with open(path, "wb") as f:
        f.write(data)
    result = run("store", "check", store=path)
    equal(result.returncode, 8, result.stderr)


@test
def without_permission_nothing_opens():
    if os.geteuid() != 0:
        raise Skip("needs root to drop to the account nobody")
    os.chmod(world["store"], 0o600)
    result = run("store", "info", user="nobody")
    assert result.returncode in (1, 5, 8), result
    assert "permission" in result.stderr.lower(), result.stderr
    result = run("store", "init", user="nobody",
                 store=os.path.join(world["dir"], "sub", "store.db"))
    assert result.returncode != 0 and "ermission" in result.stderr, result


def whole(folder):
    """What FOLDER holds: kinds of files by their names, and contents."""
    found = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        mode = os.lstat(path).st_mode
        found[name] = (stat.S_IFMT(mode), None)
        if stat.S_ISREG(mode):
            with open(path, "rb") as f:
                found[name] = (stat.S_IFMT(mode), f.read())
    return found


def folder_of(name):
    path = os.path.join(world["dir"], name)
    os.mkdir(path)
    return path


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def columns_of_enums():
    """(table, column) of the console's store that hold a number of an enum,
    by their names."""
    with sqlite3.connect(world["store"]) as db:
        tables = [n for n, in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {(table, row[1]) for table in tables
                for row in db.execute(f"PRAGMA table_info({table})")
                if row[2] == "INTEGER"
                and row[1] in ("state", "kind", "condition", "role", "mode")}


def put_unknown_number(path, table, column):
    """A row of TABLE whose COLUMN has a number that no program writes."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA ignore_check_constraints = ON")
    for name, in db.execute("SELECT name FROM sqlite_schema WHERE type ="
                            " 'trigger' AND tbl_name = ?", (table,)).fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.create_function("fold", 1, lambda text: text, deterministic=True)
    values = {row[1]: 0 if row[2] == "INTEGER" else "x"
              for row in db.execute(f"PRAGMA table_info({table})")
              if row[3] and not (row[5] and row[1] == "n")} | {column: 77}
    db.execute(f"INSERT INTO {table}({', '.join(values)})"
               f" VALUES({', '.join('?' * len(values))})", list(values.values()))
    db.commit()
    db.close()


@test
def a_number_outside_its_enum_is_found():
    # Sabotage: a row of src/store/console_enums.def, or let check_enums() of
    # src/manager/session/store_file.c say that all is good.
    folder = folder_of("enums")
    enums = columns_of_enums()
    assert ("outbox", "state") in enums and len(enums) >= 6, enums
    for table, column in sorted(enums):
        path = os.path.join(folder, f"{table}-{column}.db")
        shutil.copy(world["store"], path)
        equal(run("store", "check", store=path).returncode, 0)
        put_unknown_number(path, table, column)
        result = run("store", "check", store=path)
        refused(result, 8)
        assert f"{table}.{column}: 1 rows with an unknown number" in \
            result.stdout, result.stdout


@test
def a_store_that_is_cut_is_found_at_every_length():
    # Sabotage: the integrity check and the chain of records in "store check".
    path = os.path.join(folder_of("cut"), "store.db")
    data = read(world["store"])
    size = len(data)
    for length in (0, 1, 15, 16, 99, 100, 511, 512, 4095, 4096, 4097, 8192,
                   size // 4, size // 2, size - 4096, size - 1):
        write(path, data[:length])
        refused(run("store", "check", store=path), 8)
        result = run("draft", "new", "order-to-cash", "--new", store=path)
        if result.returncode != 0:
            refused(result, 8)
            equal(read(path), data[:length], f"a store cut at {length}")


@test
def what_is_not_a_store_is_refused_and_nothing_is_made():
    # Sabotage: the S_ISREG of check_file() in src/store/db.c (a FIFO stops
    # the command for ever).
    folder = folder_of("odd")
    at = lambda name: os.path.join(folder, name)  # noqa: E731
    os.mkfifo(at("fifo"))
    os.mkdir(at("folder"))
    for name, target in (("loop", "loop"), ("dangling", "nowhere"),
                         ("null", "/dev/null"), ("to folder", "folder")):
        os.symlink(target, at(name))
    write(at("empty"), b"")
    write(at("random"), random.Random(7).randbytes(20000))
    write(at("journal"), bytes.fromhex("d9d505f920a163d7") + bytes(2000))
    other = sqlite3.connect(at("foreign"))
    other.execute("CREATE TABLE a(b)").connection.commit()
    other.close()
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(at("socket"))
    before = whole(folder)
    for path in [at(name) for name in (*before, "none")] + [
            "/dev/null", "/dev/zero", "/dev/full"]:
        for command in (("store", "info"),
                        ("draft", "new", "order-to-cash", "--new")):
            result = run(*command, store=path)
            assert result.returncode in (1, 4, 8), (path, command, result)
            refused(result, result.returncode)
        assert whole(folder) == before, path
    os.symlink(world["store"], at("link"))
    equal(run("store", "info", store=at("link")).returncode, 0)


@test
def odd_paths_are_names_of_files_and_nothing_else():
    # Sabotage: the "./" of db_file_name() in src/store/db_error.c (SQLite
    # reads :memory: and file: in its own way).
    folder = folder_of("paths")
    names = ["with space.db", "two\nlines", "a\tb", "\x1b]0;owned\x07", "'\"`$(id)",
             "%n%s%d", "x?mode=memory&cache=shared", "file:x?mode=memory",
             ":memory:", "file:plain", "n" * 240, "n" * 250, "n" * 300, "#x;|&",
             "é\u202e"]
    write(os.path.join(folder, "plain"), b"another file")
    made = []
    for name in names:
        result = run("store", "init", store=name, cwd=folder)
        if result.returncode != 0:
            refused(result, result.returncode)
            assert not os.path.lexists(os.path.join(folder, name)), name
            continue
        made.append(name)
        equal(read(os.path.join(folder, name))[:15], b"SQLite format 3", name)
        equal(run("store", "check", store=name, cwd=folder).returncode, 0, name)
    assert set(names) - set(made) <= {"n" * 250, "n" * 300}, made
    equal(read(os.path.join(folder, "plain")), b"another file")
    for name, copy in (("file:plain", "file:copy"), (":memory:", "file:a?b")):
        equal(run("store", "backup", copy, store=name, cwd=folder).returncode, 0)
        equal(run("store", "check", store=copy, cwd=folder).returncode, 0)
        made.append(copy)
    left = {name.removesuffix("-wake") for name in os.listdir(folder)}
    equal(left, set(made) | {"plain"})


@test
def a_journal_that_is_not_of_the_store_changes_nothing():
    # Sabotage: check_beside() in db_open (a folder or a link as the journal).
    folder = folder_of("journals")
    at = lambda name: os.path.join(folder, name)  # noqa: E731
    path, journal = at("store.db"), at("store.db-journal")
    data = read(world["store"])
    magic = bytes.fromhex("d9d505f920a163d7")
    write(at("victim"), b"another file")
    noise = random.Random(8).randbytes(9000)
    for content in (b"", bytes(5000), noise, magic, magic + noise,
                    magic + bytes(9000), b"a letter\n" * 500, os.mkdir,
                    lambda p: os.symlink(at("victim"), p),
                    lambda p: os.symlink(path, p),
                    lambda p: os.symlink("nowhere", p)):
        write(path, data)
        if callable(content):
            content(journal)
        else:
            write(journal, content)
        for command in (("--read-only", "draft", "list"), ("store", "check")):
            result = run(*command, store=path)
            if callable(content):
                refused(result, 8, "store.db-journal", "remove it")
            else:
                equal((result.returncode, result.stderr), (0, ""), command)
            equal(read(path), data, "the store")
        equal(read(at("victim")), b"another file")
        if os.path.isdir(journal):
            os.rmdir(journal)
        elif os.path.lexists(journal):
            os.unlink(journal)


def content_of(path):
    """All that the store at PATH holds, or None where it cannot be read."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as db:
            names = db.execute("SELECT name FROM sqlite_schema WHERE type ="
                               " 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
            return [db.execute(f'SELECT * FROM "{name}"').fetchall()
                    for name, in names.fetchall()]
    except sqlite3.Error:
        return None


@test
def a_torn_copy_is_found():
    """The pages before a place are older than those behind it, as in a copy
    that was made while others wrote. Sabotage: the checks of "store check"."""
    path = os.path.join(folder_of("torn"), "store.db")
    shutil.copy(world["store"], path)
    old = read(path)
    for i in range(3):
        accepted("draft", "new", "order-to-cash", "--new", store=path)
    new = read(path)
    old += bytes(max(0, len(new) - len(old)))
    wholes = [content_of(path), content_of(world["store"])]
    assert all(wholes)
    places = [at for at in range(0, len(new), 4096)
              if old[at:at + 4096] != new[at:at + 4096]]
    found = 0
    for at in places[1:] if len(places) < 14 else places[1::len(places) // 12]:
        write(path, old[:at] + new[at:])
        result = run("store", "check", store=path)
        if content_of(path) not in wholes:
            refused(result, 8)
            found += 1
    assert found > 3, (found, places)


if __name__ == "__main__":
    main(setup, cleanup)
