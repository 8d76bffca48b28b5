/* Key names and the decoder. */
#include "ui/term/key.h"

#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

static void
names_round_trip(void)
{
    static const char *const names[] = {
        "a",         "A",         "Space", "Enter",    "Ctrl-L", "Alt-x",
        "Ctrl-Left", "Shift-Tab", "F12",   "\xc3\xbc", "?",      "Alt-Up"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct key key;
        char back[KEY_NAME_SIZE];
        CHECK(key_parse(names[i], &key));
        key_format(&key, back);
        CHECK_STR(back, names[i]);
    }
    static const char *const bad[] = {"",     "ab",      "Ctrl-", "Hyper-x",
                                      "\x1b", "Shift-a", "F13"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct key key;
        CHECK(!key_parse(bad[i], &key));
    }
}

/* Decodes BYTES, fed at once or one by one, to names joined by blanks. */
static void
decode(const char *bytes, size_t n, bool one_by_one, char *out, size_t size)
{
    struct key_decoder d;
    struct key key;
    enum decoded got;
    key_decoder_init(&d);
    key_decoder_learn(&d, "\033[[A", (struct key){KEY_KIND_F1, 0, 0});
    out[0] = '\0';
    for (size_t i = 0; i <= n; i++) {
        if (one_by_one && i < n)
            key_decoder_feed(&d, bytes + i, 1);
        else if (i == 0)
            key_decoder_feed(&d, bytes, n);
        bool late = i == n;
        while ((got = key_decoder_next(&d, late, &key)) != DECODED_NOTHING) {
            char name[KEY_NAME_SIZE] = "";
            if (got == DECODED_UNKNOWN)
                snprintf(name, sizeof name, "?");
            if (got == DECODED_KEY)
                key_format(&key, name);
            size_t len = strlen(out);
            if (got == DECODED_PASTE)
                snprintf(out + len, size - len, "%s<%s>", len ? " " : "",
                         buf_str(&d.paste));
            else
                snprintf(out + len, size - len, "%s%s", len ? " " : "", name);
        }
    }
    key_decoder_clear(&d);
}

static void
sequences_become_keys(void)
{
    static const struct {
        const char *bytes, *keys;
    } cases[] = {
        {"aZ ", "a Z Space"},
        {"\r\t\x7f", "Enter Tab Backspace"},
        {"\x0c\x01", "Ctrl-L Ctrl-A"},
        {"\033", "Esc"},
        {"\033\033", "Esc Esc"},
        {"\033x", "Alt-x"},
        /* Sabotage: the look at '\r' and '\n' in stands_alone(). */
        {"\033\r", "Esc Enter"},
        {"\033\n", "Esc Ctrl-J"},
        {"a\r\nb\n", "a Enter Ctrl-J b Ctrl-J"},
        {"\033[A\033OB", "Up Down"},
        {"\033[1;5C", "Ctrl-Right"},
        {"\033[3;3~", "Alt-Delete"},
        {"\033[Z", "Shift-Tab"},
        {"\033[[A", "F1"},
        {"\033[15~", "F5"},
        {"\xc3\xbc\xe6\x9d\xb1", "\xc3\xbc \xe6\x9d\xb1"},
        {"\xff\xc3x", "? ? x"}, /* what is not text */
        {"\033[?62;22c"
         "a",
         "? a"}, /* answers of terminals are not keys */
        {"\033]52;c;cm0gLXJm\a"
         "b",
         "? b"},
        {"\033P1$r0m\033\\c", "? c"},
        {"\033[24;80R", "?"},
        {"\033[200~x\033[A\ny\033[201~z", "<x\033[A\ny> z"},
        {"\033[200~\033[201~", "<>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char got[256];
        size_t n = strlen(cases[i].bytes);
        decode(cases[i].bytes, n, false, got, sizeof got);
        CHECK_STR(got, cases[i].keys);
        decode(cases[i].bytes, n, true, got, sizeof got);
        CHECK_STR(got, cases[i].keys);
    }
}

static void
a_paste_too_big_is_empty(void)
{
    struct key_decoder d;
    struct key key;
    key_decoder_init(&d);
    key_decoder_feed(&d, "\033[200~", 6);
    key_decoder_next(&d, false, &key);
    char block[65536];
    memset(block, 'x', sizeof block);
    for (size_t sent = 0; sent <= PASTE_MOST; sent += sizeof block) {
        key_decoder_feed(&d, block, sizeof block);
        CHECK_INT(key_decoder_next(&d, false, &key), DECODED_NOTHING);
    }
    key_decoder_feed(&d, "\033[201~a", 7);
    CHECK_INT(key_decoder_next(&d, false, &key), DECODED_PASTE);
    CHECK(d.paste_too_big);
    CHECK_INT(d.paste.len, 0);
    CHECK_INT(key_decoder_next(&d, false, &key), DECODED_KEY);
    CHECK_INT(key.codepoint, 'a');
    key_decoder_clear(&d);
}

static void
feed(struct key_decoder *d, const char *bytes)
{
    key_decoder_feed(d, bytes, strlen(bytes));
}

/* It is over after a silence, by itself, and nothing of it is lost. Sabotage:
 * "paste_lost" or buf_add() in key_decoder_silence(). */
static void
a_paste_without_its_end_is_over(void)
{
    struct key_decoder d;
    struct key key;
    key_decoder_init(&d);
    key_decoder_silence(&d, 10000);
    feed(&d, "\033[200~half\033[20");
    CHECK_INT(key_decoder_next(&d, true, &key), DECODED_NOTHING);
    key_decoder_silence(&d, PASTE_STALLED_MS - 1);
    CHECK_INT(key_decoder_next(&d, true, &key), DECODED_NOTHING);
    CHECK(d.pasting);
    key_decoder_silence(&d, PASTE_STALLED_MS);
    CHECK_INT(key_decoder_next(&d, true, &key), DECODED_LOST);
    CHECK_STR(buf_str(&d.paste), "half");
    feed(&d, "\r\033[200~x\033[201~");
    CHECK_INT(key_decoder_next(&d, true, &key), DECODED_KEY);
    CHECK_INT(key.kind, KEY_KIND_ENTER);
    CHECK_INT(key_decoder_next(&d, true, &key), DECODED_PASTE);
    CHECK_STR(buf_str(&d.paste), "x");
    CHECK_INT(key_decoder_next(&d, true, &key), DECODED_NOTHING);
    key_decoder_clear(&d);
}

/* Text with a line end that came at once is a paste, whatever it begins with;
 * a command with its Enter and a key that is held down are not. Sabotage:
 * "enters" or "letters" in together_is_paste(), "last" in together_add(). */
static void
text_with_line_ends_is_a_paste(void)
{
    static const struct {
        const char *bytes;
        bool in_text, of_commands;
    } cases[] = {
        {"", false, false}, /* then nothing came */
        {"total\rdescription\r", true, true},
        {"\rtotal\rdescription\r", true, true}, /* an empty line first */
        {"\r\ntotal\r\n", true, true},
        {"\r\rd\r", true, true},
        {"\rd\r", true, true},
        {"J\rJ\rdd", true, true}, /* a short last line */
        {"\033[Btotal\r", true, true},
        {"ed\r", true, true},
        {"d\r", true, false}, /* one command with its Enter */
        {"\rR", true, false},
        {"5\n", true, true},
        {"\r\n", true, true},
        {"\n", false, false}, /* the line feed has a rule of its own */
        {"a\tb", true, true},
        {"to\t", false, true}, /* completion */
        {"\t\t\r", true, false}, /* empty cells of a sheet */
        {"\t\r", true, false},
        {"\t\r\t\r", true, false},
        {"\r", false, false},
        {"\t\t", false, false},
        {"total", false, false},
        {"order no", false, true},
        {"/order no", false, false}, /* it opens the filter */
        {"/order no\r", true, true},
        {"jjjjjjjjjjjjkkkkkkkkk", false, false},
        {"jjjjjjjjjjjj\r", true, false},
        {"\033[B\033[B\r", false, false},
        {"\r\r", true, false},
        {"\r\r\r", true, false},
        {"\033d\r", false, false},
        {"\033[?62;22cd\ru", true, true},
        {"\033[200~x\ry\r\033[201~\r", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct key_decoder d;
        struct together keys = {0};
        size_t n = strlen(cases[i].bytes);
        int failures = test_failures;
        key_decoder_init(&d);
        feed(&d, cases[i].bytes);
        key_decoder_ahead(&d, &keys);
        CHECK_INT(together_is_paste(&keys, true), cases[i].in_text);
        CHECK_INT(together_is_paste(&keys, false), cases[i].of_commands);
        CHECK_INT(d.input.len, n); /* looking takes nothing */
        if (test_failures > failures)
            printf("# case %zu\n", i);
        key_decoder_clear(&d);
    }
}

void
test_ui_key(void)
{
    static const struct test tests[] = {
        {"names round trip", names_round_trip},
        {"sequences become keys", sequences_become_keys},
        {"a paste too big is empty", a_paste_too_big_is_empty},
        {"a paste without its end is over", a_paste_without_its_end_is_over},
        {"text with line ends is a paste", text_with_line_ends_is_a_paste},
        {NULL, NULL}};
    test_run("ui key", tests);
    failed_tests += test_failures;
}
