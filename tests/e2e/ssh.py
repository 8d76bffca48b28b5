#!/usr/bin/env python3
"""Sessions through a real sshd on loopback: what is served, what is refused,
and that an auditor changes nothing.

To see them fail: let check_value in src/command/line.c return ERR_OK; leave
sandbox_enter out of serve() in src/cli/session/session.c and --read-only too.
"""
import fcntl
import json
import os
import pty
import pwd
import re
import select
import shlex
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import termios

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BUILD, TAILOR, Skip, equal, main, test, wait_until
from order_sync import write_workbook
from small_store import BLOCK, SmallStore, commands, fill

# One for each run: two of them may go on at once.
PREFIX = "tailor-ssh-"
ACCOUNT = PREFIX + str(os.getpid())
S = {}


def start():
    if os.geteuid() != 0:
        raise Skip("needs root, to make an account and start an sshd for it")
    for program in ("sshd", "ssh", "ssh-keygen", "useradd"):
        if not (shutil.which(program) or
                os.path.exists(f"/usr/sbin/{program}")):
            raise Skip(f"needs {program}")
    store = S["store"] = SmallStore()
    make_account()
    S["program"] = store.path("tailor")
    shutil.copy(TAILOR, S["program"])
    for other in ("tailor-console", "tailor-fetch", "tailor-sheet"):
        shutil.copy(os.path.join(BUILD, other), store.path(other))
    for name in ("host", "alice", "bob"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C",
                        f"{name}@example", "-f", store.path(name)],
                       check=True)
    store.tailor("access", "add", "alice", "--role", "engineer", "--key",
                 store.path("alice.pub"))
    store.tailor("access", "add", "bob", "--role", "auditor", "--key",
                 store.path("bob.pub"))
    lines = store.tailor("access", "authorized-keys", "--program",
                         S["program"]).out
    equal(lines.count("\n"), 2, "lines of authorized_keys")
    store.path("authorized_keys", lines)
    os.rename(store.path("no.token"), store.path("no.token.away"))
    for folder, _, files in os.walk(store.dir):
        for name in [folder] + [os.path.join(folder, f) for f in files]:
            shutil.chown(name, ACCOUNT, ACCOUNT)
    start_sshd(store)


def accounts(*words):
    """Changes the accounts; tries again while another program does."""
    wait_until(lambda: subprocess.run(words, capture_output=True,
                                      check=False).returncode == 0,
               " ".join(words))


def remove_old_accounts():
    """Those of runs that were killed."""
    for name in [p.pw_name for p in pwd.getpwall()]:
        pid = name[len(PREFIX):] if name.startswith(PREFIX) else ""
        if pid.isdigit() and not os.path.exists(f"/proc/{pid}"):
            subprocess.run(["/usr/sbin/userdel", name], check=False)


def make_account():
    """The service account of the sessions: a shell that reads no profile."""
    remove_old_accounts()
    accounts("/usr/sbin/useradd", "--system", "--user-group",
             "--no-create-home", "--shell", "/bin/sh", "--password", "*",
             ACCOUNT)


def start_sshd(store):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        S["port"] = s.getsockname()[1]
    os.makedirs("/run/sshd", exist_ok=True)
    config = store.path("sshd_config", f"""
ListenAddress 127.0.0.1
Port {S["port"]}
HostKey {store.path("host")}
AuthorizedKeysFile {store.path("authorized_keys")}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
Subsystem sftp internal-sftp
AllowTcpForwarding yes
""")
    S["sshd"] = subprocess.Popen(
        [shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", config],
        stderr=open(store.path("sshd.log"), "w"))
    wait_until(lambda: reachable() or S["sshd"].poll() is not None,
               "sshd to listen")


def processes():
    """Those of the account."""
    uid, found = pwd.getpwnam(ACCOUNT).pw_uid, []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/status") as f:
                if f"\nUid:\t{uid}\t" in f.read():
                    found.append(int(name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def no_process_is_left():
    """Ends what still runs for the account; true where nothing does."""
    left = processes()
    for pid in left:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return not left


def open_files(pid):
    folder = f"/proc/{pid}/fd"
    return [os.readlink(os.path.join(folder, n)) for n in os.listdir(folder)]


def program_of(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except FileNotFoundError:
        return None


# Sabotage: sandbox_enter() in serve_session(), src/cli/program/console.c.
def no_network_in_the_console_of(who):
    """A console that shows something is the supervisor and its child. Where it
    may fetch runs, a third process waits for its first question, joined to it
    by a socket pair. None has a network library mapped, or another socket."""
    console = S["program"] + "-console"
    ours = sorted((program_of(p), p) for p in processes()
                  if program_of(p) in (S["program"], console))
    waits = who != "bob"
    equal([program for program, _ in ours],
          [S["program"]] * (1 + waits) + [console], "programs")
    pids = [pid for _, pid in ours]
    assert in_sandbox(pids[-1]), "the console's sandbox"
    with open(f"/proc/{pids[-1]}/cmdline") as f:
        equal("--read-only" in f.read().split("\0"), who == "bob", "only reads")
    for pid in pids:
        with open(f"/proc/{pid}/maps") as f:
            equal(re.findall("lib(?:curl|gnutls|ssl)", f.read()), [])
    equal(sorted(sum("socket:" in name for name in open_files(pid))
                 for pid in pids), [0, 1, 1] if waits else [0, 0], "sockets")


def reachable():
    try:
        socket.create_connection(("127.0.0.1", S["port"]), 1).close()
        return True
    except OSError:
        return False


def stop():
    if "sshd" in S:
        S["sshd"].terminate()
        S["sshd"].wait()
    if "store" in S:
        S["store"].close()
    if "program" in S:
        wait_until(no_process_is_left, "the sessions to end")
        accounts("/usr/sbin/userdel", ACCOUNT)


def options(who):
    store = S["store"]
    return ["-F", "none", "-i", store.path(who), "-o", "IdentitiesOnly=yes",
            "-o", "StrictHostKeyChecking=no", "-o",
            f"UserKnownHostsFile={store.path('known')}", "-o", "BatchMode=yes",
            "-o", "LogLevel=ERROR"]


def ssh(who, *words, stdin="", expect=0, extra=()):
    done = subprocess.run(
        ["ssh", *options(who), *extra, "-p", str(S["port"]), f"{ACCOUNT}@127.0.0.1",
         *words], input=stdin, capture_output=True, text=True, timeout=60)
    if expect is not None and done.returncode != expect:
        raise AssertionError(f"ssh {words}: exit {done.returncode}, wanted "
                             f"{expect}\n{done.stdout[-800:]}\n"
                             f"{done.stderr[-800:]}")
    return done


def audit():
    with sqlite3.connect(S["store"].store) as db:
        return db.execute("SELECT actor, session, action, after FROM audit"
                          " ORDER BY sequence").fetchall()


@test
def an_engineer_imports_a_sheet_through_the_line():
    draft = S["store"].draft
    ssh("alice", "draft", "take", draft)
    before = len(audit())
    done = ssh("alice", f"mapping import {draft} {shlex.quote(BLOCK)} -",
               stdin="target,source\nmemo,orderNumber\n")
    assert "1 changed" in done.stdout, done.stdout
    new = audit()[before:]
    equal([(a, b) for a, _, b, _ in new],
          [("alice", "session.start"), ("alice", "draft.edit"),
           ("alice", "session.end")], "audit records")
    equal(len({session for _, session, _, _ in new}), 1, "sessions")
    started, ended = json.loads(new[0][3]), json.loads(new[2][3])
    equal(started["command"], f"mapping import {draft} {shlex.quote(BLOCK)} -")
    assert "landlock" in started["how"], started
    equal(ended["exit"], 0, "exit code on record")


@test
def an_auditor_exports_the_audit():
    done = ssh("bob", "tailor", "audit", "export", "-")
    lines = done.stdout.splitlines()
    equal(json.loads(lines[-1])["records"], len(lines) - 1, "records")
    S["store"].path("export.jsonl", done.stdout)
    S["store"].tailor("audit", "verify", S["store"].path("export.jsonl"),
                      expect=None)


# Sabotage: let one_record in begin() of src/cli/session/session.c be false.
@test
def a_command_that_reads_is_one_record_and_its_failure_another():
    for who in ("alice", "bob"):
        before = len(audit())
        ssh(who, "version", "show", "nothing-like-it", expect=4)
        ssh(who, "installation", "list")
        new = audit()[before:]
        equal([(a, b) for a, _, b, _ in new],
              [(who, "session.command"), (who, "session.end"),
               (who, "session.command")])
        failed, ended, read = (json.loads(row[3]) for row in new)
        equal((failed["command"], ended["exit"], read["command"]),
              ("version show nothing-like-it", 4, "installation list"))


# Sabotage: any line of set_clock() of src/cli/command/runtime.c.
@test
def the_list_says_how_far_the_clock_of_a_runtime_is():
    path = S["store"].store
    for skew, clock in ((2000, ""), (-2001, "2 s behind"), (119999, "119 s ahead"),
                        (-120000, "2 min behind"), (3 * 3600000, "3 h ahead"),
                        (-2 * 86400000, "2 d behind"), (0, "")):
        with sqlite3.connect(path) as db:
            db.execute("UPDATE runtime SET clock_skew_ms = ?", (skew,))
        equal(S["store"].rows("runtime", "list")[0].get("clock") or "", clock)
        head, row = S["store"].tailor("runtime", "list").out.splitlines()[:2]
        equal(row[head.index("CLOCK"):].strip(), clock)


# Sabotage: give `command` in begin() of src/cli/session/session.c to the
# record.
@test
def the_text_that_is_looked_for_is_not_recorded():
    before = len(audit())
    ssh("alice", "run", "list", "--find", "4111-secret", expect=None)
    new = [json.loads(row[3]) for row in audit()[before:]]
    equal(new[0]["command"], "run list --find (11 characters)")
    assert "4111" not in json.dumps(audit()), new


# Sabotage: the comparison with "sheet:" in is_kept_after() of
# src/cli/session/record.c, or "TAB" in src/cli/frame/words.def.
@test
def the_name_of_a_sheet_is_recorded_nowhere():
    for words in (("mapping", "run", "--mapping", "sheet:GLOBEX-41c7"),
                  ("sample", "add", "sale", "sheet:GLOBEX-41c7"),
                  ("sheet", "add", "x", "-", "--sheet", "GLOBEX-41c7"),
                  ("sheet", "show", "sheet:GLOBEX-41c7")):
        ssh("alice", *words, expect=None)
    assert "41c7" not in json.dumps(audit())


@test
def an_auditor_sees_what_a_release_would_do():
    done = ssh("bob", "release", S["store"].draft, "--dry-run", expect=None)
    assert "not allowed" not in done.stderr, done.stderr
    ssh("bob", "release", S["store"].draft, expect=5)


@test
def the_exit_code_comes_through():
    equal(ssh("alice", "version", "show", "nothing-like-it",
              expect=4).returncode, 4)
    ssh("alice", "no-such-noun", expect=2)


# Sabotage: leave out check_tokens() or record_end() in prepare() of
# src/cli/session/session.c.
@test
def no_session_writes_beside_a_write_token():
    store = S["store"]
    os.rename(store.path("no.token.away"), store.path("no.token"))
    try:
        before = len(audit())
        done = ssh("alice", "draft", "take", store.draft, expect=5)
        assert "write token" in done.stderr, done.stderr
        new = audit()[before:]
        equal([action for _, _, action, *_ in new],
              ["session.start", "session.end"], "the records of a refusal")
        equal(json.loads(new[1][3])["exit"], 5)
        ssh("alice", "store", "info")  # a reader cannot reach the token
        ssh("bob", "store", "info")
    finally:
        os.rename(store.path("no.token"), store.path("no.token.away"))


@test
def a_sheet_is_kept_through_the_line_and_imported_by_its_name():
    store, draft = S["store"], S["store"].draft
    book = store.path("globex.xlsx")
    store.tailor("mapping", "export", draft, BLOCK, book)
    with open(book, "rb") as f:
        done = subprocess.run(
            ["ssh", *options("alice"), "-p", str(S["port"]),
             f"{ACCOUNT}@127.0.0.1", "sheet", "add", "globex.xlsx", "-"],
            stdin=f, capture_output=True, text=True, timeout=60)
    equal(done.returncode, 0, done.stderr)
    ssh("alice", "draft", "take", draft)
    done = ssh("alice", f"tailor --json mapping import {draft} "
               f"{shlex.quote(BLOCK)} sheet:globex.xlsx --dry-run")
    kinds = {row["kind"] for row in json.loads(done.stdout)["data"]}
    equal(kinds, {"same"}, done.stdout)
    write_workbook(book)
    with open(book, "rb") as f:
        done = subprocess.run(
            ["ssh", *options("alice"), "-p", str(S["port"]),
             f"{ACCOUNT}@127.0.0.1", "sheet", "add", "job-b.xlsx", "-"],
            stdin=f, capture_output=True, text=True, timeout=60)
    equal(done.returncode, 0, done.stderr)
    command = (f"tailor --json mapping import {draft} {shlex.quote(BLOCK)} "
               "sheet:job-b.xlsx --target YourApp --source Netsuite")
    refused = ssh("alice", command.replace(" --target YourApp --source Netsuite", ""), expect=6)
    assert "line 3 is YourApp, Netsuite" in refused.stdout + refused.stderr, refused.stderr
    done = json.loads(ssh("alice", command).stdout)
    equal((done["applied"], done["added"]), (True, 9), str(done))
    ssh("alice", f"tailor draft undo {draft}")
    assert "target" in ssh("alice", "sheet", "show", "globex.xlsx").stdout
    # It is alice's: nobody else sees it, and an auditor keeps none.
    equal(json.loads(ssh("bob", "tailor", "--json", "sheet", "list").stdout)["data"], [])
    ssh("bob", "sheet", "show", "globex.xlsx", expect=4)
    ssh("bob", "sheet", "add", "b", "-", stdin="a,b\n", expect=5)
    ssh("alice", "sheet", "add", "x", "/etc/passwd", expect=5)
    for words in (["mapping", "import", draft, "4", "/etc/passwd"],
                  ["table", "import", draft, "Ship", "/etc/passwd"]):
        done = ssh("alice", *words, expect=5)
        assert "a session has no files" in done.stderr, done.stderr
    ssh("alice", "sheet", "remove", "globex.xlsx", "--yes")
    ssh("alice", "sheet", "remove", "job-b.xlsx", "--yes")


@test
def files_of_the_host_are_refused():
    for words in (["integration", "add", "/etc/passwd"],
                  ["audit", "export", "/tmp/tailor-was-here"],
                  ["mapping", "run", "--mapping", "-", "/etc/passwd"],
                  ["mapping", "run", "--mapping=/etc/passwd"],
                  ["formula", "eval", "=1", "/etc/passwd"],
                  ["path", "query", "$", "/etc/passwd"],
                  ["draft", "patch", S["store"].draft, "/etc/passwd"],
                  ["access", "add", "eve", "--role", "admin", "--key",
                   "/etc/ssh/id.pub"],
                  ["audit", "verify", "/etc/passwd"]):
        done = ssh("alice", *words, expect=None)
        equal(done.returncode, 5, f"exit of {words}: {done.stderr}")
        assert "root:" not in done.stdout + done.stderr, done
    done = ssh("alice", "preview", S["store"].draft, "--sample",
               "/etc/passwd", expect=4)
    assert not os.path.exists("/tmp/tailor-was-here")


@test
def another_store_and_local_commands_are_refused():
    ssh("alice", "tailor", "--store", "/tmp/x.db", "store", "info", expect=5)
    ssh("alice", "store", "init", expect=5)
    ssh("alice", "session", "bob", expect=5)
    ssh("alice", "sync", expect=5)
    ssh("alice", "store", "backup", "-", expect=5)


@test
def shell_signs_are_plain_text():
    canary = S["store"].path("canary")
    for words in (f"store info; touch {canary}", f"store info && touch {canary}",
                  f"$(touch {canary})", f"`touch {canary}`",
                  f"store info | tee {canary}", f"store info > {canary}",
                  f"store info\ntouch {canary}", f"!touch {canary}"):
        done = ssh("alice", words, expect=None)
        assert done.returncode != 0, words
        assert not os.path.exists(canary), words
    done = ssh("alice", """formula eval '="a  b" & "$HOME"'""")
    equal(done.stdout.strip(), '"a  b$HOME"')
    ssh("alice", "formula eval 'open", expect=2)


@test
def no_copy_no_subsystem_no_forwarding():
    store = S["store"]
    port = str(S["port"])
    copied = subprocess.run(
        ["scp", "-O", *options("alice"), "-P", port,
         f"{ACCOUNT}@127.0.0.1:/etc/passwd", store.path("stolen")],
        capture_output=True, text=True, timeout=60)
    assert copied.returncode != 0 and not os.path.exists(store.path("stolen"))
    copied = subprocess.run(
        ["sftp", *options("alice"), "-P", port,
         f"{ACCOUNT}@127.0.0.1:/etc/passwd", store.path("stolen")],
        capture_output=True, text=True, timeout=60)
    assert copied.returncode != 0 and not os.path.exists(store.path("stolen"))
    done = ssh("alice", "store", "info", expect=None,
               extra=["-o", "ExitOnForwardFailure=yes", "-R",
                      "127.0.0.1:0:127.0.0.1:1"])
    assert done.returncode == 255, "a forwarding was granted"
    done = ssh("alice", expect=None, extra=["-W", f"127.0.0.1:{port}"])
    assert "SSH-2.0" not in done.stdout, "a connection was forwarded"


@test
def without_a_command_there_is_no_shell():
    done = ssh("alice", expect=None, stdin="echo pwned $((6*7))\n")
    assert "pwned 42" not in done.stdout, done.stdout
    assert done.returncode != 0, done


def console(who, until):
    """Opens the console in a terminal; reads until UNTIL is seen."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execvp("ssh", ["ssh", "-tt", *options(who), "-p", str(S["port"]),
                          f"{ACCOUNT}@127.0.0.1"])
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 120, 0, 0))
    seen = b""
    while until not in seen:
        if not select.select([fd], [], [], 20)[0]:
            raise AssertionError(f"no {until} in {seen[-800:]}")
        try:
            seen += os.read(fd, 65536)
        except OSError:
            raise AssertionError(f"ended: {seen[-800:]}") from None
    return pid, fd


@test
def without_a_command_and_with_a_terminal_there_is_the_console():
    customer = S["store"].rows("installation", "list")[0]["customer"]
    for who in ("alice", "bob"):
        before = len(audit())
        pid, fd = console(who, customer.encode())
        new = [row[2] for row in audit()[before:]]
        equal(new, ["session.start"], f"records while {who} looks")
        no_network_in_the_console_of(who)
        os.close(fd)  # the line is lost
        os.waitpid(pid, 0)
        wait_until(lambda: len(audit()) > before + 1, "the end record")
        equal([row[2] for row in audit()[before:]],
              ["session.start", "session.end"], f"records of {who}")
        equal(len({row[1] for row in audit()[before:]}), 1, "sessions")


@test
def a_removed_actor_is_refused_on_record():
    store = S["store"]
    store.tailor("access", "add", "carol", "--role", "auditor")
    done = store.tailor("session", "carol",
                        env={**os.environ,
                             "SSH_ORIGINAL_COMMAND": "store info"})
    equal(done.status, 0)
    store.tailor("access", "remove", "carol")
    before = len(audit())
    done = store.tailor("session", "carol", expect=5,
                        env={**os.environ,
                             "SSH_ORIGINAL_COMMAND": "store info"})
    equal(done.out, "")
    equal([(a, b) for a, _, b, _ in audit()[before:]],
          [("carol", "session.refused")], "audit records")
    for _ in range(3):
        store.tailor("session", "carol", expect=5)
    equal(len(audit()), before + 1, "records of one minute")


def children_of(pid):
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as f:
                state, parent = f.read().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(name))
    return found


# Sabotage: PR_SET_PDEATHSIG in run_child(), src/cli/session/session.c.
@test
def a_killed_supervisor_takes_its_session_along_and_the_next_one_works():
    store = S["store"]
    env = {**os.environ, "SSH_ORIGINAL_COMMAND":
           f"draft patch {store.draft} -"}
    with subprocess.Popen([TAILOR, "--store", store.store, "session", "alice"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=env) as supervisor:
        # The child waits for its input, which stays open.
        child, = wait_until(lambda: [
            p for p in children_of(supervisor.pid)
            if program_of(p) == os.path.realpath(TAILOR) and in_sandbox(p)],
            "the session to be shut in")
        os.kill(supervisor.pid, signal.SIGKILL)
        supervisor.wait()
        wait_until(lambda: program_of(child) is None, "the session to end")
    env["SSH_ORIGINAL_COMMAND"] = "store info"
    equal(store.tailor("session", "alice", env=env).status, 0)


def in_sandbox(pid):
    with open(f"/proc/{pid}/status") as f:
        return "Seccomp:\t2" in f.read()


@test
def an_auditor_changes_nothing_by_any_command():
    store = S["store"]
    values = {
        "VERSION": store.draft, "DRAFT": store.draft,
        "OTHER": "order-to-cash:v1", "BLOCK": BLOCK,
        "CONFLICT": "1",
        "INSTALLATION": store.installation,
        "INSTALLATION_OR_WORKFLOW": "order-to-cash",
        "WORKFLOW": "order-to-cash", "INTEGRATION": "order-sync",
        "KEY": "order-sync", "STATE": "on", "APP": "netsuite", "NAME": "eve",
        "R": "admin", "E": "production", "FILE": "-",
        "FILE_OR_SHEET": "-", "SHEET": "s", "KIND": "math",
        "KEY=VALUE": "note=x", "TARGET": "memo", "SOURCE": "orderNumber",
        "TEXT": "x", "NOTE": "x", "ROW_KEY": "x", "EXPR": "=1",
        "PATH": "$", "SEQ": "1",
        "RUNTIME": store.runtime, "URL": "https://127.0.0.1:1",
        "USERNAME": "eve", "USER": "eve", "EVENT": "order.recorded", "SAMPLE": "SO-10023",
        "RUN": "6b020f29c8555acb629a4aa2", "SHELL": "bash"}
    content, records = store.content()
    ran = 0
    for c in commands():
        words = [c["noun"]] + ([c["verb"]] if c["verb"] else [])
        words += fill(c["usage"], values)
        done = ssh("bob", " ".join(map(shlex.quote, words)), stdin="[]",
                   expect=None)
        ran += 1
        records += 1 if done.returncode == 0 else 2
        if not c["reads"]:
            equal(done.returncode, 5, f"exit of {words}: {done.stderr}")
        now, count = store.content()
        assert now == content, f"{words} changed the store"
        equal(count, records, f"audit records after {words}")
    assert ran == len(commands()) > 80, ran
    equal({action for actor, _, action, _ in audit() if actor == "bob"},
          {"session.start", "session.end", "session.command"},
          "an auditor's records")


main(start, stop)
