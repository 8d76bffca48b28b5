"""What the suites of restores share: one world with ada's installation, copies
of the runtime's files, and what the console shows."""
import os
import shutil

from harness import equal
from small import BLOCK, Small, W

PATIENCE = 60 * float(os.environ.get("TEST_PATIENCE", "1"))
world = Small.__new__(Small)  # open_world() makes it
number = 100


def open_world():
    world.__init__()


def close_world():
    if vars(world):
        world.close()


def next_number():
    """No two versions of this suite have the same content."""
    global number
    number += 1
    return number


def released():
    """A new version of ada's, live."""
    d = world.draft(next_number())
    world.release(d, "--wait")
    return d


def database(*suffixes):
    return [os.path.join(world.state, "tailord.db" + s) for s in suffixes]


def put_back(files):
    """The runtime's store becomes FILES (suffix to path), started again."""
    world.stop()
    for path in database("", "-wal", "-shm", "-place"):
        if os.path.exists(path):
            os.remove(path)
    for suffix, path in files.items():
        shutil.copy(path, database(suffix)[0])
    world.start()


def copy_of_files():
    """What a snapshot of the machine keeps of a stopped runtime: with the file
    that says how old the store was, so that only the feed tells."""
    world.stop()
    out = {}
    for suffix in ("", "-wal", "-place"):
        path, = database(suffix)
        if os.path.exists(path):
            out[suffix] = world.path("copy" + suffix)
            shutil.copy(path, out[suffix])
    world.start()
    return out


def rows():
    return {r["username"]: r for r in
            world.json("installation", "list", "--limit", "100")["data"]}


def workflow(name="ada"):
    shown = world.json("installation", "show", name + "/orders")
    return (shown.get("workflowList") or shown["workflows"])[0]


def agrees():
    """The console shows what the runtime says of everybody."""
    state = world.call("GET", "/manage/v1/state")["data"]
    shown = rows()
    assert set(shown) >= {s["username"] for s in state}, "customers"
    for s in state:
        w = s["workflows"][0]
        equal(workflow(s["username"])["liveVersionId"], w["liveVersionId"],
              s["username"] + "'s live version")
        assert "not in this store" not in shown[s["username"]]["live"], shown


def formula(version):
    """What BLOCK of VERSION calculates."""
    blocks = world.json("block", "list", version)["data"]
    return next(b for b in blocks if b["id"] == BLOCK)["summary"]


def base_draft(number):
    d = world.json("draft", "new", W)["versionId"]
    world.tailor("block", "set", d, BLOCK, f"formula==1+{number}")
    return d


def newest_base_there(other=None):
    """The id of the newest base version of orders, by the runtime's word."""
    there = (other or world).call("GET", "/manage/v1/versions?limit=1000")
    mine = {v["versionId"] for v in
            world.json("version", "list", W)["data"]}
    workflow = next(v["workflowId"] for v in there["data"]
                    if v["versionId"] in mine)
    return max((v for v in there["data"] if not v["installationId"] and
                v["workflowId"] == workflow),
               key=lambda v: v["base"])["versionId"]
