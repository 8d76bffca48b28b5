/*
 * Errors as values.
 *
 * A function that can fail returns an enum err and, where the caller passed
 * a struct error, leaves there a sentence "what: why (what to do)". Where what
 * to do is a command, an option or a key, the sentence ends before it and the
 * error has a hint, for which each front end has its own words. Programmer
 * errors are asserted; out of memory ends the program (mem.h).
 */
#ifndef TAILOR_BASE_ERROR_H
#define TAILOR_BASE_ERROR_H

#include <stdarg.h> /* va_list */

enum err {
#define E(name, exit_code, http, word) ERR_##name,
#include "base/error.def"
#undef E
    ERR_COUNT
};

/* What can be done about it, in the words of the front end that shows it. */
enum hint {
    HINT_NONE,
#define H(name) HINT_##name,
#include "base/hint.def"
#undef H
    HINT_COUNT
};

struct error {
    enum err code;
    enum hint hint;
    char about[2][128]; /* {1} and {2} of the hint, UTF-8, may be cut */
    char text[1024]; /* "what: why (what to do)", UTF-8, may be cut */
};

/* Stores ERR and the formatted sentence in E (NULL is OK) and returns ERR,
 * so that "return error_set(e, ERR_INVALID, …);" reads as one step. */
enum err error_set(struct error *e, enum err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds HINT to the error in E (NULL is OK), about FIRST and SECOND (or NULL),
 * which are copied. Returns CODE, so that it goes around error_set(): "return
 * error_hint(e, HINT_…, name, NULL, error_set(e, …));". */
enum err error_hint(struct error *e, enum hint hint, const char *first,
                    const char *second, enum err err);

struct buf;

/* Appends the sentence of E to OUT, and in parentheses what WORDS, the table
 * of a front end, has for its hint (NULL: nothing). */
void error_tell(const struct error *e, const char *const words[HINT_COUNT],
                struct buf *out);

/* Puts "PREFIX: " before the sentence that E holds, to say where it arose.
 * Returns the code of E. E may be NULL (returns ERR_FAILED). */
enum err error_prefix(struct error *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Stores CODE with "WHAT: strerror(errno)"; maps ENOSPC and EDQUOT to
 * ERR_DISK_FULL, ENOENT to ERR_NOT_FOUND where ERR is ERR_IO. */
enum err error_errno(struct error *e, enum err err, const char *what);

/* Empties E: code ERR_OK, no text. */
void error_clear(struct error *e);

/* The exit code (0 to 8) of the command line for ERR. */
int err_exit_code(enum err err);

/* The HTTP status for ERR. */
int err_http_status(enum err err);

/* The word for ERR in JSON answers, static. */
const char *err_word(enum err err);

/* The code whose word is WORD, or ERR_FAILED. */
enum err err_from_word(const char *word);

#endif
