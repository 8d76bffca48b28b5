/* Names of keys. */
#include "ui/term/key.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *const words[KEY_KIND_COUNT] = {
#define K(name, word) [KEY_KIND_##name] = word,
#include "ui/term/keys.def"
#undef K
};

static const struct {
    const char *prefix;
    unsigned mod;
} modifiers[] = {
    {"Ctrl-", KEY_MOD_CTRL}, {"Alt-", KEY_MOD_ALT}, {"Shift-", KEY_MOD_SHIFT}};

#define MODIFIERS (sizeof modifiers / sizeof modifiers[0])

static const char *
parse_modifiers(const char *name, unsigned *mods)
{
    for (size_t i = 0; i < MODIFIERS; i++) {
        if (text_starts(name, modifiers[i].prefix)) {
            *mods |= modifiers[i].mod;
            name += strlen(modifiers[i].prefix);
        }
    }
    return name;
}

bool
key_parse(const char *name, struct key *key)
{
    *key = (struct key){0};
    const char *rest = parse_modifiers(name, &key->mods);
    for (int kind = KEY_KIND_CHAR + 1; kind < KEY_KIND_COUNT; kind++) {
        if (strcmp(words[kind], rest) == 0) {
            key->kind = (enum key_kind)kind;
            return true;
        }
    }
    key->kind = KEY_KIND_CHAR;
    if (strcmp(rest, "Space") == 0) {
        key->codepoint = ' ';
        return true;
    }
    size_t n = strlen(rest);
    if (n == 0 || utf8_decode(rest, n, &key->codepoint) != n ||
        text_is_hidden(key->codepoint) || (key->mods & KEY_MOD_SHIFT))
        return false;
    if ((key->mods & KEY_MOD_CTRL) && key->codepoint >= 'A' &&
        key->codepoint <= 'Z')
        key->codepoint += 'a' - 'A';
    return true;
}

void
key_format(const struct key *key, char out[KEY_NAME_SIZE])
{
    int at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < MODIFIERS; i++) {
        if (key->mods & modifiers[i].mod)
            at += snprintf(out + at, KEY_NAME_SIZE - (size_t)at, "%s",
                           modifiers[i].prefix);
    }
    char text[8] = "";
    const char *word = text;
    uint32_t cp = key->codepoint;
    if (key->kind != KEY_KIND_CHAR)
        word = words[key->kind] ? words[key->kind] : "";
    else if (cp == ' ')
        word = "Space";
    else if ((key->mods & KEY_MOD_CTRL) && cp >= 'a' && cp <= 'z')
        text[0] = (char)(cp - 'a' + 'A');
    else
        text[utf8_encode(text, cp)] = '\0';
    snprintf(out + at, KEY_NAME_SIZE - (size_t)at, "%s", word);
}

bool
key_same(const struct key *a, const struct key *b)
{
    return a->kind == b->kind && a->codepoint == b->codepoint &&
           a->mods == b->mods;
}

bool
key_is_text(const struct key *key)
{
    return key->kind == KEY_KIND_CHAR && key->mods == 0;
}

bool
key_is_line_feed(const struct key *key)
{
    return key->kind == KEY_KIND_CHAR && key->codepoint == 'j' &&
           key->mods == KEY_MOD_CTRL;
}

void
together_add(struct together *t, const struct key *key)
{
    bool text = key_is_text(key);
    uint32_t character = text ? key->codepoint : 0;
    t->keys++;
    t->repeats = text && character == t->last;
    if (!t->begun)
        t->first = character;
    t->begun = true;
    if (text && !t->repeats) {
        if (t->letters < TOGETHER_RUN)
            t->run[t->letters] = character;
        t->letters++;
    }
    t->beyond_tab = t->beyond_tab || (text && t->tabs > 0);
    t->last = character;
    t->enters += key->kind == KEY_KIND_ENTER;
    t->tabs += key->kind == KEY_KIND_TAB;
    t->feeds += key_is_line_feed(key);
}

/* So many commands are not typed ahead. */
enum { WORD_LEAST = TOGETHER_RUN };

bool
together_is_paste(const struct together *t, bool in_text)
{
    if (t->feeds > 0)
        return t->letters + t->enters > 0;
    if (in_text && t->letters == 0)
        return t->enters > 0 && t->enters + t->tabs > 1;
    if (in_text)
        return t->enters > 0 || t->beyond_tab;
    bool opens = t->first == '/' || t->first == ':'; /* a line for the rest */
    return (t->letters >= WORD_LEAST && !opens) ||
           (t->letters > 1 && t->enters + t->tabs > 0) ||
           (t->letters > 0 && t->enters > 1);
}
