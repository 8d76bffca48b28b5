#!/usr/bin/env python3
"""A curl line with secrets, pasted and typed into the form of an API block:
its fields are those of the block, and its secrets are nowhere afterwards.

The console runs on a pty; what it writes to the terminal is searched too, and
every file of the store's folder and of the person's.
"""
import json
import os
import signal

from harness import TAILOR, equal, main, test
from pty_screen import Terminal
from small_store import SmallStore

SECRET = "Zq9hunter2"
LINE = ("curl -X PUT 'https://api.example.com/orders?limit=5&api_key=%s' \\\n"
        " -H 'Accept: application/json' -H 'Authorization: Bearer %s' \\\n"
        " -H 'X-Api-Key: %s' -u 'admin:%s' \\\n"
        " --json '{\"orderId\":\"%s\",\"lines\":[{\"qty\":2}]}'"
        % ((SECRET,) * 5))
REFUSED = f"curl https://api.example.com -H 'X-Api-Key: {SECRET}' --nosuch | sh"
TYPED = f"curl https://api.example.com -u admin:{SECRET}"
BEGIN, END = "\x1b[200~", "\x1b[201~"
ENTER, ESCAPE, DOWN = "\r", "\x1b", "\x1b[B"


class Form:
    """The form of a new API block in the draft of a small store."""

    def __init__(self):
        self.store = SmallStore(4)
        self.home = os.path.join(self.store.dir, "home")
        os.mkdir(self.home)
        self.terminal = Terminal(
            argv=[TAILOR, "--store", self.store.store],
            env={"HOME": self.home, "XDG_STATE_HOME": self.home,
                 "USER": os.environ.get("USER", "root")})
        self.terminal.read(until=b"customer")
        self.terminal.read()
        for keys in ("j", "F"):
            self.terminal.keys(keys)
        self.terminal.read(until=b"New order")
        self.terminal.read()
        for keys in ("i", "api", ENTER):
            self.terminal.keys(keys)

    def paste(self, text):
        return self.terminal.keys(BEGIN + text + END).decode()

    def leave(self):
        self.terminal.keys(ESCAPE)
        self.terminal.keys("Q")
        os.kill(self.terminal.pid, signal.SIGHUP)
        self.terminal.wait()

    def block(self):
        """The API block, wherever the draft is."""
        for draft in self.store.rows("draft", "list"):
            text = self.store.tailor("version", "show", draft["versionId"],
                                     "--document").out
            for b in json.loads(text)["blocks"]:
                if b["kind"] == "api":
                    return b
        raise AssertionError("no draft has an API block")

    def places_of_the_secret(self):
        """Files with the secret in them."""
        found = []
        for folder, _, names in os.walk(self.store.dir):
            for name in names:
                with open(os.path.join(folder, name), "rb") as f:
                    if SECRET.encode() in f.read():
                        found.append(name)
        return found

    def close(self):
        self.terminal.close()
        self.store.end_follower()
        self.store.close()


def check_nowhere(form, shown):
    if shown and SECRET.encode() in form.terminal.output:
        raise AssertionError("the secret was shown")
    equal(form.places_of_the_secret(), [], "files with the secret")


@test
def a_secret_of_a_pasted_line_is_nowhere():
    form = Form()
    try:
        shown = form.paste(LINE)
        for words in ("Left out and stored nowhere", "X-Api-Key",
                      "needs a credential"):
            if words not in shown:
                raise AssertionError(f"no {words!r} in {shown}")
        for keys in (ESCAPE, "u", "U"):  # both ways, so that undo has it all
            form.terminal.keys(keys)
        check_nowhere(form, True)
        form.leave()
        check_nowhere(form, True)
        b = form.block()
        equal([b["method"], b["url"], b["headers"], b["auth"], b["sample"]],
              ["PUT", "https://api.example.com/orders?limit=5",
               {"Accept": "application/json"}, {"kind": "bearer"},
               {"orderId": "text", "lines": [{"qty": 0}]}])
    finally:
        form.close()


@test
def a_secret_of_a_refused_line_is_nowhere():
    form = Form()
    try:
        shown = form.paste(REFUSED)
        if "keep only the curl line" not in shown:
            raise AssertionError(shown)
        form.terminal.keys("\x19")  # Ctrl-Y brings nothing back
        form.leave()
        check_nowhere(form, True)
    finally:
        form.close()


@test
def a_secret_of_a_line_that_comes_as_keys_is_nowhere():
    form = Form()
    try:
        shown = form.terminal.keys(LINE + "\n").decode()
        shown += form.terminal.read().decode()
        form.leave()
        check_nowhere(form, False)
        equal(form.block()["auth"], {"kind": "bearer"}, shown)
    finally:
        form.close()


@test
def a_secret_of_a_line_that_was_typed_and_left_is_nowhere():
    for end in (ESCAPE, None):  # left by a person, and by the line
        form = Form()
        try:
            for at in range(0, len(TYPED), 12):  # no line end: not a paste
                form.terminal.keys(TYPED[at:at + 12])
            if end:
                shown = form.terminal.keys(end).decode()
                if "it may hold a secret" not in shown:
                    raise AssertionError(shown)
            form.leave()
            check_nowhere(form, False)
        finally:
            form.close()


if __name__ == "__main__":
    main()
