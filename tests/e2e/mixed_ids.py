#!/usr/bin/env python3
"""Ids that do not belong together: every call of the embedded API that names
an existing thing is made with the things of another user, of a copy of a
workflow of another user, of another integration and of the other environment,
with an API key and with a browser token. Each is refused with 404 as if the
thing did not exist, and changes nothing. The calls are checked against the
table of routes: a route without a row here fails."""
import http.client
import json
import os
import re
import sys
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import SOURCE, Daemon, Suite  # noqa: E402
from embedded import World, document, new_id  # noqa: E402
from harness import wait_until  # noqa: E402

suite = Suite("mixed ids")
SECRET = {"type": "http", "data": {"host": "api.example.com", "token": "abc"}}

# Routes whose calls name nothing that belongs to anybody, and why.
NAMES_NOTHING = {
    ("POST", "/users"): "makes a user",
    ("POST", "/users/batch"): "makes users",
    ("GET", "/users"): "lists the environment; parentWorkflowId is below",
    ("POST", "/link/session"): "the token names the user",
    ("GET", "/credentials"): "kinds of credentials",
    ("GET", "/credentials/{app}"): "a kind of credential",
    ("GET", "/metadata/credentials"): "kinds of credentials",
    ("GET", "/metadata/credentials/{app}"): "a kind of credential",
    ("GET", "/metadata/apps"): "apps",
    ("GET", "/apps"): "apps",
    ("GET", "/logs"): "lists the environment; a cursor is a number in it",
    ("GET", "/installations"): "lists the environment; after is tested in "
                               "embedded_users.py",
}

OF_USER = {"userId": "{user}"}
ON = dict(OF_USER, workflowId="{workflow}")
DONE = dict(OF_USER, installationId="{installation}", data=[])
BEGIN = dict(OF_USER, integrationId="{integration}")

# Method, path, query, body, and the swaps that name another thing of the same
# API key's environment which the call may name: its answer is then about that
# thing. Words in braces are things of one user. What ends things comes last.
ROWS = [
    ("GET", "/users/{user}", {}, None, "user"),
    ("PUT", "/users/{user}", {}, {"fullName": "Ann"}, "user"),
    ("GET", "/users/{user}/token", {}, None, "user"),
    ("GET", "/integrations", OF_USER, None, "user"),
    ("GET", "/integrations/{integration}", OF_USER, None, "user integration"),
    ("GET", "/users/{user}/integrations/{integration}/install-url", {}, None,
     "user integration"),
    ("GET", "/workflows", OF_USER, None, "user"),
    ("GET", "/workflows/{workflow}", OF_USER, None, "user base"),
    ("GET", "/workflows/{workflow}/versions", OF_USER, None, "user base"),
    ("GET", "/workflows/{workflow}/users", {}, None, "base copy"),
    ("PUT", "/workflows/{workflow}/upgrade", OF_USER, None, "peer"),
    ("PUT", "/workflows/activate", {}, ON, "peer"),
    ("PUT", "/workflows/activate", OF_USER,
     dict(ON, userId="{user2}"), ""),
    ("PUT", "/workflows/deactivate", {}, ON, "peer"),
    ("PUT", "/workflows/activate", {}, ON, "peer"),
    ("GET", "/workflows/{workflow}/logs", OF_USER, None, "user base"),
    ("GET", "/workflows/{workflow}/errors", OF_USER, None, "user base"),
    ("POST", "/workflows/{workflow}/rerun/{execution}", OF_USER, None, ""),
    ("POST", "/workflows/{workflow}/rerun/{execution}", {}, None,
     "execution"),
    ("GET", "/workflows/{workflow}/analytics", {}, None, "base copy"),
    ("GET", "/logs/{log}", {}, None, "log"),
    ("GET", "/users", {"parentWorkflowId": "{workflow}"}, None, "base copy"),
    ("POST", "/run/event", {}, dict(OF_USER, event="order.recorded"), "user"),
    ("POST", "/run/event", OF_USER,
     {"userId": "{user2}", "event": "none"}, ""),
    ("POST", "/run/workflow", {}, dict(ON, data={}), "peer"),
    ("GET", "/events", OF_USER, None, "user"),
    ("GET", "/users/{user}/credentials", {}, None, "user"),
    ("GET", "/credentials/users/{user}", {}, None, "user"),
    ("POST", "/users/{user}/credentials", {}, {"credential": SECRET}, "user"),
    ("POST", "/users/{user}/credentials", {},
     {"userId": "{user2}", "credential": SECRET}, ""),
    ("POST", "/headless/credentials", {},
     {"userId": "{user}", "credential": SECRET}, "user"),
    ("POST", "/headless/startInstallation", {}, dict(
        BEGIN, workflowIds=["{workflow}"], credentialIds=["{credential}"],
        installationId="{installation}"), ""),
    ("POST", "/headless/completeInstallation", {}, dict(
        DONE, workflowIds=["{workflow}"], credentialIds=["{credential}"]), ""),
    ("POST", "/headless/completeInstallation", {}, dict(DONE, data=[
        {"workflowId": "{workflow}", "blockId": "b", "fields": []}]), ""),
    ("POST", "/headless/editInstallation", {}, dict(
        BEGIN, credentialIds=["{credential}"],
        installationId="{installation}"), ""),
    ("GET", "/installations/{installation}", {}, None, "installation"),
    ("DELETE", "/users/{user}/credentials/{credential}", {}, None, ""),
    ("PUT", "/users/{user}/deactivate-workflows", {}, None, "user"),
    ("DELETE", "/workflows/{workflow}", OF_USER, None, "peer"),
    ("DELETE", "/users/{user}/logs", {}, None, "user"),
    ("DELETE", "/users/{user}", {}, None, "user"),
]


def routes():
    with open(os.path.join(SOURCE, "src/runtime/access/routes.def")) as f:
        return {(m, p): a for m, p, a in re.findall(
            r'^R\("(\w+)",\s*DATED, "([^"]+)",\s*(\w+),', f.read(), re.M)}


def parts(row):
    """What a row names: {"user", "workflow", …}."""
    return re.findall(r"\{(\w+)\}", json.dumps(row[1:4]))


def contradicts(status, answer):
    return status == 400 and answer["message"].startswith(
        "userId: the query has ")


class Party:
    """A user of one environment with everything that a call may name."""

    def __init__(self, w, name, key, integration, workflow):
        self.name, self.key = name, key
        api = self.api = lambda *a: w.api(*a, key=key)
        user = api("POST", "/users", {
            "username": name, "fullName": f"{name} the secret"})[1]["userId"]
        credential = api("POST", "/headless/credentials", {
            "userId": user, "credential": SECRET})[1]["credentialId"]
        installation = api("POST", "/headless/startInstallation", {
            "userId": user, "integrationId": integration})[1]["installationId"]
        api("POST", "/headless/completeInstallation", {
            "installationId": installation, "data": []})
        execution = api("POST", "/run/workflow", {
            "userId": user, "workflowId": workflow,
            "data": {"total": 1, "mark": name + "-mark"}})[1]["executionId"]
        log = wait_until(lambda: [
            n for n in api("GET", "/logs")[1]["notifications"]
            if n["data"]["executionId"] == execution
            and n["message"] == "done"], name + "'s run to end")[0]
        self.copy = log["workflowId"]
        self.token = api("GET", f"/users/{user}/token")[1]["token"]
        self.has = {"user": user, "workflow": workflow, "log": log["_id"],
                    "integration": integration, "execution": execution,
                    "installation": installation, "credential": credential}

    def secrets(self):
        own = {"user", "log", "execution", "installation", "credential"}
        return {self.name + "-mark", self.name + " the secret", self.copy,
                *(self.has[k] for k in own)}


def filled(row, things):
    def put(v):
        if isinstance(v, dict):
            return {k: put(x) for k, x in v.items()}
        if isinstance(v, list):
            return [put(x) for x in v]
        return re.sub(r"\{(\w+)\}", lambda m: things[m.group(1)], v) \
            if isinstance(v, str) else v
    method, path, query, body = row[:4]
    path = put(path) + "?" + "&".join(f"{k}={v}" for k, v in put(query).items())
    return method, path.rstrip("?"), put(body)


class Kept(World):
    """Calls on one connection."""

    def __init__(self, d):
        super().__init__(d)
        self.connection = http.client.HTTPSConnection(
            "localhost", d.port, timeout=30, context=d.context)

    def api(self, method, path, body=None, key=None, user=None):
        headers = {"x-alloy-user-token": user} if user else {
            "Authorization": "Bearer " + (key or self.live)}
        data = json.dumps(body) if body is not None else None
        if data:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, "/2024-03" + path, data, headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


class Table:
    def __init__(self, w, auth, people):
        self.w, self.auth, self.people = w, auth, people
        self.ann, self.bob, self.eve, self.tim = people

    def state(self):
        """All that a refused call might have changed."""
        look = self.w.manage
        return [look("GET", "/users", "")["data"],
                look("GET", "/state", "")["data"], [
            p.api("GET", f"/users/{p.name}/credentials") for p in self.people],
            [p.api("GET", f"/workflows/{p.has['workflow']}/analytics")
             for p in self.people]]

    def swaps(self, row):
        """(which part, what it becomes, whose it is then)."""
        may = row[4].split()
        for part in dict.fromkeys(parts(row)):
            kind = part.rstrip("2")
            yield part, new_id(), None
            for who in (self.bob, self.eve, self.tim):
                name, value = kind, who.has[kind]
                if kind == "workflow":
                    if value != self.ann.has[kind] and "base" not in may:
                        yield part, value, who
                    name, value = "copy", who.copy
                fine = name in may or (who is self.bob and kind == "user"
                                       and "peer" in may)
                if kind == "integration":
                    if value != self.ann.has[kind] and not fine:
                        yield part, value, who
                elif not fine or who is self.tim:
                    yield part, value, who

    def things(self, **other):
        return dict(self.ann.has, user2=self.ann.has["user"], **other)

    def refused(self, what, row, things, sent, twin, **how):
        """The call is refused with 404 as its twin, which names nothing; or,
        whoever is named, for two values of userId."""
        status, answer = self.w.api(*filled(row, things), **how)
        text = json.dumps(answer)
        told = [s for p in self.people for s in p.secrets() if s in text
                and s not in sent]
        if not suite.check(f"{row[0]} {row[1]} with {what}",
                           (status == 404 or contradicts(status, answer))
                           and not told, (status, answer, told, things)):
            return
        other = self.w.api(*filled(row, twin), **how) if twin else (0, {})
        if twin and not contradicts(status, answer) and not contradicts(*other):
            suite.equal("  as what does not exist",
                        [status, unnamed(answer, things)],
                        [other[0], unnamed(other[1], twin)])

    def row(self, row):
        before = self.state()
        self.refusals(row)
        after = self.state()
        suite.check(f"{row[0]} {row[1]} refused changes nothing",
                    after == before, [p for p in zip(after, before)
                                      if p[0] != p[1]])
        for workflow in {self.ann.has["workflow"], self.ann.copy}:
            if row[0] == "DELETE" and workflow == self.ann.copy:
                continue
            status, answer = self.w.api(*filled(
                row, self.things(workflow=workflow)))
            suite.check(f"{row[0]} {row[1]} with what belongs together",
                        status == 200, (status, answer))

    def refusals(self, row):
        for part, value, who in self.swaps(row):
            things = dict(self.things(), **{part: value})
            nobody = dict(things, **{part: new_id()})
            self.refused(
                f"{part} of {who.name if who else 'nobody'}", row, things,
                set(things.values()), nobody if who is self.tim else None)
        own = set(parts(row)) - {"integration"}
        if own:
            things = self.things(workflow=self.ann.copy)
            self.refused("the other environment's key", row, things,
                         set(things.values()),
                         dict(things, **{k: new_id() for k in own}),
                         key=self.w.test)
        if self.auth[row[:2]] in ("API_KEY_OR_USER", "INSTALL"):
            self.page(row, own)

    def page(self, row, own):
        """A browser token of bob's, with what is ann's."""
        things = self.things(workflow=self.ann.copy)
        if "user" in own:
            self.refused("another user's token", row, things,
                         set(things.values()),
                         dict(things, user=new_id()), user=self.bob.token)
        for part in own - {"user"}:
            bobs = dict(self.bob.has, workflow=self.bob.copy,
                        user2=self.bob.has["user"])
            mixed = dict(bobs, **{part: things[part]})
            self.refused(f"another user's {part}, and an own token", row,
                         mixed, set(mixed.values()),
                         dict(mixed, **{part: new_id()}), user=self.bob.token)


def unnamed(answer, things):
    text = json.dumps(answer)
    for value in things.values():
        text = text.replace(value, "ID")
    return text


def test_every_route(auth):
    told = [r[:2] for r in ROWS]
    suite.equal("every route has a row", sorted(
        set(auth) - set(told) - set(NAMES_NOTHING)), [])
    suite.equal("every row has a route", sorted(
        (set(told) | set(NAMES_NOTHING)) - set(auth)), [])
    bare = [p for _, p in NAMES_NOTHING if "{" in p and "{app}" not in p]
    suite.equal("what names something is not left out", bare, [])


def document_of_http(pin):
    """One that uses the app of the credentials, and calls nobody."""
    d = document("=total * 0.05")
    d["connectors"] = {"http": pin}
    d["blocks"].append({
        "id": str(uuid.uuid4()), "kind": "if", "name": "Never",
        "condition": "=FALSE", "then": [{
            "id": str(uuid.uuid4()), "kind": "api", "name": "Tell",
            "url": "https://api.example.com/",
            "auth": {"kind": "bearer", "app": "http"}}]})
    return d


def main():
    d = Daemon()
    try:
        w, auth = Kept(d), routes()
        test_every_route(auth)
        with open(os.path.join(SOURCE, "data/connectors/http.json")) as f:
            pin = w.put(json.load(f))
        both = []
        for key in ("orders", "others"):
            w.integration, w.workflow, w.base = new_id(), new_id(), []
            both.append((w.integration, w.workflow))
            w.manage("PUT", "/integrations/" + w.integration, {
                "integrationId": w.integration, "key": key, "name": key,
                "app": key, "icon": "", "active": True,
                "connectors": {"http": pin}, "workflows": [
                    {"workflowId": w.workflow, "key": key, "name": key}]})
            w.publish(document_of_http(pin))
        people = [Party(w, "ann", w.live, *both[0]),
                  Party(w, "bob", w.live, *both[0]),
                  Party(w, "eve", w.live, *both[1]),
                  Party(w, "tim", w.test, *both[0])]
        table = Table(w, auth, people)
        for row in ROWS:
            table.row(row)
        suite.equal("the daemon ends with 0", d.stop(), 0)
    finally:
        d.close()
    suite.end()


if __name__ == "__main__":
    main()
