/*
 * Hostile text wherever customers, runtimes and colleagues can put it, on
 * every screen: no cell that is painted has a character that a terminal obeys
 * or gives no column, and each cell is as wide as the terminal makes it, so
 * that columns stay where they are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/catalogue/sample.h"
#include "manager/draft/draft.h"
#include "manager/exchange/exchange.h"
#include "manager/exchange/facts.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"
#include "store/console.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

enum { STRINGS = 300, DRAFTS = 12, PIECES_MOST = 6 };

#define WIDE "\xe6\x9d\xb1"
#define LONG "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"

/* What the strings are made of; the last ones are no UTF-8. */
static const char *const pieces[] = {
    "Acme",
    " ",
    "",
    "%s%n",
    "\x01",
    "\x07",
    "\b\b\b",
    "\t",
    "\r",
    "\n",
    "\v\f",
    "\x0e\x0f",
    "\x7f",
    "\x1b",
    "\x1b[2J",
    "\x1b[999C",
    "\x1b[6n",
    "\x1b]0;title\x07",
    "\x1b]52;c;YQ==\x1b\\",
    "\x1bP$q\"p\x1b\\",
    "\x1b"
    "c",
    "\xc2\x80",
    "\xc2\x85",
    "\xc2\x9b"
    "31m",
    "\xc2\x9d"
    "0;x\xc2\x9c",
    "\xe2\x80\xae"
    "evil",
    "\xe2\x81\xa6x\xe2\x81\xa9",
    "\xd7\xa9\xd7\x9c",
    "e\xcc\x81",
    "\xcc\x81",
    "a\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85",
    WIDE,
    WIDE WIDE WIDE,
    "\xe2\x80\x8b",
    "\xe2\x80\x8d",
    "\xef\xbb\xbf",
    "\xc2\xad",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
    "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa",
    "\xe2\x9d\xa4\xef\xb8\x8f",
    "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd",
    "\xf3\xa0\x81\x81",
    "\xee\x80\x80",
    "\xef\xbf\xbe",
    "\xe2\x80\xa8",
    "\xef\xb7\xba",
    "\xe0\xb8\x99\xe0\xb9\x89",
    "\xe1\x84\x80\xe1\x85\xa1",
    LONG LONG LONG,
    "\xff\xfe",
    "\xe6\x9d",
    "\xed\xa0\x80",
    "\xf4\x90\x80\x80",
    "\xc0\x80",
    "\x9b"
    "31m"};
enum { PIECES = sizeof pieces / sizeof pieces[0], NO_UTF8 = 6 };

/* String I of 300, always the same, a new one; with JSON valid UTF-8. */
static char *
hostile(int i, bool json)
{
    uint64_t seed = (uint64_t)i * 2654435761u + 1;
    struct buf text;
    buf_init(&text, 4096);
    for (int k = 0; k <= i % PIECES_MOST; k++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t pick = k == 0 ? (size_t)i : (size_t)(seed >> 33);
        buf_adds(&text, pieces[pick % (json ? PIECES - NO_UTF8 : PIECES)]);
    }
    buf_addf(&text, "%d", i);
    return buf_take(&text);
}

/* --- the store ----------------------------------------------------------- */

static void
must(enum err err, const struct error *e)
{
    if (err != ERR_OK)
        test_fail(__FILE__, __LINE__, "hostile store", e->text, "");
}

/* What customer I must do before its version goes live. */
static struct value *
needs_of(int i)
{
    struct value *needs = value_array(), *need = value_object();
    char *label = hostile(i, true), *app = hostile(i + 7, true);
    value_set_text(need, "kind", i % 2 ? "connect" : "scope");
    value_set_text(need, "app", app);
    value_set_text(need, "scope", label);
    value_set_text(need, "label", label);
    value_append(needs, need);
    free(label);
    free(app);
    return needs;
}

static struct value *
connected_to(int i)
{
    struct value *all = value_array(), *one = value_object();
    char *app = hostile(i, true);
    value_set_text(one, "app", app);
    value_set(one, "scopes", value_array());
    value_append(all, one);
    free(app);
    return all;
}

/* Customer I as a runtime tells of it, with the version IDS name live. */
static void
add_customer(struct manager *m, const struct small_ids *ids,
             struct full_copy *copy, int i)
{
    char user[25], installation[25], awaiting[25];
    char *name = hostile(i, false), *username = hostile(i, true);
    struct value *needs = needs_of(i), *connected = connected_to(i);
    struct error e = {0};
    snprintf(user, sizeof user, "cc%022d", i);
    snprintf(installation, sizeof installation, "dd%022d", i);
    snprintf(awaiting, sizeof awaiting, "ee%022d", i);
    struct state_workflow live = {.workflow_id = ids->workflow,
                                  .live_version_id = ids->version,
                                  .awaiting_version_id =
                                      i % 3 == 0 ? awaiting : NULL,
                                  .needs = i % 3 == 0 ? needs : NULL,
                                  .active = true};
    struct state_entry entry = {.user_id = user,
                                .username = username,
                                .full_name = name,
                                .installation_id = installation,
                                .integration_id = ids->integration,
                                .state = INSTALLATION_ACTIVE,
                                .created_at = 1,
                                .connected = connected,
                                .workflows = &live,
                                .count = 1};
    struct state_page page = {.entries = &entry, .count = 1};
    must(manager_apply_state(m, ids->runtime, &page, copy, true, &e), &e);
    value_free(needs);
    value_free(connected);
    free(username);
    free(name);
}

/* A patch that puts V (taken) at PATH. */
static struct value *
patch_add(const char *path, struct value *v)
{
    struct value *patch = value_array(), *op = value_object();
    value_set_text(op, "op", "add");
    value_set_text(op, "path", path);
    value_set(op, "value", v);
    value_append(patch, op);
    return patch;
}

static void
edit(struct manager *m, const char *draft, const char *path, struct value *v)
{
    struct value *patch = patch_add(path, v);
    struct error e = {0};
    must(manager_draft_edit(m, draft, NULL, patch, NULL, &e), &e);
    value_free(patch);
}

/* Values and keys of a table, notes and defaults of mapping rows. */
static void
fill_draft(struct manager *m, const char *draft)
{
    struct value *tables = value_object(), *table = value_object();
    struct value *columns = value_array(), *rows = value_array();
    for (int i = 0; i < STRINGS; i++) {
        struct value *row = value_array();
        char *key = hostile(i, true);
        value_append(row, value_string(key));
        value_append(row, value_string(key));
        value_append(rows, row);
        free(key);
    }
    value_append(columns, value_string("key"));
    value_append(columns, value_string("value"));
    value_set(table, "columns", columns);
    value_set(table, "rows", rows);
    value_set(tables, "Codes", table);
    edit(m, draft, "/tables", tables);
    for (int i = 0; i < 12; i++) {
        char path[64], *text = hostile(i * 23, true);
        snprintf(path, sizeof path, "/blocks/0/mapping/%d/note", i);
        edit(m, draft, path, value_string(text));
        snprintf(path, sizeof path, "/blocks/0/mapping/%d/default", i);
        edit(m, draft, path, value_string(text));
        free(text);
    }
}

/* An input whose fields have hostile names and values. */
static void
keep_sample(struct manager *m, const char *workflow)
{
    struct value *input = value_object();
    struct error e = {0};
    bool fresh;
    for (int i = 0; i < STRINGS; i++) {
        char *text = hostile(i, true);
        value_set_text(input, text, text);
        free(text);
    }
    char *text = hostile(14, true);
    value_set_text(input, "orderNumber", text);
    struct value *sample = sample_value(input);
    must(manager_sample_add(m, workflow, NULL, WIDE "e\xcc\x81", sample, NULL,
                            &fresh, &e),
         &e);
    value_free(sample);
    free(text);
}

static void
add_drafts(struct manager *m, const char *workflow)
{
    struct error e = {0};
    for (int i = 0; i < DRAFTS; i++) {
        char id[IDENT_SIZE], *note = hostile(i * 25, true);
        must(manager_draft_fork(m, "customer-0", workflow, NULL, DRAFT_ANOTHER,
                                id, &e),
             &e);
        must(manager_draft_note(m, id, note, &e), &e);
        if (i == DRAFTS - 1)
            fill_draft(m, id);
        free(note);
    }
}

/* A small store with 300 hostile customers more. */
static void
hostile_store_make(struct small_store *s)
{
    struct full_copy copy = {.why = NULL};
    struct runtime_list runtimes = {0};
    struct small_ids ids;
    struct error e = {0};
    small_store_make(s, true);
    struct manager *m = small_store_open(s, "alice");
    small_store_ids(m, &ids);
    for (int i = 0; i < STRINGS; i++)
        add_customer(m, &ids, &copy, i);
    add_drafts(m, ids.workflow);
    keep_sample(m, ids.workflow);
    must(manager_runtime_list(m, &runtimes, &e), &e);
    char *text = hostile(14, true);
    struct error why = {0};
    error_set(&why, ERR_UNREACHABLE, "%s", text);
    must(manager_runtime_trouble(m, runtimes.rows[0].n, &why, &e), &e);
    free(text);
    runtime_list_clear(&runtimes);
    manager_close(m);
}

/* --- what is painted ----------------------------------------------------- */

struct watch {
    long frames, cells, bad;
    int lined;  /* rows whose columns stand below their headings */
    long shown; /* screens where such text was made visible */
};

/* Obeyed by terminals, or given no column of its own or another one. */
static bool
is_harmful(wchar_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || (c >= 0xd800 && c <= 0xf8ff) ||
           (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || c >= 0xe0000 ||
           (c >= 0x1f1e6 && c <= 0x1f1ff) || (c & 0xfffe) == 0xfffe;
}

/* Whether CELL, with LEFT before it, is what it says. */
static bool
is_good(const struct cell *cell, const struct cell *left)
{
    wchar_t text[GRAPHEME_SIZE + 1];
    if (cell->width == 0)
        return left && left->width == 2 && !cell->text[0];
    size_t n = mbstowcs(text, cell->text, GRAPHEME_SIZE);
    if (n == (size_t)-1 || n == 0 || wcswidth(text, n) != cell->width)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (is_harmful(text[i]))
            return false;
    }
    return wcwidth(text[0]) > 0;
}

/* The column where TEXT (ASCII) stands in ROW, or -1. */
static int
find(const struct cells *c, int row, const char *text)
{
    int n = (int)strlen(text);
    for (int col = 0; col + n <= c->cols; col++) {
        int i = 0;
        while (i < n && cells_at(c, row, col + i)->text[0] == text[i])
            i++;
        if (i == n)
            return col;
    }
    return -1;
}

/* Each row of the list of installations has its columns below the headings. */
static void
look_at_list(struct watch *w, const struct cells *c)
{
    int integration = -1;
    for (int row = 0; row < c->rows - 3; row++) { /* then comes the detail */
        if (find(c, row, "customer") == 2)
            integration = find(c, row, "integration");
        else if (integration > 0 && find(c, row, "netsuite-") > 0) {
            CHECK_INT(find(c, row, "netsuite-"), integration);
            CHECK_STR(cells_at(c, row, integration - 1)->text, " ");
            w->lined++;
        }
    }
}

static void
look(void *ctx, const struct cells *c)
{
    struct watch *w = ctx;
    w->frames++;
    for (int row = 0; row < c->rows; row++) {
        for (int col = 0; col < c->cols; col++) {
            const struct cell *cell = cells_at(c, row, col);
            if (!is_good(cell, cells_at(c, row, col - 1)) && w->bad++ < 5)
                test_fail(__FILE__, __LINE__, "cell", cell->text, "");
        }
    }
    int row = 2;
    while (row < c->rows && find(c, row, "U+") < 0)
        row++;
    w->shown += row < c->rows;
    look_at_list(w, c);
}

/* SCRIPT with the line AGAIN so many TIMES after it. */
static void
play(struct small_store *s, struct watch *w, const struct visit *look,
     const char *script, const char *again, int times)
{
    struct buf whole, screen;
    buf_init(&whole, 1 << 20);
    buf_init(&screen, 1 << 20);
    buf_addf(&whole, "%s\n", script);
    for (int i = 0; i < times; i++)
        buf_addf(&whole, "%s\n", again);
    w->shown = 0;
    small_store_play(s, look, buf_str(&whole), &screen);
    buf_clear(&whole);
    buf_clear(&screen);
    CHECK_INT(w->bad, 0);
    CHECK(w->shown > 0);
}

#define DRAFT "/\n'enterprise\nEnter\nEnter\n"
#define MAPPING DRAFT "j\nEnter\nj\nEnter\n"
#define DO(name) "a\n'" name "\nEnter\n"

/* Sabotage: r->columns or text_is_hidden() in width_of() of width.c. */
static void
no_hostile_text_harms_a_screen(void)
{
    static const struct {
        const char *script, *again;
        int times;
    } ways[] = {
        {"!wait 250", "PgDn", 16},
        {"", "Enter\nEsc\n:pause\n!later 300\nEsc\nj", 306},
        {DRAFT, "j", DRAFTS},
        {DRAFT "Esc\nF\n", "j", DRAFTS},
        {DRAFT DO("versions"), "j\nD\nEsc", DRAFTS},
        {MAPPING "A\nEsc\nO\nEsc\n", "j\nEnter\nEsc", 15},
        {MAPPING DO("unused"), "PgDn", 20},
        {MAPPING "b\ne\nCtrl-U\n", "Tab", 40},
        {MAPPING "T\nEnter\n", "PgDn", 20},
        {MAPPING "D\nPgDn\nEsc\nEsc\nR\n!later 300\nPgDn\nEsc\nM\n", "j", 3},
        {":runtimes\nEnter\nPgDn", "Esc", 1},
        {":audit\n", "Enter\nEsc\nj", 40},
    };
    static const struct visit looks[] = {
        {.rows = 24, .cols = 80}, {.rows = 14, .cols = 41, .ascii = true}};
    struct small_store s;
    struct watch w = {0};
    hostile_store_make(&s);
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
            struct visit visit = looks[k];
            visit.actor = "alice";
            visit.painted = look;
            visit.ctx = &w;
            play(&s, &w, &visit, ways[i].script, ways[i].again, ways[i].times);
        }
    }
    printf("# %ld screens, %d rows of the list\n", w.frames, w.lined);
    CHECK(w.lined > STRINGS);
    small_store_remove(&s);
}

/* --- customers that a name does not tell apart ----------------------------- */

/* The runtime gives customer I the name NAME. */
static void
rename_customer(struct small_store *s, int i, const char *name)
{
    struct small_ids ids;
    struct full_copy copy = {.why = NULL};
    struct error e = {0};
    struct manager *m = small_store_open(s, "alice");
    char user[25], username[32];
    small_store_ids(m, &ids);
    snprintf(user, sizeof user, "aa%022d", i);
    snprintf(username, sizeof username, "customer-%d", i);
    struct state_entry entry = {.user_id = user,
                                .username = username,
                                .full_name = name,
                                .created_at = 1};
    struct state_page page = {.entries = &entry, .count = 1};
    CHECK_INT(manager_apply_state(m, ids.runtime, &page, &copy, false, &e),
              ERR_OK);
    manager_close(m);
}

static void
check_phrase(struct small_store *s, const char *phrase)
{
    struct installation_list list = {0};
    struct error e = {0};
    struct manager *m = small_store_open(s, "alice");
    CHECK_INT(manager_installation_show(m, "bb0000000000000000000002", &list,
                                        &e),
              ERR_OK);
    CHECK_STR(list.rows[0].phrase, phrase);
    installation_list_clear(&list);
    manager_close(m);
}

/* On the way to each change of production the customer stands with the
 * username, and what must be typed can be. Sabotage: customer_who() of the
 * rows, customer_alike() or what its statement asks after UNION ALL, or
 * customer_name(). */
static void
a_username_tells_customers_apart(void)
{
    static const struct {
        const char *name, *phrase; /* of customer-2; what names it when typed */
    } names[] = {
        {"Initech", "Initech"},          {"Globex", "customer-2"},
        {"GLOBEX", "customer-2"},        {"Globex ", "customer-2"},
        {"Glo\u200bbex", "customer-2"}, {"Gl\u00f6bex", "customer-2"},
        {"Globex\u2003Ltd", "customer-2"},
        {"customer-1", "customer-2"},    {"Customer-1", "customer-2"},
        {"Globex (customer-1)", "customer-2"},
        {"Globex (customer-9)", "Globex (customer-9)"},
        {"A very long name of a company that no window shows in one row ever",
         "customer-2"},
        {"", "customer-2"},              {"\u00a0\u2003", "customer-2"},
        {"\u200b\u2060", "customer-2"},
    };
    static const char *const ways[] = {
        ":pause\n!later 300\n",
        "Enter\n:pause\n!later 300\n", "Enter\nF\nR\n!later 300\n"};
    struct small_store s;
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 100};
    small_store_make(&s, true);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        rename_customer(&s, 2, names[i].name);
        check_phrase(&s, names[i].phrase);
        for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++) {
            struct buf screen, script;
            buf_init(&screen, 1 << 20);
            buf_init(&script, 1000);
            buf_addf(&script, "/\n'customer-2\nEnter\n%s", ways[k]);
            small_store_play(&s, &look, buf_str(&script), &screen);
            bool blank = text_is_blank(names[i].name);
            CHECK_HAS(buf_str(&screen),
                      blank ? "customer-2" : "(customer-2)");
            CHECK(!blank || !strstr(buf_str(&screen), "(customer-2)"));
            buf_clear(&screen);
            buf_clear(&script);
        }
    }
    small_store_remove(&s);
}

/* The header of a customer and of a draft has the username where the name alone
 * does not tell, and the room for the name where it does. Sabotage: row->title
 * in installation_title(). */
static void
the_header_has_a_username_where_a_name_is_doubtful(void)
{
    static const struct {
        const char *name, *header;
    } names[] = {
        {"Initech", "\xe2\x80\xba Initech \xe2\x80\xba Order"},
        {"Globex", "\xe2\x80\xba Globex (customer-2) \xe2\x80\xba"}};
    struct small_store s;
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 90};
    small_store_make(&s, true);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct buf screen;
        buf_init(&screen, 1 << 20);
        rename_customer(&s, 2, names[i].name);
        small_store_play(&s, &look, "/\n'customer-2\nEnter\nEnter\nF\n",
                         &screen);
        CHECK_HAS(buf_str(&screen), names[i].header);
        buf_clear(&screen);
    }
    small_store_remove(&s);
}

/* Sabotage: item->title in cell_customer(). */
static void
the_list_tells_namesakes_apart(void)
{
    struct small_store s;
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 100};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    rename_customer(&s, 2, "Globex");
    rename_customer(&s, 3, "\u3000");
    rename_customer(&s, 4, "Globex ");
    small_store_play(&s, &look, "j", &screen);
    CHECK_HAS(buf_str(&screen), "Globex (customer-1)");
    CHECK_HAS(buf_str(&screen), "Globex (customer-2)");
    CHECK_HAS(buf_str(&screen), "Globex  (customer-4)");
    CHECK_HAS(buf_str(&screen), "EnterpriseCo  ");
    buf_reset(&screen);
    rename_customer(&s, 2, "Globex (customer-1)");
    rename_customer(&s, 4, "customer-1");
    small_store_play(&s, &look, "j", &screen);
    CHECK_HAS(buf_str(&screen), "Globex (customer-1) (customer-2)");
    CHECK_HAS(buf_str(&screen), "customer-1 (customer-4)");
    CHECK_HAS(buf_str(&screen), "Globex  ");
    CHECK_HAS(buf_str(&screen), "customer-3 ");
    CHECK(!strstr(buf_str(&screen), "(customer-3)"));
    buf_clear(&screen);
    small_store_remove(&s);
}

void
test_console_hostile(void)
{
    static const struct test tests[] = {
        {"no hostile text harms a screen", no_hostile_text_harms_a_screen},
        {"the header has a username where a name is doubtful",
         the_header_has_a_username_where_a_name_is_doubtful},
        {"a username tells customers apart", a_username_tells_customers_apart},
        {"the list tells namesakes apart", the_list_tells_namesakes_apart},
        {NULL, NULL}};
    test_run("console hostile text", tests);
    failed_tests += test_failures;
}
