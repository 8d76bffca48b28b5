/* Where keys go: dialog, prompt, text field, bindings. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/app/app_private.h"

#define COUNT_MOST 100000000

static void
dialog_says_yes(struct app *app)
{
    dialog_close(&app->dialog);
    app->answered(app->answered_ctx, true);
}

static void
dialog_takes(struct app *app, const struct key *key)
{
    struct error e = {0};
    enum answer answer = dialog_key(&app->dialog, key, &e);
    app->dirty = true;
    if (e.code != ERR_OK)
        app_refuse_error(app, &e);
    if (answer == ANSWER_YES)
        app_guard_act(app, app->dialog.question.yes, dialog_says_yes);
    if (answer != ANSWER_NO)
        return;
    dialog_close(&app->dialog);
    app->answered(app->answered_ctx, false);
}

static void
apply_filter(struct app *app, const char *text)
{
    struct view *v = app_top(app);
    struct error e = {0};
    enum err err = v->ops->filter ? v->ops->filter(v, text, &e)
                   : v->table     ? table_filter(v->table, text, &e)
                                  : ERR_OK;
    if (err)
        app_say_error(app, MESSAGE_ERROR, &e);
}

bool
app_filters_first(const struct app *app)
{
    return app->prompt.kind == PROMPT_FILTER && app->depth == 1;
}

void
app_prompt_changed(struct app *app)
{
    if (app_filters_first(app) && !*line_edit_text(&app->prompt.line))
        app->filter_pasted = false;
    if (app->prompt.kind == PROMPT_FILTER)
        apply_filter(app, line_edit_text(&app->prompt.line));
}

/* --- completion ------------------------------------------------------ */

static void
add_if(struct completions *list, const char *word, const char *begin)
{
    if (text_starts(word, begin))
        completions_add(list, word);
}

/* The screen's own actions come first, those of every screen after them. */
static void
complete_command(struct app *app, const char *begin, struct completions *list)
{
    for (int every = 0; every < 2; every++) {
        for (int i = ACT_NONE + 1; i < ACT_COUNT; i++) {
            const struct act_info *info = act_info((enum act)i);
            if (act_applies((enum act)i, app_top(app)->ops->id) &&
                (info->views == ~0u) == every &&
                text_starts(info->command, begin))
                completions_add_help(list, info->command, info->help);
        }
    }
}

static void
complete_bind(const char *arg, const char *begin, struct completions *list)
{
    int words = 0;
    for (const char *s = arg; s < begin; s++)
        words += *s == ' ';
    for (int i = 0; i < VIEW_COUNT && words == 0; i++)
        add_if(list, view_word((enum view_id)i), begin);
    if (words == 0)
        add_if(list, "any", begin);
    for (int i = ACT_NONE + 1; i < ACT_COUNT && words == 2; i++)
        add_if(list, act_info((enum act)i)->command, begin);
}

static void
complete_columns(const struct table *t, bool sorting, const char *begin,
                 struct completions *list)
{
    for (size_t i = 0; t && i < t->column_count; i++)
        if (!sorting || table_sorts(t, i))
            add_if(list, t->columns[i].name, begin);
}

static void
complete_argument(struct app *app, enum act action, const char *arg,
                  struct completions *list)
{
    struct view *v = app_top(app);
    const char *blank = strrchr(arg, ' ');
    const char *last = blank ? blank + 1 : arg;
    size_t all = list->from - strlen(arg);
    list->from -= strlen(last);
    if (action == ACT_THEME) {
        for (int i = 0; i < THEME_COUNT; i++)
            add_if(list, theme_name((enum theme)i), last);
    } else if (action == ACT_BIND || action == ACT_UNBIND)
        complete_bind(arg, last, list);
    else if (action == ACT_SORT || action == ACT_COLUMNS)
        complete_columns(v->table, action == ACT_SORT, last, list);
    else if (v->ops->complete) {
        list->from = all;
        v->ops->complete(v, action, arg, list);
    }
}

void
app_complete(void *ctx, const char *text, size_t cursor,
             struct completions *list)
{
    struct app *app = ctx;
    (void)cursor; /* always at the end */
    if (app->prompt.kind == PROMPT_FILTER) {
        complete_argument(app, ACT_FILTER, text, list);
        return;
    }
    size_t n = strcspn(text, " ");
    if (!text[n]) {
        list->from -= n;
        complete_command(app, text, list);
        return;
    }
    struct buf name;
    buf_init(&name, 8192);
    buf_add(&name, text, n);
    enum act action = act_find(buf_str(&name));
    buf_clear(&name);
    if (action != ACT_NONE)
        complete_argument(app, action, text + n + strspn(text + n, " "), list);
}

/* --- the prompt ---------------------------------------------------------- */

/* True where completion offers the last word of ARG, which ends at N. */
static bool
is_offered(struct app *app, enum act action, const char *arg, size_t n)
{
    struct completions list = {.from = n};
    char *words = mem_strndup(arg, n);
    bool found = false;
    complete_argument(app, action, words, &list);
    for (size_t i = 0; i < list.count && !found; i++)
        found = strcmp(list.items[i], words + list.from) == 0;
    completions_clear(&list);
    free(words);
    return found;
}

/* True where each word behind the command LINE is one that the console offers
 * on this screen, or a key: no word of a person's. */
static bool
is_own_line(struct app *app, const char *line)
{
    size_t n = strcspn(line, " ");
    char *name = mem_strndup(line, n);
    enum act action = act_find(name);
    const char *arg = line + n + strspn(line + n, " ");
    bool own = action != ACT_NONE;
    free(name);
    for (size_t i = 0; own && arg[i];) {
        size_t end = i + strcspn(arg + i, " ");
        char *word = mem_strndup(arg + i, end - i);
        struct key key;
        own = is_offered(app, action, arg, end) || key_parse(word, &key);
        free(word);
        i = end + strspn(arg + end, " ");
    }
    return own;
}

static void
run_prompt(struct app *app)
{
    struct buf line;
    buf_init(&line, 8192);
    buf_adds(&line, line_edit_text(&app->prompt.line));
    bool command = app->prompt.kind == PROMPT_COMMAND;
    prompt_remember(&app->prompt, app->prompt.kind, buf_str(&line),
                    command && is_own_line(app, buf_str(&line)));
    prompt_close(&app->prompt);
    if (command)
        app_command(app, buf_str(&line));
    buf_clear(&line);
}

/* A key that a text field has no use for. */
static void
not_text(struct app *app, const struct key *key)
{
    char name[KEY_NAME_SIZE];
    if (key->kind == KEY_KIND_TAB) {
        app_refuse(app, "No completion");
        return;
    }
    key_format(key, name);
    app_refuse(app, "%s does nothing here (Enter goes on, Esc goes back)",
               name);
}

static void
prompt_takes(struct app *app, const struct key *key)
{
    bool filter = app->prompt.kind == PROMPT_FILTER;
    app->dirty = true;
    switch (prompt_key(&app->prompt, key)) {
    case EDITED_DONE:
        run_prompt(app);
        break;
    case EDITED_CANCEL:
        if (filter)
            apply_filter(app, app->prompt.before);
        else
            prompt_remember(&app->prompt, PROMPT_COMMAND,
                            line_edit_text(&app->prompt.line), false);
        prompt_close(&app->prompt);
        break;
    case EDITED_CHANGED:
        app_prompt_changed(app);
        break;
    case EDITED_IGNORED:
        not_text(app, key);
        break;
    default:
        break;
    }
}

/* Whoever may change nothing types only in the prompt and in the menu of a
 * row, which the text narrows, whatever a screen thinks. */
bool
app_is_typing(struct app *app)
{
    struct view *v = app_top(app);
    bool edits = !app->read_only && app->role >= ROLE_ENGINEER;
    return (edits || v->ops == &actions_view) && v->ops->typing &&
           v->ops->typing(v);
}

/* Hands the key to the screen; false where it is not the screen's. */
static bool
view_takes(struct app *app, const struct key *key)
{
    struct view *v = app_top(app);
    struct error e = {0};
    if (!v->ops->key)
        return false;
    unsigned reaction = v->ops->key(v, key, &e);
    if (e.code != ERR_OK)
        app_refuse_error(app, &e);
    error_clear(&e);
    app_react(app, v, reaction, &e);
    return !(reaction & REACT_IGNORED);
}

/* Digits before a key are its count. */
static bool
takes_count(struct app *app, const struct key *key)
{
    bool digit = key_is_text(key) && key->codepoint <= '9' &&
                 key->codepoint >= (app->count ? '0' : '1');
    if (digit && app->count < COUNT_MOST)
        app->count = app->count * 10 + (int)(key->codepoint - '0');
    app->dirty = app->dirty || digit;
    return digit;
}

/* What people press for an action whose key is another. */
static const struct {
    const char *key;
    enum act action;
} habits[] = {
#define H(key, action) {key, ACT_##action},
#include "ui/app/habits.def"
#undef H
};

/* Appends the key of the action that NAME is meant for, where it is bound and
 * can be used on this screen. */
static void
add_right_key(struct app *app, const char *name, struct buf *out)
{
    for (size_t i = 0; i < sizeof habits / sizeof habits[0]; i++) {
        enum act action = habits[i].action;
        struct buf keys;
        if (strcmp(habits[i].key, name) != 0 || app_refusal(app, action))
            continue;
        buf_init(&keys, 64);
        if (keymap_keys(&app->keymap, app_top(app)->ops->id, action, 1, &keys))
            buf_addf(out, "%s: %s, ", buf_str(&keys), act_info(action)->label);
        buf_clear(&keys);
        return;
    }
}

static void
unbound(struct app *app, const struct key *key)
{
    char name[KEY_NAME_SIZE];
    struct buf right;
    if (app_top(app)->ops->key && !app_refusal(app, ACT_EDIT) &&
        view_takes(app, key))
        return;
    key_format(key, name);
    buf_init(&right, 256);
    add_right_key(app, name, &right);
    app_refuse(app, "%s does nothing on this screen (%s? lists keys)", name,
               buf_str(&right));
    buf_clear(&right);
}

/* Empties the text field of the screen on top. */
static void
empty_field(struct app *app)
{
    const struct key end = {.kind = KEY_KIND_END};
    const struct key cut = {
        .kind = KEY_KIND_CHAR, .mods = KEY_MOD_CTRL, .codepoint = 'u'};
    view_takes(app, &end);
    view_takes(app, &cut);
}

/* Ctrl-Y in a text field inserts a paste that is held, or gives back what was
 * typed there and not stored, or what Esc left in one. */
static bool
takes_left(struct app *app, const struct key *key)
{
    bool yanks = key->kind == KEY_KIND_CHAR && key->mods == KEY_MOD_CTRL &&
                 key->codepoint == 'y';
    bool text = app->prompt.kind != PROMPT_CLOSED || app_is_typing(app);
    if (!yanks || !text)
        return false;
    if (!app->paste.older && app_paste_again(app))
        return true;
    if (app->offered && app->prompt.kind == PROMPT_CLOSED) {
        empty_field(app);
        if (*app->offered)
            app_paste(app, app->offered, strlen(app->offered));
        return true;
    }
    if (!app->left)
        return app_paste_again(app);
    app_paste(app, app->left, strlen(app->left));
    return true;
}

/* Does ACTION, that the present key means. Where that changes something and
 * opens another screen, the key does nothing there as long as it is held down,
 * unless it is text there: nobody has seen that screen. */
static void
perform(struct app *app, enum act action, int count)
{
    const struct view_ops *before = app_top(app)->ops;
    app_perform(app, &(struct invocation){(int)action, count, NULL});
    bool changes = (act_info(action)->flags & ACT_MUTATES) != 0;
    if (changes && app_top(app)->ops != before && !app_is_typing(app))
        app_guard_once(app);
}

/* Gives the key to what has the focus. */
static void
focus_takes(struct app *app, const struct key *key)
{
    if (takes_left(app, key))
        return;
    if (app->dialog.open) {
        dialog_takes(app, key);
        return;
    }
    if (app->prompt.kind != PROMPT_CLOSED) {
        prompt_takes(app, key);
        return;
    }
    bool typing = app_is_typing(app);
    if (typing && view_takes(app, key))
        return;
    enum act action = keymap_find(&app->keymap, app_top(app)->ops->id, key);
    if (typing && (action == ACT_NONE || key_is_text(key) ||
                   !(act_info(action)->flags & ACT_TEXT))) {
        not_text(app, key);
        return;
    }
    if (action == ACT_NONE && takes_count(app, key))
        return;
    int count = app->count;
    app->count = 0;
    app->dirty = app->dirty || count > 0;
    if (count > 0 && key->kind == KEY_KIND_ESCAPE)
        return; /* one step back: the count */
    if (action == ACT_NONE)
        unbound(app, key);
    else if (act_info(action)->flags & ACT_REMOVES)
        app_removal(app, &(struct invocation){(int)action, count, NULL});
    else
        perform(app, action, count);
}

/* On the last screen, which only moves and ends. */
static void
last_takes(struct app *app, const struct key *key)
{
    struct error e = {0};
    enum act action = keymap_find(&app->keymap, VIEW_TEXT, key);
    const struct invocation invocation = {.action = (int)action};
    struct view *v = app_top(app);
    if (action == ACT_BACK || action == ACT_LEAVE)
        app_quit(app);
    else if (v->ops->action(v, &invocation, &e) & REACT_IGNORED)
        app_say(app, MESSAGE_INFO, "Esc closes the console");
    app_changed(app);
}

void
app_key(struct app *app, const struct key *key)
{
    if (!app->depth || app_guard_repeats(app, key))
        return;
    app->key = *key;
    if (app->last) {
        last_takes(app, key);
        return;
    }
    if (key_is_line_feed(key)) {
        app_typing_line_feed(app);
        return;
    }
    if (app_guard_holds(app) && key->kind != KEY_KIND_TAB) {
        app_guard_early(app, key);
        return;
    }
    if (app->messages.showing) {
        app->messages.showing = false;
        app->dirty = true;
    }
    focus_takes(app, key);
}
