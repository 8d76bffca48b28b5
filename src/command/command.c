/* Finding a command in a program's table, and its help. */
#include "command/command.h"

#include <stdint.h>
#include <string.h>

enum { LIST_MAX = 4096, USAGE_WIDTH = 79 };

static const char *
verb_today(const struct command_table *t, const char *noun, const char *verb)
{
    return t->old_verb ? t->old_verb(noun, verb) : verb;
}

bool
command_shows(const struct command_table *t, const struct command *c,
              const char *noun, const char *verb)
{
    return !(c->flags & COMMAND_HIDDEN) &&
           (!noun || strcmp(noun, c->noun) == 0) &&
           (!verb || strcmp(verb_today(t, c->noun, verb), c->verb) == 0);
}

/* --- globals and help ----------------------------------------------------- */

/* The global option that WORD is, written alone or as --name=VALUE; the count
 * of them where it is none. */
static size_t
find_global(const struct command_table *t, const char *word)
{
    size_t g = 0, n = strcspn(word, "=");
    while (g < t->global_count &&
           (strlen(t->globals[g].name) != n ||
            strncmp(word, t->globals[g].name, n) != 0))
        g++;
    return g;
}

/* Gives the global option G at ARGV[*I] to TAKE and moves *I to its last word.
 */
static enum err
take_one(const struct command_table *t, size_t g, int argc, char **argv, int *i,
         void (*take)(void *context, size_t global, char *value), void *context,
         struct error *e)
{
    char *equals = strchr(argv[*i], '=');
    char *value = equals ? equals + 1 : NULL;
    if (!t->globals[g].value && value)
        return error_set(e, ERR_USAGE, "%s: takes no value",
                         t->globals[g].name);
    if (t->globals[g].value && !value && *i + 1 < argc)
        value = argv[++*i];
    if (t->globals[g].value && (!value || !*value))
        return error_set(e, ERR_USAGE, "%s: its %s is missing",
                         t->globals[g].name, t->globals[g].value);
    take(context, g, value);
    return ERR_OK;
}

int
command_take_globals(const struct command_table *t, int argc, char **argv,
                     void (*take)(void *context, size_t global, char *value),
                     void *context, struct error *e)
{
    int kept = 0;
    bool ended = false;
    uint64_t seen = 0; /* those with a value: of two, one would be dropped */
    for (int i = 0; i < argc; i++) {
        ended = ended || strcmp(argv[i], "--") == 0;
        size_t g = ended ? t->global_count : find_global(t, argv[i]);
        uint64_t bit = g < t->global_count && t->globals[g].value
                           ? UINT64_C(1) << g % 64
                           : 0;
        if (seen & bit) {
            error_set(e, ERR_USAGE, "%s: given twice (give it once)",
                      t->globals[g].name);
            return -1;
        }
        seen |= bit;
        if (g == t->global_count)
            argv[kept++] = argv[i];
        else if (take_one(t, g, argc, argv, &i, take, context, e) != ERR_OK)
            return -1;
    }
    return kept;
}

static bool
is_noun(const struct command_table *t, const char *word)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->rows[i].noun, word) == 0)
            return true;
    }
    return false;
}

static bool
is_verb(const struct command_table *t, const char *noun, const char *word)
{
    for (size_t i = 0; i < t->count; i++) {
        if (*t->rows[i].verb && command_shows(t, &t->rows[i], noun, word))
            return true;
    }
    return false;
}

int
command_read_help(const struct command_table *t, int argc, char **argv)
{
    static char help[] = "help";
    int i = 0, words = 0;
    while (i < argc && strcmp(argv[i], "--help") != 0 &&
           strcmp(argv[i], "--") != 0 && strcmp(argv[i], "-h") != 0)
        i++;
    if (i == argc || strcmp(argv[i], "--") == 0)
        return argc;
    if (i > 0 && is_noun(t, argv[0]))
        words = i > 1 && is_verb(t, argv[0], argv[1]) ? 2 : 1;
    memmove(argv + 1, argv, (size_t)words * sizeof *argv);
    argv[0] = help;
    return words + 1;
}

/* --- finding -------------------------------------------------------------- */

static void
add_verbs(const struct command_table *t, struct buf *out, const char *noun)
{
    const char *before = "";
    for (size_t i = 0; i < t->count; i++) {
        if (!command_shows(t, &t->rows[i], noun, NULL))
            continue;
        buf_addf(out, "%s%s", before, t->rows[i].verb);
        before = ", ";
    }
}

/* Each noun once: rows of a noun need not stand together. */
static void
add_nouns(const struct command_table *t, struct buf *out)
{
    for (size_t i = 0; i < t->count; i++) {
        size_t first = 0;
        while (strcmp(t->rows[first].noun, t->rows[i].noun) != 0)
            first++;
        if (first == i && command_shows(t, &t->rows[i], NULL, NULL))
            buf_addf(out, "%s%s", i > 0 ? ", " : "", t->rows[i].noun);
    }
}

static void
add_options(const struct command_table *t, struct buf *out)
{
    for (size_t i = 0; i < t->global_count; i++)
        buf_addf(out, "%s%s", i > 0 ? ", " : "", t->globals[i].name);
}

static enum err
say_unknown(const struct command_table *t, int argc, char **argv,
            struct error *e)
{
    struct buf list;
    buf_init(&list, LIST_MAX);
    if (argv[0][0] == '-') {
        add_options(t, &list);
        error_set(e, ERR_USAGE, "%s: no such option (one of: %s)", argv[0],
                  buf_str(&list));
    } else if (!is_noun(t, argv[0])) {
        add_nouns(t, &list);
        error_set(e, ERR_USAGE, "%s: no such command (one of: %s)", argv[0],
                  buf_str(&list));
    } else if (add_verbs(t, &list, argv[0]), argc > 1) {
        error_set(e, ERR_USAGE, "%s %s: no such command (%s: %s)", argv[0],
                  argv[1], argv[0], buf_str(&list));
    } else {
        error_set(e, ERR_USAGE,
                  "%s: a second word is missing (one of: %s; try %s help %s)",
                  argv[0], buf_str(&list), t->program, argv[0]);
    }
    buf_clear(&list);
    return ERR_USAGE;
}

enum err
command_find(const struct command_table *t, int argc, char **argv,
             const struct command **out, int *used, struct error *e)
{
    const char *verb = argc > 1 ? verb_today(t, argv[0], argv[1]) : NULL;
    for (size_t i = 0; i < t->count; i++) {
        const struct command *c = &t->rows[i];
        bool single = *c->verb == '\0';
        if (strcmp(c->noun, argv[0]) != 0)
            continue;
        if (single || (verb && strcmp(c->verb, verb) == 0)) {
            *out = c;
            *used = single ? 1 : 2;
            return ERR_OK;
        }
    }
    return say_unknown(t, argc, argv, e);
}

/* --- what people read ----------------------------------------------------- */

/* The bytes of the first word of S, which a bracket holds together, and its
 * columns. */
static size_t
word_of(const char *s, size_t *columns)
{
    int depth = 0;
    size_t n = 0;
    for (*columns = 0; s[n] && (s[n] != ' ' || depth > 0); n++) {
        depth += (s[n] == '[') - (s[n] == ']');
        *columns += ((unsigned char)s[n] & 0xc0) != 0x80;
    }
    return n;
}

/* Adds S from column AT on; the lines after the first begin with INDENT
 * blanks. */
static void
add_wrapped(struct buf *out, const char *s, size_t at, int indent)
{
    size_t columns;
    for (size_t n; (n = word_of(s, &columns)) > 0; s += n + (s[n] == ' ')) {
        if (at + 1 + columns > USAGE_WIDTH) {
            buf_addf(out, "\n%*s", indent, "");
            at = (size_t)indent;
        } else {
            buf_adds(out, " ");
            at++;
        }
        buf_add(out, s, n);
        at += columns;
    }
}

static void
add_usage(const struct command_table *t, const struct command *c,
          struct buf *out)
{
    size_t before = out->len;
    buf_addf(out, "%s %s%s%s", t->program, c->noun, *c->verb ? " " : "",
             c->verb);
    add_wrapped(out, c->usage, out->len - before, 8);
    buf_adds(out, "\n   ");
    add_wrapped(out, c->help, 3, 4);
    buf_adds(out, "\n");
}

void
command_usage(const struct command_table *t, struct buf *out, const char *noun,
              const char *verb)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct command *c = &t->rows[i];
        if (command_shows(t, c, noun, verb))
            add_usage(t, c, out);
    }
}
