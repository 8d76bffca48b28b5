#!/usr/bin/env python3
"""What the documentation says is so: links and paths lead somewhere, commands
parse by the programs' own help, keys and actions are in the console's table,
functions are in the code, exit codes are those of the table of errors.

To see it fail: write a wrong option, key, path or function into a page.
"""
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys

TOP = os.environ.get("TOP_SRCDIR") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("TOP_BUILDDIR") or os.path.join(TOP, "build")

# What stands before noun and verb.
GLOBAL_FLAGS = {"--read-only", "--json", "--quiet", "--yes", "--thin",
                "--ascii", "--tour", "--temporary", "--fresh"}
# What may follow the word tailor where it is no command.
PROSE = {"is"}
MACHINE = re.compile(r"(?<![\w.])/(?:work|home|root|tmp)/|\.\./shared")
failed = False


def read(name):
    with open(os.path.join(TOP, name), encoding="utf-8") as f:
        return f.read()


def report(rule, bad):
    global failed
    print(("not ok " if bad else "ok ") + rule)
    for line in bad:
        failed = True
        print("    " + line)


def pages():
    found = [os.path.relpath(p, TOP)
             for p in glob.glob(os.path.join(TOP, "doc", "*.md"))]
    return {name: read(name) for name in ["README.md"] + sorted(found)}


def sources():
    found = []
    for top in ("src", "ui"):
        for kind in ("*.[ch]", "*.def"):
            found += glob.glob(os.path.join(TOP, top, "**", kind),
                               recursive=True)
    return [os.path.relpath(p, TOP) for p in found]


# --- links, paths, functions -------------------------------------------------

def anchors(text):
    heads = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-")
            for h in heads}


def rule_links(docs):
    for name, text in docs.items():
        for target in re.findall(r"\]\(([^)]+)\)", text):
            if re.match(r"https?:", target):
                continue
            path, _, anchor = target.partition("#")
            full = os.path.normpath(
                os.path.join(os.path.dirname(name), path)) if path else name
            if not os.path.exists(os.path.join(TOP, full)):
                yield f"{name}: ({target}): there is no {full}"
            elif anchor and anchor not in anchors(read(full)):
                yield f"{name}: ({target}): no such heading in {full}"


def rule_paths(docs):
    for name, text in docs.items():
        for path in re.findall(r"`((?:src|ui|tests|data|doc)/[^`\s:]+)`", text):
            pattern = re.sub(r"[A-Z]{3,}\w*", "*", path)
            if not glob.glob(os.path.join(TOP, pattern)):
                yield f"{name}: `{path}`: there is no such file"


def rule_tables(docs):
    """Every .def of the tree stands in the table of tables."""
    page = docs["doc/architecture.md"]
    table = "".join(re.findall(r"^\|.*$", page[page.index("| table | rows |"):],
                               re.M))
    for name in sorted(n for n in sources() if n.endswith(".def")):
        if not re.search(r"[`/]" + re.escape(os.path.basename(name)) + "`",
                         table):
            yield f"doc/architecture.md: {name} is missing in the table of tables"


def rule_pages_named_in_the_code(docs):
    for name in sources():
        for page in re.findall(r"\bdoc/[\w-]+\.(?:md|yaml)", read(name)):
            if not os.path.exists(os.path.join(TOP, page)):
                yield f"{name}: {page}: there is no such page"


def rule_functions(docs):
    known = set()
    for name in sources():
        known.update(re.findall(r"\b([a-z]\w*_\w+)\(", read(name)))
    for name, text in docs.items():
        for function in set(re.findall(r"`([a-z]\w*_\w+)\(\)`", text)):
            pattern = re.compile(re.sub(r"[A-Z]{3,}", r"\\w+", function))
            if function not in known and not any(map(pattern.fullmatch, known)):
                yield f"{name}: {function}(): there is no such function"


# What the glossary must have, whatever else it has.
CONCEPTS = {"installed workflow", "version", "own version", "draft", "release",
            "run", "step", "request", "call", "position", "live", "base",
            "parked reason", "held", "restore", "sample", "receipt", "fact",
            "outbox entry"}


def rule_glossary(docs):
    """Each concept stands once, and its name in the code or an API is there."""
    name = "doc/glossary.md"
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", docs[name], re.M)
    rows = [row for row in rows if row[0] not in ("term", "---")]
    terms = [term for term, _ in rows]
    for term in sorted(CONCEPTS - set(terms)):
        yield f"{name}: {term}: it is missing"
    for term in sorted({term for term in terms if terms.count(term) > 1}):
        yield f"{name}: {term}: it stands there twice"
    tables = glob.glob(os.path.join(TOP, "src", "**", "*.def"), recursive=True)
    text = "\n".join([read(source) for source in sources()] +
                     [read(os.path.relpath(t, TOP)) for t in tables] +
                     [read("doc/openapi.yaml")])
    words = set(re.findall(r"\w+", text))
    for term, used in rows:
        named = re.findall(r"`([^`]+)`", used)
        if not named:
            yield f"{name}: {term}: it names nothing in the code or an API"
        for word in named:
            for part in word.split():
                if part not in words:
                    yield f"{name}: {term}: `{word}` is used nowhere"


def rule_unsealed(docs):
    """What the page says that store check does not compare is what the test
    of every column leaves out."""
    test = read("tests/unit/manager/release/seals.c")
    left_out = set(re.findall(r'^    \{"(\w+\.[\w*]+)",', test, re.M))
    left_out = {c for c in left_out if not c.endswith(".n")}
    told = set()
    rows = re.findall(r"^\| `(\w+)` \| (all|`[^|]*) \| ",
                      docs["doc/audit.md"], re.M)
    for table, columns in rows:
        told |= {f"{table}.{c}" for c in
                 ("*" if columns == "all" else re.findall(r"`(\w+)`", columns))}
    for column in sorted(left_out - told):
        yield f"doc/audit.md: {column} is not named"
    for column in sorted(told - left_out):
        yield f"doc/audit.md: {column} is compared, or not there"


def rule_log_events(docs):
    """The table of log events has each event of tailord, and no other."""
    events = set()
    for name in sources():
        if name.startswith("src/runtime/"):
            events |= set(re.findall(r'log_event\([^;]*?"([a-z ]+)"',
                                     read(name)))
    table = docs["doc/operating.md"].split("### The log", 1)[1]
    rows = set(re.findall(r"^\| `([a-z ]+)` \| (?:debug|info|warning|error)",
                          table, re.M))
    for event in sorted(events ^ rows):
        yield f"doc/operating.md: log event '{event}': " + (
            "not in the table" if event in events else "not in the code")


def rule_no_machine_paths(docs):
    for name, text in docs.items():
        for line in text.split("\n"):
            if MACHINE.search(line):
                yield f"{name}: {line.strip()}"


def rule_capture(docs):
    """README shows doc/capture.txt, one empty line for several, and that is a
    golden screen but for the time."""
    golden = read("tests/unit/ui/screen/golden/capture.txt").rstrip()
    masked = re.sub(r"saved \d\d:\d\d", "saved 00:00",
                    read("doc/capture.txt").rstrip())
    if masked != golden:
        yield ("doc/capture.txt: not the golden screen capture.txt (copy it "
               "and put a time in)")
    capture = re.sub(r"\n(\s*\n)+", "\n\n", read("doc/capture.txt").rstrip())
    shown = [re.sub(r"\n(\s*\n)+", "\n\n", part.rstrip())
             for part in re.findall(r"```text\n(.*?)```", docs["README.md"],
                                    re.S)]
    if capture not in shown:
        yield "README.md: shows another screen than doc/capture.txt"


# --- commands ----------------------------------------------------------------

class Usage:
    """A command as its help line says it."""

    def __init__(self, rest):
        value = r"(?: [^\s\]|\[]+(?:\|\w+)*)"
        self.options = {m.group(1): bool(m.group(2)) for m in re.finditer(
            rf"(--[\w-]+)({value})?", rest)}
        bare = re.sub(rf"\[?--[\w-]+{value}?(\|--[\w-]+{value}?)*…?\]?",
                      " ", rest)
        self.endless = "…" in bare
        words = [w for w in bare.split() if w not in ("|", "]", "[", "…")]
        self.most = len(words)
        self.least = sum(not w.startswith("[") for w in words)


def usages(program, lines):
    """(noun, verb) or (noun,) → Usage, of the lines that begin with PROGRAM."""
    found = {}
    for line in lines:
        words = line.split()
        if len(words) < 2 or words[0] != program:
            continue
        name = [w for w in words[1:3] if re.fullmatch(r"[a-z][\w-]*", w)]
        rest = line.split(None, 1 + len(name))[1 + len(name):]
        found[tuple(name)] = Usage(rest[0] if rest else "")
    return found


def help_of(program, arguments):
    path = os.path.join(BUILD, program)
    if not os.path.exists(path):
        return []
    out = subprocess.run([path] + arguments, capture_output=True, text=True,
                         stdin=subprocess.DEVNULL, timeout=30)
    text = re.sub(r"\n {8}", " ", out.stdout + out.stderr)
    return [line.replace("usage: ", "").strip() for line in text.split("\n")]


def globals_of(program):
    """What may stand anywhere on a line of PROGRAM: option → takes a value."""
    if program == "tailor":
        return {"--store": True, **{flag: False for flag in GLOBAL_FLAGS}}
    lines = "\n".join(help_of(program, ["help"]))
    return {name: bool(value) for name, value in re.findall(
        r"^(--[\w-]+)( [A-Z][\w:-]*)?  ", lines, re.M)}


def commands_in(text):
    """Command lines of TEXT: (line, whole); inline ones may leave out what
    they need."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for line in re.findall(r"^(?: {4}|\$ )(tailord? .+)$", joined, re.M):
        yield line, True
    for line in re.findall(r"`(tailord?(?: [^`]+)?)`", joined):
        yield line, False


def strip_globals(words):
    i = 0
    while i < len(words) and words[i].startswith("--"):
        if words[i] == "--store":
            i += 1
        elif words[i] not in GLOBAL_FLAGS:
            break
        i += 1
    return words[i:]


def judge(words, known, whole, anywhere):
    """Why WORDS (after the program) are no command, or None; ANYWHERE are the
    options that the program takes anywhere."""
    if not words:
        return None
    name = tuple(words[:2]) if tuple(words[:2]) in known else tuple(words[:1])
    usage = known.get(name)
    if usage is None:
        group = any(k[:1] == name for k in known)
        return None if group and not whole and len(words) == 1 else \
            "no such command"
    positional, i = 0, len(name)
    while i < len(words):
        word, _, given = words[i].partition("=")
        if word.startswith("--"):
            if word not in usage.options and word not in anywhere:
                return f"it has no {word}"
            if usage.options.get(word, anywhere.get(word)) and not given:
                i += 1
        else:
            positional += 1
        i += 1
    if positional > usage.most and not usage.endless:
        return f"{positional} arguments, at most {usage.most}"
    if whole and positional < usage.least:
        return f"{positional} arguments, at least {usage.least}"
    return None


def rule_commands(docs):
    known = {"tailor": usages("tailor", help_of("tailor", ["help"])),
             "tailord": usages("tailord", help_of("tailord", ["help"]))}
    anywhere = {program: globals_of(program) for program in known}
    if len(known["tailor"]) < 50 or len(known["tailord"]) < 10 or \
            "--state" not in anywhere["tailord"]:
        yield "the programs' help was not understood"
    for name, text in docs.items():
        for line, whole in commands_in(text):
            for part in re.split(r" ; | && ", line):
                try:
                    words = shlex.split(part, comments=True)
                except ValueError as trouble:
                    yield f"{name}: {part}: {trouble}"
                    continue
                if not words or words[0] not in known:
                    continue
                rest = words[1:]
                if words[0] == "tailor":
                    rest = strip_globals(rest)
                elif not rest or rest[0].startswith("--"):
                    continue
                why = judge(rest, known[words[0]], whole, anywhere[words[0]])
                if why:
                    yield f"{name}: {part}: {why}"


def strings(text):
    """The string literals of C source TEXT; those that stand side by side are
    one."""
    text = re.sub(r'"\s*PRI\w+\s*"', "s", text)
    text = re.sub(r'(?<!\\)"\s*\n?\s*"', "", text)
    return re.findall(r'"((?:[^"\\\n]|\\.)*)"', text)


def command_of(words):
    """WORDS without the prose behind the command."""
    for i, word in enumerate(words):
        if word == "…":
            return words[:i]
        if i > 1 and not re.match(r"--[a-z]|%|[A-Z][A-Z|.…]*$", word) and \
                not words[i - 1].startswith("--"):
            return words[:i]
    return words


def rule_commands_in_messages(docs):
    """What a message tells to run is a command of that program, with these
    options."""
    known = {program: usages(program, help_of(program, ["help"]))
             for program in ("tailor", "tailord")}
    anywhere = {program: globals_of(program) for program in known}
    found = {program: 0 for program in known}
    for name in sources():
        for text in strings(read(name)):
            for program, told in re.findall(
                    r"(?<![-%])\b(tailord?) ([a-z][^);,:`\\\"]*)", text):
                words = command_of(told.split())
                if words[0] in PROSE:
                    continue
                if program == "tailord" and not any(
                        k[:1] == (words[0],) for k in known[program]):
                    continue  # a sentence about the server
                found[program] += 1
                why = judge(words, known[program], False, anywhere[program])
                if why:
                    yield f"{name}: {program} {told}: {why}"
    if found["tailor"] < 30 or found["tailord"] < 3:
        yield f"the messages were not understood: {found}"


# --- keys, actions, exit codes -----------------------------------------------

def actions():
    rows = re.findall(r'^A\((\w+), "([^"]+)", "[^"]*", "([^"]*)"',
                      read("ui/app/actions.def"), re.M)
    return {command for _, command, _ in rows}, \
        {key for _, _, keys in rows for key in keys.split()}


def rule_keys(docs):
    commands, keys = actions()
    for name, text in docs.items():
        for key in re.findall(r"<kbd>([^<]+)</kbd>", text):
            if key not in keys:
                yield f"{name}: {key}: no action has this key"
        for command in re.findall(r"`:([a-z-]+)", text):
            if command not in commands:
                yield f"{name}: :{command}: there is no such action"


def rule_exit_codes(docs):
    rows = re.findall(r"^E\(\w+, (\d+),", read("src/base/error.def"), re.M)
    told = re.findall(r"^\| (\d) \|", docs["doc/user-guide.md"], re.M)
    if sorted(set(rows)) != told:
        yield f"doc/user-guide.md: {told}, src/base/error.def: {sorted(set(rows))}"


# --- the document of the API -------------------------------------------------

def lint_api():
    """Redocly's rules on doc/openapi.yaml; skipped where npm has not been."""
    modules = os.path.join(BUILD, "tests", "npm", "node_modules")
    linter = os.path.join(modules, "@redocly", "openapi-core")
    if not shutil.which("node") or not os.path.isdir(linter):
        print("skip openapi.yaml is linted: the pinned npm packages are not "
              "there (./bootstrap check installs them)")
        return
    out = subprocess.run(
        ["node", os.path.join(TOP, "tests/style/openapi.cjs"), linter,
         os.path.join(TOP, "doc/openapi.yaml")],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    bad = out.stdout.strip().split("\n") if out.stdout.strip() else []
    if out.returncode != 0 and not bad:
        bad = [out.stderr.strip()[-500:]]
    report("openapi.yaml is linted", bad)


RULES = [("links lead somewhere", rule_links),
         ("files that are named exist", rule_paths),
         ("every table is in the table of tables", rule_tables),
         ("pages that the code names exist", rule_pages_named_in_the_code),
         ("functions that are named exist", rule_functions),
         ("the glossary names what is used", rule_glossary),
         ("log events are those of the code", rule_log_events),
         ("columns that are not compared are named", rule_unsealed),
         ("no path of somebody's machine", rule_no_machine_paths),
         ("README shows the capture of the console", rule_capture),
         ("commands parse", rule_commands),
         ("commands that messages name parse", rule_commands_in_messages),
         ("keys and actions are the console's", rule_keys),
         ("exit codes are those of the table", rule_exit_codes)]


def main():
    docs = pages()
    for name, rule in RULES:
        report(name, list(rule(docs)))
    lint_api()
    sys.exit(1 if failed else 0)


main()
