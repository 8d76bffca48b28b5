"""The table of functions, put together of their families.

A row is NAME: (kinds of arguments, what is calculated, from which argument on
a blank one gives no value: 0 is never, else 1 + how many there must be).
Part of the reference of the mapping.
"""
from decimal import Decimal

import functions_dates
import functions_lists
import functions_numbers
import functions_rest
import functions_texts
from functions_lists import table_value
from functions_numbers import power
from single import LEFT_OUT, compare, condition, number, one_list, raising, single, text
from values import MISSING, Err, Num

__all__ = ["LEFT_OUT", "NOT_TESTED", "TABLE", "TAKES", "compare", "condition", "number", "power", "raising",
           "table_value", "text"]

NOT_TESTED = {"LAMBDA": "stands in MAP and REDUCE"}

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
} | functions_texts.TABLE | functions_numbers.TABLE | functions_dates.TABLE | functions_lists.TABLE | \
    functions_rest.TABLE
