/* The text of a session's command as its audit record keeps it. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ident.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/frame/cli.h"
#include "cli/frame/words.h"
#include "cli/session/session.h"
#include "workflow/edit/curl_secrets.h"

/* No command has a longer name. */
enum { NAME_MAX_LENGTH = 40 };

/* A word of the command: as it was written, and what it says. */
struct spoken {
    const char *raw;
    size_t length;
    char *word;
};

struct spoken_list {
    struct spoken *at;
    size_t count;
    char *storage; /* of the words */
    char **words;  /* those of the command's line, without global options */
    int *of;       /* which of AT each is */
    int line_count;
};

static void
split(const char *command, struct spoken_list *out)
{
    size_t most = strlen(command) + 2;
    char *to = mem_alloc(2 * most);
    *out = (struct spoken_list){.storage = to};
    for (const char *at = command; *(at += strspn(at, " "));) {
        struct spoken s = {.raw = at, .word = to};
        const char *end = session_copy_word(at, &to);
        s.length = end ? (size_t)(end - at) : strlen(at);
        out->at = mem_resize(out->at, out->count + 1, sizeof *out->at);
        out->at[out->count++] = s;
        if (!end)
            break;
        at = end;
    }
}

/* Whether WORD is a global option, and *VALUE whether the next word is its
 * value. One that takes none and is given one is none. */
static bool
is_global(const struct command_table *t, const char *word, bool *value)
{
    size_t n = strcspn(word, "=");
    *value = false;
    for (size_t i = 0; i < t->global_count; i++) {
        const struct command_global *g = &t->globals[i];
        if (strlen(g->name) != n || strncmp(word, g->name, n) != 0)
            continue;
        *value = g->value && !word[n];
        return g->value || !word[n];
    }
    return false;
}

/* What is left for the command: all but "tailor" and global options. */
static void
find_line(const struct command_table *t, struct spoken_list *s)
{
    size_t first = s->count && strcmp(s->at[0].word, t->program) == 0;
    s->words = mem_array(s->count + 1, sizeof *s->words);
    s->of = mem_array(s->count + 1, sizeof *s->of);
    bool ended = false;
    for (size_t i = first; i < s->count; i++) {
        bool value;
        ended = ended || strcmp(s->at[i].word, "--") == 0;
        if (!ended && is_global(t, s->at[i].word, &value)) {
            i += value;
            continue;
        }
        s->of[s->line_count] = (int)i;
        s->words[s->line_count++] = s->at[i].word;
    }
}

struct option_search {
    const char *name;
    size_t n;
    bool found, takes_value;
};

static void
compare_option(void *context, const char *name, bool takes_value)
{
    struct option_search *s = context;
    if (strlen(name) != s->n || strncmp(name, s->name, s->n) != 0)
        return;
    s->found = true;
    s->takes_value = takes_value;
}

/* Whether COMMAND has the option that WORD ("--name", "--name=value") names,
 * and whether the next word is its value. */
static bool
has_option(const struct command_table *t, const struct command *command,
           const char *word, bool *value)
{
    struct option_search s = {.name = word + 2, .n = strcspn(word + 2, "=")};
    const char *today =
        t->old_option && s.n ? t->old_option(s.name, s.n) : NULL;
    bool inside = s.name[s.n] == '=';
    if (today)
        s = (struct option_search){.name = today, .n = strlen(today)};
    command_visit_options(command->usage, compare_option, &s);
    *value = s.takes_value && !inside;
    return s.found;
}

/* Whether the word after the COUNT words of LINE may be recorded as SAID: "-"
 * is what comes through the connection; the name of a kept sheet may be that of
 * the customer's file, wherever it is given. */
static bool
is_kept_after(const struct command_table *t, const struct command *command,
              char **line, int count, const char *said)
{
    struct command_line l = {.command = command};
    char placeholder[COMMAND_WORD_SIZE];
    command_next_word(t, &l, count, line, placeholder);
    command_line_clear(&l);
    if (strncmp(said, "sheet:", 6) == 0)
        return false;
    return words_kept(placeholder) || ident_is(said) || strcmp(said, "-") == 0;
}

static size_t
count_characters(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static void
add_counted(struct buf *out, const char *text)
{
    buf_addf(out, "(%zu characters)", count_characters(text));
}

/* Words of a line: which of them is what. */
struct recording {
    const struct command_table *table;
    const struct command *command; /* NULL: there is none of that name */
    char **line;                   /* behind noun and verb */
    int at;
    bool only_words; /* behind "--" */
    bool lost;       /* behind what is no option: anything may be a value */
    bool value;      /* behind an option that takes one */
};

/* "--name=value" with what of the value may be kept. */
static void
add_option(struct buf *out, struct recording *r, const struct spoken *s)
{
    char *equals = strchr(s->word, '=');
    if (!equals || r->lost) {
        buf_add(out, s->raw, r->lost ? 0 : s->length);
        if (r->lost)
            add_counted(out, s->word);
        return;
    }
    *equals = '\0';
    bool kept =
        is_kept_after(r->table, r->command, r->line, r->at + 1, equals + 1);
    if (kept)
        buf_add(out, s->raw, s->length);
    else
        buf_addf(out, "%s=", s->word);
    if (!kept)
        add_counted(out, equals + 1);
    *equals = '=';
}

static void
add_word(struct buf *out, struct recording *r, const struct spoken *s)
{
    bool words = r->only_words || r->value;
    r->value = false;
    if (!words && strcmp(s->word, "--") == 0) {
        r->only_words = true;
        buf_add(out, s->raw, s->length);
    } else if (!words && text_starts(s->word, "--")) {
        r->lost = r->lost ||
                  !has_option(r->table, r->command, s->word, &r->value);
        add_option(out, r, s);
    } else if (!r->lost &&
               (strcmp(s->word, "-") == 0 || strcmp(s->word, "-h") == 0 ||
                is_kept_after(r->table, r->command, r->line, r->at, s->word))) {
        buf_add(out, s->raw, s->length);
    } else {
        add_counted(out, s->word);
    }
    r->at++;
}

static bool
is_noun(const struct command_table *t, const char *word)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->rows[i].noun, word) == 0)
            return true;
    return false;
}

/* Whether WORD is written as names of commands and options are: it may be one
 * that was mistyped, and tells what was tried. */
static bool
is_like_name(const char *word)
{
    size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-_./");
    return n <= NAME_MAX_LENGTH && !word[n] && !secret_may_be_in(word);
}

/* What should name the command. KNOWN: it does. */
static void
add_name(struct buf *out, const struct spoken *s, bool known)
{
    if (known || is_like_name(s->word))
        buf_add(out, s->raw, s->length);
    else
        add_counted(out, s->word);
}

/* "tailor" or a global option. Where no command was found, what stands for a
 * value may be anything. */
static void
add_global(struct buf *out, const struct recording *r, const struct spoken *s)
{
    bool value;
    if (!r->lost || strcmp(s->word, r->table->program) == 0 ||
        (is_global(r->table, s->word, &value) && !strchr(s->word, '=')))
        buf_add(out, s->raw, s->length);
    else
        add_counted(out, s->word);
}

/* How many words of S name the command, well or badly: behind a word that is
 * no noun there is no verb. Sets R->command where they name one. */
static int
find_names(struct recording *r, const struct spoken_list *s)
{
    struct error e;
    int used = 0;
    if (s->line_count == 0 || command_find(r->table, s->line_count, s->words,
                                           &r->command, &used, &e) == ERR_OK)
        return used;
    r->lost = true;
    return is_noun(r->table, s->words[0]) && s->line_count > 1 ? 2 : 1;
}

static void
record(const struct command_table *t, const struct spoken_list *s,
       const char *done, struct buf *out)
{
    struct recording r = {.table = t};
    int used = find_names(&r, s), k = 0;
    r.line = s->words + used;
    for (size_t i = 0; i < s->count; i++) {
        const struct spoken *word = &s->at[i];
        bool ours = k < s->line_count && s->of[k] == (int)i;
        buf_add(out, done, (size_t)(word->raw - done));
        done = word->raw + word->length;
        if (!ours)
            add_global(out, &r, word);
        else if (k < used)
            add_name(out, word, r.command || is_noun(t, word->word));
        else
            add_word(out, &r, word);
        k += ours;
    }
    buf_adds(out, done);
}

char *
session_record_text(const char *command)
{
    const struct command_table t = cli_table();
    struct spoken_list s;
    struct buf out;
    buf_init_any(&out);
    split(command ? command : "", &s);
    find_line(&t, &s);
    record(&t, &s, command ? command : "", &out);
    free(s.at);
    free(s.storage);
    free(s.words);
    free(s.of);
    return buf_take(&out);
}
