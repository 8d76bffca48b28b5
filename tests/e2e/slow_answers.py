#!/usr/bin/env python3
"""Large answers of slow hosts hold up those of other customers for some turns.

Nine customers have two calls each whose host sends 1.3 MB and then a byte each
second. Takes about 10 seconds.
"""
import http.server
import json
import ssl
import threading
import time

from harness import equal, main, test, wait_until
from small import Small, free_port

PORT = free_port()
LARGE = b'{"x":"' + b"a" * 1500000 + b'"}'
SLOW = [f"slow-{i}" for i in range(9)]
world = None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ended, broke = threading.Event(), threading.Event()

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(LARGE)))
        self.end_headers()
        try:
            if "slow" in self.path:
                self.wfile.write(LARGE[:1300000])
                while not self.ended.wait(1):
                    self.wfile.write(b"a")
            elif "breaks" in self.path and not self.broke.is_set():
                self.broke.set()
                self.wfile.write(LARGE[:200000])
                self.close_connection = True
            else:
                self.wfile.write(LARGE)
        except OSError:
            pass  # the call is over
        self.close_connection |= "slow" in self.path

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


INTEGRATION = {
    "format": 1, "key": "orders", "name": "Orders", "app": "http",
    "workflows": [{"key": "sale", "name": "Sale", "document": {
        "format": 1, "formulas": 1, "name": "Sale",
        "trigger": {"id": "00000000-0000-4000-8000-000000000001",
                    "kind": "event", "name": "Order", "event": "order",
                    "label": "number"},
        "blocks": [{"id": "10000000-0000-4000-8000-000000000001",
                    "kind": "api", "name": "Ask", "method": "GET",
                    "url": f'=CONCAT("https://127.0.0.1:{PORT}/",how)'}]}}]}


def start():
    global world
    world = Small(integration=INTEGRATION)
    for name in SLOW:
        world.install(name)
    world.stop()
    with open(world.config, "w") as f:
        json.dump({"stopMs": 300, "outbound": {
            "allowLoopback": True, "ownCaOnly": True,
            "caFile": world.state + "/ca.pem"}}, f)
    world.start()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(world.state + "/certificate.pem",
                        world.state + "/key.pem")
    world.server = Server(("127.0.0.1", PORT), Handler)
    world.server.socket = tls.wrap_socket(world.server.socket,
                                          server_side=True,
                                          do_handshake_on_connect=False)
    threading.Thread(target=world.server.serve_forever, daemon=True).start()


def stop():
    Handler.ended.set()
    world.close()
    world.server.shutdown()
    world.server.server_close()


def send(who, number, how):
    world.api("POST", "/run/event", {"event": "order", "userId": who, "data": {
        "number": number, "how": how}})


def run_of(number):
    return world.call("GET", f"/manage/v1/runs?find={number}")["data"][0]


@test
def an_answer_that_breaks_off_is_asked_for_again():
    """Its part is no answer, also where a thread would read it. Sabotage: the
    test of the code in prepare() (src/runtime/executor/call_answer.c)."""
    send("ada", "broken", "breaks")
    wait_until(lambda: run_of("broken")["state"] in ("done", "failed"),
               "the end of the run")
    run = run_of("broken")
    equal((run["state"], Handler.broke.is_set()), ("done", True), run)


@test
def slow_hosts_leave_places_to_the_answers_of_others():
    """Sabotage: end_turns() in outbound_collect() (src/runtime/outbound/
    outbound.c); core_answer_waits() in message_of() (src/runtime/manage/
    runs.c); answers_waiting in system_health() (src/runtime/embedded/
    system.c)."""
    for who in SLOW:
        for i in range(2):
            send(who, f"{who}-{i}", "slow")
    def waiting():
        return world.call("GET", "/healthz")["waitingForMemory"]
    wait_until(lambda: waiting() >= 6, "slow answers that wait")
    told = [r for r in world.call("GET", "/manage/v1/runs?state=running")[
        "data"] if "waits for memory: its answer" in (r["message"] or "")]
    assert told, "a run that says what it waits for"
    began = time.monotonic()
    send("ada", "good", "well")
    wait_until(lambda: run_of("good")["state"] == "done",
               "the answer of the good host", 20)
    print(f"# it took {time.monotonic() - began:.1f} s")
    equal({run_of(f"{who}-0")["state"] for who in SLOW}, {"running"},
          "the slow ones")


if __name__ == "__main__":
    main(start, stop)
