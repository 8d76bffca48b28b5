#!/usr/bin/env python3
"""What the console sends looks the same in tmux and in xterm.js: hostile and odd
texts between bars, in a real store. No terminal is made to answer.

To see it fail: let grapheme_next() in ui/term/width.c write what has no width in
its table as it is.
"""
import fcntl
import json
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BUILD, TAILOR, Skip, equal, main, test, wait_until  # noqa: E402
from small_store import SmallStore  # noqa: E402

ROWS, COLS = 40, 260
NODE_MODULES = os.path.join(BUILD, "tests", "npm", "node_modules")
HERE = os.path.dirname(os.path.abspath(__file__))
S = {}

# Four texts stand in a row that goes to the last column: where a terminal takes
# one for wider than the console does, the end of the row is lost.
ODD = [
    # combining marks, alone, stacked and in scripts that need them
    "e\u0301", "a\u0308\u0323", "\u0301", "\u0915\u094d\u0937\u093f", "\u0e01\u0e33",
    "\u1100\u1161\u11a8", "\uac00\u0301", "\u0644\u0627", "\u05e9\u05b8\u05dc",
    "x\u20dd", "o\u0336k", "\u0f40\u0f90\u0fb5", "\u1780\u17d2\u1798", "\u0bb8\u0bcd\u0bb0\u0bc0",
    # wide, half and full width, ambiguous
    "\u6771\u4eac", "\uff21\uff22", "\uff76\uff9e", "\u00b1\u00a7\u00b0", "\u2460\u2500\u25a0",
    "\u3000", "\u301c", "\u2030", "\u2e3b", "\ufdfd", "\u30fb", "\U0001f130", "\u303f",
    # emoji: plain, with selectors, tones, joiners, keycaps, flags, tags
    "\U0001f600", "\u2764\ufe0f", "\u2764\ufe0e", "\u2764", "\U0001f44d\U0001f3fd",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "1\ufe0f\u20e3", "\U0001f1e9\U0001f1ea",
    "\U0001f1e9", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\u263a\ufe0f", "\u2b50", "\u231a", "\U0001f9d1\u200d\U0001f4bb", "\U0001fae0", "\U0001f6dd",
    "\U0001fa75", "\U0001f3fd", "\u00a9\ufe0f",
    # what shows nothing, turns the line round or ends it
    "a\u200bb", "a\u200db", "a\u200cb", "a\u2060b", "a\ufeffb", "a\u00adb", "a\u034fb",
    "\u202eabc", "\u2066abc", "\u200f", "\u061c", "\u2028", "\u2029", "\u0085",
    "\u180e", "\u115f", "\u3164", "\uffa0", "\u2800", "\ufff9a\ufffab\ufffb",
    # what speaks to a terminal
    "\x1b[6n", "\x1b[c", "\x1b]0;title\x07", "\x1b]52;c;?\x07", "\x9b6n", "\x1bP$qm\x1b\\",
    "\x1b[?1049l", "\x05", "\x0e", "\r", "\b\b", "\t", "\x7f", "\x1bc", "\x1b[21t", "\u009d0;x\u009c",
    # no characters, private ones, new ones
    "\ue000", "\U000f0000", "\ufffe", "\ufffd", "\U0010ffff", "\ud7b0", "\U0001cc00",
    "\u1ac1", "\U00011f00", "\U0001e4d0", "\ua9c0", "\U00016fe4",
]
PIECES = 4  # odd texts in a note: what a row has room for


def setup():
    if not shutil.which("tmux") or not shutil.which("node"):
        raise Skip("tmux or node is not installed")
    if not os.path.isdir(os.path.join(NODE_MODULES, "@xterm", "headless")):
        raise Skip("@xterm/headless is not installed (./bootstrap does it)")
    S["store"] = store = SmallStore()
    S["notes"] = [ODD[i:i + PIECES] for i in range(0, len(ODD), PIECES)]
    for pieces in S["notes"]:
        store.tailor("draft", "note", store.new_draft(),
                     "|" + "|".join(pieces) + "|" + "." * COLS)


def close():
    if "store" in S:
        S["store"].close()


def sent():
    """What the console sends to a terminal that shows the list of drafts."""
    store = S["store"]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.clear()
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8",
                          PATH="/usr/bin:/bin", HOME=store.dir)
        os.execv(TAILOR, [TAILOR, "--store", store.store, "--fresh"])
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLS, 0, 0))
    got = [b""]

    def until(text):
        def there():
            while select.select([fd], [], [], 0.05)[0]:
                got[0] += os.read(fd, 65536)
            return text.encode() in got[0]
        wait_until(there, text)
    until("customer")
    os.write(fd, b":unfinished-work")
    until(":unfinished-work")
    time.sleep(0.1)  # an Enter with text before it, at once, is a paste
    os.write(fd, b"\r")
    until("Unfinished work")
    until("Enter goes on with the marked one")
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    os.close(fd)
    return got[0]


def in_xterm(data):
    done = subprocess.run(
        ["node", os.path.join(HERE, "xterm.cjs"), NODE_MODULES, str(ROWS),
         str(COLS)], input=data, capture_output=True, check=True)
    return json.loads(done.stdout)


def in_tmux(data):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bytes")
        with open(path, "wb") as f:
            f.write(data)
        base = ["tmux", "-S", os.path.join(folder, "s"), "-f", "/dev/null"]
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
               "TERM": "xterm-256color", "HOME": folder}
        subprocess.run(base + ["new-session", "-d", "-x", str(COLS), "-y",
                               str(ROWS), f"stty raw -echo; cat {path};"
                               f" touch {path}.shown; exec cat"],
                       env=env, check=True)
        try:
            wait_until(lambda: os.path.exists(path + ".shown"), "the bytes")
            seen = [""]

            def still():
                before, seen[0] = seen[0], subprocess.run(
                    base + ["capture-pane", "-p"], capture_output=True,
                    text=True, check=True).stdout
                return before == seen[0] and "|" in before
            wait_until(still, "the screen")
            return [line.rstrip() for line in seen[0].split("\n")][:ROWS]
        finally:
            subprocess.run(base + ["kill-server"])


@test
def odd_texts_look_the_same_in_tmux_and_in_xterm_js():
    data = sent()
    xterm = in_xterm(data)
    equal(xterm["answers"], "", "what xterm.js answered")
    screen = [line.rstrip() for line in xterm["screen"]]
    whole = [line for line in screen if "|." in line and line.endswith(".…")]
    equal(len(whole), len(S["notes"]), "rows with a whole note, to the end\n" +
          "\n".join(screen))
    for number, (x, t) in enumerate(zip(screen, in_tmux(data))):
        equal(x, t, f"line {number}")


if __name__ == "__main__":
    main(setup, close)
