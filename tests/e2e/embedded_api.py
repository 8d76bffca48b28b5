#!/usr/bin/env python3
"""The embedded API as an ISV's backend and an end user's page use it: install,
events, versions, upgrades, both environments, a full disk and a kill."""
import copy
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import SOURCE, Daemon, Suite  # noqa: E402
from embedded import ASK, BLOCK, World, document, new_id  # noqa: E402

suite = Suite("embedded")


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
    # Sabotage: trigger_check_no_input() in check_start() of embedded/run.c.
    for none in ({}, {"data": None}):
        status, refused = w.api("POST", "/run/workflow", {
            "workflowName": "Orders", "userId": "ann", **none})
        suite.equal(f"a start without what its event gives {none}",
                    (status, refused["error"]), (409, "refused"))
        suite.check("says what gives it", "its trigger (event) gives"
                    in refused["message"], refused)
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
    # Sabotage: let check_data() of install.c take what has no list for none.
    for data in (5, "", {}, True, [{**answer["data"][0], "fields": {}}]):
        status, told = w.api("POST", "/headless/completeInstallation",
                             dict(answer, data=data))
        suite.equal(f"data that is {data!r:.20}", (status, "not a list" in
                                                   told["message"]), (422, True))
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


def with_icon(w, url):
    """A second integration, whose icon and connector have the URL as theirs."""
    with open(os.path.join(SOURCE, "data/connectors/netsuite.json")) as f:
        pins = {"netsuite": w.put(dict(json.load(f), icon=url))}
    other = copy.copy(w)
    other.integration, other.workflow, other.base = new_id(), new_id(), []
    w.manage("PUT", "/integrations/" + other.integration, {
        "integrationId": other.integration, "key": "sales", "name": "Sales",
        "app": "netsuite", "icon": url, "active": True, "connectors": pins,
        "workflows": [{"workflowId": other.workflow, "key": "sales",
                       "name": "Sales"}]})
    action = {"id": BLOCK, "kind": "action", "name": "Sell", "app": "netsuite",
              "action": "getCashSale",
              "mapping": [{"target": "id", "source": "no"}]}
    other.publish(dict(document("=1"), connectors=pins, blocks=[action]))
    return other


def test_icons(w):
    """An icon is there where a description has one, and never empty."""
    url = "https://cdn.example.com/netsuite.svg"
    other = with_icon(w, url)
    for path in ("/metadata/credentials", "/metadata/apps"):
        suite.equal(path + " with an icon", [
            c["icon"] for c in w.api("GET", path)[1]["data"]], [url])
    row = w.api("GET", f"/integrations/{other.integration}?userId=ann")[1]["data"]
    suite.equal("an integration with an icon", row["icon"], url)
    suite.equal("a block of an app with an icon",
                [b.get("icon") for b in row["workflows"][0]["blocks"]], [None, url])
    without = [w.api("GET", path)[1] for path in (
        f"/integrations/{w.integration}?userId=ann", "/logs?userId=ann")]
    suite.check("no icon where there is none",
                '"icon"' not in json.dumps(without), without)


def main():
    d = Daemon()
    try:
        w = World(d)
        w.catalogue()
        installation = test_install(w)
        test_repeats(w, installation)
        test_events(w)
        test_once(w)
        test_upgrade(w, installation)
        test_fork(w, installation)
        test_copies(w)
        test_development(w)
        test_icons(w)
        test_quota(w)
        test_kill(w)
        suite.equal("the daemon ends with 0", d.stop(), 0)
    finally:
        d.close()
    suite.end()


if __name__ == "__main__":
    main()
