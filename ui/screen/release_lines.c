/* What a release will do, as lines. */
#include "ui/screen/release_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/draft.h"
#include "manager/draft/idle_rows.h"
#include "manager/draft/previewing.h"
#include "manager/draft/warnings.h"
#include "manager/draft/written.h"
#include "manager/session/manager.h"
#include "store/console.h"
#include "ui/screen/installation_rows.h"
#include "workflow/validate/material.h"

/* --- lines ---------------------------------------------------------------- */

void
release_lines_say(struct release_lines *s, const char *label, enum style style,
                  const char *format, ...)
{
    struct buf text;
    va_list ap;
    if (s->count == s->capacity) {
        s->capacity = s->capacity ? s->capacity * 2 : 32;
        s->lines = mem_resize(s->lines, s->capacity, sizeof s->lines[0]);
    }
    buf_init(&text, 8192);
    va_start(ap, format);
    buf_vaddf(&text, format, ap);
    va_end(ap);
    s->lines[s->count++] = (struct said){label, buf_take(&text), style};
}

static void
say_list(struct release_lines *s, const char *label, const char *const *list,
         enum style style)
{
    for (size_t i = 0; list && list[i]; i++)
        release_lines_say(s, i ? "" : label, style, "%s", list[i]);
}

void
release_lines_clear(struct release_lines *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->lines[i].text);
    free(s->lines);
    *s = (struct release_lines){0};
}

/* How many edits of AUTHOR from row FROM on are in effect. */
static int
edits_by(const struct draft_log *log, const char *author, size_t from)
{
    int edits = 0;
    for (size_t i = from; i < log->count; i++)
        edits += text_equal(draft_log_author(log, i), author);
    return edits;
}

/* Who made the edits that are in effect: "4 edits by alice, 1 edit by bob". */
static void
say_authors(struct release_lines *s, struct manager *m, const char *draft)
{
    struct draft_log log = {0};
    struct buf text;
    buf_init(&text, 4096);
    if (manager_draft_log(m, draft, 0, &log, NULL) != ERR_OK)
        log.count = 0;
    for (size_t i = 0; i < log.count; i++) {
        const char *author = draft_log_author(&log, i);
        int edits = author ? edits_by(&log, author, 0) : 0;
        if (author && edits == edits_by(&log, author, i))
            buf_addf(&text, "%s%d edit%s by %s", text.len ? ", " : "", edits,
                     edits == 1 ? "" : "s", author);
    }
    if (text.len)
        release_lines_say(s, "made in", STYLE_NORMAL, "%s", buf_str(&text));
    buf_clear(&text);
    draft_log_clear(&log);
}

/* A draft of somebody else: whose, and whether they are done with it. */
static void
say_owner(struct release_lines *s, struct manager *m, const char *draft)
{
    struct version_list list = {0};
    if (manager_version_show(m, draft, NULL, NULL, &list, NULL) == ERR_OK &&
        list.count > 0 &&
        !text_equal(list.rows[0].author, manager_actor(m))) {
        bool ready = list.rows[0].state == VERSION_READY;
        release_lines_say(s, "draft of", ready ? STYLE_NORMAL : STYLE_WARNING,
                          "%s, %s", list.rows[0].author,
                          ready ? "marked ready" : "not marked ready");
    }
    version_list_clear(&list);
}

static void
say_effect(struct release_lines *s, const struct release_item *item)
{
    struct buf needs;
    buf_init(&needs, 4096);
    need_words(item->needs, &needs);
    if (!item->installation_id)
        release_lines_say(s, "goes out", STYLE_NORMAL,
                          "as a base version: new installations get it%s%s",
                          *item->live.id ? " in place of " : "",
                          item->live.label);
    else if (item->material)
        release_lines_say(s, "waits", STYLE_WARNING,
                          "for %s to %s; %s stays live until then",
                          item->customer, buf_str(&needs), item->live.label);
    else
        release_lines_say(s, "goes live", STYLE_NORMAL,
                          "at once, for %s only; nothing to connect or answer",
                          text_equal(item->phrase, item->customer)
                              ? item->customer
                              : item->who);
    if (item->paused)
        release_lines_say(s, "paused", STYLE_WARNING, "%s", item->paused);
    if (item->held)
        release_lines_say(s, "held", STYLE_WARNING, "%s", item->held);
    if (item->installation_id && *item->live.id)
        release_lines_say(s, "replaces", STYLE_NORMAL,
                          "%s by %s; runs in progress finish on it",
                          item->live.label,
                          item->live.author ? item->live.author : "?");
    buf_clear(&needs);
}

/* What runs on installation alone does not run again by a release. */
static void
say_run(struct release_lines *s, const struct release_item *item)
{
    if (item->can_run)
        release_lines_say(s, "then", STYLE_WARNING,
                          "it runs when asked to: %stailor run start %s %s",
                          item->material ? "" : "say so below, or ",
                          item->installation_id, item->workflow);
}

static void
say_failing(struct release_lines *s, struct manager *m, const char *draft)
{
    struct buf text;
    buf_init(&text, 8192);
    manager_failing_samples(m, draft, &text);
    if (text.len)
        release_lines_say(s, "samples", STYLE_BAD, "%s", buf_str(&text));
    buf_clear(&text);
}

/* The samples with an expected result: how many are as agreed. */
static void
say_expected(struct release_lines *s, const struct checked *expected)
{
    struct buf text;
    buf_init(&text, 2000);
    checked_say(expected, &text);
    if (text.len)
        release_lines_say(s, "expected",
                          expected->blocking > 0              ? STYLE_BAD
                          : expected->agreed < expected->count ? STYLE_WARNING
                                                               : STYLE_GOOD,
                          "%s", buf_str(&text));
    buf_clear(&text);
}

static void
say_sending(struct release_lines *s, const struct sending *sending)
{
    char **lines = sending_lines(sending);
    say_list(s, "will send", (const char *const *)lines, STYLE_NORMAL);
    text_lines_free(lines);
}

/* Whose changes these are, where several persons made them. */
static void
say_written(struct release_lines *s, struct manager *m, const char *draft,
            const struct release_item *item)
{
    char **lines = written_lines(m, draft, item->live.id);
    say_list(s, "written by", (const char *const *)lines, STYLE_WARNING);
    text_lines_free(lines);
}

/* Rows that the samples leave without a value. */
static void
say_idle(struct release_lines *s, struct manager *m, const char *draft,
         const struct release_item *item)
{
    struct idle_rows idle;
    idle_rows_find(&idle, m, draft, item->live.id);
    say_list(s, "no value", (const char *const *)idle.lines, STYLE_WARNING);
    idle_rows_clear(&idle);
}

/* What the samples show that nothing refuses. */
static void
say_warnings(struct release_lines *s, struct manager *m, const char *draft)
{
    struct warning_lines lines;
    warning_lines_find(&lines, m, draft);
    say_list(s, "to check", (const char *const *)lines.lines, STYLE_WARNING);
    warning_lines_clear(&lines);
}

/* Whom the release does not touch. */
static void
say_others(struct release_lines *s, const struct release_item *item)
{
    if (item->installation_id && item->others == 0)
        release_lines_say(s, "others", STYLE_GOOD,
                          "no other installation has this workflow");
    else if (item->installation_id)
        release_lines_say(s, "others", STYLE_GOOD,
                          "%lld installation%s of this workflow %s not touched",
                          (long long)item->others, item->others == 1 ? "" : "s",
                          item->others == 1 ? "is" : "are");
    else if (item->others > 0)
        release_lines_say(s, "unchanged", STYLE_GOOD,
                          "%lld installation%s: %lld on a base version (tailor "
                          "upgrade %s --to %s), %lld on own versions",
                          (long long)item->others, item->others == 1 ? "" : "s",
                          (long long)item->on_base, item->workflow,
                          item->version.label,
                          (long long)(item->others - item->on_base));
}

static void
say_change(void *lines, const char *label, enum change_line kind,
           const char *text)
{
    static const enum style styles[] = {[CHANGE_LINE_HEAD] = STYLE_FAINT,
                                        [CHANGE_LINE_ONE] = STYLE_NORMAL,
                                        [CHANGE_LINE_NONE] = STYLE_WARNING};
    release_lines_say(lines, label, styles[kind], "%s", text);
}

void
release_lines_say_plan(struct release_lines *s, struct manager *m,
                       const char *draft, const struct release_item *item,
                       const struct sending *sending)
{
    const char *const *undone = (const char *const *)item->undone;
    say_owner(s, m, draft);
    say_effect(s, item);
    say_failing(s, m, draft);
    say_sending(s, sending);
    say_expected(s, &item->expected);
    if (item->stale)
        release_lines_say(
            s, "STALE", STYLE_BAD,
            "%s went live since this draft was made; a release undoes:",
            item->live.label);
    say_list(s, "undoes", undone, STYLE_BAD);
    if (*item->awaiting.id)
        release_lines_say(
            s, "in the way", STYLE_WARNING,
            "%s waits for the customer and would be withdrawn (or fork that "
            "version: Back, a, fork this version)",
            item->awaiting.label);
    say_list(s, "loses", (const char *const *)item->lost, STYLE_WARNING);
    say_list(s, "open draft", (const char *const *)item->rivals,
             STYLE_WARNING);
    say_authors(s, m, draft);
    say_written(s, m, draft, item);
    if (item->authors && item->authors[0] && item->authors[1])
        say_list(s, "changed by", (const char *const *)item->authors,
                 STYLE_WARNING);
    if (item->triggers && item->triggers[0])
        say_list(s, "triggers", (const char *const *)item->triggers,
                 STYLE_WARNING);
    else
        release_lines_say(s, "triggers", STYLE_NORMAL, "the same");
    say_run(s, item);
    say_others(s, item);
    say_list(s, "warnings", (const char *const *)item->warnings, STYLE_WARNING);
    say_idle(s, m, draft, item);
    say_warnings(s, m, draft);
    say_list(s, "blank", (const char *const *)item->blanks, STYLE_WARNING);
    /* Last, because there may be many: the rest is seen without scrolling. */
    release_item_say_changes(item, &(struct change_sink){say_change, s});
}

/* --- drawing -------------------------------------------------------------- */

void
release_object_draw(const struct version_row *row, struct cells *c,
                    struct rect r)
{
    if (!row)
        return;
    const char *who = row->who ? row->who : "new installations";
    char *whole =
        mem_printf("%s of %s for %s", row->label, row->workflow_name, who);
    char *brief = mem_printf("%s for %s", row->label, who);
    bool fits = width_text(whole, strlen(whole), c->ascii) <= r.cols;
    cells_middle(c, r.row, r.col, r.cols, STYLE_TITLE, fits ? whole : brief);
    free(whole);
    free(brief);
}

/* The rows of all lines; those from FIRST on are drawn into R of C, unless
 * that is NULL. */
static int
lay_out(const struct release_lines *s, struct cells *c, struct rect r,
        int first, bool ascii)
{
    int width = r.cols - RELEASE_LABELS, row = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct said *line = &s->lines[i];
        const char *text = line->text;
        for (bool begins = true; begins || *text; begins = false, row++) {
            size_t n = width_wrap(text, strlen(text), width, ascii);
            int at = row - first;
            if (c && at >= 0 && at < r.rows) {
                cells_bytes(c, r.row + at, r.col + RELEASE_LABELS, width,
                            line->style, text, n);
                cells_fit(c, r.row + at, r.col, RELEASE_LABELS - 1, STYLE_FAINT,
                          begins ? line->label : "");
            }
            text += n;
            text += strspn(text, " ");
        }
    }
    return row;
}

int
release_lines_rows(const struct release_lines *s, int cols, bool ascii)
{
    return lay_out(s, NULL, (struct rect){0, 0, 0, cols}, 0, ascii);
}

int
release_lines_draw(const struct release_lines *s, struct cells *c,
                   struct rect r, int first)
{
    int rows = lay_out(s, c, r, first, c->ascii) - first;
    return rows < r.rows ? rows : r.rows;
}
