"""What is the same, and the classes of difference of doc/testing.md."""
import datetime as dt
import math
import re

from tuples import LISTS, SINGLES

AGGREGATES = set("SUM AVERAGE MIN MAX MEDIAN COUNT LARGE SMALL SUMPRODUCT SUMIF SUMIFS COUNTIF COUNTIFS AVERAGEIF AVERAGEIFS MINIFS MAXIFS".split())
COMPARING = set("= <> < >= AND OR XOR NOT IF IFS SWITCH MATCH IFNA ISNA".split())
ROUNDING = set("ROUND ROUNDUP ROUNDDOWN TRUNC INT CEILING FLOOR MROUND MOD QUOTIENT".split())
NUMBER = re.compile(r"\s*[-+]?\$?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s?%?\s*")
NOISE = re.compile(r"(9{5,}|0{5,})\d{0,3}$")


def number_of(kind, value):
    """A number, or the day number of a date."""
    if kind == "number":
        return float(value)
    if kind in ("date", "string"):
        try:
            return float((dt.date.fromisoformat(value) - dt.date(1899, 12, 30)).days)
        except ValueError:
            return None
    return float(value) if kind == "boolean" else None


def same(mine, their):
    """Whether the two agree; LibreOffice has no empty text, and hands over
    conditions as numbers."""
    (a, x), (b, y) = mine, their
    if mine == their or (a, x) == ("string", "") and b == "blank":
        return True
    if "error" in (a, b) or b not in ("number", "date") or a not in ("number", "string", "boolean"):
        return False
    m, n = number_of(a, x), number_of(b, y)
    return m is not None and n is not None and math.isclose(m, n, rel_tol=1e-11, abs_tol=1e-11)


def used(t):
    """The cells that the formula reads."""
    names = re.findall(r"\{([a-z])\}", t["formula"])
    cells = [t["singles"][SINGLES.index(n)] for n in names if n in SINGLES]
    return cells + [x for n in names if n in LISTS for x in t["lists"][LISTS.index(n)]]


def singles(t):
    return [t["singles"][SINGLES.index(n)] for n in re.findall(r"\{([abc])\}", t["formula"])]


def texts(t):
    """The texts that the formula reads and has."""
    return [x for x in used(t) if isinstance(x, str)] + re.findall(r'"([^"]*)"', t["formula"])


def is_number(text):
    return NUMBER.fullmatch(text) is not None


def reads_more(text):
    """A text that a spreadsheet may take for a number, and tailor does not."""
    return text == "" or not is_number(text) and (re.match(r"\s*[-+(]?\$?\.?\d", text) or text.upper() in ("TRUE", "FALSE"))


def no_number(t, mine):
    """A text that sums and arithmetic refuse here."""
    if mine == ("error", "#VALUE!") and t["name"] in AGGREGATES and any(isinstance(x, str) for x in singles(t)):
        return True
    return (mine == ("error", "#VALUE!") or t["name"] in ("IFERROR", "ISERROR", "ISNA", "TEXT")) and any(map(reads_more, texts(t)))


def conditions(t):
    return any(isinstance(x, bool) for x in used(t)) or re.search("TRUE|FALSE|[<>=]", t["formula"])


def nearly(t, mine, their):
    """Differs by what binary fractions lose, or by the step that it is rounded to."""
    if mine[0] == their[0] == "string":
        return NOISE.search(their[1]) is not None
    m, n = number_of(*mine), number_of(*their)
    if m == math.inf:
        return their[0] == "error"
    step = 1 if t["name"] in ("INT", "QUOTIENT") else 0.5 if t["name"] in ("CEILING", "FLOOR", "MROUND", "MOD") else 0.1
    return m is not None and n is not None and (math.isclose(m, n, rel_tol=1e-9, abs_tol=1e-9) or
                                                t["name"] in ROUNDING and abs(m - n) <= step + 1e-9 and min(m, n) >= 0)


def negative(peer, t, mine, their):
    if peer == "LibreOffice":
        return t["name"] == "MROUND" and mine == ("error", "#NUM!")
    return t["name"] in ("INT", "MOD", "QUOTIENT") and mine[0] == their[0] == "number"


CLASSES = {
    "codes of errors": lambda peer, t, mine, their: mine[0] == their[0] == "error",
    "blanks": lambda peer, t, mine, their: None in used(t),
    "power of zero": lambda peer, t, mine, their: t["name"] in ("^", "POWER") and mine == ("error", "#NUM!") and their == ("number", 1),
    "negative numbers": negative,
    "calendars and units": lambda peer, t, mine, their: t["name"] in {"LibreOffice": ("WEEKNUM", "CONVERT")}.get(peer, ("EDATE",)),
    "left out": lambda peer, t, mine, their: peer == "HyperFormula" and (t["name"] in ("TEXT", "CHOOSE") or "*" in t["formula"] and "MATCH" in t["formula"]),
    "UTF-16": lambda peer, t, mine, their: peer == "HyperFormula" and any(c > "\uffff" for x in texts(t) for c in x),
    "numbers as texts": lambda peer, t, mine, their: t["name"] in AGGREGATES | COMPARING and any(map(is_number, texts(t))),
    "texts instead of numbers": lambda peer, t, mine, their: no_number(t, mine),
    "conditions": lambda peer, t, mine, their: bool(conditions(t)) and (
        peer == "LibreOffice" or t["name"] in AGGREGATES | {"AND", "OR", "XOR", "IF", "IFS"}),
    "order of texts": lambda peer, t, mine, their: mine[0] == "boolean" and len(texts(t)) > 1,
    "binary numbers": lambda peer, t, mine, their: nearly(t, mine, their),
}
NAMES = list(CLASSES)


def of(peer, t, mine, their):
    """The class of a difference, or None."""
    return next((name for name, is_it in CLASSES.items() if is_it(peer, t, mine, their)), None)
