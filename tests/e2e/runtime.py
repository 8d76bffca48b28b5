#!/usr/bin/env python3
"""tailord from outside: decisions by the management API, customers by the
embedded API, effects at the stand-in; killed at random moments, each event
makes exactly one record.
"""
import collections
import hashlib
import http.client
import json
import os
import random
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (BUILD, TAILORD, equal, main, seed, test,  # noqa: E402
                     wait_until)

SOURCE = os.environ.get("TOP_SRCDIR", os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__)))))
ACCOUNT = {"account": "TSTDRV1", "consumerKey": "ck-canary-1",
           "consumerSecret": "cs-canary-2", "tokenId": "tk-canary-3",
           "tokenSecret": "ts-canary-4"}
world = {}


def new_id():
    return uuid.uuid4().hex[:24]


def canonical(v):
    return json.dumps(v, sort_keys=True, separators=(",", ":"),
                      ensure_ascii=False).encode()


def call(method, url, body=None, token=None, expect=200):
    data = None if body is None else (
        body if isinstance(body, bytes) else json.dumps(body).encode())
    request = urllib.request.Request(url, data=data, method=method)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", "Bearer " + token)
    try:
        with urllib.request.urlopen(request, context=world["tls"],
                                    timeout=30) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        status, text = refused.code, refused.read()
    if expect is not None:
        equal(status, expect, f"{method} {url}: {text[:600]!r}")
    return json.loads(text) if text else None


def manage(method, path, body=None, expect=200):
    return call(method, world["url"] + "/manage/v1" + path, body,
                world["manage"], expect)


def api(method, path, body=None, expect=200):
    return call(method, world["url"] + "/2024-03" + path, body, world["api"],
                expect)


def request(kind, *items, key=None):
    return manage("POST", "/requests", {"requests": [
        {"key": key or new_id(), "kind": kind, "actor": "alice",
         "items": list(items)}]})["data"][0]


def put_document(v):
    text = canonical(v)
    name = hashlib.sha256(text).hexdigest()
    manage("PUT", "/documents/" + name, text)
    return name


# --- the processes ----------------------------------------------------------

def start_standin(accounts):
    config = os.path.join(world["dir"], "standin.json")
    with open(config, "w") as f:
        json.dump({"accounts": accounts, "isvToken": "isv-canary-5",
                   "purchaseOrders": 205, "seed": 7}, f)
    key, cert = (os.path.join(world["dir"], "state", n)
                 for n in ("key.pem", "certificate.pem"))
    world["standin"] = subprocess.Popen(
        [os.path.join(BUILD, "tailor-standin"), "--config", config, "--listen",
         "127.0.0.1:0", "--certificate", cert, "--key", key],
        stdout=subprocess.PIPE, text=True)
    world["standin_url"] = json.loads(
        world["standin"].stdout.readline())["url"]


def start_tailord():
    log = open(os.path.join(world["dir"], "tailord.log"), "a")
    world["tailord"] = subprocess.Popen(
        [TAILORD, "--config", os.path.join(world["dir"], "tailord.json")],
        stdout=subprocess.PIPE, stderr=log, text=True)
    line = world["tailord"].stdout.readline()
    assert line.startswith("listening "), open(log.name).read()[-2000:]
    world["url"] = line.split()[1]


def tailord(*words):
    return subprocess.run([TAILORD, "--state", world["state"], *words],
                          check=True, capture_output=True, text=True).stdout


def kill_tailord():
    world["tailord"].kill()
    world["tailord"].wait()
    world["tailord"].stdout.close()
    start_tailord()


def records(kind="cashSale"):
    return call("GET", world["standin_url"] +
                "/standin/records?type=" + kind)["data"]


def start(accounts=(ACCOUNT,)):
    seed()
    world["dir"] = tempfile.mkdtemp(prefix="tailor-runtime-")
    world["state"] = os.path.join(world["dir"], "state")
    tailord("init")
    world["tls"] = ssl.create_default_context(
        cafile=os.path.join(world["state"], "ca.pem"))
    start_standin(list(accounts))
    port = world["standin_url"].rsplit(":", 1)[1]
    with open(os.path.join(world["dir"], "tailord.json"), "w") as f:
        json.dump({"state": world["state"], "listen": "127.0.0.1:0",
                   "outbound": {"caFile": os.path.join(world["state"],
                                                       "ca.pem"),
                                "ownCaOnly": True, "allowLoopback": True},
                   "connectorHosts": {
                       "netsuite": f"https://127.0.0.1:{port}",
                       "api.example.com": f"https://127.0.0.1:{port}"}}, f)
    start_tailord()
    world["manage"] = open(os.path.join(world["state"],
                                        "manage.token")).read()
    world["api"] = tailord("apikey", "add", "isv").split()[-1]


def stop():
    for name in ("tailord", "standin"):
        if name in world:
            world[name].terminate()
            world[name].wait(20)
    if os.environ.get("KEEP_WORLD"):
        print("# kept " + world["dir"])
    else:
        shutil.rmtree(world["dir"], ignore_errors=True)



# --- content -----------------------------------------------------------------

def sale_document(tax=False):
    connector = json.load(open(os.path.join(
        SOURCE, "data", "connectors", "netsuite.json")))
    pin = put_document(connector)
    mapping = [
        {"target": "entity.externalId", "source": "customer.id",
         "required": True},
        {"target": "tranId", "source": "orderNumber"},
        {"target": "item.items[*].item.externalId", "source": "items[*].sku"},
        {"target": "item.items[*].amount",
         "source": "=ROUND(@.qty * @.rate, 2)"}]
    blocks = []
    if tax:
        blocks.append({"id": BLOCKS["tax"], "kind": "math", "name": "Tax",
                       "formula": "=ROUND(total * 0.05, 2)"})
        mapping.append({"target": "taxTotal", "source": "Tax!result"})
    blocks.append({"id": BLOCKS["sale"], "kind": "action",
                   "name": "Create cash sale", "app": "netsuite",
                   "action": "createCashSale", "mapping": mapping})
    return {"format": 1, "formulas": 1, "name": "Order to cash",
            "connectors": {"netsuite": pin},
            "trigger": {"id": BLOCKS["trigger"], "kind": "event",
                        "name": "New order", "event": "order.recorded",
                        "label": "orderNumber"},
            "blocks": blocks}


BLOCKS = {name: str(uuid.uuid4()) for name in (
    "trigger", "tax", "sale", "start", "fetch", "stop", "each", "send")}
INTEGRATION, WORKFLOW = new_id(), new_id()
BASE, FORK = new_id(), new_id()


def order(number, total=100.10):
    return {"orderNumber": number, "customer": {"id": "C-1"}, "total": total,
            "items": [{"sku": "SKU-1", "qty": 2, "rate": 50.05}]}


def install(name):
    user, installation = new_id(), new_id()
    request("user", {"userId": user, "username": name, "fullName": name})
    receipt = request("install", {"installationId": installation,
                                  "userId": user,
                                  "integrationId": INTEGRATION})
    equal(receipt["items"][0]["outcome"], "installed", str(receipt))
    return user, installation


@test
def an_integration_is_published_and_installed():
    info = manage("GET", "/info")
    equal(info["protocol"], {"min": 1, "max": 2})
    manage("PUT", "/integrations/" + INTEGRATION, {
        "integrationId": INTEGRATION, "key": "order-to-cash",
        "name": "Order to cash", "app": "netsuite", "icon": "",
        "active": True, "connectors": {},
        "workflows": [{"workflowId": WORKFLOW, "key": "orders",
                       "name": "Orders"}]})
    name = put_document(sale_document())
    manage("HEAD", "/documents/" + name)
    manage("HEAD", "/documents/" + "0" * 64, expect=404)
    manage("PUT", "/documents/" + "0" * 64, canonical(sale_document()), 422)
    item = {"workflowId": WORKFLOW, "versionId": BASE, "base": 1,
            "hash": name, "expectedBase": 0}
    key = new_id()
    first = request("publish", item, key=key)
    equal(first["items"][0]["outcome"], "released", str(first))
    equal(request("publish", item, key=key), first, "the same key again")
    manage("POST", "/requests", {"requests": [
        {"key": key, "kind": "publish", "actor": "bob", "items": [item]}]}, 409)
    equal(manage("GET", "/requests/" + key), first)
    manage("GET", "/requests/" + new_id(), expect=404)
    again = request("publish", dict(item, versionId=new_id(), base=2))
    equal(again["items"][0]["outcome"], "stale")
    world["users"] = {n: install(n) for n in ("ent@example.com", "other")}
    kinds = [f["kind"] for f in manage("GET", "/feed?after=0")["data"]]
    equal(kinds, ["published", "user", "installed", "live", "user",
                  "installed", "live"])
    state = manage("GET", "/state")["data"]
    equal([i["workflows"][0]["liveVersionId"] for i in state], [BASE, BASE])
    equal(len(manage("GET", "/users?limit=1")["data"]), 1)


@test
def a_material_release_awaits_until_the_user_has_connected():
    user, installation = world["users"]["ent@example.com"]
    name = put_document(sale_document(tax=True))
    item = {"installationId": installation, "workflowId": WORKFLOW,
            "versionId": FORK, "base": 1, "fork": 1, "hash": name,
            "expectedLive": new_id()}
    equal(request("release", item)["items"][0]["outcome"], "stale")
    item["expectedLive"] = BASE
    receipt = request("release", item)
    answer = receipt["items"][0]
    equal((answer["outcome"], answer["liveVersionId"],
           answer["awaitingVersionId"]), ("awaiting", BASE, FORK))
    equal(answer["needs"][0]["app"], "netsuite")
    other = dict(item, versionId=new_id(), fork=2)
    equal(request("release", other)["items"][0]["outcome"], "refused")
    both = request("release", item, dict(other, workflowId=new_id()))
    equal((both["outcome"], [i["outcome"] for i in both["items"]]),
          ("refused", ["refused", "refused"]))
    withdrawn = request("withdraw", {"installationId": installation,
                                     "workflowId": WORKFLOW,
                                     "versionId": FORK})
    equal(withdrawn["items"][0]["outcome"], "withdrawn")



def send(user, number, total=100.10):
    return api("POST", "/run/event", {"event": "order.recorded",
                                      "userId": user,
                                      "data": order(number, total)})


def run_of(number):
    found = manage("GET", "/runs?find=" + number)["data"]
    return found[0] if found else None


def ended(number, state="done"):
    def is_so():
        run = run_of(number)
        return run if run and run["state"] == state else None
    return wait_until(is_so, f"{number} {state}", 30)


@test
def a_run_without_a_credential_waits_for_it():
    user, _ = world["users"]["ent@example.com"]
    send(user, "SO-1")
    run = ended("SO-1", "parked")
    equal(run["parkedFor"], "credential")
    equal(records(), [])
    api("POST", "/headless/credentials", {"userId": user, "credential": {
        "type": "netsuite", "data": {"account": "TSTDRV1"}}}, 422)
    for name in world["users"]:
        made = api("POST", "/headless/credentials", {
            "userId": world["users"][name][0],
            "credential": {"type": "netsuite", "data": {
                "account": ACCOUNT["account"],
                "consumerKey": ACCOUNT["consumerKey"],
                "consumerSecret": ACCOUNT["consumerSecret"],
                "tokenId": ACCOUNT["tokenId"],
                "tokenSecret": ACCOUNT["tokenSecret"]}}})
        equal(made["success"], True)
    ended("SO-1")
    equal([r["body"]["tranId"] for r in records()], ["SO-1"])


@test
def a_released_tax_line_is_sent_for_its_user_only():
    user, installation = world["users"]["ent@example.com"]
    name = put_document(sale_document(tax=True))
    # Sabotage: trigger_check_no_input() in change_live().
    refused = request("release", {
        "installationId": installation, "workflowId": WORKFLOW,
        "versionId": new_id(), "base": 1, "fork": 9, "hash": name,
        "expectedLive": BASE, "replaceAwaiting": True, "runNow": True})
    equal(refused["items"][0]["outcome"], "refused", str(refused))
    receipt = request("release", {
        "installationId": installation, "workflowId": WORKFLOW,
        "versionId": FORK, "base": 1, "fork": 1, "hash": name,
        "expectedLive": BASE})
    equal(receipt["items"][0]["outcome"], "live", str(receipt))
    send(user, "SO-2")
    send(world["users"]["other"][0], "SO-3")
    ended("SO-2")
    ended("SO-3")
    sales = {r["body"]["tranId"]: r["body"] for r in records()}
    equal(sales["SO-2"]["taxTotal"], 5.01)
    assert "taxTotal" not in sales["SO-3"], sales["SO-3"]
    run = run_of("SO-2")
    equal(run["version"], "v1.1")
    shown = manage("GET", f"/runs/{run['runId']}?actor=alice")
    equal([(b["block"], b["state"]) for b in shown["blocks"]],
          [("Tax", "done"), ("Create cash sale", "done")])
    equal(shown["blocks"][0]["output"], {"result": 5.01})



def run_again(run, query=""):
    return api("POST", f"/workflows/{WORKFLOW}/rerun/{run['executionId']}" +
               query)["executionId"]


@test
def what_is_run_again_makes_no_second_sale():
    def sales():
        return [r["body"]["tranId"] for r in records()].count("SO-1")
    run = run_of("SO-1")  # of the base version: the live one has the tax, too

    def is_done(execution):
        found = [r for r in manage("GET", "/runs?find=SO-1")["data"]
                 if r["executionId"] == execution]
        return found and found[0]["state"] == "done" and found[0]
    again = run_again(run)
    shown = wait_until(lambda: is_done(again), "the second run", 30)
    blocks = manage("GET", f"/runs/{shown['runId']}?actor=alice")["blocks"]
    assert "nothing was sent" in str(blocks), blocks
    equal(sales(), 1)
    api("POST", f"/workflows/{WORKFLOW}/rerun/{run['executionId']}"
        "?asNew=perhaps", expect=422)
    new = run_again(run, "?asNew=true")
    wait_until(lambda: is_done(new), "the third run", 30)
    equal(sales(), 2)


@test
def each_event_acts_once_whenever_tailord_is_killed():
    # Sabotage: give key_make() of src/runtime/executor/key.c a random part, or leave
    # the key out of the request, and sales are made twice.
    user, _ = world["users"]["ent@example.com"]
    accepted, lost = [], []
    for n in range(20):
        killer = threading.Timer(random.random() * 0.06,
                                 world["tailord"].kill)
        killer.start()
        for i in range(4):
            number = f"KILL-{n}-{i}"
            try:
                send(user, number)
                accepted.append(number)
            except (OSError, http.client.HTTPException):
                lost.append(number)
        killer.join()
        kill_tailord()
    for number in accepted:
        ended(number)
    count = collections.Counter(
        r["body"]["tranId"] for r in records()
        if r["body"]["tranId"].startswith("KILL-"))
    equal([n for n in accepted if count[n] != 1], [], "accepted, not one sale")
    equal([n for n in lost if count[n] > 1], [], "more than one sale")
    print(f"# {len(accepted)} accepted, {len(lost)} unanswered, 20 kills")
    equal(manage("GET", "/runs?state=parked")["data"], [])


def sync_document(stop):
    netsuite = json.load(open(os.path.join(
        SOURCE, "data", "connectors", "netsuite.json")))
    http_app = json.load(open(os.path.join(
        SOURCE, "data", "connectors", "http.json")))
    blocks = [{"id": BLOCKS["fetch"], "kind": "action", "name": "Fetch",
               "app": "netsuite", "action": "searchPurchaseOrders"}]
    if stop:
        blocks.append({"id": BLOCKS["stop"], "kind": "stop",
                       "name": "Stop Workflow", "reason": "todo"})
    blocks.append({
        "id": BLOCKS["each"], "kind": "iterate", "name": "For each order",
        "list": "Fetch!items", "label": "OrderId", "onError": "setAside",
        "blocks": [{
            "id": BLOCKS["send"], "kind": "api", "name": "Send order",
            "url": "https://api.example.com/isv/orders",
            "auth": {"kind": "bearer", "app": "http"},
            "mapping": [
                {"target": "external_order_id", "source": "OrderId",
                 "required": True},
                {"target": "last_name", "required": True, "source":
                 '=INDEX(SPLIT($.customer.fullName, " "), 2)'},
                {"target": "lineItems[*].sku",
                 "source": "lines[*].ItemSku"}]}]})
    return {"format": 1, "formulas": 1, "name": "Initial sync",
            "connectors": {"netsuite": put_document(netsuite),
                           "http": put_document(http_app)},
            "trigger": {"id": BLOCKS["start"], "kind": "installation",
                        "name": "On installation"}, "blocks": blocks}


@test
def historical_orders_are_sent_one_by_one_and_bad_ones_set_aside():
    integration, workflow, base, fork = (new_id() for _ in range(4))
    manage("PUT", "/integrations/" + integration, {
        "integrationId": integration, "key": "order-sync", "name": "Orders",
        "app": "netsuite", "icon": "", "active": True, "connectors": {},
        "workflows": [{"workflowId": workflow, "key": "initial",
                       "name": "Initial sync"}]})
    request("publish", {"workflowId": workflow, "versionId": base, "base": 1,
                        "hash": put_document(sync_document(True)),
                        "expectedBase": 0})
    user, _ = world["users"]["other"]
    api("POST", f"/users/{user}/credentials", {"credential": {
        "type": "http", "data": {"host": "api.example.com",
                                 "token": "isv-canary-5"}}})
    installation = api("POST", "/headless/startInstallation", {
        "userId": user, "integrationId": integration})["installationId"]
    api("POST", "/headless/completeInstallation",
        {"installationId": installation, "data": []})

    def todo():
        found = manage("GET", "/runs?installationId=" + installation)["data"]
        return found and found[0]["state"] == "done" and found[0]
    equal(wait_until(todo, "the run that stops")["message"], "to do")
    state = [i for i in manage("GET", "/state")["data"]
             if i["installationId"] == installation][0]
    equal(state["workflows"][0]["todo"], True)
    receipt = request("release", {
        "installationId": installation, "workflowId": workflow,
        "versionId": fork, "base": 1, "fork": 1, "expectedLive": base,
        "hash": put_document(sync_document(False)), "runNow": True})
    equal(receipt["items"][0]["outcome"], "live", str(receipt))
    for _ in range(3):
        wait_until(lambda: len(records("isv:/orders")) > 5, "some orders")
        kill_tailord()

    def done():
        found = manage("GET", "/runs?installationId=" + installation)["data"]
        return found[0]["state"] == "done" and found[0]["setAside"] and found[0]
    run = wait_until(done, "the whole sync", 60)
    equal((run["setAside"], run["message"]), (2, "done, 2 set aside"))
    sent = [r["body"]["external_order_id"] for r in records("isv:/orders")]
    equal((len(sent), len(set(sent))), (203, 203))
    state = [i for i in manage("GET", "/state")["data"]
             if i["installationId"] == installation][0]
    equal(state["workflows"][0]["todo"], False)
    equal(run_of("PO-000007")["runId"], run["runId"])


@test
def no_secret_is_in_any_file_or_answer():
    secrets = [v.encode() for v in ACCOUNT.values() if "canary" in v]
    secrets.append(b"isv-canary-5")
    for folder, _, names in os.walk(world["dir"]):
        for name in names:
            if name in ("standin.json", "control.sock"):
                continue
            with open(os.path.join(folder, name), "rb") as f:
                text = f.read()
            for secret in secrets:
                assert secret not in text, (name, secret)


if __name__ == "__main__":
    main(start, stop)
