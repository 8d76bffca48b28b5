"""A console, its runtime and a release that waits, while another program may
answer in the runtime's place."""
import os
import subprocess

from harness import equal, seed
from impostor import Impostor
from small import Small

world = Small.__new__(Small)  # setup() makes it
number = 0


def setup():
    seed()
    world.__init__()


def close():
    if vars(world):
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


def info():
    """As the console asks for it: with its place in the feed."""
    known = world.runtime()
    return world.call("GET", f"/manage/v1/info?cursor={known['feedCursor']}"
                      f"&receipt={known['receiptSequence']}")


def asked(server):
    return {(m, p.partition("?")[0]) for m, p, _ in server.requests}
