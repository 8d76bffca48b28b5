/* The prompt. */
#include "ui/widget/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define PROMPT_MOST 4096 /* bytes */

void
prompt_init(struct prompt *p, completion_hook *hook, void *ctx)
{
    *p = (struct prompt){0};
    line_edit_init(&p->line, PROMPT_MOST, hook, ctx);
}

void
prompt_clear(struct prompt *p)
{
    prompt_close(p);
    line_edit_clear(&p->line);
    for (size_t i = 0; i < p->history_count; i++)
        free(p->history[i]);
    p->history_count = 0;
}

void
prompt_open(struct prompt *p, enum prompt_kind kind, const char *text)
{
    prompt_close(p);
    p->kind = kind;
    p->before = mem_strdup(text);
    p->history_at = p->history_count;
    line_edit_set(&p->line, text);
}

void
prompt_close(struct prompt *p)
{
    p->kind = PROMPT_CLOSED;
    FREE_NULL(p->before);
    FREE_NULL(p->typed);
}

void
prompt_remember(struct prompt *p, const char *command)
{
    if (!*command || (p->history_count > 0 &&
                      text_equal(p->history[p->history_count - 1], command)))
        return;
    if (p->history_count == PROMPT_HISTORY) {
        free(p->history[0]);
        p->history_count--;
        memmove(p->history, p->history + 1,
                p->history_count * sizeof p->history[0]);
    }
    p->history[p->history_count++] = mem_strdup(command);
}

static enum edited
step_history(struct prompt *p, int by)
{
    if (p->history_at == p->history_count) {
        free(p->typed);
        p->typed = mem_strdup(line_edit_text(&p->line));
    }
    for (size_t at = p->history_at + (size_t)by; at < p->history_count;
         at += (size_t)by) {
        if (text_starts(p->history[at], p->typed)) {
            p->history_at = at;
            line_edit_set(&p->line, p->history[at]);
            return EDITED_CHANGED;
        }
    }
    if (by > 0) {
        p->history_at = p->history_count;
        line_edit_set(&p->line, p->typed);
    }
    return EDITED_MOVED;
}

enum edited
prompt_key(struct prompt *p, const struct key *key)
{
    bool history = p->kind == PROMPT_COMMAND;
    if (history && key->kind == KEY_KIND_UP)
        return step_history(p, -1);
    if (history && key->kind == KEY_KIND_DOWN)
        return step_history(p, 1);
    if (key->kind == KEY_KIND_BACKSPACE && p->line.text.len == 0)
        return EDITED_CANCEL;
    enum edited edited = line_edit_key(&p->line, key);
    if (edited == EDITED_CHANGED)
        p->history_at = p->history_count;
    return edited;
}

void
prompt_draw(struct prompt *p, struct cells *c, int row)
{
    int used = cells_text(c, row, 0, c->cols, STYLE_PROMPT,
                          p->kind == PROMPT_COMMAND ? ":" : "/");
    int rows = row - 1 < 10 ? row - 1 : 10;
    int shown = line_edit_draw_list(&p->line, c, row - 1, 0, rows, c->cols);
    if (shown > 0 && row - 1 - shown >= 0)
        cells_line(c, row - 1 - shown, 0, c->cols, STYLE_FAINT);
    line_edit_draw(&p->line, c, row, used, c->cols - used, STYLE_PROMPT);
}
