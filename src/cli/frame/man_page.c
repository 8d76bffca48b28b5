/* Writes doc/tailor.1 from the tables of commands and errors. */
#include <stdio.h>
#include <string.h>

#include "base/roff.h"
#include "cli/frame/commands.h"

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
    ".PP\nFILE and INPUT are regular files, or \\- for standard input where it "
    "is read: a pipe, a device, a folder or a file of /proc or /sys is "
    "refused.\n"
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
    ".TP\n\\fB\\-\\-temporary\\fR\nThe console: the store is removed "
    "afterwards, and the question before leaving says so.\n"
    ".TP\n\\fB\\-\\-fresh\\fR\nThe console: begin with nothing that the last "
    "one left, and leave nothing for the next.\n"
    ".SH COMMANDS\n";

int
main(void)
{
    const struct command_table t = {.program = "tailor",
                                    .rows = commands,
                                    .count = command_count};
    struct buf out;
    buf_init_any(&out);
    buf_adds(&out, head);
    command_page(&t, &out);
    command_page_exits(&out);
    buf_adds(&out,
             ".PP\nWhen the reader of its output ends, a command is ended by "
             "SIGPIPE. Where SIGPIPE is ignored, it fails with 1.\n");
    buf_adds(&out, ".SH SEE ALSO\n.BR tailord (8)\n");
    fputs(buf_str(&out), stdout);
    buf_clear(&out);
    return 0;
}
