#!/usr/bin/env python3
"""The routes of tailord, over real TLS: the document of its API against the table
of routes, and who may call what."""
import base64
import hashlib
import hmac
import json
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import Daemon, SOURCE, Suite  # noqa: E402

suite = Suite("http routes")


# --- the document and the table ----------------------------------------------

def documented():
    """(method, path) → auth word of doc/openapi.yaml."""
    found, path, method = {}, None, None
    with open(os.path.join(SOURCE, "doc/openapi.yaml")) as f:
        for line in f:
            if m := re.match(r"  (/\S*):$", line):
                path = m.group(1)
            elif m := re.match(r"    (get|put|post|delete|head|patch):$", line):
                method = m.group(1).upper()
            elif m := re.match(r"      x-auth: (\w+)$", line):
                found[(method, path)] = m.group(1)
            elif line.startswith("components:"):
                break
    return found


def documented_parameters():
    """(method, path) → its query parameters in doc/openapi.yaml."""
    found, path, key = {}, None, None
    with open(os.path.join(SOURCE, "doc/openapi.yaml")) as f:
        for line in f:
            if m := re.match(r"  (/\S*):$", line):
                path = m.group(1)
            elif m := re.match(r"    (get|put|post|delete|head|patch):$", line):
                key = (m.group(1).upper(), path)
                found[key] = []
            elif m := re.match(r"        - \{name: (\S+), in: query,", line):
                found[key].append(m.group(1))
            elif line.startswith("components:"):
                break
    return found


def parameters():
    """(method, path) → the names of its query, as routes.def has them, and how
    it reads a body."""
    with open(os.path.join(SOURCE, "src/runtime/access/routes.def")) as f:
        rows = re.findall(r'^R\("(\w+)",\s*(\w+),\s*"([^"]+)",.*, (\w+),'
                          r' "[^"]*", "([^"]*)"\)$', f.read(), re.M)
    return {(m, p): (names.split() + ["userId"] * (space == "DATED"), body)
            for m, space, p, body, names in rows}


def table():
    words = {"NONE": "none", "API_KEY": "apiKey", "USER_TOKEN": "userToken",
             "API_KEY_OR_USER": "apiKeyOrUser", "INSTALL": "install", "MANAGE": "manage",
             "READ": "read", "LINK": "linkToken"}
    with open(os.path.join(SOURCE, "src/runtime/access/routes.def")) as f:
        rows = re.findall(r'^R\("(\w+)",\s*\w+,\s*"([^"]+)",\s*(\w+),', f.read(),
                          re.M)
    return {(m, p): words[a] for m, p, a in rows}


def forged(payload, key=b"x" * 32, header='{"alg":"HS256","typ":"JWT"}'):
    def part(b):
        return base64.urlsafe_b64encode(b).rstrip(b"=")
    text = part(header.encode()) + b"." + part(json.dumps(payload).encode())
    mac = hmac.new(key, text, hashlib.sha256).digest()
    return (text + b"." + part(mac)).decode()


def accepts(auth):
    """Names of the credentials that a kind of route takes."""
    return {"none": None, "apiKey": {"key"}, "userToken": {"user"},
            "apiKeyOrUser": {"key", "user"}, "install": {"key", "user"},
            "manage": {"manage"},
            "read": {"manage", "read"}, "linkToken": {"link"}}[auth]


def test_credentials(d, routes):
    """Every route with every credential: the wrong ones never get past the
    door, the right ones always do (take the call of auth_check out of
    route_dispatch to see it fail)."""
    key = d.key("matrix")
    gone = d.key("gone")
    d.command("apikey", "remove", "gone")
    d.call("POST", "/users", {"username": "matrix"}, key)
    user = d.call("GET", "/users/matrix/token", token=key)[1]["token"]
    claims = json.loads(base64.urlsafe_b64decode(user.split(".")[1] + "=="))
    with open(os.path.join(d.state, "browser-token.key"), "rb") as f:
        secret = f.read()
    now = int(time.time())
    long_life = dict(claims, exp=claims["iat"] + 3600)
    tokens = {
        "nothing": {}, "key": {"token": key}, "manage": {"token": d.manage},
        "read": {"token": d.look}, "user": {"user": user},
        "a revoked key": {"token": gone},
        "an unknown key": {"token": "tlrk_" + "A" * 43},
        "half a key": {"token": key[:24]}, "a key and more": {"token": key + "A"},
        "basic": {"headers": {"Authorization": "Basic " + key}},
        "the key in the user header": {"user": key},
        "the user token as key": {"token": user},
        "a forged user": {"user": forged(claims)},
        "an unsigned user": {"user": forged(claims, secret, '{"alg":"none"}')},
        "another algorithm": {"user": forged(claims, secret, '{"alg":"HS512","typ":"JWT"}')},
        "an expired user": {"user": forged(dict(claims, iat=now - 1900, exp=now - 100), secret)},
        "too long a life": {"user": forged(long_life, secret)},
        "another audience": {"user": forged(dict(claims, aud="other"), secret)},
        "a user who is not": {"user": forged(dict(claims, sub="0" * 24), secret)},
        "a user of the other environment": {
            "user": forged(dict(claims, env="development"), secret)},
    }
    suite.equal("a rightly signed token of the test is taken", d.call(
        "GET", "/workflows", user=forged(claims, secret))[0], 200)

    def one(job):
        (method, path), auth, name = job
        filled = re.sub(r"\{\w+\}", "000000000000000000000000", path)
        filled = filled.replace("/manage/v1/runs", "/manage/v1/runs")
        status = d.call(method, filled, **tokens[name],
                        body={} if method in ("POST", "PUT") else None)[0]
        allowed = accepts(auth)
        if allowed is None or name in allowed:
            return f"{method} {path} with {name}", status not in (401, 403), status
        return f"{method} {path} with {name}", status in (401, 403), status
    jobs = [(r, a, n) for r, a in routes.items() for n in tokens]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(one, jobs))
    bad = [r for r in results if not r[1]]
    suite.check(f"{len(jobs)} pairs of route and credential", not bad, bad[:8])
    suite.equal("a scheme in any case", d.call(
        "GET", "/users", headers={"Authorization": "bEaReR " + key})[0], 200)


def test_document(d, routes):
    told = documented()
    suite.equal("openapi.yaml and routes.def name the same calls",
                sorted(set(told) ^ set(routes)), [])
    suite.equal("and the same credentials for them", [
        r for r in routes if r in told and told[r] != routes[r]], [])
    missing = []
    for method, path in told:
        filled = re.sub(r"\{\w+\}", "x", path)
        status, body, _ = d.call(method, filled)
        if status == 405 or (isinstance(body, dict) and
                             body.get("message", "").startswith("there is nothing")):
            missing.append((method, path, status))
    suite.equal("the running server knows every call", missing, [])
    status, body, _ = d.call("GET", "/no/such/thing")
    suite.equal("an unknown address", (status, sorted(body)),
                (404, ["error", "message"]))
    status, body, headers = d.call("PATCH", "/users")
    suite.equal("an unknown method", (status, headers.get("Allow")),
                (405, "POST, GET"))


def test_parameters(d, routes):
    """Every route, every parameter. Sabotage: leave a check out of
    parameters_check() of src/runtime/access/parameters.c."""
    known, told = parameters(), documented_parameters()
    suite.equal("routes.def has a list for each route", sorted(known),
                sorted(routes))
    suite.equal("openapi.yaml and routes.def name the same parameters", [
        (r, names, told[r]) for r, (names, _) in known.items()
        if {*names} - {"userId"} != {*told[r]} - {"userId"} or
        not {*told[r]} <= {*names}], [])
    key = d.key("parameters")

    def ask(method, path, query, body=None):
        token = key if known[method, path][0][-1:] == ["userId"] else d.manage
        filled = re.sub(r"\{\w+\}", "0" * 24, path)
        if body is None and method in ("POST", "PUT"):
            body = {}
        status, answer, _ = d.call(method, filled + "?" + query, token=token,
                                   body=body)
        return status, (answer or {}).get("message", "")

    def is_refused(answer, name):
        return answer[0] == 400 and (answer[1] or name).startswith(name)
    bad, asked = [], 0
    for (method, path), (names, body) in known.items():
        if routes[method, path] == "linkToken":
            continue  # its token is needed first
        tries = [("nonsense", "nonsense=1", None)]
        tries += [(n, f"{n}=1&{n}=1", None) for n in names]
        if "userId" in names and "{user}" in path:
            tries.append(("userId", "userId=ann", None))
        if "userId" in names and body != "NONE":
            tries.append(("userId", "userId=ann", {"userId": "bob"}))
            # a body that cannot be read is no better than none
            answer = ask(method, path, "userId=ann", {"userId": 5})
            asked += 1
            if answer[0] not in (400, 404, 422):
                bad.append((method, path, {"userId": 5}, answer))
        for name, query, sent in tries:
            answer = ask(method, path, query, sent)
            asked += 1
            if not is_refused(answer, name):
                bad.append((method, path, query, sent, answer))
    suite.check(f"{asked} requests with a parameter too many are refused",
                asked > 150 and not bad, bad[:8])
    answer = ask("POST", "/run/event", "userId=ann",
                 {"userId": "ann", "event": "e"})
    suite.check("the same user in both is not", "given" not in answer[1] and
                answer[0] == 404, answer)


# --- users over both environments --------------------------------------------

def test_users(d):
    live, test = d.key("live"), d.key("test", "development")
    status, made, _ = d.call("POST", "/2024-03/users",
                             {"username": "EnterpriseCo", "fullName": "Enterprise"}, live)
    suite.check("a user is made", status == 200 and re.fullmatch(
        "[0-9a-f]{24}", made.get("userId", "")), made)
    wanted = {"userId": made["userId"], "username": "EnterpriseCo",
              "fullName": "Enterprise"}
    for path in ("/users/EnterpriseCo", f"/users/{made['userId']}",
                 "/2021-12/users/EnterpriseCo/", "/2023-06/users/EnterpriseCo"):
        suite.equal(f"the user at {path}", d.call("GET", path, token=live)[1], wanted)
    suite.equal("a GET with a body", d.call(
        "GET", "/users/EnterpriseCo", {}, live)[0], 200)
    suite.equal("the other environment does not know the user", d.call(
        "GET", "/users/EnterpriseCo", token=test)[0], 404)
    suite.equal("nor by id", d.call(
        "GET", f"/users/{made['userId']}", token=test)[0], 404)
    suite.equal("the name is free there", d.call(
        "POST", "/users", {"username": "EnterpriseCo"}, test)[0], 200)
    suite.equal("and taken here", d.call(
        "POST", "/users", {"username": "EnterpriseCo"}, live)[0], 409)
    suite.equal("no username", d.call("POST", "/users", {}, live)[0], 400)
    suite.equal("broken JSON", d.call("POST", "/users", "{", live)[0], 422)
    suite.equal("an array", d.call("POST", "/users", "[]", live)[0], 422)
    status, batch, _ = d.call("POST", "/users/batch", {"users": [
        {"username": "b1"}, {"fullName": "Missing Username"},
        {"username": "EnterpriseCo"}, {"username": "b2", "fullName": "B 2"}]}, live)
    suite.equal("a batch", (status, batch), (200, {
        "message": "success", "invalidUsers": [
            {"fullName": "Missing Username"}, {"username": "EnterpriseCo"}]}))
    suite.equal("a batch of nothing", d.call(
        "POST", "/users/batch", {"users": []}, live)[0:2],
        (400, {"message": "No valid users provided", "error": "usage"}))
    names = [u["username"] for u in d.call("GET", "/users/", token=live)[1]["data"]]
    suite.check("the list has them", {"EnterpriseCo", "b1", "b2"} <= set(names), names)
    suite.equal("a change", d.call("PUT", "/users/b1", {"fullName": "Ünï\u202e"}, live)[1]
                ["fullName"], "Ünï\u202e")
    suite.equal("deleted", d.call("DELETE", "/users/b2", token=live)[1], {"success": True})
    suite.equal("and gone", d.call("GET", "/users/b2", token=live)[0], 404)
    odd = "a/b c%+é"
    suite.equal("an odd username", d.call("POST", "/users", {"username": odd}, live)[0], 200)
    suite.equal("is found", d.call("GET", "/users/a%2Fb%20c%25%2B%C3%A9", token=live)[0], 200)
    suite.equal("20 digits keep", d.call(
        "POST", "/run/event", '{"event":"e","userId":"b1","data":{"n":12345678901234567890}}',
        live)[0], 200)
    d.kill()
    d.start()
    suite.equal("kill -9 loses no user", d.call(
        "GET", "/users/EnterpriseCo", token=live)[1], wanted)


def test_origins(d):
    page = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    key = d.key("origins")
    suite.equal("an unlisted page", d.call("OPTIONS", "/workflows", headers=page)[2].get(
        "Access-Control-Allow-Origin"), None)
    # Sabotage: command_read_help() of run() in main.c.
    suite.equal("tailord --help prints what tailord help prints",
                (d.command("--help").returncode, d.command("--help").stdout),
                (0, d.command("help").stdout))
    suite.equal("listed", d.command("origin", "add", "https://shop.example").returncode, 0)
    headers = d.call("OPTIONS", "/2024-03/workflows", headers=page)[2]
    suite.equal("a listed page may", headers.get("Access-Control-Allow-Origin"),
                "https://shop.example")
    suite.check("with the user's header", "x-alloy-user-token" in headers.get(
        "Access-Control-Allow-Headers", ""), headers)
    suite.equal("also to read errors", d.call(
        "GET", "/workflows", headers=page)[2].get("Access-Control-Allow-Origin"),
        "https://shop.example")
    suite.equal("no origin", d.command("origin", "add", "shop.example/x").returncode, 6)
    usual = {"Origin": "https://usual.example"}
    # Sabotage: origin_make() of origin_is_listed(), and of origin_list_add().
    suite.equal("an origin with its usual port", d.command(
        "origin", "add", "https://usual.example:443").returncode, 0)
    for asked in (usual, {"Origin": "https://usual.example:443"}):
        suite.equal("is the one without it", d.call(
            "GET", "/workflows", headers=asked)[2].get(
                "Access-Control-Allow-Origin"), asked["Origin"])
    suite.equal("is listed so", d.command("origin", "list").stdout,
                "https://shop.example\nhttps://usual.example\n")
    suite.equal("is removed by either", (d.command(
        "origin", "remove", "https://usual.example:443").returncode, d.call(
            "GET", "/workflows", headers=usual)[2].get(
                "Access-Control-Allow-Origin")), (0, None))
    suite.check("the key is in no log", key not in d.logged())


def main():
    d = Daemon()
    routes = table()
    try:
        test_document(d, routes)
        test_parameters(d, routes)
        test_credentials(d, routes)
        test_users(d)
        test_origins(d)
        leaked = re.findall(r"tlr[kmrl]_\w+|eyJhbGci\S+", d.logged())
        suite.equal("no token in the log", leaked, [])
        suite.equal("the daemon ends with 0", d.stop(), 0)
    finally:
        d.close()
    suite.end()


main()
