/* Reads percent-encoding, JSON escapes and HTML entities, in any mixture. */
#include "runtime/outbound/spelling.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/percent.h"
#include "base/text.h"
#include "runtime/outbound/vault.h"

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

/* A plus is a space in forms: both count as a space, however spelled. Line
 * ends mean nothing: mails and certificates break long texts anywhere. */
static struct letter
read_letter(const char *s, size_t n)
{
    struct letter l = spelled(s, n);
    if (l.size == 1 && l.out[0] == '+')
        l.out[0] = ' ';
    if (l.size == 1 && (l.out[0] == '\n' || l.out[0] == '\r'))
        l.size = 0;
    return l;
}

/* How many of the N bytes at S mean themselves. */
static size_t
plain_bytes(const char *s, size_t n)
{
    static const bool special[256] = {
        ['%'] = true, ['\\'] = true, ['&'] = true,
        ['+'] = true, ['\n'] = true, ['\r'] = true};
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
enum { FOLDED_LEAST = 8 };

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

/* As it is read, and folded where letters of either case are the same. */
struct needle {
    const char *bytes;
    size_t len;
};

struct needles {
    struct piece *pieces;
    struct needle *items;
    size_t count, capacity;
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
add_item(struct needles *needles, const char *bytes, size_t len)
{
    if (needles->count == needles->capacity) {
        needles->capacity = needles->capacity ? 2 * needles->capacity : 64;
        needles->items = mem_resize(needles->items, needles->capacity,
                                    sizeof *needles->items);
    }
    needles->items[needles->count++] = (struct needle){bytes, len};
}

void
needles_add(struct needles *needles, const char *s, size_t n)
{
    if (needles->last && needles->last_len == n &&
        memcmp(needles->last, s, n) == 0)
        return;
    char *added = room_for(needles, 2 * n), *sought = added + n;
    memcpy(added, s, n);
    needles->last = added;
    needles->last_len = n;
    size_t len = read_all(sought, s, n);
    if (len >= FOLDED_LEAST)
        fold(sought, len);
    if (len)
        add_item(needles, sought, len);
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

/* The same for those of NEEDLES that are looked for FOLDED, as MEANS is then,
 * or as they are. */
static bool
find_those(const struct buf *means, const struct needles *needles, bool folded,
           bool *hidden)
{
    bool found = false;
    for (size_t i = 0; i < needles->count; i++)
        if ((needles->items[i].len >= FOLDED_LEAST) == folded)
            found |= find_all(means, &needles->items[i], hidden);
    return found;
}

static bool
is_hidden(const bool *hidden, size_t size)
{
    return size && memchr(hidden, true, size);
}

/* TEXT with one mark in the place of all letters side by side whose meaning is
 * HIDDEN, and of the line ends between them. */
static void
hide(struct buf *text, const bool *hidden, const char *mark)
{
    struct buf out;
    size_t meant = 0, kept = 0; /* kept: where what follows a mark begins */
    bool inside = false;
    buf_init(&out, text->max + text->len * strlen(mark));
    (void)buf_reserve(&out, text->len + 1);
    for (size_t i = 0; i < text->len;) {
        struct letter l = read_letter(text->data + i, text->len - i);
        if (is_hidden(hidden + meant, l.size)) {
            if (!inside) {
                buf_add(&out, text->data + kept, i - kept);
                buf_adds(&out, mark);
            }
            inside = true;
            kept = i + l.len;
        } else if (l.size) {
            inside = false;
        }
        i += l.len;
        meant += l.size;
    }
    buf_add(&out, text->data + kept, text->len - kept);
    out.max = text->max;
    vault_wipe(text);
    *text = out;
}

void
spelling_hide(struct buf *text, const struct needles *needles, const char *mark)
{
    struct buf means;
    bool found;
    if (!text->len || !needles->count)
        return;
    buf_init(&means, text->len + 1);
    char *at = buf_reserve(&means, text->len + 1);
    buf_grew(&means, read_all(at, text->data, text->len));
    bool *hidden = mem_array(means.len + 1, sizeof *hidden);
    found = find_those(&means, needles, false, hidden);
    fold(means.data, means.len);
    found |= find_those(&means, needles, true, hidden);
    if (found)
        hide(text, hidden, mark);
    free(hidden);
    vault_wipe(&means);
}
