"""Functions of dates and times. A row of TABLE is as in functions.py.
Part of the reference of the mapping.
"""
import datetime as dt
from decimal import Decimal

import dates
from single import whole
from values import EXACT, WIDE, Err


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


def weeknum(moment, kind=Decimal(1)):
    kind, day = whole(kind), moment.day
    if kind == 21:
        return Decimal(day.isocalendar()[1])
    if kind not in (1, 2) and not 11 <= kind <= 17:
        raise Err("#NUM!")
    first = dt.date(day.year, 1, 1)
    begins = {1: 6, 2: 0}.get(kind, kind - 11)
    return Decimal(((day - first).days + (first.weekday() - begins) % 7) // 7 + 1)


def workday(moment, days):
    at, left = moment.day, whole(days)
    while left:
        at += dt.timedelta(days=1 if left > 0 else -1)
        if at.weekday() < 5:
            left -= 1 if left > 0 else -1
    return at.isoformat()


def networkdays(a, end):
    b = dates.parse(end)
    if not b:
        raise Err("#VALUE!")
    first, last = sorted((a.day, b.day))
    n = sum((first + dt.timedelta(days=i)).weekday() < 5 for i in range((last - first).days + 1))
    return Decimal(n if a.day <= b.day else -n)


TABLE = {
    "WEEKNUM": ("dn", weeknum, 2), "WORKDAY": ("dn", workday, 3), "NETWORKDAYS": ("dt", networkdays, 3),
    "DATE": ("nnn", date_of, 4),
    "TIME": ("nnn", clock_of, 4),
    "FROMEPOCH": ("nt", from_epoch, 2),
    "TOEPOCH": ("dtt", epoch, 2),
    "YEAR": ("dt", lambda d, z=None: Decimal(d.moved(z).day.year), 2),
    "MONTH": ("dt", lambda d, z=None: Decimal(d.moved(z).day.month), 2),
    "DAY": ("dt", lambda d, z=None: Decimal(d.moved(z).day.day), 2),
    "HOUR": ("dt", lambda d, z=None: Decimal(seconds_of(d, z) // 3600), 2),
    "MINUTE": ("dt", lambda d, z=None: Decimal(seconds_of(d, z) // 60 % 60), 2),
    "SECOND": ("dt", lambda d, z=None: Decimal(seconds_of(d, z) % 60), 2),
    "EDATE": ("dn", lambda d, n: dates.Moment(dates.months_later(d.day, whole(n)), d.seconds, d.offset).iso(), 3),
    "EOMONTH": ("dn", lambda d, n: dates.months_later(d.day, whole(n), True).isoformat(), 3),
    "DAYS": ("dd", lambda a, b: Decimal((a.day - b.day).days), 3),
    "WEEKDAY": ("dn", weekday, 2),
    "ISOWEEKNUM": ("d", lambda d: Decimal(d.day.isocalendar()[1]), 2),
}
