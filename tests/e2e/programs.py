#!/usr/bin/env python3
"""Which program links which library: what reaches the network or the terminal
is a program of its own, and tailor, which starts for each command, links least.

To see it fail: link $(CURL_LIBS) whole, or $(NCURSES_LIBS), into tailor.
"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BUILD, equal, main, test  # noqa: E402

# By its own name, beside the C library; doc/architecture.md tells the same.
LINKS = {
    "tailor": "pcre2-8 sqlite3",
    "tailor-console": "ncursesw pcre2-8 sqlite3",
    "tailor-demo": "curl-gnutls gnutls pcre2-8 sqlite3",
    "tailor-fetch": "curl-gnutls gnutls",
    "tailor-sheet": "expat zip",
    "tailor-standin": "gnutls microhttpd sodium",
    "tailor-sync": "curl-gnutls gnutls pcre2-8 sqlite3",
    "tailord": "curl-gnutls gnutls jansson microhttpd pcre2-8 sodium sqlite3",
}
# Of the C library, the compiler, the sanitizers, and of ncurses, in two parts;
# and the two that are archives in the programs where the system has them.
OF_ALL = r"(c|m|gcc_s|gcov|[alut]+b?san|tinfo|pthread|dl|rt|nettle|utf8proc)"
NETWORK = re.compile(r"lib(curl|gnutls|ssl|nghttp2|krb5|ldap|microhttpd)\b")


def path(program):
    return os.path.join(BUILD, program)


def linked(program):
    said = subprocess.run(["readelf", "-d", path(program)], check=True,
                          capture_output=True, text=True).stdout
    names = re.findall(r"\(NEEDED\).*\[lib([\w-]+)\.so", said)
    return sorted(n for n in names if not re.fullmatch(OF_ALL, n))


@test
def each_program_links_only_what_it_needs():
    for program, libraries in LINKS.items():
        equal(linked(program), libraries.split(), f"libraries of {program}")


def loaded(program):
    """With those that the libraries need."""
    return subprocess.run(["ldd", path(program)], capture_output=True,
                          text=True, check=True).stdout


@test
def tailor_and_its_console_load_no_network_library():
    for program in ("tailor", "tailor-console"):
        equal(NETWORK.findall(loaded(program)), [], f"libraries of {program}")
    assert NETWORK.search(loaded("tailor-fetch")), "the search finds nothing"


if __name__ == "__main__":
    main()
