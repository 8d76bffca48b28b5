#!/usr/bin/env python3
"""Searches of connectors, page by page, at an app that gives its 25 records in
pages of 10: each style of paging, its end, pages that go nowhere and pages
that lead elsewhere."""
import http.server
import json
import os
import shutil
import signal
import tempfile
import threading
import urllib.parse

from harness import equal, main, test, wait_until
from small import Small, free_port

PORT = free_port()
ALL = list(range(1, 26))
HOST = f"https://127.0.0.1:{PORT}"

# The searches: what a connector says of their pages. The app behaves as the
# word behind the dash says.
PAGES = {
    "offset": {"style": "offset", "offset": "from", "limit": "most",
               "more": "more"},
    "offset-total": {"style": "offset", "offset": "from", "limit": "most",
                     "total": "total"},
    "offset-silent": {"style": "offset", "offset": "from", "limit": "most",
                      "total": "total"},
    "offset-text": {"style": "offset", "offset": "from", "limit": "most",
                    "total": "total"},
    "offset-once": {"style": "offset", "offset": "from", "limit": "most",
                    "total": "total"},
    "offset-unknown": {"style": "offset", "offset": "from", "limit": "most",
                       "total": "total", "more": "more"},
    "offset-none": {"style": "offset", "offset": "from", "limit": "most",
                    "total": "total", "more": "more"},
    "offset-list": {"style": "offset", "offset": "from", "limit": "most",
                    "total": "total"},
    "offset-half": {"style": "offset", "offset": "from", "limit": "most",
                    "total": "total"},
    "offset-ignored": {"style": "offset", "offset": "from", "limit": "most",
                       "total": "total"},
    "page": {"style": "page", "page": "page", "limit": "most"},
    "page-total": {"style": "page", "page": "page", "limit": "most",
                   "total": "total"},
    "page-zero": {"style": "page", "page": "page", "first": 0, "more": "more"},
    "page-ignored": {"style": "page", "page": "page", "limit": "most",
                     "total": "total"},
    "page-overlap": {"style": "page", "page": "page", "total": "total",
                     "more": "more"},
    "page-shrinks": {"style": "page", "page": "page", "total": "total"},
    "page-grows": {"style": "page", "page": "page", "total": "total"},
    "page-turns": {"style": "page", "page": "page", "total": "total"},
    "page-turns-on": {"style": "page", "page": "page", "total": "total",
                      "more": "more"},
    "offset-turns": {"style": "offset", "offset": "from", "limit": "most",
                     "more": "more"},
    "cursor-turns": {"style": "cursor", "cursor": "after", "next": "next"},
    "cursor": {"style": "cursor", "cursor": "after", "limit": "most",
               "next": "/paging/next", "more": "more"},
    "cursor-alone": {"style": "cursor", "cursor": "after", "next": "next"},
    "cursor-posted": {"style": "cursor", "cursor": "after", "next": "next"},
    "cursor-gaps": {"style": "cursor", "cursor": "after", "next": "next"},
    "cursor-same": {"style": "cursor", "cursor": "after", "next": "next"},
    "cursor-ignored": {"style": "cursor", "cursor": "after", "next": "next"},
    "cursor-circle": {"style": "cursor", "cursor": "after", "next": "next"},
    "cursor-missing": {"style": "cursor", "cursor": "after", "next": "next",
                       "more": "more"},
    "cursor-object": {"style": "cursor", "cursor": "after", "next": "next"},
    "link": {"style": "link", "next": "next", "limit": "most"},
    "link-path": {"style": "link", "next": "next"},
    "link-query": {"style": "link", "next": "next"},
    "link-same": {"style": "link", "next": "next"},
    "link-away": {"style": "link", "next": "next"},
    "link-port": {"style": "link", "next": "next"},
    "link-user": {"style": "link", "next": "next"},
    "link-plain": {"style": "link", "next": "next"},
    "link-relative": {"style": "link", "next": "next"},
    "link-other": {"style": "link", "next": "next"},
}
# What the app says of how many there are, where it is not the number.
TOTALS = {"offset-text": "25", "offset-unknown": -1, "offset-none": 0,
          "offset-silent": None,
          "offset-list": [25], "offset-half": 25.5,
          "page-turns": 1000, "page-turns-on": 15}
MORE = ("page-overlap", "page-turns-on", "offset-turns")  # it says so always
# How many pages the app gives in turn, for ever.
TURNS = {"page-turns": 2, "page-turns-on": 2, "offset-turns": 2,
         "cursor-turns": 3}
AWAY = {"link-away": "https://example.org/link-away?after=10",
        "link-port": f"https://127.0.0.1:{PORT + 1}/link-port?after=10",
        "link-user": f"https://127.0.0.1:{PORT}@example.org/link-user",
        "link-plain": f"http://127.0.0.1:{PORT}/link-plain?after=10",
        "link-relative": "link-relative?after=10",
        "link-other": "//example.org/link-other"}
S = {}


def action(word):
    posted = word == "cursor-posted"
    return {"name": word, "method": "POST" if posted else "GET",
            "effect": False, "path": "/" + word,
            "query": [] if posted else ["from", "page", "after", "most"],
            "paging": dict(PAGES[word], items="items", size=10)}


def connector():
    return {"format": 1, "app": "thing", "name": "Thing", "baseUrl": HOST,
            "authentication": [],
            "actions": {word: action(word) for word in PAGES}}


def workflow(number, word):
    return {"key": word, "name": word, "document": {
        "format": 1, "formulas": 1, "name": word,
        "trigger": {"id": f"00000000-0000-4000-8000-{number:012}",
                    "kind": "event", "name": "Order", "event": word},
        "blocks": [{"id": f"10000000-0000-4000-8000-{number:012}",
                    "kind": "action", "name": "Find", "app": "thing",
                    "action": word},
                   {"id": f"20000000-0000-4000-8000-{number:012}",
                    "kind": "text", "name": "Ids",
                    "formula": '=TEXTJOIN(" ", FALSE, Find!items[*].id)'}]}}


class App(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = []
    held, let_go = threading.Event(), threading.Event()
    keeps = None  # what is asked for that is not answered until let_go

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        self.give(url.path[1:], dict(urllib.parse.parse_qsl(url.query)))

    def do_POST(self):
        size = int(self.headers.get("Content-Length", 0))
        self.give(self.path[1:], json.loads(self.rfile.read(size) or "{}"))

    def give(self, word, asked):
        self.asked.append((word, asked))
        if (word, asked.get("after")) == self.keeps:
            self.held.set()
            self.let_go.wait()
        body = json.dumps(page_of(word, asked)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass  # the caller was killed

    def log_message(self, *_):
        pass


def begin_of(word, asked):
    """At which record the page begins that is ASKED for."""
    style = word.split("-")[0]
    if word in TURNS:
        return 10 * ((len(App.asked) - 1) % TURNS[word])
    if word.endswith("-ignored"):
        return 0
    if style == "page":
        return 10 * (int(asked["page"]) - (word != "page-zero"))
    return int(asked.get("from" if style == "offset" else "after", 0))


def next_of(word, at):
    """What the page at AT names as the one after it; None: nothing."""
    if word in AWAY:
        return AWAY[word]
    if word == "cursor-object":
        return {"at": at + 10}
    if word == "cursor-turns":
        return f"new-{len(App.asked)}"
    if word in ("cursor-same", "link-same"):
        at = 0
    if word == "cursor-circle":  # 10, 20, 30, 20 …
        at = 10 if at == 30 else at
    elif at + 10 >= len(ALL) and word != "cursor-gaps":
        return None
    return {"cursor": str(at + 10), "link-path": f"/link-path?after={at + 10}",
            "link-query": f"?after={at + 10}", "link": f"{HOST.upper()[:5]}"
            f"{HOST[5:]}/link?after={at + 10}&most=10", "link-same":
            HOST + "/link-same?after=10"}.get(word, at + 10)


def page_of(word, asked):
    at = begin_of(word, asked)
    items = ALL[at:at + 10]
    if word == "cursor-gaps":  # each second page is empty
        real = at // 20 * 10
        items = [] if at // 10 % 2 else ALL[real:real + 10]
    if word == "page-overlap" and at == 20:  # the last page is full, too
        items = ALL[-10:]
    page = {"items": [{"id": i} for i in items]}
    if word == "cursor-missing":
        return dict(page, more=True)
    if "more" in PAGES[word]:
        page["more"] = word in MORE or at + 10 < len(ALL)
    if "total" in PAGES[word]:
        page["total"] = TOTALS.get(word, len(ALL))
    if word == "page-turns-on":
        page["page"] = len(App.asked)
    if word == "page-shrinks" and at == 20:
        page["total"] = 22
    if word == "page-grows":
        page["total"] = min(at + 11, len(ALL))
    if word == "offset-once" and at:
        del page["total"]
    follows = next_of(word, at)
    if word == "cursor-gaps" and at >= 60:
        follows = None
    if word == "cursor":
        page["paging"] = {"next": follows}
    elif follows is not None:
        page["next"] = follows
    return page


def begin(word):
    """Starts the search WORD; the execution id of its run."""
    App.asked.clear()
    return S["w"].api("POST", "/run/event", {
        "event": word, "userId": "ada", "data": {}})["executionIds"][0]


def run(word):
    """The ended run of the search WORD, and what the app was asked."""
    execution = begin(word)
    shown = wait_until(lambda: ended(execution), word + " ends")
    return shown, [asked for at, asked in App.asked if at == word]


def ended(execution):
    for r in S["w"].call("GET", "/manage/v1/runs?limit=100")["data"]:
        if r["executionId"] == execution and r["state"] in ("done", "failed"):
            return S["w"].call("GET", f"/manage/v1/runs/{r['runId']}"
                               "?actor=test")
    return None


def found(word):
    """The ids of all records that the search WORD gave, and what was asked."""
    shown, asked = run(word)
    return ids_of(shown, word), asked


def ids_of(shown, word):
    equal((shown["state"], shown.get("message")), ("done", None), word)
    output = next(b for b in shown["blocks"] if b["block"] == "Ids")["output"]
    return [int(i) for i in output["result"].split()]


def fails(word, why, calls):
    shown, asked = run(word)
    equal(shown["state"], "failed", word)
    assert why in shown["message"], (word, shown["message"])
    equal(len(asked), calls, word + ": calls")


# Sabotage: a line of pages_ask(), others_follow() or take_follows(), resolve()
# in pages_follow(), all in src/runtime/executor/block/pages.c.
@test
def each_style_finds_every_record_once():
    for word in ("offset", "offset-total", "offset-silent", "offset-text",
                 "offset-once", "offset-unknown", "offset-none", "page",
                 "page-total", "page-zero",
                 "cursor", "cursor-alone", "cursor-posted", "cursor-gaps",
                 "link", "link-path", "link-query"):
        ids, _ = found(word)
        equal(ids, ALL, word)


@test
def the_app_is_asked_as_its_style_says():
    def places(word, name):
        return [a.get(name) for a in found(word)[1]]

    equal(places("offset", "from"), ["0", "10", "20"])
    equal(places("offset", "most"), ["10"] * 3)
    equal(places("page", "page"), ["1", "2", "3", "4"])  # the last is empty
    equal(places("page-total", "page"), ["1", "2", "3"])
    equal(places("page-zero", "page"), ["0", "1", "2"])
    equal(places("cursor", "after"), [None, "10", "20"])
    equal(places("cursor", "most"), ["10"] * 3)
    equal(places("cursor-posted", "after"), [None, 10, 20])
    equal(places("link", "after"), [None, "10", "20"])


# Sabotage: check_other(), or "same" of take_follows().
@test
def pages_that_go_nowhere_end_with_an_error():
    for word in ("offset-ignored", "page-ignored"):
        fails(word, "page 2 is the same as the page before", 2)
    for word in ("cursor-same", "cursor-ignored", "link-same"):
        fails(word, "page 2: the app names a page as the next one that it gave "
              "before", 2)
    fails("cursor-circle", "the app names a page as the next one that it gave "
          "before", 5)
    for word in ("offset-list", "offset-half"):
        fails(word, "page 1: the member \"total\" of the answer must be a "
              "whole number", 1)
    fails("cursor-missing", "page 1: the app says that more follow, but the "
          "answer has no \"next\"", 1)
    fails("cursor-object", "page 1: \"next\" of the answer is neither a text "
          "nor a number", 1)


# Sabotage: circle_length() of circle.c for all but one page, is_endless() of
# pages.c.
@test
def pages_that_come_in_turn_end_with_an_error():
    again = "pages 3 to 4 are the same as the 2 pages before, and the app "
    fails("offset-turns", again + "says that more follow", 4)
    fails("page-turns-on", again + "says that more follow", 4)
    fails("page-turns", again + "does not say where a page begins", 4)
    fails("cursor-turns", "pages 4 to 6 are the same as the 3 pages before, "
          "and the app says that more follow", 6)


# Sabotage: circle_overlap() in add_items() of pages.c.
@test
def records_that_a_full_last_page_repeats_come_once():
    ids, asked = found("page-overlap")
    equal(ids, ALL)
    equal(len(asked), 3, "no page is asked for after the last one")


# Records are removed, or made, while the app is asked. What came stays.
# Sabotage: the comparison of circle_overlap().
@test
def a_total_may_change_meanwhile():
    equal(found("page-shrinks")[0], ALL)
    equal(found("page-grows")[0], ALL)


# Sabotage: is_at_same_site() in pages_follow().
@test
def a_link_leads_to_the_host_of_the_search_alone():
    for word, link in AWAY.items():
        fails(word, f"page 2: the app names {link} as its address, which is "
              "not an address of the host of the search", 1)


# Sabotage: p->follows in take_follows().
@test
def a_search_goes_on_where_it_was_after_a_kill():
    App.keeps = ("cursor-alone", "20")
    execution = begin("cursor-alone")
    assert App.held.wait(20), "the third page is not asked for"
    S["w"].stop(signal.SIGKILL)
    App.keeps = None
    App.let_go.set()
    S["w"].start()
    shown = wait_until(lambda: ended(execution), "the run to end")
    equal(ids_of(shown, "cursor-alone"), ALL)
    equal([a.get("after") for _, a in App.asked], [None, "10", "20", "20"])


def start():
    w = S["w"] = Small(connectors=[write("thing.json", connector())],
                       integration={
        "format": 1, "key": "orders", "name": "Orders", "app": "thing",
        "workflows": [workflow(n, word) for n, word in enumerate(PAGES, 1)]})
    S["server"] = w.serve(PORT, App)


def write(name, value):
    folder = S["folder"] = tempfile.mkdtemp(prefix="tailor-paging-")
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        json.dump(value, f)
    return path


def stop():
    if "w" in S:
        S["w"].close()
    if "server" in S:
        S["server"].shutdown()
        S["server"].server_close()
    shutil.rmtree(S["folder"], ignore_errors=True)


if __name__ == "__main__":
    main(start, stop)
