#!/usr/bin/env python3
"""The audit as an auditor has it: the verifier of doc/audit.md agrees with
tailor, and what lies beside a store (FIFOs, a strange umask, another folder)
stops nobody.
"""
import datetime
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, equal, main, test  # noqa: E402

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
LIMIT = 30 * int(os.environ.get("TEST_PATIENCE", "1"))
folder = None


def tailor(*arguments, store="store", cwd=None, umask=None):
    return subprocess.run(
        [TAILOR, "--store", store, *arguments], cwd=cwd or folder.name,
        capture_output=True, text=True, timeout=LIMIT,
        umask=-1 if umask is None else umask)


def setup():
    global folder
    folder = tempfile.TemporaryDirectory(prefix="tailor-audit-")
    equal(tailor("store", "init").returncode, 0)
    key = os.path.join(folder.name, "key.pub")
    with open(key, "w") as f:
        f.write("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAkJCQkJCQkJCQkJCQkJCQkJ"
                'CQkJCQkJCQkJCQkJCQkJ \\"\xfc\n')
    equal(tailor("access", "add", "bob", "--role", "auditor", "--key",
                 key).returncode, 0)


def cleanup():
    folder.cleanup()


def verifier():
    """The program of doc/audit.md."""
    with open(os.path.join(TOP, "doc", "audit.md")) as f:
        program = re.search(r"```python\n(.*?)```", f.read(), re.S).group(1)
    assert program.count("\n") <= 50, "the page promises a short program"
    names = {"__name__": "verifier"}
    exec(compile(program, "doc/audit.md", "exec"), names)
    return names["verify"]


def export():
    file = os.path.join(folder.name, "export")
    if os.path.exists(file):
        os.unlink(file)
    equal(tailor("audit", "export", file).returncode, 0)
    with open(file, "rb") as f:
        return f.read()


@test
def the_verifier_of_the_page_agrees_on_every_flipped_byte():
    # Sabotage: change add_string or the order of members in write_row.
    verify, data = verifier(), export()
    equal(verify(data), None)
    head = re.search(rb'"head":"([0-9a-f]{64})"', data).group(1).decode()
    equal(verify(data, head), None)
    equal(tailor("audit", "verify", "--head", head).returncode, 0)
    assert verify(data, "ab" * 32), "a head that is not in the chain"
    assert verify(data, ""), "a head that was not kept"
    records = re.search(rb'"records":([0-9]+)', data).group(0)
    assert verify(data.replace(records, records + b".0")), "a decimal number"
    for i in range(len(data)):
        flipped = bytearray(data)
        flipped[i] ^= 1 << i % 8
        assert verify(bytes(flipped)), f"byte {i} of {len(data)}"
    lines = data.splitlines(keepends=True)
    for i in range(len(lines)):
        assert verify(b"".join(lines[:i] + lines[i + 1:])), f"without {i}"


def verify_endless(first):
    """What verify of standard input ends with, whose end never comes: FIRST,
    then one line without an end; and how many bytes it took."""
    p = subprocess.Popen([TAILOR, "--store", "store", "audit", "verify", "-"],
                         cwd=folder.name, stdin=subprocess.PIPE,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    taken = 0
    try:
        taken += os.write(p.stdin.fileno(), first)
        while taken < 1 << 28:
            taken += os.write(p.stdin.fileno(), b"x" * 65536)
    except BrokenPipeError:
        pass
    with p.stderr:
        said = p.stderr.read().decode()
    p.stdin.close()
    return p.wait(LIMIT), taken, said


@test
def an_export_needs_no_store():
    """Sabotage: READS in the row of audit verify (commands.def)."""
    export()
    file = os.path.join(folder.name, "export")
    for store in ("nowhere", "/nowhere/at/all"):
        good = tailor("audit", "verify", file, store=store)
        equal((good.returncode, good.stderr), (0, ""))
        bad = tailor("audit", "verify", file, "--head", "ab12", store=store)
        equal(bad.returncode, 2, bad.stderr)
        assert "64 digits" in bad.stderr, bad.stderr
    nothing = tailor("audit", "verify", store="nowhere")
    equal((nothing.returncode, nothing.stdout), (4, ""), nothing.stderr)


def killed_while_writing(*command):
    """Ends the command by a signal behind its first bytes."""
    return subprocess.run(
        [TAILOR, "--store", "store", *command], cwd=folder.name,
        capture_output=True, timeout=LIMIT, preexec_fn=lambda:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))).returncode


@test
def half_a_file_has_no_name():
    """Sabotage: part_name in part_begin (src/base/part.c)."""
    for command in (("audit", "export"), ("store", "backup")):
        out = os.path.join(folder.name, "half-" + command[1])
        equal(killed_while_writing(*command, out), -signal.SIGXFSZ)
        assert not os.path.exists(out), command
        equal(tailor(*command, out).returncode, 0)
        with open(out, "rb") as f:
            before = f.read()
        again = tailor(*command, out)
        equal(again.returncode, 5, again.stderr)
        assert "already exists" in again.stderr, again.stderr
        with open(out, "rb") as f:
            equal(f.read(), before)


@test
def an_export_is_verified_line_by_line():
    # Sabotage: the cap of LINE in walk_lines, or reading all of FD first.
    data = export()
    done = subprocess.run([TAILOR, "--store", "store", "audit", "verify", "-"],
                          cwd=folder.name, input=data, capture_output=True,
                          timeout=LIMIT)
    equal(done.returncode, 0, done.stderr)
    first = data.split(b"\n")[0] + b"\n"
    status, taken, said = verify_endless(first)
    equal(status, 8, said)
    assert "record 2: its line is longer than any record" in said, said
    assert taken < 32 << 20, f"{taken} bytes of one line were read"
    status, taken, said = verify_endless(first + b"{}\n")
    equal(status, 8, said)
    assert taken < 1 << 20, f"{taken} bytes were read after a broken line"


@test
def a_number_that_no_record_has_is_refused():
    # Sabotage: the ERANGE of cmd_audit_show.
    equal(tailor("audit", "show", "9223372036854775808").returncode, 2)
    equal(tailor("audit", "show", "9223372036854775807").returncode, 4)


@test
def authorized_keys_names_the_store_by_its_absolute_path():
    # Sabotage: realpath in cmd_access_authorized_keys.
    done = tailor("access", "authorized-keys")
    assert f"--store {os.path.realpath(folder.name)}/store " in done.stdout, \
        done.stdout + done.stderr


@test
def a_fifo_beside_the_store_stops_nobody():
    # Sabotage: check_beside of db_open; O_NONBLOCK in open_wake.
    for end, status in (("-journal", 8), ("-wake", 0)):
        path = os.path.join(folder.name, "store" + end)
        if os.path.exists(path):
            os.unlink(path)
        os.mkfifo(path)
        for command in (("store", "info"), ("store", "check"),
                        ("access", "list")):
            equal(tailor(*command).returncode, status, f"{end} {command}")
        os.unlink(path)


@test
def no_output_takes_a_name_of_the_store_itself():
    # Sabotage: is_own() in src/manager/session/output.c.
    tailor("access", "add", "eve", "--role", "auditor")  # makes store-wake
    before = sorted(os.listdir(folder.name))
    for name in ("store", "store-journal", "store-wal", "./store-wake",
                 f"../{os.path.basename(folder.name)}/store.prefs-root"):
        for command in ("audit export", "store backup"):
            equal(tailor(*command.split(), name).returncode, 5)
    equal(sorted(os.listdir(folder.name)), before)
    equal(tailor("audit", "export", "store.copy").returncode, 0)


@test
def a_umask_that_takes_everything_leaves_the_owner():
    # Sabotage: fchmod in check_file.
    equal(tailor("store", "init", store="masked", umask=0o777).returncode, 0)
    mode = os.stat(os.path.join(folder.name, "masked")).st_mode & 0o777
    equal(mode, 0o600)


def listed(*arguments, zone="UTC"):
    """The sequences that audit list shows where the time zone is ZONE."""
    done = subprocess.run(
        [TAILOR, "--store", "store", "--json", "audit", "list", *arguments],
        cwd=folder.name, capture_output=True, text=True, timeout=LIMIT,
        env={**os.environ, "TZ": zone})
    equal(done.returncode, 0, done.stderr)
    whole = json.loads(done.stdout)
    return [r["sequence"] for r in whole["data"]], whole.get("next")


@test
def the_newest_records_come_first():
    """Sabotage: newest_first in read_filter (src/cli/command/audit.c)."""
    every, _ = listed()
    assert len(every) >= 2, every
    equal(every, sorted(every, reverse=True), "the order")
    first, following = listed("--limit", "1")
    equal(first, every[:1], "the newest")
    equal(listed("--limit", "1", "--after", str(following))[0], every[1:2],
          "what is older")
    said = tailor("audit", "list", "--limit", "1").stdout
    assert f"--after {following}" in said, said


@test
def a_time_of_day_is_one_of_today_here():
    """Sabotage: time_of_today (src/cli/frame/arguments.c)."""
    east = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    with open(os.path.join(folder.name, "key.pub")) as f:
        made = datetime.datetime.fromtimestamp(os.fstat(f.fileno()).st_mtime,
                                               east)
    for clock in ("00:00", made.strftime("%H:%M"), "23:59:59"):
        day = None
        while day != datetime.datetime.now(east).date():  # midnight between
            day = datetime.datetime.now(east).date()
            got = listed("--since", clock, zone="XYZ-5:30")
        second = "" if clock.count(":") == 2 else ":00"
        equal(got, listed("--since", f"{day}T{clock}{second}+05:30"), clock)
    # Where it is 12:45, all was recorded after half past twelve.
    now = datetime.datetime.now(datetime.timezone.utc)
    west = now.hour * 60 + now.minute - (12 * 60 + 45)
    here = f"XYZ{'-' if west < 0 else '+'}{abs(west) // 60}:{abs(west) % 60:02}"
    equal(listed("--until", "12:30:59", zone=here)[0], [], here)
    equal(listed("--since", "12:30:59", zone=here), listed(), here)
    for wrong in ("24:00", "10:60", "9:5", "10-36", "10:3x"):
        done = tailor("audit", "list", "--since", wrong)
        equal(done.returncode, 2, wrong)
        assert "write 14:05 for today" in done.stderr, done.stderr


if __name__ == "__main__":
    main(setup, cleanup)
