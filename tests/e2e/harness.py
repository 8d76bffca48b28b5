"""What the end-to-end suites share: results, waiting, the demo's world.

A suite decorates its tests with @test, and ends with main(). Results go to
stdout as "ok NAME", "not ok NAME", "skip NAME: why", which tests/run counts.
Waiting is always for a condition with a deadline, never for a time.
"""
import json
import os
import random
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

BUILD = os.environ.get("TOP_BUILDDIR", os.path.join(os.getcwd(), "build"))
TAILOR = os.path.join(BUILD, "tailor")
TAILORD = os.path.join(BUILD, "tailord")
SUITE = os.path.splitext(os.path.basename(sys.argv[0]))[0]

_tests = []


class Skip(Exception):
    """Raised by a test that cannot run here; says why."""


def test(function):
    _tests.append(function)
    return function


def seed():
    value = int(os.environ.get("TEST_SEED", random.randrange(1 << 31)))
    print(f"# seed {value} (repeat with TEST_SEED={value})")
    random.seed(value)
    return value


def wait_until(condition, what, seconds=20):
    """Returns the first true value of CONDITION, or fails after SECONDS,
    times TEST_PATIENCE (programs under sanitizers are slower)."""
    seconds *= float(os.environ.get("TEST_PATIENCE", "1"))
    deadline = time.monotonic() + seconds
    pause = 0.005
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.2)


def equal(got, wanted, what="value"):
    if got != wanted:
        raise AssertionError(f"{what}: got {got!r}, wanted {wanted!r}")


def main(before=None, after=None):
    failed = 0
    only = os.environ.get("TEST_FILTER", "")
    try:
        if before:
            before()
        for function in _tests:
            name = f"{SUITE}: {function.__name__.replace('_', ' ')}"
            if only not in name:
                continue
            try:
                function()
                print(f"ok {name}")
            except Skip as why:
                print(f"skip {name}: {why}")
            except Exception:
                failed += 1
                print(f"not ok {name}")
                for line in traceback.format_exc().splitlines():
                    print("# " + line)
            sys.stdout.flush()
    except Skip as why:
        print(f"skip {SUITE}: {why}")
    finally:
        if after:
            after()
    sys.exit(1 if failed else 0)


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def json(self):
        return json.loads(self.out)


class World:
    """A demo world: a store, a runtime and stand-ins on loopback."""

    def __init__(self, installations=100, arguments=()):
        self.dir = tempfile.mkdtemp(prefix="tailor-e2e-")
        self.process = subprocess.Popen(
            [TAILOR, "--json", "demo", "--dir", self.dir, "--serve",
             "--installations", str(installations), *arguments],
            stdout=subprocess.PIPE, stderr=open(self.path("demo.err"), "w"),
            text=True, start_new_session=True)
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise AssertionError("demo --serve did not start: " +
                                 open(self.path("demo.err")).read()[-2000:])
        self.facts = json.loads(line)
        self.url = self.facts["url"]
        self.standin = self.facts["standinUrl"]
        self.store = self.facts["store"]
        self.tls = ssl.create_default_context(cafile=self.facts["ca"])

    def path(self, name):
        return os.path.join(self.dir, name)

    def tailor(self, *arguments, expect=0, stdin=None, store=None, env=None):
        """Runs the command line; EXPECT None takes any exit code."""
        done = subprocess.run(
            [TAILOR, "--store", store or self.store, *map(str, arguments)],
            input=stdin, capture_output=True, text=True,
            timeout=120 * float(os.environ.get("TEST_PATIENCE", "1")), env=env)
        if expect is not None and done.returncode != expect:
            raise AssertionError(
                f"tailor {' '.join(map(str, arguments))}: exit "
                f"{done.returncode}, wanted {expect}\n{done.stdout[-1500:]}"
                f"\n{done.stderr[-1500:]}")
        return Result(done.returncode, done.stdout, done.stderr)

    def json(self, *arguments, **options):
        return self.tailor("--json", *arguments, **options).json

    def http(self, method, url, body=None, headers=(), expect=200):
        data = None if body is None else (
            body if isinstance(body, bytes) else json.dumps(body).encode())
        request = urllib.request.Request(url, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        for name, value in dict(headers).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, context=self.tls,
                                        timeout=30) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            status, text = refused.code, refused.read()
        if expect is not None and status != expect:
            raise AssertionError(f"{method} {url}: {status}, wanted {expect}: "
                                 f"{text[:500]!r}")
        return json.loads(text) if text else None

    def api(self, method, path, body=None, expect=200):
        """A call of the ISV's backend."""
        return self.http(method, self.url + "/2024-03" + path, body,
                         {"Authorization": "Bearer " + self.facts["apiKey"]},
                         expect)

    def standin_json(self, path):
        return self.http("GET", self.standin + path)

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()
        if os.environ.get("KEEP_WORLD"):
            print(f"# kept {self.dir}")
        else:
            shutil.rmtree(self.dir, ignore_errors=True)
