#!/usr/bin/env python3
"""Users of the embedded API: their names, what another user, environment or link
may not do, and ids that do not belong together."""
import copy
import json
import os
import re
import sys
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import SOURCE, Daemon, Suite  # noqa: E402
from embedded import document, new_id, world_of_ann  # noqa: E402

suite = Suite("embedded users")


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
    embedded/users.c, or check_host() out of create() in connect.c, or
    secret_trim() out of check_host()."""
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
    for host in ("good.example/../../x", "*.example"):
        status, answer = w.api("POST", "/users/ann/credentials", {
            "credential": {"type": "http", "data": {
                "host": host, "token": "t"}}})
        suite.check(f"the host {host!r}", status == 422 and
                    "host: not a host name" in answer["message"], answer)
    for blank in ({"host": ""}, {"token": ""}, {"token": " \n"}):
        status, answer = w.api("POST", "/users/ann/credentials", {
            "credential": {"type": "http", "data": {
                "host": "good.example", "token": "t", **blank}}})
        suite.check(f"a blank field of a credential is missing: {blank}",
                    status == 422 and
                    "lacks a required field" in answer["message"], answer)
    for field in ("host", "token"):
        # Sabotage: check_lines() of connect.c finds nothing.
        status, answer = w.api("POST", "/users/ann/credentials", {
            "credential": {"type": "http", "data": {
                "host": "good.example", "token": "t", field: "t\r\nX-A: y"}}})
        suite.check(f"a line end inside {field}", status == 422 and
                    answer["message"].startswith(f"credential: {field}: "),
                    answer)
    for host in (" good.example", "good.example:8443\t\n"):
        suite.equal(f"the host {host!r}, whose blanks are none of its", w.api(
            "POST", "/users/ann/credentials", {"credential": {
                "type": "http", "data": {"host": host, "token": "t"}}})[0],
            200)
    w.api("DELETE", "/users/bob")


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
            (logs + "after=0", "after"),
            (f"/workflows/{w.workflow}/users?after=0", "after"),
            ("/logs?page=-1", "page"), ("/logs?page=0", "page"),
            ("/logs?after=0", "after"), ("/logs?limit=%20", "limit")):
        status, answer = w.api("GET", path)
        suite.equal(f"{path.split('/')[-1]} is refused by name",
                    (status, answer["message"].split(":")[0]), (422, name))
    for path, name in (
            ("/feed?after=zzz", "after"), ("/feed?wait=x", "wait"),
            ("/feed?limit=-5", "limit"), ("/users?after=zzz", "after"),
            ("/state?limit=0", "limit"), ("/versions?after=-1", "after"),
            ("/info?cursor=x", "cursor"), ("/info?receipt=x", "receipt"),
            ("/runs?after=zzz", "after"), ("/runs?after=0", "after"),
            ("/runs?since=x", "since"),
            ("/runs?until=x", "until"), ("/runs?limit=abc", "limit")):
        status, answer, _ = w.d.call("GET", "/manage/v1" + path, None, w.d.manage)
        suite.equal(f"{path} is refused by name",
                    (status, answer["message"].split(":")[0]), (422, name))
    for path in ("/users?limit=99999999999999999999", "/users?limit=&after=",
                 "/logs?page=1", logs + "page=0&order=ASC&error=False"):
        suite.equal(f"{path.split('/')[-1]} is taken", w.api("GET", path)[0], 200)


def test_same_user(w):
    """A parameter that says again whom the path or the body means, by id or by
    username. Sabotage: user_of() in check_user() (access/parameters.c)."""
    ids = {name: w.api("POST", "/users", {"username": name})[1]["userId"]
           for name in ("sam", "uma")}
    for path, query, status in (
            ("sam", ids["sam"], 200), (ids["sam"], "sam", 200),
            (ids["sam"], ids["sam"], 200), ("sam", "sam", 200),
            ("sam", ids["uma"], 400), ("sam", "uma", 400),
            ("sam", "nobody", 400), (ids["sam"], "0" * 24, 400)):
        answer = w.api("GET", f"/users/{path}?userId={query}")
        suite.equal(f"{path} and userId={query}", answer[0], status)
        if status == 400:
            suite.equal("  and both are named", answer[1]["message"],
                        f'userId: the query has "{query}", the path "{path}" '
                        "(send it once)")
    event = {"event": "nobody.waits", "data": {}}
    for query, body, status in (("sam", ids["sam"], 200), ("sam", "uma", 400),
                                (ids["uma"], "uma", 200)):
        answer = w.api("POST", f"/run/event?userId={query}",
                       dict(event, userId=body))
        suite.equal(f"body {body} and userId={query}", answer[0], status)
    for name in ids:
        w.api("DELETE", "/users/" + name)


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
            *[("GET", path + "?userId=ann", None) for path in (
                f"/workflows/{w.workflow}/analytics", "/installations", "/logs",
                "/users", "/integrations", "/metadata/apps", "/events",
                "/metadata/credentials", f"/workflows/{w.workflow}/users")],
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


def main():
    d = Daemon()
    try:
        w, installation = world_of_ann(d)
        w.install("gus")
        test_nul(w)
        test_names(w)
        test_names_of_others(w)
        test_strangers(w, installation)
        test_mixed(w, installation)
        test_links(w)
        test_links_of_another(w, installation)
        test_full_name(w)
        test_bearer(w)
        test_pages(w)
        test_queries(w)
        test_same_user(w)
        suite.equal("the daemon ends with 0", d.stop(), 0)
    finally:
        d.close()
    suite.end()


if __name__ == "__main__":
    main()
