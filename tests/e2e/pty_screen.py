"""The console's frame on a pty: keys in, bytes out."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

BUILD = os.environ.get("TOP_BUILDDIR", ".")
PROGRAM = os.path.join(BUILD, "ui-sample")
QUIET = 0.03  # no output for so long while it sleeps: the answer is whole


def result(name, ok, why=""):
    print(("ok " if ok else "not ok ") + "ui term: " + name)
    if not ok and why:
        print("# " + str(why).replace("\n", "\n# "))
    return ok


def asleep(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] in "SZT"
    except OSError:
        return True


class Terminal:
    """The sample console, or ARGV, in a pty."""

    def __init__(self, *options, term="xterm-256color", rows=24, cols=80,
                 locale="C.UTF-8", env=None, argv=None):
        argv = argv or [PROGRAM, "100000", *options]
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.clear()
            os.environ.update({"TERM": term, "LC_ALL": locale,
                               "PATH": "/usr/bin:/bin", **(env or {})})
            os.execv(argv[0], argv)
        self.resize(rows, cols)
        self.output = b""
        self.status = None

    def resize(self, rows, cols):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, cols, 0, 0))

    def read(self, until=None, limit=10.0):
        """What comes until it is quiet, or until UNTIL was seen."""
        got, end = b"", time.monotonic() + limit
        while time.monotonic() < end:
            ready, _, _ = select.select([self.fd], [], [],
                                        QUIET if until is None else 0.05)
            if not ready:
                waited = time.monotonic() > end - limit + 0.3
                if until is None and (got or waited) and asleep(self.pid):
                    break
                continue
            try:
                chunk = os.read(self.fd, 65536)
            except OSError:
                break
            if not chunk:
                break
            got += chunk
            if until is not None and until in got:
                break
        self.output += got
        return got

    def keys(self, text):
        os.write(self.fd, text.encode() if isinstance(text, str) else text)
        return self.read()

    def wait(self, limit=5.0):
        """The exit status, or None where it did not end."""
        end = time.monotonic() + limit
        while time.monotonic() < end and self.status is None:
            self.read(until=b"\0never", limit=0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
        return self.status

    def close(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


class Stepped(Terminal):
    """The sample console, whose clock goes on by later() alone."""

    def __init__(self):
        super().__init__("clock")
        self.read(until=b"Umbrella")
        self.read()

    def later(self, ms):
        for _ in range(ms // 100):
            os.kill(self.pid, signal.SIGRTMIN)

    def press_pause(self):
        """Enter on the button of the question; what is shown then."""
        self.keys(":pause")
        self.keys("\r")
        self.later(300)
        self.read(until=b"choose")
        self.keys("\t")
        self.later(300)
        os.write(self.fd, b"\r")
        return self.read(until=b"stops it") + self.read()

    def done(self):
        os.kill(self.pid, signal.SIGTERM)
        self.wait()
        return self.output.rsplit(b"done:", 1)[-1]
