"""Every command of the table with arguments, over one small store that the
tests of a suite share."""
import json
import os
import shlex
import signal

from small_store import BLOCK, SmallStore

S = {}  # "store", and "cases" by command
WORKFLOW, INTEGRATION = "order-to-cash", "netsuite-order-to-cash"


def start():
    store = S["store"] = SmallStore()
    S["cases"] = cases(store)


def stop():
    store = S.get("store")
    if not store:
        return
    try:  # a follower that a command started
        with open(store.store + "-sync") as f:
            os.kill(int(f.read()), signal.SIGTERM)
    except (OSError, ValueError):
        pass
    store.close()


def cases(s):
    """By command: arguments, standard input, exit code, exit code of a second
    run. Runs in the order of the dictionary."""
    d, i, fork = s.draft, s.installation, s.new_draft
    sheet = s.path("sheet.csv", "target,source\nmemo,orderNumber\n")
    table = s.path("table.csv", "key,value\nups,U1\n")
    body = s.path("body.json", '{"orderNumber":"SO-1","total":1.50}')
    patch = s.path("patch.json", json.dumps(
        [{"op": "add", "path": "/blocks/0/note", "value": "why"}]))
    exported = s.tailor("integration", "export", INTEGRATION).out
    connector = s.tailor("connector", "show", "netsuite").out
    run = "6b020f29c8555acb629a4aa2"
    other, gone, third = fork(), fork(), fork()
    return {
        "help": ([], 0, 0),
        "completion": (["bash"], 0, 0),
        "store init": ([], 5, 5),
        "store check": ([], 0, 0),
        "store upgrade": ([], 0, 0),
        "store reindex": ([], 0, 0),
        "store backup": ([s.path("copy.db")], 0, 5),
        "store info": ([], 0, 0),
        "access add": (["eve", "--role", "engineer"], 0, 0),
        "status": ([], 1, 1),  # sync has not reached the runtime
        "whoami": ([], 0, 0),
        "access list": ([], 0, 0),
        "access authorized-keys": ([], 0, 0),
        "access remove": (["eve"], 0, 4),
        "integration list": ([], 0, 0),
        "integration show": ([INTEGRATION], 0, 0),
        "integration new": (["fresh", "--app", "netsuite"], 0, 5),
        "integration add": ([s.path("i.json", exported)], 0, 0),
        "integration export": ([INTEGRATION], 0, 0),
        "integration close": (["fresh"], 0, 0),
        "integration open": (["fresh"], 0, 0),
        "integration four-eyes": (["fresh", "on"], 0, 0),
        "workflow list": ([], 0, 0),
        "workflow show": ([WORKFLOW], 0, 0),
        "workflow new": (["fresh", "flow"], 0, 5),
        "connector list": ([], 0, 0),
        "connector show": (["netsuite"], 0, 0),
        "connector add": ([s.path("c.json", connector)], 0, 0),
        "installation list": (["--limit", "5"], 0, 0),
        "installation show": ([i], 0, 0),
        "version list": ([WORKFLOW], 0, 0),
        "version show": ([d, "--document"], 0, 0),
        "version validate": ([d], 0, 0),
        "version diff": ([WORKFLOW + ":v1", d], 0, 0),
        "draft new": (["flow"], 0, 3),
        "draft fork": ([i, WORKFLOW, "--resume"], 0, 0),
        "draft conflicts": ([d], 0, 0),
        "draft resolve": ([d, "all", "--keep"], 0, 0),
        "draft list": ([], 0, 0),
        "draft show": ([d], 0, 0),
        "draft patch": ([d, patch], 0, 0),
        "draft undo": ([d], 0, 5),
        "draft redo": ([d], 0, 5),
        "draft log": ([d], 0, 0),
        "draft note": ([d, "a note"], 0, 0),
        "draft kept": ([d], 0, 0),
        "draft forget": ([d], 0, 0),
        "draft raise-format": ([d, "--dry-run"], 0, 0),
        "draft take": ([d], 0, 0),
        "draft ready": ([other], 0, 0),
        "draft discard": ([gone, "--yes"], 0, 0),
        "draft restore": ([gone], 0, 0),
        "block list": ([d], 0, 0),
        "block kinds": ([], 0, 0),
        "block add": ([d, "math", "--name", "Tax", "--set",
                       "formula==total * 0.05"], 0, 6),
        "block set": ([d, "Tax", "formula==ROUND(total * 0.05, 2)"], 0, 0),
        "block rename": ([d, "Tax", "Levy"], 0, 4),
        "block move": ([d, "Levy", "--before", BLOCK], 0, 0),
        "block remove": ([d, "Levy"], 0, 4),
        "mapping show": ([d, BLOCK], 0, 0),
        "mapping set": ([d, BLOCK, "memo", "=1+1"], 0, 0),
        "mapping unset": ([d, BLOCK, "memo"], 0, 0),
        "mapping copy": ([WORKFLOW + ":v1", BLOCK, d, BLOCK], 0, 0),
        "mapping export": ([d, BLOCK, s.path("out.csv")], 0, 5),
        "mapping import": ([d, BLOCK, sheet], 0, 0),
        "mapping run": (["--mapping", sheet, body], 0, 0),
        "mapping coverage": ([d, BLOCK], 0, 0),
        "mapping suggest": ([d, BLOCK, "memo"], 0, 0),
        "preview": ([d, "--all"], 0, 0),
        "sample add": ([WORKFLOW, body, "--label", "mine"], 0, 0),
        "sample list": ([WORKFLOW], 0, 0),
        "sample show": ([WORKFLOW, "mine"], 0, 0),
        "sample set": ([WORKFLOW, "mine", "--expect", s.path(
            "expected.json", '{"%s":{"total":1.5}}' % BLOCK)], 0, 0),
        "sample check": ([d], 0, 0),
        "sample keep": ([WORKFLOW, "mine", "--days", "30"], 0, 0),
        "sample remove": ([WORKFLOW, "mine", "--yes"], 0, 4),
        "sheet add": (["s1", sheet], 0, 0),
        "sheet list": ([], 0, 0),
        "sheet show": (["s1"], 0, 0),
        "sheet remove": (["s1", "--yes"], 0, 4),
        "table import": ([d, "Ship", table], 0, 0),
        "table list": ([d], 0, 0),
        "table show": ([d, "Ship"], 0, 0),
        "table set": ([d, "Ship", "dhl", "D1"], 0, 0),
        "formula eval": (["=0.1+0.2"], 0, 0),
        "formula functions": ([], 0, 0),
        "path query": (["$.total", body], 0, 0),
        "release": ([third, "--dry-run"], 0, 0),
        "rollback": ([i, WORKFLOW, "--dry-run"], None, None),
        "withdraw": ([i, WORKFLOW, "--dry-run"], None, None),
        "upgrade": ([WORKFLOW, "--to", "v1", "--dry-run"], None, None),
        "runtime list": ([], 0, 0),
        "runtime test": ([s.runtime], 6, 6),
        "runtime add": (["second", "https://127.0.0.1:1", "--environment",
                         "development", "--pin",
                         "sha256//" + "A" * 43 + "=", "--token-file",
                         s.path("token", "t")], 0, 5),
        "runtime set": (["second", "--url", "https://127.0.0.1:2"], 0, 0),
        "runtime remove": (["second", "--yes"], 0, 4),
        "sync": ([], 7, 7),
        "runtime accept-restore": ([s.runtime], 5, 5),
        "runtime fetch": ([s.runtime], 4, 4),
        "integration publish": ([INTEGRATION, s.runtime], 0, 0),
        "user list": ([], 0, 0),
        "user add": (["newcomer", "--runtime", s.runtime], 0, 0),
        "user remove": (["newcomer"], 4, 4),
        "credential list": ([i], 0, 0),
        "credential retry": ([i], 0, 0),
        "installation pause": ([i], 0, 0),
        "installation resume": ([i], 0, 0),
        "installation uninstall": ([i, "--yes"], 0, 0),
        "run list": ([], 6, 6),
        "run show": ([run], 6, 6),
        "run start": ([i, WORKFLOW], 0, 0),
        "run cancel": ([run, "--runtime", s.runtime], 0, 0),
        "run retry": ([run, "--runtime", s.runtime], 0, 0),
        "event send": ([i, "order.recorded", body], 0, 0),
        "audit list": (["--limit", "3"], 0, 0),
        "audit show": (["1"], 0, 0),
        "audit verify": ([], 0, 0),
        "audit export": ([s.path("audit.jsonl")], 0, 5),
        "session": (["nobody-here"], 5, 5),
        "demo": (["--store-only", "--installations", "1", "--dir",
                  s.path("demo")], 0, None),
        "store restore": ([s.path("copy.db"), "--yes"], 0, 0),
    }


def name_of(c):
    return f"{c['noun']} {c['verb']}".strip()


def as_session(name, words):
    done = S["store"].tailor("session", name, expect=None, env={
        **os.environ, "SSH_ORIGINAL_COMMAND": shlex.join(words)})
    return done.status, done.out + done.err
