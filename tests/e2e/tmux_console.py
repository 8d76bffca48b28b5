"""A console in a real tmux, worked by keys."""
import array
import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import termios
import time

from harness import TAILOR, wait_until


class Console:
    """A console over STORE in a tmux of its own. FRESH: another one has left it
    nothing. ACTOR: in a session of that person, as by SSH."""

    def __init__(self, store, *arguments, cols=80, rows=24, fresh=True,
                 actor=None):
        self.dir = tempfile.mkdtemp(prefix="tailor-tmux-")
        self.base = ["tmux", "-S", os.path.join(self.dir, "s"), "-f",
                     "/dev/null"]
        self.pressed = 0
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
               "TERM": "xterm-256color", "HOME": self.dir}
        env.update({k: v for k, v in os.environ.items() if "SAN_" in k})
        command = " ".join([TAILOR, "--store", store,
                            *["--fresh"] * (fresh and not actor),
                            *["session", actor or ""] * bool(actor),
                            *arguments])
        self.run("new-session", "-d", "-x", str(cols), "-y", str(rows),
                 command + "; echo ended $?; cat", env=env)
        self.tty = self.run("display-message", "-p", "#{pane_tty}").strip()

    def run(self, *arguments, env=None):
        return subprocess.run(self.base + list(arguments), env=env,
                              capture_output=True, text=True).stdout

    def screen(self):
        return self.run("capture-pane", "-p")

    def until(self, text, seconds=10):
        try:
            return wait_until(
                lambda: (lambda s: s if text in s else None)(self.screen()),
                text, seconds)
        except AssertionError:
            raise AssertionError(f"no {text!r} on\n{self.screen()}")

    def unread(self):
        """How many bytes the terminal has that nobody has read."""
        self.run("display-message", "-p", "")  # what was sent before is there
        count = array.array("i", [0])
        try:
            tty = os.open(self.tty, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            return 0  # it has ended
        try:
            fcntl.ioctl(tty, termios.FIONREAD, count)
        finally:
            os.close(tty)
        return count[0]

    def send(self, *arguments):
        """Sends keys, and waits until the console has read them and a hand
        could press the next: what is read at once with another key is a paste,
        or a key with Alt."""
        self.run("send-keys", *arguments)
        try:
            wait_until(lambda: self.unread() == 0, "the keys to be read", 5)
        except AssertionError:
            pass  # a test may have stopped it
        time.sleep(0.05)

    def keys(self, *names):
        self.pressed += len(names)
        for name in names:  # one by one, as a hand does
            self.send(name)

    def press_alone(self, name, text):
        """Presses NAME until TEXT shows: a key too soon after another one
        changes nothing. A refusal that stood there before the key says
        nothing about it, so a slow screen is given time then."""
        for _ in range(5):
            stood = self.refused()
            self.keys(name)
            try:
                return self.until(text, 10 if stood else 2)
            except AssertionError:
                if not self.refused():
                    return self.until(text)
        return self.until(text)

    def refused(self):
        return re.search("too soon|had just opened|key dropped", self.screen())

    def type(self, text):
        """Types TEXT and waits for it."""
        self.send("-l", text)
        try:
            wait_until(lambda: text[-4:].strip() in self.run("capture-pane",
                                                             "-p"), text, 2)
        except AssertionError:
            pass  # it has done something that shows no text
        time.sleep(0.05)

    def paste(self, text):
        """A bracketed paste of TEXT."""
        subprocess.run(self.base + ["load-buffer", "-"], input=text, text=True,
                       check=True)
        self.run("paste-buffer", "-p")

    def size(self, cols, rows):
        self.run("resize-window", "-x", str(cols), "-y", str(rows))

    def close(self):
        self.run("kill-server")
        shutil.rmtree(self.dir, ignore_errors=True)
