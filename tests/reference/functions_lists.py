"""Functions of lists and objects. A row of TABLE is as in functions.py.
Part of the reference of the mapping.
"""
import re
from decimal import Decimal

import dates
from functions_numbers import wild
from single import begins_like_one, blank, compare, condition, fold, kind_of, numeric, one_list, order, stacked, text, whole
from values import MISSING, WIDE, Err, Num, write


def comparable(v, other):
    return 1 if isinstance(v, str) and isinstance(other, Num) and numeric(v) is not None else kind_of(v)


def match(v, found, kind=Decimal(1)):
    if blank(v):
        raise Err("#N/A")
    kind = whole(kind)
    hit = None
    for i, x in enumerate(found):
        if isinstance(x, Err):
            raise x
        if kind == 0:
            if isinstance(v, str) and isinstance(x, str) and re.search("[*?~]", v):
                same = re.fullmatch(wild(fold(v)), fold(x), re.S)
            else:
                same = not isinstance(x, (dict, list)) and (x is None or x is MISSING) == (v is None) and \
                    compare(v, x, "=")
            if same:
                return i + 1
        elif comparable(x, v) == comparable(v, x) and x is not None and x is not MISSING and order(x, v, False) * kind <= 0:
            hit = i + 1
    if hit is None:
        raise Err("#N/A")
    return hit


def filtered(values, hits, *empty):
    hits = one_list(hits, None)
    if len(hits) != len(values):
        raise Err("#VALUE!")
    made = [v for v, h in zip(values, hits) if condition(h)]
    if not made:
        if not empty or empty[0] is MISSING:
            raise Err("#N/A")
        return empty[0]
    return made


def identity(v):
    if isinstance(v, str) and (m := dates.parse(v)) and m.offset is not None:
        return ("at", m.instant())
    if isinstance(v, Num):
        return ("number", WIDE.normalize(WIDE.create_decimal(v.raw)))
    return ("other", write(v) if not isinstance(v, str) else v + "\0t")


def unique(values):
    seen, made = set(), []
    for v in values:
        if isinstance(v, Err):
            raise v
        if identity(v) not in seen:
            seen.add(identity(v))
            made.append(v)
    return made


def element(values, place):
    n = whole(place)
    if n == 0:
        return values
    if not 1 <= n <= len(values):
        raise Err("#REF!")
    return values[n - 1]


def part(values, a, b):
    a, b = (whole(x) for x in (a, b))
    if not a or not b:
        raise Err("#VALUE!")
    a = a - 1 if a > 0 else len(values) + a
    b = b if b > 0 else len(values) + b + 1
    return values[max(a, 0):max(b, 0)]


def made_object(args):
    made = {}
    for k, v in zip(args[::2], args[1::2]):
        if text(k) in made and v is not MISSING:
            raise Err("#VALUE!")
        if v is not MISSING:
            made[text(k)] = v
    return made


def fields(v):
    if not isinstance(v, dict):
        raise Err("#VALUE!")
    return v


def table_value(table, key):
    for k, v in table:
        if text(k) == text(key):
            return v
    return MISSING


def ordered(values):
    import functools
    there = [v for v in values if not blank(v)]
    if any(isinstance(v, Num) for v in there) and any(
            isinstance(v, str) and numeric(v) is None and begins_like_one(v) for v in there):
        raise Err("#VALUE!")
    return sorted(there, key=functools.cmp_to_key(lambda a, b: order(a, b, False))) + [
        v for v in values if v is None or v is MISSING]


def stands(x, v):
    """The order of X to V; None where they have none."""
    kinds = {1 if isinstance(y, Num) else 2 if isinstance(y, str) else 3 if isinstance(y, bool) else 4 for y in (x, v)}
    if 4 in kinds or 3 in kinds and len(kinds) > 1:
        return None
    if kinds == {1, 2}:
        t = x if isinstance(x, str) else v
        if numeric(t) is None and begins_like_one(t):
            raise Err("#VALUE!")
        if numeric(t) is None:
            return None
    return order(x, v, False)


def xlookup(v, found, results, empty=MISSING, kind=Decimal(0), direction=Decimal(1)):
    if len(found) != len(results):
        raise Err("#VALUE!")
    kind, best = whole(kind), None
    at = range(len(found)) if direction >= 0 else reversed(range(len(found)))
    for i in at:
        x = found[i]
        if blank(x) or isinstance(x, (dict, list)) or blank(v):
            continue
        if compare(v, x, "="):
            return results[i]
        o = stands(x, v) if kind else None
        if o is not None and o * kind >= 0 and (
                best is None or order(x, found[best], False) * kind < 0):
            best = i
    if best is not None:
        return results[best]
    if empty is MISSING:
        raise Err("#N/A")
    return empty


TABLE = {
    "XLOOKUP": ("vLLAnn", xlookup, 4),
    "INDEX": ("An", lambda v, n: v if v is MISSING else element(v if isinstance(v, list) else [v], n), 3),
    "MATCH": ("vLn", match, 0),
    "FILTER": ("LAA", filtered, 2),
    "UNIQUE": ("L", unique, 2),
    "SORT": ("L", lambda v: ordered(v), 2),
    "VSTACK": ("A*", lambda *a: [x for v in a for x in (v if isinstance(v, list) else stacked([v]))], 0),
    "OBJECT": ("SASASA", lambda *a: made_object(a), 0),
    "KEYS": ("A", lambda v: MISSING if blank(v) else [str(k) for k in fields(v)], 0),
    "ENTRIES": ("A", lambda v: MISSING if blank(v) else [{"key": str(k), "value": x} for k, x in fields(v).items()], 0),
    "TAKE": ("Ln", lambda v, n: v[:whole(n)] if n >= 0 else v[max(len(v) + whole(n), 0):], 3),
    "DROP": ("Ln", lambda v, n: v[whole(n):] if n >= 0 else v[:max(len(v) + whole(n), 0)], 3),
    "SLICE": ("Lnn", lambda v, a, b=Decimal(-1): part(v, a, b), 3),
    "FIRST": ("L", lambda v: v[0] if v else MISSING, 2),
    "LAST": ("L", lambda v: v[-1] if v else MISSING, 2),
    "REVERSE": ("L", lambda v: v[::-1], 2),
    "ROWS": ("L", lambda v: Decimal(len(v)), 0),
    "TYPE": ("A", lambda v: Decimal(kind_of(v)), 0),
}
