/* The audit chain: every flipped bit is found, a cut tail is not called ok. */
#include "manager/session/audit.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "manager/draft/draft.h"
#include "manager/session/operation.h"
#include "tests/unit/manager/fixture.h"

static void
export_to(struct manager *m, struct buf *out)
{
    const char *file = beside_store("export");
    unlink(file);
    int fd = open(file, O_RDWR | O_CREAT, 0600);
    CHECK_INT(audit_export(m, fd, file, &e), ERR_OK);
    close(fd);
    CHECK_INT(file_read(file, out, &e), ERR_OK);
}

static enum err
verify(const char *text, size_t n, const char *head)
{
    struct audit_verdict v;
    return audit_verify_export(text, n, head, &v, &e);
}

static void
a_chain_verifies(void)
{
    struct audit_verdict v;
    struct buf out;
    buf_init(&out, 1 << 20);
    fixture_start(1);
    struct manager *m = session_of("ada");
    CHECK_INT(audit_verify(m, NULL, &v, &e), ERR_OK);
    CHECK_INT(v.records, ask_sql("SELECT count(*) FROM audit"));
    CHECK(!v.tail_proven);
    char head[DIGEST_SIZE];
    memcpy(head, v.head, sizeof head);
    CHECK_INT(audit_verify(m, head, &v, &e), ERR_OK);
    CHECK(v.tail_proven);
    /* The head of yesterday proves what was there yesterday. */
    fork_for(m, 1);
    CHECK_INT(audit_verify(m, head, &v, &e), ERR_OK);
    CHECK(!v.tail_proven);
    export_to(m, &out);
    CHECK_INT(audit_verify_export(out.data, out.len, NULL, &v, &e), ERR_OK);
    CHECK_INT(v.records, ask_sql("SELECT count(*) FROM audit"));
    CHECK(!v.tail_proven);
    CHECK_INT(audit_verify_export(out.data, out.len, v.head, &v, &e), ERR_OK);
    manager_close(m);
    buf_clear(&out);
    fixture_end();
}

static void
every_flipped_bit_is_found(void)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    fixture_start(1);
    struct manager *m = session_of("ada");
    export_to(m, &out);
    manager_close(m);
    /* All bits of the first and the last lines; of the middle, a sample. */
    size_t missed = 0;
    for (size_t i = 0; i < out.len; i++) {
        bool edge = i < 900 || i + 900 > out.len;
        for (int bit = 0; bit < 8; bit++) {
            if (!edge && (i * 8 + (size_t)bit) % 23)
                continue;
            out.data[i] = (char)(out.data[i] ^ 1 << bit);
            bool found = verify(out.data, out.len, NULL) != ERR_OK;
            if (!found && missed++ == 0)
                printf("# missed at byte %zu: %.80s\n", i,
                       out.data + (i > 40 ? i - 40 : 0));
            out.data[i] = (char)(out.data[i] ^ 1 << bit);
        }
    }
    CHECK_INT(missed, 0);
    CHECK_INT(verify(out.data, out.len, NULL), ERR_OK);
    buf_clear(&out);
    fixture_end();
}

/* Offsets of the lines of an export. */
static size_t
lines_of(const struct buf *out, size_t *starts, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < out->len && n < max; i++)
        if (i == 0 || out->data[i - 1] == '\n')
            starts[n++] = i;
    starts[n] = out->len;
    return n;
}

static void
add_line(struct buf *to, const struct buf *from, const size_t *starts, size_t i)
{
    buf_add(to, from->data + starts[i], starts[i + 1] - starts[i]);
}

static void
moved_records_are_found(void)
{
    struct buf out;
    struct buf other;
    size_t starts[400];
    buf_init(&out, 1 << 20);
    buf_init(&other, 1 << 20);
    fixture_start(1);
    struct manager *m = session_of("ada");
    export_to(m, &out);
    manager_close(m);
    size_t lines = lines_of(&out, starts, 399);
    CHECK(lines > 5);
    for (size_t k = 0; k < lines; k++) {
        enum { REMOVED, DOUBLED, SWAPPED, KINDS };
        for (int kind = 0; kind < KINDS; kind++) {
            if (kind == SWAPPED && k + 1 == lines)
                continue;
            buf_reset(&other);
            for (size_t i = 0; i < lines; i++) {
                size_t take = kind == SWAPPED && i == k       ? k + 1
                              : kind == SWAPPED && i == k + 1 ? k
                                                              : i;
                if (kind != REMOVED || i != k)
                    add_line(&other, &out, starts, take);
                if (kind == DOUBLED && i == k)
                    add_line(&other, &out, starts, take);
            }
            CHECK_INT(verify(other.data, other.len, NULL), ERR_DAMAGED);
        }
    }
    buf_clear(&out);
    buf_clear(&other);
    fixture_end();
}

static void
a_cut_tail_is_not_provable(void)
{
    struct audit_verdict v;
    char head[DIGEST_SIZE];
    fixture_start(1);
    struct manager *m = session_of("ada");
    fork_for(m, 1);
    CHECK_INT(audit_verify(m, NULL, &v, &e), ERR_OK);
    memcpy(head, v.head, sizeof head);
    manager_close(m);
    run_sql("DROP TRIGGER audit_no_DELETE; DELETE FROM audit WHERE sequence ="
            " (SELECT max(sequence) FROM audit)");
    m = session_of("ada");
    CHECK_INT(audit_verify(m, NULL, &v, &e), ERR_OK);
    CHECK(!v.tail_proven);
    CHECK_INT(audit_verify(m, head, &v, &e), ERR_DAMAGED);
    CHECK_HAS(e.text, "records at the end are gone");
    manager_close(m);
    fixture_end();
}

static void
a_changed_row_is_found(void)
{
    static const char *const changes[] = {
        "actor='eve'",     "at=at+1",    "action='x'",
        "subject_id='x'",  "after='{}'", "before=''",
        "session='x'",     "origin='x'", "hash=previous_hash",
        "installation='x'"};
    fixture_start(1);
    run_sql("DROP TRIGGER audit_no_UPDATE");
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct audit_verdict v;
        char sql[200];
        run_sql("CREATE TABLE kept AS SELECT * FROM audit WHERE sequence=3");
        snprintf(sql, sizeof sql, "UPDATE audit SET %s WHERE sequence=3",
                 changes[i]);
        run_sql(sql);
        struct manager *m = session_of("ada");
        CHECK_INT(audit_verify(m, NULL, &v, &e), ERR_DAMAGED);
        CHECK_INT(v.first_bad, 3);
        manager_close(m);
        run_sql("INSERT OR REPLACE INTO audit SELECT * FROM kept;"
                "DROP TABLE kept");
    }
    fixture_end();
}

/* Remove the check in operation_end to see it fail. */
static void
no_record_no_change(void)
{
    fixture_start(1);
    struct manager *m = session_of("ada");
    enum err r = operation_begin(m, ACTION_INTEGRATION_NEW, &e);
    CHECK_INT(r, ERR_OK);
    struct db_stmt *q = db_use(manager_db(m), CS_META_SET);
    db_text(q, "smuggled");
    db_text(q, "1");
    CHECK_INT(db_run(q, &e), ERR_OK);
    CHECK_INT(operation_end(m, ERR_OK, &e), ERR_FAILED);
    CHECK_HAS(e.text, "no audit record");
    CHECK_INT(ask_sql("SELECT count(*) FROM meta WHERE key='smuggled'"), 0);
    manager_close(m);
    fixture_end();
}

static void
a_failed_operation_leaves_no_record(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    const char *draft = fork_for(m, 1);
    long long before = ask_sql("SELECT count(*) FROM audit");
    CHECK(edit_text(m, draft, -1, "[{\"op\":\"remove\",\"path\":\"/nothing\"}]",
                    NULL) != ERR_OK);
    CHECK(edit_text(m, draft, 99, "[]", NULL) != ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), before);
    manager_close(m);
    fixture_end();
}

static void
records_are_listed(void)
{
    struct audit_list list;
    fixture_start(2);
    struct manager *m = session_of("eve");
    fork_for(m, 1);
    fork_for(m, 2);
    fork_for(m, 1);
    struct audit_filter f = {.installation = "user1/" CASH, .limit = 10};
    CHECK_INT(audit_list(m, &f, &list, &e), ERR_OK);
    CHECK_INT(list.count, 2);
    CHECK_STR(list.rows[0].entry.action, "draft.fork");
    CHECK_STR(list.rows[0].entry.actor, "eve");
    CHECK_STR(list.rows[0].entry.installation, installation_id(1));
    int64_t sequence = list.rows[1].sequence;
    audit_list_clear(&list);
    f = (struct audit_filter){.actor = "eve", .limit = 1, .newest_first = true};
    CHECK_INT(audit_list(m, &f, &list, &e), ERR_OK);
    CHECK_INT(list.count, 1);
    CHECK(list.more);
    CHECK_INT(list.rows[0].sequence, sequence);
    audit_list_clear(&list);
    f.after = sequence;
    f.action = "draft.fork";
    f.limit = 10;
    CHECK_INT(audit_list(m, &f, &list, &e), ERR_OK);
    CHECK_INT(list.count, 2);
    CHECK(!list.more);
    audit_list_clear(&list);
    CHECK_INT(audit_show(m, sequence, &list, &e), ERR_OK);
    CHECK_INT(list.rows[0].sequence, sequence);
    audit_list_clear(&list);
    CHECK_INT(audit_show(m, 999999, &list, &e), ERR_NOT_FOUND);
    audit_list_clear(&list);
    manager_close(m);
    fixture_end();
}

void
test_manager_audit(void)
{
    static const struct test tests[] = {
        {"a chain verifies", a_chain_verifies},
        {"every flipped bit is found", every_flipped_bit_is_found},
        {"moved records are found", moved_records_are_found},
        {"a cut tail is not provable", a_cut_tail_is_not_provable},
        {"a changed row is found", a_changed_row_is_found},
        {"no record, no change", no_record_no_change},
        {"a failed operation leaves no record",
         a_failed_operation_leaves_no_record},
        {"records are listed", records_are_listed},
        {NULL, NULL}};
    RUN_SUITE("audit", tests);
}
