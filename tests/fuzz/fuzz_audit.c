/*
 * Fuzzes the verifier of exported audits in two ways: an input as a file that
 * somebody sends; and, after an "=", as the texts of records of which a right
 * export is made: that is verified, and then with one byte changed, which
 * must be found.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "manager/session/audit_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORDS = 8, TEXTS = 6, TEXT = 200 };

static void
must(bool condition)
{
    if (!condition)
        abort();
}

static enum err
verify(const char *text, size_t n, const char *head, struct audit_verdict *v)
{
    struct error e;
    int fd = memfd_create("audit", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, text, n) == (ssize_t)n);
    must(lseek(fd, 0, SEEK_SET) == 0);
    enum err err = audit_verify_export(fd, "audit", head, v, &e);
    close(fd);
    must((err == ERR_OK) == (v->first_bad == 0));
    must(err == ERR_OK || err == ERR_DAMAGED);
    must(err != ERR_OK || v->records > 0);
    return err;
}

/* A file that verifies holds what its head proves, and nothing else. */
static void
try_file(const char *text, size_t n)
{
    struct audit_verdict v, again;
    char head[DIGEST_SIZE];
    if (verify(text, n, NULL, &v) != ERR_OK)
        return;
    must(!v.tail_proven);
    memcpy(head, v.head, sizeof head);
    must(verify(text, n, head, &again) == ERR_OK && again.tail_proven);
}

/* The text up to the next line end, as a valid one without NUL. */
static void
take_text(const char **at, const char *end, char out[TEXT + 1])
{
    size_t n = 0;
    while (*at < end && **at != '\n' && n < TEXT)
        out[n++] = *(*at)++;
    if (*at < end && **at == '\n')
        (*at)++;
    n = strnlen(out, n);
    out[utf8_valid_prefix(out, n)] = '\0';
}

static void
add_record(struct buf *out, int64_t sequence, char hash[DIGEST_SIZE],
           char texts[TEXTS][TEXT + 1])
{
    char previous[DIGEST_SIZE];
    struct buf hashed;
    memcpy(previous, hash, DIGEST_SIZE);
    struct audit_row row = {
        .sequence = sequence,
        .entry = {.at = sequence * 1000,
                  .origin = "store",
                  .actor = texts[0],
                  .session = "s",
                  .action = texts[1],
                  .subject_kind = texts[2],
                  .subject_id = sequence == 1 ? "id" : texts[3],
                  .before = *texts[4] ? texts[4] : NULL,
                  .after = *texts[5] ? texts[5] : NULL},
        .previous_hash = previous,
        .hash = hash};
    buf_init(&hashed, 1u << 20);
    audit_write_hashed(&hashed, &row);
    digest_hex(hash, hashed.data, hashed.len);
    buf_clear(&hashed);
    audit_write_line(out, &row);
}

static void
try_export(const char *text, size_t n, size_t where)
{
    const char *end = text + n;
    char hash[DIGEST_SIZE], texts[TEXTS][TEXT + 1];
    struct audit_verdict v;
    struct buf out;
    int64_t records = 0;
    buf_init(&out, 1u << 20);
    memset(hash, '0', DIGEST_SIZE - 1);
    hash[DIGEST_SIZE - 1] = '\0';
    do {
        for (int i = 0; i < TEXTS; i++)
            take_text(&text, end, texts[i]);
        add_record(&out, ++records, hash, texts);
    } while (text < end && records < RECORDS);
    audit_write_trailer(&out, hash, records, "id");
    must(verify(out.data, out.len, hash, &v) == ERR_OK && v.tail_proven);
    must(v.records == records);
    out.data[where % out.len] ^= (char)(1 << where % 8);
    must(verify(out.data, out.len, NULL, &v) == ERR_DAMAGED);
    buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    if (size > 3 && size < 8192 && *text == '=')
        try_export(text + 3, size - 3, (size_t)data[1] << 8 | data[2]);
    else if (size > 0)
        try_file(text, size);
    return 0;
}
