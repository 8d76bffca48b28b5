"""Random formulas with the cells that they read, for the comparison with other
spreadsheets. In a formula {a} {b} {c} are single cells, {l} {k} {g} lists of
LENGTH cells, and {d} {e} dates, which are ISO 8601 here and day numbers there.
"""
LENGTH = 5
SINGLES, LISTS = "abc", "lkg"
NUMBERS = [0, 1, 2, 3, -1, 10, 100, 0.5, 2.5, -2.5, 1.005, 2.675, 19.9, 0.1, 1234.567, 7, 12, 99.99, 1000000, 0.05]
TEXTS = ["x", "Ana", "ana", "A-1", "B-7", "SO-10023", "a b  c", " x ", "5", "007", "3.50", "1,500", "5 pcs", "TRUE", "\u00c9cole", "na\u00efve", "\U0001f600!",
         "O'Neil", "x*", "a?", "1e3", "-4", "5%"]
DAYS = [(2026, 3, 29), (2024, 2, 29), (2026, 1, 31), (2026, 12, 31), (2025, 3, 1), (1999, 7, 4), (2026, 10, 12), (2000, 1, 1)]
CRITERIA = ['">1"', '"<>A-1"', '"<=2.5"', '"A*"', '"?na"', '"x"', "2", '"5"', '"=3"', '""']

N = ["{a}", "{b}", "{c}", "2", "0", "1", "-1", "2.5", "({a}*{b})"]
T = ["{a}", "{b}", '"x"', '"Ana L\u00f3pez"', '"a-b-c"']
L = ["{l}", "{k}", "{g}"]
D = ["{d}", "{e}"]
I = ["0", "1", "2", "3", "-1"]
V = ["{a}", "{b}", "{c}", '"x"', "3", "TRUE"]
B = ["{a}>{b}", "{a}={c}", "{b}", "TRUE", "FALSE", "{c}<>2"]
C = CRITERIA
SUMS = [["{l}"], ["{l}", "{k}"], ["{l}", "{a}"], ["{g}", "3"]]

# Each function with the choices for each of its arguments; a list in a list is
# one choice of several arguments.
FUNCTIONS = {
    "IF": [B, V, V], "AND": [B, B], "OR": [B, B], "XOR": [B, B], "NOT": [B], "IFERROR": [["{a}/{b}", "{c}"], V], "IFNA": [["MATCH({a},{l},0)", "{c}"], V],
    "CHOOSE": [["1", "2", "3", "{a}"], V, V, V], "IFS": [B, V, ["TRUE"], V], "SWITCH": [V, ["3", '"x"', "{b}"], V, V],
    "ISNUMBER": [V], "ISTEXT": [V], "ISLOGICAL": [V], "ISERROR": [["{a}/{b}", "{c}"]], "ISNA": [["MATCH({a},{l},0)"]], "ISBLANK": [["{a}", "{c}"]], "N": [V], "T": [V],
    "TEXTJOIN": [['"-"', '", "'], ["TRUE", "FALSE"], ["{l}", "{k}", "{g}"]],
    "LEFT": [T, I], "RIGHT": [T, I], "MID": [T, ["1", "2", "5", "0"], I], "LEN": [T], "EXACT": [T, T], "CHAR": [["65", "10", "97"]],
    "UNICHAR": [["65", "8364", "233"]], "UNICODE": [T], "FIND": [['"a"', '"n"', '"-"', "{b}"], T], "SEARCH": [['"A"', '"n?"', '"*b"', "{b}"], T],
    "SUBSTITUTE": [T, ['"a"', '"-"', '"zz"'], ['"_"', '""', "{b}"]], "REPLACE": [T, ["1", "2", "9"], ["0", "1", "3"], ['"__"', "{b}"]],
    "REPT": [T, ["0", "1", "3"]], "TRIM": [T], "CLEAN": [T], "UPPER": [T], "LOWER": [T], "PROPER": [T], "VALUE": [["{a}", "{b}", '"3.5"', '"12%"', '"x"', '"$5"']],
    "NUMBERVALUE": [['"1.234,5"', '"1 234"', '"5%"', '"x"'], ['","'], ['"."']], "CONCATENATE": [V, V], "TEXT": [["{a}", "{b}"], ['"0.00"', '"#,##0"', '"0%"', '"00000"']],
    "ROUND": [N, I], "ROUNDUP": [N, I], "ROUNDDOWN": [N, I], "TRUNC": [N, I], "CEILING": [N, ["1", "0.5", "5", "-2"]], "FLOOR": [N, ["1", "0.5", "5", "-2"]],
    "MROUND": [N, ["1", "0.5", "5"]], "INT": [N], "MOD": [N, ["3", "-3", "0.5", "{b}"]], "QUOTIENT": [N, ["3", "-3", "{b}"]], "ABS": [N], "SIGN": [N], "SQRT": [N],
    "POWER": [N, ["2", "3", "0.5", "-1"]], "LOG": [N, ["2", "10", "{b}"]],
    "MIN": [SUMS], "MAX": [SUMS], "SUM": [SUMS], "AVERAGE": [SUMS], "MEDIAN": [SUMS], "COUNT": [SUMS], "COUNTA": [SUMS],
    "LARGE": [L, ["1", "2", "9"]], "SMALL": [L, ["1", "2", "9"]], "SUMPRODUCT": [L, L],
    "SUMIF": [L, C, L], "COUNTIF": [L, C], "AVERAGEIF": [L, C, L], "SUMIFS": [L, L, C, L, C], "COUNTIFS": [L, C, L, C], "AVERAGEIFS": [L, L, C], "MINIFS": [L, L, C],
    "MAXIFS": [L, L, C],
    "YEAR": [D], "MONTH": [D], "DAY": [D], "EDATE": [D, ["1", "-1", "12", "0"]], "EOMONTH": [D, ["1", "-1", "0"]], "DAYS": [D, D],
    "DATEDIF": [D, D, ['"Y"', '"M"', '"D"', '"YM"', '"MD"', '"YD"']], "WEEKDAY": [D, ["1", "2", "3"]], "WEEKNUM": [D, ["1", "2", "11", "21"]], "ISOWEEKNUM": [D],
    "WORKDAY": [D, ["1", "5", "-3", "20"]], "NETWORKDAYS": [D, D], "DATE": [["2026", "1999", "2024"], ["1", "13", "0", "-1"], ["1", "31", "0", "45"]],
    "INDEX": [L, ["1", "3", "5", "6"]], "MATCH": [["{a}", '"A-1"', "2", '"a*"'], L, ["0"]], "CONVERT": [["1", "{a}", "2.5"], ['"lbm"', '"kg"', '"m"', '"F"', '"gal"', '"hr"'],
                                                                                                  ['"g"', '"km"', '"C"', '"l"', '"mn"']],
}
OPERATORS = ["+", "-", "*", "/", "&", "=", "<>", "<", ">=", "^"]


def cell(rng):
    kind = rng.random()
    if kind < 0.55:
        return rng.choice(NUMBERS)
    if kind < 0.85:
        return rng.choice(TEXTS)
    return rng.choice([None, True, False])


def listed(rng):
    """Numbers alone as often as not."""
    if rng.random() < 0.5:
        return [rng.choice(NUMBERS) for _ in range(LENGTH)]
    return [cell(rng) for _ in range(LENGTH)]


def a_tuple(rng):
    """{name, cells, dates, formula} of a random formula."""
    name = rng.choice(sorted(FUNCTIONS) + OPERATORS * 2)
    if name in OPERATORS:
        formula = f"{rng.choice(N + T)}{name}{rng.choice(N + T)}"
    else:
        chosen = [rng.choice(c) for c in FUNCTIONS[name]]
        formula = name + "(" + ",".join(",".join(c) if isinstance(c, list) else c for c in chosen) + ")"
    single = rng.random() < 0.6
    return {"name": name, "formula": formula, "singles": [rng.choice(NUMBERS) if single else cell(rng) for _ in SINGLES],
            "lists": [listed(rng) for _ in LISTS], "dates": [rng.choice(DAYS) for _ in "de"]}
