#!/usr/bin/env python3
"""An orderly stop of tailord: what is under way ends, nothing new begins."""
import http.client
import hashlib
import json
import os
import signal
import socket
import ssl
import sys
import threading
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import Daemon  # noqa: E402
from harness import equal, main, test, wait_until  # noqa: E402

LONG_MS = 900000
world = {}


def new_id():
    return uuid.uuid4().hex[:24]


# --- the outside --------------------------------------------------------------

class Outside:
    """An HTTPS server that keeps its calls until `answer` is set."""

    def __init__(self, state):
        self.calls, self.answer = [], threading.Event()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(state, "certificate.pem"),
                                     os.path.join(state, "key.pem"))
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                raw, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(raw,),
                             daemon=True).start()

    def serve(self, raw):
        try:
            with self.context.wrap_socket(raw, server_side=True) as s:
                self.calls.append(self.read(s.makefile("rb")))
                self.answer.wait()
                s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                          b"Connection: close\r\n\r\n{}")
        except OSError:
            pass

    @staticmethod
    def read(stream):
        stream.readline()
        head = http.client.parse_headers(stream)
        return stream.read(int(head["Content-Length"]))

    def close(self):
        self.answer.set()
        self.socket.close()


# --- content ------------------------------------------------------------------

def manage(method, path, body=None, expect=200):
    status, value, _ = world["d"].call(method, "/manage/v1" + path, body,
                                       world["d"].manage)
    equal(status, expect, f"{method} {path}: {value}")
    return value


def request(kind, item):
    answer = manage("POST", "/requests", {"requests": [
        {"key": new_id(), "kind": kind, "actor": "alice", "items": [item]}]})
    return answer["data"][0]["items"][0]


def start(**config):
    world["d"] = d = Daemon(dict(config, outbound={"allowLoopback": True}))
    world["out"] = Outside(d.state)
    with open(d.config) as f:
        settings = json.load(f)
    settings["outbound"].update(caFile=os.path.join(d.state, "ca.pem"),
                                ownCaOnly=True)
    with open(d.config, "w") as f:
        json.dump(settings, f)
    d.stop()
    d.start()
    world["key"] = d.key("isv")
    install()


def install():
    document = {"format": 1, "formulas": 1, "name": "Send",
                "trigger": {"id": str(uuid.uuid4()), "kind": "event",
                            "name": "Go", "event": "go", "label": "no"},
                "blocks": [{"id": str(uuid.uuid4()), "kind": "api",
                            "name": "Send",
                            "url": f"https://127.0.0.1:{world['out'].port}/"}]}
    text = json.dumps(document, sort_keys=True,
                      separators=(",", ":")).encode()
    name = hashlib.sha256(text).hexdigest()
    manage("PUT", "/documents/" + name, text)
    integration, workflow = new_id(), new_id()
    manage("PUT", "/integrations/" + integration, {
        "integrationId": integration, "key": "send", "name": "Send",
        "app": "http", "icon": "", "active": True, "connectors": {},
        "workflows": [{"workflowId": workflow, "key": "send",
                       "name": "Send"}]})
    equal(request("publish", {"workflowId": workflow, "versionId": new_id(),
                              "base": 1, "hash": name,
                              "expectedBase": 0})["outcome"], "released")
    world["user"] = new_id()
    request("user", {"userId": world["user"], "username": "ent"})
    equal(request("install", {"installationId": new_id(),
                              "userId": world["user"],
                              "integrationId": integration})["outcome"],
          "installed")


def event(number):
    return json.dumps({"event": "go", "userId": world["user"],
                       "data": {"no": number}}).encode()


def send(number):
    status, value, _ = world["d"].call("POST", "/2024-03/run/event",
                                       event(number), world["key"])
    equal(status, 200, str(value))


def run_of(number):
    found = manage("GET", "/runs?find=" + number)["data"]
    return found[0] if found else {"state": None}


def state_of(number):
    return run_of(number)["state"]


def end():
    world["out"].close()
    world["d"].kill()


# --- kept connections ----------------------------------------------------------

class Kept:
    """A connection that stays open, and what is written to it by hand."""

    def __init__(self):
        self.s = world["d"].connect()
        self.s.settimeout(30)

    def begin(self, method, path, body, token, whole=True):
        head = (f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
                f"Authorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode()
        self.rest = b"" if whole else body[len(body) // 2:]
        self.s.sendall(head + (body if whole else body[:len(body) // 2]))

    def end(self):
        self.s.sendall(self.rest)

    def answer(self):
        a = http.client.HTTPResponse(self.s)
        a.begin()
        text = a.read()
        return a.status, json.loads(text), dict(a.getheaders())


def refuses():
    try:
        socket.create_connection(("127.0.0.1", world["d"].port), 5).close()
    except OSError:
        return True
    return False


@test
def what_is_under_way_ends():
    # Sabotage: let is_drained() of src/runtime/core/core.c look at nothing but
    # the time, or leave out what begin_drain() does to the parked jobs.
    start(stopMs=LONG_MS)
    d = world["d"]
    kept, poll, upload = Kept(), Kept(), Kept()
    kept.begin("GET", "/healthz", b"", world["key"])
    equal(kept.answer()[0], 200)
    cursor = manage("GET", "/feed?after=0")["data"][-1]["sequence"]
    poll.begin("GET", f"/manage/v1/feed?after={cursor}&wait=60", b"", d.manage)
    upload.begin("POST", "/2024-03/run/event", event("UPLOADED"), world["key"],
                 whole=False)
    send("CALLED")
    wait_until(lambda: world["out"].calls, "the call")
    d.process.send_signal(signal.SIGTERM)
    wait_until(refuses, "no new connections")
    status, value, headers = poll.answer()
    equal(status, 200, str(value))
    kept.begin("POST", "/2024-03/run/event", event("LATE"), world["key"])
    status, value, headers = kept.answer()
    equal((status, "Retry-After" in headers), (503, True), str(value))
    upload.end()
    status, value, headers = upload.answer()
    equal((status, len(value["executionIds"])), (200, 1), str(value))
    assert d.process.poll() is None, "it ended although a call is out"
    equal(len(world["out"].calls), 1, "a call began while it stops")
    world["out"].answer.set()
    equal(d.process.wait(30), 0)
    d.start()
    equal(state_of("CALLED"), "done")
    wait_until(lambda: state_of("UPLOADED") == "done", "what was uploaded")
    equal((state_of("LATE"), len(world["out"].calls)), (None, 2))
    end()


@test
def a_second_signal_ends_it_at_once():
    # Sabotage: let take_signal() of control.c do the same for both.
    start(stopMs=LONG_MS)
    d = world["d"]
    send("CALLED")
    wait_until(lambda: world["out"].calls, "the call")
    d.process.send_signal(signal.SIGTERM)
    wait_until(refuses, "no new connections")
    d.process.send_signal(signal.SIGTERM)
    equal(d.process.wait(30), 0)
    d.start()
    wait_until(lambda: state_of("CALLED") == "parked", "an unknown outcome")
    end()


@test
def the_stop_has_a_limit():
    # Sabotage: let is_drained() not look at drain_until.
    start(stopMs=100)
    d = world["d"]
    send("CALLED")
    wait_until(lambda: world["out"].calls, "the call")
    d.process.send_signal(signal.SIGTERM)
    equal(d.process.wait(30), 0)
    d.start()
    wait_until(lambda: state_of("CALLED") == "parked", "an unknown outcome")
    equal(len(world["out"].calls), 1)
    # The call itself ends too, after 30 s: it was the stop that came first.
    message = run_of("CALLED")["message"]
    assert "tailord stopped before the answer came" in message, message
    end()


if __name__ == "__main__":
    main()
