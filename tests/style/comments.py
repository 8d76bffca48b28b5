"""Rules about the comments of headers. Used by check.py."""
import re

from tree import tracked

# Capitals that stand for nothing that the caller gives: short ones are listed,
# longer ones stand somewhere in the code as a name, or in a message.
SHORT = {"A", "C", "C0", "C1", "CA", "CR", "DB", "F5", "FF", "IO", "KB", "MB",
         "OK", "XX"}
LONG = {"CORS", "DEL", "FIPS", "NAT", "POLLOUT", "TERMINFO",
        "TAILOR_TORTURE_ALLOC", "ZONE"}
# Comments that may name another thing, and why.
EXCUSED = {
    ("src/base/likeness.h", "V"): "a person's name",
    ("src/base/likeness.h", "I"): "a person's name",
    ("src/demo/demo.h", "B"): "the name of a job",
    ("src/runtime/executor/executor_private.h", "N"): "the number of a row",
}
DECLARED = re.compile(r"/\*((?:[^*]|\*(?!/))*)\*/\n"
                      r"((?:[a-z_][^;{}#/]*\([^;{}]*\)[^;{}]*;\n)+)")
CAPITALS = re.compile(r"(?<![\w/.#<&\[+-])([A-Z][A-Z0-9_]*)(?![\w+/…-])")
QUOTED = re.compile(r'"[^"]*"|\{[^}]*\}', re.S)


def parameters(prototypes):
    found = re.findall(r"(\w+)\s*(?:\[[^\]]*\]|\))*\s*[,)]", prototypes)
    return {name.upper() for name in
            found + re.findall(r"\(\*(\w+)\)", prototypes)}


def names_of_the_tree(sources):
    """Every name in capitals, and its ends: NOT_FOUND of ERR_NOT_FOUND."""
    found = set()
    for text in sources.values():
        code = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
        for name in set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", code)):
            parts = name.split("_")
            found.update("_".join(parts[i:]) for i in range(len(parts)))
    return found


def rule_comments_name_parameters_that_are_there(sources):
    """A word in capitals in the comment of a function is one of its
    parameters, a member of what it is given, or a name of the tree."""
    known, excused = names_of_the_tree(sources) | LONG, set(EXCUSED)
    for name in tracked("src/*.h", "ui/*.h"):
        text = sources[name]
        members = {word.upper() for word in re.findall(r"\b[a-z]\w+\b",
                   re.sub(r"/\*.*?\*/", " ", text, flags=re.S))}
        for match in DECLARED.finditer(text):
            words = set(CAPITALS.findall(QUOTED.sub(" ", match.group(1))))
            for word in sorted(words - parameters(match.group(2)) - SHORT):
                if len(word) > 2 and (word in known or word in members):
                    continue
                excused.discard((name, word))
                if (name, word) not in EXCUSED:
                    line = text.count("\n", 0, match.start()) + 1
                    yield f"{name}:{line}: no parameter is called {word}"
    for name, word in sorted(excused):
        yield f"{name}: {word} needs no excuse"
