#!/usr/bin/env python3
"""Runtimes with the right certificate whose answers are hostile, endless or
wrong: each gets one clear sentence and its exit code, nothing is lost or
released, and what is read is bounded.

To see it fail: set ANSWER_MAX in src/remote/client.c to 1 GB (the huge answer
is read).
"""
import http.client
import json
import os
import ssl
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import equal, main, test, wait_until  # noqa: E402
from impostor import Says, endless, slowly  # noqa: E402
from trust import (  # noqa: E402
    Impostor_at, Instead, asked, certificate, close, info, own, queue,
    settled, setup, troubled, world)


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
    forget --parked; in run_many.c drop check_comparable()."""
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
    said = world.tailor("--yes", "run", "cancel", "--parked", "crashed",
                        expect=5)
    assert "cannot tell whether a run is still parked" in said.err, said.err


@test
def what_is_not_an_answer_of_tailord_is_refused():
    """A web server that answers JSON to everything, and rows without what a
    run has. Sabotage: drop shape_check() in ask() of src/fetch/answer.c."""
    row, good = {"runId": "a" * 24}, info()
    paths = ("info", "runs", "runs/" + "a" * 24)
    with Instead({f"GET /manage/v1/{path}": b'{"ok":true}'
                  for path in paths}) as server:
        for words in (["runtime", "test", "rt"], ["run", "list"],
                      ["run", "show", "a" * 24],
                      ["run", "cancel", "a" * 24, "b" * 24]):
            said = world.tailor(*words, expect=6)
            assert "not an answer of tailord" in said.err, said.err
        server.answers["GET /manage/v1/info"] = json.dumps(good).encode()
        for data in ([row], [dict(row, state=1)], [7]):
            server.answers["GET /manage/v1/runs"] = json.dumps(
                {"data": data, "cursor": None}).encode()
            assert "runs: " in world.tailor("run", "list", expect=6).err


@test
def an_answer_about_another_run_is_refused():
    """Sabotage: check_ids() in shape_check() (src/fetch/shape.c)."""
    run = {"runId": "f" * 24, "installationId": "e" * 24, "state": "done",
           "blocks": []}
    with Instead({"GET /manage/v1/info": json.dumps(info()).encode(),
                  "GET /manage/v1/runs/" + "a" * 24: json.dumps(run).encode(),
                  "GET /manage/v1/runs": json.dumps(
                      {"data": [run], "cursor": None}).encode()}):
        for words in (["run", "show", "a" * 24],
                      ["run", "list", "--installation", "ada/orders"]):
            said = world.tailor(*words, expect=6)
            assert "it answers about another" in said.err, said.err


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
    """Sabotage: the comparison with head_seen in check_head
    (src/remote/peer_receipts.c)."""
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


if __name__ == "__main__":
    main(setup, close)
