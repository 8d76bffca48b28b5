"""Functions of numbers, sums and criteria. A row of TABLE is as in functions.py.
Part of the reference of the mapping.
"""
import re
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

import dates
from single import begins_like_one, blank, compare, fold, number, numeric, one_list, only_digits, order, raising, single, stacked, whole
from values import EXACT, MISSING, WIDE, Err, Num


def power(x, y):
    if x == 0 and y <= 0:
        raise Err("#NUM!")
    if y != y.to_integral_value():
        if x < 0:
            raise Err("#NUM!")
        return EXACT.power(x, y)
    return EXACT.power(x, y)


def summed(values, form=2):
    """The numbers of sums: single values are numbers, elements may be skipped."""
    found = []
    for v in values:
        for x in v if isinstance(v, list) else [v]:
            if isinstance(x, Err):
                raise x
            if x is None or x is MISSING or isinstance(v, list) and isinstance(x, (bool, dict, list)):
                continue
            if isinstance(v, list) and isinstance(x, str) and numeric(x) is None and not begins_like_one(x):
                continue
            found.append(number(x))
    return found


def total(found):
    made = Decimal(0)
    for x in found:
        made = EXACT.add(made, x)
    return made


def extreme(values, choose):
    days, rest = [], []
    for v in values:
        for x in v if isinstance(v, list) else [v]:
            (days if isinstance(x, str) and dates.is_date(x) else rest).append([x] if isinstance(v, list) else x)
    found = summed(rest)
    if days and found:
        raise Err("#VALUE!")
    if days:
        flat = [x[0] if isinstance(x, list) else x for x in days]
        best = flat[0]
        for x in flat[1:]:
            if order(x, best, False) * (1 if choose is max else -1) > 0:
                best = x
        return best
    return choose(found) if found else Decimal(0)


def rounded(x, places=Decimal(0), mode="half-away"):
    modes = {"half-away": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "away": ROUND_UP, "to-zero": ROUND_DOWN,
             "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING}
    if mode not in modes:
        raise Err("#VALUE!")
    n = whole(places)
    if x.is_zero() or n >= -x.as_tuple().exponent:
        return x
    return EXACT.plus(x.quantize(Decimal(1).scaleb(-n, WIDE), modes[mode], WIDE))


def multiple(x, m, mode):
    if m == 0 and x != 0 and mode == ROUND_FLOOR:
        raise Err("#DIV/0!")
    if x == 0 or m == 0:
        return Decimal(0)
    if x > 0 > m:
        raise Err("#NUM!")
    if m < 0:
        x, m, turn = -x, -m, True
    else:
        turn = False
    made = EXACT.multiply(WIDE.divide(x, m).to_integral_value(mode, context=WIDE), m)
    return -made if turn else made


def mround(x, m):
    if x == 0 or m == 0:
        return Decimal(0)
    if (x < 0) != (m < 0):
        raise Err("#NUM!")
    return multiple(abs(x), abs(m), ROUND_HALF_UP).copy_sign(x)


def divided(x, m, f):
    if m == 0:
        raise Err("#DIV/0!")
    return f(x, m)


def mod(x, m):
    rest = WIDE.remainder(x, m)
    return EXACT.plus(rest if not rest or (rest < 0) == (m < 0) else rest + m)


# ISO 4217: the currencies without two places.
PLACES = dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0) | dict.fromkeys(
    "BHD IQD JOD KWD LYD OMR TND".split(), 3) | {"CLF": 4, "UYW": 4} | dict.fromkeys(
    "EUR USD GBP CHF SEK PLN CAD AUD".split(), 2)


def places(code):
    if code.upper() not in PLACES:
        raise Err("#N/A")
    return PLACES[code.upper()]


def minor(x, code):
    made = WIDE.scaleb(x, places(code))
    if made != made.to_integral_value():
        raise Err("#NUM!")
    return EXACT.plus(made)


def major(x, code):
    if x != x.to_integral_value():
        raise Err("#NUM!")
    return EXACT.scaleb(x, -places(code))


def nth(found, place, largest):
    n = whole(place)
    if not 1 <= n <= len(found):
        raise Err("#NUM!")
    return sorted(found, reverse=largest)[n - 1]


def mean(found):
    if not found:
        raise Err("#DIV/0!")
    return EXACT.divide(total(found), Decimal(len(found)))


def median(found):
    if not found:
        raise Err("#NUM!")
    found, half = sorted(found), len(found) // 2
    return found[half] if len(found) % 2 else EXACT.divide(EXACT.add(found[half - 1], found[half]), 2)


def counted(values):
    n = 0
    for v in values:
        for x in v if isinstance(v, list) else [v]:
            n += isinstance(x, Num) or isinstance(x, bool) and not isinstance(v, list) or \
                isinstance(x, str) and numeric(x) is not None
    return n


def product(lists):
    if len({len(x) for x in lists}) > 1:
        raise Err("#VALUE!")
    made = Decimal(0)
    for row in zip(*lists):
        one = Decimal(1)
        for x in row:
            found = summed([[x]])
            one = EXACT.multiply(one, found[0]) if found else Decimal(0)
        made = EXACT.add(made, one)
    return made


def meets(x, criterion):
    """Whether an element meets the criterion of COUNTIF and its kin."""
    op, want = "=", single(criterion)
    if isinstance(criterion, str):
        m = re.match("<>|<=|>=|<|>|=", criterion)
        op, want = (m[0], criterion[m.end():]) if m else ("=", criterion)
    none = x is None or x is MISSING
    if isinstance(x, (dict, list, Err)):
        return op == "<>"
    if want is None or want is MISSING or want == "":
        return (none or x == "") == (op == "=")
    d = numeric(want) if isinstance(want, str) else want.exact if isinstance(want, Num) else None
    if d is not None:
        mine = None if none or isinstance(x, bool) else numeric(x) if isinstance(x, str) else x.exact
        if mine is None:
            if isinstance(x, str) and begins_like_one(x) and (
                    op not in ("=", "<>") or only_digits(x)):
                raise Err("#VALUE!")
            return op == "<>"
        return {"=": mine == d, "<>": mine != d, "<": mine < d, "<=": mine <= d, ">": mine > d, ">=": mine >= d}[op]
    if op in ("=", "<>"):
        if isinstance(want, str):
            hit = isinstance(x, str) and re.fullmatch(wild(fold(want)), fold(x), re.S) is not None
        else:
            hit = isinstance(x, bool) and x == want
        return hit == (op == "=")
    return isinstance(x, str) and compare(x, want, op)


def wild(s):
    return "".join(re.escape(m[1]) if m[1] else {"*": ".*", "?": "."}.get(m[0]) or re.escape(m[0])
                   for m in re.finditer(r"~([*?~])|.", s, re.S))


def by_criteria(args):
    lists, wanted = args[::2], args[1::2]
    if len({len(x) for x in lists}) > 1:
        raise Err("#VALUE!")
    return [all(meets(l[i], w) for l, w in zip(lists, wanted)) for i in range(len(lists[0]))]


def chosen(values, hits):
    if len(values) != len(hits):
        raise Err("#VALUE!")
    return [[x for x, h in zip(values, hits) if h]]


TABLE = {
    "ROUND": ("nnt", rounded, 2),
    "ROUNDUP": ("nn", lambda x, n=Decimal(0): rounded(x, n, "away"), 2),
    "ROUNDDOWN": ("nn", lambda x, n=Decimal(0): rounded(x, n, "to-zero"), 2),
    "TRUNC": ("nn", lambda x, n=Decimal(0): rounded(x, n, "to-zero"), 2),
    "CEILING": ("nn", lambda x, m=Decimal(1): multiple(x, m, ROUND_CEILING), 2),
    "FLOOR": ("nn", lambda x, m=Decimal(1): multiple(x, m, ROUND_FLOOR), 2),
    "MROUND": ("nn", mround, 3),
    "MINOR": ("nt", minor, 3),
    "MAJOR": ("nt", major, 3),
    "INT": ("n", lambda x: x.to_integral_value(ROUND_FLOOR), 2),
    "MOD": ("nn", lambda x, m: divided(x, m, mod), 3),
    "QUOTIENT": ("nn", lambda x, m: divided(x, m, lambda a, b: WIDE.divide_int(a, b)), 3),
    "ABS": ("n", abs, 2),
    "SIGN": ("n", lambda x: Decimal((x > 0) - (x < 0)), 2),
    "SQRT": ("n", lambda x: EXACT.sqrt(x) if x >= 0 else raising("#NUM!"), 2),
    "PI": ("*", lambda: Decimal("3.141592653589793238462643383279503"), 0),
    "MIN": ("A*", lambda *a: extreme(a, min), 0),
    "MAX": ("A*", lambda *a: extreme(a, max), 0),
    "SUM": ("A*", lambda *a: total(summed(a)), 0),
    "AVERAGE": ("A*", lambda *a: mean(summed(a)), 0),
    "MEDIAN": ("A*", lambda *a: median(summed(a)), 0),
    "LARGE": ("An", lambda v, n: nth(summed([one_list(v, None)]), n, True), 3),
    "SMALL": ("An", lambda v, n: nth(summed([one_list(v, None)]), n, False), 3),
    "COUNT": ("A*", lambda *a: Decimal(counted(a)), 0),
    "COUNTA": ("A*", lambda *a: Decimal(len(stacked(a))), 0),
    "SUMPRODUCT": ("L*", lambda *a: product(a), 0),
    "SUMIF": ("LvA", lambda l, c, s=None: total(summed(chosen(one_list(l if blank(s) else s, None), by_criteria([l, c])))), 0),
    "SUMIFS": ("LLSLS", lambda s, *a: total(summed(chosen(s, by_criteria(a)))), 0),
    "COUNTIF": ("Lv", lambda *a: Decimal(sum(by_criteria(a))), 0),
    "COUNTIFS": ("LSLS", lambda *a: Decimal(sum(by_criteria(a))), 0),
    "AVERAGEIF": ("LvA", lambda l, c, s=None: mean(summed(chosen(one_list(l if blank(s) else s, None), by_criteria([l, c])))), 0),
    "AVERAGEIFS": ("LLSLS", lambda s, *a: mean(summed(chosen(s, by_criteria(a)))), 0),
    "MINIFS": ("LLSLS", lambda s, *a: extreme(chosen(s, by_criteria(a)), min), 0),
    "MAXIFS": ("LLSLS", lambda s, *a: extreme(chosen(s, by_criteria(a)), max), 0),
}
