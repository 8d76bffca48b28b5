/* The window over all installations, beside a model in memory. */
#include "manager/installation/installation.h"

#include "base/mem.h"
#include "manager/draft/draft.h"
#include "store/console.h"
#include "store/fold.h"
#include "tests/unit/manager/fixture.h"

/* More than a walk looks at before it asks the index of the filter. */
#define ROWS 24000
#define PAGES 4

struct model {
    int n;
    char name[80];
    int integration; /* 0: CASH, 1: order-sync */
    int condition;
    int changed;
};

static struct model model[ROWS];

static const char *const keys[] = {CASH, "order-sync"};

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
                 "INSERT INTO end_user VALUES(%d,'%024x',1,'user%d','%s');"
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
        CHECK_INT(console_index_words(db, model[i].n, NULL, model[i].name, &e),
                  ERR_OK);
    CHECK_INT(db_commit(db, &e), ERR_OK);
    db_close(db);
}

/* --- the model ------------------------------------------------------------ */

static const struct installation_filter *sorting;

static int
compare_names(const char *a, const char *b)
{
    return strcasecmp(a, b);
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
        c = a->condition - b->condition;
    if (c == 0 && sorting->sort != SORT_CHANGED)
        c = compare_names(a->name, b->name);
    if (c == 0)
        c = sorting->sort == SORT_CHANGED ? b->n - a->n : a->n - b->n;
    return sorting->descending ? -c : c;
}

static bool
fits(const struct model *r, const struct installation_filter *f)
{
    char folded[200];
    struct buf b;
    buf_init(&b, 199);
    fold_text(&b, f->text ? f->text : "", f->text ? strlen(f->text) : 0);
    snprintf(folded, sizeof folded, "%s", buf_str(&b));
    buf_clear(&b);
    size_t letters = 0;
    for (const char *p = folded; *p; p++)
        letters += ((unsigned char)*p & 0xc0) != 0x80;
    bool text =
        letters == 0 ? true
        : letters < 3
            ? fold_begins(r->name, strlen(r->name), folded, strlen(folded))
            : fold_has(r->name, strlen(r->name), folded, strlen(folded));
    return text &&
           (!f->integration ||
            strcmp(keys[r->integration], f->integration) == 0) &&
           (f->condition < 0 || f->condition == r->condition);
}

static int
expected(const struct installation_filter *f, struct model *out)
{
    int n = 0;
    for (int i = 0; i < ROWS; i++)
        if (fits(&model[i], f))
            out[n++] = model[i];
    sorting = f;
    qsort(out, (size_t)n, sizeof *out, compare);
    return n;
}

/* --- comparing ------------------------------------------------------------ */

static void
check_pages(struct manager *m, const struct installation_filter *f, int limit)
{
    static struct model wanted[ROWS];
    int n = expected(f, wanted);
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

static void
pages_are_as_the_model_says(void)
{
    static const char *const texts[] = {
        NULL,     "a",     "x",   "co",  "LÖ",       "acme",
        "ürich",  "100%",  "'ha", "\"q", "日本",     "école",
        "nobody", "zebra", "ze",  "a_b", "rprise-c", "%"};
    static const char *const integrations[] = {NULL, CASH, "order-sync"};
    srand((unsigned)test_seed());
    fixture_start(0);
    fill();
    struct manager *m = session_of("olga");
    for (int round = 0; round < 80; round++) {
        struct installation_filter f = {
            .text = texts[(size_t)rand() % (sizeof texts / sizeof texts[0])],
            .integration = integrations[rand() % 3],
            .condition = rand() % 3 ? -1 : rand() % CONDITION_COUNT,
            .sort = (enum installation_sort)(rand() % 4),
            .descending = rand() % 2};
        int failures = test_failures_here;
        check_pages(m, &f, 1 + rand() % 120);
        if (test_failures_here > failures) {
            printf("# text %s integration %s condition %d sort %d down %d\n",
                   f.text ? f.text : "-", f.integration ? f.integration : "-",
                   f.condition, f.sort, f.descending);
            break;
        }
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
    struct installation_filter f = {.condition = -1};
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
        {"a bad cursor is refused", a_bad_cursor_is_refused},
        {"a row tells what runs", a_row_tells_what_runs},
        {NULL, NULL}};
    RUN_SUITE("installation", tests);
}
