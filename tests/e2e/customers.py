#!/usr/bin/env python3
"""What a customer's acts mean: the credential that was chosen is used, one
refusal disconnects nobody, a deleted user is gone, what is turned off is told
to the console, and what cannot start is not released."""
import hashlib
import json
import os
import sys
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness  # noqa: E402
import runtime  # noqa: E402
from harness import equal, main, test, wait_until  # noqa: E402
from runtime import (ACCOUNT, BASE, INTEGRATION, WORKFLOW, api, call, ended,  # noqa: E402
                     manage, new_id, order, put_document, records, request,
                     run_of, sale_document, send, world)
from small import I as SMALL  # noqa: E402
from small import Small  # noqa: E402

harness._tests.clear()  # the world of runtime.py, without its tests
OTHER = {"account": "DEMO0002", "consumerKey": "ck-2", "consumerSecret": "cs-2",
         "tokenId": "tk-2", "tokenSecret": "ts-2"}
SALES = "/services/rest/record"


def catalogue(active=True):
    manage("PUT", "/integrations/" + INTEGRATION, {
        "integrationId": INTEGRATION, "key": "order-to-cash",
        "name": "Order to cash", "app": "netsuite", "icon": "",
        "active": active, "connectors": {},
        "workflows": [{"workflowId": WORKFLOW, "key": "orders",
                       "name": "Orders"}]})


def connect(user, account=ACCOUNT):
    return api("POST", "/headless/credentials", {"userId": user, "credential": {
        "type": "netsuite", "data": account}})["credentialId"]


def start(user, expect=200, **more):
    return api("POST", "/headless/startInstallation", dict(
        more, userId=user, integrationId=INTEGRATION), expect)


def complete(installation, expect=200, **more):
    return api("POST", "/headless/completeInstallation", dict(
        more, installationId=installation, data=[]), expect)


def customer(name, *accounts):
    user = api("POST", "/users", {"username": name, "fullName": name})["userId"]
    for account in accounts:
        connect(user, account)
    installation = start(user)["installationId"]
    complete(installation)
    return user, installation


def fault(**what):
    call("POST", world["standin_url"] + "/standin/faults",
         dict(what, path=SALES, times=1), expect=201)


def feed(after=0):
    return manage("GET", f"/feed?after={after}")["data"]


def state_of(installation):
    return [i for i in manage("GET", "/state")["data"]
            if i["installationId"] == installation][0]


def begin():
    runtime.start(accounts=[ACCOUNT, OTHER])
    catalogue()
    receipt = request("publish", {
        "workflowId": WORKFLOW, "versionId": BASE, "base": 1,
        "hash": put_document(sale_document()), "expectedBase": 0})
    equal(receipt["items"][0]["outcome"], "released", str(receipt))


# --- credentials --------------------------------------------------------------

@test
def one_refusal_disconnects_nobody():
    # Sabotage: let refused() of src/runtime/executor/credential.c believe the
    # first refusal.
    user, installation = customer("refused-once", ACCOUNT)
    fault(status=401)
    send(user, "ONCE-1")
    ended("ONCE-1", "parked")
    shown = api("GET", f"/users/{user}/credentials")["data"][0]
    equal(shown["state"], "suspect")
    assert "HTTP 401" in shown["message"] and shown["nextTryAt"], shown
    equal(state_of(installation)["connected"][0]["state"], "suspect")
    receipt = request("retryCredential", {"installationId": installation,
                                          "app": "netsuite"})["items"][0]
    equal((receipt["outcome"], receipt["waiting"]), ("started", 1))
    ended("ONCE-1")
    equal(api("GET", f"/users/{user}/credentials")["data"][0]["state"], "ok")
    told = [f["state"] for f in feed() if f["kind"] == "credential"]
    equal(told, ["suspect", "ok"])


def sold(number):
    ended(number)
    return [r["account"] for r in records() if r["body"]["tranId"] == number]


@test
def the_credential_that_was_chosen_is_used():
    # Sabotage: let connect_rest() of src/runtime/installed/install.c use
    # CONNECTED_PUT, or connect_one() of embedded/connect.c.
    user = api("POST", "/users", {"username": "two"})["userId"]
    first, second = connect(user), connect(user, OTHER)

    def used():
        found = api("GET", "/installations/" + installation)["data"]
        return found["credentialIds"]["netsuite"]
    installation = start(user, credentialIds=[first])["installationId"]
    equal(used(), first, "after start")
    complete(installation)
    equal(used(), first, "after complete")
    send(user, "CHOSEN-1")
    equal(sold("CHOSEN-1"), [ACCOUNT["account"]])
    third = connect(user, OTHER)
    equal(used(), first, "after another was connected")
    start(user)
    complete(installation)
    equal(used(), first, "after a page that installs on every visit")
    api("POST", "/headless/editInstallation", {
        "userId": user, "integrationId": INTEGRATION,
        "installationId": installation, "credentialIds": [second]})
    send(user, "CHOSEN-2")
    equal(sold("CHOSEN-2"), [OTHER["account"]])
    request("uninstall", {"installationId": installation})
    start(user)
    complete(installation)
    equal(used(), second, "after it was installed again")
    complete(installation, credentialIds=[third])
    equal(used(), third, "chosen by complete")


@test
def a_suspect_choice_is_not_replaced():
    # Sabotage: let CONNECTED_OFFER replace any state but 0.
    user = api("POST", "/users", {"username": "suspect"})["userId"]
    first = connect(user)
    installation = start(user, credentialIds=[first])["installationId"]
    complete(installation)
    fault(status=401)
    send(user, "SUSPECT-1")
    ended("SUSPECT-1", "parked")
    equal(api("GET", f"/users/{user}/credentials")["data"][0]["state"],
          "suspect")
    connect(user, OTHER)
    found = api("GET", "/installations/" + installation)["data"]
    equal(found["credentialIds"]["netsuite"], first, "after one refusal")
    request("retryCredential", {"installationId": installation,
                                "app": "netsuite"})
    equal(sold("SUSPECT-1"), [ACCOUNT["account"]])


@test
def a_started_dialog_changes_no_live_run():
    # Sabotage: let start_credentials() of embedded/install.c pass the ids to
    # install_connect(), or leave the kept ids out of connect_kept().
    user = api("POST", "/users", {"username": "dialog"})["userId"]
    first, second = connect(user), connect(user, OTHER)
    installation = start(user, credentialIds=[first])["installationId"]
    complete(installation)
    start(user, credentialIds=[second])
    send(user, "DIALOG-1")
    equal(sold("DIALOG-1"), [ACCOUNT["account"]], "the dialog is open")
    start(user)
    complete(installation)
    send(user, "DIALOG-2")
    equal(sold("DIALOG-2"), [ACCOUNT["account"]], "another dialog, no choice")
    start(user, credentialIds=[second])
    complete(installation)
    send(user, "DIALOG-3")
    equal(sold("DIALOG-3"), [OTHER["account"]], "completed")


def shown(installation):
    v = api("GET", "/installations/" + installation)["data"]
    return v["credentialIds"], [(n["kind"], n.get("app")) for n in v["needs"]]


def edit(user, **more):
    return api("POST", "/headless/editInstallation", dict(
        more, userId=user, integrationId=INTEGRATION))


@test
def a_deleted_credential_is_waited_for():
    # Sabotage: leave credential_leaves() out of install_disconnect(), or
    # add_live() out of src/runtime/embedded/needs.c.
    user, installation = customer("deletes", ACCOUNT)
    used = api("GET", f"/users/{user}/credentials")["data"][0]["credentialId"]
    equal(shown(installation), ({"netsuite": used}, []))
    fault(status=401)
    send(user, "DELETED-1")
    run = ended("DELETED-1", "parked")
    assert "tries it again by itself" in run["message"], run
    api("DELETE", f"/users/{user}/credentials/{used}")
    wait_until(lambda: "the customer must connect the app" in
               ended("DELETED-1", "parked")["message"], "the reason")
    equal(shown(installation), ({}, [("connect", "netsuite")]))
    equal(state_of(installation)["connected"], [])
    health = call("GET", world["url"] + "/healthz")
    equal((health["status"], health["waitingForApps"]), ("ok", 0))
    connect(user)
    ended("DELETED-1")
    equal(shown(installation)[1], [])


@test
def another_account_is_not_used_unasked():
    # The chosen one is deleted, and one of another account is there. Sabotage:
    # let install_connect() of src/runtime/installed/install.c always do
    # connect_rest().
    user = api("POST", "/users", {"username": "accounts"})["userId"]
    first, second = connect(user), connect(user, OTHER)
    installation = start(user, credentialIds=[first])["installationId"]
    complete(installation)
    api("DELETE", f"/users/{user}/credentials/{first}")
    needs = ({}, [("connect", "netsuite")])
    equal(shown(installation), needs)
    send(user, "ACCOUNTS-1")
    run = ended("ACCOUNTS-1", "parked")
    assert "must choose another credential" in run["message"], run
    start(user)
    equal(shown(installation), needs, "a dialog was begun")
    edit(user, data=[])
    equal(shown(installation), needs, "answers were edited")
    complete(installation)
    equal(shown(installation), needs, "completed without a choice")
    equal(run_of("ACCOUNTS-1")["state"], "parked")
    edit(user, credentialIds=[second])
    equal(sold("ACCOUNTS-1"), [OTHER["account"]])
    equal(shown(installation), ({"netsuite": second}, []))


@test
def unknown_and_foreign_ids_are_refused():
    # Sabotage: leave choose() of install.c or check_wanted() of
    # embedded/install.c without its last check.
    user, installation = customer("picky", ACCOUNT)
    other, theirs = customer("somebody", ACCOUNT)
    foreign = api("GET", f"/users/{other}/credentials")["data"][0]
    twice = [connect(user), connect(user, OTHER)]
    for ids, status in ((["a" * 24], 404), ([foreign["credentialId"]], 404),
                        ("x", 422), ([5], 404), (twice, 422)):
        start(user, status, credentialIds=ids)
        complete(installation, status, credentialIds=ids)
        api("POST", "/headless/editInstallation", {
            "userId": user, "integrationId": INTEGRATION,
            "credentialIds": ids}, status)
    for ids, status in ((["a" * 24], 404), ([INTEGRATION], 404), (5, 422)):
        start(user, status, workflowIds=ids)
        complete(installation, status, workflowIds=ids)
    for named, status in ((theirs, 404), ("a" * 24, 404), (5, 422)):
        api("POST", "/headless/editInstallation", {
            "userId": user, "integrationId": INTEGRATION,
            "installationId": named}, status)


@test
def a_credential_of_an_app_that_is_not_used_is_refused():
    # Sabotage: leave api_check_apps() out of begin_of() or headless_complete()
    # of embedded/install.c.
    user, installation = customer("unused", ACCOUNT)
    with open(os.path.join(os.environ["TOP_SRCDIR"],
                           "data/connectors/http.json"), "rb") as f:
        put_document(json.load(f))
    unused = api("POST", "/headless/credentials", {"userId": user, "credential": {
        "type": "http", "data": {"host": "a.example", "token": "t"}}})["credentialId"]
    asked = {"userId": user, "integrationId": INTEGRATION,
             "credentialIds": [unused]}
    for said in (start(user, 422, credentialIds=[unused]),
                 complete(installation, 422, credentialIds=[unused]),
                 api("POST", "/headless/editInstallation", asked, 422)):
        assert "http, which this integration does not use" in said["message"]


# --- users --------------------------------------------------------------------

def link_token(user):
    url = api("GET", f"/users/{user}/integrations/{INTEGRATION}/install-url")
    return url["url"].split("token=")[1].split("&")[0]


@test
def a_deleted_user_is_gone_with_all_that_ran():
    # Sabotage: leave end_installations() or wipe_credentials() of
    # src/runtime/embedded/users.c out of delete_user().
    user, installation = customer("leaving", ACCOUNT)
    token = api("GET", f"/users/{user}/token")["token"]
    link = link_token(user)
    fault(hold=True)
    send(user, "LEFT-1")
    wait_until(lambda: "LEFT-1" in [r["body"]["tranId"] for r in records()],
               "a call that is out")
    equal(run_of("LEFT-1")["state"], "running")
    request("pause", {"installationId": installation})
    send(user, "LEFT-2")
    waits = [r for r in manage("GET", "/runs?state=parked")["data"]
             if r["installationId"] == installation]
    equal(len(waits), 1)
    before = feed()[-1]["sequence"]
    equal(api("DELETE", "/users/leaving"), {"success": True})
    equal([r["state"] for r in manage(
        "GET", "/runs?installationId=" + installation)["data"]],
        ["cancelled", "cancelled"])
    for method, path in (
            ("GET", "/users/" + user), ("GET", "/users/leaving"),
            ("GET", f"/users/{user}/credentials"),
            ("GET", f"/users/{user}/token"), ("DELETE", "/users/" + user),
            ("GET", "/installations/" + installation),
            ("GET", "/integrations?userId=" + user)):
        api(method, path, expect=404)
    api("POST", "/run/event", {"event": "order.recorded", "userId": user,
                               "data": order("LEFT-3")}, 404)
    complete(installation, 404)
    call("POST", world["url"] + "/link/session", {}, link, 401)
    browser = call_as(token)
    equal(browser, 401, "its browser token")
    kinds = [f["kind"] for f in feed(before)]
    assert set(kinds) >= {"uninstalled", "disconnected", "userDeleted"}, kinds
    equal(state_of(installation)["state"], "uninstalled")
    equal(state_of(installation)["connected"], [])
    call("POST", world["standin_url"] + "/standin/release", {}, expect=None)
    again, _ = customer("leaving", ACCOUNT)
    send(again, "LEFT-4")
    ended("LEFT-4")
    equal([r["state"] for r in manage(
        "GET", "/runs?installationId=" + installation)["data"]],
        ["cancelled", "cancelled"], "after the answer came")


def call_as(token):
    r = urllib.request.Request(world["url"] + "/2024-03/workflows",
                               headers={"x-alloy-user-token": token})
    try:
        with urllib.request.urlopen(r, context=world["tls"], timeout=30) as a:
            return a.status
    except urllib.error.HTTPError as refused:
        return refused.code


# --- on and off ---------------------------------------------------------------

def workflow(installation):
    return state_of(installation)["workflows"][0]


@test
def what_is_turned_off_is_told():
    # Sabotage: leave tell_switch() of src/runtime/installed/live.c out of
    # live_switch().
    user, installation = customer("switching", ACCOUNT)
    before = feed()[-1]["sequence"]
    item = {"userId": user, "workflowId": WORKFLOW}
    api("PUT", "/workflows/deactivate", item)
    api("PUT", "/workflows/deactivate", item)
    equal((workflow(installation)["off"], workflow(installation)["paused"]),
          (True, False))
    api("PUT", "/workflows/activate", item)
    api("PUT", f"/users/{user}/deactivate-workflows")
    api("PUT", "/workflows/activate", item)
    told = [f for f in feed(before) if f["kind"] != "runs"]
    equal([f["kind"] for f in told],
          ["deactivated", "activated", "deactivated", "activated"])
    equal({f["installationId"] for f in told}, {installation})


@test
def a_deleted_workflow_is_not_installed():
    # Sabotage: let workflow_delete() of src/runtime/embedded/workflows.c only
    # turn the workflow off.
    user, installation = customer("removing", ACCOUNT)
    own = new_id()
    receipt = request("release", {
        "installationId": installation, "workflowId": WORKFLOW,
        "versionId": own, "base": 1, "fork": 1, "expectedLive": BASE,
        "hash": put_document(sale_document(tax=True))})["items"][0]
    equal(receipt["outcome"], "live", str(receipt))
    before = feed()[-1]["sequence"]
    path = f"/workflows/{WORKFLOW}?userId={user}"
    equal(api("DELETE", path), {"deleted": True})
    api("DELETE", path, expect=404)
    row = api("GET", path)["data"]
    equal((row["installed"], row["active"], row["installedVersion"]),
          (False, False, None))
    equal(api("GET", "/installations/" + installation)["data"]["workflowIds"],
          [])
    users = api("GET", f"/workflows/{WORKFLOW}/users")["data"]
    assert user not in [u["userId"] for u in users], users
    api("PUT", "/workflows/activate", {"userId": user,
                                       "workflowId": WORKFLOW}, 404)
    equal(send(user, "REMOVED-1")["executionIds"], [])
    start(user)
    complete(installation)
    equal(api("GET", path)["data"]["installedVersionId"], own,
          "its own version comes back")
    kinds = [f["kind"] for f in feed(before) if f["kind"] != "runs"]
    equal(kinds[0], "removed", str(kinds))
    assert "activated" in kinds, kinds
    send(user, "REMOVED-2")
    ended("REMOVED-2")


@test
def what_is_turned_off_is_not_started():
    # Sabotage: let decide_start() of src/runtime/decide/state.c not look at
    # installed.active.
    user, installation = customer("off", ACCOUNT)
    item = {"installationId": installation, "workflowId": WORKFLOW,
            "input": order("OFF-1")}
    turn = {"userId": user, "workflowId": WORKFLOW}
    api("PUT", "/workflows/deactivate", turn)
    answer = request("start", item)["items"][0]
    equal(answer["outcome"], "refused", str(answer))
    assert "turned off" in answer["message"], answer
    api("PUT", "/workflows/activate", turn)
    equal(request("start", item)["items"][0]["outcome"], "started")
    ended("OFF-1")


# --- what the console shows -----------------------------------------------------

@test
def the_console_shows_what_the_vendor_did():
    # Sabotage: leave the rows of facts.def or apply_known() out, or decide
    # nothing for retryCredential.
    small = Small()
    try:
        def shown():
            small.sync()
            found = small.json("installation", "show", SMALL)
            return (found["status"], found["workflowList"][0]["turned"],
                    found["workflowList"][0]["active"])
        workflow_id = small.json("installation", "show", SMALL)[
            "workflowList"][0]["workflowId"]
        ask = {"userId": "ada", "workflowId": workflow_id}
        equal(shown(), ("ok", "on", True))
        small.api("PUT", "/workflows/deactivate", ask)
        equal(shown(), ("turned off", "off", False))
        listed = small.json("installation", "list", "--state", "turned off")
        equal(len(listed["data"]), 1)
        small.api("PUT", "/workflows/activate", ask)
        equal(shown(), ("ok", "on", True))
        small.api("DELETE", f"/workflows/{workflow_id}?userId=ada")
        equal(shown(), ("turned off", "removed", False))
        refused = small.tailor("credential", "retry", SMALL, "http", "--wait",
                               expect=None)
        assert refused.status and "not connected" in refused.err, refused.err
        small.end_started_on_demand()
        small.api("DELETE", "/users/ada")
        equal(shown()[0], "uninstalled")
        users = small.json("user", "list")["data"]
        assert users[0]["deletedAt"], users
    finally:
        small.close()


# --- triggers -----------------------------------------------------------------

@test
def what_nothing_can_start_is_refused():
    # Sabotage: let check_runs() of src/workflow/validate/validate.c warn only.
    triggers = {"webhook": {}, "schedule": {"cron": "* * * * *"},
                "poll": {"app": "netsuite", "action": "searchPurchaseOrders"}}
    for kind, fields in triggers.items():
        document = sale_document()
        document["trigger"] = dict(fields, kind=kind, name="T",
                                   id=document["trigger"]["id"])
        text = runtime.canonical(document)
        answer = manage("PUT", "/documents/" + hashlib.sha256(
            text).hexdigest(), text, expect=422)
        assert f"does not run {kind} yet" in answer["message"], answer


if __name__ == "__main__":
    main(begin, runtime.stop)
