/* The scripted screen. */
#include "ui/term/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#define AT_ONCE "!at-once "
#define UNTIL "!until "

enum { UNTIL_MOST_MS = 60000, LOOK_MS = 10 };

struct script {
    struct screen screen;
    char *script, *folder;
    const char *at;     /* the next line */
    const char *keys;   /* what is left of a line of keys, or NULL */
    const char *typed;  /* what is left of a line of text, or NULL */
    char *line;         /* the line being worked on */
    int64_t wait_until; /* of the real clock; 0: it does not wait */
    int64_t wait;       /* how long it waits, ms */
    const char *until;  /* what it waits for, of LINE; NULL: the time */
    int64_t now;        /* the clock of the screen, which the script moves */
    bool in_line;       /* events of the line have been given */
    bool begun;         /* something that is not an event yet */
    int ended;
    struct cells cells;
    struct buf paste, copied;
};

static size_t
script_fds(struct screen *s, struct pollfd *fds)
{
    (void)s;
    (void)fds;
    return 0;
}

static int
script_wait_ms(struct screen *s)
{
    const struct script *script = (struct script *)s;
    int64_t left = script->wait_until - clock_monotonic_ms();
    return left <= 0 ? 0 : script->until ? LOOK_MS : (int)left;
}

static bool
key_event(struct event *event, const struct key *key)
{
    *event = (struct event){.kind = EVENT_KEY, .key = *key};
    return true;
}

/* The event that NAME stands for where it is not a key; false where it does
 * not. */
static bool
named_event(const char *name, struct event *event)
{
    static const struct {
        const char *name;
        enum event_kind kind;
    } events[] = {{"Unknown", EVENT_UNKNOWN},
                  {"Lost", EVENT_LOST},
                  {"TooBig", EVENT_REFUSED}};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if (strcmp(name, events[i].name) == 0) {
            *event = (struct event){
                .kind = events[i].kind, .text = "half a p", .n = 8};
            return true;
        }
    }
    return false;
}

/* The next key of a line of names; a name that is none ends the script. */
static bool
next_named(struct script *s, struct event *event)
{
    s->keys += strspn(s->keys, " ");
    size_t n = strcspn(s->keys, " ");
    if (n == 0) {
        s->keys = NULL;
        return false;
    }
    char *name = mem_strndup(s->keys, n);
    struct key key;
    s->keys += n;
    if (key_parse(name, &key))
        key_event(event, &key);
    else if (!named_event(name, event)) {
        fprintf(stderr, "script: unknown key \"%s\"\n", name);
        s->at = "";
        s->keys = NULL;
        *event = (struct event){.kind = EVENT_HANGUP};
    }
    free(name);
    return true;
}

static bool
next_typed(struct script *s, struct event *event)
{
    struct key key = {KEY_KIND_CHAR, 0, 0};
    size_t n = strlen(s->typed);
    size_t len = n ? utf8_decode(s->typed, n, &key.codepoint) : 0;
    if (len == 0) {
        s->typed = NULL;
        return false;
    }
    s->typed += len;
    return key_event(event, &key);
}

static bool
paste_event(struct script *s, const char *text, struct event *event)
{
    buf_reset(&s->paste);
    for (; *text; text++) {
        bool escape = text[0] == '\\' && (text[1] == 'n' || text[1] == 'e');
        char c = *text;
        if (escape)
            c = *++text == 'n' ? '\n' : '\033';
        buf_addc(&s->paste, c);
    }
    *event = (struct event){
        .kind = EVENT_PASTE, .text = buf_str(&s->paste), .n = s->paste.len};
    return true;
}

/* Takes up the line; true where it is an event by itself. */
static bool
begin_line(struct script *s, struct event *event)
{
    const char *line = s->line;
    int rows, cols;
    if (*line == ':') {
        *event = (struct event){
            .kind = EVENT_COMMAND, .text = line + 1, .n = strlen(line + 1)};
        return true;
    }
    if (text_starts(line, "!paste "))
        return paste_event(s, line + 7, event);
    if (text_starts(line, "!later ")) {
        s->now += strtol(line + 7, NULL, 10);
        s->in_line = true; /* what is due by then comes before the next line */
        return false;
    }
    s->begun = strcmp(line, "!begun") == 0;
    if (text_starts(line, "!wait ")) {
        s->wait = strtol(line + 6, NULL, 10);
        s->wait_until = clock_monotonic_ms() + s->wait;
    } else if (text_starts(line, UNTIL)) {
        s->until = line + strlen(UNTIL);
        s->wait = 0;
        s->wait_until = clock_monotonic_ms() + UNTIL_MOST_MS;
    } else if (sscanf(line, "!resize %d %d", &rows, &cols) == 2) {
        s->screen.rows = rows;
        s->screen.cols = cols;
        *event = (struct event){.kind = EVENT_RESIZE};
        return true;
    } else if (*line == '\'')
        s->typed = line + 1;
    else if (*line != '#' && !s->begun)
        s->keys = text_starts(line, AT_ONCE) ? line + strlen(AT_ONCE) : line;
    return false;
}

/* True at the end of a line that gave an event, once. */
static bool
line_ends(struct script *s)
{
    bool ends = s->in_line;
    s->in_line = false;
    return ends;
}

static bool
shows(const struct script *s, const char *words)
{
    struct buf text;
    buf_init_any(&text);
    cells_dump(&s->cells, &text);
    bool found = strstr(buf_str(&text), words) != NULL;
    buf_clear(&text);
    return found;
}

/* Looks whether the screen shows what is waited for, and then, or when it is
 * late, waits no longer. The script's clock goes on, so that what is due
 * comes. */
static void
look_for_words(struct script *s)
{
    bool shown = shows(s, s->until),
         late = clock_monotonic_ms() >= s->wait_until;
    s->now += LOOK_MS;
    if (!shown && !late)
        return;
    if (!shown)
        fprintf(stderr, "script: \"%s\" was not shown\n", s->until);
    s->until = NULL;
    s->wait_until = 0;
}

/* True while it waits, and once more when the clock has gone on, so that what
 * is due comes before the next line. */
static bool
waits(struct script *s)
{
    if (s->until) {
        look_for_words(s);
        return true;
    }
    if (s->wait_until == 0 || clock_monotonic_ms() < s->wait_until)
        return s->wait_until != 0;
    s->now += s->wait;
    s->wait_until = 0;
    return true;
}

static bool
script_next(struct screen *screen, struct event *event)
{
    struct script *s = (struct script *)screen;
    for (;;) {
        if (waits(s))
            return false;
        if ((s->keys && next_named(s, event)) ||
            (s->typed && next_typed(s, event))) {
            s->in_line = true;
            return true;
        }
        if (line_ends(s))
            return false;
        if (!*s->at) { /* first a turn that paints, then the end */
            *event = (struct event){.kind = EVENT_HANGUP};
            s->ended++;
            return s->ended > 1;
        }
        size_t n = strcspn(s->at, "\n");
        free(s->line);
        s->line = mem_strndup(s->at, n);
        s->at += n + (s->at[n] == '\n');
        if (begin_line(s, event)) {
            s->in_line = true;
            return true;
        }
    }
}

static bool
script_unfinished(struct screen *s)
{
    return ((struct script *)s)->begun;
}

/* Only keys of a line that says so come too fast for a hand. */
static void
script_together(struct screen *screen, struct together *out)
{
    const struct script *s = (struct script *)screen;
    *out = (struct together){0};
    if (s->keys || s->typed || !text_starts(s->at, AT_ONCE))
        return;
    char *line = mem_strndup(s->at, strcspn(s->at, "\n"));
    for (char *rest, *name = strtok_r(line + strlen(AT_ONCE), " ", &rest); name;
         name = strtok_r(NULL, " ", &rest)) {
        struct key key;
        if (key_parse(name, &key))
            together_add(out, &key);
    }
    free(line);
}

static void
script_paint(struct screen *screen, const struct cells *cells)
{
    struct script *s = (struct script *)screen;
    if (s->cells.rows != cells->rows || s->cells.cols != cells->cols)
        cells_resize(&s->cells, cells->rows, cells->cols);
    memcpy(s->cells.cell, cells->cell,
           (size_t)cells->rows * (size_t)cells->cols * sizeof *cells->cell);
    cells_cursor(&s->cells, cells->cursor_row, cells->cursor_col);
}

static void
script_nothing(struct screen *s)
{
    (void)s;
}

static int64_t
script_now_ms(struct screen *screen)
{
    return ((struct script *)screen)->now;
}

static void
script_theme(struct screen *s, enum theme theme)
{
    s->theme = theme;
}

static enum err
script_copy(struct screen *screen, const char *text, size_t n, struct error *e)
{
    struct script *s = (struct script *)screen;
    (void)e;
    buf_reset(&s->copied);
    buf_add(&s->copied, text, n);
    return ERR_OK;
}

static enum err
script_save(struct screen *screen, const struct cells *cells, const char *file,
            struct error *e)
{
    const struct script *s = (struct script *)screen;
    if (!s->folder || strchr(file, '/'))
        return error_set(e, ERR_REFUSED,
                         "Save screen: only a file in the script's folder");
    struct buf text;
    buf_init_any(&text);
    cells_dump(cells, &text);
    char *path = mem_printf("%s/%s", s->folder, file);
    enum err err = file_write(path, buf_str(&text), text.len, 0644, e);
    free(path);
    buf_clear(&text);
    return err;
}

static void
script_close(struct screen *screen)
{
    struct script *s = (struct script *)screen;
    cells_clear(&s->cells);
    buf_clear(&s->paste);
    buf_clear(&s->copied);
    free(s->line);
    free(s->script);
    free(s->folder);
    free(s);
}

static const struct screen_ops script_ops = {
    .fds = script_fds,
    .wait_ms = script_wait_ms,
    .next = script_next,
    .unfinished = script_unfinished,
    .together = script_together,
    .paint = script_paint,
    .repaint = script_nothing,
    .theme = script_theme,
    .copy = script_copy,
    .suspend = script_nothing,
    .now_ms = script_now_ms,
    .save = script_save,
    .close = script_close,
};

struct screen *
script_open(const char *text, int rows, int cols, bool ascii,
            const char *folder)
{
    struct script *s = mem_alloc(sizeof *s);
    s->screen = (struct screen){&script_ops, rows, cols, ascii, THEME_DEFAULT};
    s->script = mem_strdup(text);
    s->folder = mem_strdup(folder);
    s->at = s->script;
    s->now = 1;
    cells_init(&s->cells, rows, cols, ascii);
    buf_init(&s->paste, PASTE_MOST);
    buf_init(&s->copied, PASTE_MOST);
    return &s->screen;
}

const struct cells *
script_cells(const struct screen *s)
{
    return &((const struct script *)s)->cells;
}

const char *
script_copied(const struct screen *s)
{
    return buf_str(&((const struct script *)s)->copied);
}
