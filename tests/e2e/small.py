"""A store and a runtime with one customer, and a proxy that cuts."""
import http.client
import http.server
import json
import os
import random
import secrets
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request

from harness import TAILOR, TAILORD, Result, equal, wait_until

I, W = "ada/orders", "sale"

BLOCK = "10000000-0000-4000-8000-000000000001"
INTEGRATION = {
    "format": 1, "key": "orders", "name": "Orders", "app": "http",
    "workflows": [{"key": "sale", "name": "Sale", "document": {
        "format": 1, "formulas": 1, "name": "Sale",
        "trigger": {"id": "00000000-0000-4000-8000-000000000001",
                    "kind": "event", "name": "Order", "event": "order"},
        "blocks": [{"id": BLOCK, "kind": "math", "name": "Tax",
                    "formula": "=1+1"}]}}]}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def stopped_without_a_lock(process, store):
    """Stops PROCESS where it does not keep others from STORE."""
    process.send_signal(signal.SIGSTOP)
    db = sqlite3.connect(store, timeout=0, isolation_level=None)
    try:
        db.execute("BEGIN EXCLUSIVE")
        db.execute("ROLLBACK")
        return True
    except sqlite3.OperationalError:
        process.send_signal(signal.SIGCONT)
        return False
    finally:
        db.close()


class Cutter:
    """A proxy on loopback that cuts its next connection after so many bytes
    (AFTER), or behind so many records of TLS (EDGE), of either direction;
    bytes pass as they are. EDGES counts the records that passed."""

    def __init__(self, target):
        self.target, self.after, self.lock = target, None, threading.Lock()
        self.edge, self.edges = None, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.pairs = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            pair = (near, far)
            self.pairs.append(pair)
            for a, b in (pair, pair[::-1]):
                threading.Thread(target=self.pump, args=(a, b, pair),
                                 daemon=True).start()

    def cut(self, pair):
        for s in pair:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()

    def passes_edge(self):
        """Counts a record that passed; false where the cut is due."""
        with self.lock:
            self.edges += 1
            due = self.edge is not None and self.edges >= self.edge
            if due:
                self.edge = None
        return not due

    def pump_records(self, data, b):
        """Sends the whole records of DATA; what is left, None for a cut."""
        while len(data) >= 5:
            size = 5 + int.from_bytes(data[3:5], "big")
            if len(data) < size:
                break
            b.sendall(data[:size])
            data = data[size:]
            if not self.passes_edge():
                return None
        return data

    def pump(self, a, b, pair):
        rest = b""
        try:
            while data := a.recv(4096):
                if self.after is None:
                    rest = self.pump_records(rest + data, b)
                    if rest is None:
                        break
                    continue
                data, rest = rest + data, b""
                with self.lock:
                    left = self.after
                    if left is not None:
                        self.after = left - len(data)
                if left is not None and left < len(data):
                    b.sendall(data[:max(left, 0)])
                    with self.lock:
                        self.after = None
                    break
                b.sendall(data)
        except OSError:
            pass
        self.cut(pair)

    def close(self):
        self.listener.close()
        for pair in self.pairs:
            self.cut(pair)


class Small:
    """A store and a runtime with one customer; nothing else."""

    def __init__(self, state=None, store=None, config=None,
                 integration=INTEGRATION, connectors=()):
        """STATE and STORE say where, CONFIG what tailord's file has more."""
        self.dir = tempfile.mkdtemp(prefix="tailor-small-")
        self.state = state or self.path("state")
        self.store = store or self.path("store")
        self.config = self.path("tailord.json")
        with open(self.config, "w") as f:
            json.dump(config or {}, f)
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.daemon = None
        self.api_key = None
        self.followers = []
        subprocess.run([TAILORD, "init", "--state", self.state], check=True,
                       capture_output=True)
        self.tls = ssl.create_default_context(cafile=self.state + "/ca.pem")
        self.start()
        with open(self.path("orders.json"), "w") as f:
            json.dump(integration, f)
        self.tailor("store", "init")
        for file in connectors:
            self.tailor("connector", "add", file)
        self.tailor("integration", "add", self.path("orders.json"))
        self.tailor("runtime", "add", "rt", f"https://localhost:{self.port}",
                    "--environment", "production", "--ca",
                    self.state + "/ca.pem", "--token-file",
                    self.state + "/manage.token", "--read-token-file",
                    self.state + "/read.token")
        self.tailor("integration", "publish", "orders", "rt", "--wait")
        self.install("ada")
        self.sync()
        self.end_followers()

    def path(self, name):
        return os.path.join(self.dir, name)

    def start(self):
        self.daemon = subprocess.Popen(
            [TAILORD, "--config", self.config, "--state", self.state,
             "--listen",
             f"127.0.0.1:{self.port}", "--certificate",
             self.state + "/certificate.pem", "--key",
             self.state + "/key.pem"],
            stdout=subprocess.DEVNULL,
            stderr=open(self.path("tailord.err"), "a"))
        wait_until(self.answers, "tailord to answer")

    def answers(self):
        try:
            return self.call("GET", "/manage/v1/info")
        except OSError:
            return None

    def serve(self, port, handler):
        """A server outside, at PORT of this machine, which tailord trusts and
        may call; the caller shuts it down. Starts tailord again."""
        self.stop()
        with open(self.config, "w") as f:
            json.dump({"stopMs": 300, "outbound": {
                "allowLoopback": True, "ownCaOnly": True,
                "caFile": self.state + "/ca.pem"}}, f)
        self.start()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.state + "/certificate.pem",
                            self.state + "/key.pem")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        server.daemon_threads = True
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def stop(self, how=signal.SIGTERM):
        self.daemon.send_signal(how)
        self.daemon.wait()

    def call(self, method, path, body=None, expect=200, token=None):
        tls = ssl.create_default_context(cafile=self.state + "/ca.pem")
        with open(token or self.state + "/manage.token") as f:
            token = f.read().strip()
        c = http.client.HTTPSConnection("localhost", self.port, context=tls,
                                        timeout=10)
        c.request(method, path, json.dumps(body) if body else None,
                  {"Authorization": "Bearer " + token,
                   "Content-Type": "application/json"})
        answer = c.getresponse()
        text = answer.read()
        c.close()
        if expect is not None:
            equal(answer.status, expect, path)
        return json.loads(text)

    def key(self):
        """An API key of the ISV's backend."""
        if not self.api_key:
            self.api_key = subprocess.run(
                [TAILORD, "--state", self.state, "apikey", "add", "test",
                 "--environment", "production"], check=True, text=True,
                capture_output=True).stdout.strip()
        return self.api_key

    def manage_token(self, environment):
        """A new token of the management API for ENVIRONMENT."""
        return subprocess.run(
            [TAILORD, "--state", self.state, "token", "add", "manage",
             f"for-{environment}", "--environment", environment], check=True,
            text=True, capture_output=True).stdout.strip()

    def api(self, method, path, body=None):
        """A call of the ISV's backend that goes well."""
        request = urllib.request.Request(
            f"https://localhost:{self.port}/2024-03{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": "Bearer " + self.key(),
             "Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, context=self.tls,
                                    timeout=30) as answer:
            return json.load(answer)

    def try_api(self, method, path, body=None):
        """A call of the ISV's backend; its status and its answer."""
        try:
            return 200, self.api(method, path, body)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def event(self, size=20000):
        """Sends an event with SIZE bytes as the ISV's backend; status and
        answer, (0, why) where there is none."""
        body = {"event": "order", "userId": "ada", "data": {
            "number": random.randrange(1 << 40), "note": "x" * size}}
        request = urllib.request.Request(
            f"https://localhost:{self.port}/2024-03/run/event",
            json.dumps(body).encode(),
            {"Authorization": "Bearer " + self.key(),
             "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, context=self.tls,
                                        timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)
        except (OSError, http.client.HTTPException) as e:
            return 0, str(e)

    def executions(self):
        """Ids of executions and their states, by the runtime's own word."""
        out, after = {}, ""
        while True:
            page = self.call("GET", f"/manage/v1/runs?limit=100{after}")
            for r in page["data"]:
                out[r["executionId"]] = r["state"]
            if not page.get("cursor"):
                return out
            after = "&after=" + page["cursor"]

    def install(self, name, token=None):
        """A customer NAME who installs, made with the file TOKEN."""
        new = lambda: secrets.token_hex(12)  # noqa: E731
        user = new()
        integration = self.json("integration", "list")["data"][0]
        self.call("POST", "/manage/v1/requests", {"requests": [
            {"key": new(), "kind": "user", "actor": "test", "items": [
                {"userId": user, "username": name, "fullName": name}]},
            {"key": new(), "kind": "install", "actor": "test", "items": [
                {"installationId": new(), "userId": user,
                 "integrationId": integration["integrationId"]}]}]},
            token=token)

    def tailor(self, *arguments, expect=0):
        done = subprocess.run([TAILOR, "--store", self.store, *arguments],
                              capture_output=True, text=True, timeout=60)
        if expect is not None and done.returncode != expect:
            raise AssertionError(f"tailor {' '.join(arguments)}: exit "
                                 f"{done.returncode}, wanted {expect}: "
                                 f"{done.stdout}{done.stderr}")
        return Result(done.returncode, done.stdout, done.stderr)

    def json(self, *arguments):
        return self.tailor("--json", *arguments).json

    def sync(self, expect=0):
        return self.tailor("sync", expect=expect)

    def follow(self, *more):
        p = subprocess.Popen([TAILOR, "--store", self.store, "sync",
                              "--follow", *more], stdout=subprocess.DEVNULL,
                             stderr=open(self.path("sync.err"), "a"))
        self.followers.append(p)
        return p

    def draft(self, number):
        d = self.json("draft", "fork", I, W, "--new")["versionId"]
        self.tailor("block", "set", d, BLOCK, f"formula==1+{number}")
        return d

    def release(self, draft, *more, expect=0):
        return self.tailor("--yes", "release", draft, *more, expect=expect)

    def version(self, draft):
        return self.json("version", "show", draft)["status"]

    def runtime(self):
        return self.json("runtime", "list")["data"][0]

    def live(self):
        """The live version by the runtime's own word."""
        return self.call("GET", "/manage/v1/state")["data"][0][
            "workflows"][0]["liveVersionId"]

    def facts(self, version):
        """How often VERSION went live, by the feed."""
        feed = self.call("GET", "/manage/v1/feed?after=0&limit=1000")["data"]
        return sum(f["kind"] == "live" and f.get("versionId") == version
                   for f in feed)

    def end_followers(self):
        for p in self.followers:
            if p.poll() is None:
                p.kill()
                p.wait()
        self.end_started_on_demand()
        self.followers = []

    def follower(self):
        """The process that the lock's file names, where it runs, else 0."""
        try:
            with open(self.store + "-sync") as f:
                pid = int(f.read() or "0")
            with open(f"/proc/{pid}/cmdline") as f:
                return pid if self.store in f.read() else 0
        except (OSError, ValueError):
            return 0

    def end_started_on_demand(self, wait=False):
        """A release starts a follower where there is none."""
        pid = (wait_until(self.follower, "a follower to start") if wait
               else self.follower())
        if pid:
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not self.runs(pid), "the follower to end")

    @staticmethod
    def runs(pid):
        try:
            with open(f"/proc/{pid}/stat") as f:
                return f.read().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    def close(self):
        self.end_followers()
        if self.daemon.poll() is None:
            self.stop(signal.SIGKILL)
        if os.environ.get("KEEP_WORLD"):
            print(f"# kept {self.dir}")
        else:
            shutil.rmtree(self.dir, ignore_errors=True)
