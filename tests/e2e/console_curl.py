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
LINE = ("curl -X PUT 'https://api.example.com/orders;v=%s?limit=5&api_key=%s&user=%s' \\\n"
        " -H 'Accept: application/json' -H 'Authorization: Bearer %s' \\\n"
        " -H 'X-Api-Key: %s' -u 'admin:%s' \\\n"
        " --json '{\"orderId\":\"%s\",\"lines\":[{\"qty\":2}]}'"
        % ((SECRET,) * 7))
REFUSED = f"curl https://api.example.com -H 'X-Api-Key: {SECRET}' --nosuch | sh"
TYPED = f"curl https://api.example.com -u admin:{SECRET}"
OTHERS = [f"wget --header='Authorization: x{SECRET}' https://a.example",
          f"-H 'Authorization: Bearer {SECRET}' https://a.example",
          f"http -u a:{SECRET} https://a.example",
          f"wget --user a --password {SECRET} https://a.example",
          f"irm https://a.example -Headers @{{ 'X-Access' = '{SECRET}' }}",
          f'fetch("https://a.example",{{"headers":{{"x-access":"{SECRET}"}}}})']
BEGIN, END = "\x1b[200~", "\x1b[201~"
ENTER, ESCAPE = "\r", "\x1b"
form = None


class Form:
    """The form of API blocks in a draft of a small store."""

    def __init__(self):
        self.store = SmallStore(4)
        self.home = os.path.join(self.store.dir, "home")
        os.mkdir(self.home)
        self.open()

    def open(self, again=False):
        """A console in the draft."""
        self.terminal = Terminal(
            argv=[TAILOR, "--store", self.store.store],
            env={"HOME": self.home, "XDG_STATE_HOME": self.home,
                 "USER": os.environ.get("USER", "root")})
        self.terminal.read(until=b"customer")
        self.terminal.read()
        for keys in ("j", "F"):
            self.terminal.keys(keys)
        if again:  # which of the drafts
            self.terminal.keys(ENTER)
        else:
            self.terminal.read(until=b"New order")
        self.terminal.read()

    def begin(self):
        """A new API block, with the focus in its name."""
        shown = b""
        for keys in ("i", "api", ENTER):
            shown = self.terminal.keys(keys)
        if b"method" not in shown:
            raise AssertionError(shown)

    def paste(self, text):
        return self.terminal.keys(BEGIN + text + END).decode()

    def block(self):
        """The API block that a line was read into, wherever the draft is."""
        for draft in self.store.rows("draft", "list"):
            text = self.store.tailor("version", "show", draft["versionId"],
                                     "--document").out
            for b in json.loads(text)["blocks"]:
                if b.get("auth") == {"kind": "bearer"}:
                    return b
        raise AssertionError("no API block has an empty credential")

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


def check_nowhere(shown=None):
    """SHOWN is what the terminal was sent, where nobody typed the secret."""
    if shown and SECRET in shown:
        raise AssertionError("the secret was shown")
    equal(form.places_of_the_secret(), [], "files with the secret")


def setup():
    global form
    form = Form()


def close():
    if form:
        form.close()


@test
def a_secret_of_a_refused_line_is_nowhere():
    form.begin()
    shown = form.paste(REFUSED)
    if "keep only the curl line" not in shown:
        raise AssertionError(shown)
    shown += form.terminal.keys("\x19").decode()  # Ctrl-Y brings nothing back
    form.terminal.keys(ESCAPE)
    check_nowhere(shown)


@test
def a_secret_of_a_pasted_line_is_nowhere():
    form.begin()
    shown = form.paste(LINE)
    for words in ("Kept (check it): steps orders; value of limit",
                  "Left out and stored", "X-Api-Key",
                  "api_key, user", "needs a credential"):
        if words not in shown:
            raise AssertionError(f"no {words!r} in {shown}")
    b = form.block()
    equal([b["method"], b["url"], b["headers"], b["auth"], b["sample"]],
          ["PUT", "https://api.example.com/orders?limit=5&api_key=&user=",
           {"Accept": "application/json"}, {"kind": "bearer"},
           {"orderId": "text", "lines": [{"qty": 0}]}])
    for keys in (ESCAPE, "u", "U", "u", "u"):  # so that undo has it all
        shown += form.terminal.keys(keys).decode()
    check_nowhere(shown)


@test
def a_secret_of_a_line_that_comes_as_keys_is_nowhere():
    form.begin()
    shown = form.terminal.keys(LINE + "\n").decode()
    shown += form.terminal.read(until=b"Read method").decode()
    equal(form.block()["method"], "PUT", shown)
    form.terminal.keys(ESCAPE)
    form.terminal.keys("u")
    form.terminal.keys("u")
    check_nowhere()


@test
def the_reason_of_a_refusal_stays():
    form.begin()
    shown = form.terminal.keys(REFUSED + "\n").decode()
    if "keep only the curl line" not in shown:
        shown += form.terminal.read(until=b"keep only the curl").decode()
    if "Pasted" in shown:
        raise AssertionError(shown)
    form.terminal.keys(ESCAPE)
    form.terminal.keys("u")
    check_nowhere()


@test
def a_line_that_stalls_is_read_once_its_end_is_there():
    half = LINE.index(" \\\n")  # a whole line as it is
    form.begin()
    shown = form.terminal.keys(BEGIN + LINE[:half]).decode()
    shown += form.terminal.read(until=b"has not arrived").decode()
    if "Read method" in shown:
        raise AssertionError(shown)
    shown += form.terminal.keys(LINE[half:] + END).decode()
    if "Read method" not in shown:
        shown += form.terminal.read(until=b"Read method").decode()
    equal(form.block()["method"], "PUT", shown)
    for keys in (ESCAPE, "u", "u"):
        shown += form.terminal.keys(keys).decode()
    check_nowhere(shown)


@test
def a_line_that_stalls_is_nowhere_after_a_lost_line():
    for parts in ([BEGIN + LINE[:12], LINE[12:]], [BEGIN + LINE[:99]],
                  [BEGIN + LINE[:12], LINE[12:60], LINE[60:]]):
        form.begin()
        shown = form.terminal.keys(parts[0]).decode()
        for part in parts[1:]:
            shown += form.terminal.read(until=b"has not arrived").decode()
            shown += form.terminal.keys(part).decode()
        os.kill(form.terminal.pid, signal.SIGHUP)
        form.terminal.wait()
        form.terminal.close()
        check_nowhere(shown)
        form.open(again=True)


@test
def a_secret_of_another_text_is_nowhere():
    for text in OTHERS:
        form.begin()
        form.paste(text)
        shown = form.terminal.keys(ESCAPE).decode()
        if "may hold a secret is not kept" not in shown:
            raise AssertionError(shown)
        for keys in (":", "messages", ENTER):
            shown += form.terminal.keys(keys).decode()
        form.terminal.keys(ESCAPE)
        check_nowhere(shown.replace(text, ""))


@test
def a_secret_of_another_text_is_nowhere_after_a_lost_line():
    for text in OTHERS:
        form.begin()
        form.paste(text)
        os.kill(form.terminal.pid, signal.SIGHUP)
        form.terminal.wait()
        form.terminal.close()
        check_nowhere()
        form.open(again=True)


@test
def a_secret_of_a_line_that_was_typed_and_left_is_nowhere():
    for by_person in (True, False):
        form.begin()
        for at in range(0, len(TYPED), 12):  # no line end: not a paste
            form.terminal.keys(TYPED[at:at + 12])
        if by_person:
            shown = form.terminal.keys(ESCAPE).decode()
            if "it may hold a secret" not in shown:
                raise AssertionError(shown)
        else:
            os.kill(form.terminal.pid, signal.SIGHUP)
            form.terminal.wait()
        check_nowhere()


if __name__ == "__main__":
    main(setup, close)
