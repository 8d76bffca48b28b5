#!/usr/bin/env python3
"""Whom the console trusts: each runtime that is not the one gets one clear
sentence and its exit code; nothing is lost, nothing is sent to the wrong
place, and after the repair the queued release goes live once.

To see it fail: set CURLOPT_SSL_VERIFYHOST to 0 in src/http/client_call.c (the
wrong host gets the token), or drop the comparison of ids in
manager_runtime_contact (another runtime gets the release).
"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TAILORD, equal, main, test  # noqa: E402
from impostor import Impostor  # noqa: E402
from trust import (  # noqa: E402
    Instead, asked, certificate, close, info, known_as, own, queue, repair,
    settled, setup, troubled, world)


# --- identity -----------------------------------------------------------------

@test
def a_wrong_ca_gets_nothing():
    d = world.draft(1)
    other = certificate("stranger", 30, "DNS:localhost,IP:127.0.0.1")
    with Instead({None: b"{}"}, *other) as server:
        late = world.release(d, "--wait", "--timeout", "1", expect=7)
        assert "not the expected one" in late.err, late.err
        assert "tailor sync" in late.err, late.err
        world.end_started_on_demand(wait=True)
        troubled(d, 7, "not the expected one", "and the CA")
        assert server.connections > 1
        equal(server.requests, [], "what the stranger got")
    settled(d)


@test
def a_wrong_host_name_gets_nothing():
    d = queue()
    server = Impostor("127.0.0.2", 0, own("certificate.pem"), own("key.pem"),
                      {None: b"{}"})
    known_as(url=f"https://127.0.0.2:{server.port}")
    troubled(d, 7, "not the expected one", "host name")
    equal(server.requests, [], "what the wrong host got")
    server.close()
    repair()
    settled(d)


@test
def an_expired_certificate_gets_nothing():
    d = queue()
    old = certificate("old", -1, "DNS:localhost,IP:127.0.0.1")
    known_as(ca=old[0])
    with Instead({None: b"{}"}, *old) as server:
        troubled(d, 7, "certificate has expired")
        equal(server.requests, [], "what it got")
    repair()
    settled(d)


# --- tokens -------------------------------------------------------------------

def token_command(*words):
    done = subprocess.run([TAILORD, "--state", world.state, "token", *words],
                          check=True, capture_output=True, text=True)
    return done.stdout.strip()


@test
def a_token_file_that_is_not_there_is_told():
    said = world.tailor("runtime", "set", "rt", "--token-file", own("none"))
    assert "none: not there yet" in said.err, said.err
    said = world.tailor("runtime", "set", "rt", "--token-file",
                        own("manage.token"))
    assert "not there" not in said.err, said.err


@test
def a_revoked_token_says_so():
    d = queue()
    path = world.path("second.token")
    with open(path, "w") as f:
        f.write(token_command("add", "manage", "second") + "\n")
    known_as(token_file=path)
    settled(d)
    d = queue()
    token_command("remove", "manage", "second")
    troubled(d, 5, "revoked")
    repair()
    settled(d)


@test
def a_read_token_cannot_release():
    d = queue()
    known_as(token_file=own("read.token"))
    troubled(d, 5, "manage token")
    equal(world.facts(d), 0, "times it went live")
    repair()
    settled(d)


@test
def a_token_file_that_is_gone_is_named():
    d = queue()
    known_as(token_file=world.path("nothing.token"))
    troubled(d, 4, "nothing.token")
    repair()
    settled(d)


# --- another one --------------------------------------------------------------

@test
def another_runtime_at_the_address_gets_nothing():
    d = queue()
    state = world.path("another")
    subprocess.run([TAILORD, "init", "--state", state], check=True,
                   capture_output=True)
    mine, world.state = world.state, state
    world.stop()
    world.start()
    try:
        known_as(ca=state + "/ca.pem", token_file=state + "/manage.token")
        troubled(d, 5, "another")
        equal(world.call("GET", "/manage/v1/feed?after=0&limit=10")["data"],
              [], "what happened at the other runtime")
        integrations = world.call("GET", "/manage/v1/state")["data"]
        equal(integrations, [], "what the other runtime knows")
    finally:
        world.state = mine
        world.stop()
        world.start()
    repair()
    settled(d)


@test
def another_environment_gets_nothing():
    """Sabotage: drop the comparison of environments in on_info (peer.c)."""
    d = queue()
    good = info()
    other = {"production": "development",
             "development": "production"}[good["environment"]]
    answers = {"GET /manage/v1/info":
               json.dumps(dict(good, environment=other)).encode()}
    with Instead(answers) as server:
        troubled(d, 5, f"it says {other}")
        equal(asked(server), {("GET", "/manage/v1/info")},
              "what it was asked")
    settled(d)


@test
def a_newer_protocol_is_not_spoken():
    d = queue()
    newer = dict(info(), protocol={"min": 7, "max": 9})
    older = dict(info(), protocol={"min": 0, "max": 0})
    answers = {"GET /manage/v1/info": json.dumps(newer).encode()}
    with Instead(answers) as server:
        troubled(d, 5, "7 to 9", "upgrade tailor")
        answers["GET /manage/v1/info"] = json.dumps(older).encode()
        troubled(d, 5, "upgrade tailord")
        equal(asked(server), {("GET", "/manage/v1/info")},
              "what it was asked")
    settled(d)


@test
def the_previous_protocol_is_spoken():
    """It knows no history and no list of versions. Sabotage: the comparison
    with PROTOCOL_HISTORY in read_history (src/remote/protocol.c) or in
    look_for_versions (src/remote/peer_copy.c)."""
    d = queue()
    good = info()
    older = {k: v for k, v in dict(good, protocol={"min": 1, "max": 1}).items()
             if k not in ("feedHash", "receiptHead", "sizes")}
    feed = {"data": [], "head": good["feedHead"]}
    with Instead({"GET /manage/v1/info": json.dumps(older).encode(),
                  "GET /manage/v1/feed": json.dumps(feed).encode(),
                  None: (503, b"{}")}) as server:
        troubled(d, 7, "503")  # the release, which nobody takes here
        shorter = dict(older, feedHead=good["feedHead"] - 1)
        server.answers["GET /manage/v1/info"] = json.dumps(shorter).encode()
        world.sync(expect=None)
        assert ("GET", "/manage/v1/versions") not in asked(server)
        assert ("GET", "/manage/v1/users") in asked(server), "a copy"
    settled(d)


@test
def a_wrong_pin_gets_nothing():  # the last: a pin stays
    d = queue()
    known_as(pin="sha256//" + "A" * 43 + "=")
    troubled(d, 7, "pinned")
    der = subprocess.run(["openssl", "x509", "-in", own("certificate.pem"),
                          "-pubkey", "-noout"], check=True,
                         capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"],
                         input=der, check=True, capture_output=True).stdout
    pin = subprocess.run("openssl dgst -sha256 -binary | openssl base64",
                         shell=True, input=der, check=True,
                         capture_output=True).stdout.decode().strip()
    known_as(pin="sha256//" + pin)
    settled(d)


if __name__ == "__main__":
    main(setup, close)
