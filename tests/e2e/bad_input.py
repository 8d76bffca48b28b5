#!/usr/bin/env python3
"""Bad input gets its message and its exit code, and loses nothing.

One test a kind of badness: unknown names, broken JSON, documents that are too
large or too deep, control characters in every name, sessions that nobody
began, and the usage of every command. Bad stores: bad_store.py.
"""
import ctypes
import json
import os
import pty
import pwd
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bad import (  # noqa: E402
    INTEGRATION, SOURCE, accepted, cleanup, refused, run, setup, world)
from harness import BUILD, TAILOR, TAILORD, Skip, equal, main, test  # noqa: E402

CONSOLE = os.path.join(BUILD, "tailor-console")


@test
def what_is_no_file_is_never_waited_for():
    # Sabotage: file_check() or is_kept() of src/base/file.c takes whatever is
    # there.
    fifo = os.path.join(world["dir"], "fifo")
    os.mkfifo(fifo)
    draft, block = world["draft"], "f1d81363-8c43-4fd0-ab54-2bb743cd9219"
    for name in (fifo, "/dev/zero", world["dir"], "/proc/kmsg",
                 "/proc/self/maps", "/sys/kernel/profiling"):
        if not os.path.exists(name):
            continue
        for words in (
                ("store", "restore", name), ("integration", "add", name),
                ("connector", "add", name), ("draft", "patch", draft, name),
                ("access", "add", "bob", "--role", "auditor", "--key", name),
                ("mapping", "import", draft, block, name),
                ("mapping", "apply", draft, block, name),
                ("mapping", "apply", "--mapping", name, SOURCE + "/README.md"),
                ("preview", draft, "--sample", name),
                ("sample", "add", "order-to-cash", name),
                ("sheet", "add", "prices", name),
                ("table", "import", draft, "prices", name),
                ("formula", "eval", "=1", name),
                ("path", "query", "$.a", name),
                ("runtime", "add", "eu", "https://localhost:1",
                 "--environment", "test", "--token-file", name),
                ("event", "send", "acme/orders", "order.created", name),
                ("audit", "verify", name)):
            result = run(*words, "--yes", stdin="")
            assert result.returncode not in (0, 124), (words, result)
            if words[0] in ("integration", "connector", "sheet", "formula",
                            "path", "audit", "mapping", "table", "sample",
                            "store"):
                assert "not a regular file" in result.stderr, (words, result)
    os.unlink(fifo)


@test
def commands_that_do_not_exist_are_named():
    refused(run("frobnicate"), 2, "frobnicate", "one of:")
    refused(run("draft", "frobnicate"), 2, "frobnicate", "fork")
    refused(run("draft"), 2, "draft: a second word is missing", "fork")
    refused(run("draft", "show"), 2, "DRAFT is missing", "usage:")
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
def a_filter_is_as_long_as_it_says():
    for length in (255, 256, 400):
        said = run("installation", "list", "--filter", "a" * length)
        equal((said.returncode, said.stderr), (0, ""), str(length))
    equal(run("installation", "list", "--filter", "a " * 2500).returncode, 0)
    refused(run("installation", "list", "--filter", "a" * 401), 2,
            "A word of the filter is longer than 400 bytes")
    refused(run("installation", "list", "--filter", "a" * 5000), 2,
            "The filter is longer than 4096 bytes")


@test
def an_option_of_the_other_form_of_upgrade_is_refused():
    # Sabotage: check_upgrade_form() in cmd_upgrade().
    for words in (("acme/orders", "order-to-cash", "--filter", "state:ok"),
                  ("acme/orders", "order-to-cash", "--limit", "1"),
                  ("order-to-cash", "--replace-waiting")):
        option = next(x for x in words if x.startswith("--"))
        refused(run("upgrade", *words, "--yes"), 2, option, "applies only to")


@test
def what_means_nothing_together_is_refused():
    # Sabotage: check_words() in src/cli/command/run_listing.c, the test of
    # `input` in cmd_mapping_run().
    draft = world["draft"]
    for words, told in (
            (("preview", draft, "--all", "--sample", "x"), "give one of them"),
            (("demo", "--serve", "--script"), "give one of them"),
            (("demo", "--seed", "3"), "goes only with --store-only"),
            (("run", "list", "--parked", "crashed", "--state", "done"),
             "give one of them"),
            (("run", "list", "--state", "bogus"), "accepted, running, done"),
            (("run", "retry", "--parked", "bogus"),
             "paused, held, credential, unknownOutcome, crashed, restored"),
            (("run", "list", "--parked", ""), "empty"),
            (("sync", "--idle-exit", "3"), "goes only with --follow"),
            (("sync", "--follow", "--timeout", "3"), "give one of them"),
            (("access", "add", "ann", "--role", "admin", "--payloads",
              "--no-payloads"), "give one of them"),
            (("block", "move", draft, "b", "--list", "then"),
             "goes only with --into"),
            (("mapping", "run", "--mapping", "f.csv", draft, "b"),
             "one argument too many"),
            (("mapping", "run", draft, "b", "--target", "YourApp"),
             "goes only with --mapping"),
            (("release", draft, "--timeout", "3"), "goes only with --wait"),
            (("release", draft, draft), "given twice")):
        refused(run(*words), 2, told)


@test
def a_ca_file_holds_certificates():
    # Sabotage: check_ca() in src/cli/command/runtime.c.
    garbage = os.path.join(world["dir"], "garbage.pem")
    add = ("runtime", "add", "rt", "https://host", "--environment",
           "production", "--token-file", "t", "--ca")
    refused(run(*add, os.path.join(world["dir"], "none.pem")), 4, "none.pem")
    begin, end = (f"-----{w} CERTIFICATE-----\n" for w in ("BEGIN", "END"))
    for text in ("", "garbage", begin, begin + end, begin + "MAA=\n" + end,
                 begin + "MIIBa#==\n" + end, begin + "MAMCAQ==\n" + end,
                 begin + "MAMCAQE=\n" + end + begin + "MAM=\n" + end):
        with open(garbage, "w") as f:
            f.write(text)
        refused(run(*add, garbage), 6, garbage, "not a PEM certificate")
    with open(garbage, "w") as f:
        f.write("of our host\n" + 2 * (begin + "MAMCAQE=\n" + end))
    accepted(*add, garbage)
    accepted("--yes", "runtime", "remove", "rt")


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
    # Sabotage: the condition in add_wrapped() of src/command/command.c.
    equal([line for line in everything.split("\n") if len(line) > 79], [])
    equal(run("draft", "fork", "--help").stdout,
          run("help", "draft", "fork").stdout)
    equal(run("--version").stdout.split()[0], "tailor")


@test
def the_version_names_the_libraries_that_run():
    # Sabotage: a line of print_version() or of cli_own_libraries(), or one of
    # version_print() in src/runtime/daemon/version.c.
    for program, libraries in (
            (TAILOR, ["tailor", "SQLite", "PCRE2"]),
            (CONSOLE, ["tailor", "ncurses", "SQLite", "PCRE2"]),
            (TAILORD, ["tailord", "SQLite", "libcurl", "libmicrohttpd",
                       "GnuTLS", "jansson", "libsodium", "PCRE2"])):
        said = subprocess.run([program, "--version"], capture_output=True,
                              text=True, timeout=60, check=True).stdout
        equal([x.split()[0] for x in said.splitlines()], libraries)
        for line in said.splitlines():
            assert re.fullmatch(r"\w+ \d+\.\d+[\w. -]*", line), line
        assert f"SQLite {sqlite_version(program)}\n" in said, said
    told = json.loads(run("--json", "--version").stdout)
    equal(sorted(told["libraries"]), ["PCRE2", "SQLite"])


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
def of_several_settings_all_are_stored_or_none():
    # Sabotage: let set_one() of src/cli/command/block.c or set_extras() of
    # mapping.c use editing_apply().
    draft, block = world["draft"], "Create cash sale"
    before = accepted("draft", "show", draft)
    revision = before["revision"]
    refused(run("block", "set", draft, block, "note=kept", "nosuch=1"), 6)
    refused(run("block", "set", draft, block, "note=kept", "note"), 2)
    refused(run("mapping", "set", draft, block, "memo", "externalId",
                "--default", "{bad"), 6)
    equal(accepted("draft", "show", draft), before)
    for n, words in enumerate((
            ("block", "set", draft, block, "note=one", "action=other"),
            ("mapping", "set", draft, block, "memo", "externalId",
             "--default", '"none"', "--note", "new"))):
        equal(accepted(*words)["revision"], revision + n + 1, words)
    for _ in range(2):
        accepted("draft", "undo", draft)


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
def a_console_for_a_session_that_nobody_began_does_not_open():
    # Sabotage: drop manager_session_check() in open_store() of
    # ui/screen/console.c.
    master, terminal = pty.openpty()
    try:
        done = subprocess.run(
            [CONSOLE, "--store", world["store"], "session",
             pwd.getpwuid(os.geteuid()).pw_name, "c0ffee", "-1"],
            stdin=terminal,
            stdout=terminal, stderr=subprocess.PIPE, text=True, timeout=60,
            env={"TERM": "xterm", "PATH": os.environ["PATH"],
                 "ASAN_OPTIONS": "detect_leaks=0"})  # no process looks into it
    finally:
        os.close(master)
        os.close(terminal)
    equal(done.returncode, 5, done.stderr)
    assert "c0ffee: the audit has no session" in done.stderr, done.stderr


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


HOSTILE = ("\x1b]0;owned\x07\x1b[2J\n", "x" * 5000, "../../../../etc/passwd",
           "%n%s%n", "", "-1")
VARIABLES = (
    "TERM", "TERMINFO", "TERMINFO_DIRS", "TERMCAP", "COLUMNS", "LINES",
    "ESCDELAY", "NO_COLOR", "LANG", "LC_ALL", "LANGUAGE", "TZ", "TZDIR", "HOME",
    "TMPDIR", "SQLITE_TMPDIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "EDITOR",
    "VISUAL", "PAGER", "USER", "LOGNAME", "SHELL", "IFS", "PATH",
    "SSH_CONNECTION", "SSH_CLIENT", "SSLKEYLOGFILE", "https_proxy",
    "CURL_CA_BUNDLE", "MALLOC_TRACE", "NLSPATH", "LOCPATH", "PWD", "BASH_ENV")


@test
def hostile_variables_of_the_environment_change_no_answer():
    # Sabotage: take the actor from USER instead of from the account.
    commands = (("--json", "draft", "list"), ("session", "mallory"))
    before = {name: value for name, value in os.environ.items()
              if "SAN_" in name}
    accepted("access", "add", "mallory", "--role", "auditor")
    for command in commands:
        answers = set()
        for value in (None, *HOSTILE):
            env = dict(before) if value is None else {
                **before, **{name: value for name in VARIABLES}}
            env["SSH_ORIGINAL_COMMAND"] = "draft list"
            result = run(*command, env=env)
            equal((result.returncode, result.stderr), (0, ""), (command, value))
            answers.add(result.stdout)
        equal(len(answers), 1, f"answers of {command}")


if __name__ == "__main__":
    main(setup, cleanup)
