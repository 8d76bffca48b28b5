"""Functions of texts. A row of TABLE is as in functions.py.
Part of the reference of the mapping.
"""
import base64
import hashlib
import html
import re
import unicodedata
import uuid
import urllib.parse
from decimal import Decimal

from single import count_of, fold, numeric, raising, text, whole
from values import MISSING, Err, parse, write


def find(needle, s, start=Decimal(1)):
    at = s.find(needle, count_of(start, 1) - 1)
    if at < 0 or count_of(start) > len(s) + 1:
        raise Err("#VALUE!")
    return at + 1


def substitute(s, old, new, occurrence=None):
    n = None if occurrence is None else count_of(occurrence, 1)
    if not old:
        return s
    if n is None:
        return s.replace(old, new)
    parts = s.split(old)
    return s if n >= len(parts) else old.join(parts[:n]) + new + old.join(parts[n:])


def pad(s, length, fill, before):
    missing = count_of(length) - len(s)
    if missing > 1000000:
        raise Err("#NUM!")
    if missing <= 0:
        return s
    if not fill:
        raise Err("#VALUE!")
    extra = (fill * missing)[:missing]
    return extra + s if before else s + extra


def repeated(s, n):
    if len(s) * count_of(n) > 1000000:
        raise Err("#NUM!")
    return s * count_of(n)


def split(s, by, each=True, drop=True):
    if not by:
        raise Err("#VALUE!")
    parts = re.split("[" + re.escape(by) + "]" if each else re.escape(by), s)
    return [p for p in parts if p or not drop]


def character(n):
    if not 1 <= n <= 0x10ffff or 0xd800 <= n <= 0xdfff:
        raise Err("#VALUE!")
    return chr(n)


def small_character(n):
    n = whole(n)
    if not 1 <= n <= 255:
        raise Err("#VALUE!")
    try:
        return bytes([n]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(n)


def upper(c):
    return c.upper() if len(c.upper()) == 1 else c


def value_of(s):
    d = numeric(s, True)
    if d is None:
        raise Err("#VALUE!")
    return d


def decoded_url(s):
    if re.search("%(?![0-9a-fA-F]{2})", s):
        raise Err("#VALUE!")
    return utf8(urllib.parse.unquote_to_bytes(s))


def utf8(b):
    try:
        return b.decode()
    except UnicodeDecodeError:
        raise Err("#VALUE!") from None


def base64_decoded(s):
    s = s.replace("-", "+").replace("_", "/").rstrip("=")
    if not re.fullmatch("[A-Za-z0-9+/]*", s) or len(s) % 4 == 1:
        raise Err("#VALUE!")
    return utf8(base64.b64decode(s + "=" * (-len(s) % 4)))


def read_json(s):
    try:
        return parse(s)
    except ValueError:
        raise Err("#VALUE!") from None


def hmac_of(s, key, name="SHA256", form="hex"):
    import hmac
    if name.upper() not in ("SHA256", "SHA512", "SHA1", "MD5") or form.lower() not in ("hex", "base64"):
        raise Err("#VALUE!")
    if not key:  # in format 1 it signs, and the generator makes no such case
        raise Err("#VALUE!")
    made = hmac.new(key.encode(), s.encode(), name.lower()).digest()
    return made.hex() if form.lower() == "hex" else base64.b64encode(made).decode()


def uuid5(space, name):
    try:
        space = getattr(uuid, "NAMESPACE_" + space.upper(), None) or uuid.UUID(space)
    except ValueError:
        raise Err("#VALUE!") from None
    return str(uuid.uuid5(space, name))


def joined(by, skip, values):
    flat = [text(x) for v in values for x in (v if isinstance(v, list) else [v])]
    return by.join(x for x in flat if x or not skip)


def around(s, by, which, before):
    n = whole(which)
    if n == 0 or not by:
        raise Err("#VALUE!")
    parts = s.split(by)
    n = n if n > 0 else len(parts) + n
    if not 1 <= n < len(parts):
        raise Err("#N/A")
    return by.join(parts[:n] if before else parts[n:])


TABLE = {
    "SEARCH": ("ttn", lambda needle, s, start=Decimal(1): find(fold(needle), fold(s), start), 0),
    "TEXTBEFORE": ("ttn", lambda s, by, n=Decimal(1): around(s, by, n, True), 3),
    "TEXTAFTER": ("ttn", lambda s, by, n=Decimal(1): around(s, by, n, False), 3),
    "CONCAT": ("A*", lambda *a: joined("", False, a), 0),
    "TEXTJOIN": ("tbA*", lambda by, skip, *a: joined(by, skip, a), 0),
    "SPLIT": ("ttbb", split, 3),
    "LEFT": ("tn", lambda s, n=Decimal(1): s[:count_of(n)], 2),
    "RIGHT": ("tn", lambda s, n=Decimal(1): s[max(len(s) - count_of(n), 0):], 2),
    "MID": ("tnn", lambda s, a, n: s[count_of(a, 1) - 1:][:count_of(n)], 4),
    "LEN": ("t", len, 0),
    "EXACT": ("tt", lambda a, b: a == b, 0),
    "CHAR": ("n", small_character, 2),
    "UNICHAR": ("n", lambda n: character(whole(n)), 2),
    "UNICODE": ("t", lambda s: Decimal(ord(s[0])) if s else raising("#VALUE!"), 2),
    "FIND": ("ttn", find, 0),
    "SUBSTITUTE": ("tttn", substitute, 4),
    "REPLACE": ("tnnt", lambda s, a, n, new: s[:count_of(a, 1) - 1] + new + s[count_of(a, 1) - 1 + count_of(n):], 5),
    "REPT": ("tn", repeated, 2),
    "PADLEFT": ("tnt", lambda s, n, p=" ": pad(s, n, p, True), 3),
    "PADRIGHT": ("tnt", lambda s, n, p=" ": pad(s, n, p, False), 3),
    "TRIM": ("t", lambda s: re.sub(" +", " ", s).strip(" "), 2),
    "CLEAN": ("t", lambda s: re.sub("[\0-\x1f]", "", s), 2),
    "NFC": ("t", lambda s: unicodedata.normalize("NFC", s), 2),
    "UPPER": ("t", lambda s: "".join(map(upper, s)), 2),
    "LOWER": ("t", fold, 2),
    "VALUE": ("t", value_of, 2),
    "ENCODEHTML": ("t", lambda s: html.escape(s).replace("&#x27;", "&#39;"), 2),
    "JSON": ("A", lambda v: v if v is MISSING else write(v), 0),
    "PARSEJSON": ("t", read_json, 2),
    "ENCODEURL": ("t", lambda s: urllib.parse.quote(s, safe="-._~"), 2),
    "DECODEURL": ("t", decoded_url, 2),
    "BASE64": ("t", lambda s: base64.b64encode(s.encode()).decode(), 2),
    "BASE64DECODE": ("t", base64_decoded, 2),
    "SHA256": ("t", lambda s: hashlib.sha256(s.encode()).hexdigest(), 2),
    "SHA1": ("t", lambda s: hashlib.sha1(s.encode()).hexdigest(), 2),
    "MD5": ("t", lambda s: hashlib.md5(s.encode()).hexdigest(), 2),
    "HMAC": ("tttt", hmac_of, 3),
    "UUID5": ("tt", uuid5, 2),
}
