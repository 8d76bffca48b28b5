/* Bindings; see keymap.h. */
#include "ui/app/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define WORD_SIZE 64

static struct binding *
find_exact(const struct keymap *map, int view, const struct key *key)
{
    for (size_t i = 0; i < map->count; i++) {
        struct binding *b = &map->bindings[i];
        if (b->view == view && key_same(&b->key, key))
            return b;
    }
    return NULL;
}

static void
set(struct keymap *map, int view, const struct key *key, enum act action)
{
    struct binding *b = find_exact(map, view, key);
    if (b) {
        b->action = action;
        return;
    }
    if (map->count == map->capacity) {
        map->capacity = map->capacity ? map->capacity * 2 : 256;
        map->bindings =
            mem_resize(map->bindings, map->capacity, sizeof map->bindings[0]);
    }
    map->bindings[map->count++] = (struct binding){view, *key, action};
}

/* Copies the next word of *S into WORD; false at the end or too long. */
static bool
next_word(const char **s, char word[WORD_SIZE])
{
    *s += strspn(*s, " ");
    size_t n = strcspn(*s, " ");
    if (n == 0 || n >= WORD_SIZE)
        return false;
    memcpy(word, *s, n);
    word[n] = '\0';
    *s += n;
    return true;
}

static void
set_defaults(struct keymap *map, enum act action)
{
    const struct act_info *a = act_info(action);
    const char *keys = a->keys;
    char word[WORD_SIZE];
    struct key key;
    while (next_word(&keys, word)) {
        if (!key_parse(word, &key))
            continue;
        if (a->views == ~0u)
            set(map, KEYMAP_ANY, &key, action);
        for (int view = 0; view < VIEW_COUNT && a->views != ~0u; view++) {
            if (act_applies(action, (enum view_id)view))
                set(map, view, &key, action);
        }
    }
}

void
keymap_init(struct keymap *map)
{
    *map = (struct keymap){0};
    for (int i = ACT_NONE + 1; i < ACT_COUNT; i++)
        set_defaults(map, (enum act)i);
}

void
keymap_clear(struct keymap *map)
{
    FREE_NULL(map->bindings);
    map->count = map->capacity = 0;
}

enum act
keymap_find(const struct keymap *map, enum view_id view, const struct key *key)
{
    const struct binding *b = find_exact(map, (int)view, key);
    if (!b)
        b = find_exact(map, KEYMAP_ANY, key);
    return b ? b->action : ACT_NONE;
}

static enum err
parse_place(const char **words, int *view, struct key *key, struct error *e)
{
    char word[WORD_SIZE];
    if (!next_word(words, word))
        return error_set(e, ERR_USAGE,
                         "bind: SCREEN KEY ACTION are needed, such as "
                         "\"any F9 refresh\" (ACTION none unbinds)");
    *view = strcmp(word, "any") == 0 ? KEYMAP_ANY : view_find(word);
    if (*view < 0 && strcmp(word, "any") != 0)
        return error_set(e, ERR_USAGE,
                         "bind: unknown screen \"%s\" (any, or a screen "
                         "such as %s, %s)",
                         word, view_word(VIEW_INSTALLATIONS),
                         view_word(VIEW_MAPPING));
    if (!next_word(words, word) || !key_parse(word, key))
        return error_set(
            e, ERR_USAGE,
            "bind: unknown key \"%s\" (a character, Space, "
            "Enter, F1 to F12, Left and so on, with Ctrl-, Alt- or "
            "Shift- before it)",
            word);
    return ERR_OK;
}

/* A key that must stay: without it one could not leave or type a command. */
static bool
is_reserved(const struct key *key)
{
    return key->kind == KEY_KIND_ESCAPE ||
           (key_is_text(key) && key->codepoint == ':');
}

static enum err
change(struct keymap *map, int view, const struct key *key, enum act action,
       struct buf *note, struct error *e)
{
    char name[KEY_NAME_SIZE];
    key_format(key, name);
    if (key_is_line_feed(key))
        return error_set(e, ERR_USAGE,
                         "bind: %s cannot be bound (a paste without brackets "
                         "holds it at each line end)",
                         name);
    if (is_reserved(key))
        return error_set(e, ERR_USAGE,
                         "bind: %s cannot be changed (it always leads out or "
                         "to the command line)",
                         name);
    if (action != ACT_NONE && (act_info(action)->flags & ACT_MUTATES) &&
        key->mods == KEY_MOD_CTRL)
        return error_set(e, ERR_USAGE,
                         "bind: %s changes something, so it cannot sit on %s "
                         "(take a key without Ctrl)",
                         act_info(action)->command, name);
    if (action != ACT_NONE && view >= 0 &&
        !act_applies(action, (enum view_id)view))
        return error_set(e, ERR_USAGE, "bind: %s does not apply on %s",
                         act_info(action)->command,
                         view_word((enum view_id)view));
    const struct binding *old = find_exact(map, view, key);
    if (old && old->action != ACT_NONE && old->action != action)
        buf_addf(note, "%s did \"%s\" on %s before", name,
                 act_info(old->action)->command,
                 view < 0 ? "any screen" : view_word((enum view_id)view));
    set(map, view, key, action);
    return ERR_OK;
}

enum err
keymap_bind(struct keymap *map, const char *words, struct buf *note,
            struct error *e)
{
    int view;
    struct key key;
    char word[WORD_SIZE];
    enum err err = parse_place(&words, &view, &key, e);
    if (err)
        return err;
    if (!next_word(&words, word))
        return error_set(e, ERR_USAGE,
                         "bind: the action is missing (its name "
                         "as in help, or none)");
    enum act action = act_find(word);
    if (action == ACT_NONE && strcmp(word, "none") != 0)
        return error_set(e, ERR_USAGE,
                         "bind: unknown action \"%s\" (? lists all)", word);
    return change(map, view, &key, action, note, e);
}

enum err
keymap_unbind(struct keymap *map, const char *words, struct buf *note,
              struct error *e)
{
    int view;
    struct key key;
    enum err err = parse_place(&words, &view, &key, e);
    return err ? err : change(map, view, &key, ACT_NONE, note, e);
}

size_t
keymap_keys(const struct keymap *map, enum view_id view, enum act action,
            size_t most, struct buf *out)
{
    size_t found = 0;
    for (size_t i = 0; i < map->count; i++) {
        const struct binding *b = &map->bindings[i];
        bool here =
            b->view == (int)view ||
            (b->view == KEYMAP_ANY && !find_exact(map, (int)view, &b->key));
        if (b->action != action || !here)
            continue;
        char name[KEY_NAME_SIZE];
        key_format(&b->key, name);
        if (found < most)
            buf_addf(out, "%s%s", found ? " " : "", name);
        found++;
    }
    return found;
}
