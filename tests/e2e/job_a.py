#!/usr/bin/env python3
"""Job A under everything that can go wrong.

EnterpriseCo's tax goes live for EnterpriseCo alone, also with the runtime
down, the answer lost, processes killed, engineers racing, the customer
accepting while the engineer withdraws. Nothing acknowledged is lost, nobody
else is touched, and what is unknown is called unknown.

To see it fail: let operation_end (src/manager/session/operation.c) return before
db_commit: acknowledged edits are lost. Let core_tick (src/runtime/core/core.c) call
let_out before commit: acknowledged orders are lost. Let peer_deliver.c make a
new key for each attempt: a lost answer acts twice.
"""
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (TAILOR, TAILORD, World, equal, main, seed,  # noqa: E402
                     test, wait_until)

CUSTOMERS = int(os.environ.get("JOB_A_CUSTOMERS", "12"))
KILLS = int(os.environ.get("JOB_A_KILLS", "100"))
I = "enterpriseco/netsuite-order-to-cash"
W = "order-to-cash"
MINE = "DEMO0001"
w = None


def setup():
    global w
    seed()
    w = World(CUSTOMERS)
    w.runtime_pid = w.facts["runtimePid"]
    w.tailor("sync")


def close():
    if w:
        kill_sync()
        try:
            os.kill(w.runtime_pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        w.close()


def spawn(*argv):
    return subprocess.Popen(argv, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL,
                            stderr=open(w.path("test.err"), "a")).pid


def reap(pid):
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        wait_until(lambda: ended(pid), "the end of a killed process")


def ended(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def kill_runtime():
    os.kill(w.runtime_pid, signal.SIGKILL)
    reap(w.runtime_pid)


def start_runtime():
    w.runtime_pid = spawn(TAILORD, "--config", w.path("tailord.json"))
    wait_until(runtime_answers, "the runtime's answer")


def runtime_answers():
    try:
        w.http("GET", w.url + "/healthz")
        return True
    except Exception:
        return False


def follower():
    """The process that follows the runtime, by its lock's file, else 0. A
    release starts one where there is none, so it need not be ours."""
    try:
        with open(w.store + "-sync") as f:
            pid = int(f.read() or "0")
        with open(f"/proc/{pid}/cmdline") as f:
            return pid if w.store in f.read() else 0
    except (OSError, ValueError):
        return 0


def kill_sync():
    pid = follower()
    if pid:
        os.kill(pid, signal.SIGKILL)
        reap(pid)


def start_sync():
    spawn(TAILOR, "--store", w.store, "sync", "--follow")


def live(label=False):
    row = w.json("installation", "show", I)["workflowList"][0]
    return row["live"] if label else row["liveVersionId"]


def settled():
    """No release under way: the console's copy says live, nothing else."""
    row = w.json("installation", "show", I)["workflowList"][0]
    return row["releasing"] is None and row


def fork():
    return w.json("draft", "fork", I, W, "--new")["versionId"]


def set_memo(draft, text):
    return w.json("mapping", "set", draft, "Create cash sale", "memo",
                  json.dumps(text))


def order(number, user="enterpriseco"):
    w.api("POST", "/run/event", {
        "event": "order.recorded", "userId": user, "data": {
            "orderNumber": number, "externalId": 98765432109876543210,
            "customer": {"id": "C-1", "fullName": "Ada Lovelace",
                         "email": "ada@example.com"},
            "items": [{"sku": "A", "name": "Widget", "qty": 2, "rate": 5.25}],
            "total": 1249.90, "currency": "USD", "custom": {}}})


def sales(account=MINE):
    return w.standin_json("/standin/records?type=cashSale&limit=100000"
                          f"&account={account}")["data"]


def sale_of(number, account=MINE):
    found = [s for s in sales(account) if s["body"].get("tranId") == number]
    assert len(found) <= 1, f"{number}: {len(found)} cash sales"
    return found[0]["body"] if found else None


def others():
    rows = w.json("installation", "list", "--limit", "1000")["data"]
    return [{k: v for k, v in row.items() if k != "asOf"} for row in rows
            if row["username"] != "enterpriseco"]


@test
def tax_goes_live_for_one_customer_alone():
    before = others()
    draft = fork()
    w.tailor("block", "add", draft, "math", "--name", "Tax", "--before",
             "Create cash sale", "--set", "formula==ROUND(total * 0.05, 2)")
    w.tailor("mapping", "set", draft, "Create cash sale", "taxTotal",
             "Tax!result")
    answer = w.json("release", draft, "--note", "5 % tax", "--wait")["data"][0]
    equal(answer["status"], "live")
    order("SO-1")
    order("SO-1", "globex")
    mine = wait_until(lambda: sale_of("SO-1"), "EnterpriseCo's sale")
    theirs = wait_until(lambda: sale_of("SO-1", "DEMO0002"), "Globex's sale")
    equal(float(mine["taxTotal"]), 62.5)
    assert "taxTotal" not in theirs, theirs
    w.tailor("sync")
    equal(others(), before, "everybody else's rows")


@test
def a_release_waits_for_a_runtime_that_is_down():
    before = live()
    draft = fork()
    set_memo(draft, "while the runtime was down")
    kill_runtime()
    try:
        answer = w.json("release", draft)["data"][0]
        equal(answer["status"], "queued")
        equal(live(), before, "the old version is still shown as live")
        equal(w.json("version", "show", draft)["status"], "releasing")
    finally:
        start_runtime()
    wait_until(lambda: live() == draft, "the release to go live")


class CuttingProxy:
    """Forwards to the runtime; can cut the answer of the next exchange."""

    def __init__(self, port):
        self.port_to = port
        self.cut = False
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.port_to))
            except OSError:
                client.close()
                continue
            sent = [0]
            for source, target, upward in ((client, server, True),
                                           (server, client, False)):
                threading.Thread(target=self.pump, daemon=True,
                                 args=(source, target, upward, sent)).start()

    def pump(self, source, target, upward, sent):
        try:
            while data := source.recv(65536):
                if upward:
                    sent[0] += len(data)
                elif self.cut and sent[0] > 1500:
                    self.cuts += 1
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


@test
def a_lost_answer_is_asked_about_and_acts_once():
    port = int(w.url.rsplit(":", 1)[1])
    proxy = CuttingProxy(port)
    w.tailor("runtime", "set", "demo", "--url",
             f"https://127.0.0.1:{proxy.port}")
    kill_sync()
    start_sync()
    draft = fork()
    set_memo(draft, "the answer was lost")
    proxy.cut = True
    w.tailor("release", draft)
    try:
        wait_until(lambda: proxy.cuts > 0, "a cut answer")
        status = w.json("version", "show", draft)["status"]
        assert status in ("releasing", "live"), status
    finally:
        proxy.cut = False
    wait_until(lambda: live() == draft, "the release to be known as live", 60)
    w.tailor("runtime", "set", "demo", "--url", w.url)
    kill_sync()
    start_sync()
    versions = w.json("version", "list", W, "--installation", I)["data"]
    equal([v["versionId"] for v in versions if v["status"] == "live"
           and v["installationId"]], [draft])
    proxy.listener.close()


@test
def of_two_engineers_on_one_revision_one_wins():
    draft = fork()
    revision = w.json("draft", "show", draft)["revision"]
    for _ in range(5):
        patches = [json.dumps([{"op": "add", "path": "/name",
                                "value": f"engineer {n} at {revision}"}])
                   for n in (1, 2)]
        racing = [subprocess.Popen(
            [TAILOR, "--store", w.store, "--json", "draft", "patch", draft,
             "-", "--revision", str(revision)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in patches]
        answers = [p.communicate(patch)
                   for p, patch in zip(racing, patches)]
        equal(sorted(p.returncode for p in racing), [0, 5], str(answers))
        after = w.json("draft", "show", draft)["revision"]
        equal(after, revision + 1)
        revision = after
    w.tailor("--yes", "draft", "discard", draft)


def material_draft():
    draft = fork()
    w.tailor("block", "add", draft, "variables", "--name", "Region", "--set",
             'values=[{"name":"region","ask":{"label":"Tax region",'
             '"type":"string","required":true}}]', "--before",
             "Create cash sale")
    return draft


def accept(row, installation, draft):
    """The customer answers the question and completes; HTTP answers."""
    key = {"Authorization": "Bearer " + w.facts["apiKey"]}
    block = next(b for b in w.json("block", "list", draft)["data"]
                 if b["name"] == "Region")
    form = w.http("POST", w.url + "/2024-03/headless/editInstallation",
                  {"userId": "enterpriseco",
                   "integrationId": installation["integrationId"],
                   "installationId": installation["installationId"]},
                  key, None)
    done = w.http("POST", w.url + "/2024-03/headless/completeInstallation",
                  {"installationId": installation["installationId"], "data": [
                      {"workflowId": row["workflowId"], "blockId": block["id"],
                       "fields": [{"name": "region", "value": "EU"}]}]},
                  key, None)
    return form, done


@test
def withdraw_and_accept_at_once_have_one_outcome():
    seen = set()
    for round in range(4):
        old = live()
        draft = material_draft()
        answer = w.json("release", draft, "--wait")["data"][0]
        equal(answer["status"], "awaiting")
        row = settled()
        installation = w.json("installation", "show", I)
        equal((row["liveVersionId"], row["awaitingVersionId"]), (old, draft))
        thread = threading.Thread(target=accept,
                                  args=(row, installation, draft))
        # Sabotage: plan_print_withdrawal in cmd_withdraw().
        would = w.tailor("withdraw", I, W, "--dry-run").out
        label = row["awaiting"].split()[0]
        assert f"{label} waits for the customer and is taken back" in would \
            and "stays live" in would and "replaces" not in would, would
        equal(w.json("withdraw", I, W, "--dry-run")["data"][0]["foretold"],
              "withdrawn", "what is foretold")
        thread.start()
        if round == 3:
            thread.join()  # accepted for sure
        withdrawn = w.tailor("--json", "withdraw", I, W, "--wait", expect=None)
        thread.join()
        now = wait_until(lambda: (r := settled()) and r["awaiting"] is None
                         and r, "one outcome")
        if withdrawn.status == 0:
            equal(now["liveVersionId"], old, "withdrawn: the old one is live")
        else:
            assert withdrawn.status in (4, 5), withdrawn.err
            equal(now["liveVersionId"], draft, "accepted before")
        seen.add(withdrawn.status == 0)
        if now["liveVersionId"] == draft:
            break
    assert False in seen, "the customer never came first"


@test
def what_waits_while_paused_is_counted_and_runs_later():
    w.tailor("installation", "pause", I, "--wait")
    for n in range(3):
        order(f"P-{n}")
    wait_until(lambda: row()["parked"] == 3, "three parked orders")
    assert not any(sale_of(f"P-{n}") for n in range(3))
    w.tailor("installation", "resume", I, "--wait")
    for n in range(3):
        wait_until(lambda: sale_of(f"P-{n}"), f"the sale of P-{n}")
    wait_until(lambda: row()["parked"] == 0, "no parked order")


def row():
    return w.json("installation", "show", I)["workflowList"][0]


@test
def kill_minus_nine_at_random_moments_loses_nothing():
    acknowledged = []
    draft = fork()
    done = [s["body"].get("tranId") for s in sales()]
    orders = []
    for n in range(KILLS):
        # One edit before each release is let through: there is a change.
        victim = random.choice(("tailor", "sync", "tailord")[n % 10 == 0:])
        text = f"memo {n} {random.random()}"
        process = subprocess.Popen(
            [TAILOR, "--store", w.store, "--json", "mapping", "set", draft,
             "Create cash sale", "memo", json.dumps(text)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        number = f"K-{n}"
        if n % 4 == 0:
            threading.Thread(target=quiet_order, daemon=True,
                             args=(number, orders)).start()
        delay = random.random() * 0.02
        deadline = time.monotonic() + delay
        while time.monotonic() < deadline:
            pass
        if victim == "tailor":
            process.kill()
        elif victim == "sync":
            kill_sync()
        else:
            kill_runtime()
        out, _ = process.communicate()
        if process.returncode == 0 and out.strip():
            acknowledged.append(text)
        if victim == "sync":
            start_sync()
        elif victim == "tailord":
            start_runtime()
        if n % 10 == 9:
            rows = w.json("mapping", "show", draft, "Create cash sale")["data"]
            memo = json.loads(next(r["source"] for r in rows
                                   if r["target"] == "memo"))
            index = int(memo.split()[1])
            last = int(acknowledged[-1].split()[1]) if acknowledged else -1
            assert index >= last, f"lost: {acknowledged[-1]}; there: {memo}"
            answer = w.json("release", draft, "--wait")["data"][0]
            equal(answer["status"], "live")
            equal(live(), draft)
            draft = fork()
            acknowledged = []
    equal(w.json("audit", "verify")["good"], True)
    equal(w.tailor("store", "check").status, 0)
    for number in orders:
        wait_until(lambda: sale_of(number), f"the sale of {number}", 60)
    for number in {s["body"].get("tranId") for s in sales()} - set(done):
        sale_of(number)
    print(f"# {KILLS} kills, {len(orders)} acknowledged orders, each once")


def quiet_order(number, orders):
    try:
        order(number)
        orders.append(number)
    except Exception:
        pass  # not acknowledged: nothing is promised


if __name__ == "__main__":
    main(setup, close)
