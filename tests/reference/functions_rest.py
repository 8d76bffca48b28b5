"""Functions whose rule stands under Details in doc/functions.md, where also the
tables of CONVERT and ASCII are read. A row of TABLE is as in functions.py.
Part of the reference of the mapping.
"""
import datetime as dt
import html.entities
import os
import re
import unicodedata
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

import dates
from functions_lists import match
from functions_numbers import places, power
from single import blank, fold, number, numeric, raising, text, whole
from values import EXACT, MISSING, WIDE, Err, Num

DOC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "doc", "functions.md")
with open(DOC, encoding="utf-8") as page:
    PAGE = page.read()
FINE = Context(prec=80, Emax=999999, Emin=-999999)
THIRTY = Context(prec=30, rounding=ROUND_HALF_EVEN)


def table_of(title):
    part = PAGE.split(f"\n### {title}\n")[1].split("\n##")[0]
    return [[c.strip() for c in row[1:-1].split(" | ")] for row in re.findall(r"^\|.*\|$", part, re.M)][2:]


# --- texts

SPELLINGS = {chr(int(c[2:], 16)): "" if s == "`nothing`" else s[1:-1] for c, s in table_of("Spellings of ASCII")}


def ascii_of(s, other=None):
    made = ""
    for c in unicodedata.normalize("NFKD", s) if not s.isascii() else s:
        if c < "\x80":
            made += c
        elif unicodedata.category(c) != "Mn":
            made += SPELLINGS.get(c) if c in SPELLINGS else raising("#VALUE!") if other is None else other
    return made


def proper(s):
    made, inside = "", False
    for c in s:
        made += fold(c) if inside else c.upper() if len(c.upper()) == 1 else c
        inside = c.isalpha() or inside and "\u0300" <= c <= "\u036f"
    return made


def decoded_html(s):
    def one(m):
        if m[1][0] != "#":
            code = 39 if m[1] == "apos" else html.entities.name2codepoint.get(m[1])
        else:
            digits = m[1][2:] if m[1][1] in "xX" else m[1][1:]
            code = int(digits, 16 if m[1][1] in "xX" else 10) if digits else 0
        return chr(code) if code and code < 0x110000 and not 0xd800 <= code < 0xe000 else m[0]
    return re.sub(r"&(#[0-9]+|#[xX][0-9a-fA-F]+|\w+);", one, s)


BREAKS = re.compile(r"(?i)<(br|/(p|div|li|tr|h[1-6]))(?![a-z0-9])")


def without_tags(s):
    made, i = "", 0
    tag = re.compile(r"""(?i)<!--.*?-->|<script(?![a-z0-9]).*?</script>|<style(?![a-z0-9]).*?</style>
        |<(?!!--|(?:script|style)(?![a-z0-9]))[a-z/!?](?:=(?:"[^"]*"|'[^']*')|[^>])*?>""", re.S | re.X)
    while i < len(s):
        m = tag.match(s, i)
        made += ("\n" if BREAKS.match(m[0]) else "") if m else s[i]
        i = m.end() if m else i + 1
    return made


def numbervalue(s, point, group=None):
    if len(point) != 1 or group and len(group) != 1 or point == group:
        raise Err("#VALUE!")
    space = r"[ \t\r\n\u00a0\u2000-\u200a\u202f\u3000]"
    part = rf"(?:{space}|{re.escape(group)})" if group else space
    m = re.fullmatch(rf"{space}*([-+]?){space}*(\d{{1,3}}(?:{part}\d{{2,3}})*{part}\d{{3}}|\d*)"
                     rf"(?:{re.escape(point)}(\d*))?{space}*((?:%{space}*)*)", s)
    if not m or not m[2] and not m[3]:
        raise Err("#VALUE!")
    d = Decimal(m[1] + re.sub(r"\D", "", m[2]) + "." + (m[3] or "0"))
    for _ in range(m[4].count("%")):
        d = EXACT.divide(d, 100)
    return d


# --- regular expressions, as far as PCRE2 and Python agree

def found(m):
    return next((g for g in m.groups() if g is not None), m[0])


def extracted(s, pattern):
    m = re.search(pattern, s)
    return found(m) if m else raising("#N/A")


def replaced(s, pattern, new):
    def one(m):
        return re.sub(r"\$(\d|\$)", lambda g: "$" if g[1] == "$" else m[int(g[1])] or "", new)
    return re.sub(pattern, one, s)


# --- numbers

UNITS = {name: (what, size, ("none", "once", "twice", "three times").index(often))
         for name, what, size, often in table_of("Units of CONVERT")}
PREFIXES = {"T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "e": 1, "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12}
BINARY = {"ki": 10, "Mi": 20, "Gi": 30, "Ti": 40}


def unit(name):
    """What a unit measures, its size as a fraction, and where its zero is."""
    if name in UNITS:
        what, size, _ = UNITS[name]
        top, _, bottom = size.partition(" / ")
        zero = {"C": "273.15", "cel": "273.15", "F": "459.67", "fah": "459.67"}.get(name, "0")
        return what, Decimal(top), Decimal(bottom or 1), Decimal(zero)
    for n in (1, 2):
        if UNITS.get(name[n:], (0, 0, 0))[2]:
            what, top, bottom, zero = unit(name[n:])
            often = UNITS[name[n:]][2]
            if name[:n] in BINARY and what == "information":
                return what, top * 2 ** (BINARY[name[:n]] * often), bottom, zero
            if name[:n] in PREFIXES:
                return what, top.scaleb(PREFIXES[name[:n]] * often), bottom, zero
    raise Err("#N/A")


def convert(x, source, target):
    a, b = unit(source), unit(target)
    if a[0] != b[0]:
        raise Err("#N/A")
    top = WIDE.multiply(WIDE.multiply(x + a[3], a[1]), b[2])
    return EXACT.divide(EXACT.plus(top), EXACT.multiply(a[2], b[1])) - b[3]


def raised_to(x, y):
    if y == y.to_integral_value() or x <= 0:
        return power(x, y)
    return THIRTY.plus(FINE.exp(FINE.multiply(y, FINE.ln(x))))


def log(x, base=Decimal(10)):
    if x <= 0 or base <= 0:
        raise Err("#NUM!")
    if base == 1:
        raise Err("#DIV/0!")
    return THIRTY.plus(FINE.divide(FINE.ln(x), FINE.ln(base)))


def digits_of(d):
    return WIDE.normalize(d).as_tuple().digits


def shares(total, weights, how="2"):
    digits = int(how) if re.fullmatch(r"\d", how) else places(how)
    weights = [number(w) for w in weights]
    if any(w < 0 for w in weights):
        raise Err("#NUM!")
    units = WIDE.scaleb(abs(total), digits)
    if units != units.to_integral_value() or any(len(digits_of(units)) + len(digits_of(w)) > 34 for w in weights):
        raise Err("#NUM!")
    if not sum(weights):
        raise Err("#DIV/0!")
    exact = [(units * w, sum(weights)) for w in weights]
    got = [a // b for a, b in exact]
    order = sorted(range(len(got)), key=lambda i: -(exact[i][0] - got[i] * exact[i][1]))
    for i in order[:int(units - sum(got))]:
        got[i] += 1
    return [Num(g.scaleb(-digits).copy_sign(total) if g else Decimal(0)) for g in got]


# --- dates

PLAIN = [r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)", r"(?P<y>\d{4})([/.])(?P<m>\d\d?)\2(?P<d>\d\d?)", r"(?P<d>\d\d?) (?P<n>[a-z]+) (?P<y>\d{4})",
         r"(?P<d>\d\d?)\. (?P<n>[a-z]+) (?P<y>\d{4})", r"(?P<d>\d\d?)-(?P<n>[a-z]+)-(?P<y>\d{4})",
         r"(?P<d>\d\d)(?P<n>[a-z]+)(?P<y>\d{4})", r"(?P<n>[a-z]+) (?P<d>\d\d?),? (?P<y>\d{4})"]
NAMES = {n: i + 1 for i, long in enumerate(dates.MONTHS) for n in (long.lower(), long[:3].lower())}


def day_from(s):
    s = s.strip(" ")
    if (moment := dates.parse(s)):
        return moment
    for pattern in PLAIN:
        m = re.fullmatch(pattern, s, re.I)
        if m and ("n" not in m.re.groupindex or m["n"].lower() in NAMES):
            month = NAMES[m["n"].lower()] if "n" in m.re.groupindex else int(m["m"])
            return dates.day_of(int(m["y"]), month, int(m["d"]))
    raise Err("#VALUE!")


def moment_of(s, form):
    if form is not None and form.lower() == "iso":
        return dates.parse(s.strip(" ")) or raising("#VALUE!")
    return day_from(s) if form is None else dates.by_format(s.strip(" "), form)


def datevalue(s, form=None, zone=None):
    return moment_of(s, form).moved(zone).day.isoformat()


def instant(s, form=None, zone="Z"):
    return dates.from_instant(dates.in_zone(moment_of(s, form), zone), "Z").iso()


def timevalue(s, zone=None):
    s = s.strip(" ")
    fraction = (re.search(r"\.\d+", s) or [""])[0]
    if (moment := dates.parse(s)) and moment.seconds is not None:
        return dates.clock(int(moment.moved(zone).seconds)) + fraction
    m = re.fullmatch(r"(\d\d?)(?::(\d\d?)(?::(\d\d?))?)?(?: ?(am|pm))?", s, re.I)
    if m and (m[2] or m[4]):
        h, mi, se = (int(x or 0) for x in m.groups()[:3])
        h = h % 12 + 12 * (m[4].lower() == "pm") if m[4] and h <= 12 else h
    else:
        m = re.fullmatch(r"(\d\d):(\d\d):(\d\d)\.\d+", s)
        h, mi, se = (int(x) for x in m.groups()) if m else (99, 0, 0)
    if h > 23 or mi > 59 or se > 59:
        raise Err("#VALUE!")
    return dates.clock(h * 3600 + mi * 60 + se) + fraction


def from_excel(x):
    if x < 0 or x >= 2958466 or int(x) == 60:
        raise Err("#NUM!")
    ms = ((x - int(x)) * 86400000).to_integral_value(ROUND_HALF_UP)
    day = dt.date(1899, 12, 30 + (x < 60)) if x < 60 else dt.date(1899, 12, 30)
    day += dt.timedelta(days=int(x) + int(ms // 86400000))
    seconds = ms % 86400000 / 1000
    if x < 1:
        return dates.clock(seconds)
    return dates.Moment(day, seconds or None).iso()


def to_excel(moment):
    n = (moment.day - dt.date(1899, 12, 30)).days
    n -= n <= 60
    if n < 1:
        raise Err("#NUM!")
    return EXACT.add(n, EXACT.divide(Decimal(moment.seconds or 0), 86400))


def moved_on(day, months):
    """DAY some months later, a day that the month lacks counted on."""
    return dates.months_later(day.replace(day=1), months) + dt.timedelta(days=day.day - 1)


def datedif(a, end, which):
    b = dates.parse(end) or raising("#VALUE!")
    if a.day > b.day:
        raise Err("#NUM!")
    months = (b.day.year - a.day.year) * 12 + b.day.month - a.day.month - (b.day.day < a.day.day)
    ways = {"Y": months // 12, "M": months, "D": (b.day - a.day).days, "YM": months % 12,
            "MD": (b.day - moved_on(a.day, months)).days, "YD": (b.day - moved_on(a.day, months - months % 12)).days}
    return Decimal(ways[which.upper()]) if which.upper() in ways else raising("#NUM!")


def now(zone="Z"):
    """The start of the run: only its length is compared."""
    return dates.from_instant(Decimal(1791813909), zone)


# --- formats

def written_number(x, form):
    """X by the digits of a format without sections; the sign is the caller's."""
    scaled = WIDE.scaleb(x, 2 * form.count("%"))
    m = re.search(r"[0#][0#,]*(?:\.[0#]*)?,*", form)
    ends = re.search(",*$", m[0])[0]
    scaled = WIDE.scaleb(scaled, -3 * len(ends))
    before, point, behind = m[0].rstrip(",").partition(".")
    if scaled and scaled.adjusted() > 33:
        raise Err("#NUM!")
    d = scaled.quantize(Decimal(1).scaleb(-len(behind)), ROUND_HALF_UP, WIDE)
    left, _, right = f"{d:f}".partition(".")
    least = before.replace(",", "").lstrip("#").count("0")
    left = left.lstrip("0").rjust(least, "0")
    while right and len(right) > behind.rstrip("#").count("0") and right[-1] == "0":
        right = right[:-1]
    if "," in before:
        left = re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", left)
    return d, form[:m.start()] + left + point + right + form[m.end():]


def in_format(v, form, zone=None):
    if blank(v):
        return MISSING
    if re.search(r"(?i)[ymdhs]", re.sub(r'"[^"]*"', "", form)):
        moment = dates.parse(v) if isinstance(v, str) else None
        if not moment:
            raise Err("#VALUE!")
        moment = moment if zone is None else dates.from_instant(dates.in_zone(moment, zone), zone) \
            if moment.seconds is not None else moment
        return moment.iso() if form.lower() == "iso" else dates.written(moment, form)
    x = v.exact if isinstance(v, Num) else numeric(v) if isinstance(v, str) else None
    if x is None or form in ("", "@"):
        return text(v)
    parts = form.split(";")
    part = parts[2] if x == 0 and len(parts) > 2 else parts[1] if x < 0 and len(parts) > 1 else parts[0]
    if not re.search("[0#]", part):
        return part.strip('"')
    d, made = written_number(abs(x), part)
    return ("-" if x < 0 and len(parts) == 1 and d else "") + made.replace('"', "")


# --- look-ups

def looked_up(v, rows, column, is_sorted=True, across=False):
    if any(not isinstance(r, list) for r in rows):
        raise Err("#VALUE!")
    if across and not rows:
        raise Err("#REF!")
    n, keys = whole(column), rows[0] if across else [r[0] if r else MISSING for r in rows]
    at = int(match(v, keys, Decimal(1 if is_sorted else 0)))
    if n < 1:
        raise Err("#VALUE!")
    line = rows[n - 1] if across and n <= len(rows) else rows[at - 1] if not across else []
    place = at if across else n
    if place > len(line):
        raise Err("#REF!")
    return line[place - 1]


TABLE = {
    "ASCII": ("tt", ascii_of, 2), "PROPER": ("t", proper, 2), "DECODEHTML": ("t", decoded_html, 2),
    "STRIPHTML": ("t", without_tags, 2), "NUMBERVALUE": ("ttt", numbervalue, 3),
    "REGEXMATCH": ("tt", lambda s, p: re.search(p, s) is not None, 2), "REGEXEXTRACT": ("tt", extracted, 2),
    "REGEXALL": ("tt", lambda s, p: [found(m) for m in re.finditer(p, s)], 2), "REGEXREPLACE": ("ttt", replaced, 2),
    "CONVERT": ("ntt", convert, 4), "POWER": ("nn", raised_to, 3), "LOG": ("nn", log, 2),
    "SPLITAMOUNT": ("nLt", shares, 3), "DATEVALUE": ("ttt", datevalue, 2), "DATETIME": ("ttt", instant, 2),
    "TIMEVALUE": ("tt", timevalue, 2), "FROMEXCEL": ("n", from_excel, 2), "TOEXCEL": ("d", to_excel, 2),
    "NOW": ("t", lambda *zone: now(*zone).iso(), 0), "TODAY": ("t", lambda *zone: now(*zone).day.isoformat(), 0),
    "DATEDIF": ("dtt", datedif, 4), "TEXT": ("vtt", in_format, 3),
    "VLOOKUP": ("vLnb", looked_up, 0), "HLOOKUP": ("vLnb", lambda v, r, n, s=True: looked_up(v, r, n, s, True), 0),
}
