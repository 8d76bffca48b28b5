"""The words of the house: what to write in place of what, in every text that
people read (strings of the programs, documentation) and in the comments of
headers. Used by check.py.
"""
import re

# (pattern, the word to use). One that has a plain use as well is written with
# what stands beside it where it is to be avoided.
AVOID = [
    (r"end[- ]users?", "customer (API, CLI noun: user)"),
    (r"merchants?", "customer"),
    (r"whoever", "the person, the caller, the function that …"),
    (r"version of one's own", "own version"),
    (r"awaiting upgrade", "waiting for the customer"),
    (r"held back", "paused, waiting"),
    (r"(elements?|items?|those|records?) (that (is|are|were) )?set aside",
     "failed items"),
    (r"there (is|are) none", "not found, none exists"),
    (r"(there )?(is|are) no (?!longer\b|more than\b|less than\b|(older|newer) "
     r"than\b)\w+", "not a valid X, not a X, unknown X"),
    (r"(is|are) no more(?! than)", "was removed, does not exist"),
    (r"(is|are) none of", "not one of, not valid for"),
    (r"means nothing here", "not available here"),
    (r"cannot be had", "not available"),
    (r"is not what its name says", "hash mismatch"),
    (r"as we write it", "canonical form"),
    (r"under way", "in progress"),
    (r"newest format", "current format"),
    (r"anew", "again, new"),
    (r"runtimes?'s? word", "confirmed by the runtime"),
    (r"on record", "logged, recorded"),
    (r"known? (\w+ \w+ )?no longer", "removed"),
    (r"((is|are|was|were|be|been)|runtimes?) told", "described, reported"),
    (r"(stand|lie|move|follow)s? behind", "after"),
    (r"(comes?|let \w+|allowed) in no longer", "has no access, revoked"),
    (r"please|successfully", "leave it out"),
]
PATTERN = re.compile("|".join(
    "(?P<w%d>\\b%s\\b)" % (i, p.replace(" ", r"\s+"))
    for i, (p, _) in enumerate(AVOID)), re.I)

# (file, words): why they stay.
STAYS = {
    ("src/runtime/embedded/install.c", "successfully"):
        "a message of the embedded API, which is compatible",
    ("src/runtime/embedded/run.c", "successfully"):
        "a message of the embedded API, which is compatible",
    ("src/store/runtime_schema.c", "on record"):
        "a migration, which stays what stores were made with",
    ("src/standin/netsuite.c", "Please"): "what NetSuite answers",
}


LITERAL = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''


def blank(text, sign):
    """What stands for TEXT, which nobody reads: SIGN and its ends of lines."""
    return sign + "\n" * text.count("\n")


def strings_of(text):
    """TEXT with everything but the contents of its strings blanked; strings
    that stand side by side are one."""
    out, end = [], 0
    for m in re.finditer(r"/\*.*?\*/|#include[^\n]*|" + LITERAL, text, re.S):
        between = text[end:m.start()]
        plain = m.group(0)
        if plain[0] == '"':
            joined = between.strip() == ""
            out.append(blank(between, " " if joined else ";"))
            out.append(" " + plain[1:-1] + " ")
        else:
            out.append(blank(between + plain, " " if plain[0] == "/" else ";"))
        end = m.end()
    out.append(blank(text[end:], ";"))
    return "".join(out)


def comments_of(text):
    """TEXT with everything but its comments blanked."""
    out, end = [], 0
    for m in re.finditer(r"/\*.*?\*/|" + LITERAL, text, re.S):
        out.append(blank(text[end:m.start()], ";"))
        plain = m.group(0)
        out.append(re.sub(r"(?m)^\s*\*(?!/)|/\*|\*/",
                          lambda s: " " * len(s.group(0)), plain)
                   if plain[0] == "/" else blank(plain, ";"))
        end = m.end()
    return "".join(out) + blank(text[end:], ";")


def texts_of(name, text):
    """The texts of the file NAME that people read, its lines kept."""
    if name.endswith((".c", ".h", ".def")):
        yield strings_of(text)
        if name.endswith(".h"):
            yield comments_of(text)
    else:
        yield text


def places(text):
    """(line, words found, what to use) of each word to avoid in TEXT."""
    for m in PATTERN.finditer(text):
        words = re.sub(r"\s+", " ", m.group(0))
        if re.match(r"there (is|are) no ", words, re.I):
            continue  # plain English
        row = next(i for i in range(len(AVOID)) if m.group(f"w{i}"))
        yield text.count("\n", 0, m.start()) + 1, words, AVOID[row][1]


def problems(files):
    """The places in FILES, {name: text}, that break the table, and rows of
    STAYS that excuse nothing."""
    excused = set(STAYS)
    for name, whole in files.items():
        for text in texts_of(name, whole):
            for line, words, use in places(text):
                if (name, words) in STAYS:
                    excused.discard((name, words))
                else:
                    yield f'{name}:{line}: "{words}" ({use})'
    for name, words in sorted(excused):
        yield f'{name}: "{words}" needs no excuse'
