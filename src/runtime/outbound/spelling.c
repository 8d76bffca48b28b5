/*
 * Reads percent-encoding, JSON escapes and HTML entities, in any mixture. A
 * text is looked at as it stands, as what it spells, as what that spells, and
 * so on: a secret may itself hold what looks like a spelling, and is looked for
 * in all its readings too.
 */
#include "runtime/outbound/spelling.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/mem.h"
#include "base/percent.h"
#include "base/text.h"
#include "runtime/outbound/vault.h"

/* How many times what a text spells is read again. */
enum { READINGS = 4 };

/* What stands at one place: LEN bytes of the text mean the SIZE bytes OUT. */
struct letter {
    size_t len, size;
    char out[4];
};

static struct letter
letter_of(size_t len, uint32_t cp)
{
    struct letter l = {.len = len};
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000))
        cp = '?'; /* no character: half a pair of surrogates */
    l.size = utf8_encode(l.out, cp);
    return l;
}

static struct letter
plain(size_t len, char c)
{
    return (struct letter){.len = len, .size = 1, .out = {c}};
}

/* Reads up to COUNT digits of BASE; how many there are. */
static size_t
digits(const char *s, size_t n, size_t count, uint32_t base, uint32_t *out)
{
    size_t i = 0;
    *out = 0;
    for (; i < n && i < count; i++) {
        int digit = hex_digit(s[i]);
        if (digit < 0 || (uint32_t)digit >= base)
            break;
        *out = *out * base + (uint32_t)digit;
    }
    return i;
}

/* "%2F", "%252f", "%25252F" … */
static struct letter
percent(const char *s, size_t n)
{
    uint32_t byte = 0, next = 0;
    size_t at = 1;
    if (digits(s + at, n - at, 2, 16, &byte) < 2)
        return plain(1, '%');
    while (byte == '%' && digits(s + at + 2, n - at - 2, 2, 16, &next) == 2) {
        at += 2;
        byte = next;
    }
    return plain(at + 2, (char)byte);
}

/* "\u002f" and pairs of surrogates, after AT backslashes. */
static struct letter
unicode(const char *s, size_t n, size_t at)
{
    uint32_t high = 0, low = 0;
    size_t end = at + 5, second = end;
    if (digits(s + at + 1, n - at - 1, 4, 16, &high) < 4)
        return plain(at, '\\');
    while (second < n && second - end < at && s[second] == '\\')
        second++;
    if (high >= 0xD800 && high < 0xDC00 && second > end && second < n &&
        s[second] == 'u' &&
        digits(s + second + 1, n - second - 1, 4, 16, &low) == 4 &&
        low >= 0xDC00 && low < 0xE000)
        return letter_of(second + 5,
                         0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
    return letter_of(end, high);
}

/* Any number of backslashes, as JSON in JSON has them. The quote after an even
 * number ends a string. */
static struct letter
backslash(const char *s, size_t n)
{
    static const char names[] = "nrtbf/", means[] = "\n\r\t\b\f/";
    size_t at = 1;
    while (at < n && s[at] == '\\')
        at++;
    if (at == n)
        return plain(at, '\\');
    if (s[at] == 'u')
        return unicode(s, n, at);
    if (s[at] == '"' && at % 2 == 1)
        return plain(at + 1, '"');
    const char *name = s[at] ? strchr(names, s[at]) : NULL;
    return name ? plain(at + 1, means[name - names]) : plain(at, '\\');
}

static struct letter
number(const char *s, size_t n, size_t at)
{
    uint32_t cp = 0;
    bool hex = at < n && (s[at] == 'x' || s[at] == 'X');
    size_t from = at + (hex ? 1 : 0);
    size_t count = digits(s + from, n - from, 7, hex ? 16 : 10, &cp);
    size_t end = from + count;
    if (count == 0 || end >= n || s[end] != ';')
        return plain(1, '&');
    return letter_of(end + 1, cp);
}

/* "&amp;", "&#39;", "&#x2F;", "&amp;lt;" … */
static struct letter
entity(const char *s, size_t n)
{
    static const struct {
        const char *name;
        char means;
    } names[] = {{"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}};
    size_t at = 1;
    while (n - at >= 4 && memcmp(s + at, "amp;", 4) == 0)
        at += 4;
    if (at < n && s[at] == '#') {
        struct letter l = number(s, n, at + 1);
        return l.len > 1 ? l : plain(at, '&');
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len = strlen(names[i].name);
        if (n - at >= len && memcmp(s + at, names[i].name, len) == 0)
            return plain(at + len, names[i].means);
    }
    return plain(at, '&');
}

static struct letter
spelled(const char *s, size_t n)
{
    switch (*s) {
    case '%':
        return percent(s, n);
    case '\\':
        return backslash(s, n);
    case '&':
        return entity(s, n);
    default:
        return plain(1, *s);
    }
}

/* A plus is a space in forms: both count as a space. */
static void
spaces(char *s, size_t n)
{
    for (char *end = s + n; (s = memchr(s, '+', (size_t)(end - s))); s++)
        *s = ' ';
}

/* Line ends mean nothing: mails and certificates break long texts anywhere. */
static struct letter
read_letter(const char *s, size_t n)
{
    struct letter l = spelled(s, n);
    spaces(l.out, l.size);
    if (l.size == 1 && (l.out[0] == '\n' || l.out[0] == '\r'))
        l.size = 0;
    return l;
}

/* How many of the N bytes at S mean themselves. */
static size_t
plain_bytes(const char *s, size_t n)
{
    static const bool special[256] = {['%'] = true,
                                      ['\\'] = true,
                                      ['&'] = true,
                                      ['\n'] = true,
                                      ['\r'] = true};
    size_t i = 0;
    while (i < n && !special[(unsigned char)s[i]])
        i++;
    return i;
}

/* Writes what the N bytes at S mean to OUT; how many bytes those are: never
 * more than N. */
static size_t
read_all(char *out, const char *s, size_t n)
{
    size_t size = 0;
    for (size_t i = 0; i < n;) {
        size_t same = plain_bytes(s + i, n - i);
        memcpy(out + size, s + i, same);
        i += same;
        size += same;
        if (i == n)
            break;
        struct letter l = read_letter(s + i, n - i);
        memcpy(out + size, l.out, l.size);
        i += l.len;
        size += l.size;
    }
    return size;
}

/* Letters of either case are the same in what is looked for, from this length
 * on: a shorter one would hide words that only look like it. */
enum { FOLDED_LEAST = 8, SOUGHT_LEAST = 4 };

static void
fold(char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] >= 'A' && s[i] <= 'Z')
            s[i] = (char)(s[i] - 'A' + 'a');
}

/* --- what is looked for --------------------------------------------------- */

enum { PIECE = 4096 };

/* Memory for needles that stays where it is, so that nothing of it is left
 * behind where it grew. */
struct piece {
    struct piece *next;
    size_t size, used;
    char bytes[];
};

/* How letters of either case are compared. */
enum folding {
    FOLD_NOT,
    FOLD_ASCII,
    FOLD_ALL, /* by base/fold.h; holds letters that are not ASCII */
    FOLDINGS
};

/* One reading of a secret, folded. */
struct needle {
    const char *bytes;
    size_t len;
    enum folding folding;
};

struct needles {
    struct piece *pieces;
    struct needle *items;
    size_t count, capacity;
    bool any[FOLDINGS];
    const char *last; /* as it was added */
    size_t last_len;
};

struct needles *
needles_new(void)
{
    return mem_alloc(sizeof(struct needles));
}

void
needles_free(struct needles *needles)
{
    if (!needles)
        return;
    for (struct piece *p = needles->pieces, *next; p; p = next) {
        next = p->next;
        sodium_memzero(p->bytes, p->used);
        free(p);
    }
    free(needles->items);
    free(needles);
}

static char *
room_for(struct needles *needles, size_t n)
{
    struct piece *p = needles->pieces;
    if (!p || p->size - p->used < n) {
        size_t size = n > PIECE ? n : PIECE;
        p = mem_alloc(sizeof *p + size);
        p->size = size;
        p->next = needles->pieces;
        needles->pieces = p;
    }
    p->used += n;
    return p->bytes + p->used - n;
}

static void
add_item(struct needles *needles, struct needle item)
{
    if (needles->count == needles->capacity) {
        needles->capacity = needles->capacity ? 2 * needles->capacity : 64;
        needles->items = mem_resize(needles->items, needles->capacity,
                                    sizeof *needles->items);
    }
    needles->items[needles->count++] = item;
    needles->any[item.folding] = true;
}

static bool
is_ascii(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] >= 0x80)
            return false;
    return true;
}

/* Adds the N bytes at S as they are looked for; fewer than 4 would hide every
 * other word. */
static void
add_reading(struct needles *needles, const char *s, size_t n)
{
    struct needle item = {.len = n};
    struct buf folded;
    if (n < SOUGHT_LEAST)
        return;
    buf_init_any(&folded);
    (void)buf_reserve(&folded, 3 * n + 1);
    if (!is_ascii(s, n))
        fold_text(&folded, s, n);
    bool all = folded.len >= FOLDED_LEAST;
    if (!all) {
        buf_reset(&folded);
        buf_add(&folded, s, n);
    }
    item.folding = all ? FOLD_ALL : n >= FOLDED_LEAST ? FOLD_ASCII : FOLD_NOT;
    if (item.folding == FOLD_ASCII)
        fold(folded.data, folded.len);
    char *room = room_for(needles, folded.len);
    memcpy(room, folded.data, folded.len);
    item.bytes = room;
    item.len = folded.len;
    add_item(needles, item);
    vault_wipe(&folded);
}

/* Adds the N bytes at S, which are overwritten, and what they spell. */
static void
add_readings(struct needles *needles, char *s, size_t n)
{
    char *next = room_for(needles, n);
    for (int i = 0; i < READINGS; i++) {
        add_reading(needles, s, n);
        size_t size = read_all(next, s, n);
        if (size == n && memcmp(next, s, n) == 0)
            return;
        memcpy(s, next, size);
        n = size;
    }
}

/* An app that writes a secret in small letters changes what it spells: "\R" is
 * no line end, "\r" is one. */
void
needles_add(struct needles *needles, const char *s, size_t n)
{
    if (needles->last && needles->last_len == n &&
        memcmp(needles->last, s, n) == 0)
        return;
    char *added = room_for(needles, 3 * n), *sought = added + n;
    char *small = sought + n;
    memcpy(added, s, n);
    needles->last = added;
    needles->last_len = n;
    memcpy(sought, s, n);
    spaces(sought, n);
    memcpy(small, sought, n);
    fold(small, n);
    bool differs = n >= FOLDED_LEAST && plain_bytes(small, n) < n &&
                   memcmp(small, sought, n) != 0;
    add_readings(needles, sought, n);
    if (differs)
        add_readings(needles, small, n);
}

/* --- searching ------------------------------------------------------------ */

/* Sets the bytes of HIDDEN that belong to SOUGHT in MEANS; whether there are
 * any. */
static bool
find_all(const struct buf *means, const struct needle *sought, bool *hidden)
{
    bool found = false;
    const char *at = means->data, *end = means->data + means->len;
    while ((at = memmem(at, (size_t)(end - at), sought->bytes, sought->len))) {
        memset(hidden + (at - means->data), true, sought->len);
        at += sought->len;
        found = true;
    }
    return found;
}

/* The same for those of NEEDLES with a FOLDING, which MEANS has. */
static bool
find_those(const struct buf *means, const struct needles *needles,
           enum folding folding, bool *hidden)
{
    bool found = false;
    for (size_t i = 0; needles->any[folding] && i < needles->count; i++)
        if (needles->items[i].folding == folding)
            found |= find_all(means, &needles->items[i], hidden);
    return found;
}

static bool
is_hidden(const bool *hidden, size_t size)
{
    return size && memchr(hidden, true, size);
}

/* Sets the bytes of HIDDEN, of a text, that belong to the letter of LEN bytes
 * at AT, and to the line ends before it where the letter before them is hidden:
 * they begin at *OPEN, or none do. */
static void
hide_letter(bool *hidden, size_t at, size_t len, size_t *open)
{
    size_t from = *open < at ? *open : at;
    memset(hidden + from, true, at + len - from);
    *open = at + len;
}

/* Hides in TEXT what is HIDDEN in what it spells. */
static void
carry_back(const struct buf *text, bool *out, const bool *hidden)
{
    size_t open = SIZE_MAX, meant = 0;
    for (size_t i = 0; i < text->len;) {
        struct letter l = read_letter(text->data + i, text->len - i);
        if (is_hidden(hidden + meant, l.size))
            hide_letter(out, i, l.len, &open);
        else if (l.size)
            open = SIZE_MAX;
        i += l.len;
        meant += l.size;
    }
}

/* The length of the letter of which the N bytes at S are the begin: of one that
 * is not ASCII with all that follow it, as base/fold.h puts them together. */
static size_t
letter_length(const char *s, size_t n)
{
    uint32_t cp;
    size_t size = (unsigned char)*s < 0x80 ? 1 : utf8_decode(s, n, &cp);
    return size ? size : 1;
}

/* Finds those of NEEDLES that hold letters which are not ASCII. */
static bool
find_folded(const struct buf *text, const struct needles *needles, bool *out)
{
    struct buf folded;
    size_t open = SIZE_MAX, from = 0;
    if (!needles->any[FOLD_ALL])
        return false;
    buf_init_any(&folded);
    (void)buf_reserve(&folded, 3 * text->len + 1);
    fold_text(&folded, text->data, text->len);
    bool *hidden = mem_array(folded.len + 1, sizeof *hidden);
    bool found = find_those(&folded, needles, FOLD_ALL, hidden);
    for (size_t i = 0; found && i < text->len;) {
        size_t len = letter_length(text->data + i, text->len - i);
        buf_reset(&folded);
        fold_text(&folded, text->data + i, len);
        if (is_hidden(hidden + from, folded.len))
            hide_letter(out, i, len, &open);
        else if (folded.len)
            open = SIZE_MAX;
        from += folded.len;
        i += len;
    }
    free(hidden);
    vault_wipe(&folded);
    return found;
}

static bool find_in(struct buf *text, const struct needles *needles,
                    int readings, bool *hidden);

/* Finds NEEDLES in what TEXT spells, where that is something else. */
static bool
find_spelled(const struct buf *text, const struct needles *needles,
             int readings, bool *hidden)
{
    struct buf means;
    if (readings == 0 || plain_bytes(text->data, text->len) == text->len)
        return false;
    buf_init_any(&means);
    char *at = buf_reserve(&means, text->len + 1);
    buf_grew(&means, read_all(at, text->data, text->len));
    bool *those = mem_array(means.len + 1, sizeof *those);
    bool differs = means.len != text->len ||
                   memcmp(means.data, text->data, text->len) != 0;
    bool found = differs && find_in(&means, needles, readings - 1, those);
    if (found)
        carry_back(text, hidden, those);
    free(those);
    vault_wipe(&means);
    return found;
}

/* Sets the bytes of HIDDEN that belong to any of NEEDLES in TEXT, which is
 * folded then; whether there are any. */
static bool
find_in(struct buf *text, const struct needles *needles, int readings,
        bool *hidden)
{
    bool found = find_spelled(text, needles, readings, hidden);
    found |= find_folded(text, needles, hidden);
    found |= find_those(text, needles, FOLD_NOT, hidden);
    fold(text->data, text->len);
    return find_those(text, needles, FOLD_ASCII, hidden) || found;
}

/* TEXT with one mark in the place of all HIDDEN bytes side by side. */
static void
hide(struct buf *text, const bool *hidden, const char *mark)
{
    struct buf out;
    buf_init(&out, text->max + text->len * strlen(mark));
    (void)buf_reserve(&out, text->len + 1);
    for (size_t i = 0, end; i < text->len; i = end) {
        for (end = i + 1; end < text->len && hidden[end] == hidden[i];)
            end++;
        if (hidden[i])
            buf_adds(&out, mark);
        else
            buf_add(&out, text->data + i, end - i);
    }
    out.max = text->max;
    vault_wipe(text);
    *text = out;
}

void
spelling_hide(struct buf *text, const struct needles *needles, const char *mark)
{
    struct buf copy;
    if (!text->len || !needles->count)
        return;
    buf_init_any(&copy);
    (void)buf_reserve(&copy, text->len + 1);
    buf_add(&copy, text->data, text->len);
    spaces(copy.data, copy.len);
    bool *hidden = mem_array(copy.len + 1, sizeof *hidden);
    if (find_in(&copy, needles, READINGS, hidden))
        hide(text, hidden, mark);
    free(hidden);
    vault_wipe(&copy);
}
