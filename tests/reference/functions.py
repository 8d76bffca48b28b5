"""The table of functions, and how single values are taken and compared.

A row is NAME: (kinds of arguments, what is calculated, from which argument on
a blank one gives no value: 0 is never, else 1 + how many there must be).
Part of the reference of the mapping.
"""
import base64
import datetime as dt
import hashlib
import html
import math
import re
import unicodedata
import urllib.parse
import uuid
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

import dates
from values import EXACT, MISSING, WIDE, Err, Missing, Num, parse, write

LEFT_OUT = Missing()
NOT_TESTED = {
    "ASCII": "which letters have a spelling in ASCII is a table that doc/ does not give",
    "SEARCH": "wildcards are compared by COUNTIF", "LOG": "30 digits of a series", "POWER": "as ^",
    "REGEXMATCH": "PCRE2 is not Python's re", "REGEXEXTRACT": "the same", "REGEXALL": "the same",
    "REGEXREPLACE": "the same", "DECODEHTML": "a table of entities", "STRIPHTML": "which tags end a line is not listed",
    "DATETIME": "the reading is that of forms, which rows compare", "FROMEXCEL": "its rounding to milliseconds",
    "TOEXCEL": "its inverse", "TIMEVALUE": "which times it reads is not listed", "NOW": "the time of the run",
    "TODAY": "the time of the run", "XLOOKUP": "MATCH and INDEX compare the same", "VLOOKUP": "the same",
    "HLOOKUP": "the same", "LAMBDA": "stands in MAP and REDUCE", "TEXT": "formats of numbers are tests/data/formula.test has its cases",
    "DATEVALUE": "the reading is that of forms, which rows compare", "PROPER": "what begins a word is not listed",
    "TEXTBEFORE": "tests/data/formula.test has its cases", "TEXTAFTER": "tests/data/formula.test has its cases", "NUMBERVALUE": "tests/data/formula.test has its cases",
    "DATEDIF": "MD and YD have no agreed meaning", "WORKDAY": "tests/data/formula.test has its cases", "WEEKNUM": "tests/data/formula.test has its cases",
    "NETWORKDAYS": "tests/data/formula.test has its cases", "SPLITAMOUNT": "tests/data/formula.test has its cases", "LOOKUP": "rows with lookup compare it",
}


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


def whole(d):
    return int(d.to_integral_value(ROUND_DOWN))


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


def count_of(n, least=0):
    n = whole(n)
    if n < least:
        raise Err("#VALUE!")
    return n


def find(needle, s, start=Decimal(1)):
    at = s.find(needle, count_of(start, 1) - 1)
    if at < 0 or count_of(start) > len(s) + 1:
        raise Err("#VALUE!")
    return at + 1


def substitute(s, old, new, occurrence=None):
    n = None if occurrence is None else count_of(occurrence, 1)
    if not old:
        return s
    if n is None:
        return s.replace(old, new)
    parts = s.split(old)
    return s if n >= len(parts) else old.join(parts[:n]) + new + old.join(parts[n:])


def pad(s, length, fill, before):
    missing = count_of(length) - len(s)
    if missing > 1000000:
        raise Err("#NUM!")
    if missing <= 0:
        return s
    if not fill:
        raise Err("#VALUE!")
    extra = (fill * missing)[:missing]
    return extra + s if before else s + extra


def repeated(s, n):
    if len(s) * count_of(n) > 1000000:
        raise Err("#NUM!")
    return s * count_of(n)


def split(s, by, each=True, drop=True):
    if not by:
        raise Err("#VALUE!")
    parts = re.split("[" + re.escape(by) + "]" if each else re.escape(by), s)
    return [p for p in parts if p or not drop]


def character(n):
    if not 1 <= n <= 0x10ffff or 0xd800 <= n <= 0xdfff:
        raise Err("#VALUE!")
    return chr(n)


def small_character(n):
    n = whole(n)
    if not 1 <= n <= 255:
        raise Err("#VALUE!")
    try:
        return bytes([n]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(n)


def upper(c):
    return c.upper() if len(c.upper()) == 1 else c


def value_of(s):
    d = numeric(s, True)
    if d is None:
        raise Err("#VALUE!")
    return d


def decoded_url(s):
    if re.search("%(?![0-9a-fA-F]{2})", s):
        raise Err("#VALUE!")
    return utf8(urllib.parse.unquote_to_bytes(s))


def utf8(b):
    try:
        return b.decode()
    except UnicodeDecodeError:
        raise Err("#VALUE!") from None


def base64_decoded(s):
    s = s.replace("-", "+").replace("_", "/").rstrip("=")
    if not re.fullmatch("[A-Za-z0-9+/]*", s) or len(s) % 4 == 1:
        raise Err("#VALUE!")
    return utf8(base64.b64decode(s + "=" * (-len(s) % 4)))


def read_json(s):
    try:
        return parse(s)
    except ValueError:
        raise Err("#VALUE!") from None


def hmac_of(s, key, name="SHA256", form="hex"):
    import hmac
    if name.upper() not in ("SHA256", "SHA512", "SHA1", "MD5") or form.lower() not in ("hex", "base64"):
        raise Err("#VALUE!")
    made = hmac.new(key.encode(), s.encode(), name.lower()).digest()
    return made.hex() if form.lower() == "hex" else base64.b64encode(made).decode()


def uuid5(space, name):
    try:
        space = getattr(uuid, "NAMESPACE_" + space.upper(), None) or uuid.UUID(space)
    except ValueError:
        raise Err("#VALUE!") from None
    return str(uuid.uuid5(space, name))


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


def stacked(lists):
    return [x for v in lists for x in (v if isinstance(v, list) else [v]) if x is not None and x is not MISSING]


def made_object(args):
    made = {}
    for k, v in zip(args[::2], args[1::2]):
        if text(k) in made and v is not MISSING:
            raise Err("#VALUE!")
        if v is not MISSING:
            made[text(k)] = v
    return made


def blank(v):
    return v is None or v is MISSING


def fields(v):
    if not isinstance(v, dict):
        raise Err("#VALUE!")
    return v


def joined(by, skip, values):
    flat = [text(x) for v in values for x in (v if isinstance(v, list) else [v])]
    return by.join(x for x in flat if x or not skip)


def table_value(table, key):
    for k, v in table:
        if text(k) == text(key):
            return v
    return MISSING


def date_of(year, month, day):
    y, m, d = whole(year), whole(month), whole(day)
    y += 1900 if 0 <= y < 1900 else 0
    if not 1 <= y <= 9999:
        raise Err("#NUM!")
    first = dates.months_later(dt.date(y, 1, 1), m - 1)
    return dates.later(first, d - 1).isoformat()


def clock_of(h, m, s):
    at = whole(h) * 3600 + whole(m) * 60 + whole(s)
    if at < 0:
        raise Err("#NUM!")
    return dates.clock(at % 86400)


UNITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}


def unit(name):
    if name.lower() not in UNITS:
        raise Err("#VALUE!")
    return UNITS[name.lower()]


def epoch(moment, name="s", zone="Z"):
    return EXACT.scaleb(Decimal(dates.in_zone(dates.Moment(moment.day, moment.seconds or 0, moment.offset), zone)),
                        unit(name))


def from_epoch(x, name="s"):
    return dates.from_instant(WIDE.scaleb(x, -unit(name)), "Z").iso()


def seconds_of(moment, zone=None):
    return int(moment.moved(zone).seconds or 0)


def weekday(moment, kind=Decimal(1)):
    at, kind = moment.day.weekday(), whole(kind)
    if kind not in (1, 2, 3):
        raise Err("#NUM!")
    return {1: (at + 1) % 7 + 1, 2: at + 1, 3: at}[kind]


def single(v):
    if isinstance(v, (list, dict)):
        raise Err("#VALUE!")
    return v


def one_list(v, env):
    return v if isinstance(v, list) else [] if v is None or v is MISSING else [v]


TAKES = {
    "t": lambda v, e: text(v), "n": lambda v, e: number(v, e.format), "b": lambda v, e: condition(v),
    "d": lambda v, e: text(v), "v": lambda v, e: v, "E": lambda v, e: v, "S": lambda v, e: single(v), "A": lambda v, e: v, "L": one_list}


def kind_of(v):
    return 1 if v is None or v is MISSING or isinstance(v, Num) and True else 4 if isinstance(v, bool) else \
        16 if isinstance(v, Err) else 64 if isinstance(v, list) else 128 if isinstance(v, dict) else 2


TABLE = {
    "NOT": ("b", lambda v: not v, 0), "ISBLANK": ("E", lambda v: v is None or v is MISSING, 0),
    "ISNUMBER": ("E", lambda v: isinstance(v, Num), 0), "ISTEXT": ("E", lambda v: isinstance(v, str), 0),
    "ISERROR": ("E", lambda v: isinstance(v, Err), 0),
    "ISNA": ("E", lambda v: isinstance(v, Err) and v.code == "#N/A", 0),
    "ISLOGICAL": ("E", lambda v: isinstance(v, bool), 0),
    "N": ("v", lambda v: Num(v.raw) if isinstance(v, Num) else Decimal(int(v is True)), 0),
    "T": ("v", lambda v: v if isinstance(v, str) else "", 0),
    "CONCAT": ("A*", lambda *a: joined("", False, a), 0),
    "TEXTJOIN": ("tbA*", lambda by, skip, *a: joined(by, skip, a), 0), "SPLIT": ("ttbb", split, 3),
    "LEFT": ("tn", lambda s, n=Decimal(1): s[:count_of(n)], 2),
    "RIGHT": ("tn", lambda s, n=Decimal(1): s[max(len(s) - count_of(n), 0):], 2),
    "MID": ("tnn", lambda s, a, n: s[count_of(a, 1) - 1:][:count_of(n)], 4), "LEN": ("t", len, 0),
    "EXACT": ("tt", lambda a, b: a == b, 0), "CHAR": ("n", small_character, 2),
    "UNICHAR": ("n", lambda n: character(whole(n)), 2),
    "UNICODE": ("t", lambda s: Decimal(ord(s[0])) if s else raising("#VALUE!"), 2),
    "FIND": ("ttn", find, 0), "SUBSTITUTE": ("tttn", substitute, 4),
    "REPLACE": ("tnnt", lambda s, a, n, new: s[:count_of(a, 1) - 1] + new + s[count_of(a, 1) - 1 + count_of(n):], 5),
    "REPT": ("tn", repeated, 2),
    "PADLEFT": ("tnt", lambda s, n, p=" ": pad(s, n, p, True), 3),
    "PADRIGHT": ("tnt", lambda s, n, p=" ": pad(s, n, p, False), 3),
    "TRIM": ("t", lambda s: re.sub(" +", " ", s).strip(" "), 2),
    "CLEAN": ("t", lambda s: re.sub("[\0-\x1f]", "", s), 2),
    "NFC": ("t", lambda s: unicodedata.normalize("NFC", s), 2),
    "UPPER": ("t", lambda s: "".join(map(upper, s)), 2), "LOWER": ("t", fold, 2), "VALUE": ("t", value_of, 2),
    "ENCODEHTML": ("t", lambda s: html.escape(s).replace("&#x27;", "&#39;"), 2),
    "ROUND": ("nnt", rounded, 2), "ROUNDUP": ("nn", lambda x, n=Decimal(0): rounded(x, n, "away"), 2),
    "ROUNDDOWN": ("nn", lambda x, n=Decimal(0): rounded(x, n, "to-zero"), 2),
    "TRUNC": ("nn", lambda x, n=Decimal(0): rounded(x, n, "to-zero"), 2),
    "CEILING": ("nn", lambda x, m=Decimal(1): multiple(x, m, ROUND_CEILING), 2),
    "FLOOR": ("nn", lambda x, m=Decimal(1): multiple(x, m, ROUND_FLOOR), 2), "MROUND": ("nn", mround, 3),
    "MINOR": ("nt", minor, 3), "MAJOR": ("nt", major, 3),
    "INT": ("n", lambda x: x.to_integral_value(ROUND_FLOOR), 2), "MOD": ("nn", lambda x, m: divided(x, m, mod), 3),
    "QUOTIENT": ("nn", lambda x, m: divided(x, m, lambda a, b: WIDE.divide_int(a, b)), 3),
    "ABS": ("n", abs, 2), "SIGN": ("n", lambda x: Decimal((x > 0) - (x < 0)), 2),
    "SQRT": ("n", lambda x: EXACT.sqrt(x) if x >= 0 else raising("#NUM!"), 2),
    "PI": ("*", lambda: Decimal("3.141592653589793238462643383279503"), 0),
    "MIN": ("A*", lambda *a: extreme(a, min), 0), "MAX": ("A*", lambda *a: extreme(a, max), 0),
    "SUM": ("A*", lambda *a: total(summed(a)), 0), "AVERAGE": ("A*", lambda *a: mean(summed(a)), 0),
    "MEDIAN": ("A*", lambda *a: median(summed(a)), 0),
    "LARGE": ("An", lambda v, n: nth(summed([one_list(v, None)]), n, True), 3),
    "SMALL": ("An", lambda v, n: nth(summed([one_list(v, None)]), n, False), 3), "COUNT": ("A*", lambda *a: Decimal(counted(a)), 0),
    "COUNTA": ("A*", lambda *a: Decimal(len(stacked(a))), 0), "SUMPRODUCT": ("L*", lambda *a: product(a), 0),
    "SUMIF": ("LvA", lambda l, c, s=None: total(summed(chosen(one_list(l if blank(s) else s, None), by_criteria([l, c])))), 0),
    "SUMIFS": ("LLSLS", lambda s, *a: total(summed(chosen(s, by_criteria(a)))), 0),
    "COUNTIF": ("Lv", lambda *a: Decimal(sum(by_criteria(a))), 0),
    "COUNTIFS": ("LSLS", lambda *a: Decimal(sum(by_criteria(a))), 0),
    "AVERAGEIF": ("LvA", lambda l, c, s=None: mean(summed(chosen(one_list(l if blank(s) else s, None), by_criteria([l, c])))), 0),
    "AVERAGEIFS": ("LLSLS", lambda s, *a: mean(summed(chosen(s, by_criteria(a)))), 0),
    "MINIFS": ("LLSLS", lambda s, *a: extreme(chosen(s, by_criteria(a)), min), 0),
    "MAXIFS": ("LLSLS", lambda s, *a: extreme(chosen(s, by_criteria(a)), max), 0),
    "DATE": ("nnn", date_of, 4), "TIME": ("nnn", clock_of, 4), "FROMEPOCH": ("nt", from_epoch, 2),
    "TOEPOCH": ("dtt", epoch, 2), "YEAR": ("dt", lambda d, z=None: Decimal(d.moved(z).day.year), 2),
    "MONTH": ("dt", lambda d, z=None: Decimal(d.moved(z).day.month), 2),
    "DAY": ("dt", lambda d, z=None: Decimal(d.moved(z).day.day), 2),
    "HOUR": ("dt", lambda d, z=None: Decimal(seconds_of(d, z) // 3600), 2),
    "MINUTE": ("dt", lambda d, z=None: Decimal(seconds_of(d, z) // 60 % 60), 2),
    "SECOND": ("dt", lambda d, z=None: Decimal(seconds_of(d, z) % 60), 2),
    "EDATE": ("dn", lambda d, n: dates.Moment(dates.months_later(d.day, whole(n)), d.seconds, d.offset).iso(), 3),
    "EOMONTH": ("dn", lambda d, n: dates.months_later(d.day, whole(n), True).isoformat(), 3),
    "DAYS": ("dd", lambda a, b: Decimal((a.day - b.day).days), 3), "WEEKDAY": ("dn", weekday, 2),
    "ISOWEEKNUM": ("d", lambda d: Decimal(d.day.isocalendar()[1]), 2),
    "INDEX": ("An", lambda v, n: v if v is MISSING else element(v if isinstance(v, list) else [v], n), 3), "MATCH": ("vLn", match, 0),
    "FILTER": ("LAA", filtered, 2), "UNIQUE": ("L", unique, 2), "SORT": ("L", lambda v: ordered(v), 2),
    "VSTACK": ("A*", lambda *a: [x for v in a for x in (v if isinstance(v, list) else stacked([v]))], 0), "OBJECT": ("SASASA", lambda *a: made_object(a), 0),
    "KEYS": ("A", lambda v: MISSING if blank(v) else [str(k) for k in fields(v)], 0),
    "ENTRIES": ("A", lambda v: MISSING if blank(v) else [{"key": str(k), "value": x} for k, x in fields(v).items()], 0),
    "TAKE": ("Ln", lambda v, n: v[:whole(n)] if n >= 0 else v[max(len(v) + whole(n), 0):], 3),
    "DROP": ("Ln", lambda v, n: v[whole(n):] if n >= 0 else v[:max(len(v) + whole(n), 0)], 3),
    "SLICE": ("Lnn", lambda v, a, b=Decimal(-1): part(v, a, b), 3),
    "FIRST": ("L", lambda v: v[0] if v else MISSING, 2), "LAST": ("L", lambda v: v[-1] if v else MISSING, 2),
    "REVERSE": ("L", lambda v: v[::-1], 2), "ROWS": ("L", lambda v: Decimal(len(v)), 0),
    "TYPE": ("A", lambda v: Decimal(kind_of(v)), 0),
    "JSON": ("A", lambda v: v if v is MISSING else write(v), 0), "PARSEJSON": ("t", read_json, 2),
    "ENCODEURL": ("t", lambda s: urllib.parse.quote(s, safe="-._~"), 2), "DECODEURL": ("t", decoded_url, 2),
    "BASE64": ("t", lambda s: base64.b64encode(s.encode()).decode(), 2), "BASE64DECODE": ("t", base64_decoded, 2),
    "SHA256": ("t", lambda s: hashlib.sha256(s.encode()).hexdigest(), 2),
    "SHA1": ("t", lambda s: hashlib.sha1(s.encode()).hexdigest(), 2),
    "MD5": ("t", lambda s: hashlib.md5(s.encode()).hexdigest(), 2), "HMAC": ("tttt", hmac_of, 3),
    "UUID5": ("tt", uuid5, 3),
}


def raising(code):
    raise Err(code)


def ordered(values):
    import functools
    there = [v for v in values if not blank(v)]
    if any(isinstance(v, Num) for v in there) and any(
            isinstance(v, str) and numeric(v) is None and begins_like_one(v) for v in there):
        raise Err("#VALUE!")
    return sorted(there, key=functools.cmp_to_key(lambda a, b: order(a, b, False))) + [
        v for v in values if v is None or v is MISSING]
