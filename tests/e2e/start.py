#!/usr/bin/env python3
"""What tailord checks when it starts, and its control socket: keys of the
vault, rights on files, idle clients.

Sabotage: drop the call of vault_check in open_core (a missing or changed key
file starts all the same), of modes_repair in serve, of check_private in
http_tls_load; serve a client in control_main's own thread (the idle client
holds up the next command)."""
import datetime
import hashlib
import json
import os
import socket
import stat
import subprocess
import sys
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import SOURCE, TAILORD, Daemon, Suite  # noqa: E402
from embedded import canonical, new_id  # noqa: E402


suite = Suite("start")


class World:
    """One customer whose workflow calls an app with its credential."""

    def __init__(self, d):
        self.d, self.key = d, d.key("backend")
        with open(os.path.join(SOURCE, "data/connectors/http.json")) as f:
            connector = json.load(f)
        self.connector = self.put(connector)
        self.integration, self.workflow = new_id(), new_id()
        self.manage("PUT", "/integrations/" + self.integration, {
            "integrationId": self.integration, "key": "orders",
            "name": "Orders", "app": "http", "icon": "", "active": True,
            "workflows": [{"workflowId": self.workflow, "key": "orders",
                           "name": "Orders"}],
            "connectors": {"http": self.connector}})
        self.publish()
        self.api("POST", "/users", {"username": "ann"})
        self.api("POST", "/headless/credentials", {
            "userId": "ann", "credential": {"type": "http", "data": {
                "host": "127.0.0.1", "token": "tk-1"}}})
        begun = self.api("POST", "/headless/startInstallation", {
            "userId": "ann", "integrationId": self.integration})
        self.api("POST", "/headless/completeInstallation", {
            "installationId": begun["installationId"], "data": []})

    def put(self, doc):
        text = canonical(doc)
        name = hashlib.sha256(text).hexdigest()
        self.manage("PUT", "/documents/" + name, text)
        return name

    def publish(self):
        document = {
            "format": 1, "formulas": 1, "name": "Orders",
            "connectors": {"http": self.connector},
            "trigger": {"id": str(uuid.uuid4()), "kind": "event",
                        "name": "New order", "event": "order.recorded",
                        "sample": {"total": 100}},
            "blocks": [{"id": str(uuid.uuid4()), "kind": "api", "name": "Tell",
                        "method": "GET", "url": "https://127.0.0.1/",
                        "auth": {"kind": "bearer", "app": "http"}}]}
        self.manage("POST", "/requests", {"requests": [{
            "key": new_id(), "kind": "publish", "actor": "alice", "items": [{
                "workflowId": self.workflow, "versionId": new_id(), "base": 1,
                "hash": self.put(document), "expectedBase": 0}]}]})

    def call(self, method, path, body, token):
        data = body if isinstance(body, bytes) else json.dumps(body)
        status, answer, _ = self.d.call(method, path, data, token)
        if status != 200:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer

    def manage(self, method, path, body=None):
        return self.call(method, "/manage/v1" + path, body, self.d.manage)

    def api(self, method, path, body=None):
        return self.call(method, "/2024-03" + path, body, self.key)


def refused_start(d):
    """Starts tailord, which must end by itself: exit status and message."""
    done = subprocess.run(
        [TAILORD, "--config",
         d.config], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


def test_vault(d):
    keys = os.path.join(d.state, "vault.keys")
    World(d)
    with open(keys) as f:
        good = f.read()
    d.stop()
    os.rename(keys, keys + ".away")
    status, said = refused_start(d)
    suite.check("a missing key file: tailord does not start",
                status != 0 and "vault.keys" in said and "missing" in said and
                "vault lost" in said, said)
    suite.check("no key file is made in its place", not os.path.exists(keys))
    for what, text in (
            ("a changed digit", ("0" if good[0] != "0" else "1") + good[1:]),
            ("another runtime's keys", os.urandom(32).hex() + "\n"),
            ("an empty file", ""), ("half a line", good[:30])):
        with open(os.open(keys, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                  "w") as f:
            f.write(text)
        status, said = refused_start(d)
        suite.check(what + " in the key file: tailord does not start",
                    status != 0 and "vault.keys" in said and "copy" in said, said)
    os.rename(keys + ".away", keys)
    d.start()
    suite.equal("the right file is back", d.call("GET", "/healthz")[0], 200)
    suite.equal("rotated", d.command("vault", "rotate").returncode, 0)
    d.stop()
    with open(keys, "w") as f:
        f.write(good)
    status, said = refused_start(d)
    suite.check("keys of before the rotation: tailord does not start",
                status != 0 and "vault.keys" in said, said)


def test_vault_lost(d):
    """After test_vault: the keys are lost for good."""
    os.unlink(os.path.join(d.state, "vault.keys"))
    done = d.command("vault", "lost")
    suite.equal("the credentials are given up", (done.returncode, done.stdout),
                (0, "1 credentials removed; their customers must connect again\n"))
    d.start()
    suite.check("then tailord starts with a new key",
                os.path.getsize(os.path.join(d.state, "vault.keys")) == 65)
    suite.equal("while it runs no key is lost",
                d.command("vault", "lost").returncode, 5)


def rights(*path):
    return oct(stat.S_IMODE(os.stat(os.path.join(*path)).st_mode))


def test_rights(d):
    d.stop()
    os.chmod(d.state, 0o755)
    os.chmod(os.path.join(d.state, "tailord.db"), 0o666)
    d.start()
    suite.equal("rights on folder and store are repaired",
                (rights(d.state), rights(d.state, "tailord.db")),
                ("0o700", "0o600"))
    said = [json.loads(line) for line in d.logged().splitlines()
            if "rights removed" in line]
    suite.equal("and that is logged", [(r["level"], r["was"]) for r in said],
                [("warning", "0755"), ("warning", "0666")])
    d.stop()
    key = os.path.join(d.state, "key.pem")
    for mode in (0o644, 0o604, 0o620):
        os.chmod(key, mode)
        status, said = refused_start(d)
        suite.check(f"a key.pem of mode {mode:o} is refused",
                    status != 0 and "key.pem" in said and "chmod 600" in said,
                    said)
    os.chmod(key, 0o640)
    d.start()
    suite.equal("its group may read it", d.call("GET", "/healthz")[0], 200)
    os.chmod(key, 0o600)


def test_idle_client(d):
    idle = []
    for _ in range(3):
        s = socket.socket(socket.AF_UNIX)
        s.connect(os.path.join(d.state, "control.sock"))
        s.send(b'{"command":')
        idle.append(s)
    suite.equal("a command beside idle clients", d.command("check").returncode, 0)
    for s in idle:
        s.setblocking(False)
        try:
            suite.check("the idle client is still there", s.recv(1) != b"")
        except BlockingIOError:
            suite.check("the idle client is still there", True)
    suite.equal("an orderly stop does not wait for them", d.stop(), 0)
    for s in idle:
        s.close()
    d.start()


def tailord(*words):
    done = subprocess.run([TAILORD, *words], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_command_line(d):
    """Sabotage: check_made() and print_done() in main.c, is_hidden() in
    auth.c, the test of `where.line` in config_read()."""
    state = "--state=" + d.state
    none = os.path.join(d.folder.name, "none")
    for words in ((), ("check",), ("apikey", "list")):
        status, _, said = tailord("--state", none, *words)
        suite.check("a state that was not made names the command that makes it",
                    status == 4 and f"tailord init --state {none}" in said, said)
    for words in (("apikey", "add", "temporary"), ("apikey", "list"),
                  ("apikey", "remove", "temporary"), ("reload",), ("check",)):
        status, out, said = tailord(state, "--json", *words)
        suite.check("--json: one value: " + " ".join(words),
                    status == 0 and json.loads(out) and not said, out + said)
    made = tailord("init", "--state=" + none, "--json")
    suite.equal("--json: init", json.loads(made[1]),
                {"status": "done", "state": none})
    for word in ("help", "completion"):
        status, out, said = tailord(word, "--json", *["bash"] * (word != "help"))
        suite.check("--json is refused where there is none",
                    (status, out) == (2, "") and "remove --json" in said, said)
    for name in ("a\tb", "a\x1b[31m", "a\u202eb", "a\u200bb"):
        for words in (("apikey", "add", name), ("token", "add", "read", name)):
            status, out, said = tailord(state, *words)
            suite.check("a name that cannot be seen is refused",
                        (status, out) == (6, "") and "cannot be seen" in said,
                        said)
    empty = os.path.join(d.folder.name, "empty.json")
    for text in ("", "\n", "{", "[]"):
        with open(empty, "w") as f:
            f.write(text)
        status, _, said = tailord("--config=" + empty)
        suite.check("a configuration that is none",
                    status == 6 and "line -1" not in said and
                    "empty.json: line " in said, said)


def test_certificate(d):
    done = subprocess.run(["openssl", "x509", "-noout", "-startdate", "-enddate",
                           "-in", os.path.join(d.state, "certificate.pem"),
                           "-dateopt", "iso_8601"], capture_output=True, text=True)
    begin, end = (datetime.datetime.fromisoformat(
        line.split("=")[1].strip().rstrip("Z")) for line in
        done.stdout.strip().splitlines())
    suite.check("a new certificate lives at most 825 days",
                datetime.timedelta(days=800) < end - begin
                <= datetime.timedelta(days=825), end - begin)


def main():
    d = Daemon()
    try:
        test_certificate(d)
        test_command_line(d)
        test_idle_client(d)
        test_rights(d)
        test_vault(d)
        test_vault_lost(d)
        suite.equal("the daemon ends with 0", d.stop(), 0)
    finally:
        d.close()
    suite.end()


if __name__ == "__main__":
    main()
