#!/usr/bin/env python3
"""tailord over real TLS: malformed requests, slow clients, old TLS, and its own
commands."""
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import Daemon, Suite  # noqa: E402

suite = Suite("http")
GOOD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"


# --- malformed requests ------------------------------------------------------

def head(*lines, first=b"GET /healthz HTTP/1.1", body=b""):
    return b"\r\n".join((first,) + lines) + b"\r\n\r\n" + body


def malformed():
    """Name and bytes of requests of which each must be refused and the
    connection closed, with one answer at most."""
    host = b"Host: localhost"
    post = b"POST /users HTTP/1.1"
    for version in (b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.2",
                    b"HTTP/1.11", b"http/1.1", b"HTTP/1", b"HTTP1.1", b"",
                    b"HTTP/1.1 x", b"FTP/1.1", b"HTTP/1.1\t", b"HTTP/1,1"):
        yield f"version {version}", head(host, first=b"GET / " + version)
    for method in (b"get", b"GE T", b"G\x00ET", b"", b"TRACE", b"CONNECT",
                   b"PROPFIND", b"GET\x01", b"G@T", b"\xc3\x89", b"GET,",
                   b"X" * 300):
        yield f"method {method[:12]}", head(host, first=method + b" / HTTP/1.1")
    for target in (b"*", b"healthz", b"http://localhost/healthz", b"//",
                   b"/a//b", b"/.", b"/..", b"/a/../b", b"/%2e%2e/b",
                   b"/a/%2E/b", b"/%00", b"/a%00b", b"/a?b=%00", b"/%", b"/%2",
                   b"/%zz", b"/a?b=%g1", b"/%0d%0aX:y", b"/%ff", b"/%c0%af",
                   b"/%ed%a0%80", b"/a\\b", b"/a\"b", b"/<a>", b"/a{b}",
                   b"/a|b", b"/a^b", b"/a`b", b"/a#b", b"/a?b#c", b"/\x80",
                   b"/a\x00b", b"/a\x01b", b"/a b", b"/\t", b"/a?b=\x7f",
                   b"/%7f", b"/%1b", b"/" + b"a" * 9000, b"/" + b"a/" * 40,
                   b"/?" + b"&".join(b"a=b" for _ in range(100))):
        yield f"target {target[:24]}", head(
            host, first=b"GET " + target + b" HTTP/1.1")
    for hosts in ((), (b"Host: a", b"Host: b"), (b"Host: a", b"Host: a"),
                  (b"Host:",), (b"Host: a b",), (b"Host: a/b",),
                  (b"Host: a,b",), (b"Host: a@b",), (b"Host: " + b"a" * 300,),
                  (b"host: a", b"HOST: b"), (b"Host: a\x00b",), (b"Host : a",),
                  (b"Host: \xc3\xa9",)):
        yield f"hosts {hosts}"[:60], head(*hosts)
    for length in (b"+3", b"-3", b"3,3", b"0x3", b"3 3", b"three", b"3.0",
                   b"3;a", b"99999999999", b"9" * 30, b"\x003", b"3\x00",
                   b"", b"1e2"):
        yield f"length {length}", head(host, b"Content-Length: " + length,
                                       first=post, body=b"{}x")
    for pair in ((b"3", b"3"), (b"3", b"4"), (b"4", b"3"), (b"0", b"3"),
                 (b"3", b"")):
        yield f"lengths {pair}", head(
            host, b"Content-Length: " + pair[0], b"content-length: " + pair[1],
            first=post, body=b"{}x")
    for te in (b"Transfer-Encoding: chunked", b"transfer-encoding: identity",
               b"Transfer-Encoding : chunked", b"Transfer-Encoding:\tchunked",
               b"Transfer-Encoding: xchunked", b"TE: trailers",
               b"Transfer-Encoding: gzip, chunked",
               b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
               b"Transfer_Encoding\x0b: chunked"):
        yield f"coding {te[:40]}", head(host, te, first=post,
                                        body=b"0\r\n\r\n")
        yield f"coding with length {te[:40]}", head(
            host, te, b"Content-Length: 5", first=post, body=b"0\r\n\r\n")
    for line in (b"X", b": x", b"X Y: z", b"X\x00Y: z", b"X: a\x00b",
                 b"X: a\rb", b"X: a\x01b", b"X: a\x7fb", b"X: a\x0bb",
                 b"X: a\r\n b", b"X: a\r\n\tb", b" X: a", b"\tX: a",
                 b"X(: a", b"X@: a", b"X\xc3\xa9: a", b"\x00X: a",
                 b"X: a\nY: b", b"X: a\n\rY: b", b"X[]: a", b"X: " +
                 b"a" * 70000, b"Expect: 200-ok"):
        yield f"line {line[:24]}", head(host, line)
    yield "bare LF", GOOD.replace(b"\r\n", b"\n") + b"\n"
    yield "LF after the first line", GOOD.replace(b"1.1\r\n", b"1.1\n") + b"\r\n"
    yield "120 headers", head(host, *[b"X: %d" % i for i in range(120)])
    yield "no request", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"
    yield "space first", b" " + GOOD + b"\r\n"
    yield "hidden second request", head(
        host, b"Content-Length: 5", b"Transfer-Encoding: chunked", first=post,
        body=b"0\r\n\r\n" + GOOD + b"\r\n")


# What libmicrohttpd refuses before it calls us: a Content-Length that is not
# a number, and no Host. Version 0.9.75 then writes its head twice before an HTML
# body, and closes; a program of ten lines with an empty callback shows the same,
# with and without TLS and with each kind of polling. Nothing is answered behind
# it. (Without MHD_OPTION_STRICT_FOR_CLIENT a request without Host would come to
# us, and so would others that must not.)
def without_its_double(head, rest):
    """What follows HEAD, where the library has written it twice."""
    return rest[len(head):] if rest.startswith(head + b"<html>") else rest


def answers(data):
    """The statuses of the answers in DATA, read as a client would."""
    found = []
    while data.startswith(b"HTTP/1.1 "):
        top, end, rest = data.partition(b"\r\n\r\n")
        found.append(int(top[9:12]))
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", top)
        rest = without_its_double(top + end, rest)
        data = rest[int(length.group(1)) if length else 0:]
    return found


def test_malformed(d):
    cases = list(malformed())
    suite.check(f"there are 130 malformed requests or more ({len(cases)})",
                len(cases) >= 130)

    def one(case):
        name, data = case
        # What would be answered after a desynchronised parser.
        out, closed = d.raw(data)
        statuses = answers(out)
        fine = closed and len(statuses) <= 1 and all(
            s in (400, 405, 413, 414, 417, 431, 501, 505) for s in statuses)
        suite.check(f"refused: {name}", fine,
                    f"{statuses} closed={closed} {out[:200]}")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, cases))


def test_well_formed(d):
    """The pre-filter lets through what clients really send."""
    host = b"Host: localhost:443"
    fine = {
        "plain": head(host),
        "empty header values": head(host, b"X-Empty:", b"X-Blank: "),
        "a body on GET": head(host, b"Content-Length: 2", body=b"{}"),
        "utf-8 in a header": head(host, "X: é".encode()),
        "IPv6 host": head(b"Host: [::1]:8443"),
        "raw JSON in the query": head(
            host, first=b"GET /2024-03/logs?filters={[1|2]} HTTP/1.1"),
        "Expect": head(host, b"Expect: 100-continue", b"Content-Length: 0"),
    }
    for name, data in fine.items():
        out, _ = d.raw(data, 1)
        # without a key: it was read, and its caller is not known
        wanted = b"401" if b"/logs" in data else b"200"
        suite.check(f"accepted: {name}", b"HTTP/1.1 " + wanted in out, out[:200])
    out, _ = d.raw(head(host) + head(host), 1)
    suite.equal("two requests on one connection", answers(out), [200, 200])


def test_refusals_are_read(d):
    """Sabotage: drop can_swallow (the answer is cut off), parameters_in (30 s
    of silence), the comparison of the mark in http_request_payload, or
    log_event in refuse_key."""
    key = d.key("refusals")
    status, answer, _ = d.call("POST", "/users", b"x" * (17 << 20), key)
    suite.equal("a body over 16 MB", (status, answer["error"]), (413, "tooBig"))
    status, answer, _ = d.call("POST", "/users", b"\xef\xbb\xbf{}", key)
    suite.equal("a byte order mark is named",
                (status, "byte order mark" in answer["message"]), (422, True))
    for n, wanted in ((64, [401]), (300, [400]), (700, []), (2000, [])):
        path = b"/users?" + b"&".join(b"a=b" for _ in range(n))
        out, closed = d.raw(head(b"Host: localhost", b"Connection: close",
                                 first=b"GET " + path + b" HTTP/1.1"), 20)
        suite.equal(f"{n} parameters", (answers(out), closed), (wanted, True))
    for name in ("Authorization: Bearer", "X-Alloy-User-Token:"):
        line = f"{name} {key}".encode()
        out, closed = d.raw(head(b"Host: localhost", line, line,
                                 first=b"GET /users HTTP/1.1"))
        suite.equal(f"two of {name}", (answers(out), closed), ([400], True))
    for _ in range(50):
        d.call("GET", "/users", token="tlrk_" + "B" * 43)
    lines = [json.loads(line) for line in d.logged().splitlines()
             if '"key refused"' in line]
    suite.check("wrong keys are logged, not each of them",
                1 <= len(lines) <= 3 and lines[0]["peer"] == "127.0.0.1", lines)


# --- slow and many clients ---------------------------------------------------

def closed_after(s, limit):
    """Seconds until the other side closes, or None past LIMIT."""
    start = time.monotonic()
    s.settimeout(limit)
    try:
        while s.recv(65536):
            pass
    except TimeoutError:
        return None
    except (ConnectionError, ssl.SSLError, OSError):
        pass
    return time.monotonic() - start


def drip(s, data, every, limit):
    """Sends a byte now and then; seconds until that fails."""
    start = time.monotonic()
    while time.monotonic() - start < limit:
        try:
            s.sendall(data)
        except (ConnectionError, ssl.SSLError, OSError):
            return time.monotonic() - start
        s.settimeout(every)
        try:
            if not s.recv(1):
                return time.monotonic() - start
        except TimeoutError:
            pass
        except (ConnectionError, ssl.SSLError, OSError):
            return time.monotonic() - start
    return None


def test_slow(config):
    """Each is gone by its deadline although it is never idle (take reap() out
    of reaper.c to see these fail), and a good client is served beside."""
    d = Daemon(config)
    with ThreadPoolExecutor(6) as pool:
        def slow_head():
            with d.connect() as s:
                s.sendall(GOOD)
                return drip(s, b"X", 0.1, 8)

        def slow_body():
            with d.connect() as s:
                s.sendall(head(b"Host: a", b"Content-Length: 1000",
                               first=b"POST /users HTTP/1.1"))
                return drip(s, b" ", 0.1, 8)

        def silent():
            with d.connect() as s:
                return closed_after(s, 8)

        def no_handshake():
            s = socket.create_connection(("127.0.0.1", d.port))
            with s:
                return drip(s, b"\x16", 0.1, 8)

        def idle():
            with d.connect() as s:
                s.sendall(GOOD + b"\r\n")
                return closed_after(s, 8)
        jobs = {"a head in drips": pool.submit(slow_head),
                "a body in drips": pool.submit(slow_body),
                "silence after the handshake": pool.submit(silent),
                "a handshake in drips": pool.submit(no_handshake),
                "an idle kept connection": pool.submit(idle)}
        good = [d.call("GET", "/healthz")[0] for _ in range(50)]
        for name, job in jobs.items():
            suite.check(f"reaped: {name}", job.result() is not None,
                        "still there after 8 s")
    suite.equal("a good client beside them", good, [200] * 50)
    suite.equal("ends with 0 at SIGTERM", d.stop(), 0)
    d.close()


def test_slow_read(config):
    """A client that asks and asks and reads nothing. Sabotage: drop the
    deadline that http_request_answer sets."""
    d = Daemon(config)

    def reaped():
        figures = d.call("GET", "/metrics", token=d.look)[1]
        return int(re.search(r"tailord_reaped_connections_total (\d+)",
                             figures).group(1))
    try:
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect(("127.0.0.1", d.port))
        with d.context.wrap_socket(raw, server_hostname="localhost") as s:
            s.settimeout(0.2)
            before = reaped()
            try:
                for _ in range(200):
                    s.sendall((GOOD + b"\r\n") * 100)
            except OSError:
                pass  # it takes no more, for its answers are not taken
            deadline = time.monotonic() + 30 * float(
                os.environ.get("TEST_PATIENCE", "1"))
            while reaped() == before and time.monotonic() < deadline:
                time.sleep(0.05)
            suite.check("who reads nothing is cut off", reaped() > before)
    finally:
        d.close()


def test_many(d):
    """A thousand idle connections do not keep a good client out."""
    crowd = []
    try:
        for _ in range(1000):
            crowd.append(d.connect())
    except OSError as error:
        suite.skip("1,000 idle connections", str(error))
        return
    times = []
    for _ in range(100):
        start = time.monotonic()
        if d.call("GET", "/healthz")[0] == 200:
            times.append(time.monotonic() - start)
    suite.equal("answered beside 1,000 idle connections", len(times), 100)
    if times:
        print(f"# p99 {sorted(times)[98] * 1000:.1f} ms, a TLS handshake each")
    for s in crowd:
        s.close()


# --- TLS ---------------------------------------------------------------------

def s_client(d, *options):
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{d.port}", "-CAfile",
         os.path.join(d.state, "ca.pem"), *options], input=b"",
        capture_output=True, timeout=20)
    text = (done.stdout + done.stderr).decode(errors="replace")
    cipher = re.search(r"^New, (\S+), Cipher is (\S+)", text, re.M)
    return cipher.group(2) if cipher else "(NONE)"


def test_tls(d):
    low = "DEFAULT:@SECLEVEL=0"
    refused = {
        "TLS 1.0": ["-tls1", "-cipher", low],
        "TLS 1.1": ["-tls1_1", "-cipher", low],
        "CBC": ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"],
        "CBC with SHA-1": ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"],
        "RSA key exchange": ["-tls1_2", "-cipher", "AES128-GCM-SHA256"],
        "finite-field DHE": ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"],
        "anonymous": ["-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"],
        "curve secp521r1": ["-tls1_3", "-groups", "P-521"],
        "CCM": ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-CCM"],
    }
    allowed = {
        "TLS 1.3": ["-tls1_3"],
        "TLS 1.2 with AES-256-GCM": ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"],
        "TLS 1.2 with AES-128-GCM": ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"],
        "TLS 1.2 with ChaCha20": ["-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"],
        "X25519": ["-tls1_3", "-groups", "X25519"],
    }
    for name, options in refused.items():
        suite.equal(f"TLS refused: {name}", s_client(d, *options), "(NONE)")
    for name, options in allowed.items():
        got = s_client(d, *options)
        suite.check(f"TLS accepted: {name}", got != "(NONE)", got)


def test_reload(d):
    """A new certificate serves new connections, kept ones go on."""
    before = ssl.get_server_certificate(("127.0.0.1", d.port))
    kept = d.connect()
    other = Daemon()
    for name in ("certificate.pem", "key.pem"):
        with open(os.path.join(d.state, name), "w") as f:
            f.write(other.read(name))
    other.close()
    suite.equal("reload", d.command("reload").returncode, 0)
    after = ssl.get_server_certificate(("127.0.0.1", d.port))
    suite.check("the new certificate is served", before != after)
    kept.sendall(GOOD + b"\r\n")
    suite.check("a kept connection goes on", b"200 OK" in kept.recv(4096))
    kept.close()
    with open(os.path.join(d.state, "key.pem"), "w") as f:
        f.write("no key\n")
    done = d.command("reload")
    suite.equal("a bad key is refused", done.returncode, 6)
    suite.check("it says what stays", "certificate in use stays" in done.stderr,
                done.stderr)
    again = ssl.get_server_certificate(("127.0.0.1", d.port))
    suite.equal("the old one then stays", again, after)


def test_reload_of_trust(d):
    """Whom calls to apps trust is looked at too. Sabotage:
    core_reload_trust() of daemon_reload() in command.c."""
    trusted = os.path.join(d.folder.name, "apps.pem")
    shutil.copy(os.path.join(d.state, "ca.pem"), trusted)
    caller = Daemon({"outbound": {"caFile": trusted}})
    suite.equal("reload of what is trusted", caller.command("reload").returncode, 0)
    with open(trusted, "w") as f:
        f.write("no certificate\n")
    done = caller.command("reload")
    suite.equal("a bad CA file is refused", done.returncode, 6)
    suite.check("it says which", "caFile: " + trusted in done.stderr, done.stderr)
    caller.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 30
    while "reload failed" not in caller.logged() and time.monotonic() < deadline:
        time.sleep(0.02)
    suite.check("so does the log after a signal", "caFile" in caller.logged(),
                caller.logged())
    caller.close()


def test_command_line(d):
    """What people type wrong is told before anything is done, as by tailor.
    Sabotage: command_parse() of run_command() in main.c."""
    for words, status, said in (
            (("no-such",), 2, "no such command (one of: help, init"),
            (("--no-such",), 2, "no such option (one of: --config"),
            (("apikey",), 2, "a second word is missing (one of: add, list"),
            (("apikey", "add"), 2, "NAME is missing (usage: tailord apikey"),
            (("apikey", "add", "a", "b"), 2, "one argument too many"),
            (("apikey", "add", ""), 2, "NAME is empty"),
            (("apikey", "list", "--environment", "x"), 2, "no such option"),
            (("apikey", "add", "a", "--environment"), 2, "is missing"),
            (("token", "add", "other", "a"), 2, "manage or read"),
            (("completion", "tcsh"), 2, "no such shell"),
            (("help", "no-such"), 4, "no such command")):
        done = d.command(*words)
        suite.equal(" ".join(words), done.returncode, status)
        suite.check("it is said: " + said, said in done.stderr, done.stderr)
    suite.check("no key was made", "\na\t" not in
                "\n" + d.command("apikey", "list").stdout)
    suite.equal("-h shows one noun", d.command("vault", "-h").stdout.count("\ntailord"), 1)
    for shell in ("bash", "zsh", "fish"):
        done = d.command("completion", shell)
        suite.check(shell + " completes", "apikey" in done.stdout and
                    "environment" in done.stdout, done.stderr)


def test_commands(d):
    suite.equal("check", d.command("check").stdout.strip(), "ok")
    copy = os.path.join(d.folder.name, "copy.db")
    suite.equal("backup", d.command("backup", copy).returncode, 0)
    suite.check("the copy is there", os.path.getsize(copy) > 4096)
    suite.equal("not over a file", d.command("backup", copy).returncode, 5)
    suite.equal("a key twice", [d.command("apikey", "add", "twice").returncode
                                for _ in range(2)], [0, 5])
    suite.equal("no such key", d.command("apikey", "remove", "none").returncode, 4)
    suite.equal("no such command", d.command("frobnicate").returncode, 2)
    listed = json.loads(d.command("apikey", "list", "--json").stdout)["data"]
    suite.check("the list has no key", "twice" in [k["name"] for k in listed]
                and "tlrk_" not in json.dumps(listed), listed)
    mode = os.stat(os.path.join(d.state, "control.sock")).st_mode & 0o777
    suite.equal("the socket is the owner's", oct(mode), "0o600")
    suite.equal("a second daemon", d.command("--state", d.state).returncode, 8)
    d.stop()
    suite.equal("without a daemon", d.command("apikey", "remove", "twice").returncode, 0)
    suite.equal("reload needs one", d.command("reload").returncode, 7)
    d.start()


def main():
    d = Daemon()
    try:
        test_malformed(d)
        test_well_formed(d)
        test_refusals_are_read(d)
        test_command_line(d)
        test_commands(d)
        test_tls(d)
        test_many(d)
        test_reload(d)
        test_reload_of_trust(d)
        test_slow({"requestMs": 1500, "idleMs": 2000})
        test_slow_read({"requestMs": 1000, "idleMs": 30000})
        leaked = re.findall(r"tlr[kmrl]_\w+|eyJhbGci\S+", d.logged())
        suite.equal("no token in the log", leaked, [])
        suite.equal("the daemon ends with 0", d.stop(), 0)
    finally:
        d.close()
    suite.end()


main()
