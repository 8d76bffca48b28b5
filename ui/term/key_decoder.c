/* From the bytes of a terminal to keys and pastes. */
#include <string.h>

#include "base/text.h"
#include "ui/term/key.h"

#define INPUT_MOST (PASTE_MOST + 65536)
#define SEQUENCE_MOST 64 /* a longer unfinished sequence is dropped */

static const char paste_begin[] = "\033[200~";
static const char paste_end[] = "\033[201~";

/* What terminals send beyond their descriptions. */
static const struct {
    const char *bytes;
    enum key_kind kind;
    unsigned mods;
} known[] = {
    {"\033[A", KEY_KIND_UP, 0},       {"\033[B", KEY_KIND_DOWN, 0},
    {"\033[C", KEY_KIND_RIGHT, 0},    {"\033[D", KEY_KIND_LEFT, 0},
    {"\033OA", KEY_KIND_UP, 0},       {"\033OB", KEY_KIND_DOWN, 0},
    {"\033OC", KEY_KIND_RIGHT, 0},    {"\033OD", KEY_KIND_LEFT, 0},
    {"\033[H", KEY_KIND_HOME, 0},     {"\033[F", KEY_KIND_END, 0},
    {"\033OH", KEY_KIND_HOME, 0},     {"\033OF", KEY_KIND_END, 0},
    {"\033[1~", KEY_KIND_HOME, 0},    {"\033[4~", KEY_KIND_END, 0},
    {"\033[2~", KEY_KIND_INSERT, 0},  {"\033[3~", KEY_KIND_DELETE, 0},
    {"\033[5~", KEY_KIND_PAGE_UP, 0}, {"\033[6~", KEY_KIND_PAGE_DOWN, 0},
    {"\033OM", KEY_KIND_ENTER, 0},    {"\033[Z", KEY_KIND_TAB, KEY_MOD_SHIFT},
    {"\033OP", KEY_KIND_F1, 0},       {"\033OQ", KEY_KIND_F2, 0},
    {"\033OR", KEY_KIND_F3, 0},       {"\033OS", KEY_KIND_F4, 0},
    {"\033[15~", KEY_KIND_F5, 0},     {"\033[17~", KEY_KIND_F6, 0},
    {"\033[18~", KEY_KIND_F7, 0},     {"\033[19~", KEY_KIND_F8, 0},
    {"\033[20~", KEY_KIND_F9, 0},     {"\033[21~", KEY_KIND_F10, 0},
    {"\033[23~", KEY_KIND_F11, 0},    {"\033[24~", KEY_KIND_F12, 0},
};

void
key_decoder_init(struct key_decoder *d)
{
    d->own_count = 0;
    d->pasting = d->paste_too_big = d->paste_lost = false;
    buf_init(&d->input, INPUT_MOST);
    buf_init(&d->paste, PASTE_MOST);
}

void
key_decoder_clear(struct key_decoder *d)
{
    buf_clear(&d->input);
    buf_clear(&d->paste);
}

void
key_decoder_learn(struct key_decoder *d, const char *bytes, struct key key)
{
    size_t most = sizeof d->own / sizeof d->own[0];
    size_t n = strlen(bytes);
    if (n < 2 || n >= sizeof d->own[0].bytes || bytes[0] != '\033' ||
        d->own_count == most)
        return;
    struct key_sequence *s = &d->own[d->own_count++];
    memcpy(s->bytes, bytes, n + 1);
    s->key = key;
}

void
key_decoder_feed(struct key_decoder *d, const char *bytes, size_t n)
{
    buf_add(&d->input, bytes, n);
}

static void
drop(struct key_decoder *d, size_t n)
{
    memmove(d->input.data, d->input.data + n, d->input.len - n);
    buf_truncate(&d->input, d->input.len - n);
}

/* The length of the control sequence at S (ECMA-48: ESC [ parameters,
 * intermediates, final byte; ESC O final; strings up to ST or BEL), 0 where
 * it is not finished. */
static size_t
sequence_length(const char *s, size_t n)
{
    if (n < 2)
        return 0;
    if (s[1] == 'O')
        return n < 3 ? 0 : 3;
    if (s[1] == '[' && n > 2 && s[2] == '[') /* F1 to F5 of Linux */
        return n < 4 ? 0 : 4;
    if (s[1] == ']' || s[1] == 'P' || s[1] == '_' || s[1] == '^') {
        for (size_t i = 2; i < n; i++) {
            if (s[i] == '\a')
                return i + 1;
            if (s[i] == '\\' && s[i - 1] == '\033')
                return i + 1;
        }
        return 0;
    }
    for (size_t i = 2; i < n; i++) {
        if (s[i] >= 0x40 && s[i] <= 0x7e)
            return i + 1;
        if ((unsigned char)s[i] < 0x20 || (unsigned char)s[i] > 0x7e)
            return i; /* broken off */
    }
    return 0;
}

/* Takes ";M" (xterm's modifiers) out of a sequence: ESC [ 1 ; 5 A. */
static unsigned
take_modifiers(char *s, size_t *n)
{
    char *semicolon = memchr(s, ';', *n);
    if (!semicolon || semicolon + 3 != s + *n || semicolon[1] < '2' ||
        semicolon[1] > '8')
        return 0;
    unsigned bits = (unsigned)(semicolon[1] - '1');
    bool letter = semicolon[2] != '~';
    if (letter && semicolon == s + 3 && s[2] == '1') {
        s[2] = semicolon[2];
        *n = 3;
    } else {
        semicolon[0] = semicolon[2];
        *n -= 2;
    }
    s[*n] = '\0';
    return bits;
}

static bool
find_own(const struct key_decoder *d, const char *s, size_t n, struct key *key)
{
    for (size_t i = 0; i < d->own_count; i++) {
        if (strlen(d->own[i].bytes) == n &&
            memcmp(d->own[i].bytes, s, n) == 0) {
            *key = d->own[i].key;
            return true;
        }
    }
    return false;
}

static bool
sequence_key(const struct key_decoder *d, const char *bytes, size_t n,
             struct key *key)
{
    char s[16];
    if (find_own(d, bytes, n, key))
        return true;
    if (n >= sizeof s)
        return false;
    memcpy(s, bytes, n);
    s[n] = '\0';
    unsigned mods = take_modifiers(s, &n);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].bytes, s) == 0) {
            *key = (struct key){known[i].kind, 0, known[i].mods | mods};
            return true;
        }
    }
    return false;
}

/* A byte below space, DEL or a character; 0 where more bytes are needed. */
static size_t
plain_key(const char *s, size_t n, bool late, struct key *key)
{
    unsigned char c = (unsigned char)*s;
    *key = (struct key){KEY_KIND_CHAR, c, 0};
    if (c == '\r') /* in raw mode a line feed is Ctrl-J */
        *key = (struct key){KEY_KIND_ENTER, 0, 0};
    else if (c == '\t')
        *key = (struct key){KEY_KIND_TAB, 0, 0};
    else if (c == 0x7f || c == '\b')
        *key = (struct key){KEY_KIND_BACKSPACE, 0, 0};
    else if (c == 0)
        *key = (struct key){KEY_KIND_CHAR, ' ', KEY_MOD_CTRL};
    else if (c < 0x20)
        *key = (struct key){KEY_KIND_CHAR, c < 27 ? c + 0x60u : c + 0x40u,
                            KEY_MOD_CTRL};
    else if (c >= 0x80) {
        size_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        size_t len = utf8_decode(s, n, &key->codepoint);
        if (len > 0)
            return len;
        key->kind = KEY_KIND_NONE; /* not UTF-8: swallowed */
        return n < need && utf8_valid_prefix(s, n) == 0 && !late && c >= 0xc2
                   ? 0
                   : 1;
    }
    return 1;
}

/* Whether Escape before the byte NEXT is a key of its own. Esc and Enter of a
 * person who wants out arrive together over a slow line: they are never the
 * Enter of a button. */
static bool
stands_alone(char next)
{
    return next == '\033' || next == '\r' || next == '\n';
}

/* Looks at an input that begins with Escape: how many bytes were decoded, 0
 * where more are needed. KEY stays NONE for what is no key. */
static size_t
escape_key(struct key_decoder *d, bool late, struct key *key)
{
    const char *s = d->input.data;
    size_t n = d->input.len;
    static const struct key escape = {KEY_KIND_ESCAPE, 0, 0};
    *key = (struct key){0};
    if (n == 1 || stands_alone(s[1])) {
        *key = escape;
        return n > 1 || late ? 1 : 0;
    }
    if (!strchr("[O]P_^", s[1])) {
        size_t len = plain_key(s + 1, n - 1, late, key);
        if (key->kind != KEY_KIND_NONE)
            key->mods |= KEY_MOD_ALT;
        return len ? len + 1 : 0;
    }
    size_t len = sequence_length(s, n);
    if (len == 0 && late && n == 2) { /* Alt-[ and its like */
        *key = (struct key){KEY_KIND_CHAR, (unsigned char)s[1], KEY_MOD_ALT};
        return 2;
    }
    if (len == 0)
        return late || n > SEQUENCE_MOST ? n : 0;
    if (len == strlen(paste_begin) && memcmp(s, paste_begin, len) == 0) {
        d->pasting = true;
        d->paste_too_big = false;
        buf_clear(&d->paste);
        return len;
    }
    sequence_key(d, s, len, key);
    return len;
}

/* Moves what belongs to the paste; true once its end was seen. */
static bool
paste_ended(struct key_decoder *d)
{
    size_t end = strlen(paste_end);
    char *at = memmem(d->input.data, d->input.len, paste_end, end);
    size_t n = at ? (size_t)(at - d->input.data) : d->input.len;
    if (!at) /* the end may have arrived in part */
        n = n > end - 1 ? n - (end - 1) : 0;
    if (!buf_add(&d->paste, d->input.data, n))
        d->paste_too_big = true;
    drop(d, at ? n + end : n);
    if (!at)
        return false;
    d->pasting = false;
    if (d->paste_too_big)
        buf_reset(&d->paste);
    return true;
}

enum decoded
key_decoder_next(struct key_decoder *d, bool late, struct key *key)
{
    if (d->paste_lost) {
        d->paste_lost = false;
        return DECODED_LOST;
    }
    while (d->input.len > 0) {
        if (d->pasting)
            return paste_ended(d) ? DECODED_PASTE : DECODED_NOTHING;
        size_t n = d->input.data[0] == '\033'
                       ? escape_key(d, late, key)
                       : plain_key(d->input.data, d->input.len, late, key);
        if (n == 0)
            return DECODED_NOTHING;
        drop(d, n);
        if (!d->pasting)
            return key->kind == KEY_KIND_NONE ? DECODED_UNKNOWN : DECODED_KEY;
    }
    return DECODED_NOTHING;
}

void
key_decoder_ahead(const struct key_decoder *d, struct together *t)
{
    struct key_decoder ahead = *d;
    struct key key;
    enum decoded decoded = DECODED_KEY;
    buf_init(&ahead.input, INPUT_MOST);
    buf_init(&ahead.paste, PASTE_MOST);
    key_decoder_feed(&ahead, d->input.data, d->input.len);
    while (decoded == DECODED_KEY || decoded == DECODED_UNKNOWN) {
        decoded = key_decoder_next(&ahead, true, &key);
        if (decoded == DECODED_KEY)
            together_add(t, &key);
    }
    key_decoder_clear(&ahead);
}

bool
key_decoder_waiting(const struct key_decoder *d)
{
    return d->input.len > 0 && !d->pasting;
}

void
key_decoder_silence(struct key_decoder *d, int64_t ms)
{
    if (!d->pasting || ms < PASTE_STALLED_MS)
        return;
    const char *end = memchr(d->input.data, '\033', d->input.len);
    size_t n = end ? (size_t)(end - d->input.data) : d->input.len;
    if (!buf_add(&d->paste, d->input.data, n) || d->paste_too_big)
        buf_reset(&d->paste);
    buf_reset(&d->input);
    d->pasting = false;
    d->paste_lost = true;
}
