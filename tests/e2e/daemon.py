"""A tailord of one's own for tests: state, keys, HTTP over TLS, raw bytes."""
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import tempfile
import threading

BUILD = os.environ.get("TOP_BUILDDIR", os.path.join(os.getcwd(), "build"))
SOURCE = os.environ.get("TOP_SRCDIR", os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__)))))
TAILORD = os.path.join(BUILD, "tailord")


class Suite:
    """Prints one line a test and remembers whether any failed."""

    def __init__(self, name):
        self.name, self.failed = name, False
        self.lock = threading.Lock()

    def check(self, what, fine, note=""):
        with self.lock:
            print(("ok " if fine else "not ok ") + self.name + ": " + what)
            if not fine:
                print("#   " + str(note)[:600])
                self.failed = True
        return fine

    def equal(self, what, got, wanted):
        return self.check(what, got == wanted, f"got {got!r}, wanted {wanted!r}")

    def skip(self, what, why):
        print(f"skip {self.name}: {what}: {why}")

    def end(self):
        raise SystemExit(1 if self.failed else 0)


class Daemon:
    """tailord on a free port of loopback; stopped and checked by close()."""

    def __init__(self, config=None):
        self.folder = tempfile.TemporaryDirectory(prefix="tailord-test-")
        self.state = os.path.join(self.folder.name, "state")
        subprocess.run([TAILORD, "init", "--state", self.state], check=True,
                       stdout=subprocess.DEVNULL)
        self.config = os.path.join(self.folder.name, "tailord.json")
        settings = {"state": self.state, "listen": "127.0.0.1:0"}
        settings.update(config or {})
        with open(self.config, "w") as f:
            json.dump(settings, f)
        self.context = ssl.create_default_context(
            cafile=os.path.join(self.state, "ca.pem"))
        self.manage = self.read("manage.token")
        self.look = self.read("read.token")
        self.process = None
        self.start()

    def read(self, name):
        with open(os.path.join(self.state, name)) as f:
            return f.read()

    def start(self):
        self.log = open(os.path.join(self.folder.name, "log"), "ab")
        self.process = subprocess.Popen(
            [TAILORD, "--config", self.config], stdout=subprocess.PIPE,
            stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening https://"):
            raise RuntimeError("tailord did not start: " + self.logged())
        self.port = int(line.rsplit(":", 1)[1])

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def stop(self):
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(20)
        self.process.stdout.close()
        self.log.close()
        return status

    def logged(self):
        with open(os.path.join(self.folder.name, "log"), errors="replace") as f:
            return f.read()

    def command(self, *words):
        return subprocess.run([TAILORD, "--config", self.config, *words],
                              capture_output=True, text=True)

    def key(self, name, environment="production"):
        done = self.command("apikey", "add", name, "--environment", environment)
        return done.stdout.strip()

    def connect(self):
        raw = socket.create_connection(("127.0.0.1", self.port), 10)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.context.wrap_socket(raw, server_hostname="localhost")

    def raw(self, data, seconds=5):
        """Sends bytes; returns what came and whether the other side closed."""
        out, closed = b"", False
        with self.connect() as s:
            s.settimeout(seconds)
            try:
                s.sendall(data)
                while True:
                    more = s.recv(65536)
                    if not more:
                        closed = True
                        break
                    out += more
            except (ConnectionError, ssl.SSLError):
                closed = True
            except TimeoutError:
                pass
        return out, closed

    def call(self, method, path, body=None, token=None, user=None, headers=None):
        """One request on a connection of its own: status, JSON, headers."""
        c = http.client.HTTPSConnection("localhost", self.port, timeout=30,
                                        context=self.context)
        given = dict(headers or {})
        if token:
            given["Authorization"] = "bearer " + token
        if user:
            given["x-alloy-user-token"] = user
        data = None
        if body is not None:
            data = body if isinstance(body, (str, bytes)) else json.dumps(body)
            given["Content-Type"] = "application/json"
        try:
            c.request(method, path, data, given)
            answer = c.getresponse()
            text = answer.read()
            try:
                value = json.loads(text) if text else None
            except ValueError:
                value = text.decode(errors="replace")
            return answer.status, value, dict(answer.getheaders())
        finally:
            c.close()

    def close(self):
        if self.process and self.process.poll() is None:
            self.stop()
        self.folder.cleanup()
