"""A small synthetic store, and every command of the table with arguments."""
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile

from harness import TAILOR, Result, wait_until

BLOCK = "Create cash sale"


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline") as f:
            return f.read()
    except OSError:
        return ""


class SmallStore:
    """A store with 40 installations (or as many as are asked for), 10 of them
    forked, and one draft."""

    def __init__(self, installations=40):
        self.dir = tempfile.mkdtemp(prefix="tailor-cli-")
        os.chmod(self.dir, 0o755)
        self.store = os.path.join(self.dir, "store.db")
        subprocess.run([TAILOR, "demo", "--store-only", "--dir", self.dir,
                        "--installations", str(installations), "--forks", "10"],
                       check=True, capture_output=True)
        self.installation = self.rows("installation", "list")[0][
            "installationId"]
        self.draft = self.new_draft()
        self.runtime = self.rows("runtime", "list")[0]["name"]

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)

    def end_follower(self):
        """Ends the sync that a command has started on demand, also before it
        has become one: nothing else that runs names the store."""
        def left():
            pids = [pid for pid in filter(str.isdigit, os.listdir("/proc"))
                    if self.store in command_line(pid)]
            for pid in map(int, pids):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            return pids
        wait_until(lambda: not left(), "the follower to end")

    def tailor(self, *arguments, expect=0, stdin="", env=None):
        done = subprocess.run(
            [TAILOR, "--store", self.store, *map(str, arguments)],
            input=stdin, capture_output=True, text=True, timeout=120, env=env)
        if expect is not None and done.returncode != expect:
            raise AssertionError(
                f"tailor {' '.join(map(str, arguments))}: exit "
                f"{done.returncode}, wanted {expect}\n{done.stdout[-1500:]}\n"
                f"{done.stderr[-1500:]}")
        return Result(done.returncode, done.stdout, done.stderr)

    def rows(self, *arguments):
        return self.tailor("--json", *arguments).json["data"]

    def new_draft(self):
        return self.tailor("--json", "draft", "fork", self.installation,
                           "order-to-cash", "--new").json["versionId"]

    def path(self, name, content=None):
        path = os.path.join(self.dir, name)
        if content is not None:
            with open(path, "w") as f:
                f.write(content)
        return path

    def content(self):
        """All rows but the audit's, and the number of audit records."""
        with sqlite3.connect(self.store) as db:
            tables = db.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'"
                " AND sql NOT LIKE 'CREATE VIRTUAL%' AND name <> 'audit'")
            lines = {name: db.execute(f'SELECT * FROM "{name}"').fetchall()
                     for name, in tables.fetchall()}
            records = db.execute("SELECT count(*) FROM audit").fetchone()[0]
        return lines, records


def commands():
    """The table: rows of noun, verb, usage, reads, remote."""
    done = subprocess.run([TAILOR, "--json", "help"], capture_output=True,
                          check=True)
    return json.loads(done.stdout)["data"]


def words(usage):
    """The required words of a usage, options with their values in one."""
    flat, depth = "", 0
    for c in usage:
        depth += c in "[("
        if depth == 0:
            flat += c
        depth -= c in "])"
    return re.findall(r"--[a-z-]+(?: [A-Z][\w.]*)?|[A-Z][^ ]*", flat)


def fill(usage, values):
    """The shortest right arguments of a usage."""
    out = []
    for word in words(usage):
        parts = word.rstrip("…").split(" ")
        if parts[0].startswith("--"):
            out.append(parts[0])
            parts = parts[1:]
        for name in parts:
            out.append(str(values[name]))
    return out
