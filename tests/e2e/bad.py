"""A small store, and how a command ends that is refused."""
import json
import os
import pwd
import re
import shutil
import subprocess
import tempfile

from harness import TAILOR, equal

SOURCE = os.environ.get("TOP_SRCDIR", os.getcwd())
INTEGRATION = os.path.join(SOURCE, "data/integrations/netsuite-order-to-cash.json")
CONNECTOR = os.path.join(SOURCE, "data/connectors/netsuite.json")
world = {}


def run(*arguments, stdin=None, store=None, user=None, binary=False,
        **options):
    def drop():
        if user:
            entry = pwd.getpwnam(user)
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
    program = world["program"] if user else TAILOR
    return subprocess.run(
        [program, "--store", store or world["store"], *map(str, arguments)],
        input=stdin, capture_output=True, text=not binary, timeout=60,
        preexec_fn=drop, **options)


def refused(result, status, *words):
    """RESULT ended with STATUS and one clear, harmless sentence."""
    equal(result.returncode, status, result.stderr)
    assert result.stderr.startswith("tailor: "), result.stderr
    for word in words:
        assert word in result.stderr, (word, result.stderr)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", result.stderr), \
        repr(result.stderr)


def accepted(*arguments, **options):
    result = run("--json", *arguments, **options)
    equal(result.returncode, 0, result.stderr)
    return json.loads(result.stdout) if result.stdout.strip() else None


def setup():
    world["dir"] = tempfile.mkdtemp(prefix="tailor-bad-")
    os.chmod(world["dir"], 0o755)
    # Where the tests stand, the account nobody may not look.
    world["program"] = shutil.copy(TAILOR, world["dir"])
    world["store"] = os.path.join(world["dir"], "store.db")
    accepted("store", "init")
    accepted("connector", "add", CONNECTOR)
    accepted("integration", "add", INTEGRATION)
    world["draft"] = accepted("draft", "new", "order-to-cash")["versionId"]


def cleanup():
    shutil.rmtree(world["dir"], ignore_errors=True)
