/* The line at the bottom: commands after ":", the filter after "/". */
#ifndef TAILOR_UI_WIDGET_PROMPT_H
#define TAILOR_UI_WIDGET_PROMPT_H

#include "ui/widget/line_edit.h"

#define PROMPT_HISTORY 100

enum prompt_kind { PROMPT_CLOSED, PROMPT_COMMAND, PROMPT_FILTER };

/* The lines that were typed before, the oldest first. */
struct prompt_history {
    char *lines[PROMPT_HISTORY];
    bool own[PROMPT_HISTORY]; /* all its words are the console's */
    size_t count;
};

struct prompt {
    enum prompt_kind kind;
    struct line_edit line;
    char *before; /* what it was opened with */
    struct prompt_history histories[PROMPT_FILTER + 1]; /* by kind */
    size_t history_at; /* the count of the history: the line as typed */
    char *typed;       /* that line */
};

/* HOOK completes commands. */
void prompt_init(struct prompt *p, completion_hook *hook, void *ctx);
void prompt_clear(struct prompt *p);

/* Opens the prompt with TEXT in it. */
void prompt_open(struct prompt *p, enum prompt_kind kind, const char *text);
void prompt_close(struct prompt *p);

/* Works KEY in. Up and Down go through the lines before that begin with what
 * was typed; Backspace in an empty line leaves; Ctrl-U leaves the command that
 * the prompt was opened with. */
enum edited prompt_key(struct prompt *p, const struct key *key);

/* Keeps a line of KIND (copies) for Up. OWN: all its words are the
 * console's. */
void prompt_remember(struct prompt *p, enum prompt_kind kind, const char *line,
                     bool own);

void prompt_draw(struct prompt *p, struct cells *c, int row);

#endif
