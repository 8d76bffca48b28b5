"""A TLS server that answers a console as it is told to, and keeps what it
got: for what a runtime that is none, or that is hostile, may say."""
import json
import socket
import ssl
import threading
import time
import urllib.parse


class Says:
    def __init__(self, answer):
        self.answer = answer


class Impostor:
    """Answers at HOST:PORT with CERTIFICATE and KEY (PEM files). ANSWERS maps
    "METHOD /path" (without the query) to bytes, to (status, bytes), to a value
    that is called with the connection, or to Says(f), where f is called with
    the query (name to value) and returns what is answered as JSON; None is the
    rule for all others."""

    def __init__(self, host, port, certificate, key, answers):
        self.answers, self.requests, self.connections = answers, [], 0
        self.asked = {}  # the last request of each connection
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)
        self.listener = socket.create_server((host, port))
        self.port = self.listener.getsockname()[1]
        self.open = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(raw,),
                             daemon=True).start()

    def serve(self, raw):
        try:
            with self.tls.wrap_socket(raw, server_side=True) as s:
                self.open.append(s)
                while self.one(s):
                    pass
        except (OSError, ValueError):
            pass

    def one(self, s):
        head = b""
        while b"\r\n\r\n" not in head:
            more = s.recv(65536)
            if not more:
                return False
            head += more
        head, _, body = head.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        length = next((int(line.split(":")[1]) for line in lines
                       if line.lower().startswith("content-length:")), 0)
        while len(body) < length:
            body += s.recv(65536)
        method, target, _ = lines[0].split(" ", 2)
        self.requests.append((method, target, head + b"\r\n\r\n" + body))
        self.asked[s] = head + b"\r\n\r\n" + body
        name = f"{method} {target.split('?')[0]}"
        answer = self.answers.get(name, self.answers.get(None, (404, b"{}")))
        if isinstance(answer, Says):
            query = urllib.parse.parse_qs(target.partition("?")[2])
            answer = json.dumps(answer.answer(
                {k: v[0] for k, v in query.items()})).encode()
        if callable(answer):
            answer(s)
            return False
        status, text = answer if isinstance(answer, tuple) else (200, answer)
        s.sendall(b"HTTP/1.1 %d Well\r\nContent-Type: application/json\r\n"
                  b"Content-Length: %d\r\n\r\n" % (status, len(text)) + text)
        return True

    def close(self):
        # Wakes the accept, so that the port is free when this returns.
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        for s in self.open:
            try:
                s.close()
            except OSError:
                pass


def slowly(head=b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
           drop=b" "):
    """An answer that never ends, a drop at a time."""
    def answer(s):
        s.sendall(head)
        while True:
            s.sendall(drop)
            time.sleep(0.2)
    return answer


def endless(head, piece):
    """An answer that never ends, as fast as it is taken."""
    def answer(s):
        s.sendall(head)
        while True:
            s.sendall(piece)
    return answer
