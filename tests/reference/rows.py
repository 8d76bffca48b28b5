"""The rows of a mapping: what each gives, and the output that they make.

Part of the reference of the mapping.
"""
import re

import dates
import functions
from formula import Env, Parser, blank, evaluate, finished, follow, start_of
from values import MISSING, Err, Num, Path, Wrong, many, parse, walk

TARGET = re.compile(r"\.?([^\W\d]\w*)|\['([^']*)'\]|\[(\d+)\]|(\[\*\])")
LOCALES = {"en": (".", ","), **dict.fromkeys(("de", "es", "it", "nl", "pt"), (",", ".")),
           **dict.fromkeys(("fr", "pl", "sv"), (",", " \u00a0\u202f")), "ch": (".", "'\u2019")}


class Node:
    """A place of the output: what rows fill it, and what is inside of it."""
    def __init__(self):
        self.row, self.inside, self.follows = None, {}, None


class Row:
    def __init__(self, number, row, form):
        self.number, self.part = number, row
        text = row.get("source", "").strip()
        self.kind, self.source, self.block = "blank", None, None
        if text.startswith("="):
            self.kind, self.source = "formula", Parser(text).tree
        elif text:
            try:
                self.kind, self.source = "constant", parse(text)
            except ValueError:
                if text.lower() in ("true", "false") and form > 1:
                    self.kind, self.source = "constant", text.lower() == "true"
                elif text == "#":
                    self.kind = "place"
                else:
                    block = re.match(r"(\w+)!", text)
                    self.block = block and block[1]
                    self.kind, self.source = "path", Path(text, block.end() if block else 0)
        self.default = parse(row["default"]) if "default" in row else MISSING

    def value(self, env, plain=None):
        if self.kind == "formula":
            return finished(evaluate(self.source, env))
        if self.kind == "place":
            return Num(str(env.place))
        if self.kind != "path":
            return MISSING if self.kind == "blank" else self.source
        path = plain or self.source
        start, segments = start_of(path, env, self.block)
        value = follow(path, env, self.block, gaps=False)
        wild = [i for i, s in enumerate(segments) if many((s,))]
        if wild and value == []:
            held = (walk([start], segments[:wild[0]], env.root) or [MISSING])[0]
            return value if isinstance(held, (list, dict)) else MISSING
        return value


class Mapping:
    """Rows, as a workflow document has them, that are ready for records."""
    def __init__(self, rows, form=2, tables=None, expects=None, listed=()):
        self.form, self.tables, self.expects, self.listed = form, tables or {}, expects or {}, listed
        self.top = Node()
        for number, row in enumerate(rows, 1):
            node, keys = self.top, self.keys(row["target"])
            for key in keys:
                node = node.inside.setdefault(key, Node())
            node.row = Row(number, row, form)
        self.find_lists(self.top, ())

    @staticmethod
    def keys(target):
        return [] if target == "$" else [
            "[*]" if m[4] else int(m[3]) if m[3] else (m[1] or m[2],) for m in TARGET.finditer(target.removeprefix("$"))]

    def find_lists(self, node, around):
        """Says which list each [*] follows: AROUND is that of the list around."""
        for key, child in node.inside.items():
            if key == "[*]":
                row = child.row
                if row and row.kind == "path":
                    segments = row.source.segments
                    if not child.inside:
                        at = max(i for i, s in enumerate(segments) if many((s,))) + 1
                        segments = segments[:at]
                    child.follows = (row.source.root, segments)
                elif not (row and row.kind == "formula"):
                    child.follows = self.shared(child, around)
                self.find_lists(child, child.follows[1] if child.follows else around)
            else:
                self.find_lists(child, around)

    def shared(self, node, around):
        """The list that the paths of the rows inside go through."""
        for row in (c.row for k, c in node.inside.items() if k != "[*]" and c.row and c.row.kind == "path"):
            segments = row.source.segments
            for i, s in enumerate(segments):
                if many((s,)) and i >= len(around):
                    return (row.source.root, segments[:i + 1])
        for key, child in node.inside.items():
            found = self.shared(child, around)
            if found and key != "[*]":
                return found
            if found:
                wilds = [i for i, s in enumerate(found[1]) if many((s,)) and i >= len(around)]
                return (found[0], found[1][:wilds[0] + 1])
        return None

    def run(self, record, blocks=None):
        env = Env(record, self.form, self.tables, blocks)
        if "[*]" in self.top.inside:
            made = self.elements(self.top.inside["[*]"], env)
            return [] if made is MISSING else made
        made = self.made(self.top, env)
        return {} if blank(made) else made

    # --- what a place gets

    def made(self, node, env, base=MISSING):
        """The value of NODE; MISSING sends no key, DROP takes one away."""
        if node.row and not (node.inside and node is not self.top and node.row.part.get("rest") != "keep"):
            value = self.filled(node.row, env, base)
            if not node.inside:
                return value
            if not (blank(value) or isinstance(value, dict)):
                self.fail(node.row, Wrong("no object"))
            return self.changed(node, env, {} if blank(value) else value, blank(value))
        if "[*]" in node.inside:
            return self.elements(node.inside["[*]"], env)
        if node.inside and all(isinstance(k, int) for k in node.inside):
            found = [self.made(node.inside[k], env) for k in sorted(node.inside)]
            return MISSING if all(x is MISSING for x in found) else [None if x is MISSING else x for x in found]
        return self.changed(node, env, base if isinstance(base, dict) else {}, not isinstance(base, dict))

    def changed(self, node, env, base, empty):
        made = dict(base)
        for key, child in node.inside.items():
            name = key[0]
            there = made.get(name, MISSING)
            value = self.made(child, env, there)
            if value is KEEP:
                continue
            if value is MISSING:
                made.pop(name, None)
            else:
                made[name] = value
        return MISSING if empty and not made else made

    def fail(self, row, wrong):
        wrong.row = row.number
        raise wrong

    def filled(self, row, env, base=MISSING):
        try:
            return self.sent(row, row.value(env), base)
        except Wrong as e:
            self.fail(row, e)
        except Err as e:
            self.fail(row, Wrong("formula", e.code if e.place is None else None))

    def sent(self, row, value, base):
        """VALUE by what the row says: look-up, forms, default, write."""
        part, policy = row.part, row.part.get("write", "always")
        if row.kind == "blank" and row.default is MISSING:
            if part.get("required"):
                raise Wrong("to be filled")
            return KEEP if policy == "ifPresent" and base is not MISSING else MISSING
        if "lookup" in part:
            value = self.looked_up(part["lookup"], value, row.default)
            if value is OUT:
                if part.get("required"):
                    raise Wrong("required")
                return MISSING
        elif "read" in part or "send" in part:
            value = converted(value, part.get("read"), part.get("send"))
        elif part["target"] in self.expects and self.form > 1:
            converted(value, self.expects[part["target"]], None)
        if value is MISSING or policy == "ifPresent" and (value is None or isinstance(value, str) and not value):
            value = row.default
        if policy == "clear" and (blank(value) or value == ""):
            return None
        if value is MISSING and part.get("required"):
            raise Wrong("required")
        if value is MISSING and policy == "ifPresent":
            return KEEP if base is not MISSING else MISSING
        return value

    def looked_up(self, says, value, default):
        name, _, rule = says.partition(", else ")
        if blank(value) or value == "":
            return MISSING
        if isinstance(value, (list, dict)):
            raise Wrong("no key")
        found = functions.table_value(self.tables[name], value)
        if found is not MISSING:
            return found
        if rule == "blank":
            return OUT
        if rule == "default":
            return default
        raise Wrong("not in the table")

    # --- lists

    def elements(self, node, env):
        row, found = node.row, []
        if row and row.kind == "formula":
            try:
                value = finished(evaluate(row.source, env))
            except Err as e:
                self.fail(row, Wrong("formula", e.code if e.place is None else None))
            found = None if blank(value) else [(x, []) for x in (value if isinstance(value, list) else [value])]
        elif row and row.kind == "constant":
            found = [(x, []) for x in row.source]
        else:
            found = self.followed(node, env)
        if found is None:
            if row and row.part.get("required") and (node.inside or self.form > 1 and row.default is MISSING):
                self.fail(row, Wrong("required"))
            return MISSING
        made = []
        for place, (element, chain) in enumerate(found, 1):
            if isinstance(element, Wrong):
                self.fail(node.row or self.first_row(node), element)
            inner = env.inside(element, chain, place)
            made.append(self.element(node, inner))
        return made

    def element(self, node, env):
        row = node.row
        if not node.inside:
            if row.kind == "path":
                rest = Path("@")
                rest.segments = row.source.segments[len(node.follows[1]):]
                try:
                    value = self.sent(row, row.value(env, rest), MISSING)
                except Wrong as e:
                    self.fail(row, e)
            else:
                value = env.elements[-1]
            return None if value is MISSING or value is OUT else value
        if row and row.part.get("rest") == "keep":
            base = env.elements[-1]
            if self.form > 1 and not blank(base) and not isinstance(base, dict):
                self.fail(row, Wrong("no object"))
            made = self.changed(node, env, base if isinstance(base, dict) else {}, False)
        else:
            made = self.changed(node, env, {}, False)
        return made

    def followed(self, node, env):
        """The elements that a list has, each with its chain: the lists that it
        came through and the element of each of them."""
        root, segments = node.follows
        path = Path(root if root != "$" else "$")
        path.segments = segments
        start, rest = start_of(path, env)
        found, done = [(start, [])], segments[:len(segments) - len(rest)]
        none = True
        for segment in rest:
            done += (segment,)
            multiple = many((segment,))
            if multiple:
                found = [(self.looked_at(n, segment), c) for n, c in found]
                if any(isinstance(n, (list, dict, Wrong)) for n, _ in found):
                    none = False
            found = [(x, c + ([(done, x)] if multiple else [])) for n, c in found
                     for x in ([n] if isinstance(n, Wrong) else walk([n], (segment,), env.root))]
        return None if none else found

    def looked_at(self, value, segment):
        """VALUE, or what is wrong of it where [*] goes through it: that is told
        when its turn comes."""
        if self.form > 1 and segment[0] == "child" and segment[1][0][0] == "wild" and not blank(value) and \
                not isinstance(value, (list, Wrong)):
            return Wrong("no list")
        return value

    def first_row(self, node):
        rows = []

        def collect(n):
            if n.row:
                rows.append(n.row)
            for c in n.inside.values():
                collect(c)
        collect(node)
        return min((r for r in rows if r.kind == "path"), key=lambda r: r.number)


KEEP = type("Keep", (), {})()
OUT = type("Out", (), {})()


# --- forms

def form_of(says):
    """kind, format and zone of a form."""
    m = re.fullmatch(r'(date|datetime|number|text|boolean)(?: "([^"]*)")?(?: (\w\w))?(?: in (.+))?', says or "")
    return m.groups() if m else (None, None, None, None)


def converted(value, read, send):
    """VALUE, read by one form and written by the other."""
    if blank(value) or value == "":
        return value
    (kind, form, locale, zone), (to, to_form, to_locale, to_zone) = form_of(read), form_of(send)
    if isinstance(value, (dict, list)):
        raise Wrong("an object or a list")
    if (kind or to) in ("date", "datetime"):
        moment = read_date(value, kind or to, form, zone)
        if (to or kind) == "date":
            return written_day(moment, kind, zone, to_form, to_zone)
        return written_time(moment, zone, to_form, to_zone)
    if kind == "number":
        value = read_number(value, locale)
    if to == "boolean":
        word = str(value).lower() if isinstance(value, (bool, str)) else ""
        if word not in ("true", "false"):
            raise Wrong("no boolean")
        return word == "true"
    if to == "text":
        return functions.text(value) if not isinstance(value, bool) else "true" if value else "false"
    if to == "number" and to_locale:
        return grouped(value if isinstance(value, Num) else read_number(value, None), to_locale)
    return read_number(value, None) if to == "number" and kind is None else value


def read_date(value, kind, form, zone):
    if not isinstance(value, str):
        raise Wrong("no date")
    try:
        moment = dates.by_format(value, form) if form else dates.read(value)
    except Err:
        moment = None
    if not moment:
        raise Wrong("no date")
    if kind == "datetime" and moment.seconds is None:
        raise Wrong("no time")
    return moment


def written_day(moment, kind, zone, form, to_zone):
    if kind == "datetime" and zone:
        name = {"UTC": "Z"}.get(zone, zone)
        moment = dates.from_instant(dates.in_zone(moment, name), name)
    zone = zone if kind == "date" else to_zone
    if moment.offset is not None:
        if not zone:
            raise Wrong("which zone")
        moment = moment.moved("Z" if zone == "UTC" else zone)
    day = dates.Moment(moment.day)
    return dates.written(day, form) if form else day.iso()


def written_time(moment, zone, form, to_zone):
    name = {"UTC": "Z"}.get(zone, zone)
    if to_zone or zone:
        to = {"UTC": "Z"}.get(to_zone, to_zone) or name
        name = name or to
        moment = dates.from_instant(dates.in_zone(moment, name), to)
    return dates.written(moment, form) if form else moment.iso()


def read_number(value, locale):
    if isinstance(value, Num):
        return value
    if not isinstance(value, str):
        raise Wrong("no number")
    text = value
    if not locale:
        if not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?", text):
            raise Wrong("no number")
        if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text):
            raise Wrong("two readings")
        return Num(text)
    point, parts = LOCALES[locale]
    m = re.fullmatch(rf"(-?)([1-9]\d{{0,2}}(?:[{parts}]\d{{3}})+|\d+)(?:[{point}](\d+))?", text)
    if not m:
        raise Wrong("no number")
    whole = re.sub(r"\D", "", m[2]).lstrip("0") or "0"
    return Num(m[1] + whole + ("." + m[3] if m[3] else ""))


def grouped(value, locale):
    point = LOCALES[locale][0]
    if "e" in value.raw.lower():
        raise Wrong("an exponent")
    return value.raw.replace(".", point)
