#!/usr/bin/env python3
"""Bad input gets its message and its exit code, and loses nothing.

One test a kind of badness: unknown names, broken JSON, documents that are too
large or too deep, control characters in every name, stores that are none or
from a newer program, missing permission, and the usage of every command.
"""
import ctypes
import json
import os
import pwd
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, TAILORD, Skip, equal, main, test  # noqa: E402

SOURCE = os.environ.get("TOP_SRCDIR", os.getcwd())
INTEGRATION = os.path.join(SOURCE, "data/integrations/netsuite-order-to-cash.json")
CONNECTOR = os.path.join(SOURCE, "data/connectors/netsuite.json")
world = {}


def run(*arguments, stdin=None, store=None, user=None, binary=False):
    def drop():
        if user:
            entry = pwd.getpwnam(user)
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
    program = world["program"] if user else TAILOR
    return subprocess.run(
        [program, "--store", store or world["store"], *map(str, arguments)],
        input=stdin, capture_output=True, text=not binary, timeout=60,
        preexec_fn=drop)


def refused(result, status, *words):
    """RESULT ended with STATUS and one clear, harmless sentence."""
    equal(result.returncode, status, result.stderr)
    assert result.stderr.startswith("tailor: "), result.stderr
    for word in words:
        assert word in result.stderr, (word, result.stderr)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", result.stderr), \
        repr(result.stderr)


def accepted(*arguments, **options):
    result = run("--json", *arguments, **options)
    equal(result.returncode, 0, result.stderr)
    return json.loads(result.stdout) if result.stdout.strip() else None


def setup():
    world["dir"] = tempfile.mkdtemp(prefix="tailor-bad-")
    os.chmod(world["dir"], 0o755)
    # Where the tests stand, the account nobody may not look.
    world["program"] = shutil.copy(TAILOR, world["dir"])
    world["store"] = os.path.join(world["dir"], "store.db")
    accepted("store", "init")
    accepted("connector", "add", CONNECTOR)
    accepted("integration", "add", INTEGRATION)
    world["draft"] = accepted("draft", "new", "order-to-cash")["versionId"]


def cleanup():
    shutil.rmtree(world["dir"], ignore_errors=True)


@test
def commands_that_do_not_exist_are_named():
    refused(run("frobnicate"), 2, "frobnicate", "one of:")
    refused(run("draft", "frobnicate"), 2, "frobnicate", "fork")
    refused(run("draft"), 2, "draft: a second word is missing", "fork")
    refused(run("draft", "show"), 2, "D is missing", "usage:")
    refused(run("draft", "show", "a", "b"), 2, "too many")
    refused(run("draft", "show", "--nonsense", "a"), 2, "--nonsense")
    refused(run("installation", "list", "--limit", "x"), 2, "--limit x")
    refused(run("installation", "list", "--limit"), 2, "missing")
    refused(run("access", "add", "bob"), 2, "--role is missing")


@test
def an_invalid_filter_ends_alike_where_it_lists_and_where_it_upgrades():
    # Sabotage: manager_installation_filter() in upgrade_many(): the question
    # comes before the filter's error.
    for text, status in (("state:xyz", 2), ("sate:ok", 2),
                         ("integration:nobody", 4)):
        listed = run("installation", "list", "--filter", text)
        refused(listed, status)
        upgraded = run("upgrade", "order-to-cash", "--filter", text)
        equal((upgraded.returncode, upgraded.stderr),
              (status, listed.stderr))


@test
def an_option_of_the_other_form_of_upgrade_is_refused():
    # Sabotage: check_upgrade_form() in cmd_upgrade().
    for words in (("acme/orders", "order-to-cash", "--filter", "state:ok"),
                  ("acme/orders", "order-to-cash", "--limit", "1"),
                  ("order-to-cash", "--replace-waiting")):
        option = next(x for x in words if x.startswith("--"))
        refused(run("upgrade", *words, "--yes"), 2, option, "applies only to")


@test
def the_guide_names_every_state_of_the_filter():
    # Sabotage: a state that the guide's row lacks.
    said = run("installation", "list", "--filter", "state:xyz").stderr
    states = re.search(r"\((.*)\)", said).group(1).split(", ")
    assert "turned-off" in states and len(states) > 5, said
    with open(os.path.join(SOURCE, "doc/user-guide.md")) as f:
        row = next(x for x in f if x.startswith("| `state:"))
    named = re.search(r"states: ([^;]*);", row).group(1).split(", ")
    equal(named, states)
    for state in states:
        equal(run("installation", "list", "--filter", f"state:{state}")
              .returncode, 0)


@test
def the_flags_that_people_try_first_help():
    everything = run("help").stdout
    for words in (("--help",), ("-h",), ("frobnicate", "--help")):
        equal(run(*words).stdout, everything)
    equal(run("draft", "fork", "--help").stdout, run("help", "draft").stdout)
    equal(run("--version").stdout.split()[0], "tailor")


@test
def the_version_names_the_libraries_that_run():
    # Sabotage: a row of libraries[] in print_version(), or the line of
    # version_print() in src/runtime/daemon/version.c.
    for program, libraries in (
            (TAILOR, ["tailor", "ncurses", "SQLite", "PCRE2"]),
            (TAILORD, ["tailord", "SQLite", "libcurl", "libmicrohttpd",
                       "GnuTLS", "jansson", "libsodium", "PCRE2"])):
        said = subprocess.run([program, "--version"], capture_output=True,
                              text=True, timeout=60, check=True).stdout
        equal([x.split()[0] for x in said.splitlines()], libraries)
        for line in said.splitlines():
            assert re.fullmatch(r"\w+ \d+\.\d+[\w. -]*", line), line
        assert f"SQLite {sqlite_version(program)}\n" in said, said
    told = json.loads(run("--json", "--version").stdout)
    equal(sorted(told["libraries"]), ["PCRE2", "SQLite", "ncurses"])


def sqlite_version(program):
    """The version of the SQLite library that PROGRAM is linked with."""
    linked = subprocess.run(["ldd", program], capture_output=True, text=True,
                            timeout=60, check=True).stdout
    library = ctypes.CDLL(re.search(r"libsqlite3\S* => (\S+)", linked).group(1))
    library.sqlite3_libversion.restype = ctypes.c_char_p
    return library.sqlite3_libversion().decode()


@test
def unknown_names_are_not_found():
    for arguments in (("integration", "show", "nothing"),
                      ("workflow", "show", "nothing"),
                      ("version", "show", "v99"),
                      ("version", "list", "nothing"),
                      ("installation", "show", "nobody/nothing"),
                      ("draft", "show", "0" * 24),
                      ("draft", "fork", "nobody/nothing", "order-to-cash"),
                      ("connector", "show", "nothing"),
                      ("block", "set", world["draft"], "Nothing", "a=1"),
                      ("mapping", "show", world["draft"], "Nothing"),
                      ("table", "show", world["draft"], "Nothing"),
                      ("audit", "show", "999999")):
        refused(run(*arguments), 4)


@test
def control_characters_in_every_name_are_made_visible():
    evil = "a\x1b]0;owned\x07\x1b[2J\u202eb\u200b"
    for arguments in (("integration", "show", evil),
                      ("workflow", "show", evil), ("version", "show", evil),
                      ("installation", "show", evil), ("draft", "show", evil),
                      ("connector", "show", evil), (evil,), ("draft", evil),
                      ("release", evil), ("access", "add", evil, "--role",
                                          "engineer"),
                      ("mapping", "show", world["draft"], evil),
                      ("integration", "add", "/nonexistent/" + evil),
                      ("formula", "eval", evil), ("path", "query", evil)):
        result = run(*arguments)
        assert result.returncode in (2, 4, 6), (arguments, result)
        for text in (result.stderr, result.stdout):
            assert "\x1b" not in text and "\u202e" not in text \
                and "\u200b" not in text and "\x07" not in text, repr(text)


@test
def bytes_that_are_no_utf8_are_made_visible():
    result = run("integration", "show", b"a\xff\xfe", binary=True)
    assert result.returncode in (2, 4, 6), result
    assert b"\xff" not in result.stderr + result.stdout, result


@test
def broken_json_says_where():
    for text, place in (("{", "line 1"), ("[1,]", "line 1"),
                        ('[{"op":"add"\n,,}]', "line 2"),
                        ('{"a":1}', ""), ("nul", "line 1"), ("", "")):
        refused(run("draft", "patch", world["draft"], "-", stdin=text), 6,
                place)


@test
def patches_that_do_not_fit_change_nothing():
    before = accepted("draft", "show", world["draft"])
    for patch in ([{"op": "remove", "path": "/nothing"}],
                  [{"op": "test", "path": "/name", "value": "x"}],
                  [{"op": "add", "path": "/unknownKey", "value": 1}],
                  [{"op": "replace", "path": "/blocks", "value": "x"}],
                  [{"op": "replace", "path": "/format", "value": 99}],
                  [{"op": "fly", "path": "/name"}], [1], {"op": "add"}):
        result = run("draft", "patch", world["draft"], "-",
                     stdin=json.dumps(patch))
        assert result.returncode in (4, 5, 6, 8), (patch, result)
    equal(accepted("draft", "show", world["draft"]), before)


@test
def large_and_deep_documents_are_refused():
    deep = "[" * 10000 + "]" * 10000
    refused(run("draft", "patch", world["draft"], "-", stdin=deep), 6)
    large = json.dumps([{"op": "add", "path": "/name", "value": "x" *
                         (11 * 1024 * 1024)}])
    refused(run("draft", "patch", world["draft"], "-", stdin=large), 6)
    refused(run("integration", "add", "-", stdin=deep), 6)
    refused(run("formula", "eval", "(" * 5000 + "1" + ")" * 5000), 6)
    refused(run("path", "query", "$" + "[?" * 5000), 6)


@test
def formulas_and_paths_say_the_column():
    refused(run("formula", "eval", "=1+"), 6, "column")
    refused(run("formula", "eval", "=NOSUCH(1)"), 6, "NOSUCH")
    refused(run("path", "query", "$.a["), 6, "column")


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


@test
def an_account_without_an_entry_has_no_role():
    if os.geteuid() != 0:
        raise Skip("needs root to drop to the account nobody")
    folder = os.path.join(world["dir"], "open")
    os.mkdir(folder)
    os.chmod(folder, 0o777)
    path = os.path.join(folder, "store.db")
    shutil.copy(world["store"], path)
    os.chmod(path, 0o666)
    result = run("installation", "list", store=path, user="nobody")
    refused(result, 5)
    result = run("draft", "new", "order-to-cash", "--new", store=path,
                 user="nobody")
    refused(result, 5)


@test
def read_only_refuses_what_changes():
    for arguments in (("draft", "new", "order-to-cash", "--new"),
                      ("access", "add", "eve", "--role", "admin"),
                      ("integration", "add", INTEGRATION)):
        refused(run("--read-only", *arguments), 5, "read-only")
    equal(run("--read-only", "draft", "list").returncode, 0)


@test
def sheets_that_do_not_fit_change_nothing():
    block = "Create cash sale"
    before = accepted("mapping", "show", world["draft"], block)
    for sheet, status in (("a,b\n1,2\n", 6), ('target,source\n"open,x\n', 6),
                          ("target,source\ntranId,=1+\n", 6),
                          ("target,source\na.b,x\na,y\n", 6)):
        result = run("mapping", "import", world["draft"], block, "-",
                     stdin=sheet)
        equal(result.returncode, status, sheet + result.stderr)
    equal(accepted("mapping", "show", world["draft"], block), before)


if __name__ == "__main__":
    main(setup, cleanup)
