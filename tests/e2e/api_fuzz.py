#!/usr/bin/env python3
"""Random requests to every route of tailord: no 5xx, no crash, and each
refusal is {"message","error"}.

API_FUZZ is the number of requests (doc/testing.md). To see it fail: give
ERR_FAILED for ERR_INVALID in api_body_data() (src/runtime/embedded/common.c).
"""
import gzip
import http.client
import json
import os
import random
import re
import ssl
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import SOURCE, Daemon, Suite  # noqa: E402
from embedded import World, document, new_id  # noqa: E402

COUNT = int(os.environ.get("API_FUZZ", "1500"))
suite = Suite("api_fuzz")

ODD_TEXTS = ["", "0", "-1", "null", "true", "*", "'", '"', ";--", "%", "a b",
             "../..", "é", "😀", "\x7f", "\n", "\0", "x" * 300, "x" * 7000,
             "99999999999999999999", "1e9", "{}", "[]", "\u202e"]
ODD_VALUES = ODD_TEXTS + [None, True, 0, -1, 1.5, 10 ** 30, 1e308, [], {},
                          [None], [[]], {"": ""}, [{"a": 1}] * 3]
QUERY = ["userId", "limit", "page", "after", "order", "error", "filters",
         "cursor", "receipt", "since", "until", "state", "find", "actor",
         "installationId", "parentWorkflowId", "credentialIds", "hash"]
HEADERS = [("Content-Type", "text/plain"), ("Content-Type", "APPLICATION/JSON"),
           ("Content-Type", "application/json;charset=x"), ("Content-Type", ";"),
           ("Content-Encoding", "gzip"), ("Content-Encoding", "identity"),
           ("Idempotency-Key", "k1"), ("Idempotency-Key", "x" * 300),
           ("Idempotency-Key", ""), ("Origin", "https://shop.example"),
           ("Accept", "text/html"), ("Range", "bytes=0-1"),
           ("If-None-Match", "*"), ("Authorization", "Bearer x"),
           ("Authorization", "Basic eDp5"), ("x-alloy-user-token", "a.b.c"),
           ("X-HTTP-Method-Override", "DELETE")]


def routes():
    with open(os.path.join(SOURCE, "src/runtime/access/routes.def")) as f:
        return re.findall(r'^R\("(\w+)",\s*(\w+), "([^"]+)",\s*(\w+),',
                          f.read(), re.M)


def escaped(text):
    return "".join(c if c.isalnum() and c.isascii() else
                   "".join(f"%{b:02X}" for b in c.encode()) for c in text)


class Caller:
    """Calls on one connection, which is made again where it was closed."""

    def __init__(self, d):
        self.d, self.c = d, None

    def send(self, method, path, body, headers):
        for attempt in (0, 1):
            kept = self.c is not None
            if not kept:
                self.c = http.client.HTTPSConnection(
                    "localhost", self.d.port, timeout=30,
                    context=self.d.context)
            try:
                self.c.request(method, path, body, headers)
                answer = self.c.getresponse()
                text = answer.read()
                if answer.will_close:
                    self.close()
                return answer.status, text
            except (http.client.HTTPException, ConnectionError, ssl.SSLError):
                self.close()
                if attempt or not kept:
                    raise
        return None

    def close(self):
        if self.c:
            self.c.close()
        self.c = None


class Fuzz:
    def __init__(self, world, rng):
        self.w, self.rng, self.caller = world, rng, Caller(world.d)
        self.rows = routes()
        self.token = {"NONE": "", "LINK": "", "READ": world.d.look,
                      "MANAGE": world.d.manage}
        self.renew()

    def renew(self):
        """Things to name; what was deleted is made again."""
        w = self.w
        w.install("ann")
        listed = w.api("GET", "/installations")[1]["data"]
        w.api("POST", "/run/event", {"event": "order.recorded", "userId": "ann",
                                     "data": {"total": 1}})
        runs = w.manage("GET", "/runs?limit=3", "")["data"]
        self.known = ["ann", w.workflow, w.integration, "shop", "orders",
                      w.api("GET", "/users/ann")[1]["userId"], *w.base,
                      *(i["installationId"] for i in listed[:2]),
                      *(r[k] for r in runs for k in ("runId", "executionId")),
                      new_id(), "a" * 64]

    def text(self):
        r = self.rng
        return r.choice(self.known if r.random() < 0.7 else ODD_TEXTS)

    def path(self, space, pattern):
        r = self.rng
        path = re.sub(r"\{\w+\}", lambda _: escaped(self.text()), pattern)
        if space == "DATED":
            path = r.choice(["/2024-03", "/2099-12", "", "/20x4-03"]) + path
        if r.random() < 0.5:
            path += "?" + "&".join(f"{r.choice(QUERY)}={escaped(self.text())}"
                                   for _ in range(r.randrange(1, 4)))
        return path

    def value(self, depth=0):
        r = self.rng
        if depth < 3 and r.random() < 0.2:
            return {r.choice(list(NAMES)): self.value(depth + 1)
                    for _ in range(r.randrange(4))}
        if depth < 3 and r.random() < 0.1:
            return [self.value(depth + 1) for _ in range(r.randrange(3))]
        return r.choice(ODD_VALUES) if r.random() < 0.4 else self.text()

    def body(self):
        r = self.rng
        names = r.sample(NAMES, r.randrange(len(NAMES)))
        value = {name: self.value() for name in names}
        if r.random() < 0.3:
            value["requests"] = [{
                "key": new_id(), "actor": "x", "kind": r.choice(KINDS),
                "items": [{n: self.value() for n in r.sample(NAMES, 5)}]}]
        data = json.dumps(value, ensure_ascii=r.random() < 0.5).encode()
        how = r.random()
        if how < 0.1:
            return data[:r.randrange(len(data) + 1)]
        if how < 0.2:
            at = r.randrange(len(data))
            return data[:at] + bytes([r.randrange(256)]) + data[at + 1:]
        if how < 0.25:
            return r.choice([b"", b"[]", b"null", b"1", b'"x"', b"{", b"\xff",
                             b"\xef\xbb\xbf{}", b"[" * 5000, b"{}{}",
                             b'{"a":1,"a":2}', b"NaN", gzip.compress(b"{}")])
        return data

    def request(self):
        r = self.rng
        method, space, pattern, auth = r.choice(self.rows)
        headers = {}
        token = self.token.get(auth, self.w.live)
        if token:
            headers["Authorization"] = "Bearer " + token
        body = self.body() if method in ("POST", "PUT") or r.random() < 0.1 \
            else None
        if body is not None:
            headers["Content-Type"] = "application/json"
        if r.random() < 0.2:
            name, value = r.choice(HEADERS)
            headers[name] = value
        if r.random() < 0.05:
            method = r.choice(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH",
                               "OPTIONS"])
        return method, self.path(space, pattern), body, headers

    def problem(self, method, path, status, text):
        """What is wrong with an answer, or None."""
        if status >= 500:
            return "5xx"
        if method in ("HEAD", "OPTIONS") or "/metrics" in path:
            return None
        try:
            answer = json.loads(text)
        except ValueError:
            return "no JSON"
        if status >= 400 and not (isinstance(answer, dict) and isinstance(
                answer.get("message"), str) and isinstance(
                    answer.get("error"), str)):
            return "no message and error"
        return None

    def run(self, count):
        wrong, statuses = [], {}
        for n in range(count):
            if n % 250 == 249:
                self.renew()
            request = self.request()
            status, text = self.caller.send(*request)
            statuses[status] = statuses.get(status, 0) + 1
            problem = self.problem(*request[:2], status, text)
            if problem:
                wrong.append((problem, status, text[:200], request))
        self.caller.close()
        print("# statuses:", dict(sorted(statuses.items())))
        return wrong


NAMES = ["userId", "username", "fullName", "workflowId", "integrationId",
         "installationId", "credentialIds", "workflowIds", "data", "event",
         "app", "credential", "users", "versionId", "hash", "base", "items",
         "requests", "expectedBase", "blockId", "name", "value", "token"]
KINDS = ["user", "install", "publish", "release", "pause", "withdraw",
         "retry", "resume", "x"]


# Sabotage: answer OK from is_readable() (src/runtime/access/route.c) always.
def test_bodies(w):
    """No route reads a body that is compressed, or declared as another type;
    what is not JSON is refused too."""
    caller = Caller(w.d)
    paths = [(m, ("/2024-03" if s == "DATED" else "") + re.sub(
        r"\{\w+\}", "a" * 24, p), a) for m, s, p, a in routes()
        if m in ("POST", "PUT")]
    for what, body, headers, wanted in (
            ("compressed", gzip.compress(b"{}"),
             {"Content-Encoding": "gzip"}, (415,)),
            ("of another type", b"{}", {"Content-Type": "text/plain"}, (415,)),
            ("of a form", b"a=b",
             {"Content-Type": "application/x-www-form-urlencoded"}, (415,)),
            ("that is no JSON", b"{", {"Content-Type": "application/json"},
             (200, 400, 404, 422)),
            ("without a type", b"{}", {}, (200, 400, 404, 422))):
        got = []
        for method, path, auth in paths:
            if auth in ("LINK", "NONE"):
                continue
            token = w.d.manage if auth in ("MANAGE", "READ") else w.live
            status, text = caller.send(method, path, body, {
                "Authorization": "Bearer " + token, **headers})
            if status not in wanted or (status > 200 and set(
                    json.loads(text)) != {"message", "error"}):
                got.append((method, path, status, text[:100]))
        suite.equal("a body " + what, got, [])
    caller.close()


def main():
    seed = int(os.environ.get("TEST_SEED", random.randrange(1 << 31)))
    print(f"# seed {seed} (repeat with TEST_SEED={seed})")
    d = Daemon()
    try:
        w = World(d)
        w.catalogue()
        w.publish(document("=total * 0.05"))
        w.install("ann")
        test_bodies(w)
        wrong = Fuzz(w, random.Random(seed)).run(COUNT)
        for one in wrong[:5]:
            print("#", one)
        suite.equal(f"{COUNT} requests are answered or refused", len(wrong), 0)
        suite.equal("the runtime is well", d.call("GET", "/healthz")[0], 200)
        suite.equal("so is its store", d.command("check").returncode, 0)
        suite.equal("the daemon ends with 0", d.stop(), 0)
    finally:
        d.close()
    suite.end()


main()
