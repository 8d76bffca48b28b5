/* The audit chain, newest first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "manager/draft/version.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"
#include "manager/session/audit.h"
#include "ui/screen/screens.h"

enum { PAGE_MOST = 1000 };

struct audit_item {
    int64_t at;
    char *actor, *action, *subject, *line;
    char *whole; /* every field on a line of its own */
};

struct audit {
    struct console *console;
    struct app *app;
    char *installation; /* id, NULL: all */
    char *who, *what;   /* of the filter, NULL: any */
    struct table table;
};

static void
item_free(void *ctx, void *data)
{
    struct audit_item *item = data;
    (void)ctx;
    free(item->actor);
    free(item->action);
    free(item->subject);
    free(item->line);
    free(item->whole);
    free(item);
}

/* Appends "v1.1 of Order to cash" for a version; false where ID is none. */
static bool
add_version(struct manager *m, const char *id, struct buf *out)
{
    struct version_list list = {0};
    bool found = manager_version_show(m, id, NULL, NULL, &list, NULL) == ERR_OK;
    if (found)
        buf_addf(out, "%s of %s", list.rows[0].label,
                 list.rows[0].workflow_name);
    version_list_clear(&list);
    return found;
}

/* Appends whose installation ID is, and with WHICH its integration; false
 * where ID is none. */
static bool
add_installation(struct manager *m, const char *id, bool which, struct buf *out)
{
    struct installation_list list = {0};
    bool found =
        id && manager_installation_show(m, id, &list, NULL) == ERR_OK;
    if (found)
        buf_addf(out, which ? "%s: %s/%s" : "%s: ", list.rows[0].who,
                 list.rows[0].username, list.rows[0].integration_key);
    installation_list_clear(&list);
    return found;
}

static bool
add_runtime(struct manager *m, const char *id, struct buf *out)
{
    struct runtime_list list = {0};
    bool found = false;
    if (manager_runtime_list(m, &list, NULL) != ERR_OK)
        return false;
    for (size_t i = 0; i < list.count && !found; i++) {
        found = strcmp(list.rows[i].id, id) == 0;
        if (found)
            buf_addf(out, "runtime %s", list.rows[i].name);
    }
    runtime_list_clear(&list);
    return found;
}

/* What the record is about, by its name where it has one. The customer comes
 * first: what is cut off at the edge of the screen is the rest. */
static char *
subject_text(struct manager *m, const struct audit_entry *entry)
{
    const char *kind = entry->subject_kind ? entry->subject_kind : "";
    const char *id = entry->subject_id ? entry->subject_id : "";
    struct buf out;
    buf_init(&out, 4096);
    bool itself = strcmp(kind, "installation") == 0;
    if (!itself)
        add_installation(m, entry->installation, false, &out);
    bool named = itself ? add_installation(m, id, true, &out)
                 : strcmp(kind, "version") == 0 || strcmp(kind, "draft") == 0
                     ? add_version(m, id, &out)
                 : strcmp(kind, "runtime") == 0 ? add_runtime(m, id, &out)
                                                : false;
    if (!named)
        buf_addf(&out, "%s %s", kind, id);
    return buf_take(&out);
}

static void
add_field(struct buf *out, const char *name, const char *text)
{
    if (text && *text)
        buf_addf(out, "%-14s%s\n", name, text);
}

/* The moment MS on a clock of this place: "12 Oct 2026 19:35:09 UTC+5:30". */
static char *
moment_text(int64_t ms)
{
    time_t then = (time_t)(ms / 1000);
    struct tm t;
    char text[40] = "";
    struct buf out;
    buf_init(&out, 100);
    if (localtime_r(&then, &t))
        strftime(text, sizeof text, "%e %b %Y %H:%M:%S", &t);
    buf_addf(&out, "%s ", text + (*text == ' '));
    screen_zone(&out, ms);
    return buf_take(&out);
}

/* Every field; the time as on the rest of the screen, and in UTC as it is
 * stored and exported. */
static char *
whole_text(const struct audit_row *row, const char *subject)
{
    const struct audit_entry *entry = &row->entry;
    struct buf out;
    char at[CLOCK_TEXT_SIZE];
    buf_init_any(&out);
    char *moment = moment_text(entry->at);
    clock_format(at, entry->at);
    buf_addf(&out, "%-14s%lld\n", "record", (long long)row->sequence);
    add_field(&out, "time", moment);
    add_field(&out, "time in UTC", at);
    free(moment);
    add_field(&out, "who", entry->actor);
    add_field(&out, "action", entry->action);
    add_field(&out, "about", subject);
    add_field(&out, entry->subject_kind ? entry->subject_kind : "id",
              entry->subject_id);
    add_field(&out, "installation", entry->installation);
    add_field(&out, "before", entry->before);
    add_field(&out, "after", entry->after);
    add_field(&out, "origin", entry->origin);
    add_field(&out, "session", entry->session);
    add_field(&out, "hash before", row->previous_hash);
    add_field(&out, "hash", row->hash);
    return buf_take(&out);
}

static struct audit_item *
item_new(struct manager *m, const struct audit_row *row)
{
    const struct audit_entry *entry = &row->entry;
    struct audit_item *item = mem_alloc(sizeof *item);
    struct buf line;
    buf_init_any(&line);
    audit_write_line(&line, row);
    item->at = entry->at;
    item->actor = mem_strdup(entry->actor ? entry->actor : "");
    item->action = mem_strdup(entry->action ? entry->action : "");
    item->subject = subject_text(m, entry);
    item->line = buf_take(&line);
    item->whole = whole_text(row, item->subject);
    return item;
}

/* --- rows ----------------------------------------------------------------- */

/* Up to N records: older than AFTER (0: the newest), or newer. */
static size_t
read_page(struct audit *s, bool newest_first, int64_t after, size_t n,
          struct row *rows)
{
    size_t count = 0;
    bool more = true;
    while (more && count < n) {
        size_t left = n - count;
        const struct audit_filter filter = {
            .installation = s->installation,
            .actor = s->who,
            .action = s->what,
            .newest_first = newest_first,
            .after = after,
            .limit = (int)(left < PAGE_MOST ? left : PAGE_MOST)};
        struct audit_list list = {0};
        struct error e = {0};
        if (audit_list(s->console->manager, &filter, &list, &e) != ERR_OK)
            app_say_error(s->app, MESSAGE_ERROR, &e);
        for (size_t i = 0; i < list.count && count < n; i++) {
            after = list.rows[i].sequence;
            rows[count++] =
                (struct row){mem_printf("%lld", (long long)after),
                             item_new(s->console->manager, &list.rows[i])};
        }
        more = list.more;
        audit_list_clear(&list);
    }
    return count;
}

static void
turn_round(struct row *rows, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct row row = rows[i];
        rows[i] = rows[n - 1 - i];
        rows[n - 1 - i] = row;
    }
}

static size_t
fetch(void *ctx, enum seek seek, const char *key, long long index, size_t n,
      struct row *rows)
{
    struct audit *s = ctx;
    long long at = key ? strtoll(key, NULL, 10) : 0;
    size_t count;
    (void)index;
    switch (seek) {
    case SEEK_FIRST:
        return read_page(s, true, 0, n, rows);
    case SEEK_AFTER:
        return at > 1 ? read_page(s, true, at, n, rows) : 0;
    case SEEK_AT:
        return read_page(s, true, at + 1, n, rows);
    case SEEK_BEFORE:
    case SEEK_LAST:
        count = read_page(s, false, seek == SEEK_LAST ? 0 : at, n, rows);
        turn_round(rows, count);
        return count;
    default:
        return 0;
    }
}

/* Records are numbered without gaps: the newest number is how many. */
static long long
count(void *ctx)
{
    struct audit *s = ctx;
    struct row row;
    if (read_page(s, true, 0, 1, &row) == 0)
        return 0;
    long long n = strtoll(row.key, NULL, 10);
    free(row.key);
    item_free(s, row.data);
    return n;
}

/* Only the number of all records is known without reading them. */
static bool
is_counted(const struct audit *s)
{
    return !s->installation && !s->who && !s->what;
}

/* --- filter --------------------------------------------------------------- */

/* Takes one term: "who:alice", or an action with or without "action:". */
static enum err
take_term(const char *term, char **who, char **what, struct error *e)
{
    const char *colon = strchr(term, ':');
    const char *value = colon ? colon + 1 : term;
    bool is_who = colon && strncmp(term, "who:", 4) == 0;
    bool is_what = !colon || strncmp(term, "action:", 7) == 0;
    char **place = is_who ? who : what;
    if ((!is_who && !is_what) || !*value || *place)
        return error_set(e, ERR_USAGE,
                         "The audit is filtered by one action, such as "
                         "release, and by who:NAME");
    *place = mem_strdup(value);
    return ERR_OK;
}

static enum err
set_filter(void *ctx, const char *text, struct error *e)
{
    struct audit *s = ctx;
    char *who = NULL, *what = NULL, *term;
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && (term = screen_word(text, i)); i++) {
        err = take_term(term, &who, &what, e);
        free(term);
    }
    if (err != ERR_OK) {
        free(who);
        free(what);
        return err;
    }
    free(s->who);
    free(s->what);
    s->who = who;
    s->what = what;
    s->table.source.count = is_counted(s) ? count : NULL;
    return ERR_OK;
}

/* --- columns -------------------------------------------------------------- */

static enum style
cell_at(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    screen_time(out, ((const struct audit_item *)row)->at);
    return STYLE_FAINT;
}

static enum style
cell_actor(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct audit_item *)row)->actor);
    return STYLE_NORMAL;
}

static enum style
cell_action(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct audit_item *)row)->action);
    return STYLE_NORMAL;
}

static enum style
cell_subject(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct audit_item *)row)->subject);
    return STYLE_FAINT;
}

static const struct column columns[] = {
    {"time", 11, 0, 0, false, false, cell_at},
    {"who", 8, 1, 0, false, false, cell_actor},
    {"action", 14, 1, 0, false, true, cell_action},
    {"about", 24, 6, 1, false, false, cell_subject},
};

/* --- life ----------------------------------------------------------------- */

static enum err
audit_open(struct view *v, const char *arg, struct error *e)
{
    struct audit *s = mem_alloc(sizeof *s);
    (void)e;
    s->console = console_of(v);
    s->app = v->app;
    s->installation = screen_word(arg, 0);
    const struct row_source source = {.ctx = s,
                                      .fetch = fetch,
                                      .release = item_free,
                                      .count = count,
                                      .filter = set_filter};
    table_init(&s->table, &source, columns, sizeof columns / sizeof *columns);
    s->table.source.count = is_counted(s) ? count : NULL;
    s->table.empty = "no record";
    v->state = s;
    v->table = &s->table;
    return ERR_OK;
}

static void
audit_close(struct view *v)
{
    struct audit *s = v->state;
    table_clear(&s->table);
    free(s->installation);
    free(s->who);
    free(s->what);
    free(s);
}

static void
audit_draw(struct view *v, struct cells *c, struct rect r)
{
    struct audit *s = v->state;
    table_draw(&s->table, c, r);
}

static unsigned
audit_refresh(struct view *v)
{
    struct audit *s = v->state;
    table_reload(&s->table);
    return REACT_PAINT;
}

static void
verify(struct audit *s, struct error *e)
{
    struct audit_verdict verdict = {0};
    if (audit_verify(s->console->manager, NULL, &verdict, e) == ERR_OK)
        app_say(s->app, MESSAGE_INFO,
                "%lld records verified. A cut end can only be detected with a "
                "saved head hash (tailor audit verify --head)",
                (long long)verdict.records);
}

static unsigned
audit_action(struct view *v, const struct invocation *invocation,
             struct error *e)
{
    struct audit *s = v->state;
    const struct row *row = table_selected(&s->table);
    const struct audit_item *item = row ? row->data : NULL;
    switch ((enum act)invocation->action) {
    case ACT_VERIFY:
        verify(s, e);
        return REACT_PAINT;
    case ACT_OPEN:
        app_show(v->app, "Record", item->whole);
        return REACT_PAINT;
    case ACT_COPY:
        app_copy(v->app, "the record", item->line, strlen(item->line));
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}

static void
audit_detail(const struct view *v, struct buf *out)
{
    const struct audit *s = v->state;
    const struct row *row = table_selected(&s->table);
    const struct audit_item *item = row ? row->data : NULL;
    if (!item)
        return;
    buf_addf(out, "%s by %s at ", item->action, item->actor);
    screen_time(out, item->at);
    if (*item->subject)
        buf_addf(out, ": %s", item->subject);
    buf_adds(out, " (Enter shows the record)");
}

const struct view_ops audit_screen = {
    .id = VIEW_AUDIT,
    .open = audit_open,
    .close = audit_close,
    .draw = audit_draw,
    .action = audit_action,
    .refresh = audit_refresh,
    .detail = audit_detail,
};
