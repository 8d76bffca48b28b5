"""The language of formulas: parsing, operators, and how functions take lists.

Part of the reference of the mapping.
"""
import re
from decimal import Decimal, DecimalException

import dates
import functions
from values import EXACT, MISSING, Err, Num, Path, Text, many, walk, write

LEXER = re.compile(r"""\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<text>"(?:[^"]|"")*")
    |(?P<error>\#(?:N/A|DIV/0!|VALUE!|REF!|NUM!))|(?P<call>[A-Za-z][A-Za-z0-9]*(?=\())
    |(?P<block>'[^']*'!|[^\W\d]\w*!)|(?P<place>\#)|(?P<path>[@$\[]|[^\W\d])
    |(?P<op><>|<=|>=|[-+*/^%&=<>(){},;]))""", re.X)
BINDS = [("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",)]
WORDS = {"TRUE": True, "FALSE": False, "NULL": None}


class Parser:
    def __init__(self, text):
        self.s, self.i = text, 1
        self.tree = self.binary(0)
        if self.peek()[0] is not None:
            raise Wrong_formula

    def peek(self):
        m = LEXER.match(self.s, self.i)
        return (m.lastgroup, m[m.lastgroup], m.end()) if m else (None if not self.s[self.i:].strip() else "?", "", 0)

    def op(self, *wanted):
        kind, text, end = self.peek()
        if kind == "op" and text in wanted:
            self.i = end
            return text

    def binary(self, level):
        if level == len(BINDS):
            left = self.unary()
            while self.op("%"):
                left = ("%", left)
            return left
        left = self.binary(level + 1)
        while o := self.op(*BINDS[level]):
            left = (o, left, self.binary(level + 1))
        return left

    def unary(self):
        if o := self.op("-", "+"):
            return ("sign" + o, self.unary())
        return self.atom()

    def items(self, close):
        found = []
        if self.op(close):
            return found
        while True:
            kind, text, _ = self.peek()
            found.append(("omitted",) if kind == "op" and text in ",;" + close else self.binary(0))
            if self.op(close):
                return found
            if not self.op(",", ";"):
                raise Wrong_formula

    def atom(self):
        kind, text, end = self.peek()
        if kind == "path" and text not in "@$[":
            word = re.compile(r"\w+").match(self.s, self.i + len(self.s[self.i:]) - len(self.s[self.i:].lstrip()))
            if word[0].upper() in WORDS and self.s[word.end():word.end() + 1] not in (".", "["):
                self.i = word.end()
                return ("const", WORDS[word[0].upper()])
        if kind in ("path", "block"):
            at = end - len(text) if kind == "path" else end
            path = Path(self.s, at)
            self.i = path.i
            return ("path", path, text[:-1].strip("'") if kind == "block" else None)
        if kind is None or kind == "?" or text in ("", ")", "}"):
            raise Wrong_formula
        self.i = end
        if kind == "number":
            return ("const", Num(EXACT.create_decimal(text)))
        if kind == "text":
            return ("const", text[1:-1].replace('""', '"'))
        if kind == "error":
            return ("const", Err(text))
        if kind == "place":
            return ("place",)
        if kind == "call":
            self.op("(")
            return ("call", text.upper(), self.items(")"))
        if text == "(":
            inner = self.binary(0)
            if not self.op(")"):
                raise Wrong_formula
            return inner
        if text == "{":
            return ("list", self.items("}"))
        raise Wrong_formula


Wrong_formula = ValueError("no formula")


class Env:
    """What a formula or a path is evaluated in: the record, the elements that
    are current (innermost last), and the names of LET and LAMBDA."""
    def __init__(self, root, format=2, tables=None, blocks=None):
        self.root, self.format, self.tables, self.blocks = root, format, tables or {}, blocks or {}
        self.elements, self.chain, self.names, self.place = [], [], {}, None

    def inside(self, element, chain, place):
        e = Env(self.root, self.format, self.tables, self.blocks)
        e.elements, e.chain, e.place = self.elements + [element], self.chain + chain, place
        return e

    def naming(self, names):
        e = Env(self.root, self.format, self.tables, self.blocks)
        e.elements, e.chain, e.place, e.names = self.elements, self.chain, self.place, {**self.names, **names}
        return e


def start_of(path, env, block=None, whole=False, formula=False):
    """The value where PATH begins, and the segments that are left."""
    if block is not None:
        if block not in env.blocks:
            raise Err("#REF!")
        return env.blocks[block], path.segments
    if path.root[0] == "@":
        if len(path.root) > len(env.elements) + 1:
            raise Err("#REF!")
        return ([env.root] + env.elements)[-len(path.root)], path.segments
    first = path.segments and path.segments[0][1][0]
    if first and first[0] == "name" and first[1] in env.names:
        return env.names[first[1]], path.segments[1:]
    for prefix, node in [] if whole or formula and env.format == 1 else reversed(env.chain):
        if path.segments[:len(prefix)] == prefix:
            return node, path.segments[len(prefix):]
    return env.root, path.segments


def follow(path, env, block=None, whole=False, gaps=True):
    """The value of PATH; of one with several nodes a list, in which an element
    without the last names keeps its place where GAPS."""
    start, segments = start_of(path, env, block, whole, gaps)
    if start is MISSING or isinstance(start, Err):
        return [] if many(segments) and start is MISSING else start
    if not many(segments):
        return (walk([start], segments, env.root) or [MISSING])[0]
    last = max(i for i, s in enumerate(segments) if many((s,))) + 1
    nodes = walk([start], segments[:last], env.root)
    found = [walk([n], segments[last:], env.root) or [MISSING] for n in nodes]
    return [f[0] for f in found if gaps or f[0] is not MISSING]


def evaluate(tree, env, whole=False):
    """The value of a formula: JSON, MISSING or an Err."""
    try:
        return HANDLERS.get(tree[0], operator)(tree, env, whole)
    except Err as e:
        return e
    except DecimalException:
        return Err("#NUM!")


def at_place(v, i):
    """What a list has at a place: one element stands for all places."""
    if not isinstance(v, list):
        return v
    return v[i] if i < len(v) else v[0] if len(v) == 1 else Err("#N/A", "lengths")


def lifted(f, args, deep=True, errors=False, none=False):
    """F of ARGS, element by element where some are lists. NONE: a blank first
    one gives no value, whatever the others are."""
    lists = [a for a in args if isinstance(a, list)] if deep else []
    if none and not lists and blank(args[0]):
        return MISSING
    for a in sorted(args, key=lambda a: getattr(a, "place", None) is None):
        if isinstance(a, Err) and not errors:
            raise a
    if not lists:
        return f(*args)
    made = []
    for i in range(max(map(len, lists))):
        try:
            made.append(lifted(f, [at_place(a, i) for a in args], False, errors, none))
        except Err as e:
            made.append(e)
        except DecimalException:
            made.append(Err("#NUM!"))
    return made


def operator(tree, env, whole):
    args = [evaluate(a, env, whole) for a in tree[1:]]
    return lifted(lambda *a: operate(tree[0], env.format, *a), args)


def operate(op, form, a, b=None):
    if op == "&":
        return functions.text(a) + functions.text(b)
    if op in BINDS[0]:
        return functions.compare(a, b, op, form)
    if blank(a) or len(op) == 1 and op != "%" and blank(b):
        return MISSING
    if op in "+-" and (isinstance(a, str) and dates.is_date(a) or op == "+" and isinstance(b, str) and dates.is_date(b)):
        return dates.add(a, b, op, form)
    x = functions.number(a, form)
    if op in ("sign-", "sign+", "%"):
        return Num({"%": EXACT.divide(x, Decimal(100)), "sign-": -x, "sign+": x}[op])
    return Num(calculate(op, x, functions.number(b, form)))


def calculate(op, x, y):
    if op == "/" and y == 0:
        raise Err("#DIV/0!")
    if op == "^":
        return functions.power(x, y)
    return {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply, "/": EXACT.divide}[op](x, y)


def blank(v):
    return v is None or v is MISSING


def call(tree, env, whole):
    _, name, args = tree
    if name in SPECIAL:
        return SPECIAL[name](args, env, whole)
    kinds, f, gives_none = functions.TABLE[name]
    values = []
    for i, a in enumerate(args):
        kind = kinds[min(i, len(kinds) - 1)] if i < len(kinds) or kinds[-1] == "*" else None
        if kind == "*":
            kind = kinds[-2]
        takes = kind in "LAS"
        v = MISSING if a[0] == "omitted" else evaluate(a, env, whole or takes)
        if isinstance(v, Err) and kind != "E":
            if gives_none and values and values[0][0] not in "vEASL" and blank(values[0][1]):
                return MISSING
            raise v
        values.append((kind, v, a[0] == "omitted"))
    return apply(f, values, gives_none, env)


def apply(f, values, gives_none, env):
    single = [i for i, (kind, _, _) in enumerate(values) if kind not in "LAS"]

    def one(*chosen):
        at = dict(zip(single, chosen))
        made = []
        for i, (kind, v, omitted) in enumerate(values):
            v = at.get(i, v)
            if omitted or env.format == 1 and gives_none and i >= gives_none and blank(v):
                made.append(functions.LEFT_OUT)
            elif gives_none and blank(v) and kind not in "vEAS" and (kind != "t" or not i or i + 1 >= gives_none):
                return MISSING
            elif kind == "n" and not gives_none and blank(v):
                made.append(functions.LEFT_OUT)
            else:
                made.append(functions.TAKES[kind](v, env))
        while made and made[-1] is functions.LEFT_OUT:
            made.pop()
        made = [dates.parse(x) or functions.raising("#VALUE!") if values[i][0] == "d" else x for i, x in enumerate(made)]
        result = f(*made)
        return Num(result) if isinstance(result, (int, Decimal)) and not isinstance(result, bool) else result
    if any(isinstance(values[i][1], list) for i in single):
        return lifted(one, [values[i][1] for i in single], True, "E" in [kind for kind, _, _ in values],
                      gives_none and single[0] == 0 and values[0][0] not in "vE")
    return one(*[values[i][1] for i in single])


def special_if(args, env, whole):
    condition = evaluate(args[0], env, whole)
    if not isinstance(condition, list):
        if isinstance(condition, Err):
            return condition
        chosen = 1 if functions.condition(condition) else 2
        if chosen >= len(args):
            return False
        return MISSING if args[chosen][0] == "omitted" else evaluate(args[chosen], env, whole)
    hits = []
    for c in condition:
        try:
            hits.append(functions.condition(c))
        except Err as e:
            hits.append(e)
    both = [False if i >= len(args) else MISSING if args[i][0] == "omitted" else evaluate(args[i], env, whole)
            for i in (1, 2)]
    if env.format == 1:
        pick = lambda x, i: x if not isinstance(x, list) else x[i] if i < len(x) else Err("#N/A")
        places = len(hits)
    else:
        pick = at_place
        places = max([len(hits)] + [len(x) for x in both if isinstance(x, list) and len(x) > 1])
    made = []
    for i in range(places):
        hit = pick(hits, i)
        made.append(hit if isinstance(hit, Err) else pick(both[0 if hit else 1], i))
    return made


def otherwise(args, env, whole, bad):
    v = evaluate(args[0], env, whole)

    def instead():
        return evaluate(args[1], env, whole) if len(args) > 1 and args[1][0] != "omitted" else MISSING
    if not isinstance(v, list):
        return instead() if bad(v) else v
    other = instead() if any(map(bad, v)) else MISSING
    places = max(len(v), len(other) if isinstance(other, list) and len(other) > 1 else 0)
    return [at_place(other, i) if i < len(v) and bad(v[i]) or len(v) == 1 and bad(v[0]) else at_place(v, i)
            for i in range(places)]


def special_let(args, env, whole):
    for name, value in zip(args[:-1:2], args[1::2]):
        env = env.naming({name[1].segments[0][1][0][1]: evaluate(value, env, whole)})
    return evaluate(args[-1], env, whole)


def logical(name):
    def run(args, env, whole):
        seen = []
        for a in args:
            v = evaluate(a, env, True)
            for x in v if isinstance(v, list) else [v]:
                if isinstance(x, Err):
                    raise x
                seen.append(functions.condition(x))
                if name != "XOR" and seen[-1] == (name == "OR"):
                    return name == "OR"
        if name == "XOR":
            return sum(seen) % 2 == 1
        return bool(seen) and name == "AND" or not seen and name == "AND" and env.format == 1
    return run


def mapping(args, env, whole):
    lists = [evaluate(a, env, True) for a in args[:-1]]
    *names, body = args[-1][2]
    lists = [x if isinstance(x, list) else [] if blank(x) else [x] for x in lists]
    names = [n[1].segments[0][1][0][1] for n in names]
    if len({len(x) for x in lists}) > 1:
        raise Err("#N/A")
    return [evaluate(body, env.naming(dict(zip(names, values))), whole) for values in zip(*lists)]


def reduce(args, env, whole):
    result, items = evaluate(args[0], env, whole), evaluate(args[1], env, True)
    a, b, body = args[2][2]
    for item in items if isinstance(items, list) else [] if blank(items) else [items]:
        result = evaluate(body, env.naming({a[1].segments[0][1][0][1]: result, b[1].segments[0][1][0][1]: item}), whole)
    return result


def choose(args, env, whole):
    at = int(functions.number(evaluate(args[0], env, whole)))
    if not 1 <= at < len(args):
        raise Err("#VALUE!")
    return evaluate(args[at], env, whole)


def pairs(args, env, whole, meets, rest):
    """IFS and SWITCH of single values."""
    for test, result in zip(args[:-1:2], args[1::2]):
        if meets(evaluate(test, env, whole)):
            return evaluate(result, env, whole)
    if not rest:
        raise Err("#N/A")
    return evaluate(rest[0], env, whole)


def raised(v):
    if isinstance(v, Err):
        raise v
    return v


def switch(args, env, whole):
    v, rest = raised(evaluate(args[0], env, whole)), args[1:]
    return pairs(rest, env, whole, lambda c: functions.compare(v, raised(c), "=", env.format),
                 rest[-1:] if len(rest) % 2 else [])


def coalesce(args, env, whole):
    v = MISSING
    for a in args:
        v = MISSING if a[0] == "omitted" else evaluate(a, env, whole)
        if not blank(v):
            return v
    return v


def looked_up(args, env, whole):
    """A number has the digits of the source, then its shortest form."""
    key, rest = evaluate(args[0], env, whole), args[2:]
    table = raised(evaluate(args[1], env, whole))
    if table not in env.tables:
        raise Err("#REF!")

    def one(k):
        rows = env.tables[table]["rows"] if isinstance(env.tables[table], dict) else env.tables[table]
        found = functions.table_value(rows, k)
        if found is MISSING and isinstance(k, Num):
            found = functions.table_value(rows, Num(k.exact))
        if found is not MISSING:
            return found
        if rest and rest[0][0] != "omitted":
            return evaluate(rest[0], env, whole)
        raise Err("#N/A")
    return lifted(one, [key])


SPECIAL = {
    "LOOKUP": looked_up,
    "IF": special_if, "AND": logical("AND"), "OR": logical("OR"), "XOR": logical("XOR"),
    "IFERROR": lambda a, e, w: otherwise(a, e, w, lambda v: isinstance(v, Err)),
    "IFNA": lambda a, e, w: otherwise(a, e, w, lambda v: isinstance(v, Err) and v.code == "#N/A"),
    "IFEMPTY": lambda a, e, w: otherwise(a, e, w, lambda v: blank(v) or v == ""),
    "LET": special_let, "MAP": mapping, "REDUCE": reduce, "CHOOSE": choose, "SWITCH": switch,
    "IFS": lambda a, e, w: pairs(a, e, w, lambda c: functions.condition(raised(c)), []),
    "COALESCE": coalesce,
    "OMIT": lambda a, e, w: MISSING,
}
HANDLERS = {
    "const": lambda t, e, w: t[1], "call": call,
    "path": lambda t, e, w: follow(t[1], e, t[2], w),
    "list": lambda t, e, w: [evaluate(x, e, w) for x in t[1]],
    "place": lambda t, e, w: Num(str(e.place)) if e.place else Err("#REF!"),
}


def finished(v):
    """What a formula gives to its row: an error inside a list is its error."""
    for x in v if isinstance(v, list) else [v]:
        if isinstance(x, Err):
            raise x
    if isinstance(v, list):
        return [None if x is MISSING else x for x in v]
    return str(v) if isinstance(v, Text) else v
