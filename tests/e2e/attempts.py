#!/usr/bin/env python3
"""Calls with an effect whose answer is lost: each attempt is one that tailord
knows of. The app takes what comes over TLS, keeps its connections, and closes
one without an answer where it is told to."""
import http.server
import json
import os
import shutil
import tempfile

from harness import equal, main, test, wait_until
from small import Small, free_port

PORT = free_port()
HOST = f"127.0.0.1:{PORT}"
TOKEN = [{"kind": "bearer", "label": "T", "fields": [
    {"name": "token", "label": "T", "secret": True, "required": True}]}]
# Each event and the block that its workflow calls the app with.
BLOCKS = {
    "act": {"kind": "action", "app": "keyed", "action": "make"},
    "plain": {"kind": "api", "method": "POST", "url": f"https://{HOST}/x",
              "auth": {"kind": "bearer", "app": "plain"}},
    "named": {"kind": "api", "method": "POST", "url": f"https://{HOST}/x",
              "auth": {"kind": "bearer", "app": "keyed"}},
}
S = {}


def connector(app, **more):
    return dict({
        "format": 1, "app": app, "name": app, "baseUrl": "https://" + HOST,
        "hosts": [HOST], "authentication": TOKEN, "actions": {"make": {
            "name": "Make", "method": "POST", "effect": True,
            "path": "/x"}}}, **more)


def workflow(number, word):
    return {"key": word, "name": word, "document": {
        "format": 1, "formulas": 1, "name": word,
        "trigger": {"id": f"00000000-0000-4000-8000-{number:012}",
                    "kind": "event", "name": "Order", "event": word},
        "blocks": [dict(BLOCKS[word], name="Call",
                        id=f"10000000-0000-4000-8000-{number:012}")]}}


class App(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []     # (token, idempotency key)
    answers = []  # a status or None, for the next calls; then 200

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        App.seen.append((self.headers["Authorization"][-1],
                         self.headers["X-Key"]))
        status = App.answers.pop(0) if App.answers else 200
        if status is None:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def handle(self):
        try:
            super().handle()
        except (OSError, ValueError):
            pass

    def finish(self):
        try:
            super().finish()
        except (OSError, ValueError):
            pass

    def log_message(self, *_):
        pass


def connect(app, token):
    S["w"].api("POST", "/users/ada/credentials", {"credential": {
        "type": app, "data": {"token": token}}})


def begin(word):
    return S["w"].api("POST", "/run/event", {
        "event": word, "userId": "ada", "data": {}})["executionIds"][0]


def state_of(execution):
    for r in S["w"].call("GET", "/manage/v1/runs?limit=100")["data"]:
        if r["executionId"] == execution:
            return r["state"] if r["state"] != "parked" else r["parkedFor"]
    return None


def ended(execution):
    def looks():
        state = state_of(execution)
        return None if state in ("accepted", "running", None) else state
    return wait_until(looks, "the run to end")


def run(word, *answers):
    """Runs a call whose attempts are answered with ANSWERS; what became of it,
    and what the app saw."""
    App.answers, App.seen = list(answers), []
    return ended(begin(word)), App.seen


# Sabotage: the rule of "once" in write_request() of block/api.c.
@test
def a_call_without_a_key_is_made_once_whatever_signs_it():
    state, seen = run("plain", None)
    equal((state, len(seen)), ("unknownOutcome", 1))


@test
def a_key_goes_where_the_connector_says():
    state, seen = run("named", None)
    equal((state, len(seen)), ("done", 2))
    assert seen[0][1] and seen[0][1] == seen[1][1], seen


# Sabotage: `counted` in rewind_body() of src/http/client_call.c.
@test
def a_kept_connection_that_breaks_leaves_a_doubt():
    equal(run("act")[0], "done")  # the connection is kept
    App.answers, App.seen = [None, 401], []
    execution = begin("act")
    wait_until(lambda: len(App.seen) == 2, "the second attempt")
    wait_until(lambda: state_of(execution) == "credential", "it is refused")
    connect("keyed", "token-2")
    equal(ended_after(execution), "unknownOutcome")
    equal([token for token, _ in App.seen], ["1", "1"])


def ended_after(execution):
    def looks():
        state = state_of(execution)
        return state if state not in ("credential", "running",
                                      "accepted") else None
    return wait_until(looks, "the run to go on")


def start():
    folder = S["folder"] = tempfile.mkdtemp(prefix="tailor-attempts-")
    files = []
    for app, more in (("plain", {}),
                      ("keyed", {"idempotency": {"header": "X-Key"}})):
        files.append(os.path.join(folder, app + ".json"))
        with open(files[-1], "w") as f:
            json.dump(connector(app, **more), f)
    w = S["w"] = Small(connectors=files, integration={
        "format": 1, "key": "orders", "name": "Orders", "app": "keyed",
        "workflows": [workflow(n, word) for n, word in enumerate(BLOCKS, 1)]})
    S["server"] = w.serve(PORT, App)
    connect("plain", "token-1")
    connect("keyed", "token-1")


def stop():
    if "w" in S:
        S["w"].close()
    if "server" in S:
        S["server"].shutdown()
        S["server"].server_close()
    shutil.rmtree(S["folder"], ignore_errors=True)


if __name__ == "__main__":
    main(start, stop)
