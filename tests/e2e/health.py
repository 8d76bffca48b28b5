#!/usr/bin/env python3
"""What /healthz tells, and what a damaged page of the store stops: the work
that needs it, and nothing else.

Sabotage: give do_together's result to fail_tick in core_tick for DAMAGED too
(no event is run); drop core_public_error in do_job (the answer names the
store's path); drop the doubling in core_damage_note (the log is flooded);
drop a line of find_problems."""
import json
import os
import re
import shutil
import sqlite3
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import embedded  # noqa: E402
from daemon import Daemon, Suite  # noqa: E402
from harness import wait_until  # noqa: E402

suite = Suite("health")
DAY_MS = 24 * 3600 * 1000
EVENT = {"event": "order.recorded", "userId": "ann"}


def health(d):
    status, answer, _ = d.call("GET", "/healthz")
    return status, answer.get("status"), answer.get("problems")


def send(w, i, note=""):
    status, answer = w.api("POST", "/run/event",
                           dict(EVENT, data={"total": i, "note": note}))
    return answer["executionIds"][0]


def state_of(w, execution):
    """The newest runs, for the old ones may not be readable."""
    page = w.manage("GET", "/runs?limit=5", "")["data"]
    return {r["executionId"]: r["state"] for r in page}.get(execution)


def test_well(d, w):
    suite.equal("all is well", health(d), (200, "ok", []))
    for i in range(60):
        last = send(w, i, f"marker-{i}-" + "x" * 600)
    wait_until(lambda: state_of(w, last) == "done", "the last run to end")


def test_keys(d):
    keys = os.path.join(d.state, "vault.keys")
    os.rename(keys, keys + ".away")
    suite.equal("the key file is away", health(d),
                (503, "keysMissing", ["keysMissing"]))
    whole = open(keys + ".away", "rb").read()
    changed = (b"1" if whole[:1] == b"0" else b"0") + whole[1:]
    for what, data, mode in (("empty", b"", 0o600),
                             ("cut", whole[:len(whole) // 2], 0o600),
                             ("another key", changed, 0o600),
                             ("a key too many", whole + changed, 0o600),
                             ("other bytes", b"\xff" * len(whole), 0o600),
                             ("readable by others", whole, 0o644)):
        with open(keys, "wb") as f:
            f.write(data)
        os.chmod(keys, mode)
        suite.equal(f"the key file is {what}", health(d),
                    (503, "keysMissing", ["keysMissing"]))
        os.unlink(keys)
    for what, make in (("a folder", os.mkdir), ("a pipe", os.mkfifo)):
        make(keys, 0o700 if make is os.mkdir else 0o600)
        suite.equal(f"the key file is {what}", health(d),
                    (503, "keysMissing", ["keysMissing"]))
        (os.rmdir if make is os.mkdir else os.unlink)(keys)
    os.rename(keys + ".away", keys)
    suite.equal("and back", health(d), (200, "ok", []))


def test_held_and_waiting(d, w):
    """A copy is held; the oldest run in it is made to wait for two minutes."""
    copy = os.path.join(d.folder.name, "copy.db")
    store = os.path.join(d.state, "tailord.db")
    suite.equal("a copy", d.command("backup", copy).returncode, 0)
    d.stop()
    for end in ("", "-place"):
        shutil.move(store + end, store + end + ".away")
    shutil.copy(copy, store)
    d.start()
    suite.equal("a held runtime says so", health(d), (503, "held", ["held"]))
    d.stop()
    with sqlite3.connect(store) as db:
        db.execute("UPDATE run SET state = 0, accepted_at = accepted_at - 120000,"
                   " due_at = accepted_at - 120000 WHERE n = 1")
    db.close()
    d.start()
    suite.equal("a run that nobody takes up is told", health(d),
                (503, "held", ["held", "runsWaiting"]))
    d.stop()
    for end in ("", "-wal", "-shm", "-place"):
        if os.path.exists(store + end):
            os.unlink(store + end)
    for end in ("", "-place"):
        shutil.move(store + end + ".away", store + end)
    d.start()


def keep(d, **times):
    """What the store keeps of the clock, in ms from now."""
    with sqlite3.connect(os.path.join(d.state, "tailord.db")) as db:
        for key, ms in times.items():
            db.execute("INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT"
                       " DO UPDATE SET value = excluded.value",
                       (key, str(int(time.time() * 1000) + ms)))
    db.close()


def link_of(w):
    url = w.api("GET", f"/users/ann/integrations/{w.integration}/install-url")
    return re.search(r"token=([\w-]+)&", url[1]["url"]).group(1)


def opens(d, link):
    return d.call("POST", "/link/session", "{}", link)[0]


def test_clock(d, w):
    """Sabotage: let check_user() or check_link() of auth.c compare with the
    wall clock; leave created_at out of LINK_BY_HASH; leave deletionWaits out
    of system_health()."""
    token = w.api("GET", "/users/ann/token")[1]["token"]
    link = link_of(w)
    suite.equal("a link is open", opens(d, link), 200)
    d.stop()
    keep(d, clockHighest=8 * DAY_MS)
    d.start()
    suite.equal("the clock was set back: a link stays expired",
                opens(d, link), 401)
    suite.equal("and so does a token",
                w.api("GET", "/workflows", user=token)[0], 401)
    ahead, token = link_of(w), w.api("GET", "/users/ann/token")[1]["token"]
    suite.equal("a fresh link is open", opens(d, ahead), 200)
    suite.equal("a fresh token is good",
                w.api("GET", "/workflows", user=token)[0], 200)
    d.stop()
    keep(d, clockHighest=0, clock=-2 * DAY_MS, clockExpected=-2 * DAY_MS)
    d.start()
    suite.equal("a link of a clock that was ahead", opens(d, ahead), 401)
    suite.equal("after a long stop nothing is deleted",
                d.call("GET", "/healthz")[1]["deletionWaits"], True)
    suite.equal("which is no problem", health(d), (200, "ok", []))
    d.stop()
    keep(d, clock=0, clockExpected=0)
    d.start()
    suite.equal("the clock is right",
                d.call("GET", "/healthz")[1]["deletionWaits"], False)


def test_disk(d):
    with open(d.config) as f:
        settings = json.load(f)
    with open(d.config, "w") as f:
        json.dump(dict(settings, minFreeMb=1000000), f)
    d.stop()
    d.start()
    room = os.statvfs(d.state)
    if room.f_bavail * room.f_frsize >= 1000000 << 20:
        suite.skip("a full disk", "this one has a terabyte of room")
    else:
        suite.equal("a full disk", health(d), (503, "diskLow", ["diskLow"]))
    with open(d.config, "w") as f:
        json.dump(settings, f)
    d.stop()
    d.start()


def damage(path, marker):
    """Flips 200 bytes of the page that has MARKER in it."""
    with open(path, "rb") as f:
        data = bytearray(f.read())
    size = int.from_bytes(data[16:18], "big")
    page = data.index(marker) // (65536 if size == 1 else size) * size
    for i in range(page, page + 200):
        data[i] ^= 0xff
    with open(path, "wb") as f:
        f.write(data)


def test_damage(d, w):
    d.stop()
    damage(os.path.join(d.state, "tailord.db"), b"marker-3-")
    before = len(d.logged())
    d.start()
    ids = [send(w, i) for i in range(3)]
    for execution in ids:
        wait_until(lambda: state_of(w, execution) == "done",
                   "an event after the damage to be run")
    suite.check("events after the damage are run", True)
    pages = [w.api("GET", f"/workflows/{w.workflow}/logs?userId=ann&limit=10"
                          f"&page={i}") for i in range(7)]
    suite.equal("the page of a list that needs it is refused, others are not",
                ({p[1]["error"] for p in pages if p[0] != 200}, pages[0][0]),
                ({"damaged"}, 200))
    suite.equal("/healthz tells of it once it was met", health(d),
                (503, "damaged", ["damaged"]))
    suite.check("without the machine's paths", d.folder.name not in
                json.dumps(pages))
    suite.check("check finds it", d.command("check").returncode != 0)
    lines = [json.loads(line) for line in d.logged()[before:].splitlines()]
    told = [r for r in lines if r["event"] == "store damaged"]
    suite.check("the log tells it, but does not drown in it",
                0 < len(told) <= 8 and "malformed" in told[0]["message"] and
                not any(r["event"] == "commit failed" for r in lines), lines)
    figures = d.call("GET", "/metrics", token=d.look)[1]
    suite.check("and so do the figures",
                "tailord_damage_total 0\n" not in figures and
                "tailord_damage_total " in figures)


def main():
    d = Daemon()
    try:
        w = embedded.World(d)
        w.catalogue()
        w.publish(embedded.document("=total * 0.05"))
        w.install("ann")
        test_well(d, w)
        test_keys(d)
        test_held_and_waiting(d, w)
        test_clock(d, w)
        test_disk(d)
        test_damage(d, w)
        suite.equal("the daemon ends with 0", d.stop(), 0)
    finally:
        d.close()
    suite.end()


if __name__ == "__main__":
    main()
