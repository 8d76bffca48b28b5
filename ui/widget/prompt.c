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
    for (int kind = 0; kind <= PROMPT_FILTER; kind++) {
        struct prompt_history *h = &p->histories[kind];
        for (size_t i = 0; i < h->count; i++)
            free(h->lines[i]);
        h->count = 0;
    }
}

void
prompt_open(struct prompt *p, enum prompt_kind kind, const char *text)
{
    prompt_close(p);
    p->kind = kind;
    p->before = mem_strdup(text);
    p->history_at = p->histories[kind].count;
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
prompt_remember(struct prompt *p, enum prompt_kind kind, const char *line,
                bool own)
{
    struct prompt_history *h = &p->histories[kind];
    if (!*line || (h->count > 0 && text_equal(h->lines[h->count - 1], line)))
        return;
    if (h->count == PROMPT_HISTORY) {
        free(h->lines[0]);
        h->count--;
        memmove(h->lines, h->lines + 1, h->count * sizeof h->lines[0]);
        memmove(h->own, h->own + 1, h->count * sizeof h->own[0]);
    }
    h->own[h->count] = own;
    h->lines[h->count++] = mem_strdup(line);
}

static enum edited
step_history(struct prompt *p, int by)
{
    const struct prompt_history *h = &p->histories[p->kind];
    if (p->history_at == h->count) {
        free(p->typed);
        p->typed = mem_strdup(line_edit_text(&p->line));
    }
    for (size_t at = p->history_at + (size_t)by; at < h->count;
         at += (size_t)by) {
        if (text_starts(h->lines[at], p->typed)) {
            p->history_at = at;
            line_edit_set(&p->line, h->lines[at]);
            return EDITED_CHANGED;
        }
    }
    if (by < 0)
        return EDITED_MOVED;
    p->history_at = h->count;
    line_edit_set(&p->line, p->typed);
    return EDITED_CHANGED;
}

/* Ctrl-U behind the command that a key has opened the prompt with leaves that:
 * the argument is what was typed. True where it did. */
static bool
cut_argument(struct prompt *p, const struct key *key)
{
    size_t head = p->kind == PROMPT_COMMAND ? strlen(p->before) : 0;
    bool cuts = key->kind == KEY_KIND_CHAR && key->mods == KEY_MOD_CTRL &&
                key->codepoint == 'u';
    if (!cuts || head == 0 || p->line.cursor <= head ||
        !text_starts(line_edit_text(&p->line), p->before))
        return false;
    char *rest = mem_printf("%s%s", p->before,
                            line_edit_text(&p->line) + p->line.cursor);
    line_edit_set(&p->line, rest);
    p->line.cursor = head;
    free(rest);
    return true;
}

enum edited
prompt_key(struct prompt *p, const struct key *key)
{
    if (key->kind == KEY_KIND_UP)
        return step_history(p, -1);
    if (key->kind == KEY_KIND_DOWN)
        return step_history(p, 1);
    if (key->kind == KEY_KIND_BACKSPACE && p->line.text.len == 0)
        return EDITED_CANCEL;
    enum edited edited =
        cut_argument(p, key) ? EDITED_CHANGED : line_edit_key(&p->line, key);
    if (edited == EDITED_CHANGED)
        p->history_at = p->histories[p->kind].count;
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
