"""The files of the project, for the rules of style."""
import fnmatch
import functools
import os
import subprocess

TOP = os.environ.get("TOP_SRCDIR") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def tracked(*patterns):
    """The files of the project, by git, or by their place without it."""
    try:
        out = subprocess.run(["git", "-C", TOP, "ls-files"], text=True,
                             capture_output=True, check=True).stdout
        names = out.split("\n")
    except (OSError, subprocess.CalledProcessError):
        names = [os.path.relpath(os.path.join(folder, name), TOP)
                 for top in ("src", "ui", "data", "tests", "doc")
                 for folder, _, files in os.walk(os.path.join(TOP, top))
                 for name in files]
    return [f for f in names if f and os.path.exists(os.path.join(TOP, f)) and
            (not patterns or any(fnmatch.fnmatch(f, p) for p in patterns))]


@functools.cache
def read(name):
    with open(os.path.join(TOP, name), encoding="utf-8") as f:
        return f.read()
