"""Documents and records of all kinds of rows from a seed, with a bias to what
is at an edge. Part of the reference of the mapping."""
import json

import functions
from formula import SPECIAL

SCALARS = [
    "null", '""', '"x"', '"Ana"', '"ana"', '"5"', '"007"', '"1,500"', '"1,234.50"', '"1.234,56"', '"5 pcs"', '"$5"',
    '"(5)"', '"5 %"', '"5%"', '"-0"', '" 7 "', '"1e3"', '"."', '"-"', '"1.500"', '"0.500"', '"TRUE"', '"true"',
    "true", "false", "0", "-0", "1", "2", "-1", "3", "10", "0.05", "2.5", "-2.5", "1.005", "19.90", "12.0", "1e400",
    "1E-400", "-0.0e-7", "12345678901234567890",  "1234567890123456789012345678901234",
    "0.1", "100", "1234.567", '"Jose\\u0301"', '"Jos\u00e9"', '"jose\u0301"',
    '"a\\u0000b"', '"\\u00e9\\/\\n"', '"\U0001f600"', '"\\ud83d\\ude00"', '"\u00df"', '"\u0130"', '"a\u00a0b"',
    '"2026-03-29"', '"2026-03-29T02:30:00"', '"2026-10-25T02:30:00"', '"2026-10-25T00:30:00Z"',
    '"2026-03-28T23:30:00Z"', '"2026-10-25T02:30:00+02:00"', '"2026-02-30"',
    '"2024-02-29"', '"03/04/2026"', '"04/04/2026"', '"13/04/2026"', '"12 Oct 2026"', '"DE"', '"GB"', '"UK"', '"de"',
    ]
WHOLE = ["[]", "{}", '[1,"2",null]', '{"a":1,"b":"x"}']
PLAIN = ["1", "2", "3", '"5"', "0", "null", '"A"', '"B"', '"a"', "2.50", "-1", '"x"']
FIELDS = ["a", "b", "c", "d"]
TABLES = {"Country": [["DE", "Germany"], ["GB", "United Kingdom"], ["1", 12.5], ["12", "twelve"], ["A", None]]}
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Riyadh", "UTC"]
FORMS = ["date", 'date "M/D/YYYY"', 'date "DD.MM.YYYY"', "datetime", "number", "number de", "number en", "number fr",
         "number ch"]
SENDS = ["date", 'date "DD.MM.YYYY"', 'date "D MMM YYYY"', "datetime", 'datetime "DD.MM.YYYY HH:mm"', "number de",
         "number", "text", "boolean"]


class Maker:
    def __init__(self, rng, form):
        self.rng, self.form, self.used = rng, form, 0

    def one(self, items):
        return self.rng.choice(items)

    def maybe(self, p):
        return self.rng.random() < p

    # --- records

    def scalar(self):
        return self.one(SCALARS) if self.maybe(0.6) else self.one(PLAIN)

    def fields(self, names, chance=0.8):
        return [f'"{n}":{self.one(WHOLE) if n in FIELDS and self.maybe(0.05) else self.scalar()}' for n in names
                if self.maybe(chance)]

    def items(self, one, name):
        if self.maybe(0.08):
            return []
        if self.maybe(0.1):
            return [f'"{name}":{self.one(["null", "5", "{}", "true"] + [one()])}']
        return [f'"{name}":[{",".join(one() for _ in range(self.one([0, 1, 2, 2, 3])))}]']

    def line(self):
        if self.maybe(0.07):
            return self.one(["null", "5", '"x"', "[]"])
        inner = self.fields(["s", "q", "r"]) + self.items(lambda: "{" + ",".join(self.fields(["k", "v"])) + "}", "t")
        return "{" + ",".join(inner) + "}"

    def record(self):
        order = lambda: "{" + ",".join(self.fields(["id"]) + self.items(self.line, "lines")) + "}"
        parts = self.fields(FIELDS) + self.items(self.line, "lines") + self.items(lambda: self.one(PLAIN), "codes")
        parts += self.items(order, "orders")
        if self.maybe(0.8):
            parts.append('"o":{' + ",".join(self.fields(["x", "y"])) + "}")
        if self.maybe(0.5):
            parts.append('"grid":' + self.one(GRIDS))
        self.rng.shuffle(parts)
        return "{" + ",".join(parts) + "}"

    # --- formulas

    def number(self):
        return self.one(["0", "1", "2", "-1", "3", "0.5", "2.675", "10"] + FIELDS)

    def formula(self, leaf, depth=2):
        if depth == 0 or self.maybe(0.15):
            return leaf()
        inner = lambda: self.formula(leaf, depth - 1)
        kind = self.one(["op", "op", "compare", "if", "error", "round", "text", "sum", "coalesce"])
        if kind == "op":
            return f"({inner()}{self.one('+-*/&')}{inner()})"
        if kind == "compare":
            return f"({inner()}{self.one(['=', '<>', '<', '>='])}{inner()})"
        if kind == "if":
            return f"IF({inner()}>1,{inner()},{inner()})"
        if kind == "error":
            return f"IFERROR({self.leaf()}/{self.one(FIELDS)},0)"
        if kind == "round":
            return f"ROUND({inner()},{self.one(['0', '2', '-1'])})"
        if kind == "text":
            return f"{self.one(['UPPER', 'TRIM', 'LEN', 'ISBLANK', 'ISNUMBER'])}({inner()})"
        return f"{'SUM' if kind == 'sum' else 'COALESCE'}({inner()},{inner()})"

    def leaf(self):
        return self.one(FIELDS + ["o.x", "gone", "lines[*].q", "codes[*]", "1", '"x"', '"5"', "2.50", "NULL", "TRUE",
                                  "lines[0].q"])

    def call(self):
        """A call of one function of the table with simple arguments."""
        left_out = {"NOW", "TODAY"} | ({"HMAC"} if self.form == 1 else set())
        name = self.one(sorted(set(functions.TABLE) - left_out))
        kinds = functions.TABLE[name][0]
        least = {"MIN": 1, "MAX": 1}.get(name, 1)
        if kinds == "*":
            return f"={name}()"
        several = kinds.endswith("*")
        kinds = kinds.rstrip("*")
        required = LEAST.get(name, functions.TABLE[name][2] - 1 if functions.TABLE[name][2] > 1 else len(kinds))
        if name == "MATCH":
            required = 3
        count = self.rng.randint(max(required, least), len(kinds)) if not several else self.rng.randint(len(kinds), 3)
        if name in PAIRS:
            count -= (count - PAIRS[name]) % 2
            count = max(count, PAIRS[name])
        kinds += kinds[-1] * 3
        args = [self.argument(k, name, i) for i, k in enumerate(kinds[:count])]
        return f"={name}({','.join(args)})"

    def argument(self, kind, name, at):
        if name in CASES and at < len(CASES[name]):
            return self.one(CASES[name][at])
        if name == "MATCH" and kind == "n":
            return "0"
        if name == "XLOOKUP":
            return self.one([['"A"', '"x"', "2", "a", "b", '"2026-03-29"', '"5"', "1"], ["lines[*].s", "lines[*].q"], ["lines[*].r"],
                             ['"none"'], ["0", "-1", "1"], ["1", "-1"]][at])
        if name == "WEEKNUM" and kind == "n":
            return self.one(["1", "2", "11", "14", "17", "21", "3"])
        if name in ("TEXTBEFORE", "TEXTAFTER") and at == 1:
            return self.one(['"a"', '"n"', '"-"', '"x"', '" "', '""'])
        if name == "INDEX" and kind == "n":
            return self.one(["1", "2", "3", "4"])
        if name in ("FROMEPOCH", "MROUND") and at == 0:
            return self.one(["0", "2.675", "1760277909", "-1"])
        if name == "TIME":
            return self.one(["0", "14", "65", "1.5"])
        if kind == "n":
            return self.number()
        if kind == "b":
            return self.one(["TRUE", "FALSE"])
        if kind == "d" or name == "NETWORKDAYS":
            return self.one(['"2026-03-29"', '"2026-10-25T00:30:00Z"', '"2024-02-29"', "a", "b"])
        if name == "TOEPOCH" and at == 2:
            return '"Asia/Tokyo"'
        if kind in "vS" and "IF" in name:
            return self.one(['"x"', '"A*"', '">1"', '"<>A"', '"<=2"', "lines[0].s", "2", '"5"'])
        if name == "MATCH" and at == 0:
            return self.one(['"A"', '"x"', '"a*"', "2"])
        if name == "MATCH" and at == 1:
            return self.one(["lines[*].s", "codes[*]"])
        if kind == "L" and (name in PAIRS or name in ("SUMPRODUCT", "AVERAGEIF", "SUMIF", "COUNTIF")):
            return self.one(["lines[*].q", "lines[*].s", "lines[*].r"])
        if name == "FILTER" and at < 2:
            return self.one(["lines[*].q", "lines[*].s", "lines[*].r"])
        if kind in "LA":
            return self.one(["lines[*].q", "codes[*]", "lines[*].s", "{1,2,3}", "codes", "gone"] +
                            (["a", "o"] if kind == "A" else []))
        if name in WORDS and at == WORDS[name][0]:
            return self.one(WORDS[name][1])
        return self.one(FIELDS + ['"x"', '"Ana"', '"a"', '">1"', '"<>A"', "lines[*].s"] + ["2"])

    # --- rows

    def parts(self, row, chance=0.35):
        """What else a row may say."""
        if self.maybe(0.2):
            row["default"] = self.one(["0", '"none"', "null", "12.50", "[]"])
        if self.maybe(0.08):
            row["required"] = True
        kind = self.one(["", "", "write", "form", "lookup"]) if self.maybe(chance) else ""
        if kind == "write":
            row["write"] = self.one(["ifPresent", "clear", "onCreate"])
        if kind == "form":
            self.forms(row)
        if kind == "lookup":
            row["lookup"] = "Country" + self.one(["", ", else default", ", else blank"])
        if "else default" in row.get("lookup", ""):
            row.setdefault("default", '"none"')
        if row.get("write") == "clear":
            row.pop("default", None)
            row.pop("required", None)
        return row

    def forms(self, row):
        read, send = self.one([None] + FORMS), self.one([None] + SENDS)
        kinds = {(x or "").split()[0].removesuffix("time") for x in (read, send) if x}
        if (read or "").split()[:1] == ["date"] and (send or "").split()[:1] == ["datetime"]:
            send = None
        if kinds == {"date"}:
            zone = lambda x: x + " in " + self.one(ZONES) if x and self.maybe(0.5) else x
            row.update({k: zone(v) for k, v in (("read", read), ("send", send)) if v})
        elif read and (not send or kinds <= {"number", "text"} and "number" in kinds):
            row.update({k: v for k, v in (("read", read), ("send", send)) if v})
        elif send == "text" or send and not read:
            row["send"] = send

    def target(self, prefix=""):
        self.used += 1
        name = f"f{self.used}"
        return prefix + (self.one([name, name, f"{name}.x", f"n{self.used}.y"]))

    def path(self):
        return self.one(FIELDS * 3 + [
            "o.x", "$.o.y", "gone", "lines[0].q", "lines[-1].s", "lines[*].q", "codes", "codes[0:2]", "o", "lines",
            "lines[?@.q>1].s", "$..q", "o['x','y']", "codes[*]", "lines[?@.q==@.r].s", "lines[?@.s && !@.q].r",
            "lines[?@.q > 1 || @.s == 'A'].s", "orders[*].lines[*].q", "['a']", "$", "codes[::-1]", "codes[-2:]",
            "lines[?length(@.s)>1].s", "lines[?count(@.t[*])>1].s", "lines[?@.q<='5'].q", "Tax!rate", "o.*"])

    def source(self):
        if self.form == 1:
            return self.one([self.path, lambda: self.one(["1.50", "true", "null", "=a&b", "=UPPER(c)", "=IF(a=b,c,d)"])])()
        return self.one([
            self.path, self.path, lambda: "=" + self.formula(self.leaf), self.call,
            lambda: self.one(["1.50", '"t"', "null", "[1, 2]", '{"k":{}}', "true", "TRUE", "False", "", "1e400",
                              '"\\u00e9\\/"']),
            lambda: "=LET(z," + self.formula(self.leaf, 1) + ",COALESCE(z,\"none\"))",
            lambda: f"=LOOKUP({self.leaf()},\"Country\"{self.one(['', ',1', ','])})",
            lambda: self.one(["=LEN(TODAY())", '=LEN(NOW("Europe/Berlin"))', "=NOW()=NOW()", "=LEFT(NOW(),0)"]),
            lambda: "=MAP(codes[*],LAMBDA(e,e&\"!\"))", lambda: "=Tax!rate*2",
            lambda: "=REDUCE(0,codes[*],LAMBDA(x,y,x+y))"])()

    def scalars(self, prefix=""):
        return [self.parts({"target": self.target(prefix), "source": self.source()}) for _ in range(self.rng.randint(1, 3))]

    def inner(self, prefix, sources):
        rows = []
        for _ in range(self.rng.randint(1, 3)):
            self.used += 1
            rows.append(self.parts({"target": f"{prefix}.f{self.used}", "source": self.one(sources)}, 0.2))
        return rows

    def list_rows(self, prefix="", whole=False):
        self.used += 1
        name = "" if whole else f"{prefix}l{self.used}"
        at, dot = f"{name}[*]", f"{name}[*]"
        formulas = ["=UPPER(@.s)", "=lines[*].s"] if self.form == 1 else ["=@.q*2", "=lines[*].q*@.r", "=IFERROR(INDEX($.codes,#),)", "=SUM(lines[*].q)",
                    "=IF(lines[*].q>1,\"big\",@.s)", "=@@.a", "=MATCH(lines[*].s,lines[*].s,0)", "=ISBLANK(@.s)&\"\"",
                    "=COALESCE(lines[*].s,\"none\")", "=ROWS(lines[*].s)"]
        here = ["#", "@", "@.q", "@.s", "$.a", "b", '"c"', "@.t[*].k"]
        through = ["lines[*].q", "lines[*].s", "lines[*].r", "lines[*].t[0].k"]
        kind = self.one(["paths", "paths", "own", "filter", "formula", "plain", "nested", "nested", "flat", "each", "keep",
                         "replace"])
        if kind == "paths":
            return [{"target": f"{dot}.a", "source": "lines[*].s"}] + self.inner(dot, through + here + formulas)
        if kind in ("own", "keep"):
            own = {"target": at, "source": "lines[*]"}
            if kind == "keep":
                own["rest"] = "keep"
            return [own] + self.inner(dot, through + here + formulas)
        if kind == "filter":
            own = self.one(["lines[?@.q>1]", "lines[?@.s]", "lines[0:2]", "lines[?@]"])
            return [{"target": at, "source": own}] + self.inner(dot, here)
        if kind in ("formula", "flat", "each") and self.form == 1:
            return [{"target": at, "source": "lines[*]"}]
        if kind == "formula":
            own = self.one(["=lines", "=FILTER(lines,lines[*].q>1)", "=VSTACK(lines,OBJECT(\"s\",\"SHIP\"))", "=a", "=codes",
                            "=TAKE(lines,2)"])
            return [{"target": at, "source": own}] + self.inner(dot, here)
        if kind == "plain":
            return [self.parts({"target": at, "source": self.one(["lines[*].s", "codes[*]", "lines[*]"])}, 0.3)]
        if kind == "nested":
            rows = [{"target": f"{dot}.a", "source": "lines[*].s"}] if self.maybe(0.7) else []
            rows += [{"target": f"{dot}.t[*].k", "source": "lines[*].t[*].k"}]
            if self.form == 1:
                return rows
            return rows + self.inner(f"{dot}.t[*]", ["lines[*].t[*].v", "lines[*].s", "@.v", "#", "$.a", "=@@.s&\"/\"&@.k",
                                                     "=@@@.a", "=lines[*].t[*].v*2", "=lines[*].q+1", "=SUM(@@.t[*].v)"])
        if kind == "flat":
            return [{"target": at, "source": "orders[*].lines[*]"}] + self.inner(
                dot, ["@.s", "orders[*].id", "#", "orders[*].lines[*].q", "$.a", "=orders[*].id", "=orders[*].lines[*].q*2",
                      "@.t[*].k"])
        if kind == "each":
            return [{"target": at, "source": "orders[*]"}] + self.inner(
                dot, ["orders[*].lines[*].s", "@.id", "orders[*].id", "=SUM(@.lines[*].q)", "=@.lines[*].q"])
        return [{"target": at, "source": "lines[*]"}, {"target": f"{dot}.s", "source": "@.s"}]

    def numbered(self):
        self.used += 1
        return [self.parts({"target": f"p{self.used}[{i}].no", "source": self.one(FIELDS + ["gone"])}, 0.2) for i in range(
            self.rng.randint(1, 3))]

    def passed(self):
        rows = [{"target": "$", "source": self.one(["$", "$", "o", "lines[0]", "a"])}]
        rows += [self.parts({"target": t, "source": self.source()}) for t in self.rng.sample(["a", "b", "o.x", "z", "o.z"], 3)]
        if self.maybe(0.4):
            rows.append({"target": "lines[*].s", "source": "lines[*].q"})
        return rows

    def kept(self):
        self.used += 1
        name = f"k{self.used}"
        return [{"target": name, "source": self.one(["o", "gone", "lines[0]", "a"]), "rest": "keep"},
                self.parts({"target": f"{name}.x", "source": self.source()}),
                {"target": f"{name}.vip", "source": "true"}]

    def rows(self):
        if self.form > 1 and self.maybe(0.06):
            return self.list_rows(whole=True)
        if self.form > 1 and self.maybe(0.08):
            return self.passed()
        rows = []
        for _ in range(self.rng.randint(1, 3)):
            rows += self.one([self.scalars, self.scalars, self.list_rows, self.list_rows, self.numbered] +
                             [self.kept] * (self.form > 1))()
        return rows


LEAST = {"ASCII": 1, "TIMEVALUE": 1, "DATEVALUE": 1, "DATETIME": 1, "TEXT": 2, "NUMBERVALUE": 2, "LOG": 1, "SPLITAMOUNT": 2, "VLOOKUP": 3,
         "HLOOKUP": 3, "REGEXMATCH": 2, "REGEXEXTRACT": 2, "REGEXALL": 2, "REGEXREPLACE": 3, "UUID5": 2, "SEARCH": 2, "TEXTBEFORE": 2, "TEXTAFTER": 2, "XLOOKUP": 3, "WEEKNUM": 1, "LEFT": 1, "RIGHT": 1, "FIND": 2, "LARGE": 2, "SMALL": 2, "SUMIF": 2, "AVERAGEIF": 2, "COUNTIF": 2, "COUNTIFS": 2, "SUMIFS": 3,
         "AVERAGEIFS": 3, "MINIFS": 3, "MAXIFS": 3, "MATCH": 2, "OBJECT": 2, "TEXTJOIN": 3, "EXACT": 2, "REPT": 2, "MID": 3, "REPLACE": 4, "SUBSTITUTE": 3, "CHAR": 1, "SPLIT": 2, "FILTER": 2}
PAIRS = {"COUNTIFS": 2, "SUMIFS": 3, "AVERAGEIFS": 3, "MINIFS": 3, "MAXIFS": 3, "OBJECT": 2}
WORDS = {"ROUND": (2, ['"half-even"', '"away"', '"floor"', '"ceiling"', '"to-zero"']), "MINOR": (1, ['"EUR"', '"JPY"', '"KWD"', '"XXZ"']),
         "MAJOR": (1, ['"EUR"', '"JPY"', '"KWD"']), "FROMEPOCH": (1, ['"s"', '"ms"', '"us"']), "HMAC": (2, ['"MD5"', '"SHA1"']),
         "TOEPOCH": (1, ['"s"', '"ms"']), "YEAR": (1, ['"Asia/Tokyo"', '"Europe/Berlin"']), "MONTH": (1, ['"Asia/Tokyo"']),
         "DAY": (1, ['"Asia/Tokyo"', '"+02:00"']), "HOUR": (1, ['"Europe/Berlin"']), "MINUTE": (1, ['"Asia/Kolkata"']),
         "SECOND": (1, ['"Z"']), "UUID5": (0, ['"DNS"', '"URL"', '"x"']), "PARSEJSON": (0, ['"{""a"":1.50}"', '"["', "a", "b"]),
         "DECODEURL": (0, ['"a%20b"', '"%C3%A9"', '"%zz"', "a"]), "BASE64DECODE": (0, ['"QUI="', '"QUI"', '"_w"', "a"])}

GRIDS = ['[["A",1,2],["B",2],["x",3,null]]', '[[1,"p"],[2,"q"],[3]]', '[["A","B","x"],[1,2,3],[4,5]]', "[[],[1]]", "[]", "[1,2]"]
LETTERS = ["a", "b", "c", '"Ana"', '"o\'neil-3rd \u00e9a \u00c9COLE"', '"Jose" & UNICHAR(769) & "phine"', '"\u00c6\u00df\u2013\u2019\ufb01\u00bd\u0142"',
           '"\u65e5"', '"x_y ab1c"']
TIMES = ['"14:05"', '"2:05:09"', '"2:05 PM"', '"12am"', '"12 PM"', '"0:30 am"', '"13:00 pm"', '"24:00"', '"2:60"', '"14"', '"02:05:09.50"',
         '"2:05:09.5"', '"2026-10-25T00:30:00Z"', '"2026-03-29"', '" 2:05pm "', '"14:05Z"', "a", "b"]
DAYS = ['"2026-03-29"', '"2024-02-29"', '"2026-01-31"', '"2026-03-01"', '"2026-10-25T00:30:00Z"', '"1900-02-28"', '"1900-03-01"', '"1899-12-31"',
        '"2025-12-31T23:59:59.999"', "a", "b"]
WRITTEN = ['"12.10.2026"', '"12/10/26"', '"1.2.2026"', '"20261012"', '"2026/1/2"', '"12 oct 2026"', '"Oct 12, 2026"', '"12-October-2026"',
           '"31.04.2026"', '"2026-10-12"', '"12. Oct 2026"', '"13/04/2026"', "a", "b"]
READ = ['"dd.mm.yyyy"', '"d/m/yy"', '"iso"', '"yyyymmdd"', '"d mmm yyyy"', '"mmmm d, yyyy"']
HTML = ['"a<br>b</p>c"', '"1 < 2 & x<b>y</b>"', '"<p title=""a>b"">x</p><!-- y --><li>z"', '"<script>a</script>b<style x>c</style><h7>d</h7></h2>"',
        '"<br/><BR ><brx></tr></td>"', '"a <b"', '"<!-- a"', '"</ul><?x?><!DOCTYPE y>z"', "a", "b"]
ENTITIES = ['"&amp;lt; &eacute;&#233;&#xE9;"', '"&nope; & &#0; &#x110000; &apos;&euro;"', '"&amp &#xZ;"', '"&Eacute;&alpha;"', "a"]
PATTERNS = ['"a"', '"(\\d+)"', '"^(\\w)(\\w*)"', '"[a-n]+"', '"x|(n)"', '"\\s"', '"z"', '"."']
UNIT_NAMES = [f'"{u}"' for u in "g kg lbm ozm m km in ft yd mi l gal m3 dam3 km2 ha C F K mph kn km/h byte kibyte Mibit hr kJ cal x KG".split()]
# The arguments of functions that need their own, by their places.
CASES = {
    "ASCII": [LETTERS, ['"?"', '""', "a"]], "PROPER": [LETTERS], "STRIPHTML": [HTML], "DECODEHTML": [ENTITIES],
    "TIMEVALUE": [TIMES, ['"Europe/Berlin"', '"Z"']], "TOEXCEL": [DAYS], "DATEDIF": [DAYS, DAYS, ['"Y"', '"M"', '"d"', '"YM"', '"MD"', '"yd"', '"X"']],
    "FROMEXCEL": [["46023", "0", "0.5", "59.75", "60", "61", "-1", "2958466", "46023.9999999999", "46023.123456789", "1", "a", "b"]],
    "DATEVALUE": [WRITTEN, READ, ['"Asia/Tokyo"']], "DATETIME": [WRITTEN + DAYS, READ, ['"Asia/Tokyo"', '"Europe/Berlin"']],
    "TEXT": [["a", "b", "c", "1234567.125", "-1234.5", "0", "0.5", "-0.001", '"5"', '"x"', "TRUE", '"2026-10-12T14:05:09Z"', '"2026-03-29"'],
             ['"0"', '"0.00"', '"#,##0.00"', '"0%"', '"00000"', '"#.##"', '"0.0#"', '"$#,##0"', '"0.0,"', '"0.00;(0.00)"', '"0;-0;""zero"""', '"@"', '""',
              '"dd/mm/yyyy hh:mm"', '"iso"', '"d mmm yy"', '"h:mm AM/PM"', '"dddd"'], ['"Europe/Berlin"', '"Asia/Tokyo"']],
    "NUMBERVALUE": [['"1.234,56"', '"1,234.56"', '"1 234,5"', '"-5 %"', '"12.34.567"', '"1.5"', '",5"', '"5,"', '""', '"1e5"', '"5%%"', "a", "b"],
                    ['","', '"."', '"ab"'], ['"."', '","', '" "', '""']],
    "REGEXMATCH": [LETTERS, PATTERNS], "REGEXEXTRACT": [LETTERS, PATTERNS], "REGEXALL": [LETTERS, PATTERNS],
    "REGEXREPLACE": [LETTERS, PATTERNS[2:4] + ['"a"'], ['"$0$0"', '"$$-"', '""', '"y"']],
    "CONVERT": [["1", "2.5", "-40", "0", "68", "a", "b"], UNIT_NAMES, UNIT_NAMES],
    "POWER": [["2", "1.05", "10", "-2", "0", "a"], ["3", "0.5", "-1", "0.25", "2", "1.5", "b"]],
    "LOG": [["8", "10", "2", "1", "0.5", "0", "-1", "a", "100"], ["2", "10", "3", "1", "0", "b"]],
    "SPLITAMOUNT": [["10", "-10", "0", "99.99", "0.01", "10.005", "a"], ["{1,1,1}", "{1,2,4}", "{0,0}", "{1,-1}", "{1,NULL,1}", "lines[*].q", "codes[*]"],
                    ['"JPY"', '"EUR"', "0", "3", '"XXZ"']],
    "VLOOKUP": [['"A"', '"b"', "2", "1.5", '"x"'], ["grid", "gone"], ["1", "2", "3", "0", "9"], ["FALSE", "TRUE"]],
    "HLOOKUP": [['"A"', '"b"', "2", "1"], ["grid", "gone"], ["1", "2", "3", "0", "9"], ["FALSE", "TRUE"]],
}


def document(rng):
    """The format, the rows and the records of one document."""
    form = 1 if rng.random() < 0.1 else 2
    maker = Maker(rng, form)
    rows = maker.rows()
    if form == 1:
        rows = [{k: v for k, v in r.items() if k in ("target", "source", "default", "required")} for r in rows
                if not r["target"].startswith(("$", "[*]"))] or [{"target": "a", "source": "a"}]
    for r in rows:
        if "default" in r:
            json.loads(r["default"])
    return form, rows, [maker.record() for _ in range(3)]
