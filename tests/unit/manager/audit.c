/* The audit chain: every flipped bit is found, a cut tail is not called ok. */
#include "manager/session/audit.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "manager/draft/draft.h"
#include "manager/session/audit_private.h"
#include "manager/session/operation.h"
#include "manager/session/sessions.h"
#include "manager/session/store.h"
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

/* Verifies N bytes that a file in memory gives. */
static enum err
verify_export(const char *text, size_t n, const char *head,
              struct audit_verdict *v, struct error *why)
{
    int fd = memfd_create("export", 0);
    CHECK_INT(write(fd, text, n), n);
    CHECK_INT(lseek(fd, 0, SEEK_SET), 0);
    enum err err = audit_verify_export(fd, "export", head, v, why);
    close(fd);
    return err;
}

static enum err
verify(const char *text, size_t n, const char *head)
{
    struct audit_verdict v;
    return verify_export(text, n, head, &v, &e);
}

/* The bytes of the store's file, and putting them back. */
static struct buf kept_store;

static char *
keep_store(void)
{
    buf_init(&kept_store, 64 << 20);
    CHECK_INT(file_read(store_path(), &kept_store, &e), ERR_OK);
    return kept_store.data;
}

static void
put_store_back(char *bytes)
{
    int fd = open(store_path(), O_WRONLY | O_TRUNC);
    CHECK_INT(write(fd, bytes, kept_store.len), kept_store.len);
    close(fd);
    buf_clear(&kept_store);
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
    CHECK_INT(verify_export(out.data, out.len, NULL, &v, &e), ERR_OK);
    CHECK_INT(v.records, ask_sql("SELECT count(*) FROM audit"));
    CHECK(!v.tail_proven);
    memcpy(head, v.head, sizeof head);
    CHECK_INT(verify_export(out.data, out.len, head, &v, &e), ERR_OK);
    CHECK(v.tail_proven);
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
    /* All bits of the first and the last lines; of the middle, a sample, and
     * at a night's size all of them. */
    size_t missed = 0, stride = test_rounds(100) >= 1000 ? 1 : 7;
    for (size_t i = 0; i < out.len; i++) {
        bool edge = i < 900 || i + 900 > out.len;
        for (int bit = 0; bit < 8; bit++) {
            if (!edge && (i * 8 + (size_t)bit) % stride)
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
    run_sql_without_triggers("DELETE FROM audit WHERE sequence ="
                      " (SELECT max(sequence) FROM audit)");
    m = session_of("ada");
    CHECK_INT(audit_verify(m, NULL, &v, &e), ERR_OK);
    CHECK(!v.tail_proven);
    CHECK_INT(audit_verify(m, head, &v, &e), ERR_DAMAGED);
    CHECK_HAS(e.text, "records at the end are gone");
    manager_close(m);
    fixture_end();
}

/* Whether audit verify finds record 3 bad after SET. */
static void
check_found(const char *set)
{
    struct audit_verdict v;
    struct audit_list list;
    char sql[200];
    snprintf(sql, sizeof sql, "UPDATE audit SET %s WHERE sequence=3", set);
    run_sql_without_triggers(sql);
    struct manager *m = session_of("ada");
    CHECK_INT(audit_verify(m, NULL, &v, &e), ERR_DAMAGED);
    CHECK_INT(v.first_bad, 3);
    if (strstr(set, "char(0)")) {
        CHECK_INT(audit_show(m, 3, &list, &e), ERR_DAMAGED);
        audit_list_clear(&list);
    }
    manager_close(m);
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
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char *kept = keep_store();
        check_found(changes[i]);
        put_store_back(kept);
    }
    fixture_end();
}

/* Every text of a record, with something behind a NUL byte. Sabotage: the
 * line in walk_row that looks at row->damage; the one in read_text that sets
 * it. */
static void
nothing_hides_behind_a_nul(void)
{
    static const char *const columns[] = {
        "origin",       "actor",      "session",       "action",
        "subject_kind", "subject_id", "before",        "after",
        "installation", "hash",       "previous_hash", "seals"};
    fixture_start(1);
    CHECK_INT(ask_sql("SELECT count(*) FROM pragma_table_info('audit')"
                      " WHERE type='TEXT'"),
              sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        char set[120];
        char *kept = keep_store();
        snprintf(set, sizeof set, "%s=coalesce(%s,'')||char(0)||'x'",
                 columns[i], columns[i]);
        check_found(set);
        put_store_back(kept);
    }
    fixture_end();
}

/* A trigger made while a session is open swallows or removes its records.
 * Sabotage: check_proof's find_proof (db_changes in audit.c's insert finds the
 * first earlier). */
static void
a_swallowed_record_is_no_change(void)
{
    static const char *const triggers[] = {
        "CREATE TRIGGER evil BEFORE INSERT ON audit BEGIN"
        " SELECT RAISE(IGNORE); END",
        "DROP TRIGGER audit_no_DELETE; CREATE TRIGGER evil AFTER INSERT ON"
        " audit BEGIN DELETE FROM audit WHERE sequence=NEW.sequence; END"};
    for (size_t i = 0; i < 2; i++) {
        fixture_start(1);
        struct manager *m = session_of("ada");
        run_sql(triggers[i]);
        CHECK_INT(manager_access_add(m, "mallory", ROLE_ADMIN, NULL, PAYLOADS_AS_IS, NULL, &e),
                  ERR_DAMAGED);
        CHECK_HAS(e.text, "the audit record was");
        CHECK_INT(ask_sql("SELECT count(*) FROM actor WHERE name='mallory'"),
                  0);
        manager_close(m);
        fixture_end();
    }
}

/* Appends a record as somebody who forges a chain does: its own hash fits. */
static void
forge_record(struct buf *out, int64_t sequence, const char *previous,
             char hash[DIGEST_SIZE])
{
    struct buf hashed;
    const struct audit_row row = {.sequence = sequence,
                                  .entry = {.at = 1000,
                                            .origin = "store",
                                            .actor = "ada",
                                            .session = "s",
                                            .action = "store.init",
                                            .subject_kind = "store",
                                            .subject_id = "id"},
                                  .previous_hash = previous,
                                  .hash = hash};
    buf_init(&hashed, 1 << 16);
    audit_write_hashed(&hashed, &row);
    digest_hex(hash, hashed.data, hashed.len);
    buf_clear(&hashed);
    audit_write_line(out, &row);
}

/* Verifies two records and their last line: the second has number SECOND and
 * names the one before it, or (UNHOOKED) does not. */
static enum err
verify_forged(int64_t second, bool unhooked)
{
    char first[DIGEST_SIZE], none[DIGEST_SIZE], last[DIGEST_SIZE];
    struct buf out;
    memset(none, '0', DIGEST_SIZE - 1);
    none[DIGEST_SIZE - 1] = '\0';
    buf_init(&out, 1 << 16);
    forge_record(&out, 1, none, first);
    forge_record(&out, second, unhooked ? none : first, last);
    audit_write_trailer(&out, last, 2, "id");
    enum err err = verify(out.data, out.len, NULL);
    buf_clear(&out);
    return err;
}

/* Sabotage: the comparison of sequences, or of previous_hash, in walk_row. */
static void
a_forged_chain_is_found(void)
{
    CHECK_INT(verify_forged(2, false), ERR_OK);
    CHECK_INT(verify_forged(2, true), ERR_DAMAGED);
    CHECK_INT(verify_forged(3, false), ERR_DAMAGED);
    CHECK_INT(verify_forged(1, false), ERR_DAMAGED);
}

/* Sabotage: the line of walk_end for no records at all. */
static void
an_empty_audit_is_not_good(void)
{
    struct audit_verdict v;
    fixture_start(1);
    run_sql_without_triggers("DELETE FROM audit");
    struct manager *m = session_of("ada");
    CHECK_INT(audit_verify(m, NULL, &v, &e), ERR_DAMAGED);
    CHECK_HAS(e.text, "there is no record");
    manager_close(m);
    fixture_end();
}

/* Sabotage: is_head in walk_start. */
static void
a_head_is_checked(void)
{
    static const char *const heads[] = {
        "",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "abc",
        "C0FFEE00000000000000000000000000000000000000000000000000C0FFEE00",
        "c0ffee00000000000000000000000000000000000000000000000000c0ffee0",
        "c0ffee00000000000000000000000000000000000000000000000000c0ffee00 "};
    struct audit_verdict v;
    fixture_start(1);
    struct manager *m = session_of("ada");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        CHECK_INT(audit_verify(m, heads[i], &v, &e), ERR_USAGE);
        CHECK_INT(verify_export("x", 1, heads[i], &v, &e), ERR_USAGE);
    }
    manager_close(m);
    fixture_end();
}

/* More than one slice of records. */
static void
fill_audit(struct manager *m)
{
    static const char start[] =
        "ssh-ed25519 "
        "AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH ";
    char key[16000];
    for (int i = 0; i < 40; i++) {
        memset(key, 'a' + i % 26, sizeof key - 1); /* the comment */
        memcpy(key, start, sizeof start - 1);
        key[sizeof key - 1] = 0;
        CHECK_INT(manager_access_add(m, "new", ROLE_AUDITOR, key, PAYLOADS_AS_IS, NULL, &e),
                  ERR_OK);
    }
}

/* Exports into a pipe that nobody empties; the parent has read one byte of
 * it, so the child stands in the middle of its first slice. Sabotage: call
 * flush in export_record and not in export_slice. */
static void
an_unread_export_stops_no_writer(void)
{
    int ends[2];
    char bytes[4096];
    int status = -1;
    fixture_start(1);
    struct manager *m = session_of("ada");
    fill_audit(m);
    CHECK_INT(pipe(ends), 0);
    fcntl(ends[1], F_SETPIPE_SZ, 4096);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        struct manager *olga = session_of("olga");
        enum err err = audit_export(olga, ends[1], "pipe", &e);
        manager_close(olga);
        _exit(err == ERR_OK ? 0 : 1);
    }
    close(ends[1]);
    CHECK_INT(read(ends[0], bytes, 1), 1);
    db_set_busy_ms(manager_db(m), 1);
    if (manager_access_remove(m, "new", &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "a change", e.text, "no error");
    /* What is written after it began is not in the export. */
    struct buf out;
    struct audit_verdict v;
    buf_init(&out, 4 << 20);
    buf_add(&out, bytes, 1);
    for (ssize_t n; (n = read(ends[0], bytes, sizeof bytes)) > 0;)
        buf_add(&out, bytes, (size_t)n);
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
    CHECK_INT(verify_export(out.data, out.len, NULL, &v, &e), ERR_OK);
    CHECK_INT(v.records, ask_sql("SELECT max(sequence) - 1 FROM audit"));
    buf_clear(&out);
    close(ends[0]);
    manager_close(m);
    fixture_end();
}

/* A name or text that is not UTF-8 leaves an export that can be read.
 * Sabotage: audit_append() without make_readable(). */
static void
bad_bytes_break_no_export(void)
{
    fixture_start(1);
    struct manager *m = session_of("ada"), *other = NULL;
    const struct manager_session as = {.actor = "J\xf6rg",
                                       .supervisor = true};
    CHECK_INT(manager_open(&other, store_path(), &as, &e), ERR_OK);
    CHECK_INT(manager_session_refused(other, &e), ERR_OK);
    manager_close(other);
    struct buf out;
    buf_init(&out, 1 << 20);
    export_to(m, &out);
    CHECK_HAS(buf_str(&out), "J\\\\xF6rg");
    CHECK_INT(verify(out.data, out.len, NULL), ERR_OK);
    buf_clear(&out);
    manager_close(m);
    fixture_end();
}

/* Remove the check in operation_end to see it fail. */
static void
no_record_no_change(void)
{
    fixture_start(1);
    struct manager *m = session_of("ada");
    enum err err = operation_begin(m, ACTION_INTEGRATION_NEW, &e);
    CHECK_INT(err, ERR_OK);
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

/* Sabotage: INT64_MIN in bind_range. */
static void
a_record_before_1970_is_listed(void)
{
    struct audit_list list;
    struct audit_filter f = {.limit = 1000};
    fixture_start(1);
    run_sql_without_triggers("UPDATE audit SET at=-5 WHERE sequence=2");
    struct manager *m = session_of("ada");
    CHECK_INT(audit_list(m, &f, &list, &e), ERR_OK);
    CHECK_INT(list.count, ask_sql("SELECT count(*) FROM audit"));
    audit_list_clear(&list);
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
    f.action = "draft.frok";
    CHECK_INT(audit_list(m, &f, &list, &e), ERR_NOT_FOUND);
    CHECK_HAS(e.text, "action 'draft.frok': not found (did you mean one of: "
                      "draft.fork)");
    audit_list_clear(&list);
    f.action = "undone"; /* no runtime was restored yet */
    CHECK_INT(audit_list(m, &f, &list, &e), ERR_OK);
    CHECK_INT(list.count, 0);
    audit_list_clear(&list);
    f = (struct audit_filter){.actor = "nosuch", .limit = 10};
    CHECK_INT(audit_list(m, &f, &list, &e), ERR_NOT_FOUND);
    CHECK_HAS(e.text, "person 'nosuch': not found (did you mean one of: ");
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
        {"bad bytes break no export", bad_bytes_break_no_export},
        {"every flipped bit is found", every_flipped_bit_is_found},
        {"moved records are found", moved_records_are_found},
        {"a forged chain is found", a_forged_chain_is_found},
        {"a cut tail is not provable", a_cut_tail_is_not_provable},
        {"a changed row is found", a_changed_row_is_found},
        {"nothing hides behind a NUL", nothing_hides_behind_a_nul},
        {"a swallowed record is no change", a_swallowed_record_is_no_change},
        {"an empty audit is not good", an_empty_audit_is_not_good},
        {"a head is checked", a_head_is_checked},
        {"an unread export stops no writer", an_unread_export_stops_no_writer},
        {"no record, no change", no_record_no_change},
        {"a record before 1970 is listed", a_record_before_1970_is_listed},
        {"a failed operation leaves no record",
         a_failed_operation_leaves_no_record},
        {"records are listed", records_are_listed},
        {NULL, NULL}};
    RUN_SUITE("audit", tests);
}
