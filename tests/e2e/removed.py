#!/usr/bin/env python3
"""Runtimes that are removed from a store and added again."""
from harness import equal, main, test
from small import BLOCK, W, Small

world = None


def start():
    global world
    world = Small()
    world.token = {"production": world.state + "/manage.token",
                   "development": world.path("development.token")}
    with open(world.token["development"], "w") as f:
        f.write(world.manage_token("development") + "\n")


def add(name, environment):
    world.tailor("runtime", "add", name, world.url, "--environment",
                 environment, "--ca", world.state + "/ca.pem",
                 "--token-file", world.token[environment])


def environments():
    """The environment where each customer is, and the installation's state."""
    return {row["username"]: (row["environment"], row["state"])
            for row in world.json("installation", "list")["data"]}


@test
def each_environment_gets_its_own_customers_back():
    """Both environments of a runtime have its id. Sabotage: the environment in
    RUNTIME_FORMER (src/store/release_statements.def)."""
    world.end_followers()
    add("dev", "development")
    world.tailor("integration", "publish", "orders", "dev", "--wait")
    world.install("dan", world.token["development"])
    world.sync()
    before = environments()
    equal(before, {"ada": ("production", "active"),
                   "dan": ("development", "active")})
    for first, second in ((("dev", "development"), ("rt", "production")),
                          (("rt", "development"), ("dev", "production"))):
        world.end_followers()
        for row in world.json("runtime", "list")["data"]:
            world.tailor("--yes", "runtime", "remove", row["name"])
        add(*first)
        assert "with installations: 1" in world.sync().err
        add(*second)
        assert "with installations: 1" in world.sync().err
        equal(environments(), before, f"{first} is added first")
        for row in world.json("runtime", "list")["data"]:
            equal(row["notice"], None, "notice")
    for name in before:
        d = world.json("draft", "fork", f"{name}/orders", W, "--new")
        world.tailor("block", "set", d["versionId"], BLOCK, "formula==1+8")
        world.release(d["versionId"], "--wait")


@test
def a_runtime_that_was_met_keeps_its_environment():
    """Sabotage: check_environment() (src/manager/exchange/runtime.c)."""
    name = world.runtime()["name"]
    said = world.tailor("runtime", "set", name, "--environment",
                        "development", "--token-file",
                        world.token["development"], expect=5)
    assert "it is the production environment" in said.err, said.err
    world.sync()


if __name__ == "__main__":
    main(start, lambda: world.close())
