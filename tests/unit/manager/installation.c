/* The window over all installations, beside a model in memory. */
#include "manager/installation/installation.h"

#include <ctype.h>

#include "base/fold.h"
#include "base/mem.h"
#include "manager/draft/draft.h"
#include "store/console.h"
#include "tests/unit/manager/fixture.h"

/* More than a walk looks at before it asks the index of the filter. */
#define ROWS 24000
#define PAGES 4

struct model {
    int n;
    char name[80];
    char user[16];
    int integration; /* 0: CASH, 1: order-sync */
    int condition;
    int changed;
};

static struct model model[ROWS];

static const char *const keys[] = {CASH, "order-sync"};
static char named[2][2000]; /* the names of each and of its workflows */

/* What the fixture has put into the store of each integration. */
static void
read_names(struct db *db)
{
    struct db_stmt *q = db_use(db, CS_FILTER_INTEGRATIONS);
    int n = 0;
    struct cs_filter_integration i;
    for (; cs_filter_integration_next(q, &i) && n < 2; n++) {
        CHECK_STR(i.key, keys[n]);
        snprintf(named[n], sizeof named[n], "%s\n%s\n%s\n", i.key, i.name,
                 i.workflows);
    }
    CHECK_INT(n, 2);
    CHECK_INT(db_end(q, &e), ERR_OK);
}

static void
random_name(char out[80])
{
    static const char *const words[] = {
        "Acme", "Globex", "Löwe",  "ÉCOLE", "Umbrella", "x",
        "100%", "O'Hara", "\"Q\"", "日本",  "acme",     "Enterprise-Co",
        "a_b",  "Zürich", "Co",    "Ltd",   "GmbH",     "Ünal"};
    int n = 1 + rand() % 3;
    if (rand() % 2000 == 0) {
        snprintf(out, 80, "Rare Zebra %d", rand() % 5);
        return;
    }
    out[0] = 0;
    for (int i = 0; i < n; i++) {
        size_t used = strlen(out);
        snprintf(out + used, 80 - used, "%s%s", i ? " " : "",
                 words[(size_t)rand() % (sizeof words / sizeof words[0])]);
    }
}

static void
fill(void)
{
    struct buf sql;
    struct db *db;
    buf_init(&sql, 32 << 20);
    buf_adds(&sql, "BEGIN;");
    for (int i = 0; i < ROWS; i++) {
        struct model *r = &model[i];
        char quoted[160];
        size_t k = 0;
        r->n = i + 1;
        random_name(r->name);
        snprintf(r->user, sizeof r->user, "user%d", r->n);
        r->integration = rand() % 3 == 0;
        r->condition = rand() % CONDITION_COUNT;
        r->changed = 1 + rand() % 300;
        for (const char *p = r->name; *p; p++) {
            if (*p == '\'')
                quoted[k++] = '\'';
            quoted[k++] = *p;
        }
        quoted[k] = 0;
        buf_addf(&sql,
                 "INSERT INTO end_user(n,id,runtime,username,full_name) "
                 "VALUES(%d,'%024x',1,'user%d','%s');"
                 "INSERT INTO installation(n,id,end_user,integration,runtime,"
                 "condition,customer,created_at,changed_at,as_of) SELECT %d,"
                 "'%s',%d,n,1,%d,'%s',1,%d,1 FROM integration WHERE key='%s';",
                 r->n, 0x2000000 + r->n, r->n, quoted, r->n,
                 installation_id(r->n), r->n, r->condition, quoted, r->changed,
                 keys[r->integration]);
    }
    buf_adds(&sql, "COMMIT;");
    run_sql(buf_str(&sql));
    buf_clear(&sql);
    CHECK_INT(db_open(&db, store_path(), &console_schema, 0, &e), ERR_OK);
    CHECK_INT(db_begin(db, &e), ERR_OK);
    for (int i = 0; i < ROWS; i++)
        CHECK_INT(console_name_installation(db, model[i].n, model[i].name,
                                            model[i].user, &e),
                  ERR_OK);
    CHECK_INT(db_commit(db, &e), ERR_OK);
    read_names(db);
    db_close(db);
}

/* --- the model ------------------------------------------------------------ */

/* A filter, and the states that it lets through as bits. */
struct question {
    const char *text, *integration;
    unsigned states;
    struct installation_filter f;
    char whole[400];
};

static const struct installation_filter *sorting;

static int
compare_names(const char *a, const char *b)
{
    return strcasecmp(a, b);
}

static int
place_of(int condition)
{
    int place = 0;
    while (installation_condition_at(place) != condition)
        place++;
    return place;
}

static int
compare(const void *pa, const void *pb)
{
    const struct model *a = pa;
    const struct model *b = pb;
    int c = 0;
    if (sorting->sort == SORT_CHANGED)
        c = b->changed - a->changed;
    else if (sorting->sort == SORT_INTEGRATION)
        c = strcmp(keys[a->integration], keys[b->integration]);
    else if (sorting->sort == SORT_CONDITION)
        c = place_of(a->condition) - place_of(b->condition);
    if (c == 0 && sorting->sort != SORT_CHANGED)
        c = compare_names(a->name, b->name);
    if (c == 0)
        c = sorting->sort == SORT_CHANGED ? b->n - a->n : a->n - b->n;
    return sorting->descending ? -c : c;
}

/* What words are looked for in: folded, a line each. */
static void
fold_row(const struct model *r, struct buf *out)
{
    const char *const parts[] = {r->name, r->user, named[r->integration]};
    for (size_t i = 0; i < 3; i++) {
        fold_text(out, parts[i], strlen(parts[i]));
        buf_addc(out, '\n');
    }
}

static bool
word_fits(const char *text, const char *word)
{
    size_t letters = 0;
    bool signs = false;
    for (const char *p = word; *p; p++) {
        letters += ((unsigned char)*p & 0xc0) != 0x80;
        signs = signs || !(isalnum((unsigned char)*p) || (*p & 0x80));
    }
    return letters < 3 && !signs
               ? fold_begins(text, strlen(text), word, strlen(word))
               : fold_has(text, strlen(text), word, strlen(word));
}

/* True where all words of the question fit; those with a "-" must not. */
static bool
words_fit(const struct model *r, const char *question)
{
    struct buf row, words;
    buf_init(&row, 4096);
    buf_init(&words, 400);
    fold_row(r, &row);
    fold_text(&words, question, strlen(question));
    char *next = words.data;
    bool fit = true;
    for (char *word; next && (word = strsep(&next, " ")) != NULL;)
        if (*word)
            fit = fit &&
                  (*word == '-' && word[1] ? !word_fits(buf_str(&row), word + 1)
                                           : word_fits(buf_str(&row), word));
    buf_clear(&row);
    buf_clear(&words);
    return fit;
}

static bool
fits(const struct model *r, const struct question *f)
{
    bool integration =
        !f->integration || strcmp(keys[r->integration], f->integration) == 0;
    return integration && (f->states & (1u << r->condition)) &&
           words_fit(r, f->text ? f->text : "");
}

static int
expected(const struct question *f, struct model *out)
{
    int n = 0;
    for (int i = 0; i < ROWS; i++)
        if (fits(&model[i], f))
            out[n++] = model[i];
    sorting = &f->f;
    qsort(out, (size_t)n, sizeof *out, compare);
    return n;
}

/* --- comparing ------------------------------------------------------------ */

static void
check_pages(struct manager *m, const struct question *question, int limit)
{
    static struct model wanted[ROWS];
    const struct installation_filter *f = &question->f;
    int n = expected(question, wanted);
    int seen = 0;
    char *cursor = NULL;
    char *back = NULL;
    for (int pages = 0;;) {
        struct installation_list page;
        CHECK_INT(manager_installation_list(m, f, cursor, limit, &page, &e),
                  ERR_OK);
        for (size_t i = 0; i < page.count && seen < n; i++, seen++)
            CHECK_INT(page.rows[i].n, wanted[seen].n);
        CHECK((page.previous != NULL) == (cursor != NULL && page.count > 0));
        free(cursor);
        cursor = page.next ? strdup(page.next) : NULL;
        bool stop = !cursor || ++pages == PAGES;
        if (stop && page.previous)
            back = strdup(page.previous);
        int last = (int)page.count;
        installation_list_clear(&page);
        if (stop) {
            if (!cursor)
                CHECK_INT(seen, n);
            FREE_NULL(cursor);
            seen -= last;
            break;
        }
    }
    while (back && seen > 0) {
        struct installation_list page;
        CHECK_INT(manager_installation_list(m, f, back, limit, &page, &e),
                  ERR_OK);
        CHECK(page.count > 0);
        seen -= (int)page.count;
        for (size_t i = 0; i < page.count && seen >= 0; i++)
            CHECK_INT(page.rows[i].n, wanted[seen + (int)i].n);
        free(back);
        back = page.previous ? strdup(page.previous) : NULL;
        CHECK(page.next != NULL);
        installation_list_clear(&page);
    }
    CHECK_INT(seen > 0 ? seen : 0, 0);
    free(back);
    int64_t position = 0;
    int64_t count = 0;
    while (position >= 0)
        if (manager_installation_count(m, f, 5000, &position, &count, &e)) {
            test_fail(__FILE__, __LINE__, "count", e.text, "no error");
            break;
        }
    CHECK_INT(count, n);
}

/* A random set of states as the filter says it; the empty text is all. */
static void
random_states(struct question *q, struct buf *out)
{
    bool inverse = rand() % 2;
    unsigned set = 0;
    for (int i = rand() % 4; i > 0; i--) {
        int state = rand() % CONDITION_PAUSED_WITH;
        const char *word = installation_condition_word(state);
        buf_adds(out, set ? "," : inverse ? " -state:" : " STATE:");
        for (; *word; word++)
            if (*word != ' ')
                buf_addc(out, *word);
        set |= installation_conditions_found(state);
    }
    q->states = !set ? ~0u : inverse ? ~set : set;
}

static void
random_question(struct question *q)
{
    static const char *const texts[] = {
        NULL,       "a",         "x",           "co",
        "LÖ",       "acme",      "ürich",       "100%",
        "'ha",      "q",         "日本",        "école",
        "nobody",   "zebra",     "ze",          "a_b",
        "rprise-c", "%",         "zurich acme", "co acme -globex",
        "user17",   "user123 a", "netsuite",    "sync acme",
        "-acme",    "rare user", "co order",    "cash -x zebra"};
    static const char *const integrations[] = {NULL, CASH, "order-sync"};
    struct buf whole;
    buf_init(&whole, sizeof q->whole - 1);
    *q = (struct question){
        .text = texts[(size_t)rand() % (sizeof texts / sizeof texts[0])],
        .integration = integrations[rand() % 3]};
    buf_adds(&whole, q->text ? q->text : "");
    random_states(q, &whole);
    if (q->integration)
        buf_addf(&whole, " integration:%s", q->integration);
    snprintf(q->whole, sizeof q->whole, "%s", buf_str(&whole));
    buf_clear(&whole);
    q->f = (struct installation_filter){
        .text = q->whole,
        .sort = (enum installation_sort)(rand() % 4),
        .descending = rand() % 2};
}

/* Sabotage: in row_filter_fits() the words' integrations, in by_word() the
 * skip, in installation_filter_way() any of the ways. */
static void
pages_are_as_the_model_says(void)
{
    srand((unsigned)test_seed());
    fixture_start(0);
    fill();
    struct manager *m = session_of("olga");
    for (int round = 0; round < test_rounds(80); round++) {
        struct question q;
        int failures = test_failures_here;
        random_question(&q);
        check_pages(m, &q, 1 + rand() % 120);
        if (test_failures_here > failures) {
            printf("# filter %s sort %d down %d\n", q.whole, q.f.sort,
                   q.f.descending);
            break;
        }
    }
    manager_close(m);
    fixture_end();
}

/* What is wrong with a filter is said, and nothing is listed. Sabotage:
 * take_term() without its last error, find_state() giving 0. */
static void
a_bad_filter_lists_nothing(void)
{
    static const struct {
        const char *text;
        enum err code;
        const char *says;
    } bad[] = {
        {"state:xyz", ERR_USAGE,
         "No state is called \"xyz\" (unknown-version, "},
        {"acme state:todo,xyz", ERR_USAGE, "No state is called \"xyz\""},
        {"-state:\"to doo\"", ERR_USAGE, "No state is called \"to doo\""},
        {"state:", ERR_USAGE, "state: names no state (unknown-version, "},
        {"integration:o2c", ERR_NOT_FOUND,
         "No integration is called \"o2c\" (netsuite-order-to-cash"},
        {"integration:", ERR_USAGE, "names no integration"},
        {"sate:todo", ERR_USAGE, "No filter is called \"sate:\""},
        {"\xcc\x88", ERR_USAGE, "nothing to search for"},
        {"-", ERR_USAGE, "no word follows it (put a dash in quotes"},
        {"acme - corp", ERR_USAGE, "no word follows it"},
    };
    fixture_start(3);
    struct manager *m = session_of("olga");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct installation_filter f = {.text = bad[i].text};
        struct installation_list page;
        int64_t position = 0, count = 0;
        CHECK_INT(manager_installation_list(m, &f, NULL, 5, &page, &e),
                  bad[i].code);
        CHECK_HAS(e.text, bad[i].says);
        CHECK_INT(page.count, 0);
        installation_list_clear(&page);
        CHECK_INT(manager_installation_count(m, &f, 100, &position, &count, &e),
                  bad[i].code);
        CHECK_INT(count, 0);
        CHECK_INT(manager_installation_filter(m, &f, &e), bad[i].code);
    }
    manager_close(m);
    fixture_end();
}

/* The ways to write one filter. */
static void
a_filter_is_read_kindly(void)
{
    static const struct {
        const char *text;
        int rows;
    } said[] = {
        {"", 3},
        {"state:TO-DO", 0},
        {"State:Ok", 3},
        {"state:\"to do\",ok", 3},
        {"-state:ok", 0},
        {"integration:NETS", 3},
        {"-integration:netsuite", 0},
        {"\"customer 2\"", 1},
        {"\"2 customer\"", 0},
        {"2 customer", 1},
        {"user3", 1},
        {"\"state:xyz\"", 0},
        {"14:05", 0},
        {"customer \"2 L", 1},
        {"state:ok state:todo", 0},
        {"\"-\"", 3},
        {"-\"", 3},
    };
    fixture_start(3);
    struct manager *m = session_of("olga");
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct installation_filter f = {.text = said[i].text};
        struct installation_list page;
        CHECK_INT(manager_installation_list(m, &f, NULL, 5, &page, &e), ERR_OK);
        if ((int)page.count != said[i].rows)
            test_fail(__FILE__, __LINE__, said[i].text, e.text, "other rows");
        installation_list_clear(&page);
    }
    manager_close(m);
    fixture_end();
}

static void
a_bad_cursor_is_refused(void)
{
    static const char *const bad[] = {
        "",           "x",           "a.1.2", "a.0.0.1", "c.0.0.1.",
        "a.0.0.1.zz", "a.0.0.1.414", "a....", "b.x.0.1."};
    struct installation_filter f = {.text = NULL};
    fixture_start(1);
    struct manager *m = session_of("olga");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct installation_list page;
        CHECK_INT(manager_installation_list(m, &f, bad[i], 5, &page, &e),
                  ERR_INVALID);
        installation_list_clear(&page);
    }
    manager_close(m);
    fixture_end();
}

static void
a_row_tells_what_runs(void)
{
    struct installation_list page;
    struct installed_workflow_list workflows;
    fixture_start(2);
    struct manager *m = session_of("eve");
    fork_for(m, 1);
    CHECK_INT(manager_installation_show(m, "user1", &page, &e), ERR_OK);
    const struct installation_row *row = &page.rows[0];
    CHECK_STR(row->customer, "Customer 1 Ltd");
    CHECK_STR(row->username, "user1");
    CHECK_STR(row->integration_key, CASH);
    CHECK_STR(row->environment, "production");
    CHECK_STR(row->live, "v1");
    CHECK_INT(row->workflows, 1);
    CHECK_INT(row->own, 0);
    CHECK_INT(row->drafts, 1);
    CHECK_STR(row->draft_of, "eve");
    CHECK_INT(row->condition, CONDITION_OK);
    installation_list_clear(&page);
    CHECK_INT(manager_installation_workflows(m, "user1", &workflows, &e),
              ERR_OK);
    CHECK_INT(workflows.count, 1);
    CHECK_STR(workflows.rows[0].live_label, "v1");
    CHECK(workflows.rows[0].releasing_id == NULL);
    CHECK_STR(workflows.rows[0].newest_label, "v1");
    CHECK(workflows.rows[0].active);
    installed_workflow_list_clear(&workflows);
    manager_close(m);
    fixture_end();
}

void
test_manager_installation(void)
{
    static const struct test tests[] = {
        {"pages are as the model says", pages_are_as_the_model_says},
        {"a bad filter lists nothing", a_bad_filter_lists_nothing},
        {"a filter is read kindly", a_filter_is_read_kindly},
        {"a bad cursor is refused", a_bad_cursor_is_refused},
        {"a row tells what runs", a_row_tells_what_runs},
        {NULL, NULL}};
    RUN_SUITE("installation", tests);
}
