#!/usr/bin/env python3
"""Canary secrets: sent through the embedded API in good and in bad requests,
used against an outside world that sends them back in every form, and then
looked for in every file, log, answer and process of a whole world: 0 hits.

To see it fail: remove secret_redact() from redact() in call_answer.c (block
outputs), or seal nothing in vault_seal (the store's file), or log the body in
log_request (src/runtime/core/core.c).
"""
import base64
import json
import os
import random
import resource
import signal
import string
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILOR, TAILORD, equal, main, seed, test, wait_until  # noqa: E402
from impostor import Impostor  # noqa: E402
from small import Small, free_port  # noqa: E402

SOURCE = os.environ.get("TOP_SRCDIR", os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__)))))
DATA = os.path.join(SOURCE, "data", "connectors")
INTEGRATION = {
    "format": 1, "key": "orders", "name": "Orders", "app": "netsuite",
    "workflows": [{"key": "sale", "name": "Sale", "document": {
        "format": 1, "formulas": 1, "name": "Sale",
        "trigger": {"id": "00000000-0000-4000-8000-000000000001",
                    "kind": "event", "name": "Order", "event": "order"},
        "blocks": [
            {"id": "10000000-0000-4000-8000-000000000001", "kind": "api",
             "name": "Tell", "url": "https://api.example.com/echo",
             "auth": {"kind": "bearer", "app": "http"},
             "mapping": [{"target": "number", "source": "number"}]},
            {"id": "10000000-0000-4000-8000-000000000002", "kind": "action",
             "name": "Create cash sale", "app": "netsuite",
             "action": "createCashSale",
             "mapping": [{"target": "entity.id", "source": "number"},
                         {"target": "item.items[0].item.id",
                          "source": "number"}]}]}}]}
world = server = None
at = {}
cores, secrets, outputs = [], [], []


def canary():
    """A secret with characters that are escaped, and an unmistakable core."""
    core = "Cnry" + "".join(random.choices(string.ascii_letters +
                                           string.digits, k=28))
    cores.append(core.encode())
    secrets.append(core + "/+&=%~")
    return secrets[-1]


def setup():
    global world, server
    seed()
    port = free_port()
    url = f"https://localhost:{port}"
    # The certificate of the outside is the runtime's: it is made by init.
    world = Small(config={"connectorHosts": {"netsuite": url,
                                             "api.example.com": url},
                          "log": "debug"},
                  integration=INTEGRATION,
                  connectors=[f"{DATA}/netsuite.json", f"{DATA}/http.json"])
    with open(world.config) as f:
        config = json.load(f)
    config["outbound"] = {"allowLoopback": True,
                          "caFile": world.state + "/ca.pem"}
    with open(world.config, "w") as f:
        json.dump(config, f)
    world.stop()
    world.start()
    server = Impostor("127.0.0.1", port, world.state + "/certificate.pem",
                      world.state + "/key.pem", {None: b"{}"})
    equal(world.event(1)[0], 200)  # it waits for a credential


def cleanup():
    if server:
        server.close()
    if world:
        world.close()


def api(method, path, body, key=None):
    """A call of the ISV's backend; what it answers is an output."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(
        f"https://localhost:{world.port}/2024-03{path}",
        data if body is not None else None,
        {"Authorization": "Bearer " + (key or world.api_key),
         "Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, context=world.tls) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        status, text = refused.code, refused.read()
    outputs.append((f"{method} {path}", text))
    return status, json.loads(text) if text else None


def echo(status, known):
    """One outside sends back all it knows, in every form."""
    said = []
    for s in known:
        raw = s.encode()
        said += [s, urllib.parse.quote(s, safe=""),
                 urllib.parse.quote_plus(s), "x" + s + "y",
                 base64.b64encode(raw).decode(),
                 urllib.parse.quote(s, safe="").lower().replace(
                     s[:32].lower(), s[:32]),
                 base64.b64encode(b"u:" + raw).decode(),
                 base64.b64encode(b"user:" + raw + b"\r\n").decode(),
                 base64.urlsafe_b64encode(b"x" + raw + b"yz").decode(),
                 base64.urlsafe_b64encode(raw).decode()]
    body = {"message": " ".join(said), "title": said[0], "id": 7,
            "o:errorDetails": [{"detail": " ".join(said),
                                "o:errorCode": said[0]}],
            "echo": said, "deep": {said[0]: {"list": [said]}}}
    # Some write each slash as \\/, which JSON allows.
    text = json.dumps(body)
    return status, (text[:-1] + ', "slashes": "' + " ".join(
        s.replace("/", "\\/") for s in known) + '"}').encode()


def outside(status):
    """Each app knows its own credential, and no other."""
    server.answers["POST /echo"] = echo(status, at["http"])
    server.answers[None] = echo(200 if status == 200 else 400, at["netsuite"])


def forms(core):
    """CORE as bytes, in base64 at each alignment, and in hexadecimal."""
    yield core
    yield core.hex().encode()
    for pad in range(3):
        text = base64.b64encode(b"\0" * pad + core)
        yield text[(0, 2, 3)[pad]:-4]
    yield core[:16]
    yield core[-16:]


def hits(where, text):
    return [(where, form) for core in cores for form in forms(core)
            if form in text]


def state_of_runs():
    return sorted(world.executions().values())


@test
def bad_requests_with_secrets_are_refused_without_them():
    http = {"type": "http", "data": {"host": "api.example.com",
                                     "token": canary()}}
    netsuite = {"type": "netsuite", "data": {
        "account": "TSTDRV1", "consumerKey": canary(),
        "consumerSecret": canary(), "tokenId": canary()}}  # no tokenSecret
    path = "/headless/credentials"
    for body, key, status in (
            ({"userId": "ada", "credential": netsuite}, None, 422),
            ({"userId": "nobody", "credential": http}, None, 404),
            ({"userId": "ada", "credential": http}, "tlrk_" + "A" * 43, 401),
            (json.dumps({"userId": "ada", "credential": http}).encode()[:-2],
             None, None),
            ({"userId": "ada", "credential": [canary()]}, None, None)):
        got, answer = api("POST", path, body, key)
        if status:
            equal(got, status, answer)
        else:
            assert 400 <= got < 500, (got, answer)
    status, _ = api("GET", f"/users?token={urllib.parse.quote(canary())}",
                    None)


def run(state=None):
    """An event, and how it ends."""
    status, answer = world.event(1)
    equal(status, 200, answer)
    name = answer["executionIds"][0]
    end = wait_until(lambda: (s := world.executions()[name]) in (
        "done", "failed", "parked") and s, "the end of the run")
    if state:
        equal(end, state)


@test
def secrets_that_come_back_are_redacted():
    at["http"], at["netsuite"] = [canary()], [canary() for _ in range(4)]
    outside(400)
    data = dict(zip(("consumerKey", "consumerSecret", "tokenId",
                     "tokenSecret"), at["netsuite"]), account="TSTDRV1")
    for kind, data in (("netsuite", data), ("http", {
            "host": "api.example.com", "token": at["http"][0]})):
        status, answer = api("POST", "/headless/credentials", {
            "userId": "ada", "credential": {"type": kind, "data": data}})
        equal(status, 200, answer)
    # What waited for the credential fails with all that the outside says.
    wait_until(lambda: state_of_runs() == ["failed"], "the refused run")
    outside(200)
    run("done")
    server.answers[None] = echo(400, at["netsuite"])
    run("failed")
    server.answers["POST /echo"] = (200, at["http"][0].encode())  # no JSON
    run()
    server.answers["POST /echo"] = lambda s: s.sendall(
        b"HTTP/1.1 400 " + at["http"][0].encode() + b"\r\nContent-Length: 0"
        b"\r\nX-Echo: " + at["http"][0].encode() + b"\r\n\r\n")
    run()
    sent = b"".join(text for _, _, text in server.requests)
    assert any(core in sent for core in cores), "the token was not used"


@test
def the_canaries_are_nowhere():
    collect()
    found = []
    for where, text in outputs:
        found += hits(where, text)
    files = 0
    for folder, _, names in os.walk(world.dir):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                files += 1
                with open(path, "rb") as f:
                    found += hits(path, f.read())
    assert any(b"[redacted]" in text for _, text in outputs), "kept nothing"
    assert files > 8 and len(outputs) > 20, (files, len(outputs))
    equal(found[:5], [], f"the first of {len(found)} hits")
    # The search itself works: what was sent to the outside has them.
    assert any(hits("sent", text) for _, _, text in server.requests)
    print(f"# {len(cores)} canaries, {files} files, {len(outputs)} outputs, "
          "0 hits")


def as_session(name, *words):
    done = subprocess.run(
        [TAILOR, "--store", world.store, "session", name], text=True,
        capture_output=True, timeout=60,
        env={**os.environ, "SSH_ORIGINAL_COMMAND": " ".join(words)})
    return done.returncode, done.stdout + done.stderr


# Sabotage: strip() in src/fetch/answer.c; may_find() of src/cli/command/run.c.
@test
def nobody_without_the_right_sees_values_in_lists_of_runs():
    value = "Acme-7f3a"
    server.answers["POST /echo"] = (400, json.dumps(
        {"message": f"no customer {value}"}).encode())
    run("failed")
    world.tailor("access", "add", "open", "--role", "auditor")
    world.tailor("access", "add", "closed", "--role", "auditor",
                 "--no-payloads")
    seen = {"open": 0, "closed": 0}
    for words in (("run", "list"), ("run", "list", "--by-cause"),
                  ("--json", "run", "list"),
                  ("--json", "run", "list", "--by-cause")):
        for name in seen:
            status, text = as_session(name, *words)
            equal(status, 0, text)
            seen[name] += value in text
            if name == "closed":
                assert "not shown" in text, text
    equal(seen, {"open": 4, "closed": 0}, "lists with the value")
    _, text = as_session("closed", "--json", "run", "list")
    assert not any(r.get("label") for r in json.loads(text)["data"]), text
    equal(as_session("open", "run", "list", "--find", "1")[0], 0)
    status, text = as_session("closed", "run", "list", "--find", "1")
    equal(status, 5, text)
    assert "may not see" in text, text


def holder_of_the_lock():
    with open(world.store + "-sync") as f:
        return int(f.read() or "0")


# Sabotage: leave process_hide_memory() out of src/cli/main.c.
@test
def no_program_that_holds_a_token_leaves_a_core():
    unlimited = resource.RLIM_INFINITY
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    follower = subprocess.Popen(
        [TAILOR, "--store", world.store, "sync", "--follow"],
        cwd=world.dir, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_CORE,
            (unlimited if hard == unlimited else hard, hard)))
    wait_until(lambda: holder_of_the_lock() == follower.pid, "the follower")
    with open(f"/proc/{follower.pid}/limits") as f:
        limits = next(x for x in f if x.startswith("Max core file size"))
    equal(limits.split()[4:6], ["0", "0"], "limits of a core file")
    follower.send_signal(signal.SIGABRT)
    _, status = os.waitpid(follower.pid, 0)
    follower.returncode = -signal.SIGABRT
    follower.stderr.close()
    assert os.WIFSIGNALED(status) and not os.WCOREDUMP(status), status


def collect():
    """Everything that anybody can ask for."""
    for path in ("/users", "/users/ada", "/users/ada/credentials", "/apps",
                 "/integrations", "/workflows", "/headless/credentials"
                 "?userId=ada", "/workflows/logs?userId=ada",
                 "/events", "/credentials?userId=ada"):
        api("GET", path, None)
    for path in ("/manage/v1/feed?after=0&limit=1000", "/manage/v1/state",
                 "/manage/v1/runs", "/manage/v1/info"):
        outputs.append((path, json.dumps(world.call("GET", path)).encode()))
    for run in world.call("GET", "/manage/v1/runs")["data"]:
        path = f"/manage/v1/runs/{run['runId']}?actor=test"
        one = world.call("GET", path)
        outputs.append((path, json.dumps(one).encode()))
        outputs.append((path, json.dumps(one, ensure_ascii=False).encode()))
    world.sync()
    for words in (("credential", "list", "ada/orders"), ("run", "list"),
                  ("installation", "show", "ada/orders"), ("audit", "list"),
                  ("audit", "export", world.path("audit.jsonl")),
                  ("runtime", "list"),
                  ("store", "backup", world.path("store.backup"))):
        done = world.tailor("--json", *words, expect=None)
        outputs.append((" ".join(words), (done.out + done.err).encode()))
    done = subprocess.run([TAILORD, "--state", world.state, "backup",
                           world.path("tailord.backup")], capture_output=True)
    equal(done.returncode, 0, done.stderr)
    for name in ("cmdline", "environ"):
        with open(f"/proc/{world.daemon.pid}/{name}", "rb") as f:
            outputs.append((name, f.read()))


if __name__ == "__main__":
    main(setup, cleanup)
