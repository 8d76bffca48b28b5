#!/usr/bin/env python3
"""Who reaches runtimes: sessions ask tailor-fetch, which takes a closed list of
questions, as the person that the supervisor named.

To see it fail: leave sandbox_enter out of serve() in src/cli/session/session.c
or of lock() in src/fetch/main.c; take payloads from the frame alone in ask() of src/fetch/answer.c.
"""
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BUILD, TAILOR, Skip, equal, main, test, wait_until  # noqa: E402
from small import Small  # noqa: E402

FETCH = os.path.join(BUILD, "tailor-fetch")
NETWORK = re.compile(r"lib(curl|gnutls|ssl|nghttp2|krb5|ldap|microhttpd)\b")
world = folder = None
S = {}


def setup():
    global world, folder
    folder = tempfile.mkdtemp(prefix="tailor-fetch-")
    # No token lies in the folder of the store: sessions may write there.
    world = Small(store=os.path.join(folder, "store"))
    equal(world.event(1)[0], 200)
    S["run"] = wait_until(
        lambda: [r for r in world.call("GET", "/manage/v1/runs")["data"]
                 if r["state"] == "done"], "the run")[0]["runId"]
    for name, more in (("erin", ["engineer"]), ("ada", ["auditor"]),
                       ("carl", ["auditor", "--no-payloads"])):
        world.tailor("access", "add", name, "--role", *more)
    S["version"] = world.json("--version")["version"]


def cleanup():
    if world:
        world.close()
    shutil.rmtree(folder, ignore_errors=True)


def session(name, *words):
    return subprocess.Popen(
        [TAILOR, "--store", world.store, "session", name], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "SSH_ORIGINAL_COMMAND": " ".join(words)})


def read(pid, name):
    with open(f"/proc/{pid}/{name}") as f:
        return f.read()


def children(pid):
    return read(pid, f"task/{pid}/children").split()


def program_of(pid):
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe"))
    except FileNotFoundError:
        return ""


def both(pid):
    """The session of the supervisor PID, and the tailor-fetch it asks. Beside
    them one waits to become tailor-sheet, and holds nothing."""
    pids = children(pid)
    fetch = [p for p in pids if program_of(p) == "tailor-fetch"]
    inside = [p for p in pids if p not in fetch and is_locked(p)]
    for p in pids:
        if fetch and inside and p not in fetch + inside:
            equal(len(set(sockets(p)[1])), 2, "what a waiting process holds")
    return (fetch, inside) if fetch and inside else None


def sockets(pid):
    links = [os.readlink(f"/proc/{pid}/fd/{n}")
             for n in os.listdir(f"/proc/{pid}/fd")]
    return [link for link in links if link.startswith("socket:")], links


def is_locked(pid):
    status = read(pid, "status")
    return (re.search(r"^Seccomp:\t2$", status, re.M) and
            re.search(r"^NoNewPrivs:\t1$", status, re.M))


def look_at(supervisor):
    (fetch,), (inside,) = wait_until(lambda: both(supervisor), "tailor-fetch")
    wait_until(lambda: is_locked(fetch), "tailor-fetch's sandbox")
    assert is_locked(inside), read(inside, "status")
    for pid in (supervisor, inside):
        equal(NETWORK.findall(read(pid, "maps")), [], "mapped in a session")
    assert NETWORK.search(read(fetch, "maps")), "the search finds nothing"
    equal(len(sockets(inside)[0]), 2, "sockets of a session")
    assert not [x for x in sockets(fetch)[1] if x.startswith(folder)]
    equal(read(fetch, "environ"), "", "what tailor-fetch was left")


# Sabotage: the head of this file.
@test
def a_session_that_asks_has_no_network_and_no_token():
    if os.geteuid() != 0:
        raise Skip("needs root, to look into the programs")
    for name in ("erin", "ada"):
        world.daemon.send_signal(signal.SIGSTOP)  # the question stays open
        try:
            p = session(name, "run", "show", S["run"], "--runtime", "rt")
            look_at(p.pid)
        finally:
            world.daemon.send_signal(signal.SIGCONT)
        out, err = p.communicate(timeout=60)
        equal((p.returncode, err), (0, ""), name)
        assert S["run"] in out, out
        with open(world.path("tailord.err")) as f:
            looked = [json.loads(line) for line in f
                      if "payload looked at" in line]
        equal((looked[-1]["actor"], looked[-1]["run"]), (name, S["run"]))


# Sabotage: sandbox_enter() in src/workbook/main.c.
@test
def a_workbook_is_taken_apart_where_nothing_can_be_reached():
    here, there = socket.socketpair()
    facts = os.open("/dev/null", os.O_RDONLY)
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10)
            for fd in (there.fileno(), facts)]
    sheet = subprocess.Popen(
        [os.path.join(BUILD, "tailor-sheet")], env={}, close_fds=False,
        preexec_fn=lambda: [os.dup2(fd, 3 + i) for i, fd in enumerate(high)])
    for fd in high + [facts]:
        os.close(fd)
    there.close()
    try:
        asked = b'{"workbook":"UEsDBA=="}'
        here.sendall(struct.pack("I", len(asked)) + asked)
        size, = struct.unpack("I", here.recv(4))
        answer = json.loads(here.recv(size))
        equal(answer["error"], "invalid", str(answer))
        assert is_locked(sheet.pid), read(sheet.pid, "status")
    finally:
        here.close()
        equal(sheet.wait(60), 0, "tailor-sheet's end")


# Sabotage: ERR_IO in ended() of src/helper/frame.c.
@test
def a_tailor_fetch_that_was_killed_is_told():
    if os.geteuid() != 0:
        raise Skip("needs root, to look into the programs")
    world.daemon.send_signal(signal.SIGSTOP)  # the question stays open
    try:
        p = session("erin", "run", "list")
        (fetch,), _ = wait_until(lambda: both(p.pid), "tailor-fetch")
        os.kill(int(fetch), signal.SIGKILL)
        err = p.communicate(timeout=60)[1]
        equal((p.returncode, err),
              (7, "tailor: tailor-fetch: ended without an answer (try again; "
                  "check that it is installed)\n"))
    finally:
        world.daemon.send_signal(signal.SIGCONT)


# Sabotage: leave the call of check_token() for read tokens out of
# check_tokens() in src/cli/session/session.c.
@test
def no_session_writes_beside_a_read_token():
    token = os.path.join(folder, "read.token")
    shutil.copy(world.state + "/read.token", token)
    world.tailor("runtime", "set", "rt", "--read-token-file", token)
    try:
        p = session("erin", "store", "info")
        equal(p.wait(60), 0, "a command that reads")
        p = session("erin", "draft", "new", "sale")
        err = p.communicate(timeout=60)[1]
        equal(p.returncode, 5, err)
        assert "read token" in err, err
    finally:
        world.tailor("runtime", "set", "rt", "--read-token-file",
                     world.state + "/read.token")


# Sabotage: both calls of check_environment() in src/fetch/answer.c.
@test
def a_token_of_the_other_environment_reads_nothing():
    token = os.path.join(folder, "development.token")
    with open(token, "w") as f:
        f.write(world.manage_token("development") + "\n")
    world.tailor("runtime", "set", "rt", "--read-token-file", token)
    try:
        for words in (("run", "list"), ("run", "show", S["run"]),
                      ("runtime", "test", "rt")):
            said = world.tailor(*words, expect=5)
            assert "its read token is of development" in said.err, said.err
            equal(said.out, "", words)
    finally:
        world.tailor("runtime", "set", "rt", "--read-token-file",
                     world.state + "/read.token")
    world.tailor("run", "show", S["run"])


def ask(*frames, payloads=True, version=None, actor="ada"):
    """What tailor-fetch answers to FRAMES, as a session could send them."""
    ours, theirs = socket.socketpair()
    facts = os.memfd_create("facts")
    os.write(facts, json.dumps({
        "version": version or S["version"], "actor": actor,
        "payloads": payloads, "runtimes": [
            {"name": "rt", "url": f"https://localhost:{world.port}",
             "environment": "production",
             "ca": world.state + "/ca.pem", "pin": None,
             "token": world.state + "/read.token"}]}).encode())
    os.lseek(facts, 0, os.SEEK_SET)

    def place():
        a, b = os.dup(theirs.fileno()), os.dup(facts)
        high = [os.dup2(a, 90), os.dup2(b, 91)]
        for source, target in zip(high, (3, 4)):
            os.dup2(source, target)

    p = subprocess.Popen([FETCH], preexec_fn=place, pass_fds=(3, 4))
    theirs.close()
    os.close(facts)
    ours.settimeout(60)
    answers = []
    for frame in frames:
        text = json.dumps(frame).encode()
        ours.sendall(struct.pack("=I", len(text)) + text)
        n = struct.unpack("=I", ours.recv(4, socket.MSG_WAITALL))[0]
        answers.append(json.loads(ours.recv(n, socket.MSG_WAITALL)))
    ours.close()
    equal(p.wait(60), 0, "tailor-fetch's end")
    return answers


def question(word, runtime="rt", payloads=True, **arguments):
    return {"question": word, "runtime": runtime, "payloads": payloads,
            "arguments": arguments}


# Sabotage: argument_rights() without *known = false, or "*last == '.'" in
# question_path(), src/fetch/question.c; the version in answerer_open().
@test
def only_what_is_in_the_list_can_be_asked():
    info, = ask(question("info"))
    assert info["body"]["environment"] == "production", info
    for asked in (question("feed"), question("info", actor="eve"),
                  question("run", runId=S["run"], actor="eve"),
                  question("runs", offset="1"), question("runs", state=1),
                  question("run"), question("run", runId=".."), {}, []):
        answer, = ask(asked)
        equal(answer.get("error"), "invalid", (asked, answer))
    equal(ask(question("info", runtime="eu"))[0]["error"], "notFound")
    equal(ask(question("run", runId="x/../../info"))[0]["error"], "notFound")
    refused, = ask(question("info"), version="0.0.1")
    equal(refused["error"], "refused")


# Sabotage: the check of VALUE_OBJECT in question_path(),
# src/fetch/question.c: a list ends tailor-fetch, the rest counts as empty.
@test
def arguments_that_are_no_object_are_invalid():
    asked = question("info")
    wrong = [{**asked, "arguments": arguments} for arguments in (
        None, True, False, 0, 1.5, "", "limit", [], ["limit"], [{}])]
    wrong.append({k: v for k, v in asked.items() if k != "arguments"})
    *refused, info = ask(*wrong, asked)
    for frame, answer in zip(wrong, refused):
        equal(answer.get("error"), "invalid", (frame, answer))
    assert "body" in info, info


# Sabotage: "a->who.payloads &&" in ask() of src/fetch/answer.c; PAYLOADS in
# the rows of src/fetch/questions.def.
@test
def what_the_supervisor_forbids_cannot_be_asked():
    for fixed, now in ((False, True), (True, False)):
        one, found, listed = ask(
            question("run", payloads=now, runId=S["run"]),
            question("runs", payloads=now, find="1"),
            question("runs", payloads=now), payloads=fixed)
        equal((one["error"], found["error"]), ("role", "role"))
        row, = [r for r in listed["body"]["data"] if r["runId"] == S["run"]]
        assert "label" not in row and "input" not in row, row
    one, listed = ask(question("run", runId=S["run"]), question("runs"))
    equal(one["body"]["input"]["note"], "x")
    assert "label" in listed["body"]["data"][0], listed


if __name__ == "__main__":
    main(setup, cleanup)
