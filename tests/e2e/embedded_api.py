#!/usr/bin/env python3
"""The embedded API as an ISV's backend and an end user's page use it: install,
events, versions, upgrades, both environments, another user's things."""
import copy
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import SOURCE, Daemon, Suite  # noqa: E402
from harness import wait_until  # noqa: E402

suite = Suite("embedded")
TRIGGER, BLOCK, ASK = (str(uuid.uuid4()) for _ in range(3))


def new_id():
    return uuid.uuid4().hex[:24]


def canonical(v):
    return json.dumps(v, sort_keys=True, separators=(",", ":"),
                      ensure_ascii=False).encode()


def document(formula, ask=False):
    blocks = [{"id": BLOCK, "kind": "math", "name": "Tax", "formula": formula}]
    if ask:
        blocks.insert(0, {
            "id": ASK, "kind": "variables", "name": "Settings", "values": [
                {"name": "region", "ask": {"label": "Region"}}]})
    return {"format": 1, "formulas": 1, "name": "Orders", "blocks": blocks,
            "trigger": {"id": TRIGGER, "kind": "event", "name": "New order",
                        "event": "order.recorded", "sample": {"total": 100}}}


class World:
    def __init__(self, daemon):
        self.d = daemon
        self.live = daemon.key("backend")
        self.test = daemon.key("backend-test", "development")
        self.integration, self.workflow = new_id(), new_id()
        self.base = []

    def manage(self, method, path, body):
        data = body if isinstance(body, bytes) else json.dumps(body)
        status, answer, _ = self.d.call(method, "/manage/v1" + path, data,
                                        self.d.manage)
        if status != 200:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer

    def request(self, kind, item):
        receipt = self.manage("POST", "/requests", {"requests": [
            {"key": new_id(), "kind": kind, "actor": "alice", "items": [item]}]})
        return receipt["data"][0]["items"][0]

    def put(self, doc):
        text = canonical(doc)
        name = hashlib.sha256(text).hexdigest()
        self.manage("PUT", "/documents/" + name, text)
        return name

    def catalogue(self, key="orders", name="Order sync", app="shop"):
        self.manage("PUT", "/integrations/" + self.integration, {
            "integrationId": self.integration, "key": key,
            "name": name, "app": app, "icon": "", "active": True,
            "workflows": [{"workflowId": self.workflow, "key": "orders",
                           "name": "Orders"}], "connectors": {}})

    def publish(self, doc):
        number, version = len(self.base) + 1, new_id()
        item = self.request("publish", {
            "workflowId": self.workflow, "versionId": version, "base": number,
            "hash": self.put(doc), "expectedBase": number - 1})
        self.base.append(version)
        return item

    def api(self, method, path, body=None, key=None, user=None):
        status, answer, _ = self.d.call(
            method, "/2024-03" + path, body,
            None if user else key or self.live, user)
        return status, answer

    def row(self, name):
        return self.api("GET", f"/workflows/{self.workflow}?userId={name}")[1]["data"]

    def statuses(self, name):
        rows = self.api("GET", f"/workflows/{self.workflow}/versions?userId={name}")[1]["data"]
        return [(r["versionName"], r["status"]) for r in rows]

    def install(self, name):
        self.api("POST", "/users", {"username": name, "fullName": name.title()})
        status, begun = self.api("POST", "/headless/startInstallation", {
            "userId": name, "integrationId": self.integration})
        if status != 200:
            raise RuntimeError(begun)
        done = self.api("POST", "/headless/completeInstallation", {
            "installationId": begun["installationId"], "data": []})
        return begun, done


def test_install(w):
    suite.equal("published", w.publish(document("=total * 0.05"))["outcome"], "released")
    w.api("POST", "/users", {"username": "ann"})
    row = w.row("ann")
    suite.equal("not installed yet", (row["installed"], row["version"],
                                      row["installedVersion"], row["active"]),
                (False, 1, None, False))
    suite.equal("its versions", w.statuses("ann"), [("Version 1", "released")])
    begun, done = w.install("ann")
    suite.equal("nothing is asked", begun["data"], [])
    suite.equal("installed", done, (200, {
        "message": "Installation completed successfully"}))
    suite.equal("a second time changes nothing", w.install("ann")[1][0], 200)
    row = w.row("ann")
    suite.equal("it runs version 1", (row["installed"], row["installedVersion"],
                                      row["active"], row["updateAvailable"],
                                      row["installedVersionId"]),
                (True, 1, True, False, w.base[0]))
    suite.equal("blocks", [(b["type"], b["name"]) for b in row["blocks"]],
                [("customEvent", "New order"), ("math", "Tax")])
    for name in (w.integration, "orders", "shop"):
        status, one = w.api("GET", f"/integrations/{name}?userId=ann")
        suite.equal(f"the integration by {name[:8]}", (
            status, one["data"]["installed"], one["data"]["workflows"][0]["installedVersion"]),
            (200, True, 1))
    suite.equal("its list", [i["integrationId"] for i in w.api(
        "GET", "/integrations?userId=ann")[1]["data"]], [w.integration])
    status, there = w.api("GET", "/installations")
    suite.equal("installations", [i["installationId"] for i in there["data"]],
                [begun["installationId"]])
    suite.equal("one of them", w.api(
        "GET", "/installations/" + begun["installationId"])[1]["data"]["enabled"], True)
    users = w.api("GET", f"/workflows/{w.workflow}/users")[1]["data"]
    suite.equal("who has it", [(u["username"], u["installedVersion"]) for u in users],
                [("ann", 1)])
    return begun["installationId"]


def test_events(w):
    sent = {"event": "order.recorded", "userId": "ann", "data": {"total": 1}}
    status, answer = w.api("POST", "/run/event", sent)
    suite.equal("an event", (status, answer["message"], len(answer["executionIds"])),
                (200, "Event successfully triggered", 1))
    suite.check("its execution's id", re.fullmatch(
        r"[\w-]{21,36}", answer["executionIds"][0]), answer)
    suite.equal("another event starts nothing", w.api(
        "POST", "/run/event", dict(sent, event="other"))[1]["executionIds"], [])
    suite.equal("without a name", w.api("POST", "/run/event", {"userId": "ann"})[0], 400)
    suite.equal("for nobody", w.api(
        "POST", "/run/event", dict(sent, userId="nobody"))[0], 404)
    status, answer = w.api("POST", "/run/workflow", {
        "workflowName": "Orders", "userId": "ann", "data": {}})
    suite.equal("a start by name", (status, answer["message"]), (200, "success"))
    logs = w.api("GET", f"/workflows/{w.workflow}/logs?userId=ann")[1]["data"]
    suite.equal("both are in the log, newest first", (
        len(logs), logs[0]["executionId"]), (2, answer["executionId"]))
    suite.equal("page 1 is empty", w.api(
        "GET", f"/workflows/{w.workflow}/logs?userId=ann&page=1")[1]["data"], [])
    suite.equal("counted", w.api(
        "GET", f"/workflows/{w.workflow}/analytics")[1]["totalWorkflowRuns"], 2)
    events = w.api("GET", "/events")[1]["data"]
    suite.equal("the events that are waited for", [(e["name"], e["body"]) for e in events],
                [("order.recorded", {"total": 100})])
    suite.equal("off", w.api("PUT", "/workflows/deactivate", {
        "userId": "ann", "workflowId": w.workflow})[1]["deactivated"], True)
    suite.equal("then an event starts nothing", w.api(
        "POST", "/run/event", sent)[1]["executionIds"], [])
    suite.equal("on", w.api("PUT", "/workflows/activate", {
        "userId": "ann", "workflowId": w.workflow})[1]["activated"], True)
    suite.equal("all off", w.api("PUT", "/users/ann/deactivate-workflows")[0], 200)
    suite.equal("is off", w.row("ann")["active"], False)
    w.api("PUT", "/workflows/activate", {"userId": "ann", "workflowId": w.workflow})


def test_once(w):
    """Sabotage: leave once_end() out of run_event() or run_workflow(), or the
    hash out of answer_again() in src/runtime/embedded/once.c."""
    w.api("POST", "/users", {"username": "one"})
    w.install("one")
    w.install("two")

    def post(path, body, key):
        return w.d.call("POST", "/2024-03" + path, body, w.live,
                        headers={"Idempotency-Key": key})
    event = {"event": "order.recorded", "userId": "one", "data": {"total": 5}}
    start = {"workflowId": w.workflow, "userId": "one", "data": {"total": 5}}
    for path, body in (("/run/event", event), ("/run/workflow", start)):
        key = "order-17" + path[5:]
        status, first, headers = post(path, body, key)
        suite.equal(path + " is accepted", (
            status, "Idempotency-Replayed" in headers), (200, False))
        other = dict(body, data={"total": 6})
        suite.equal(path + " another body with its key",
                    [post(path, other, key)[i] for i in (0,)] +
                    [post(path, other, key)[1]["error"]], [409, "conflict"])
        w.d.kill()
        w.d.start()
        text = json.dumps(dict(reversed(body.items())), indent=3)
        status, again, headers = post(path, text, key)
        suite.equal(path + " again, after a kill", (
            status, again, headers.get("Idempotency-Replayed")),
            (200, first, "true"))
        suite.equal(path + " of another user with the same key is new",
                    post(path, dict(body, userId="two"), key)[1] != first, True)
        suite.equal(path + " without a key is new",
                    w.api("POST", path, body)[1] != first, True)
        for bad in ("", "a b", "x" * 256):
            suite.equal(f"{path} the key {bad[:3]!r}", post(
                path, body, bad)[0], 422)
    suite.equal("a key belongs to one operation", post(
        "/run/workflow", start, "order-17event")[0], 409)
    suite.equal("a refused request uses no key up", [post(
        "/run/event", dict(event, **more), "later")[0]
        for more in ({"event": ""}, {})], [400, 200])


def test_nul(w):
    """Sabotage: drop value_refuse_nul in http_request_json; give "data" to
    api_body_data nowhere (then a payload with a NUL is refused)."""
    nul = "\u0000"
    event = {"event": "order.recorded", "userId": "ann", "data": {}}
    credential = {"userId": "ann", "credential": {
        "type": "http", "data": {"header": "x", "value": "a" + nul}}}
    for method, path, body in (
            ("POST", "/run/event", dict(event, userId="ann" + nul + "evil")),
            ("POST", "/run/event", dict(event, event="order.recorded" + nul)),
            ("POST", "/run/event", {**event, "more" + nul: 1}),
            ("POST", "/run/workflow", {"workflowName": "Orders" + nul,
                                       "userId": "ann"}),
            ("POST", "/users", {"username": "ann" + nul + "b"}),
            ("POST", "/users", {"username": "abe", "fullName": nul}),
            ("POST", "/users/batch", {"users": [{"username": "ann" + nul}]}),
            ("PUT", "/users/ann", {"fullName": "Ann" + nul}),
            ("PUT", "/workflows/deactivate", {"userId": "ann" + nul,
                                              "workflowId": w.workflow}),
            ("POST", "/users/ann/credentials", credential),
            ("POST", "/headless/startInstallation", {
                "userId": "ann" + nul, "integrationId": w.integration})):
        status, answer = w.api(method, path, body)
        suite.equal(f"a NUL in {method} {path} {sorted(body)}",
                    (status, "NUL" in answer["message"]), (422, True))
    suite.equal("ann is on as before", w.row("ann")["active"], True)
    suite.equal("nobody was made of it", w.api("GET", "/users/abe")[0], 404)
    status, answer = w.api("POST", "/run/event", dict(
        event, data={"total": 1, "note": "a" + nul + "b"}))
    suite.equal("a payload may hold one", (status, len(answer["executionIds"])),
                (200, 1))
    runs = w.manage("GET", "/runs?limit=1", "")["data"]
    run = w.manage("GET", f"/runs/{runs[0]['runId']}?actor=alice", "")
    suite.equal("and keeps it", run["input"]["note"], "a" + nul + "b")
    receipt = w.d.call("POST", "/manage/v1/requests", json.dumps({"requests": [{
        "key": new_id(), "kind": "pause", "actor": "al" + nul, "items": []}]}),
        w.d.manage)
    suite.equal("an actor with a NUL", receipt[0], 422)


def credential_named(**more):
    return {"userId": "ann", "credential": dict(
        more, type="http", data={"header": "x", "value": "a"})}


def test_names(w):
    """A name that a call stores is short and has no control character.
    Sabotage: let name_check() or name_check_user() of installed/name.c say
    that each name is good,
    or leave check_given() out of create() in embedded/connect.c."""
    for route, body in (
            ("POST /users", lambda n: {"username": n}),
            ("POST /users", lambda n: {"username": "u" + new_id(), "fullName": n}),
            ("PUT /users/ann", lambda n: {"fullName": n}),
            ("PUT /users/ann", lambda n: {"username": n}),
            ("POST /users/ann/credentials", lambda n: credential_named(name=n)),
            ("POST /users/ann/credentials", lambda n: credential_named(scopes=[n])),
            ("POST /headless/credentials", lambda n: credential_named(name=n)),
            ("POST /headless/credentials", lambda n: credential_named(
                scopes=[n]))):
        method, path = route.split()
        key = sorted((body("n").get("credential") or body("n")).keys())
        for name, why in (("n" * 256, "too long (at most 255 bytes)"),
                          ("é" * 128, "too long (at most 255 bytes)"),
                          ("a\nb", "has a control character"),
                          (5, None)):
            status, answer = w.api(method, path, body(name))
            suite.check(f"{route} {key} {str(name)[:4]!r}", status in (400, 422)
                        and (why or "") in answer["message"], answer)
    suite.equal("a batch", w.api("POST", "/users/batch", {
        "users": [{"username": "n" * 256}]})[0], 400)
    for method, path in (("POST", "/users"), ("PUT", "/users/ann")):
        for name in (".", ".."):
            status, answer = w.api(method, path, {"username": name})
            suite.equal(f"{method} {path} {name}", (status, answer["message"]), (
                422, f'username: "{name}" cannot be part of an address'))
    for name in ("zo\u200be", "zoe\u00ad", "\u202ezoe"):
        for method, path in (("POST", "/users"), ("PUT", "/users/ann")):
            status, answer = w.api(method, path, {"username": name})
            suite.check(f"{method} {path} {name!r}", status == 422 and
                        "username: has an invisible character (U+" in
                        answer["message"], answer)
        item = w.request("user", {"userId": new_id(), "username": name})
        suite.equal(f"a user by request, {name!r}", item["outcome"], "refused")
    item = w.request("user", {"userId": new_id(), "username": ".."})
    suite.equal("a user by request, named ..", item["outcome"], "refused")
    item = w.request("user", {"userId": new_id(), "username": "n" * 256})
    suite.equal("a user by request", (item["outcome"], item["message"]),
                ("refused", "username: too long (at most 255 bytes)"))
    status, answer = w.api("POST", "/users/ann/credentials",
                           credential_named(scopes=["s"] * 101))
    suite.equal("many scopes", (status, answer["message"]),
                (422, "scopes: more than 100 texts"))
    w.api("POST", "/users", {"username": "u" * 255, "fullName": "é" * 127})
    suite.equal("a long name is kept", w.api(
        "GET", "/users/" + "u" * 255)[1].get("fullName"), "é" * 127)
    w.api("DELETE", "/users/" + "u" * 255)


def test_names_of_others(w):
    """A username that is the id of another user, and a host that is none.
    Sabotage: leave check_no_id() out of add_user() or user_update() in
    embedded/users.c, or check_host() out of create() in connect.c."""
    ann = w.api("GET", "/users/ann")[1]["userId"]
    for method, path in (("POST", "/users"), ("PUT", "/users/bob")):
        w.api("POST", "/users", {"username": "bob"})
        status, answer = w.api(method, path, {"username": ann})
        suite.equal(f"{method} {path}: the id of another",
                    (status, answer.get("message")),
                    (409, f"username {ann}: it is the id of another user"))
    suite.equal("one's own id", w.api("PUT", "/users/ann", {
        "username": ann})[0], 200)
    w.api("PUT", f"/users/{ann}", {"username": "ann"})
    with open(os.path.join(SOURCE, "data/connectors/http.json")) as f:
        w.put(json.load(f))
    for host in ("good.example/../../x", "", "*.example"):
        status, answer = w.api("POST", "/users/ann/credentials", {
            "credential": {"type": "http", "data": {
                "host": host, "token": "t"}}})
        suite.check(f"the host {host!r}", status == 422 and
                    "host: not a host name" in answer["message"], answer)
    w.api("DELETE", "/users/bob")


def test_repeats(w, installation):
    """What a request repeats is refused before it is looked up again.
    Sabotage: leave has_id() out of check_wanted(), or check_data() out of
    headless_complete(), in embedded/install.c."""
    block = {"workflowId": w.workflow, "blockId": new_id(), "fields": []}
    ids = [w.workflow] * 2
    for what, path, body in (
            ("workflows of a start", "start",
             {"integrationId": w.integration, "workflowIds": ids}),
            ("workflows", "complete", {"workflowIds": ids}),
            ("blocks", "complete", {"data": [block] * 2})):
        status, answer = w.api("POST", f"/headless/{path}Installation", dict(
            body, userId="ann", installationId=installation))
        suite.equal("repeated " + what,
                    (status, "twice" in answer["message"]), (422, True))
    status, answer = w.api("POST", "/headless/completeInstallation", {
        "installationId": installation,
        "data": [dict(block, blockId=str(i)) for i in range(1001)]})
    suite.equal("more blocks than 1000", (status, answer["message"]),
                (422, "data: more than 1000 blocks"))


def test_large(w):
    """Sabotage: read every payload whole in payload_set (the answers grow past
    what clients take, and the call past what others can wait)."""
    w = copy.copy(w)
    w.integration, w.workflow, w.base = new_id(), new_id(), []
    w.catalogue("large", "Large", "large")
    doc = document("=CONCAT(note, note)")
    doc["blocks"][0]["kind"] = "text"
    w.publish(doc)
    w.install("lea")
    ids = []
    for i in range(4):
        status, answer = w.api("POST", "/run/event", {
            "event": "order.recorded", "userId": "lea",
            "data": {"total": i, "note": str(i) * 3000000}})
        ids += answer["executionIds"]
    for i in range(30):
        w.api("POST", "/run/event", {
            "event": "order.recorded", "userId": "lea",
            "data": {"total": i, "note": "n" * 150000}})

    def runs():
        page = w.manage("GET", "/runs?limit=40", "")["data"]
        going = [r for r in page if r["state"] in ("accepted", "running")]
        return page if not going else None
    run = next(r for r in wait_until(runs, "the runs to end")
               if r["executionId"] == ids[0])
    shown = w.manage("GET", f"/runs/{run['runId']}?actor=alice", "")
    suite.equal("a large payload is cut, and says so",
                (shown["input"]["cut"], shown["input"]["bytes"] > 3000000,
                 len(shown["input"]["head"]), shown["input"]["head"][:20],
                 shown["payloadsCut"]),
                (True, True, 2000, '{"total":0,"note":"0', 2))
    output = shown["blocks"][0]["output"]
    suite.equal("so is the output that the formula made of it",
                (output["cut"], output["bytes"] > 6000000), (True, True))
    for limit in (30, 10):
        text = json.dumps(w.api(
            "GET", f"/workflows/{w.workflow}/logs?userId=lea&limit={limit}")[1])
        suite.check(f"a page of {limit} logs stays small",
                    2000000 < len(text) < 4700000, len(text))
    data = w.api("GET", f"/workflows/{w.workflow}/logs?userId=lea&limit=30")[1]["data"]
    outputs = [r["data"][0]["json"] for run in data for r in run["results"]
               if r["data"]]
    suite.check("what was cut in it says so", any(
        o.get("cut") and o["bytes"] > 300000 for o in outputs) and any(
            not o.get("cut") for o in outputs), [str(o)[:60] for o in outputs])


def test_queries(w):
    """Sabotage: leave the refusal out of query_number(), query_time() or
    query_choice() (embedded/query.c); the ERR_NOT_FOUND of api_page_after()."""
    logs = f"/workflows/{w.workflow}/logs?"
    for path, name in (
            ("/users?limit=abc", "limit"), ("/users?limit=0", "limit"),
            ("/users?limit=-1", "limit"), ("/users?limit=1x", "limit"),
            ("/users?after=zzz", "after"), ("/installations?limit=1.5", "limit"),
            ("/installations?after=" + new_id(), "after"),
            (logs + "limit=abc", "limit"), (logs + "page=-1", "page"),
            (logs + "order=up", "order"), (logs + "error=maybe", "error"),
            ("/logs?page=-1", "page"), ("/logs?limit=%20", "limit")):
        status, answer = w.api("GET", path)
        suite.equal(f"{path.split('/')[-1]} is refused by name",
                    (status, answer["message"].split(":")[0]), (422, name))
    for path, name in (
            ("/feed?after=zzz", "after"), ("/feed?wait=x", "wait"),
            ("/feed?limit=-5", "limit"), ("/users?after=zzz", "after"),
            ("/state?limit=0", "limit"), ("/versions?after=-1", "after"),
            ("/info?cursor=x", "cursor"), ("/info?receipt=x", "receipt"),
            ("/runs?after=zzz", "after"), ("/runs?since=x", "since"),
            ("/runs?until=x", "until"), ("/runs?limit=abc", "limit")):
        status, answer, _ = w.d.call("GET", "/manage/v1" + path, None, w.d.manage)
        suite.equal(f"{path} is refused by name",
                    (status, answer["message"].split(":")[0]), (422, name))
    for path in ("/users?limit=99999999999999999999", "/users?limit=&after=",
                 "/logs?page=0", logs + "order=ASC&error=False"):
        suite.equal(f"{path.split('/')[-1]} is taken", w.api("GET", path)[0], 200)


def test_pages_of_logs(w, path, ids):
    """Sabotage: bind 0 or INT64_MAX for w->after (use_runs of logs.c); the
    refusal in read_skipped(); the trigger run_total_update (runtime_schema.c).
    """
    for scope in ("", "&userId=nora"):
        for order, wanted in (("desc", ids[::-1]), ("asc", ids)):
            seen, after = [], ""
            while len(seen) < 9:
                page = w.api("GET", f"{path}limit=1&order={order}{scope}{after}")[1]
                seen += [r["executionId"] for r in page["data"]]
                if "cursor" not in page:
                    break
                after = "&after=" + page["cursor"]
            suite.equal(f"pages by cursor, {order}{scope}", seen, wanted)
        failed = w.api("GET", f"{path}limit=1&error=true{scope}")[1]
        suite.equal(f"pages of failed runs{scope}", (
            [r["executionId"] for r in failed["data"]], w.api(
                "GET", f"{path}error=true{scope}&after=" + failed["cursor"])[1]),
            (ids[1:2], {"data": []}))
    suite.equal("a page by number", [r["executionId"] for r in w.api(
        "GET", path + "limit=1&page=1&userId=nora")[1]["data"]], ids[1:2])
    suite.equal("far pages", [w.api("GET", path + q)[0] for q in (
        "limit=10&page=100", "limit=10&page=101", "page=99999999")],
        [200, 422, 422])
    suite.equal("the counts", w.api(
        "GET", f"/workflows/{w.workflow}/analytics")[1], {
            "totalWorkflowRuns": 3, "totalErrors": 1, "totalAppActions": 2})


def test_narrowed(w):
    """Sabotage: read RS_USER_LIST always (read_users of users.c); drop "u.n"
    from RUN_AGAIN; bind 0 for wanted->failed, or use the newest first always
    (use_runs of logs.c)."""
    w = copy.copy(w)
    w.integration, w.workflow, w.base = new_id(), new_id(), []
    w.catalogue("narrow", "Narrow", "narrow")
    w.publish(document("=total * 2"))
    w.install("nora")
    w.install("nils")
    nora = w.api("GET", "/users/nora")[1]["userId"]
    listed = w.api("GET", f"/users?parentWorkflowId={w.workflow}")[1]["data"]
    suite.equal("the users of a workflow", [u["username"] for u in listed],
                ["nora", "nils"])
    # Sabotage: bind 0 for after (read_users() of embedded/workflows.c).
    first = w.api("GET", f"/workflows/{w.workflow}/users?limit=1")[1]
    second = w.api("GET", f"/workflows/{w.workflow}/users?limit=1&after=" +
                   first["cursor"])[1]
    suite.equal("the same in pages", [u["username"] for u in
                                      first["data"] + second["data"]],
                ["nora", "nils"])
    suite.equal("the end of the pages", w.api(
        "GET", f"/workflows/{w.workflow}/users?after=" + second["cursor"]),
        (200, {"data": []}))
    suite.equal("of an unknown workflow", w.api(
        "GET", "/users?parentWorkflowId=" + new_id())[0], 404)
    suite.equal("events of an unknown user", [
        w.api("GET", "/events" + q)[0] for q in ("?userId=nobody", "?userId=nora", "")],
        [404, 200, 200])
    ids = [w.api("POST", "/run/workflow", {
        "workflowId": w.workflow, "userId": "nora", "data": {"total": total}})[1][
            "executionId"] for total in (1, "none", 3)]
    path = f"/workflows/{w.workflow}/logs?"

    def ended():
        rows = w.api("GET", path + "userId=nora")[1]["data"]
        return rows if all(r["finished"] for r in rows) else None
    rows = wait_until(ended, "the runs to end")
    suite.equal("newest first", [r["executionId"] for r in rows], ids[::-1])
    for scope in ("", "&userId=nora"):
        for query, wanted in (("order=asc", ids), ("error=true", ids[1:2]),
                              ("order=desc&error=false", ids[::-1])):
            suite.equal(f"{query}{scope}", [r["executionId"] for r in w.api(
                "GET", path + query + scope)[1]["data"]], wanted)
    test_errors(w, ids[1])
    test_pages_of_logs(w, path, ids)
    again = f"/workflows/{w.workflow}/rerun/{ids[0]}"
    suite.equal("a run of another user is not run again", [
        w.api("POST", again + "?userId=" + u)[0] for u in ("nils", "nobody", nora)],
        [404, 404, 200])
    status, answer = w.api("POST", "/run/event", {
        "event": "order.recorder", "userId": "nora", "data": {}})
    # Sabotage: leave "waitingFor" out of answer_event() of embedded/run.c.
    suite.equal("a misspelt event", (status, answer), (200, {
        "message": "Event successfully triggered", "executionIds": [],
        "matched": 0, "waitingFor": ["order.recorded"]}))
    answer = w.api("POST", "/run/event", {
        "event": "order.recorded", "userId": "nora", "data": {"total": 1}})[1]
    suite.equal("one that matches", (answer["matched"], len(answer["executionIds"]),
                                     "waitingFor" in answer), (1, 1, False))
    # Sabotage: leave the first check out of read_full_name() of users.c.
    for path, body in (("/users", {"username": "numb", "fullName": 5}),
                       ("/users/nora", {"fullName": 5})):
        status, answer = w.api("PUT" if "nora" in path else "POST", path, body)
        suite.equal(f"{path}: a full name that is a number",
                    (status, answer["message"]), (422, "fullName: not a text"))
    invalid = w.api("POST", "/users/batch", {"users": [
        {"username": "numb", "fullName": 5}, {"username": "fine", "fullName": None}]})
    suite.equal("a batch hands it back", (invalid[0], invalid[1]["invalidUsers"]),
                (200, [{"username": "numb", "fullName": 5}]))


def upgrade(w, name="ann", **how):
    path = f"/workflows/{w.workflow}/upgrade" + ("" if how else f"?userId={name}")
    return w.api("PUT", path, **how)[1]


def test_upgrade(w, installation):
    """The rule of upgrades without a version id (upgrade_target): the awaiting
    version, else the newest base with no fork live, else nothing."""
    suite.equal("nothing newer", upgrade(w)["upgraded"], False)
    w.publish(document("=total * 0.06"))
    row = w.row("ann")
    suite.equal("an update is available", (row["version"], row["installedVersion"],
                                           row["updateAvailable"]), (2, 1, True))
    suite.equal("upgraded", upgrade(w)["upgraded"], True)
    suite.equal("the old one is superseded", w.statuses("ann"),
                [("Version 2", "live"), ("Version 1", "superseded")])
    w.publish(document("=total * 0.07", ask=True))
    answer = upgrade(w)
    suite.equal("a material one waits", (answer["upgraded"], answer.get("awaitingUpgrade")),
                (False, True))
    # Sabotage: leave "needs" out of answer_upgrade() of embedded/workflows.c.
    suite.equal("and says what is needed", [
        (n["kind"], n["field"]) for n in answer["needs"]], [("answer", "region")])
    edit = w.api("POST", "/headless/editInstallation", {
        "userId": "ann", "integrationId": w.integration})[1]["data"]
    # Sabotage: leave set_needs() out of installation_value() of install.c.
    suite.equal("so does editInstallation", [
        (n["kind"], n["field"], n["workflowId"]) for n in edit["needs"]],
        [("answer", "region", w.workflow)])
    suite.equal("and the old one runs on", w.statuses("ann"), [
        ("Version 3", "awaiting-upgrade"), ("Version 2", "live"),
        ("Version 1", "superseded")])
    suite.equal("also by another call", upgrade(w)["upgraded"], False)
    form = w.api("POST", "/headless/editInstallation", {
        "userId": "ann", "integrationId": w.integration})[1]["data"]["formData"]
    suite.equal("what is asked", [(f["app"], [x["name"] for x in f["fields"]])
                                  for f in form], [("accountVariables", ["region"])])
    answer = {"installationId": installation, "data": [{
        "workflowId": w.workflow, "blockId": ASK,
        "fields": [{"name": "region", "value": 5}]}]}
    suite.equal("a wrong answer", w.api(
        "POST", "/headless/completeInstallation", answer)[0], 422)
    answer["data"][0]["fields"] = [{"name": "no", "value": "x"}]
    suite.equal("an answer that was not asked", w.api(
        "POST", "/headless/completeInstallation", answer)[0], 422)
    answer["data"][0]["fields"] = [{"name": "region", "value": "EU"}] * 2
    # Sabotage: leave api_is_repeated() out of take_fields() of install.c.
    suite.equal("an answer that is there twice", w.api(
        "POST", "/headless/completeInstallation", answer)[0], 422)
    answer["data"][0]["fields"] = [{"name": "region", "value": "EU"}]
    suite.equal("an answer", w.api(
        "POST", "/headless/completeInstallation", answer)[0], 200)
    suite.equal("now it goes live", w.statuses("ann")[0], ("Version 3", "live"))
    suite.equal("and there is no other", upgrade(w)["upgraded"], False)
    # Sabotage: let install_finish() of install.c activate what is paused.
    paused = {"installationId": installation}
    suite.equal("a pause", w.request("pause", paused)["outcome"], "paused")
    suite.equal("a page that installs again", w.api(
        "POST", "/headless/completeInstallation", answer)[0], 200)
    suite.equal("does not end it", w.api(
        "GET", f"/installations/{installation}")[1]["data"]["enabled"], False)
    suite.equal("a resume", w.request("resume", paused)["outcome"], "resumed")


def test_fork(w, installation):
    """A page that asks for an upgrade on every visit keeps a customisation."""
    fork = new_id()
    item = w.request("release", {
        "installationId": installation, "workflowId": w.workflow,
        "versionId": fork, "base": 3, "fork": 1,
        "hash": w.put(document("=total * 0.08")), "expectedLive": w.base[2],
        "replaceAwaiting": False, "runNow": False})
    suite.equal("a fork goes live", item["outcome"], "live")
    row = w.row("ann")
    suite.equal("and is shown as one", (row["customVersion"], row["installedVersion"],
                                        row["installedVersionId"]), (True, 3, fork))
    suite.equal("among the versions", w.statuses("ann")[:2],
                [("v3.1", "live"), ("Version 3", "superseded")])
    w.publish(document("=total * 0.09"))
    suite.equal("upgrade does not wipe it", upgrade(w)["upgraded"], False)
    suite.equal("it is still live", w.row("ann")["installedVersionId"], fork)
    w.install("bob")
    names = [n for n, _ in w.statuses("bob")]
    suite.equal("others do not see it", names,
                ["Version 4", "Version 3", "Version 2", "Version 1"])
    suite.equal("nor do those who have nothing", [
        n for n, _ in w.statuses("ann")][:3], ["Version 4", "v3.1", "Version 3"])


def test_copies(w):
    """A copy names its user: who asks for its runs gets no others. Sabotage:
    leave the owner out of find_scope() of src/runtime/embedded/logs.c."""
    for name in ("ann", "bob"):
        w.api("POST", "/run/event", {"event": "order.recorded", "userId": name,
                                     "data": {"total": 7}})
    logs = w.api("GET", "/logs?limit=100")[1]["notifications"]
    copies = {n["workflowId"]: n["userId"] for n in logs}
    suite.check("two users have runs", len(set(copies.values())) > 1, copies)
    for copy, user in copies.items():
        runs = {r["runId"] for r in w.api(
            "GET", f"/workflows/{copy}/logs?limit=100")[1]["data"]}
        own = {r["runId"] for r in w.api(
            "GET", f"/workflows/{w.workflow}/logs?userId={user}&limit=100"
        )[1]["data"]}
        suite.equal("the runs of a copy are its user's", runs, own)
        suite.check("and there are some", bool(runs))
        suite.equal("so are its errors", w.api(
            "GET", f"/workflows/{copy}/errors")[0], 200)


def test_development(w):
    """A development key sees the catalogue, and nothing that production has
    made of it. Sabotage: let VERSION_LIST of src/store/runtime_statements.def
    give the versions of every installation, or parent_of_child() of
    src/runtime/embedded/common.c not look at the environment."""
    own = w.row("ann")["installedVersionId"]
    copy = next(n["workflowId"] for n in w.api(
        "GET", "/logs?limit=100")[1]["notifications"])
    w.api("POST", "/users", {"username": "dev", "fullName": "Dev"}, key=w.test)
    for user in ("", "?userId=dev"):
        for path in ("/integrations", f"/integrations/{w.integration}",
                     "/workflows", f"/workflows/{w.workflow}",
                     f"/workflows/{w.workflow}/versions", "/events",
                     f"/workflows/{w.workflow}/logs",
                     f"/workflows/{w.workflow}/users", "/installations",
                     "/users", "/logs"):
            text = json.dumps(w.api("GET", path + user, key=w.test)[1])
            suite.check(f"{path}{user} shows no version of production's users",
                        own not in text and "v3.1" not in text and
                        '"customVersion": true' not in text and
                        "ann" not in text.lower(), text[:300])
    for path in (f"/workflows/{copy}?userId=dev", f"/workflows/{copy}/logs",
                 f"/workflows/{copy}/versions", f"/workflows/{copy}/users",
                 f"/workflows/{copy}/analytics"):
        suite.equal(f"{path.split('/')[-1][:9]} of production's copy",
                    w.api("GET", path, key=w.test)[0], 404)


def test_strangers(w, installation):
    """Own and other user, own and other environment."""
    ann = w.api("GET", "/users/ann/token")[1]["token"]
    suite.equal("a page sees its user's workflow", w.api(
        "GET", "/workflows", user=ann)[1]["data"][0]["installed"], True)
    w.api("POST", "/users", {"username": "eve"})
    eve = w.api("GET", "/users/eve/token")[1]["token"]
    suite.equal("and not another's", w.api(
        "GET", "/workflows", user=eve)[1]["data"][0]["installed"], False)
    suite.equal("nor may it switch another's off", w.api(
        "PUT", "/workflows/deactivate",
        {"userId": "ann", "workflowId": w.workflow}, user=eve)[0], 404)
    suite.equal("still on", w.row("ann")["active"], True)
    suite.equal("its own user may", w.api(
        "PUT", "/workflows/deactivate", {"workflowId": w.workflow}, user=ann)[0], 200)
    w.api("PUT", "/workflows/activate", {"userId": "ann", "workflowId": w.workflow})
    for method, path, body in (
            ("GET", f"/workflows/{w.workflow}?userId=ann", None),
            ("GET", f"/workflows/{w.workflow}/versions?userId=ann", None),
            ("GET", f"/workflows/{w.workflow}/logs?userId=ann", None),
            ("GET", f"/workflows/{w.workflow}/users", None),
            ("PUT", f"/workflows/{w.workflow}/upgrade?userId=ann", None),
            ("DELETE", f"/workflows/{w.workflow}?userId=ann", None),
            ("GET", f"/installations/{installation}", None),
            ("GET", "/users/ann/credentials", None),
            ("POST", "/headless/completeInstallation",
             {"installationId": installation, "data": []}),
            ("POST", "/run/event", {"event": "order.recorded", "userId": "ann"})):
        suite.equal(f"the other environment: {method} {path.split('?')[0][:40]}",
                    w.api(method, path, body, key=w.test)[0], 404)
    suite.equal("its own list is empty", w.api(
        "GET", "/installations", key=w.test)[1]["data"], [])


def test_mixed(w, installation):
    """Two ids that do not belong together are refused, and neither is
    ignored. Sabotage: leave api_call_user() out of find_named()
    (embedded/install.c)."""
    w.api("POST", "/users", {"username": "eve"})
    ann = w.api("GET", "/users/ann/credentials")[1]["data"]
    credential = ann[0]["credentialId"] if ann else new_id()
    run = w.api("GET", f"/workflows/{w.workflow}/logs?userId=ann")[1]
    execution = run["data"][0]["executionId"]
    done = {"installationId": installation, "data": []}
    start = {"integrationId": w.integration}
    other = new_id()
    rows = [("POST", "/headless/completeInstallation",
             dict(done, userId=u), None) for u in ("eve", "nobody", other)]
    rows += [
        ("POST", "/headless/completeInstallation?userId=eve", done, None),
        ("POST", "/headless/completeInstallation",
         dict(done, userId="ann", workflowIds=[other]), None),
        ("POST", "/headless/completeInstallation",
         dict(done, userId="ann", credentialIds=[other]), None),
        ("POST", "/headless/editInstallation",
         dict(start, userId="eve", installationId=installation), None),
        ("POST", "/headless/startInstallation",
         dict(start, userId="eve", installationId=installation), None),
        ("POST", "/headless/startInstallation",
         dict(start, userId="eve", credentialIds=[credential]), None),
        ("POST", "/headless/startInstallation",
         dict(start, userId="eve", workflowIds=[other]), None),
        ("DELETE", f"/users/eve/credentials/{credential}", None, None),
        ("POST", f"/workflows/{w.workflow}/rerun/{execution}?userId=eve",
         None, None),
        ("POST", f"/workflows/{other}/rerun/{execution}?userId=ann",
         None, None),
        ("PUT", f"/workflows/{w.workflow}/upgrade?userId=eve", None, None),
        ("PUT", "/workflows/activate",
         {"userId": "eve", "workflowId": w.workflow}, None),
        ("PUT", "/workflows/deactivate",
         {"userId": "eve", "workflowId": w.workflow}, None),
        ("DELETE", f"/workflows/{w.workflow}?userId=eve", None, None),
        ("POST", "/run/workflow",
         {"userId": "eve", "workflowId": w.workflow, "data": {}}, None)]
    before = w.row("ann")
    for method, path, body, user in rows:
        status, answer = w.api(method, path, body, user=user)
        suite.check(f"ids that do not belong together: {method} {path[:40]}",
                    status in (404, 409, 422), (status, answer, body))
    suite.equal("nothing changed", w.row("ann"), before)
    suite.equal("the same with its own user", w.api(
        "POST", "/headless/completeInstallation",
        dict(done, userId="ann"))[0], 200)


def routes_of(auth):
    """Method and path of each route for callers of the kind AUTH."""
    with open(os.path.join(SOURCE, "src/runtime/access/routes.def")) as f:
        found = re.findall(r'^R\("(\w+)",\s*DATED,\s*"([^"]+)",\s*(\w+),',
                           f.read(), re.M)
    return [(m, p) for m, p, kind in found if kind == auth]


def another_integration(w):
    """A second one that is offered, and that nobody has a link for."""
    integration = new_id()
    w.manage("PUT", "/integrations/" + integration, {
        "integrationId": integration, "key": "other", "name": "Other",
        "app": "other", "icon": "", "active": True, "workflows": [],
        "connectors": {}})
    return integration


# Sabotage: let check_user() in src/runtime/access/auth.c not ask for
# AUTH_INSTALL, or api_link_allows() return ERR_OK.
def test_links(w):
    status, link = w.api("GET", f"/users/ann/integrations/{w.integration}/install-url")
    found = re.search(r"/embedded-install\?integrationId=(\w+)&token=([\w-]+)&", link["url"])
    suite.check("a link", status == 200 and found and found.group(1) == w.integration, link)
    status, session, _ = w.d.call("POST", "/link/session", "{}", found.group(2))
    suite.equal("gives a session of its user", (status, session["userId"]), (
        200, w.api("GET", "/users/ann")[1]["userId"]))
    page = session["token"]
    suite.equal("that reads its integration", w.api(
        "GET", "/integrations/" + w.integration, user=page)[0], 200)
    other = another_integration(w)
    for method, path, body in (
            ("GET", "/integrations/" + other, None),
            ("POST", "/headless/startInstallation", {"integrationId": other}),
            *((m, re.sub(r"\{\w+\}", w.workflow, p),
               {"workflowId": w.workflow} if m == "PUT" else None)
              for m, p in routes_of("API_KEY_OR_USER"))):
        suite.equal(f"and not {method} {path}", w.api(
            method, path, body, user=page)[0], 403)
    suite.equal("the link's token is no user's", w.api(
        "GET", "/workflows", user=found.group(2))[0], 401)


    w.api("POST", "/users", {"username": "cat"})
    ids = w.api("GET", "/users/cat")[1]["userId"]
    link = w.api("GET", f"/users/cat/integrations/{w.integration}/install-url")[1]
    token = re.search(r"token=([\w-]+)&", link["url"]).group(1)
    page = w.d.call("POST", "/link/session", "{}", token)[1]["token"]
    begun = w.api("POST", "/headless/startInstallation",
                  {"integrationId": w.integration}, user=page)[1]
    other = w.api("GET", "/users/eve/token")[1]["token"]
    answer = {"installationId": begun["installationId"], "data": []}
    suite.equal("another user cannot complete it", w.api(
        "POST", "/headless/completeInstallation", answer, user=other)[0], 404)
    suite.equal("the page installs", w.api(
        "POST", "/headless/completeInstallation", answer, user=page)[0], 200)
    suite.equal("for the link's user", w.api(
        "GET", "/installations/" + begun["installationId"])[1]["data"]["userId"], ids)
    suite.equal("then the link is dead", w.d.call(
        "POST", "/link/session", "{}", token)[0], 401)
    suite.equal("and its session too", w.api("GET", "/workflows", user=page)[0], 401)


def test_links_of_another(w, installation):
    """A link's session starts, edits and completes installations of the link's
    integration only. Sabotage: leave api_link_allows() out of find_both() (start,
    edit) or out of find_named() (complete) in embedded/install.c."""
    other = copy.copy(w)
    other.integration, other.workflow, other.base = new_id(), new_id(), []
    other.catalogue("second", "Second", "second")
    other.publish(document("=1"))
    link = w.api("GET", f"/users/ann/integrations/{other.integration}/install-url")[1]
    token = re.search(r"token=([\w-]+)&", link["url"]).group(1)
    page = w.d.call("POST", "/link/session", "{}", token)[1]["token"]
    start = {"integrationId": w.integration}
    complete = {"installationId": installation, "data": []}
    for verb, body in (("start", start), ("edit", start), ("complete", complete)):
        status, answer = w.api("POST", f"/headless/{verb}Installation", body, user=page)
        suite.equal(f"a link of another integration does not {verb}",
                    (status, answer.get("message")),
                    (403, "this link is for another integration (make one for this)"))
    suite.equal("but starts its own", w.api(
        "POST", "/headless/startInstallation",
        {"integrationId": other.integration}, user=page)[0], 200)


def test_full_name(w):
    """Sabotage: ask for full_name too where user_update() of
    embedded/users.c sets it."""
    w.api("POST", "/users", {"username": "una", "fullName": "Una Uno"})
    suite.equal("a change of something else leaves the full name", w.api(
        "PUT", "/users/una", {"username": "una"})[1]["fullName"], "Una Uno")
    suite.equal("null clears the full name", w.api(
        "PUT", "/users/una", {"fullName": None})[1]["fullName"], None)
    suite.equal("and it stays cleared", w.api("GET", "/users/una")[1]["fullName"], None)


def test_bearer(w):
    """Sabotage: the loop of bearer() in access/auth.c."""
    for spaces in (1, 2, 5):
        suite.equal(f"Bearer and {spaces} spaces", w.d.call(
            "GET", "/2024-03/users", headers={
                "Authorization": "Bearer" + " " * spaces + w.live})[0], 200)
    for header in ("Bearer", "Bearer   ", "Bearer" + w.live):
        suite.equal(f"not a token: {header[:9]}", w.d.call(
            "GET", "/2024-03/users", headers={"Authorization": header})[0], 401)


def test_errors(w, failed):
    """An error says what failed, when, in which block of which workflow."""
    rows = w.api("GET", f"/workflows/{w.workflow}/errors?userId=nora")[1]["data"]
    suite.equal("one run failed", [r["executionId"] for r in rows], [failed])
    [row] = rows
    suite.equal("its workflow", row["workflowId"], w.workflow)
    suite.check("what failed", bool(row["error"]), row)
    suite.equal("when", row["createdAt"], row["stoppedAt"])
    # Sabotage: leave add_failure() out of workflow_errors().
    suite.equal("the block", [(r["blockId"], r["error"]) for r in row["results"]],
                [(row["blockId"], row["error"])])


def logs(w, *filters):
    text = json.dumps([{"columns": {"value": c}, "operators": {"value": o},
                        "userinput": {"value": i}, "condition": {"value": "and"}}
                       for c, o, i in filters])
    return w.api("GET", "/logs?filters=" + urllib.parse.quote(text))


def test_logs(w):
    ann = w.api("GET", "/users/ann")[1]["userId"]
    status, found = logs(w)
    suite.equal("all logs", (status, found["pagination"]["currentPage"]), (200, 1))
    total = found["pagination"]["totalItems"]
    suite.check("there are some", total >= 2, found)
    suite.equal("of one user", logs(w, ("userId", "equals", ann))[1][
        "pagination"]["totalItems"], total)
    suite.equal("of nobody", logs(w, ("userId", "notequals", ann))[1][
        "notifications"], [])
    suite.equal("of a workflow and a time", logs(
        w, ("forgeWorkflowId", "equals", w.workflow),
        ("createdAt", "greaterthan", "2020-01-01T00:00:00.000Z"),
        ("workflowVersion", "lessthan", "2"))[1]["pagination"]["totalItems"], total)
    suite.equal("by a number", logs(w, ("workflowVersion", "lessthan", 2))[1][
        "pagination"]["totalItems"], total)
    suite.equal("by no text or number", logs(
        w, ("workflowVersion", "lessthan", [2]))[0], 422)
    suite.equal("an unknown column", logs(w, ("password", "equals", "x"))[0], 422)
    one = found["notifications"][0]
    suite.equal("one of them", w.api("GET", "/logs/" + one["_id"])[1]["data"][
        "data"]["executionId"], one["data"]["executionId"])
    suite.equal("not from the other environment", w.api(
        "GET", "/logs/" + one["_id"], key=w.test)[0], 404)
    again = w.api("POST", f"/workflows/{w.workflow}/rerun/" + one["data"]["executionId"])
    suite.equal("run again", (again[0], again[1]["message"]), (200, "success"))
    suite.equal("is one more", logs(w)[1]["pagination"]["totalItems"], total + 1)


def test_pages(w):
    """Long lists come in pages; a cursor leads on."""
    for path, key in (("/users", "userId"), ("/installations", "installationId")):
        whole = [r[key] for r in w.api("GET", path)[1]["data"]]
        pages, after = [], ""
        while True:
            page = w.api("GET", f"{path}?limit=2{after}")[1]
            pages += [r[key] for r in page["data"]]
            if "cursor" not in page:
                break
            after = "&after=" + page["cursor"]
        suite.check(f"{path} in pages of two", pages == whole and len(whole) > 2,
                    (pages, whole))
    # Sabotage: drop RS_USER_ANYWHERE from page_start() of users.c.
    made = w.api("POST", "/users", {"username": "gone between pages"})[1]
    last = w.api("POST", "/users", {"username": "after the gap"})[1]
    gone, last = made["userId"], last["userId"]
    suite.equal("a user is deleted", w.api("DELETE", "/users/" + gone)[0], 200)
    status, page = w.api("GET", "/users?after=" + gone)
    suite.equal("paging goes on after a deleted user",
                (status, [r["userId"] for r in page.get("data", [])]),
                (200, [last]))
    # Sabotage: refuse a deleted user's row (db_is_null(q, 9) as gone), or do
    # not compare the environment, in api_installation_after().
    ids = {}
    for name in ("ends between pages", "stays"):
        w.api("POST", "/users", {"username": name})
        ids[name] = w.install(name)[0]["installationId"]
    w.api("DELETE", "/users/" + urllib.parse.quote("ends between pages"))
    path = "/installations?after=" + ids["ends between pages"]
    status, page = w.api("GET", path)
    suite.equal("paging goes on after an installation whose user is deleted",
                (status, [r["installationId"] for r in page.get("data", [])]),
                (200, [ids["stays"]]))
    suite.equal("but not in the other environment",
                w.api("GET", path, key=w.test)[0], 422)


def test_quota(w):
    """A store that cannot grow: what is answered 200 is there, the rest is
    told so, and it goes on once there is room."""
    if not shutil.which("prlimit"):
        suite.skip("a store that cannot grow", "prlimit is missing")
        return
    pid = str(w.d.process.pid)
    wal = os.path.join(w.d.state, "tailord.db-wal")
    size = os.path.getsize(wal) if os.path.exists(wal) else 0
    subprocess.run(["prlimit", "--pid", pid, f"--fsize={max(size, 4096)}:"], check=True)

    def make(i):
        return f"full{i}", w.api("POST", "/users", {
            "username": f"full{i}", "fullName": "x" * 250})
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(make, range(200)))
    subprocess.run(["prlimit", "--pid", pid, "--fsize=unlimited:"], check=True)
    answers = {s for _, (s, _) in made}
    suite.check("some were refused", answers & {500, 503}, answers)
    suite.check("with an error of the table", all(
        a.get("error") in ("io", "diskFull", "outcomeUnknown", "busy")
        for _, (s, a) in made if s != 200), made[-1])
    there = {u["username"] for u in w.api("GET", "/users")[1]["data"]}
    lost = [n for n, (s, _) in made if s == 200 and n not in there]
    suite.equal("no acknowledged user is lost", lost, [])
    told = {n: a for n, (s, a) in made if s != 200}
    half = [n for n, a in told.items()
            if n in there and a.get("error") != "outcomeUnknown"]
    suite.equal("what was told to have failed is not there", half, [])
    suite.equal("and it goes on", make("after")[1][0], 200)


def test_kill(w):
    """Killed under load: every acknowledged event is in the journal."""
    before = w.api("GET", f"/workflows/{w.workflow}/analytics")[1]["totalWorkflowRuns"]

    def send(_):
        try:
            status, answer = w.api("POST", "/run/event", {
                "event": "order.recorded", "userId": "ann", "data": {"total": 1}})
            return len(answer["executionIds"]) if status == 200 else 0
        except OSError:
            return 0
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(send, i) for i in range(200)]
        next(j for j in jobs[40:41]).result()
        w.d.kill()
        accepted = sum(j.result() for j in jobs)
    w.d.start()
    after = w.api("GET", f"/workflows/{w.workflow}/analytics")[1]["totalWorkflowRuns"]
    suite.check(f"kill -9: none of {accepted} accepted events lost",
                accepted > 0 and after - before >= accepted, (before, after, accepted))


def add_runs(w, count, labels=False):
    """Copies of a run that has ended, written while the runtime is stopped."""
    w.d.stop()
    db = sqlite3.connect(os.path.join(w.d.state, "tailord.db"))
    columns = [r[1] for r in db.execute("PRAGMA table_info(run)") if r[1] != "n"]
    db.row_factory = sqlite3.Row
    one = dict(db.execute("SELECT * FROM run WHERE state = 2 AND environment = 1"
                          " ORDER BY n LIMIT 1").fetchone())
    one["accepted_at"] = db.execute(
        "SELECT max(accepted_at) FROM run").fetchone()[0]
    rows = ([one[c] for c in columns] for _ in range(count))
    rows = [[new_id() if c == "id" else str(uuid.uuid4()) if c == "execution"
             else v for c, v in zip(columns, r)] for r in rows]
    db.executemany(f"INSERT INTO run({', '.join(columns)})"
                   f" VALUES ({', '.join('?' * len(columns))})", rows)
    if labels:
        db.executemany("INSERT INTO run_label(label, run, place)"
                       " SELECT ?, n, '' FROM run WHERE id = ?", ((f"MANY-{i}", r[columns.index("id")])
                                         for i, r in enumerate(rows)))
    db.commit()
    db.close()
    w.d.start()
    return [r[columns.index("id")] for r in rows]


def test_many_logs(w):
    """Sabotage: let LOOKED_AT of log_list.c be 20000; leave "after" out of
    read_look(); write db_get_int(q, 0) + 1 to look.last."""
    added = add_runs(w, 2100)
    seen, counts, after = [], [], ""
    while True:
        page, got = 1, 0
        while True:
            answer = w.api("GET", f"/logs?limit=100&page={page}{after}")[1]
            seen += [r["_id"] for r in answer["notifications"]]
            got += len(answer["notifications"])
            if page >= answer["pagination"]["totalPages"]:
                break
            page += 1
        counts.append((answer["pagination"]["totalItems"], got))
        if "cursor" not in answer["pagination"]:
            break
        after = "&after=" + answer["pagination"]["cursor"]
    suite.check("a look at the logs reads at most 1,000 runs",
                all(total == got <= 1000 for total, got in counts), counts)
    suite.check("cursors lead to every run, once", len(seen) == len(set(seen))
                and set(added) <= set(seen), (len(seen), len(set(seen))))
    found = w.api("GET", "/logs?filters=" + urllib.parse.quote(json.dumps(
        [{"columns": {"value": "data.executionId"}, "operators": {
            "value": "equals"}, "userinput": {"value": "none"}}])))[1]
    suite.check("a filter that nothing fits leads on too",
                found["notifications"] == [] and "cursor" in found["pagination"],
                found)
    suite.equal("the other environment's list reads none of them", w.api(
        "GET", "/logs", key=w.test)[1]["pagination"].get("cursor"), None)
    suite.equal("a cursor of another list is refused", w.api(
        "GET", "/logs?after=" + new_id())[0], 422)


def look_through(w, query):
    """(calls, most runs of an answer, ids) of a list of runs, to its end."""
    calls, most, seen, after = 0, 0, [], ""
    while after is not None:
        page = w.manage("GET", f"/runs?{query}&limit=200{after}", "")
        seen += page["data"]
        most = max(most, len(page["data"]))
        calls += 1
        after = page["cursor"] and "&after=" + page["cursor"]
    return calls, most, seen


def test_many_runs(w):
    """One call looks at 1,000 runs at most, whatever the filter. Sabotage: let
    LOOKED_AT of manage/runs.c be 20000; leave looked_at == LOOKED_AT out of
    look_at_runs(); leave find_ends() out of manage_runs()."""
    added = set(add_runs(w, 2100, labels=True))
    first = w.manage("GET", "/runs?limit=1", "")["data"][0]
    _, most, whole = look_through(w, "")
    oldest = min(r["acceptedAt"] for r in whole)
    whole = [r["runId"] for r in whole]
    suite.check("all runs", added <= set(whole) and most == 200
                and len(whole) == len(set(whole)), (most, len(whole)))
    calls, _, seen = look_through(w, "until=" + oldest)
    suite.check("a filter that nothing fits leads on, 1,000 runs a call",
                calls == len(whole) // 1000 + 1 and not seen,
                (calls, len(whole), len(seen)))
    for query, times in (("state=cancelled", 1), ("until=2001-01-01", 1),
                         ("since=2101-01-01", 1), ("find=NONE", 1),
                         ("installationId=" + new_id(), 1)):
        calls, _, seen = look_through(w, query)
        suite.equal(f"{query} does not look through all", (calls, seen),
                    (times, []))
    for query in ("state=done", "find=MANY", "since=" + oldest,
                  "installationId=" + first["installationId"]):
        seen = [r["runId"] for r in look_through(w, query)[2]]
        suite.check(f"{query[:8]}… finds all, newest first", added <= set(seen)
                    and seen == [i for i in whole if i in set(seen)],
                    len(seen))
    one = w.manage("GET", "/runs?find=MANY-77&limit=200", "")
    suite.equal("a label finds its runs at once", (len(one["data"]),
                                                   one["cursor"]), (11, None))


def commits(w, what="commits"):
    text = w.d.call("GET", "/metrics", token=w.d.look)[1]
    return int(re.search(rf"^tailord_{what}_total (\d+)", text, re.M).group(1))


def test_large_versions_listed(w):
    """A list over large versions that nobody asked about since the start looks
    through them in many ticks, and the next one through none. Sabotage: let
    SLICE_BYTES of embedded/install_list.c be 1 << 30; keep no asks."""
    w = copy.copy(w)
    w.integration, w.workflow, w.base = new_id(), new_id(), []
    w.catalogue("wide", "Wide", "wide")
    w.publish(document("=total"))
    count = 6
    for i in range(count):
        name = f"wide{i}"
        begun = w.install(name)[0]["installationId"]
        doc = document("=total", ask=True)
        doc["blocks"][0]["values"][0]["ask"]["label"] = f"Region {i}"
        doc["blocks"] += [{
            "id": str(uuid.uuid4()), "kind": "map", "name": "Fields " + part,
            "source": "'New order'!$",
            "mapping": [{"target": f"field{n}", "source": f"=total*1.05+{n}"}
                        for n in range(4900)]} for part in "ab"]
        item = w.request("release", {
            "installationId": begun, "workflowId": w.workflow,
            "versionId": new_id(), "base": 1, "fork": 1, "hash": w.put(doc),
            "expectedLive": w.base[0], "expectedAwaiting": None,
            "replaceAwaiting": True, "runNow": False})
        suite.check("a large version is there", item["outcome"] in
                    ("live", "awaiting"), item)
    before = w.api("GET", "/installations")
    labels = [f["displayName"] for i in before[1]["data"] for b in i["formData"]
              for f in b["fields"]]
    suite.check("each asks its own question", {
        f"Region {i}" for i in range(count)} <= set(labels), labels)
    w.d.stop()
    w.d.start()
    ticks, answers = [], []
    for _ in range(2):
        start = commits(w, "ticks")
        answers.append(w.api("GET", "/installations"))
        ticks.append(commits(w, "ticks") - start)
    suite.check("the list is the same after a start, and again",
                answers == [before, before], answers)
    suite.check("large versions are looked through in ticks of their own",
                ticks[0] >= ticks[1] + count - 1, ticks)


def test_erase(w):
    """What runs of a user recorded is erased part by part, with other calls
    between, and answered once all of it is. Sabotage: let RUNS_AT_ONCE and
    CHANGES_AT_ONCE of executor/retention.c be 100000; answer where core_go_on() stands; leave
    j->position = j->reached out of settle()."""
    runs = look_through(w, "")[2]
    ann = w.api("GET", "/users/ann")[1]["userId"]
    before = commits(w)
    suite.equal("erased", w.api("DELETE", "/users/ann/logs"),
                (200, {"message": "Success"}))
    parts = commits(w) - before
    suite.check("in parts of at most 100 runs", len(runs) > 4000 and
                parts > 40, (parts, len(runs)))
    w.d.stop()
    db = sqlite3.connect(os.path.join(w.d.state, "tailord.db"))
    left = [db.execute(
        f"SELECT count(*) FROM {t} JOIN installed d ON d.n = r.installed JOIN"
        " installation i ON i.n = d.installation JOIN user u ON u.n = i.user"
        " WHERE (u.id = ?) = ? AND " + what, (ann, whose)).fetchone()[0]
        for whose in (1, 0) for t, what in (
            ("run r", "(r.input <> 'null' OR r.label NOT NULL)"),
            ("run_label l JOIN run r ON r.n = l.run", "1"),
            ("step s JOIN run r ON r.n = s.run", "s.output NOT NULL"))]
    db.close()
    w.d.start()
    suite.equal("nothing of the user is left", left[:3], [0, 0, 0])
    suite.check("and all of others", left[3] > 0 and left[5] > 0, left)


def main():
    d = Daemon()
    try:
        w = World(d)
        w.catalogue()
        installation = test_install(w)
        test_repeats(w, installation)
        test_events(w)
        test_logs(w)
        test_nul(w)
        test_names(w)
        test_names_of_others(w)
        test_once(w)
        test_upgrade(w, installation)
        test_fork(w, installation)
        test_copies(w)
        test_development(w)
        test_strangers(w, installation)
        test_mixed(w, installation)
        test_links(w)
        test_links_of_another(w, installation)
        test_full_name(w)
        test_bearer(w)
        test_pages(w)
        test_quota(w)
        test_large(w)
        test_queries(w)
        test_narrowed(w)
        test_kill(w)
        test_many_logs(w)
        test_many_runs(w)
        test_erase(w)
        test_large_versions_listed(w)
        suite.equal("the daemon ends with 0", d.stop(), 0)
    finally:
        d.close()
    suite.end()


if __name__ == "__main__":
    main()
