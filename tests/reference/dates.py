"""Dates of ISO 8601 and of formats, with the zones of the IANA.

Part of the reference of the mapping.
"""
import datetime as dt
import re
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

from values import EXACT, Err, Num

ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[-+]\d\d:\d\d)?)?")
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
EPOCH = dt.date(1970, 1, 1)


class Moment:
    """A day, and perhaps the seconds of its time and the seconds that its
    clock is before UTC."""
    def __init__(self, day, seconds=None, offset=None, plain=None):
        self.day, self.seconds, self.offset, self.plain = day, seconds, offset, plain

    def iso(self):
        made = "" if self.day is None else self.day.isoformat()
        if self.seconds is not None:
            made += ("T" if made else "") + clock(self.seconds)
        if self.offset is not None:
            minutes = abs(self.offset) // 60
            made += f"{'-' if self.offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}" if self.offset else "Z"
        return made

    def instant(self):
        return (self.day - EPOCH).days * 86400 + (self.seconds or 0) - (self.offset or 0)

    def moved(self, zone):
        """As the clock of ZONE shows it; without a zone of its own it stays."""
        if zone is None or self.seconds is None or self.offset is None:
            return self
        return from_instant(self.instant(), zone)


def clock(seconds):
    whole = int(seconds)
    made = f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
    fraction = f"{Decimal(seconds) - whole:f}"[2:].rstrip("0")
    return made + ("." + fraction if fraction else "")


def offset_at(zone, instant):
    if zone == "Z":
        return 0
    if m := re.fullmatch(r"([-+])(\d\d):(\d\d)", zone):
        return (-1 if m[1] == "-" else 1) * (int(m[2]) * 3600 + int(m[3]) * 60)
    try:
        at = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc) + dt.timedelta(seconds=int(instant // 1))
        return int(at.astimezone(ZoneInfo(zone)).utcoffset().total_seconds())
    except (KeyError, ValueError):
        raise Err("#VALUE!") from None


def from_instant(instant, zone):
    offset = offset_at(zone, instant)
    local = instant + offset
    try:
        days = int(Decimal(local / 86400).to_integral_value("ROUND_FLOOR"))
        return Moment(EPOCH + dt.timedelta(days=days), local - days * 86400, offset)
    except OverflowError:
        raise Err("#NUM!") from None


def in_zone(moment, zone):
    """The point in time of a clock of ZONE: an hour that it shows twice is the
    earlier one, one that it skips is as before the change."""
    if moment.offset is not None:
        return moment.instant()
    local = moment.instant()
    before = offset_at(zone, local - 86400)
    fits = [o for o in (before, offset_at(zone, local + 86400)) if offset_at(zone, local - o) == o]
    return local - (fits[0] if fits else before)


def parse(text):
    """The moment of a text of ISO 8601, or None."""
    m = ISO.fullmatch(text)
    if not m:
        return None
    try:
        day = dt.date(int(m[1]), int(m[2]), int(m[3]))
    except ValueError:
        return None
    if m[4] is None:
        return Moment(day)
    hour, minute, second = int(m[4]), int(m[5]), int(m[6] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    offset = None if m[8] is None else offset_at(m[8], 0)
    return Moment(day, hour * 3600 + minute * 60 + second + Decimal("0." + (m[7] or "0")), offset, m[6] is None)


def is_date(text):
    return parse(text) is not None


def read(text):
    """What functions take for a date: also 2026/10/12 and 12 Oct 2026."""
    found = parse(text)
    if not found and (m := re.fullmatch(r"(\d{4})/(\d\d?)/(\d\d?)", text)):
        found = day_of(int(m[1]), int(m[2]), int(m[3]))
    if not found and (m := re.fullmatch(r"(\d\d?) ([A-Za-z]{3,9}) (\d{4})", text)):
        for i, name in enumerate(MONTHS):
            if m[2].lower() in (name.lower(), name[:3].lower()):
                found = day_of(int(m[3]), i + 1, int(m[1]))
    if not found:
        raise Err("#VALUE!")
    return found


def day_of(year, month, day):
    try:
        return Moment(dt.date(year, month, day))
    except ValueError:
        raise Err("#VALUE!") from None


def add(a, b, op, form):
    """A date + or - days, or the days between two dates."""
    import single
    if not (isinstance(a, str) and is_date(a)):
        a, b = b, a
    first, other = parse(a), parse(b) if isinstance(b, str) else None
    if other and op == "-":
        if first.seconds is None and other.seconds is None:
            return Num(Decimal((first.day - other.day).days))
        if (first.offset is None) != (other.offset is None):
            raise Err("#VALUE!")
        return Num(EXACT.divide(Decimal(first.instant() - other.instant()), Decimal(86400)))
    days = single.number(b, form)
    if op == "-":
        days = -days
    if first.seconds is None and form == 1:
        days = days.to_integral_value("ROUND_FLOOR")
    made = shifted(first, days)
    if first.seconds is None and not made.seconds:
        made.seconds = None
    return made.iso()


def shifted(moment, days):
    seconds = EXACT.multiply(days, Decimal(86400))
    if seconds != int(seconds) or days != int(days) or moment.seconds is not None:
        total = (moment.seconds or 0) + seconds
        whole = int(total.to_integral_value("ROUND_FLOOR") // 86400) if total >= 0 else -int(-total.to_integral_value(
            "ROUND_FLOOR") // 86400) - (1 if -total.to_integral_value("ROUND_FLOOR") % 86400 else 0)
        return Moment(later(moment.day, whole), total - whole * 86400, moment.offset)
    return Moment(later(moment.day, int(days)), None)


def later(day, days):
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        raise Err("#NUM!") from None


def months_later(day, months, last=False):
    at = day.year * 12 + day.month - 1 + months
    if not 12 <= at < 120000:
        raise Err("#NUM!")
    year, month = at // 12, at % 12 + 1
    most = 31 if month == 12 else (dt.date(year, month + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, most if last else min(day.day, most))


# --- formats

TOKENS = re.compile(r"(?i)y+|m+|d+|h+|s+(?:\.0+)?|am/pm|a/p|\"[^\"]*\"|\\.|.", re.S)


def tokens(form):
    """The parts of a format; an m behind an h or before an s is a minute."""
    parts = TOKENS.findall(form)
    letters = [i for i, p in enumerate(parts) if p[0] in "yYmMdDhHsS"]
    for at, i in enumerate(letters):
        if parts[i][0] in "mM":
            before = at and parts[letters[at - 1]][0] in "hH"
            behind = at + 1 < len(letters) and parts[letters[at + 1]][0] in "sS"
            parts[i] = "n" * len(parts[i]) if (before or behind) and len(parts[i]) < 3 else parts[i].lower()
    return [p.lower() if p[0] in "yYdDhHsS" or p.lower() in ("am/pm",) else p for p in parts]


def written(moment, form):
    parts = tokens(form)
    seconds = moment.seconds or 0
    hour, minute, second = int(seconds // 3600), int(seconds // 60 % 60), int(seconds % 60)
    half = any(p in ("am/pm", "a/p", "A/P") for p in parts)
    made = ""
    for p in parts:
        if p[0] in "mdy" and p != "" and moment.day is None:
            raise Err("#VALUE!")
        if p[0] == "y":
            made += f"{moment.day.year:04}" if len(p) > 2 else f"{moment.day.year % 100:02}"
        elif p[0] == "m":
            name = MONTHS[moment.day.month - 1]
            n = moment.day.month
            made += [str(n), f"{n:02}", name[:3], name, name[0]][min(len(p), 5) - 1]
        elif p[0] == "d":
            name = DAYS[moment.day.weekday()]
            made += [str(moment.day.day), f"{moment.day.day:02}", name[:3], name][min(len(p), 4) - 1]
        elif p[0] == "h":
            made += f"{(hour % 12 or 12) if half else hour:0{min(len(p), 2)}}"
        elif p[0] == "n":
            made += f"{minute:0{len(p)}}"
        elif p[0] == "s":
            made += f"{second:0{min(len(p.split('.')[0]), 2)}}"
            if "." in p:
                places = len(p.split(".")[1])
                made += f"{(Decimal(seconds) % 1).quantize(Decimal(1).scaleb(-places), ROUND_DOWN):f}"[1:]
        elif p == "am/pm":
            made += "AM" if hour < 12 else "PM"
        elif p.lower() == "a/p":
            made += (p[0] if hour < 12 else p[2])
        else:
            made += p.strip('"') if p[0] == '"' else p[1:] if p[0] == "\\" else p
    return made


def by_format(text, form):
    """The moment that TEXT is by FORM; ends with #VALUE! where it is none."""
    pattern, names = "", []
    for p in tokens(form):
        if p[0] == "d" and len(p) > 2:
            pattern += "[a-z]+"
        elif p[0] == "m" and len(p) > 2:
            pattern += "(" + "|".join(MONTHS + [m[:3] for m in MONTHS]) + ")"
            names.append("month")
        elif p[0] in "ymdhns" and len(p) <= 4:
            pattern += r"(\d{4})" if p[0] == "y" and len(p) > 2 else r"(\d{4}|\d\d)" if p[0] == "y" else r"(\d\d?)"
            names.append(p[0] + str(len(p) if p[0] == "y" else ""))
        elif p == "am/pm":
            pattern, names = pattern + "(am|pm)", names + ["half"]
        else:
            pattern += re.escape(p.strip('"') if p[0] == '"' else p)
    m = re.fullmatch(pattern + r"\s*(Z|[-+]\d\d:\d\d)?", text, re.I)
    if not m:
        raise Err("#VALUE!")
    got = dict(zip(names, m.groups()))
    month = got.get("m") or 1
    if "month" in got:
        month = next(i + 1 for i, n in enumerate(MONTHS) if n[:3].lower() == got["month"][:3].lower())
    year = int(got.get("y4") or got.get("y2") or 1970)
    if year < 100 and "y2" in got:
        year = int(got["y2"]) + (2000 if int(got["y2"]) < 30 else 1900)
    found = day_of(year, int(month), int(got.get("d") or 1))
    if "h" in got:
        hour = int(got["h"])
        if "half" in got:
            hour = hour % 12 + (12 if got["half"].lower() == "pm" else 0)
        minute, second = int(got.get("n") or 0), int(got.get("s") or 0)
        if hour > 23 or minute > 59 or second > 59:
            raise Err("#VALUE!")
        found.seconds = Decimal(hour * 3600 + minute * 60 + second)
        found.offset = offset_at(m.groups()[-1], 0) if m.groups()[-1] else None
    return found
