/*
 * Keys: their names, and the decoder that makes them from what a terminal
 * sends. The decoder knows no terminal library: term.c tells it the
 * sequences of the terminal at hand, tests feed it bytes.
 */
#ifndef TAILOR_UI_TERM_KEY_H
#define TAILOR_UI_TERM_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* K(name, word): keys that are not characters. */
enum key_kind {
    KEY_KIND_NONE,
    KEY_KIND_CHAR, /* codepoint holds it */
#define K(name, word) KEY_KIND_##name,
#include "ui/term/keys.def"
#undef K
    KEY_KIND_COUNT
};

enum key_mod { KEY_MOD_SHIFT = 1, KEY_MOD_ALT = 2, KEY_MOD_CTRL = 4 };

struct key {
    enum key_kind kind;
    uint32_t codepoint; /* of KEY_KIND_CHAR */
    unsigned mods;      /* Shift is never set for characters */
};

#define KEY_NAME_SIZE 40

/* Reads a name such as "a", "Space", "Ctrl-L", "Alt-Left", "F1"; false where
 * it is none. */
bool key_parse(const char *name, struct key *key);

/* Writes the name that key_parse reads. */
void key_format(const struct key *key, char out[KEY_NAME_SIZE]);

bool key_same(const struct key *a, const struct key *b);

/* True for a character without Ctrl and Alt: what a text field inserts. */
bool key_is_text(const struct key *key);

/* True for Ctrl-J, a line feed: no person presses it, a paste that the terminal
 * does not bracket holds it. */
bool key_is_line_feed(const struct key *key);

/* What is known of keys that came at once, so that no hand pressed them one
 * after the other. Begins as {0}. */
enum { TOGETHER_RUN = 8 };
struct together {
    size_t keys, before; /* all, and of these the ones that were given out */
    size_t letters;      /* characters, but those that repeat the one before */
    uint32_t run[TOGETHER_RUN]; /* the first of these */
    size_t enters, tabs, feeds;
    uint32_t first;  /* the first character, 0: another key came first */
    bool beyond_tab; /* a character stood behind a Tab */
    bool begun;      /* one came */
    uint32_t last;   /* the character before, 0: it was none */
    bool repeats;    /* the last is the one before it again */
    bool open;       /* the next of them may still be on its way */
};

/* The next of them is KEY. */
void together_add(struct together *t, const struct key *key);

/* True where they are a paste that the terminal did not bracket: text with a
 * line end, or a whole word where keys are commands. IN_TEXT: they would go
 * into a text field, where Tabs and Enters alone are empty cells of a sheet.
 * One command with its Enter may be typed ahead, and a key that is held down
 * counts once. */
bool together_is_paste(const struct together *t, bool in_text);

/* A sequence of the terminal and the key it means. */
struct key_sequence {
    char bytes[16];
    struct key key;
};

enum decoded {
    DECODED_NOTHING, /* more bytes are needed; key_decoder_waiting says more */
    DECODED_KEY,
    DECODED_UNKNOWN, /* a terminal's answer, a mouse report, no known key */
    DECODED_PASTE,   /* a whole bracketed paste is in decoder->paste */
    DECODED_LOST     /* the end did not come of the one in decoder->paste */
};

struct key_decoder {
    struct key_sequence own[64]; /* from the terminal's description */
    size_t own_count;
    struct buf input; /* bytes not yet decoded */
    struct buf paste; /* of a paste, between its brackets */
    bool pasting;
    bool paste_too_big; /* the last paste passed PASTE_MOST and is empty */
    bool paste_lost;    /* one was given up, which is not yet decoded */
};

#define PASTE_MOST (4u << 20) /* bytes of one paste */
#define PASTE_STALLED_MS 1000 /* then its end does not come any more */

void key_decoder_init(struct key_decoder *d);
void key_decoder_clear(struct key_decoder *d);

/* Adds a sequence (copied; ignored when too long or no escape sequence). */
void key_decoder_learn(struct key_decoder *d, const char *bytes,
                       struct key key);

/* Appends bytes that the terminal sent. */
void key_decoder_feed(struct key_decoder *d, const char *bytes, size_t n);

/* Decodes the next key or paste. LATE says that the escape delay is over, so
 * that an unfinished sequence is an Escape of its own. Answers and other
 * sequences that are not a key are UNKNOWN: something was sent. */
enum decoded key_decoder_next(struct key_decoder *d, bool late,
                              struct key *key);

/* Adds the keys that are not decoded yet to T, up to a bracketed paste. */
void key_decoder_ahead(const struct key_decoder *d, struct together *t);

/* True where an unfinished sequence waits for the escape delay. */
bool key_decoder_waiting(const struct key_decoder *d);

/* Says that the terminal has sent nothing for MS. A paste that has waited
 * PASTE_STALLED_MS for its end is over: LOST is decoded before what is fed
 * next. */
void key_decoder_silence(struct key_decoder *d, int64_t ms);

#endif
