#!/usr/bin/env python3
"""Runs in the embedded API and in the management API: logs, filters, pages, long
lists and large payloads, and how they are erased."""
import copy
import json
import os
import re
import sqlite3
import sys
import urllib.parse
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import Daemon, Suite  # noqa: E402
from embedded import document, new_id, world_of_ann  # noqa: E402
from harness import wait_until  # noqa: E402

suite = Suite("embedded logs")


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
    # Sabotage: members_check() in read_tree() and in add_member() of body.c.
    for path, name, body in (
            ("/run/event", "userId", {"event": "order.recorded", "userId": {},
                                      "data": {}}),
            ("/run/event", "event", {"event": [], "userId": "nora"}),
            ("/users", "username", {"username": {"a": 1}}),
            ("/users/batch", "users", {"users": {"username": "x"}})):
        status, answer = w.api("POST", path, body)
        suite.check(f"{path}: {name} of another type is refused",
                    status == 422 and answer["message"].startswith(
                        name + ": not "), (status, answer))
    invalid = w.api("POST", "/users/batch", {"users": [
        {"username": "numb", "fullName": 5}, {"username": "fine", "fullName": None}]})
    suite.equal("a batch hands it back", (invalid[0], invalid[1]["invalidUsers"]),
                (200, [{"username": "numb", "fullName": 5}]))


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
    suite.equal("each was parsed beside the core, once",
                commits(w, "documents_read"), count)
    suite.check("the list is the same after a start, and again",
                answers == [before, before], answers)
    suite.check("large versions are looked through in ticks of their own",
                ticks[0] >= ticks[1] + count - 1, ticks)
    test_large_versions_wait(w, before[1]["data"])


def test_large_versions_wait(w, installations):
    """Calls about one large version wait for a thread to parse it, once after a
    start, and are answered as if it had been there. Sabotage: leave
    reading_check() out of live_asks(), install_answer(), api_blocks() or
    manage_run(); let undo_and_wait() of core/do_job.c keep the savepoint."""
    own = [i for i in installations
           if i["formData"] and i["integrationId"] == w.integration][0]
    form = own["formData"][0]
    name = form["fields"][0]["name"]
    w.d.stop()
    w.d.start()
    said = [w.api("PUT", f"/workflows/{w.workflow}/upgrade?userId="
                  + own["userId"]) for _ in range(2)]
    suite.equal("an upgrade says what is needed, and again", [
        (s, [n["field"] for n in a["needs"]]) for s, a in said],
        [(200, [name])] * 2)
    suite.equal("one document was read", commits(w, "documents_read"), 1)
    w.d.stop()
    w.d.start()
    done = {"installationId": own["installationId"], "data": [{
        "workflowId": w.workflow, "blockId": form["blockId"],
        "fields": [{"name": name, "value": "EU"}]}]}
    suite.equal("an answer is taken", w.api(
        "POST", "/headless/completeInstallation", done)[0], 200)
    suite.equal("one document was read for it", commits(w, "documents_read"), 1)
    w.d.stop()
    w.d.start()
    row = w.api("GET", f"/workflows/{w.workflow}?userId=" + own["userId"])
    suite.check("its blocks are listed", row[0] == 200 and
                "Fields b" in json.dumps(row[1]), row[0])
    suite.equal("and one document was read for them",
                commits(w, "documents_read"), 1)
    event = w.api("POST", "/run/event", {
        "event": "order.recorded", "userId": own["userId"],
        "data": {"total": 7}})[1]
    suite.equal("the large version is live", len(event["executionIds"]), 1)
    runs = wait_until(lambda: w.manage(
        "GET", f"/runs?installationId={own['installationId']}&state=done",
        "")["data"], "the end of its run", 60)
    w.d.stop()
    w.d.start()
    run = w.manage("GET", f"/runs/{runs[0]['runId']}?actor=alice", "")
    suite.check("its blocks have names", "Fields b" in json.dumps(run["blocks"]))
    suite.equal("and one document was read for the names",
                commits(w, "documents_read"), 1)


def test_erase(w):
    """What runs of a user recorded is erased part by part, with other calls
    between, and answered once all of it is. Sabotage: let RUNS_AT_ONCE and
    CHANGES_AT_ONCE of executor/retention.c be 100000; answer where core_go_on() stands; leave
    j->position = j->reached out of finish()."""
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


def test_erase_deleted(w):
    """A deleted user's logs are erased by id, and what else was the user's is
    gone; a new user of that name keeps everything. Sabotage: leave RS_USER_DELETED
    out of find_whose_logs() (embedded/users.c), or erase_answers() out of
    user_end(), or retention_erase_keys() out of user_logs_delete()."""
    w = copy.copy(w)
    w.integration, w.workflow, w.base = new_id(), new_id(), []
    w.catalogue("asked", "Asked", "asked")
    w.publish(document("=total", ask=True))
    user = w.api("POST", "/users", {"username": "gone"})[1]["userId"]
    start = w.api("POST", "/headless/startInstallation", {
        "userId": user, "integrationId": w.integration})[1]
    for block in start["data"]:
        block["fields"] = [{"name": f["name"], "value": "north"}
                           for f in block["fields"]]
    suite.equal("installed", w.api("POST", "/headless/completeInstallation", {
        "installationId": start["installationId"], "data": start["data"]})[0], 200)
    for number in range(3):
        status = w.d.call("POST", "/2024-03/run/event", {
            "event": "order.recorded", "userId": user, "data": {"total": 7}},
            w.live, headers={"Idempotency-Key": f"key-{number}"})[0]
        suite.equal("an event of the user", status, 200)
    def left():
        w.d.stop()
        db = sqlite3.connect(os.path.join(w.d.state, "tailord.db"))
        own = "(SELECT n FROM user WHERE id = ?)"
        rows = [db.execute(f"SELECT count(*) FROM {what}", (user,)).fetchone()[0]
                for what in (
                    "run r JOIN installed d ON d.n = r.installed JOIN"
                    " installation i ON i.n = d.installation WHERE"
                    f" r.input <> 'null' AND i.user = {own}",
                    f"once WHERE user = {own}",
                    "answer a JOIN installation i ON i.n = a.installation"
                    f" WHERE i.user = {own}")]
        db.close()
        w.d.start()
        return rows

    before = left()
    suite.check("runs, keys and answers are there", min(before) > 0, before)
    w.api("DELETE", f"/users/{user}")
    again = w.api("POST", "/users", {"username": "gone"})[1]["userId"]
    suite.equal("by name it is the new one", w.api(
        "DELETE", "/users/gone/logs")[0], 200)
    before = left()
    suite.equal("the answers are gone", before, [3, 3, 0])
    for path in (f"/users/{user}/logs", f"/users/{user}/logs?userId={user}"):
        suite.equal("erased by id", w.api("DELETE", path),
                    (200, {"message": "Success"}))
    suite.equal("nothing is left", left(), [0, 0, 0])
    suite.equal("an id that was never there", w.api(
        "DELETE", f"/users/{new_id()}/logs")[0], 404)
    suite.equal("of another environment", w.api(
        "DELETE", f"/users/{user}/logs", key=w.test)[0], 404)
    suite.equal("no other call knows the user", w.api(
        "GET", f"/users/{user}")[0], 404)
    w.api("DELETE", f"/users/{again}")


def test_erased_bytes(w):
    """Once it is answered, no file of the store has what was erased.
    Sabotage: core_empty_log() in user_logs_delete()."""
    w.install("canary")
    mark = b"CANARY-" + new_id().encode()
    for _ in range(5):
        w.api("POST", "/run/workflow", {
            "workflowName": "Orders", "userId": "canary",
            "data": {"total": 1, "mark": mark.decode() * 50}})
    path = f"/workflows/{w.workflow}/logs?userId=canary"
    wait_until(lambda: all(r["finished"] for r in w.api(
        "GET", path)[1]["data"]), "the runs to end")

    def files_with_it():
        return [f for f in sorted(os.listdir(w.d.state))
                if f.startswith("tailord.db")
                and mark in open(os.path.join(w.d.state, f), "rb").read()]

    suite.check("it is there before", files_with_it() != [], files_with_it())
    suite.equal("the marked runs are erased", w.api(
        "DELETE", "/users/canary/logs")[0], 200)
    suite.equal("no file has what was erased", files_with_it(), [])


def main():
    d = Daemon()
    try:
        w, _ = world_of_ann(d)
        for total in (1, 2):
            w.api("POST", "/run/workflow", {
                "workflowName": "Orders", "userId": "ann",
                "data": {"total": total}})
        test_logs(w)
        test_large(w)
        test_narrowed(w)
        test_many_logs(w)
        test_many_runs(w)
        test_erase(w)
        test_erase_deleted(w)
        test_erased_bytes(w)
        test_large_versions_listed(w)
        suite.equal("the daemon ends with 0", d.stop(), 0)
    finally:
        d.close()
    suite.end()


if __name__ == "__main__":
    main()
