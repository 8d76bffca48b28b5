/* Writes doc/tailor.1 from the tables of commands and errors. */
#include <stdio.h>
#include <string.h>

#include "base/roff.h"
#include "cli/frame/commands.h"

static const struct {
    const char *noun, *verb, *usage, *help;
    unsigned flags;
} table[] = {
#define C(noun, verb, function, usage, flags, help)                            \
    {noun, verb, usage, help, flags},
#define P(noun, verb, program, function, usage, flags, help)                   \
    {noun, verb, usage, help, flags},
#include "cli/frame/commands.def"
#undef P
#undef C
};

static const struct {
    int code;
    const char *word;
} errors[] = {
#define E(name, exit_code, http, word) {exit_code, word},
#include "base/error.def"
#undef E
};

static const char *const head =
    ".\\\" Made by man-page-tailor from src/cli/frame/commands.def: do not "
    "edit.\n"
    ".TH TAILOR 1 \"\" tailor \"User commands\"\n"
    ".SH NAME\n"
    "tailor \\- fork, map and release workflows for one customer\n"
    ".SH SYNOPSIS\n"
    ".B tailor\n[\\-\\-thin] [\\-\\-ascii]\n.br\n"
    ".B tailor\n[\\-\\-store FILE] [\\-\\-read\\-only] [\\-\\-json] "
    "[\\-\\-quiet] [\\-\\-yes] NOUN VERB [ARGUMENTS] [OPTIONS]\n"
    ".SH DESCRIPTION\n"
    "Without arguments tailor is a console on the terminal; with a command it "
    "does one operation. Every FILE but a copy of the store may be \\- "
    "(standard input or output). "
    "With \\-\\-json there is one JSON value on standard output; diagnostics "
    "go to standard error. Every command can be run twice without harm or "
    "says so.\n"
    ".PP\nNames: ids, keys, USERNAME/INTEGRATION for installations, "
    "WORKFLOW:v3 and INSTALLATION/WORKFLOW:v3.1 for versions, and "
    "INSTALLATION/WORKFLOW for a draft if one is open there. Every DRAFT and "
    "VERSION takes these.\n"
    ".SH OPTIONS\n"
    ".TP\n\\fB\\-\\-store\\fR FILE\nThe store; else "
    "~/.local/state/tailor/store.db.\n"
    ".TP\n\\fB\\-\\-read\\-only\\fR\nRefuse whatever changes something.\n"
    ".TP\n\\fB\\-\\-json\\fR\nOne JSON value on standard output.\n"
    ".TP\n\\fB\\-\\-quiet\\fR\nNo sentences, no progress.\n"
    ".TP\n\\fB\\-\\-yes\\fR, \\fB\\-y\\fR\nConfirm what would be asked.\n"
    ".TP\n\\fB\\-\\-thin\\fR, \\fB\\-\\-ascii\\fR\nThe console: for a slow "
    "line; without signs beyond ASCII.\n"
    ".TP\n\\fB\\-\\-tour\\fR\nThe console: with hints that lead through the "
    "demo.\n"
    ".SH COMMANDS\n";

static const char *const exits[] = {
    "done",
    "failed",
    "usage",
    "a choice is needed (the choices are told)",
    "not found, or ambiguous",
    "refused: role, read-only session, stale, conflict",
    "invalid input or document",
    "a runtime is unreachable, or the outcome is unknown",
    "the store is damaged, busy or newer"};

/* The exit codes, each with the words that JSON errors have for it. */
static void
add_exits(struct buf *out)
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
    buf_adds(out, ".PP\nWhen the reader of its output ends, a command is ended "
                  "by SIGPIPE. Where SIGPIPE is ignored, it fails with 1.\n");
}

int
main(void)
{
    struct buf out;
    char words[128];
    buf_init_any(&out);
    buf_adds(&out, head);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].flags & CMD_HIDDEN)
            continue;
        snprintf(words, sizeof words, "tailor %s%s%s", table[i].noun,
                 *table[i].verb ? " " : "", table[i].verb);
        roff_command(&out, words, table[i].usage, table[i].help);
    }
    add_exits(&out);
    buf_adds(&out, ".SH SEE ALSO\n.BR tailord (8)\n");
    fputs(buf_str(&out), stdout);
    buf_clear(&out);
    return 0;
}
