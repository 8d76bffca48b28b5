"""A proxy between the console and its runtime that spoils or fails what is
about one customer."""
import http.client
import json
import ssl
import time

from impostor import Impostor
from small import W
from trust import known_as, own, world


class Proxy:
    """Passes every call on, the receipts about ada through SPOIL, and pages of
    the feed with records through ALTER. What FAIL answers (a status, or a
    function of the connection) is answered instead."""

    def __init__(self):
        self.spoil, self.posts, self.fail, self.alter = None, 0, None, None
        self.altered = 0  # pages
        self.failed = []  # when
        self.ada = world.json("installation", "list")["data"][0][
            "installationId"]
        self.server = Impostor("127.0.0.1", 0, own("certificate.pem"),
                               own("key.pem"), {None: self.answer})
        known_as(url=f"https://localhost:{self.server.port}")

    def passed_on(self, head, body):
        lines = head.decode().split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = dict(line.split(": ", 1) for line in lines[1:])
        tls = ssl.create_default_context(cafile=own("ca.pem"))
        c = http.client.HTTPSConnection("localhost", world.port, context=tls,
                                        timeout=40)
        c.request(method, path, body or None, {
            k: v for k, v in headers.items()
            if k.lower() in ("authorization", "content-type")})
        got = c.getresponse()
        text = got.read()
        c.close()
        return method, path, got.status, text

    def answer(self, s):
        """On the connection S, whose request is the last of its own."""
        head, _, body = self.server.asked[s].partition(b"\r\n\r\n")
        method, path, _ = head.decode().split(" ", 2)
        instead = self.fail and self.fail(method, path, body.decode())
        if instead:
            self.failed.append(time.monotonic())
        if callable(instead):
            return instead(s)
        if instead:
            text = b"<html>trouble</html>"
            s.sendall(b"HTTP/1.1 %d Trouble\r\nContent-Length: %d\r\n\r\n" %
                      (instead, len(text)) + text)
            return
        self.passes(s)

    def passes(self, s):
        """The runtime's own answer."""
        head, _, body = self.server.asked[s].partition(b"\r\n\r\n")
        method, path, status, text = self.passed_on(head, body)
        if method == "POST" and path.endswith("/requests") and status == 200:
            self.posts += 1
            said = json.loads(text)
            for r in said["data"]:
                if self.spoil and any(i.get("installationId") == self.ada
                                      for i in r["items"]):
                    self.spoil(r)
            text = json.dumps(said).encode()
        if self.alter and "/feed?" in path and status == 200:
            said = json.loads(text)
            if said["data"]:
                self.altered += 1
                self.alter(said)
            text = json.dumps(said).encode()
        s.sendall(b"HTTP/1.1 %d Well\r\nContent-Type: application/json\r\n"
                  b"Content-Length: %d\r\n\r\n" % (status, len(text)) + text)

    def close(self):
        self.server.close()


def paused(name):
    return world.json("installation", "list", "--filter", name)["data"][0][
        "status"] == "paused"


def pause(verb, name, *more):
    return world.tailor("--yes", "installation", verb, f"{name}/orders", W,
                        *more)
