"""How single values are taken and compared. Part of the reference of the
mapping.
"""
import re
from decimal import ROUND_DOWN, Decimal

import dates
from values import EXACT, MISSING, WIDE, Err, Missing, Num

LEFT_OUT = Missing()


def text(v):
    if isinstance(v, Err):
        raise v
    if isinstance(v, (dict, list)):
        raise Err("#VALUE!")
    if isinstance(v, bool):
        return "TRUE" if v else "FALSE"
    return "" if v is None or v is MISSING else v.raw if isinstance(v, Num) else str(v)


PLAIN = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*")
MONEY = "$€£¥"


def numeric(s, commas=False):
    """The number that a text is, or None."""
    s = s.strip(" \u00a0\t\r\n")
    m = re.fullmatch(rf"(\()?([-+]?)([{MONEY}]?)([-+]?)(\d{{1,3}}(?:,\d{{3}})+(?:\.\d*)?|\d+\.?\d*|\.\d+)"
                     rf"([eE][-+]?\d+)?\s?([{MONEY}]?)(-?)(\))?(\s?%)?", s)
    if not m or bool(m[1]) != bool(m[9]) or sum(bool(x) for x in (m[1], m[2], m[4], m[8])) > 1:
        return None
    if m[3] and m[7] or m[10] and (m[3] or m[7] or m[1]) or m[8] and m[10]:
        return None
    if m[5].count(",") == 1 and "." not in m[5] and not commas:
        return None
    d = WIDE.create_decimal(m[5].replace(",", "").rstrip(".") + (m[6] or ""))
    if len(WIDE.normalize(d).as_tuple().digits) > 34:
        return None
    d = EXACT.plus(d)
    if m[10]:
        d = EXACT.divide(d, 100)
    return -d if m[1] or "-" in m[2] + m[4] + m[8] else d


def begins_like_one(s):
    return bool(re.match(rf"\s*[-+(]*\s*[{MONEY}]?\s*[-+(]*\.?\d", s))


def only_digits(s):
    """Whether a text has nothing but what numbers are written with."""
    return re.fullmatch(rf"[-+0-9.,\s%(){MONEY}'eE]+", s) and not dates.ISO.match(s)


def number(v, form=2):
    if isinstance(v, Num):
        return v.exact
    if isinstance(v, bool):
        return Decimal(int(v))
    if isinstance(v, Err):
        raise v
    if v is None or v is MISSING:
        return Decimal(0)
    if isinstance(v, str):
        d = numeric(v) if form > 1 else Decimal(v.strip().rstrip(".")) if PLAIN.fullmatch(v) else None
        if d is not None:
            return d
        raise Err("#NUM!" if PLAIN.fullmatch(v) else "#VALUE!")
    raise Err("#VALUE!")


def condition(v):
    if isinstance(v, bool):
        return v
    if v is None or v is MISSING:
        return False
    if isinstance(v, Num):
        return v.exact != 0
    if isinstance(v, str) and v.lower() in ("true", "false"):
        return v.lower() == "true"
    if isinstance(v, Err):
        raise v
    raise Err("#VALUE!")


def fold(s):
    return "".join(c.lower()[0] if len(c.lower()) == 1 or c == "\u0130" else c for c in s)


def compare(a, b, op, form=2):
    for x in (a, b):
        if isinstance(x, Err):
            raise x
        if isinstance(x, (dict, list)):
            raise Err("#VALUE!")
    if op in ("=", "<>"):
        return (order(a, b, True, form) == 0) == (op == "=")
    o = order(a, b, False, form)
    return {"<": o < 0, "<=": o <= 0, ">": o > 0, ">=": o >= 0}[op]


def order(a, b, equal, form=2):
    """-1, 0 or 1, as A stands to B."""
    none = [x is None or x is MISSING for x in (a, b)]
    if all(none):
        return 0
    if any(none):
        there = b if none[0] else a
        zero = "" if isinstance(there, str) else False if isinstance(there, bool) else Num("0")
        a, b = (zero, b) if none[0] else (a, zero)
        if isinstance(there, str):
            return (a > b) - (a < b)
    ranks = [2 if isinstance(x, bool) else 1 if isinstance(x, str) else 0 for x in (a, b)]
    if ranks == [1, 1]:
        return texts(a, b, equal, form)
    if 2 not in ranks and form > 1 and ranks[0] != ranks[1]:
        t = a if ranks[0] else b
        d = numeric(t)
        if d is not None:
            x, y = (d, b.exact) if ranks[0] else (a.exact, d)
            return (x > y) - (x < y)
        if begins_like_one(t) and (not equal or only_digits(t)):
            raise Err("#VALUE!")
    if ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    if not isinstance(a, bool):
        if a.raw == b.raw:
            return 0
        a, b = a.exact, b.exact
    return (a > b) - (a < b)


def texts(a, b, equal, form):
    if form > 1:
        x, y = dates.parse(a), dates.parse(b)
        if x and y and x.offset is not None and y.offset is not None:
            x, y = x.instant(), y.instant()
            return (x > y) - (x < y)
    if form > 1 and not equal:
        x, y = numeric(a), numeric(b)
        if x is not None and y is not None:
            return (x > y) - (x < y)
        if (x is None) != (y is None):
            return -1 if y is None else 1
    a, b = fold(a), fold(b)
    return (a > b) - (a < b)


def whole(d):
    return int(d.to_integral_value(ROUND_DOWN))


def count_of(n, least=0):
    n = whole(n)
    if n < least:
        raise Err("#VALUE!")
    return n


def stacked(lists):
    return [x for v in lists for x in (v if isinstance(v, list) else [v]) if x is not None and x is not MISSING]


def blank(v):
    return v is None or v is MISSING


def single(v):
    if isinstance(v, (list, dict)):
        raise Err("#VALUE!")
    return v


def one_list(v, env):
    return v if isinstance(v, list) else [] if v is None or v is MISSING else [v]


def kind_of(v):
    return 1 if v is None or v is MISSING or isinstance(v, Num) and True else 4 if isinstance(v, bool) else \
        16 if isinstance(v, Err) else 64 if isinstance(v, list) else 128 if isinstance(v, dict) else 2


def raising(code):
    raise Err(code)
