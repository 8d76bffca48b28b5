#!/usr/bin/env python3
"""Sync against a real runtime over TLS: what is lost, cut, killed, refused.

SYNC_EDGES and SYNC_CUTS set how many connections are cut behind a record of
TLS and at a random byte, SYNC_KILLS how many processes are killed at random
moments of a release (200, 200 and 12: every record; at night 200, 2,000 and 200).
"""
import http.client
import http.server
import os
import random
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, TAILORD, equal, main, seed, test, wait_until  # noqa: E402
from small import BLOCK, I, W, Cutter, free_port, Small, stopped_without_a_lock  # noqa: E402

CUTS = int(os.environ.get("SYNC_CUTS", "200"))
EDGES = int(os.environ.get("SYNC_EDGES", "200"))
KILLS = int(os.environ.get("SYNC_KILLS", "12"))
PATIENCE = 60 * float(os.environ.get("TEST_PATIENCE", "1"))

world = None


def open_world():
    global world
    seed()
    world = Small()


def close_world():
    if world:
        world.close()


def settled(draft):
    """The console says what the runtime says, and it happened once."""
    wait_until(lambda: world.version(draft) == "live", f"{draft} to be live")
    equal(world.live(), draft, "live at the runtime")
    equal(world.facts(draft), 1, "times it went live")


@test
def a_release_is_live_when_wait_returns():
    world.follow()
    d = world.draft(10)
    world.release(d, "--wait")
    settled(d)


@test
def the_end_of_the_certificate_is_known():
    """Sabotage: a->certificate_ends of on_info() in peer.c."""
    ends = world.runtime()["certificateEnds"]
    held = ssl._ssl._test_decode_cert(os.path.join(world.state, "ca.pem"))
    wanted = time.gmtime(ssl.cert_time_to_seconds(held["notAfter"]))
    equal(ends[:19], time.strftime("%Y-%m-%dT%H:%M:%S", wanted), "its end")


@test
def while_sync_follows_all_is_well():
    wait_until(lambda: runtime_problems() == [], "all to be well")


def runtime_problems():
    status = world.tailor("--json", "status", expect=None).json
    if not status["syncRuns"]:
        return None
    return [p for p in status["problems"] if p["runtime"]]


@test
def a_second_follower_is_told():
    world.follow() if not any(p.poll() is None for p in world.followers) \
        else None
    wait_until(lambda: world.tailor("sync", "--follow", "--idle-exit", "1",
                                    expect=None).status == 8,
               "the first to have the lock")
    second = world.tailor("sync", "--follow", expect=8)
    assert "another process follows" in second.err, second.err


@test
def sigterm_ends_it_cleanly():
    world.end_followers()
    p = world.follow()
    d = world.draft(11)
    world.release(d, "--wait")
    p.send_signal(signal.SIGTERM)
    equal(p.wait(10), 0, "exit")


@test
def it_goes_when_idle():
    world.end_followers()
    equal(world.follow("--idle-exit", "1").wait(20), 0, "exit")


@test
def the_runtime_is_down_during_the_release():
    world.end_followers()
    world.follow()
    before = world.live()
    world.stop()
    d = world.draft(12)
    world.release(d)
    equal(world.version(d), "releasing", "status")
    wait_until(lambda: world.runtime()["lastError"], "the trouble to show")
    world.start()
    settled(d)
    assert before != d


@test
def sync_after_an_outage_that_a_follower_met():
    """The feed fails, then the contact. Sabotage: the failures in ask_feed()
    and is_in_step() of peer.c."""
    world.end_followers()
    world.follow()
    wait_until(lambda: world.follower(), "the follower")
    world.sync()
    for _ in range(2):
        world.stop(signal.SIGKILL)
        wait_until(lambda: "connect" in (world.runtime()["lastError"] or ""),
                   "a refused contact")
        world.start()
        world.sync()
        equal(world.runtime()["lastError"], None, "the trouble")


@test
def a_revoked_token():
    world.end_followers()
    token = world.state + "/manage.token"
    with open(token) as f:
        good = f.read()
    with open(token, "w") as f:
        f.write("0" * 40 + "\n")
    d = world.draft(13)
    world.release(d)
    world.end_started_on_demand(wait=True)
    refused = world.sync(expect=5)
    assert "revoked" in refused.err, refused.err
    equal(world.version(d), "releasing", "status")
    assert "revoked" in world.runtime()["lastError"]
    with open(token, "w") as f:
        f.write(good)
    world.sync()
    settled(d)


@test
def a_wrong_certificate():
    world.end_followers()
    other = world.path("other")
    subprocess.run([TAILORD, "init", "--state", other], check=True,
                   capture_output=True)
    world.tailor("runtime", "set", "rt", "--ca", other + "/ca.pem")
    d = world.draft(14)
    world.release(d)
    world.end_started_on_demand(wait=True)
    refused = world.sync(expect=7)
    assert "not the expected one" in refused.err, refused.err
    equal(world.version(d), "releasing", "status")
    world.tailor("runtime", "set", "rt", "--ca", world.state + "/ca.pem")
    world.sync()
    settled(d)


def beside(*arguments):
    """Exit code and sentence of sync alone, then beside a follower."""
    out = []
    for followed in (False, True):
        world.end_followers()
        if followed:
            world.follow()
            wait_until(world.follower, "the follower")
        done = world.tailor("sync", *arguments, expect=None)
        out.append((done.status, done.err.strip().splitlines()[-1:]))
    world.end_followers()
    return out


def token_of(name):
    return ("runtime", "set", "rt", "--token-file", name)


@test
def the_exit_code_is_the_same_beside_a_follower():
    """Sabotage: r->trouble in look_at (code) and runtime_list_has in
    look_at_runtimes (unknown name), src/remote/wait.c; tell_in_step in
    src/remote/peer.c (a held runtime)."""
    bad = world.path("bad.token")
    with open(bad, "w") as f:
        f.write("0" * 40 + "\n")
    development = world.path("development.token")
    with open(development, "w") as f:
        f.write(world.manage_token("development") + "\n")
    ca = world.state + "/ca.pem"
    other = world.path("another")
    subprocess.run([TAILORD, "init", "--state", other], check=True,
                   capture_output=True)
    url = f"https://localhost:{world.port}"
    cases = [
        ("well", None, None, 0), ("unknown name", ("nobody",), None, 4),
        ("revoked token", token_of(bad),
         token_of(world.state + "/manage.token"), 5),
        ("no token file", token_of(world.path("none")),
         token_of(world.state + "/manage.token"), 4),
        ("another CA", ("runtime", "set", "rt", "--ca", other + "/ca.pem"),
         ("runtime", "set", "rt", "--ca", ca), 7),
        ("another environment", token_of(development),
         token_of(world.state + "/manage.token"), 5),
        ("nobody there",
         ("runtime", "set", "rt", "--url", "https://localhost:1"),
         ("runtime", "set", "rt", "--url", url), 7)]
    for name, do, undo, code in cases:
        if undo:
            world.tailor(*do)
        alone, followed = beside(*(() if undo or not do else do))
        if undo:
            world.tailor(*undo)
        equal((alone[0], followed[0]), (code, code),
              f"{name}: {alone} {followed}")
        equal(followed[1], alone[1], f"{name}: the sentence")


@test
def a_held_runtime_has_one_exit_code():
    """Sabotage: tell_in_step in src/remote/peer.c, tried_at written by
    RUNTIME_CONTACT instead."""
    world.end_followers()
    world.sync()
    backup, database = world.path("held.db"), world.state + "/tailord.db"
    subprocess.run([TAILORD, "--state", world.state, "backup", backup],
                   check=True, capture_output=True)
    world.stop()
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(database + suffix):
            os.remove(database + suffix)
    shutil.copy(backup, database)
    world.start()
    for _ in range(2):
        alone, followed = beside()
        equal((alone[0], followed[0]), (5, 5), f"{alone} {followed}")
    world.tailor("--yes", "runtime", "accept-restore", "rt", "--wait")
    equal([code for code, _ in beside()], [0, 0], "once it is resumed")


@test
def a_follower_that_stands_still_is_given_up():
    """Sabotage: the deadline in wait_for_contact (src/remote/wait.c)."""
    world.end_followers()
    follower = world.follow()
    wait_until(world.follower, "the follower")
    world.sync()
    wait_until(lambda: stopped_without_a_lock(follower, world.store),
               "its stop")
    try:
        said = world.tailor("sync", "--timeout", "1", expect=7)
        assert f"process {follower.pid}" in said.err, said.err
        assert "no progress" in said.err, said.err
    finally:
        follower.send_signal(signal.SIGCONT)
    world.sync()
    world.end_followers()


class Cut:
    """The runtime is reached through a Cutter."""

    def __enter__(self):
        world.end_followers()
        self.cutter = Cutter(world.port)
        world.tailor("runtime", "set", "rt", "--url",
                     f"https://localhost:{self.cutter.port}")
        return self.cutter

    def __exit__(self, *_):
        world.end_followers()
        self.cutter.close()
        world.tailor("runtime", "set", "rt", "--url",
                     f"https://localhost:{world.port}")


def released(number):
    """A release by a follower that was started for it."""
    d = world.draft(number)
    world.release(d)
    world.follow()
    settled(d)
    world.end_followers()


SURE = 8  # records that every release has: those of the handshakes


@test
def connections_cut_behind_records():
    with Cut() as cutter:
        released(999)
        edges = range(1, cutter.edges + 1)
        print(f"# {len(edges)} records")
        chosen = random.sample(edges, min(EDGES, len(edges)))
        if min(chosen) > SURE:
            chosen[0] = random.randint(1, SURE)
        for n in chosen:
            cutter.edges, cutter.edge = 0, n
            released(3000 + n)
            # How often a follower asks is not the same each time.
            assert cutter.edge is None or n > SURE, f"record {n} never came"


@test
def connections_cut_at_random_bytes():
    with Cut() as cutter:
        for n in range(CUTS):
            cutter.after = random.randrange(9000)
            released(1000 + n)


class Late(http.server.BaseHTTPRequestHandler):
    """Passes on what is asked of the runtime, as the runtime; keeps the
    answers about its place back while HOLD is clear."""
    protocol_version = "HTTP/1.1"
    hold = threading.Event()
    asked = threading.Event()

    def pass_on(self):
        c = http.client.HTTPSConnection("localhost", world.port, timeout=60,
                                        context=world.tls)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        c.request(self.command, self.path, body, {
            k: v for k, v in self.headers.items() if k != "Host"})
        answer = c.getresponse()
        text = answer.read()
        c.close()
        if self.path.startswith("/manage/v1/info"):
            self.asked.set()
            self.hold.wait(PATIENCE)
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = pass_on

    def log_message(self, *_):
        pass


def late_runtime():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Late)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # connections end when tailord does
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(world.state + "/certificate.pem",
                        world.state + "/key.pem")
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@test
def the_feed_goes_on_while_a_contact_is_answered():
    """What a contact says of the history is compared with the place that it
    was asked for, and not with what the feed has brought since.
    Sabotage: let history_differs (src/remote/peer.c) look at p->at."""
    world.end_followers()
    server = late_runtime()
    Late.hold.set()
    world.tailor("runtime", "set", "rt", "--url",
                 f"https://localhost:{server.server_address[1]}")
    world.sync()
    world.follow()
    wait_until(world.follower, "the follower")
    world.sync()
    Late.hold.clear()
    Late.asked.clear()
    contact = subprocess.Popen([TAILOR, "--store", world.store, "sync"],
                               stdout=subprocess.DEVNULL)
    assert Late.asked.wait(PATIENCE), "a contact is asked for"
    before = world.runtime()["feedCursor"]
    world.install("late")
    wait_until(lambda: world.runtime()["feedCursor"] > before, "the feed")
    Late.hold.set()
    equal(contact.wait(PATIENCE), 0, "sync")
    world.end_followers()
    server.shutdown()
    server.server_close()
    world.tailor("runtime", "set", "rt", "--url",
                 f"https://localhost:{world.port}")
    assert "put back" not in (world.runtime()["notice"] or ""), \
        world.runtime()["notice"]
    with open(world.path("sync.err")) as f:
        assert "put back" not in f.read(), "the follower says so"


@test
def processes_killed_at_random_moments():
    world.end_followers()
    for n in range(KILLS):
        d = world.draft(2000 + n)
        p = world.follow()
        world.release(d)
        time.sleep(random.random() * 0.03)  # a random moment, not a wait
        if n % 2:
            p.kill()
            p.wait()
            world.follow()
        else:
            world.stop(signal.SIGKILL)
            world.start()
        settled(d)
        world.end_followers()
    world.tailor("audit", "verify")
    world.tailor("store", "check")


@test
def an_upgrade_waits_for_its_own_requests():
    """What waits for a runtime that is gone delays nothing elsewhere, and what
    does not come in time is told of each installation. It comes last because
    that runtime stays. Sabotage: the keys of finish_upgrade()
    (src/cli/command/release.c)."""
    world.end_followers()
    world.tailor("--yes", "base", I, W, "--wait", expect=None)
    world.tailor("runtime", "add", "gone", f"https://127.0.0.1:{free_port()}",
                 "--environment", "production", "--ca",
                 world.state + "/ca.pem", "--token-file",
                 world.state + "/manage.token")
    world.tailor("integration", "publish", "orders", "gone")
    upgrade = ("--json", "--yes", "upgrade", W, "--wait")

    def new_base(number):
        d = world.json("draft", "new", W, "--new")["versionId"]
        world.tailor("block", "set", d, BLOCK, f"formula==1+{number}")
        world.release(d)
        return d

    d = new_base(15)
    done = world.tailor(*upgrade)
    equal({row["status"] for row in done.json["data"]}, {"live"}, "status")
    equal(world.live(), d, "live at the runtime")
    new_base(16)
    world.end_followers()
    world.stop()
    late = world.tailor(*upgrade, "--timeout", "1", expect=7)
    equal({row["status"] for row in late.json["data"]}, {"queued"}, "status")
    assert "not delivered yet" in late.err, late.err
    world.start()


@test
def a_release_that_is_on_its_way_is_waited_for():
    """Who repeats a release whose connection broke. Sabotage:
    look_at_repeated() in cmd_release(), ask_again() there (src/cli/command/
    release.c); version_check_way() in load_draft() (release.c); find_done()
    there."""
    world.tailor("sync", "rt")
    world.end_followers()
    draft = world.draft(6801)
    world.stop()
    world.release(draft)
    for words in ([], ["--dry-run"]):
        said = world.tailor("--yes", "release", draft, *words, expect=5)
        assert "is on its way: queued at rt since 20" in said.err, said.err
    said = world.release(draft, "--wait", "--timeout", "1", expect=None)
    equal(said.status, 7, "exit while the runtime is down")
    world.start()
    told = world.json("--yes", "release", draft, "--wait")["data"][0]
    equal((told["versionId"], told["status"]), (draft, "live"), "the repeated")
    queued = world.runtime()["queued"]
    for words in ([], ["--wait"], ["--dry-run"]):
        told = world.json("--yes", "release", draft, *words)["data"][0]
        equal((told["versionId"], told["status"]), (draft, "live"), words)
    said = world.release(draft)
    assert "nothing was done now (as of 20" in said.out, said.out
    said = world.release(draft, "--note", "another")
    assert "keeps its note" in said.err, said.err
    world.end_followers()
    world.stop()
    said = world.release(draft, "--wait", "--timeout", "3", expect=7)
    assert "nothing was done now" not in said.out, said.out
    world.start()
    equal((world.facts(draft), world.runtime()["queued"]), (1, queued))
    newer = world.draft(6802)
    world.release(newer, "--wait")
    for words in ([], ["--wait"], ["--dry-run"]):
        said = world.release(draft, *words, expect=5)
        assert "released already" in said.err, said.err
    world.end_followers()


def add_again(name="rt"):
    world.tailor("runtime", "add", name, f"https://localhost:{world.port}",
                 "--environment", "production", "--ca",
                 world.state + "/ca.pem", "--token-file",
                 world.state + "/manage.token", "--read-token-file",
                 world.state + "/read.token")


def row_of(name):
    return next(r["runtimeId"] for r in world.json("runtime", "list")["data"]
                if r["name"] == name)


@test
def a_runtime_that_was_removed_is_added_again():
    """With what changed there meanwhile. Sabotage: peer_take_back() in on_info()
    (src/remote/peer.c), all.changed in woken() (src/remote/sync.c)."""
    world.tailor("sync", "rt")
    world.end_followers()
    draft = world.draft(6901)
    known = row_of("rt")
    world.tailor("--yes", "runtime", "remove", "rt")
    said = world.release(draft, "--wait", expect=5)
    assert "runtime rt: was removed from this store" in said.err, said.err
    said = world.tailor("--yes", "installation", "pause", I, expect=5)
    assert "was removed" in said.err, said.err
    said = world.tailor("runtime", "list")
    assert "runtime rt: was removed" in said.err, said.err
    world.install("meanwhile")
    add_again()
    said = world.tailor("sync", "rt")
    assert "is reached again" in said.out + said.err, said
    equal(row_of("rt"), known, "the row that is known")
    equal(world.tailor("runtime", "list").err, "", "what is at removed ones")
    who = [r["username"] for r in world.json("installation", "list")["data"]]
    assert "meanwhile" in who, who
    told = world.json("--yes", "release", draft, "--wait")["data"][0]
    equal((told["status"], world.live()), ("live", draft), "released again")
    world.tailor("audit", "verify")
    world.tailor("--read-only", "store", "check")
    world.end_followers()
    world.tailor("--yes", "runtime", "remove", "rt")
    add_again("eu-1")  # at the same address; a follower meets it
    world.tailor("user", "add", "zoe", "--runtime", "eu-1", "--wait")
    equal(row_of("eu-1"), known, "the row that is known")
    world.end_followers()
    world.tailor("--yes", "runtime", "remove", "eu-1")
    add_again()
    world.tailor("sync", "rt")
    equal(world.live(), draft, "live")


if __name__ == "__main__":
    main(open_world, close_world)
