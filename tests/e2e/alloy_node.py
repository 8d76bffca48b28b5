#!/usr/bin/env python3
"""alloy-node 2.2.1 from npm, unmodified, against tailord: an ISV's backend
changes nothing but where its host's name leads."""
import json
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import BUILD, SOURCE, Daemon, Suite  # noqa: E402
from embedded import World, document  # noqa: E402

suite = Suite("alloy-node")
HOST = "embedded.runalloy.com"


def modules():
    """The folder of the pinned packages, installed on first use, or None."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None
    folder = os.path.join(BUILD, "tests", "npm")
    os.makedirs(folder, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(SOURCE, "tests", "npm", name), folder)
    found = os.path.join(folder, "node_modules")
    if not os.path.isdir(os.path.join(found, "alloy-node")):
        subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"],
                       cwd=folder, stdin=subprocess.DEVNULL)
    return found if os.path.isdir(os.path.join(found, "alloy-node")) else None


def certificate(folder):
    """A certificate for the client's own host; the test's authority."""
    pem, key = os.path.join(folder, "host.pem"), os.path.join(folder, "host.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", pem,
         "-days", "2", "-subj", "/CN=" + HOST, "-addext",
         f"subjectAltName=DNS:{HOST},DNS:localhost"], check=True,
        capture_output=True)
    return pem, key


def check(seen, w):
    suite.equal("identify of nobody throws the message",
                seen["identifyUnknown"], {"thrown": "User not found"})
    suite.equal("createUser", seen["createUser"]["userId"], seen["userId"])
    suite.equal("identify", seen["username"], "node")
    suite.equal("getUserToken", seen["token"]["token"].count("."), 2)
    one = seen["integrations"]["data"][0]
    suite.equal("getIntegrations", (one["integrationId"], one["installed"]),
                (w.integration, False))
    suite.equal("getIntegration", seen["integration"]["data"]["app"], "shop")
    row = seen["workflows"]["data"][0]
    suite.check("getWorkflows has the keys of 2024-03", {
        "workflowId", "integrationId", "name", "createdAt", "updatedAt",
        "installed", "active", "version", "installedVersion", "blocks"} <= set(row), row)
    suite.equal("getWorkflow", seen["workflow"]["data"]["workflowId"], w.workflow)
    suite.check("getVersions", [set(v) >= {"versionId", "versionName", "lastModified",
                                           "status"} for v in seen["versions"]["data"]]
                == [True], seen["versions"])
    suite.check("generateLink", "/embedded-install?integrationId=" in
                seen["link"]["url"], seen["link"])
    suite.check("getApps", isinstance(seen["apps"]["data"], list), seen["apps"])
    suite.equal("event", seen["event"]["message"], "Event successfully triggered")
    suite.equal("run by id", seen["run"]["message"], "success")
    suite.equal("run by name", seen["runByName"]["message"], "success")
    suite.equal("reactivate", seen["reactivate"]["activated"], True)
    suite.equal("getLogs without a user", len(seen["logs"]["data"]), 3)
    suite.equal("getAnalytics", seen["analytics"]["totalWorkflowRuns"], 3)
    suite.equal("getWorkflowDetails", seen["details"]["data"][0]["username"], "ann")
    suite.equal("disableAllWorkflows", seen["disableAll"]["message"], "Success")
    suite.check("a wrong key throws the message", seen["stranger"].get(
        "thrown", "").startswith("Unauthorized"), seen["stranger"])


def main():
    found = modules()
    if not found:
        suite.skip("all", "node or the package of npm is not there")
        return
    d = Daemon()
    try:
        w = World(d)
        w.catalogue()
        w.publish(document("=total * 0.05"))
        w.install("ann")
        d.stop()
        pem, key = certificate(d.folder.name)
        settings = json.load(open(d.config))
        settings.update({"certificate": pem, "key": key})
        json.dump(settings, open(d.config, "w"))
        d.start()
        done = subprocess.run(
            ["node", os.path.join(SOURCE, "tests/e2e/alloy_node.cjs"), str(d.port),
             pem, w.live, w.workflow, w.integration, found, "ann"],
            capture_output=True, text=True, timeout=120)
        if not suite.check("the client runs", done.returncode == 0 and done.stdout,
                           done.stderr):
            suite.end()
        check(json.loads(done.stdout), w)
    finally:
        d.close()
    suite.end()


main()
