/* The parts of a manual page that the tables of commands and errors make. */
#include "command/command.h"

#include <stdio.h>

#include "base/roff.h"

void
command_page(const struct command_table *t, struct buf *out)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct command *c = &t->rows[i];
        char words[128];
        if (!command_shows(t, c, NULL, NULL))
            continue;
        snprintf(words, sizeof words, "%s %s%s%s", t->program, c->noun,
                 *c->verb ? " " : "", c->verb);
        roff_command(out, words, c->usage, c->help);
    }
}

static const struct {
    int code;
    const char *word;
} errors[] = {
#define E(name, exit_code, http, word) {exit_code, word},
#include "base/error.def"
#undef E
};

static const char *const exits[] = {
    "done",
    "failed",
    "usage",
    "a choice is needed (the choices are listed)",
    "not found, or ambiguous",
    "refused: role, read-only session, stale, conflict",
    "invalid input or document",
    "a runtime is unreachable, or the outcome is unknown",
    "the store is damaged, busy or newer"};

/* The exit codes, each with the words that JSON errors have for it. */
void
command_page_exits(struct buf *out)
{
    buf_adds(out, ".SH EXIT STATUS\n");
    for (int code = 0; code < (int)(sizeof exits / sizeof *exits); code++) {
        buf_addf(out, ".TP\n\\fB%d\\fR\n", code);
        roff_text(out, exits[code]);
        buf_adds(out, code ? " (in JSON:" : ".\n");
        for (size_t i = 0; code && i < sizeof errors / sizeof *errors; i++) {
            if (errors[i].code == code)
                buf_addf(out, " %s", errors[i].word);
        }
        buf_adds(out, code ? ").\n" : "");
    }
}
