/*
 * What a session leaves for the next one of the same person on the same store:
 * theme, commands, how the first list was sorted and filtered, and the screen
 * that was open. Never what was typed into a draft or searched for in what
 * customers sent: of the lines typed after ":" only those stay whose words are
 * the console's own, of those after "/" only the filter of the first list,
 * unless it has a paste in it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/app/app_private.h"
#include "value/value.h"

/* Bytes. What is longer is not kept, so that a file of all that may be kept is
 * far smaller than what memory_file.c reads. */
enum { LINE_MOST = 200, FILTER_MOST = 1000, PLACE_MOST = 1000 };

/* --- what is left --------------------------------------------------------- */

/* True for a command that may be written down: one that only looks, and whose
 * argument, if it has one, is words of the console: OWN says that those of this
 * line are. */
static bool
is_harmless(const char *line, bool own)
{
    size_t n = strcspn(line, " ");
    char *name = mem_printf("%.*s", (int)n, line);
    enum act action = act_find(name);
    unsigned flags = action == ACT_NONE ? 0 : act_info(action)->flags;
    bool bare = line[n + strspn(line + n, " ")] == '\0';
    free(name);
    return strlen(line) <= LINE_MOST && (flags & ACT_READS) &&
           (bare || (own && (flags & ACT_WORDS)));
}

static void
add_commands(const struct app *app, struct value *out)
{
    const struct prompt_history *h = &app->prompt.histories[PROMPT_COMMAND];
    struct value *lines = value_array();
    for (size_t i = 0; i < h->count; i++) {
        if (is_harmless(h->lines[i], h->own[i]))
            value_append(lines, value_string(h->lines[i]));
    }
    value_set(out, "ownCommands", lines);
}

/* True where the filter of T may be written down. */
static bool
is_lasting(const struct app *app, const struct table *t)
{
    return t->filter.len > 0 && t->filter.len <= FILTER_MOST &&
           !app->filter_pasted;
}

static void
add_list(const struct app *app, struct value *out)
{
    const struct table *t = app->depth > 0 ? app->stack[0].table : NULL;
    if (!t)
        return;
    if (t->sort_column < t->column_count) {
        value_set_text(out, "sort", t->columns[t->sort_column].name);
        value_set_bool(out, "down", t->sort_down);
    }
    if (is_lasting(app, t))
        value_set_text(out, "filter", buf_str(&t->filter));
}

/* The screens that one comes back to. */
static bool
is_place(enum view_id view)
{
    return view == VIEW_INSTALLATION || view == VIEW_VERSIONS ||
           view == VIEW_EDITOR || view == VIEW_MAPPING || view == VIEW_DRAFTS ||
           view == VIEW_RUNTIMES || view == VIEW_AUDIT;
}

/* True where V may have been opened with words that were typed after ":", and
 * not by ids. */
static bool
is_typed(const struct view *v)
{
    bool by_word = v->ops->id == VIEW_DRAFTS || v->ops->id == VIEW_RUNTIMES ||
                   v->ops->id == VIEW_AUDIT;
    return by_word && v->arg[strspn(v->arg, "0123456789abcdef ")] != '\0';
}

static void
add_place(const struct app *app, struct value *out)
{
    size_t i = app->depth;
    while (i > 1 && !is_place(app->stack[i - 1].ops->id))
        i--;
    if (i <= 1)
        return;
    const struct view *v = &app->stack[i - 1];
    struct buf title;
    if (strlen(v->arg) > PLACE_MOST || is_typed(v))
        return;
    buf_init_any(&title);
    if (v->ops->title)
        v->ops->title(v, &title);
    else
        buf_adds(&title, view_title(v->ops->id));
    if (title.len <= PLACE_MOST) {
        value_set_text(out, "screen", view_word(v->ops->id));
        value_set_text(out, "of", v->arg);
        value_set_text(out, "title", buf_str(&title));
    }
    buf_clear(&title);
}

struct value *
app_memory(const struct app *app)
{
    struct value *out = value_object();
    value_set_text(out, "theme", theme_name(app->screen->theme));
    add_commands(app, out);
    add_list(app, out);
    add_place(app, out);
    return out;
}

/* --- what is taken -------------------------------------------------------- */

static void
take_commands(struct app *app, const struct value *v)
{
    /* In "commands", older consoles left lines with words that they did not
     * know. */
    const struct value *lines = value_get(v, "ownCommands");
    for (size_t i = 0; i < value_size(lines); i++) {
        const char *line = value_text_or(value_at(lines, i), NULL);
        if (line && !text_first_hidden(line) && is_harmless(line, true))
            prompt_remember(&app->prompt, PROMPT_COMMAND, line, true);
    }
}

/* Sorts and filters the first list as it was, and says so. */
static void
take_list(struct app *app, const struct value *v)
{
    struct table *t = app->depth > 0 ? app->stack[0].table : NULL;
    const char *sort = value_get_text(v, "sort");
    const char *filter = value_get_text(v, "filter");
    struct error ignored = {0};
    for (int turn = 0; t && sort && turn < 2; turn++) {
        bool is_so = t->sort_column < t->column_count &&
                     strcmp(t->columns[t->sort_column].name, sort) == 0 &&
                     t->sort_down == value_is(value_get(v, "down"), VALUE_TRUE);
        if (!is_so && table_sort(t, sort, &ignored) != ERR_OK)
            break;
    }
    if (t && filter && !text_first_hidden(filter) &&
        table_filter(t, filter, &ignored) == ERR_OK)
        app_say(app, MESSAGE_INFO,
                "The list is filtered as last time: %.200s (Esc shows all)",
                filter);
}

static void
take_place(struct app *app, const struct value *v)
{
    const char *screen = value_get_text(v, "screen");
    const char *of = value_get_text(v, "of");
    const char *title = value_get_text(v, "title");
    int view = screen ? view_find(screen) : -1;
    if (view < 0 || !is_place((enum view_id)view) || !of || !title)
        return;
    app->last_view = (enum view_id)view;
    free(app->last_arg);
    app->last_arg = mem_strdup(of);
    app_say(app, MESSAGE_INFO, "Last time you were at %.200s (:%s opens it)",
            title, act_info(ACT_LAST_PLACE)->command);
}

void
app_remember(struct app *app, const struct value *v)
{
    const char *name = value_get_text(v, "theme");
    int theme = name ? theme_find(name) : -1;
    if (theme >= 0)
        app->screen->ops->theme(app->screen, (enum theme)theme);
    take_commands(app, v);
    take_place(app, v);
    take_list(app, v);
}

unsigned
app_go_to_last_place(struct app *app, struct error *e)
{
    if (!app->last_arg)
        error_set(e, ERR_REFUSED, "No place of an earlier session is known%s",
                  app->read_only ? " (a read-only console keeps none)" : "");
    else
        app_open(app, app->registered[app->last_view], app->last_arg);
    return REACT_PAINT;
}
