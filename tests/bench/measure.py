"""What the benchmarks share: medians of whole processes, the disk, a pty."""
import fcntl
import json
import os
import pty
import select
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections import namedtuple

BUILD = os.environ.get("TOP_BUILDDIR", "build")
TAILOR = os.path.join(BUILD, "tailor")
SLOW_SYNC = os.path.join(BUILD, "slow-sync.so")


def run(argv, expect=0, env=None):
    """Runs ARGV and returns what it printed; EXPECT None takes any exit."""
    done = subprocess.run(list(map(str, argv)), capture_output=True, text=True,
                          env=env)
    if expect is not None and done.returncode != expect:
        sys.exit(f"bench: {' '.join(map(str, argv))}: exit {done.returncode}\n"
                 f"{done.stdout[-500:]}{done.stderr[-500:]}")
    return done.stdout


def run_json(*arguments, expect=0):
    return json.loads(run([TAILOR, "--json", *arguments], expect))


def elapsed_ms(argv, env=None):
    start = time.perf_counter()
    run(argv, env=env)
    return (time.perf_counter() - start) * 1000


def median_ms(argv, rounds, env=None):
    """The median of whole processes, after one that warms the caches. ARGV
    may be a function that makes another command each time."""
    make = argv if callable(argv) else lambda: argv
    elapsed_ms(make(), env)
    return statistics.median(elapsed_ms(make(), env) for _ in range(rounds))


# A process that has ended: its exit status, CPU and wall seconds, peak memory.
Used = namedtuple("Used", "status cpu wall peak_mb")


def process(argv, output=os.devnull, env=None):
    """Runs ARGV to its end on the last core, its standard output to the file
    OUTPUT."""
    core = max(os.sched_getaffinity(0))
    line = run([os.path.join(BUILD, "bench-process"), core, output, *argv],
               env=env)
    status, cpu, wall, peak = line.split()
    return Used(int(status), float(cpu), float(wall), int(peak) / 1024)


def npm_packages():
    """The folder with the pinned packages of tests/bench/npm, which are
    installed in the build folder; None where npm cannot."""
    source = os.path.join(os.environ["TOP_SRCDIR"], "tests", "bench", "npm")
    folder = os.path.join(BUILD, "tests", "bench", "npm")
    if not shutil.which("npm"):
        return None
    os.makedirs(folder, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(source, name), folder)
    modules = os.path.join(folder, "node_modules")
    if not os.path.isdir(modules):
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"],
                              cwd=folder)
        if done.returncode != 0:
            return None
    return modules


def slow_disk(ms=2):
    """An environment in which each fsync and fdatasync takes MS longer."""
    run(["make", "-s", "-C", BUILD, "slow-sync.so"])
    return dict(os.environ, LD_PRELOAD=SLOW_SYNC, SLOW_SYNC_US=str(ms * 1000))


def fdatasync_ms(rounds=50):
    """The median of fdatasync after 4,096 bytes, where stores are made."""
    times = []
    with tempfile.NamedTemporaryFile() as f:
        for _ in range(rounds):
            f.write(b"x" * 4096)
            f.flush()
            start = time.perf_counter()
            os.fdatasync(f.fileno())
            times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def machine_line():
    """What the figures below depend on."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; fdatasync "
          f"of 4,096 bytes takes {fdatasync_ms():.2f} ms (median of 50)",
          flush=True)


def percentile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))]


class Terminal:
    """A program on a pty of 80 by 24."""

    def __init__(self, argv):
        self.start = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("HHHH", 24, 80, 0, 0))
            os.execvp(argv[0], argv)

    def read(self, quiet, until=b""):
        """What comes until UNTIL was seen, or for QUIET seconds nothing:
        bytes, and the time of the last of them."""
        output, last = b"", time.perf_counter()
        while not until or until not in output:
            if not select.select([self.fd], [], [], quiet)[0]:
                break
            try:
                output += os.read(self.fd, 65536)
            except OSError:
                break
            last = time.perf_counter()
        if until and until not in output:
            sys.exit(f"bench: the screen never showed {until!r}: {output!r}")
        return output, last

    def key_ms(self, key, quiet=0.05):
        """Key to last byte: milliseconds, and how many bytes."""
        start = time.perf_counter()
        os.write(self.fd, key)
        output, last = self.read(quiet)
        return (last - start) * 1000, len(output)

    def peak_mb(self):
        with open(f"/proc/{self.pid}/status") as f:
            for line in f:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) / 1024
        return 0

    def close(self):
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
