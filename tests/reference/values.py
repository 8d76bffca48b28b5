"""JSON as it was written, exact numbers, and paths of RFC 9535.

Part of the reference of the mapping.
"""
import decimal
import re
from decimal import Decimal

EXACT = decimal.Context(prec=34, Emin=-6143, Emax=6144, rounding=decimal.ROUND_HALF_EVEN, traps=[
    decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow])
decimal.setcontext(EXACT)  # also for abs() and -
WIDE = decimal.Context(prec=7000, Emax=999999, Emin=-999999)


class Missing:
    """What is not there: it sends no key."""


MISSING = Missing()


class Err(Exception):
    """An error of a formula, which is a value too."""
    def __init__(self, code, place=None):
        super().__init__(code)
        self.code, self.place = code, place


class Wrong(Exception):
    """What fails a record, or is wrong in a row."""
    def __init__(self, what, code=None):
        super().__init__(what)
        self.code, self.row, self.place = code, None, None


class Num:
    """A number with its digits; a computed one is written short."""
    def __init__(self, x):
        self.raw = x if isinstance(x, str) else short(x)

    @property
    def exact(self):
        d = WIDE.create_decimal(self.raw)
        if len(d.as_tuple().digits) > 34 and len(WIDE.normalize(d).as_tuple().digits) > 34:
            raise Err("#NUM!")
        try:
            return EXACT.plus(d)
        except decimal.DecimalException:
            raise Err("#NUM!") from None


class Text(str):
    """A text of the record, whose escapes are kept where it is copied."""
    raw = None


def short(d):
    d = Decimal(d)
    if d == 0:
        return "0"
    sign, digits, exponent = d.as_tuple()
    digits = "".join(map(str, digits))
    kept = digits.rstrip("0")
    exponent += len(digits) - len(kept)
    minus, point = "-" * sign, len(kept) + exponent
    if exponent >= 0 and point <= 34:
        return minus + kept + "0" * exponent
    plain = (kept[:point] + "." + kept[point:]) if point > 0 else "0." + "0" * -point + kept
    if exponent < 0 and len(minus + plain) <= 40:
        return minus + plain
    return f"{minus}{kept[0]}{'.' * (len(kept) > 1)}{kept[1:]}E{point - 1:+d}"


NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def unescape(body):
    def one(m):
        if m[1]:
            return chr(0x10000 + (int(m[1], 16) - 0xd800 << 10) + int(m[2], 16) - 0xdc00)
        return chr(int(m[3], 16)) if m[3] else ESCAPES.get(m[4], m[4])
    return re.sub(r"\\u([dD][89abAB]..)\\u([dD][c-fC-F]..)|\\u(....)|\\(.)", one, body)


def parse(text):
    """The value of a JSON text; ValueError where it is none."""
    value, end = parse_at(text, 0)
    if text[end:].strip(" \t\r\n"):
        raise ValueError("more behind it")
    return value


def parse_at(s, i):
    i = re.compile(r"[ \t\r\n]*").match(s, i).end()
    for word, value in (("null", None), ("true", True), ("false", False)):
        if s.startswith(word, i):
            return value, i + len(word)
    if m := STRING.match(s, i):
        text = Text(unescape(m[0][1:-1]))
        text.raw = m[0]
        return text, m.end()
    if m := NUMBER.match(s, i):
        return Num(m[0]), m.end()
    if i >= len(s) or s[i] not in "[{":
        raise ValueError("no JSON")
    made, close = ([], "]") if s[i] == "[" else ({}, "}")
    comma = re.compile(r"[ \t\r\n]*(.)", re.S)
    m = comma.match(s, i + 1)
    if m and m[1] == close:
        return made, m.end()
    i += 1
    while True:
        value, i = parse_at(s, i)
        if close == "}":
            key, m = value, comma.match(s, i)
            if not isinstance(key, str) or not m or m[1] != ":" or key in made:
                raise ValueError("no object")
            made[key], i = parse_at(s, m.end())
        else:
            made.append(value)
        m = comma.match(s, i)
        if not m or m[1] not in "," + close:
            raise ValueError("no end")
        i = m.end()
        if m[1] == close:
            return made, i


def quoted(text):
    names = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(names.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'


def write(v):
    """V as JSON without white space, numbers as they were written."""
    if isinstance(v, dict):
        return "{" + ",".join(f"{quoted(k)}:{write(x)}" for k, x in v.items()) + "}"
    if isinstance(v, list):
        return "[" + ",".join(map(write, v)) + "]"
    if isinstance(v, str):
        return quoted(v)
    return v.raw if isinstance(v, Num) else "null" if v is None or v is MISSING else "true" if v else "false"


# --- paths

class Path:
    """Parses a path at a place of a text. ROOT is $, or @ as often as it stands there."""
    def __init__(self, text, at=0, bare=True):
        self.s, self.i = text, at
        if m := re.compile(r"@+|\$").match(text, at):
            self.root, self.i = m[0], m.end()
        elif bare and (m := re.compile(r"[^\W\d]\w*").match(text, at)):
            self.root, self.i = "$", m.end()
        elif bare and text.startswith(("[", ".."), at):
            self.root = "$"
        else:
            raise ValueError("no path")
        bare = self.root == "$" and m and m[0] != "$"
        self.segments = ((("child", (("name", m[0]),)),) if bare else ()) + self.read()

    def take(self, pattern):
        m = re.compile(r"[ \t\r\n]*(" + pattern + ")").match(self.s, self.i)
        self.i = m.end() if m else self.i
        return m and m[1]

    def need(self, pattern):
        found = self.take(pattern)
        if found is None:
            raise ValueError(f"expected {pattern} in {self.s} at {self.i}")
        return found

    def read(self):
        found = []
        while True:
            if dots := self.take(r"\.\.(?=[\w*\[])|\.(?=[\w*])"):
                kind = "child" if dots == "." else "desc"
                if name := self.take(r"[^\W\d]\w*"):
                    found.append((kind, (("name", name),)))
                    continue
                if self.take(r"\*"):
                    found.append((kind, (("wild",),)))
                    continue
            else:
                kind = "child"
            if not self.take(r"\["):
                return tuple(found)
            selectors = [self.selector()]
            while self.take(","):
                selectors.append(self.selector())
            self.need(r"\]")
            found.append((kind, tuple(selectors)))

    def literal_text(self):
        q = self.take(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
        return None if q is None else unescape(q[1:-1])

    def selector(self):
        if (name := self.literal_text()) is not None:
            return ("name", name)
        if self.take(r"\*"):
            return ("wild",)
        if self.take(r"\?"):
            return ("filter", self.either())
        integer = r"-?[1-9][0-9]*|0"
        a = self.take(integer)
        if self.take(":") is None:
            return ("index", int(a if a is not None else self.need(integer)))
        b = self.take(integer)
        c = self.take(integer) if self.take(":") is not None else None
        return ("slice", *(None if x is None else int(x) for x in (a, b, c)))

    def either(self):
        parts = [self.both()]
        while self.take(r"\|\|"):
            parts.append(self.both())
        return ("any", parts)

    def both(self):
        parts = [self.test()]
        while self.take("&&"):
            parts.append(self.test())
        return ("all", parts)

    def test(self):
        if self.take(r"!(?!=)"):
            return ("not", self.test())
        if self.take(r"\("):
            inner = self.either()
            self.need(r"\)")
            return inner
        a = self.operand()
        op = self.take("==|!=|<=|>=|<|>")
        return ("is", op, a, self.operand()) if op else ("test", a)

    def operand(self):
        if (text := self.literal_text()) is not None:
            return ("const", text)
        if number := self.take(NUMBER.pattern):
            return ("const", Num(number))
        if word := self.take(r"(?:true|false|null)\b"):
            return ("const", {"true": True, "false": False, "null": None}[word])
        if name := self.take(r"[a-z_]+(?=\()"):
            self.need(r"\(")
            args = [self.operand()]
            while self.take(","):
                args.append(self.operand())
            self.need(r"\)")
            return (name, *args)
        self.take("")
        inner = Path(self.s, self.i, False)
        self.i = inner.i
        return ("path", inner)

    @property
    def many(self):
        return many(self.segments)


def many(segments):
    return any(kind == "desc" or len(sel) > 1 or sel[0][0] not in ("name", "index") for kind, sel in segments)


def walk(nodes, segments, root):
    """The nodes that SEGMENTS select from each of NODES."""
    for kind, selectors in segments:
        if kind == "desc":
            nodes = [d for n in nodes for d in below(n)]
        nodes = [f for n in nodes for s in selectors for f in select(n, s, root)]
    return nodes


def below(n):
    yield n
    for child in n.values() if isinstance(n, dict) else n if isinstance(n, list) else ():
        yield from below(child)


def select(n, s, root):
    members = list(n.values()) if isinstance(n, dict) else n if isinstance(n, list) else []
    if s[0] == "name":
        return [n[s[1]]] if isinstance(n, dict) and s[1] in n else []
    if s[0] == "wild":
        return members
    if s[0] == "filter":
        return [m for m in members if holds(s[1], m, root)]
    if not isinstance(n, list):
        return []
    if s[0] == "index":
        return [n[s[1]]] if -len(n) <= s[1] < len(n) else []
    return [] if s[3] == 0 else n[slice(*s[1:])]


def holds(f, here, root):
    if f[0] in ("any", "all"):
        return {"any": any, "all": all}[f[0]](holds(p, here, root) for p in f[1])
    if f[0] == "not":
        return not holds(f[1], here, root)
    if f[0] == "test":
        return bool(nodes_of(f[1], here, root)) if f[1][0] == "path" else operand(f[1], here, root) is True
    op, a, b = f[1], operand(f[2], here, root), operand(f[3], here, root)
    if op in ("==", "!="):
        return same(a, b) == (op == "==")
    if op in (">", ">="):
        a, b, op = b, a, {">": "<", ">=": "<="}[op]
    if isinstance(a, Num) and isinstance(b, Num):
        less = WIDE.create_decimal(a.raw) < WIDE.create_decimal(b.raw)
    else:
        less = isinstance(a, str) and isinstance(b, str) and a < b
    return less or op == "<=" and same(a, b)


def nodes_of(f, here, root):
    return walk([root if f[1].root == "$" else here], f[1].segments, root)


def operand(f, here, root):
    """The value of an operand of a filter; MISSING is RFC 9535's Nothing."""
    if f[0] == "const":
        return f[1]
    if f[0] == "path":
        return (nodes_of(f, here, root) or [MISSING])[0]
    if f[0] == "count":
        return Num(str(len(nodes_of(f[1], here, root))))
    if f[0] == "value":
        found = nodes_of(f[1], here, root)
        return found[0] if len(found) == 1 else MISSING
    args = [operand(a, here, root) for a in f[1:]]
    if f[0] == "length":
        return Num(str(len(args[0]))) if isinstance(args[0], (str, list, dict)) else MISSING
    if not all(isinstance(a, str) for a in args):
        return False
    return bool((re.fullmatch if f[0] == "match" else re.search)(args[1], args[0]))


def same(a, b):
    if isinstance(a, Num) and isinstance(b, Num):
        return WIDE.create_decimal(a.raw) == WIDE.create_decimal(b.raw)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return a is b if isinstance(a, (Missing, bool, type(None))) else isinstance(b, str) and a == b
