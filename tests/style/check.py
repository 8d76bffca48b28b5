#!/usr/bin/env python3
"""The rules of the house, held by a machine.

Prints "ok RULE" or "not ok RULE" with each place that breaks it. A rule with
an exception names it, with the reason, in the table beside it.
"""
import collections
import functools
import os
import re
import sys

import comments
import proofs
import voice
from tree import TOP, read, tracked

# A layer may include itself and what stands here.
LAYERS = {
    "base": [],
    "value": ["base"],
    "store": ["base", "value"],
    "mapping": ["base", "value"],
    "workflow": ["base", "value", "mapping"],
    "manager": ["base", "value", "store", "mapping", "workflow"],
    "remote": ["base", "value", "http", "store", "mapping", "workflow",
               "manager"],
    "sandbox": ["base"],
    "command": ["base"],
    "helper": ["base", "value"],
    "fetch": ["base", "value", "helper", "manager", "remote", "sandbox"],
    "workbook": ["base", "value", "helper", "sandbox"],
    "http": ["base", "value"],
    "runtime": ["base", "value", "command", "http", "store", "mapping",
                "workflow"],
    "standin": ["base", "value", "http", "runtime"],
    "demo": ["base", "value", "store", "mapping", "workflow", "manager",
             "standin",
             "remote"],
    "cli": ["base", "value", "store", "mapping", "workflow", "manager",
            "remote", "command", "demo", "helper", "fetch", "workbook",
            "sandbox", "http", "ui"],
    "ui": ["base", "value", "store", "mapping", "workflow", "manager", "remote",
           "fetch"],
}

# Inside a layer a folder may include itself and what stands here.
ROOMS = {
    "cli": ["cli/frame"],
    "cli/command": ["cli/frame"],
    "cli/program": ["cli/frame"],
    "cli/session": ["cli/frame"],
    "manager/catalogue": ["manager/exchange", "manager/release",
                          "manager/session"],
    "manager/draft": ["manager/catalogue", "manager/installation",
                      "manager/release", "manager/session"],
    "manager/exchange": ["manager/session"],
    "manager/installation": ["manager/exchange", "manager/session"],
    "manager/release": ["manager/exchange", "manager/installation",
                        "manager/session"],
    "mapping/coverage": ["mapping", "mapping/path", "mapping/plan",
                         "mapping/row"],
    "mapping/form": ["mapping/formula", "mapping/functions", "mapping/time"],
    "mapping/formula": ["mapping", "mapping/number", "mapping/path",
                        "mapping/time"],
    "mapping/functions": ["mapping/formula", "mapping/number", "mapping/time"],
    "mapping/path": ["mapping", "mapping/number"],
    "mapping/plan": ["mapping", "mapping/form", "mapping/path", "mapping/row"],
    "mapping/row": ["mapping/formula", "mapping/path"],
    "mapping/sheet": ["mapping", "mapping/plan", "mapping/row"],
    "runtime/access": ["runtime"],
    "runtime/core": ["runtime/access", "runtime/outbound"],
    "runtime/daemon": ["runtime", "runtime/access", "runtime/core",
                       "runtime/executor", "runtime/installed",
                       "runtime/outbound"],
    "runtime/decide": ["runtime", "runtime/access", "runtime/core",
                       "runtime/executor", "runtime/installed"],
    "runtime/embedded": ["runtime", "runtime/access", "runtime/core",
                         "runtime/executor", "runtime/installed",
                         "runtime/outbound"],
    "runtime/executor": ["runtime", "runtime/core", "runtime/installed",
                         "runtime/outbound"],
    "runtime/executor/block": ["runtime/executor", "runtime/installed",
                               "runtime/outbound"],
    "runtime/installed": ["runtime", "runtime/core"],
    "runtime/manage": ["runtime/access", "runtime/decide", "runtime/embedded",
                       "runtime/installed"],
    "runtime/outbound": ["runtime"],
    "ui/app": ["ui/term", "ui/widget"],
    "ui/canvas": ["ui/term"],
    "ui/draft": ["ui/app", "ui/canvas", "ui/screen", "ui/widget"],
    "ui/screen": ["ui/app", "ui/canvas", "ui/term", "ui/widget"],
    "ui/widget": ["ui/term"],
    "workflow/carry": ["workflow/document", "workflow/edit"],
    "workflow/connector": ["workflow"],
    "workflow/document": ["workflow/connector"],
    "workflow/edit": ["workflow/connector", "workflow/document"],
    "workflow/integration": ["workflow", "workflow/connector",
                             "workflow/document", "workflow/validate"],
    "workflow/preview": ["workflow/connector", "workflow/document"],
    "workflow/validate": ["workflow", "workflow/connector",
                          "workflow/document"],
    "workflow/warn": ["workflow", "workflow/connector", "workflow/document",
                      "workflow/preview"],
}

# Where a folder includes one that includes it, and why.
CIRCLES = {
    ("manager/catalogue", "manager/draft"):
        "adding an integration a second time makes base drafts",
    ("mapping/formula", "mapping/functions"):
        "a compiled call points to its row of the table of functions",
    ("runtime", "runtime/installed"):
        "the runtime owns the cache of parsed documents",
    ("runtime/installed", "runtime/embedded"):
        "installations are made from what a call of the API names",
    ("runtime/installed", "runtime/executor"):
        "an installation that becomes active starts its first run",
    ("ui/widget", "ui/app"):
        "tables and grids are driven by the console's actions",
}

BANNED = ["strcpy", "strcat", "sprintf", "strtok", "atoi", "atol", "gets",
          "system", "popen", "alloca", "vsprintf", "mvprintw", "printw",
          "strncpy", "strncat"]

# Where a statement of SQL may stand outside src/store: nowhere.
SQL = re.compile(r'"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE TABLE|PRAGMA)\s')


@functools.cache
def code_only(text):
    """TEXT with comments and string contents blanked, lines kept."""
    def blank(match):
        s = match.group(0)
        if s.startswith("/"):
            return re.sub(r"[^\n]", " ", s)
        return s[0] + re.sub(r"[^\n]", " ", s[1:-1]) + s[-1]
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
                  blank, text, flags=re.S)


def lines_matching(name, text, pattern):
    found = re.compile(pattern).search
    for number, line in enumerate(text.split("\n"), 1):
        if found(line):
            yield f"{name}:{number}: {line.strip()}"


def layer_of(name):
    parts = name.split("/")
    return "ui" if parts[0] == "ui" else parts[1]


def rule_first_comment(sources):
    for name, text in sources.items():
        if not re.match(r"\s*/\*", text):
            yield f"{name}: does not begin with a comment that says its purpose"


def rule_banned_functions(sources):
    pattern = r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\("
    for name, text in sources.items():
        yield from lines_matching(name, code_only(text), pattern)


def rule_layers(sources):
    for name, text in sources.items():
        layer = layer_of(name)
        for include in re.findall(r'#include "([^"]+)"', text):
            target = include.split("/")[0]
            if target != layer and target not in LAYERS.get(layer, []):
                yield f"{name}: includes {include} ({layer} may not use {target})"


def room_of(name):
    return os.path.dirname(name.removeprefix("src/"))


def rule_rooms(sources):
    for name, text in sources.items():
        room = room_of(name)
        for include in re.findall(r'#include "([^"]+)"', text):
            target = os.path.dirname(include)
            if target == room or target.split("/")[0] != layer_of(name):
                continue
            if target not in ROOMS.get(room, []) and \
                    (room, target) not in CIRCLES:
                yield f"{name}: includes {include} ({room} may not use {target})"


def rule_no_mock_runs_live(sources):
    """What a sample says that other blocks answer is read by previews and
    checks alone: nothing that runs or delivers may read it."""
    for name, text in sources.items():
        if not re.match(r"src/(runtime|remote|fetch|http|standin)/", name):
            continue
        for include in re.findall(r'#include "(workflow/preview/[^"]+|'
                                  r'manager/catalogue/sample[^"]*|'
                                  r'manager/release/checked[^"]*)"', text):
            yield f"{name}: includes {include} (mocks never reach a live run)"


UNFINISHED = {"manager_draft_keep": "ui/screen/unfinished.c",
              "app_keep_left": "ui/screen/unfinished.c",
              "unkept": "ui/screen/console.c"}


def rule_unfinished_texts_go_one_way(sources):
    """What was typed and not stored is kept by unfinished.c alone, which drops
    what may hold a secret; console.c shows what it could not keep."""
    for name, text in sources.items():
        for word, home in UNFINISHED.items():
            at_home = name in (home, "ui/screen/unfinished.c") or \
                name.startswith("ui/app/") or name.endswith(".h")
            if name.startswith("ui/") and not at_home and \
                    re.search(rf"\b{word}\b", text):
                yield f"{name}: uses {word} (unfinished_keep, unfinished_leave)"


def rule_private_headers(sources):
    for name, text in sources.items():
        for include in re.findall(r'#include "([^"]+_private\.h)"', text):
            if os.path.dirname(include) != room_of(name):
                yield f"{name}: includes {include}, which is private"


def rule_folders_say_their_purpose(sources):
    for folder in sorted({os.path.dirname(name) for name in sources}):
        listing = os.path.join(TOP, folder, "local.mk")
        if not os.path.exists(listing) or not read(
                os.path.join(folder, "local.mk")).startswith("# "):
            yield f"{folder}: has no local.mk that begins with its purpose"


def rule_curses_in_one_file(sources):
    for name, text in sources.items():
        if re.search(r"#include <n?curses", text) and name != "ui/term/term.c":
            yield f"{name}: includes curses (only ui/term/term.c may)"


def rule_curl_in_one_file(sources):
    for name, text in sources.items():
        if "#include <curl/" in text and name != "src/http/client_private.h":
            yield f"{name}: includes libcurl (only src/http/client_private.h may)"


def rule_sql_in_the_store(sources):
    for name, text in sources.items():
        if layer_of(name) != "store":
            yield from lines_matching(name, text, SQL)


def rule_file_length(sources):
    for name, text in sources.items():
        n = text.count("\n")
        if n > 600:
            yield f"{name}: {n} lines (600 at most: split it by purpose)"


def rule_line_length(sources):
    for name, text in sources.items():
        if name.endswith(".def"):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if len(line.expandtabs(8)) > 80:
                yield f"{name}:{number}: longer than 80 columns"


def rule_section_comments_fit(_sources):
    """A comment that names a part of a file is one line: longer ones are
    broken by the formatter."""
    for name in tracked("*.c", "*.h", "*.def"):
        yield from lines_matching(name, read(name),
                                  r"^\s*/\* --- (?!.*\*/\s*$)")


def rule_function_length(sources):
    for name, text in sources.items():
        if not name.endswith(".c"):
            continue
        start = None
        for number, line in enumerate(text.split("\n"), 1):
            if line == "{":
                start = number
            elif line == "}" and start is not None:
                if number - start > 50:
                    yield f"{name}:{start}: a function of {number - start} lines"
                start = None


def rule_unfinished(sources):
    for name, text in sources.items():
        yield from lines_matching(name, text,
                                  r"(/\*|^\s*\*).*\b(TODO|FIXME|XXX|HACK)\b")


def rule_stands_alone(_sources):
    for name in tracked():
        if name.startswith(".ci/"):
            continue
        try:
            text = read(name)
        except (UnicodeDecodeError, IsADirectoryError):
            continue
        yield from lines_matching(
            name, text, r"\.\./shared|(^|[^A-Za-z0-9_.-])/(home|root|work|Users)/")


# Folders where JSON from outside becomes C strings.
BORDERS = ("base", "http", "manager", "remote", "runtime", "standin", "store")


def rule_no_text_is_cut_at_a_nul(sources):
    """value_text without a length gives the first part of a text that holds a
    NUL; value_text_or and value_get_text refuse such a text."""
    for name, text in sources.items():
        if layer_of(name) in BORDERS:
            yield from lines_matching(
                name, code_only(text),
                r"\bvalue_text\s*\(.*,\s*NULL\s*\)|\bJSON_ALLOW_NUL\b")


# What stands below the programs that people start.
BELOW = ["base", "value", "http", "store", "mapping", "workflow", "manager",
         "remote"]

# Where the words of a command line are its subject and not its advice.
STARTS_OR_DOCUMENTS = {"src/remote/lock.c": "starts tailor sync",
                       "src/mapping/functions/functions_page.c":
                       "makes a page of the documentation"}


def rule_lower_layers_name_no_command(sources):
    """A message of theirs is shown by several programs: what to do about it is
    a hint (base/hint.def), for which each front end has its words."""
    nouns = "|".join(sorted(set(re.findall(
        r'^[CP]\("([\w-]+)"', sources["src/cli/frame/commands.def"], re.M))))
    for name, text in sources.items():
        if layer_of(name) not in BELOW or name in STARTS_OR_DOCUMENTS:
            continue
        bare = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]), text,
                      flags=re.S)
        yield from lines_matching(
            name, bare, rf'"[^"\n]*(?<![-\w])(--[a-z]|tailor ({nouns})\b)')


def rule_no_typedef_struct(sources):
    for name, text in sources.items():
        yield from lines_matching(name, code_only(text), r"\btypedef\s+struct")


# What makes of a text more than something to read. People may see a message
# cut; a hash, a row, a file, a request and a document may not be.
KEEPS = (r"digest_\w+|db_text\w*|db_blob\w*|peer_call|value_read|value_string|"
         r"value_set_text|file_write|fwrite|fputs|buf_take")
MESSAGE_MOST = 16384
SOURCE_SAYS = "source.c fails where a text does not fit"

# (file, function): how it knows that nothing was cut.
KNOWS_OTHERWISE = {
    ("src/cli/command/version.c", "read_document"): "cli_read_file says it",
    ("src/cli/frame/arguments.c", "cli_read_file"): "file_read says it",
    ("src/cli/frame/output.c", "shown_text"): "a cell of a table",
    ("src/demo/run.c", "demo_tailor"): "what is cut is not JSON: the demo ends",
    ("src/fetch/answer.c", "answerer_open"): "what is cut is not JSON: no start",
    ("src/runtime/daemon/control.c", "serve_client"): "read_line says it",
    ("src/runtime/embedded/payload.c", "payload_set"):
    "db_read_text reads no more than fits",
    ("src/runtime/executor/block/action.c", "evaluate"): SOURCE_SAYS,
    ("src/runtime/executor/block/api.c", "add_own"): SOURCE_SAYS,
    ("src/runtime/executor/block/api.c", "add_body"): SOURCE_SAYS,
    ("src/runtime/executor/block/api.c", "evaluate"): SOURCE_SAYS,
    ("src/runtime/executor/answer.c", "write_failure"): "a message",
    ("src/runtime/executor/call_answer.c", "redacted"): "a message",
    ("src/standin/main.c", "load"): "file_read says it",
    ("ui/draft/mapping_lists.c", "fill_record"): "a record that is shown",
}


def rule_nothing_is_kept_cut(sources):
    """A buffer with a maximum whose content is hashed, kept, sent, read again
    or handed over: the function asks buf_failed(), or there is no maximum
    (buf_init_any)."""
    excused = set(KNOWS_OTHERWISE)
    for name, text in sources.items():
        if not name.endswith(".c") or name == "src/base/buf.c":
            continue
        for f in re.finditer(r"^(\w+)\([^;{}]*\)\n\{\n(.*?)^\}", text,
                             re.S | re.M):
            function, body = f.groups()
            if "buf_failed(" in body:
                continue
            for b in re.finditer(r"buf_init\(&([\w.>-]+),\s*([^;]*)\);", body):
                kept = re.search(rf"\b({KEEPS})\([^;]*\b{re.escape(b[1])}\b",
                                 body)
                message = b[2].isdigit() and int(b[2]) <= MESSAGE_MOST and \
                    kept and kept[1] in ("buf_take", "value_set_text")
                if not kept or message:
                    continue
                if (name, function) in KNOWS_OTHERWISE:
                    excused.discard((name, function))
                    continue
                yield (f"{name}: {function}() keeps {b[1]}, which may be cut "
                       "(buf_failed or buf_init_any)")
    for name, function in sorted(excused):
        yield f"{name}: {function}() needs no excuse"


def rule_every_statement_is_used(sources):
    """A row of a statement table that neither code nor a test names. The
    SEAL and SEALS rows are named by the rows of seals.def."""
    code = "".join(read(name) for name in tracked(
        "src/*.c", "src/*.h", "ui/*.c", "tests/*.c"))
    seals = re.findall(r"^SEAL\((\w+)", sources[
        "src/manager/session/seals.def"], re.M)
    used = set(re.findall(r"\b[A-Z]{2}_(\w+)", code))
    used |= {f"{kind}_{row}" for kind in ("SEAL", "SEALS") for row in seals}
    for name, text in sources.items():
        if not name.endswith("statements.def"):
            continue
        for row in re.findall(r"^[SRW]\((\w+)", text, re.M):
            if row not in used:
                yield f"{name}: {row} is used nowhere"


def rule_errors_are_copied_whole(sources):
    """An error that is made of another's code and text loses its hint:
    "*e = why;" copies all of it."""
    for name in sources:
        for m in re.finditer(
                r'error_set\([^;]*?(\w+)(\.|->)code,\s*"%s",\s*\1\2text\)',
                read(name)):
            yield f"{name}: {m.group(0)} loses the hint (copy the struct)"


def rule_lines_are_said_one_at_a_time(sources):
    """cli_say() and cli_warn() show a line feed as what it is, because texts
    from outside may hold one: a line that is wanted is a call of its own."""
    for name in sources:
        for m in re.finditer(r'cli_(?:say|warn)\([^;]*?\\n', read(name)):
            yield f"{name}: {m.group(0)} (say each line by a call of its own)"


# Functions that tests alone call, and why they are in the product.
FOR_TESTS = {
    "coverage_measure": "coverage of one table, which all of them is made of",
    "db_explain": "the plan of each statement is tested",
    "db_set_busy_ms": "a lock that is held, without a wait of seconds",
    "edit_document_name": "an edit of the table of edits",
    "executor_set_backoff": "attempts without a wait of seconds",
    "form_focused": "where a script is",
    "formula_arena_most": "a budget of memory that is reached",
    "formula_arena_steps": "a budget of steps that is reached",
    "formula_check": "a formula without its plan",
    "formula_function_count": "each function has its page",
    "formula_tables": "what a formula refers to",
    "console_run": "a console that a script drives",
    "decimal_widen": "arithmetic of the library against ours",
    "manager_setting_get": "settings, which have no screen yet",
    "manager_setting_set": "settings, which have no screen yet",
    "manager_version_of_data": "what another process changed",
    "outbound_paused": "an answer that waits for a place",
    "patch_apply": "the conformance suite of patches",
    "rows_remove": "edits of rows without a document",
    "rows_set": "edits of rows without a document",
    "script_cells": "what a script sees",
    "script_copied": "what a script has copied",
    "script_open": "a terminal that a script drives",
}


def names_of(code):
    """How often each name stands in CODE, {file: text}, beside declarations;
    and what macros put names together from (cmd_##name)."""
    text = "\n".join(code.values())
    named = collections.Counter(re.findall(r"\b[a-z_]\w*\b", text))
    for name in code:
        if name.endswith(".h"):
            named.subtract(re.findall(
                r"^[a-z][\w \n*]*?\b([a-z_]\w*)\([^;{]*\)[^;{]*;",
                code[name], re.M))
    return named, tuple(re.findall(r"\b([a-z]\w*_)##", text))


def rule_comments_name_files_that_exist(sources):
    """A comment that names a file names one of the tree, by the end of its
    path."""
    ends = {"nss/nss_database.c"}  # of glibc
    for name in tracked("*"):
        parts = name.split("/")
        ends.update("/".join(parts[i:]) for i in range(len(parts)))
    for name, text in sources.items():
        for comment in re.findall(r"/\*.*?\*/", text, re.S):
            for file in re.findall(r"(?<![\w/.-])(?:\.\./)*((?:[\w-]+/)*[\w-]+"
                                   r"\.(?:c|h|def|py))\b", comment):
                if file not in ends:
                    yield f"{name}: a comment names {file}, which is not here"


def rule_every_function_is_used(_sources):
    """A function that no code or table of the product names beside its
    declaration: what only tests call does not prove what people run. Names
    that a macro puts together (cmd_##name) are named by its rows."""
    code = {name: code_only(read(name)) for name in tracked(
        "src/*.[ch]", "src/*.def", "ui/*.[ch]", "ui/*.def")}
    named, glued = names_of(code)
    excused = set(FOR_TESTS)
    for name in code:
        if not name.endswith(".c"):
            continue
        for function in re.findall(r"^([a-z_]\w*)\(", code[name], re.M):
            if named[function] > 1 or function == "main" or \
                    function.startswith(glued):
                continue
            if function not in FOR_TESTS:
                yield f"{name}: {function}() is used by nobody, or tests alone"
            excused.discard(function)
    for function in sorted(excused):
        yield f"{function}() needs no excuse"


def rule_every_action_and_screen_is_there(sources):
    """A row of actions.def that no screen does, of views.def without one."""
    code = "".join(code_only(text) for name, text in sources.items()
                   if name.startswith("ui/") and name.endswith(".c"))
    for table, letter, wanted in (
            ("ui/app/actions.def", "A", r"\bACT_%s\b"),
            ("ui/app/views.def", "V", r"\.id = VIEW_%s\b")):
        for row in re.findall(rf"^{letter}\((\w+)", sources[table], re.M):
            if not re.search(wanted % row, code):
                yield f"{table}: {row} is not there"


def rule_plain_english(sources):
    """What people read uses the words of the table in voice.py."""
    files = dict(sources)
    for name in tracked("README.md", "doc/*.md", "doc/*.yaml", "doc/*.1",
                        "doc/*.8"):
        files[name] = read(name)
    yield from voice.problems(files)


def main():
    names = tracked("src/*.c", "src/*.h", "src/*.def", "ui/*.c", "ui/*.h",
                    "ui/*.def")
    sources = {name: read(name) for name in names}
    failed = False
    for rule, check in sorted({**globals(), **vars(comments), **vars(proofs)}.items()):
        if not rule.startswith("rule_"):
            continue
        broken = list(check(sources))
        title = rule[len("rule_"):].replace("_", " ")
        failed |= bool(broken)
        print(("not ok" if broken else "ok") + f" style: {title}")
        for place in broken[:20]:
            print(f"# {place}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
