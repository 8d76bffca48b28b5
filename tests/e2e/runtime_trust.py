#!/usr/bin/env python3
"""Whom the console trusts: each runtime that is not the one, or that is
hostile, gets one clear sentence and its exit code; nothing is lost, nothing is
sent to the wrong place, and after the repair the queued release goes live once.

To see it fail: set CURLOPT_SSL_VERIFYHOST to 0 in src/http/client_call.c (the
wrong host gets the token), drop the comparison of ids in
manager_runtime_contact (another runtime gets the release), or set ANSWER_MAX in
src/remote/client.c to 1 GB (the huge answer is read).
"""
import http.client
import json
import os
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILORD, equal, main, seed, test, wait_until  # noqa: E402
from impostor import Impostor, Says, endless, slowly  # noqa: E402
from small import Small  # noqa: E402

world = None
number = 0


def setup():
    global world
    seed()
    world = Small()


def close():
    if world:
        world.close()


def certificate(name, days, names):
    """A self-signed certificate; returns its file and its key's."""
    key, request, out, extra = (world.path(f"{name}.{end}") for end in
                                ("key", "csr", "pem", "ext"))
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                    "-out", request, "-subj", "/CN=tailord"], check=True,
                   capture_output=True)
    with open(extra, "w") as f:
        f.write(f"subjectAltName={names}\n")
    subprocess.run(["openssl", "x509", "-req", "-in", request, "-signkey", key,
                    "-days", str(days), "-extfile", extra, "-out", out],
                   check=True, capture_output=True)
    return out, key


def queue():
    """A release that waits in the outbox; nobody follows."""
    global number
    number += 1
    if world.runtime()["queued"]:  # a test before this one failed
        repair()
        world.sync()
    d = world.draft(5000 + number)
    world.stop()  # so that the follower that it starts delivers nothing
    world.release(d)
    world.end_started_on_demand(wait=True)
    world.start()
    equal(world.version(d), "releasing", "status")
    return d


def troubled(d, status, *words):
    """sync, release --wait and runtime list all say it; D is not lost."""
    said = world.sync(expect=status)
    shown = world.runtime()["lastError"]
    for word in words:
        assert word in said.err, (word, said.err)
        assert word in shown, (word, shown)
    for text in (said.err, shown):
        assert all(c.isprintable() or c == "\n" for c in text), repr(text)
    equal(world.version(d), "releasing", "status after the trouble")
    return said.err


def settled(d):
    """After the repair: live, by the runtime's word, and once."""
    world.sync()
    equal(world.version(d), "live", "status after the repair")
    equal(world.live(), d, "live at the runtime")
    equal(world.facts(d), 1, "times it went live")


def known_as(**settings):
    """Sets the runtime's settings: known_as(ca=…, token_file=…)."""
    words = []
    for key, value in settings.items():
        words += ["--" + key.replace("_", "-"), value]
    world.tailor("runtime", "set", "rt", *words)


def own(name):
    return os.path.join(world.state, name)


def repair():
    known_as(url=f"https://localhost:{world.port}", ca=own("ca.pem"),
             token_file=own("manage.token"))


class Impostor_at:
    """An impostor on a port of its own."""

    def __init__(self, certificate, key, answers):
        self.server = Impostor("127.0.0.1", 0, certificate, key, answers)

    def __enter__(self):
        return self.server

    def __exit__(self, *_):
        self.server.close()


class Instead:
    """An impostor on the runtime's own port while the runtime is down."""

    def __init__(self, answers, certificate=None, key=None):
        world.stop()
        self.server = Impostor("127.0.0.1", world.port,
                               certificate or own("certificate.pem"),
                               key or own("key.pem"), answers)

    def __enter__(self):
        return self.server

    def __exit__(self, *_):
        self.server.close()
        world.end_followers()
        world.start()


# --- identity -----------------------------------------------------------------

@test
def a_wrong_ca_gets_nothing():
    d = world.draft(1)
    other = certificate("stranger", 30, "DNS:localhost,IP:127.0.0.1")
    with Instead({None: b"{}"}, *other) as server:
        late = world.release(d, "--wait", "--timeout", "1", expect=7)
        assert "not the expected one" in late.err, late.err
        assert "tailor sync" in late.err, late.err
        world.end_started_on_demand(wait=True)
        troubled(d, 7, "not the expected one", "and the CA")
        assert server.connections > 1
        equal(server.requests, [], "what the stranger got")
    settled(d)


@test
def a_wrong_host_name_gets_nothing():
    d = queue()
    server = Impostor("127.0.0.2", 0, own("certificate.pem"), own("key.pem"),
                      {None: b"{}"})
    known_as(url=f"https://127.0.0.2:{server.port}")
    troubled(d, 7, "not the expected one", "host name")
    equal(server.requests, [], "what the wrong host got")
    server.close()
    repair()
    settled(d)


@test
def an_expired_certificate_gets_nothing():
    d = queue()
    old = certificate("old", -1, "DNS:localhost,IP:127.0.0.1")
    known_as(ca=old[0])
    with Instead({None: b"{}"}, *old) as server:
        troubled(d, 7, "certificate has expired")
        equal(server.requests, [], "what it got")
    repair()
    settled(d)


# --- tokens -------------------------------------------------------------------

def token_command(*words):
    done = subprocess.run([TAILORD, "--state", world.state, "token", *words],
                          check=True, capture_output=True, text=True)
    return done.stdout.strip()


@test
def a_token_file_that_is_not_there_is_told():
    said = world.tailor("runtime", "set", "rt", "--token-file", own("none"))
    assert "none: not there yet" in said.err, said.err
    said = world.tailor("runtime", "set", "rt", "--token-file",
                        own("manage.token"))
    assert "not there" not in said.err, said.err


@test
def a_revoked_token_says_so():
    d = queue()
    path = world.path("second.token")
    with open(path, "w") as f:
        f.write(token_command("add", "manage", "second") + "\n")
    known_as(token_file=path)
    settled(d)
    d = queue()
    token_command("remove", "manage", "second")
    troubled(d, 5, "revoked")
    repair()
    settled(d)


@test
def a_read_token_cannot_release():
    d = queue()
    known_as(token_file=own("read.token"))
    troubled(d, 5, "manage token")
    equal(world.facts(d), 0, "times it went live")
    repair()
    settled(d)


@test
def a_token_file_that_is_gone_is_named():
    d = queue()
    known_as(token_file=world.path("nothing.token"))
    troubled(d, 4, "nothing.token")
    repair()
    settled(d)


# --- another one --------------------------------------------------------------

@test
def another_runtime_at_the_address_gets_nothing():
    d = queue()
    state = world.path("another")
    subprocess.run([TAILORD, "init", "--state", state], check=True,
                   capture_output=True)
    mine, world.state = world.state, state
    world.stop()
    world.start()
    try:
        known_as(ca=state + "/ca.pem", token_file=state + "/manage.token")
        troubled(d, 5, "another")
        equal(world.call("GET", "/manage/v1/feed?after=0&limit=10")["data"],
              [], "what happened at the other runtime")
        integrations = world.call("GET", "/manage/v1/state")["data"]
        equal(integrations, [], "what the other runtime knows")
    finally:
        world.state = mine
        world.stop()
        world.start()
    repair()
    settled(d)


def info():
    """As the console asks for it: with its place in the feed."""
    known = world.runtime()
    return world.call("GET", f"/manage/v1/info?cursor={known['feedCursor']}"
                      f"&receipt={known['receiptSequence']}")


def asked(server):
    return {(m, p.partition("?")[0]) for m, p, _ in server.requests}


@test
def another_environment_gets_nothing():
    """Sabotage: drop the comparison of environments in on_info (peer.c)."""
    d = queue()
    good = info()
    other = {"production": "development",
             "development": "production"}[good["environment"]]
    answers = {"GET /manage/v1/info":
               json.dumps(dict(good, environment=other)).encode()}
    with Instead(answers) as server:
        troubled(d, 5, f"it says {other}")
        equal(asked(server), {("GET", "/manage/v1/info")},
              "what it was asked")
    settled(d)


@test
def a_newer_protocol_is_not_spoken():
    d = queue()
    newer = dict(info(), protocol={"min": 7, "max": 9})
    older = dict(info(), protocol={"min": 0, "max": 0})
    answers = {"GET /manage/v1/info": json.dumps(newer).encode()}
    with Instead(answers) as server:
        troubled(d, 5, "7 to 9", "upgrade tailor")
        answers["GET /manage/v1/info"] = json.dumps(older).encode()
        troubled(d, 5, "upgrade tailord")
        equal(asked(server), {("GET", "/manage/v1/info")},
              "what it was asked")
    settled(d)


@test
def the_previous_protocol_is_spoken():
    """It knows no history and no list of versions. Sabotage: the comparison
    with PROTOCOL_HISTORY in read_history (src/remote/protocol.c) or in
    look_for_versions (src/remote/peer_copy.c)."""
    d = queue()
    good = info()
    older = {k: v for k, v in dict(good, protocol={"min": 1, "max": 1}).items()
             if k not in ("feedHash", "receiptHead", "sizes")}
    feed = {"data": [], "head": good["feedHead"]}
    with Instead({"GET /manage/v1/info": json.dumps(older).encode(),
                  "GET /manage/v1/feed": json.dumps(feed).encode(),
                  None: (503, b"{}")}) as server:
        troubled(d, 7, "503")  # the release, which nobody takes here
        shorter = dict(older, feedHead=good["feedHead"] - 1)
        server.answers["GET /manage/v1/info"] = json.dumps(shorter).encode()
        world.sync(expect=None)
        assert ("GET", "/manage/v1/versions") not in asked(server)
        assert ("GET", "/manage/v1/users") in asked(server), "a copy"
    settled(d)


# --- hostile answers ----------------------------------------------------------

def hostile_infos():
    good = info()
    yield "garbage", b"\x00\xff\xfe garbage"
    yield "nothing", b""
    yield "an array", b"[]"
    yield "text", b'"hello"'
    yield "deep", b"[" * 100000 + b"]" * 100000
    yield "many nodes", b"[" + b"0," * 3000000 + b"0]"
    yield "huge", b'"' + b"x" * (20 << 20) + b'"'
    yield "a cut object", json.dumps(good).encode()[:-5]
    yield "two values", json.dumps(good).encode() * 2
    yield "bad UTF-8", json.dumps(dict(good, version="@")).encode().replace(
        b"@", b"\xc3\x28")
    for key, value in (("runtimeId", "../../etc/passwd"), ("runtimeId", 7),
                       ("version", "v" * 5000), ("version", None),
                       ("feedHead", -1), ("feedHead", 1e300),
                       ("feedHead", "1"), ("time", "yesterday"),
                       ("protocol", {"min": 2, "max": 1}), ("protocol", 1),
                       ("protocol", {"min": 1e99, "max": 1e99}),
                       ("environment", "e" * 100)):
        yield f"{key} {str(value)[:20]}", json.dumps(
            dict(good, **{key: value})).encode()
    yield "a redirect", (302, b"")
    yield "a message", (422, json.dumps({
        "error": "invalid", "message": "a\x1b]0;x\x07\u202eb\n" * 1000})
        .encode())
    yield "no words", (500, b"<html>")
    yield "unending", endless(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"10000\r\n" + b" " * 65536 + b"\r\n")
    yield "unending headers", endless(b"HTTP/1.1 200 OK\r\n",
                                      b"X-More: " + b"y" * 1000 + b"\r\n")
    yield "a header of 5 MB", lambda s: s.sendall(
        b"HTTP/1.1 200 OK\r\nX-More: " + b"y" * (5 << 20) + b"\r\n\r\n{}")
    yield "no HTTP", lambda s: s.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    yield "the end", lambda s: None


@test
def hostile_first_answers_are_refused():
    d = queue()
    cases = list(hostile_infos())
    answers = {}
    with Instead(answers) as server:
        for name, answer in cases:
            answers["GET /manage/v1/info"] = answer
            said = world.sync(expect=None)
            assert said.status in (1, 5, 6, 7), (name, said.status, said.err)
            assert said.err.count("\n") <= 4, (name, said.err)
            assert "rt" in said.err and len(said.err) < 3000, (name, said.err)
            if "header" in name:
                assert "its answer is too big" in said.err, (name, said.err)
            shown = world.runtime()["lastError"]
            assert all(c.isprintable() or c == "\n" for c in said.err + shown), \
                (name, said.err)
        equal(asked(server), {("GET", "/manage/v1/info")}, "what was asked")
        equal(world.version(d), "releasing", "status")
    settled(d)


@test
def a_slow_first_answer_is_given_up():
    d = queue()
    with Instead({"GET /manage/v1/info": slowly()}):
        troubled(d, 7, "rt")
    settled(d)


def put(path, body):
    tls = ssl.create_default_context(cafile=own("ca.pem"))
    c = http.client.HTTPSConnection("localhost", world.port, context=tls)
    with open(own("manage.token")) as f:
        c.request("PUT", path, body, {"Authorization": "Bearer " + f.read(),
                                      "Content-Type": "application/json"})
    assert c.getresponse().status < 300, path
    c.close()


@test
def hostile_receipts_release_nothing():
    good = info()
    state = world.call("GET", "/manage/v1/state")
    item = {"outcome": "live", "liveVersionId": "f" * 24}
    receipt = {"key": "0" * 24, "outcome": "done", "sequence": 1,
               "feedSequence": 1, "at": good["time"], "head": "0" * 64,
               "items": [item]}
    d = queue()
    with Instead({"GET /manage/v1/info": json.dumps(good).encode(),
                  "GET /manage/v1/state": json.dumps(state).encode(),
                  "GET /manage/v1/feed": json.dumps(
                      {"data": [], "head": good["feedHead"]}).encode()}
                 ) as server:
        for body in ({}, {"data": []}, {"data": [receipt]},
                     {"data": [dict(receipt, items=[item] * 600)]},
                     {"data": [dict(receipt, outcome="perhaps")]},
                     {"data": [receipt] * 2}, []):
            text = json.dumps(body).encode()
            server.answers["POST /manage/v1/requests"] = text
            server.answers[None] = text
            said = world.sync(expect=None)
            assert said.status in (6, 7), (body, said.status, said.err)
            equal(world.version(d), "releasing", f"status after {body}")
    # It said to have taken the document, so that nobody sends it again.
    for method, path, text in server.requests:
        if method == "PUT":
            put(path, text.partition(b"\r\n\r\n")[2])
    settled(d)
    equal(world.json("audit", "verify")["good"], True)


@test
def hostile_feeds_change_nothing():
    good = info()
    before = world.json("installation", "list")["data"]
    cursor = world.runtime()["feedCursor"]
    record = {"sequence": cursor + 1, "kind": "live", "at": good["time"],
              "userId": "f" * 24, "installationId": "e" * 24,
              "integrationId": "d" * 24, "workflowId": "c" * 24,
              "versionId": "b" * 24}
    head = cursor + 1
    with Instead({"GET /manage/v1/info": json.dumps(
            dict(good, feedHead=head)).encode()}) as server:
        for data in ([dict(record, sequence=cursor + 9)],
                     [dict(record, versionId="x")], [dict(record, kind=7)],
                     [{}], [7], record,
                     [record] * 2000, [dict(record, username="u" * 9000)]):
            server.answers["GET /manage/v1/feed"] = json.dumps(
                {"data": data, "head": head}).encode()
            said = world.sync(expect=None)
            assert said.status in (4, 5, 6, 7), (data, said.status, said.err)
    rows = world.json("installation", "list")["data"]
    keep = [{k: v for k, v in r.items() if k != "asOf"} for r in rows]
    equal(keep, [{k: v for k, v in r.items() if k != "asOf"} for r in before],
          "the installations")
    d = queue()
    settled(d)


# --- what would never end -----------------------------------------------------

def records():
    """Audit records so far."""
    return world.json("audit", "verify")["records"]


def users(n):
    return [{"userId": "%024x" % i, "username": f"evil-{i}", "fullName": ""}
            for i in range(n)]


def more_of(n, cursor):
    """Pages of N users that never end; CURSOR says what comes next."""
    return Says(lambda q: {"data": users(n), "cursor": cursor(q),
                           "feedCursor": 0, "feedHash": None})


def feed_ahead(n):
    """A feed whose head is always N records and more ahead."""
    def page(q):
        after, limit = int(q["after"]), int(q["limit"])
        return {"data": [{"sequence": after + 1 + i, "kind": "novelty",
                          "at": "2026-01-01T00:00:00Z"}
                         for i in range(min(n, limit))],
                "head": after + 5000, "hash": None}
    return Says(page)


def ends(server, most=40):
    """sync ends by itself; nothing grows by much, and nobody is told that the
    own store is damaged or busy. Sabotage: in src/remote/peer_copy.c drop the
    call of check_cursor in take_page; in src/remote/peer.c that of
    peer_check_page, or head_wanted in take_facts; in audit_page
    (src/manager/exchange/apply_state.c) the return for unchanged pages."""
    before = records()
    said = world.sync(expect=None)
    assert said.status in (0, 5, 6, 7), (said.status, said.err)
    assert len(server.requests) <= most, len(server.requests)
    assert records() - before <= 12, records() - before
    server.requests.clear()
    return said


def lists_of_runs_end(server):
    """A runtime that ignores the cursor, or what runs are parked for. Sabotage:
    in src/cli/command/run_listing.c drop check_cursors(), or let is_wanted()
    forget --parked."""
    row = {"runId": "a" * 24, "state": "parked", "parkedFor": "crashed",
           "cursor": "9", "acceptedAt": "2026-01-01T00:00:00Z"}
    runs = "GET /manage/v1/runs"
    server.answers[runs] = Says(lambda q: {"data": [row], "cursor": "9"})
    said = world.tailor("run", "list", expect=6)
    assert "after 9 does not begin there" in said.err, said.err
    asked = [r[1] for r in server.requests if r[1].startswith(runs[4:])]
    equal(len(asked), 2, asked)
    server.answers[runs] = Says(lambda q: {"data": [row], "cursor": None})
    equal(world.json("run", "list", "--parked", "restored")["data"], [])
    equal(len(world.json("run", "list", "--parked", "crashed")["data"]), 1)


@test
def what_is_not_an_answer_of_tailord_is_refused():
    """A web server that answers JSON to everything, and rows without what a
    run has. Sabotage: drop shape_check() in ask() of src/fetch/answer.c."""
    row = {"runId": "a" * 24}
    paths = ("info", "runs", "runs/" + "a" * 24)
    with Instead({f"GET /manage/v1/{path}": b'{"ok":true}'
                  for path in paths}) as server:
        for words in (["runtime", "test", "rt"], ["run", "list"],
                      ["run", "show", "a" * 24],
                      ["run", "cancel", "a" * 24, "b" * 24]):
            said = world.tailor(*words, expect=6)
            assert "not an answer of tailord" in said.err, said.err
        for data in ([row], [dict(row, state=1)], [7]):
            server.answers["GET /manage/v1/runs"] = json.dumps(
                {"data": data, "cursor": None}).encode()
            assert "runs: " in world.tailor("run", "list", expect=6).err


@test
def lists_and_feeds_end():
    good = info()
    restored = dict(good, feedHash="0" * 64)  # leads to a copy
    step = lambda q: str(int(q.get("after", "0")) + 1)  # noqa: E731
    with Instead({}) as server:
        a = server.answers
        a["GET /manage/v1/info"] = json.dumps(restored).encode()
        a["GET /manage/v1/users"] = more_of(200, lambda q: "7")
        ends(server)
        a["GET /manage/v1/users"] = more_of(200, step)
        ends(server)
        a["GET /manage/v1/users"] = more_of(1, step)
        ends(server)
        for said, why in (({"sizes": dict(good["sizes"], users=10**9)},
                           "names more than 5000000 users"),
                          ({"feedHead": 10**12}, "feed goes on to")):
            a["GET /manage/v1/info"] = json.dumps(
                dict(restored, **said)).encode()
            a["GET /manage/v1/users"] = more_of(200, step)
            assert why in ends(server, most=2).err, why
        a["GET /manage/v1/info"] = json.dumps(restored).encode()
        a["GET /manage/v1/users"] = json.dumps(
            {"data": [], "cursor": None, "feedCursor": 0}).encode()
        a["GET /manage/v1/state"] = Says(
            lambda q: {"data": [], "cursor": step(q), "feedCursor": 0})
        ends(server)
        a["GET /manage/v1/info"] = json.dumps(
            dict(good, feedHead=good["feedHead"] + 3000)).encode()
        a["GET /manage/v1/versions"] = Says(
            lambda q: {"data": [], "cursor": step(q), "position": step(q)})
        a["GET /manage/v1/feed"] = feed_ahead(1000)
        ends(server)
        a["GET /manage/v1/feed"] = feed_ahead(3)
        assert "not the last" in ends(server).err
        lists_of_runs_end(server)
    world.sync()
    settled_row = world.runtime()
    equal(settled_row["feedCursor"], settled_row["feedHead"], "the feed")


@test
def a_feed_that_never_goes_on_ends_sync():
    """One full copy, then an error. Sabotage: in leave_feed
    (src/remote/peer.c) begin a copy each time."""
    good, lists = info(), {}
    for name in ("users", "state", "versions"):
        lists[f"GET /manage/v1/{name}"] = json.dumps(world.call(
            "GET", f"/manage/v1/{name}?limit=1000")).encode()
    feed = (409, json.dumps({"error": "conflict", "message": "no"}).encode())
    with Instead({**lists, "GET /manage/v1/info": json.dumps(good).encode(),
                  "GET /manage/v1/feed": feed}) as server:
        said = world.sync(expect=5)
        assert "after a full copy" in said.err, said.err
        asked = [r[1].split("?")[0] for r in server.requests]
        equal(asked.count("/manage/v1/feed"), 2, "questions for the feed")
        equal(asked.count("/manage/v1/state"), 1, "full copies")
    world.sync()


@test
def a_busy_runtime_is_not_a_busy_store():
    """Sabotage: the status first in explain_status (src/remote/client.c)."""
    with Instead({}) as server:
        for status, word in ((503, "busy"), (500, "damaged"), (503, "newer"),
                             (409, "damaged"), (500, "io")):
            server.answers[None] = (status, json.dumps(
                {"error": word, "message": "no"}).encode())
            said = world.sync(expect=None)
            assert said.status in (5, 7), (status, word, said.status)
    world.sync()


def receipt_of(request, good, **other):
    """That the release of REQUEST is live, at the time of the info GOOD."""
    item = request["items"][0]
    return dict({
        "key": request["key"], "sequence": 900, "at": good["time"],
        "outcome": "done", "head": "0" * 64,
        "items": [{"outcome": "live", "liveVersionId": item["versionId"],
                   "installationId": item["installationId"],
                   "workflowId": item["workflowId"]}]}, **other)


@test
def a_receipt_of_the_future_freezes_nothing():
    """Sabotage: the comparison with head_seen in apply_answers
    (src/remote/peer_deliver.c)."""
    d = queue()
    good = info()

    def decide(_):
        body = server.requests[-1][2].partition(b"\r\n\r\n")[2]
        one = json.loads(body)["requests"][0]
        return {"data": [receipt_of(one, good, feedSequence=(1 << 53) - 1)]}

    with Instead({"GET /manage/v1/info": json.dumps(good).encode(),
                  "GET /manage/v1/feed": json.dumps(
                      {"data": [], "head": good["feedHead"]}).encode(),
                  "POST /manage/v1/requests": Says(decide),
                  None: b"{}"}) as server:
        said = world.sync(expect=6)
        assert "which ends at" in said.err, said.err
        equal(world.version(d), "releasing", "status")
        puts = [(p, t) for m, p, t in server.requests if m == "PUT"]
    for path, text in puts:
        put(path, text.partition(b"\r\n\r\n")[2])
    settled(d)


@test
def trouble_of_the_feed_is_not_blamed_on_receipts():
    """The feed fails while the head is asked for that a receipt waits for.
    Sabotage: the look for p->kept in on_head (src/remote/peer_deliver.c)."""
    d = queue()
    good = info()
    decided, waits = threading.Event(), threading.Event()

    def decide(_):
        body = server.requests[-1][2].partition(b"\r\n\r\n")[2]
        one = json.loads(body)["requests"][0]
        decided.set()
        return {"data": [receipt_of(one, good, feedSequence=1 << 30)]}

    def head(_):
        if decided.is_set():
            waits.set()
            wait_until(lambda: world.runtime()["lastError"], "the trouble")
        return good

    def feed(_):
        waits.wait(30)
        return {"data": 7}

    with Instead({"GET /manage/v1/info": Says(head),
                  "GET /manage/v1/feed": Says(feed),
                  "POST /manage/v1/requests": Says(decide),
                  None: b"{}"}) as server:
        world.follow()
        waits.wait(30)
        asked = len(server.requests)
        wait_until(lambda: any("/info?" in p for _, p, _ in
                               server.requests[asked:]), "another contact")
        world.end_followers()
        with open(world.path("sync.err")) as f:
            said = f.read()
        assert "answer: feed:" in said and "receipts" not in said, said
        puts = [(p, t) for m, p, t in server.requests if m == "PUT"]
    for path, text in puts:
        put(path, text.partition(b"\r\n\r\n")[2])
    settled(d)


@test
def one_hostile_runtime_does_not_hold_up_others():
    d = queue()
    good = info()
    with Impostor_at(own("certificate.pem"), own("key.pem"), {
            "GET /manage/v1/info": json.dumps(dict(
                good, runtimeId="e" * 24, feedHash=None,
                receiptHead=None)).encode(),
            "GET /manage/v1/users": more_of(
                200, lambda q: str(int(q.get("after", "0")) + 1))}) as evil:
        world.tailor("runtime", "add", "evil",
                     f"https://localhost:{evil.port}", "--environment",
                     "production", "--ca", own("ca.pem"), "--token-file",
                     own("manage.token"))
        said = world.sync(expect=None)
        assert "evil" in said.err, said.err
        equal(world.version(d), "live", "status at the good one")
        world.tailor("--yes", "runtime", "remove", "evil")
    settled(d)


@test
def a_wrong_pin_gets_nothing():  # the last: a pin stays
    d = queue()
    known_as(pin="sha256//" + "A" * 43 + "=")
    troubled(d, 7, "pinned")
    der = subprocess.run(["openssl", "x509", "-in", own("certificate.pem"),
                          "-pubkey", "-noout"], check=True,
                         capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"],
                         input=der, check=True, capture_output=True).stdout
    pin = subprocess.run("openssl dgst -sha256 -binary | openssl base64",
                         shell=True, input=der, check=True,
                         capture_output=True).stdout.decode().strip()
    known_as(pin="sha256//" + pin)
    settled(d)


if __name__ == "__main__":
    main(setup, close)
