/*
 * One command of a shell taken apart into its words, with what POSIX says of
 * quotes and backslashes (Shell Command Language, section 2.2), and $'…' of
 * bash, which browsers copy. Nothing is run, looked up or put in the place of
 * anything: where a shell would, the word says so, or the text is refused.
 *
 * A library of its own (GLib's g_shell_parse_argv) does not tell "$(id)" from
 * '$(id)', and takes a pipe for a word.
 */
#ifndef TAILOR_BASE_SHELL_WORDS_H
#define TAILOR_BASE_SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct shell_word {
    char *text;
    bool expands; /* a shell would put a variable's value into it; TEXT has the
                     sign and the name as they are */
};

struct shell_words {
    struct shell_word *items;
    size_t count;
    bool comment; /* one ends the line: "# …", which is in no word */
};

/* Takes N bytes at TEXT apart into W, which shell_words_clear empties, also
 * after an error: INVALID with a sentence that shows nothing of TEXT where a
 * quote is open, a command would be run inside, more than one command is
 * there, or bytes are there that are not text. */
enum err shell_words_read(struct shell_words *w, const char *text, size_t n,
                          struct error *e);

/* Overwrites the words, which may be secrets, and frees them. */
void shell_words_clear(struct shell_words *w);

#endif
