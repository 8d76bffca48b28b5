"""An integration whose blocks call one server outside, and that server, which
refuses what it is told to refuse."""
import http.server
import json
import ssl
import threading

from small import free_port

PORT = free_port()


def api_block(number, name, source):
    return {"id": f"10000000-0000-4000-8000-{number:012}", "kind": "api",
            "name": name, "url": f"https://127.0.0.1:{PORT}/",
            "mapping": [{"target": "number", "source": source}]}


def workflow(number, key, blocks):
    return {"key": key, "name": key.capitalize(), "document": {
        "format": 1, "formulas": 1, "name": key.capitalize(),
        "trigger": {"id": f"00000000-0000-4000-8000-{number:012}",
                    "kind": "event", "name": "Order", "event": key,
                    "label": "number"},
        "blocks": blocks}}


INTEGRATION = {
    "format": 1, "key": "orders", "name": "Orders", "app": "http",
    "workflows": [
        workflow(1, "single", [api_block(1, "Tell", "number")]),
        workflow(3, "read", [dict(api_block(4, "Ask", "number"),
                                  method="GET", mapping=[])]),
        workflow(2, "lines", [{
            "id": "10000000-0000-4000-8000-000000000002", "kind": "iterate",
            "name": "Each", "list": "lines", "label": "number",
            "onError": "setAside",
            "blocks": [api_block(3, "Send", "number")]}])]}


LOST = "the line ends before the answer"


class Outside:
    """Answers with the status of the number that a body carries, else 200, and
    not at all where that is LOST; SEEN are the numbers and the keys of all calls. Reads are counted, and
    answered once they may be."""

    def __init__(self, state):
        self.status, self.seen, self.reads = {}, [], 0
        self.answers = threading.Event()
        outside = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outside.reads += 1
                outside.answers.wait()
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", "2")
                    self.end_headers()
                    self.wfile.write(b"{}")
                except OSError:
                    pass  # the caller was killed

            def do_POST(self):
                body = json.loads(self.rfile.read(
                    int(self.headers["Content-Length"])))
                number = body["number"]
                outside.seen.append((number, self.headers.get(
                    "Idempotency-Key")))
                if outside.status.get(number) == LOST:
                    self.close_connection = True
                    return
                answer = json.dumps({"told": number}).encode()
                self.send_response(outside.status.get(number, 200))
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(state + "/certificate.pem", state + "/key.pem")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT),
                                                      Handler)
        self.server.socket = tls.wrap_socket(self.server.socket,
                                             server_side=True)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def close(self):
        self.answers.set()
        self.server.shutdown()
        self.server.server_close()
