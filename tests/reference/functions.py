"""The table of functions, put together of their families.

A row is NAME: (kinds of arguments, what is calculated, from which argument on
a blank one gives no value: 0 is never, else 1 + how many there must be).
Part of the reference of the mapping.
"""
from decimal import Decimal

import functions_dates
import functions_lists
import functions_numbers
import functions_texts
from functions_lists import table_value
from functions_numbers import power
from single import LEFT_OUT, compare, condition, number, one_list, raising, single, text
from values import MISSING, Err, Num

__all__ = ["LEFT_OUT", "NOT_TESTED", "TABLE", "TAKES", "compare", "condition", "number", "power", "raising",
           "table_value", "text"]

NOT_TESTED = {
    "ASCII": "which letters have a spelling in ASCII is a table that doc/ does not give",
    "LOG": "30 digits of a series", "POWER": "as ^",
    "REGEXMATCH": "PCRE2 is not Python's re", "REGEXEXTRACT": "the same", "REGEXALL": "the same",
    "REGEXREPLACE": "the same", "DECODEHTML": "a table of entities", "STRIPHTML": "which tags end a line is not listed",
    "DATETIME": "the reading is that of forms, which rows compare", "FROMEXCEL": "its rounding to milliseconds",
    "TOEXCEL": "its inverse", "TIMEVALUE": "which times it reads is not listed", "NOW": "the time of the run",
    "TODAY": "the time of the run", "CONVERT": "the sizes of units are a table that doc/ does not give", "VLOOKUP": "XLOOKUP compares the same",
    "HLOOKUP": "the same", "LAMBDA": "stands in MAP and REDUCE", "TEXT": "tests/data/formula.test has its cases",
    "DATEVALUE": "the reading is that of forms, which rows compare", "PROPER": "what begins a word is not listed",
    "NUMBERVALUE": "tests/data/formula.test has its cases",
    "DATEDIF": "MD and YD have no agreed meaning",
    "SPLITAMOUNT": "tests/data/formula.test has its cases", "LOOKUP": "rows with lookup compare it",
}

TAKES = {
    "t": lambda v, e: text(v), "n": lambda v, e: number(v, e.format), "b": lambda v, e: condition(v),
    "d": lambda v, e: text(v), "v": lambda v, e: v, "E": lambda v, e: v, "S": lambda v, e: single(v), "A": lambda v, e: v, "L": one_list}

TABLE = {
    "NOT": ("b", lambda v: not v, 0),
    "ISBLANK": ("E", lambda v: v is None or v is MISSING, 0),
    "ISNUMBER": ("E", lambda v: isinstance(v, Num), 0),
    "ISTEXT": ("E", lambda v: isinstance(v, str), 0),
    "ISERROR": ("E", lambda v: isinstance(v, Err), 0),
    "ISNA": ("E", lambda v: isinstance(v, Err) and v.code == "#N/A", 0),
    "ISLOGICAL": ("E", lambda v: isinstance(v, bool), 0),
    "N": ("v", lambda v: Num(v.raw) if isinstance(v, Num) else Decimal(int(v is True)), 0),
    "T": ("v", lambda v: v if isinstance(v, str) else "", 0),
} | functions_texts.TABLE | functions_numbers.TABLE | functions_dates.TABLE | functions_lists.TABLE
