#!/usr/bin/env python3
"""A feed that is changed between the runtime and the console: nothing of such
a page is taken, and nothing of it is lost."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import equal, main, test, wait_until  # noqa: E402
from proxy import Proxy  # noqa: E402
from trust import close, setup, world  # noqa: E402


def of_no_known_kind(page):
    page["data"][0]["kind"] = "sorcery"


def of_another_customer(page):
    page["data"][0]["installationId"] = other()


def of_another_version(page):
    page["data"][0]["versionId"] = "f" * 24


def with_a_new_member(page):
    page["data"][0]["novelty"] = None


def without_its_hash(page):
    of_no_known_kind(page)
    page["hash"] = None



def with_one_more(page):
    page["data"].append(dict(page["data"][-1], sequence=page["cursor"] + 1))
    page["cursor"] += 1
    page["head"] += 1


ALTERED = (of_no_known_kind, of_another_customer, of_another_version,
           with_a_new_member, without_its_hash, with_one_more)


def other():
    return next(i["installationId"] for i in
                world.json("installation", "list")["data"]
                if i["username"] == "bob")


def released(d, proxy):
    """The runtime has the version D live, before the feed says so here."""
    seen = proxy.altered
    world.release(d)
    wait_until(lambda: proxy.altered > seen, "the altered page")


@test
def an_altered_page_is_refused_and_read_again():
    """Sabotage: the call of history_check_page() in on_feed() of
    src/remote/peer.c."""
    world.install("bob")
    world.sync()
    proxy = Proxy()
    world.sync()
    for number, alter in enumerate(ALTERED):
        proxy.alter = alter
        cursor = world.runtime()["feedCursor"]
        world.follow()
        d = world.draft(8000 + number)
        released(d, proxy)
        why = f"the reason after {alter.__name__}"
        wait_until(lambda: "running hash" in (world.runtime()["lastError"]
                                              or ""), why)
        equal(world.runtime()["feedCursor"], cursor, alter.__name__)
        proxy.alter = None
        world.sync()
        world.end_followers()
        equal(world.version(d), "live", alter.__name__)
        equal(world.runtime()["lastError"], None, alter.__name__)
        equal(world.runtime()["feedCursor"], world.runtime()["feedHead"])
        assert not world.runtime().get("notice"), world.runtime()
    equal(world.json("audit", "verify")["good"], True)
    proxy.close()


if __name__ == "__main__":
    main(setup, close)
