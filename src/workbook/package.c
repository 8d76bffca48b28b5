/* Zip files by libzip. */
#include "workbook/package.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/mem.h"

struct package {
    zip_t *zip;
    size_t expanded; /* bytes of all parts read so far */
};

static enum err
refuse_entry(const zip_stat_t *s, struct error *e)
{
    const zip_uint64_t needed =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
    if ((s->valid & needed) != needed)
        return error_set(e, ERR_INVALID, "the workbook is damaged");
    if ((s->valid & ZIP_STAT_ENCRYPTION_METHOD) &&
        s->encryption_method != ZIP_EM_NONE)
        return error_set(e, ERR_INVALID,
                         "the workbook is encrypted (save it without a "
                         "password)");
    if (s->comp_method != ZIP_CM_STORE && s->comp_method != ZIP_CM_DEFLATE)
        return error_set(e, ERR_INVALID,
                         "the workbook is packed in a way that no spreadsheet "
                         "uses");
    if (s->size > PACKAGE_RATIO_FROM &&
        s->size / PACKAGE_RATIO_MAX > s->comp_size)
        return error_set(e, ERR_TOO_BIG,
                         "the workbook expands to more than %d times its size",
                         PACKAGE_RATIO_MAX);
    return ERR_OK;
}

/* What the entries say of themselves; package_read counts what comes. */
static enum err
check_entries(zip_t *zip, struct error *e)
{
    zip_int64_t count = zip_get_num_entries(zip, 0);
    zip_uint64_t total = 0;
    enum err err = ERR_OK;
    if (count > PACKAGE_ENTRIES_MAX)
        return error_set(e, ERR_TOO_BIG, "the workbook has more than %d parts",
                         PACKAGE_ENTRIES_MAX);
    for (zip_int64_t i = 0; err == ERR_OK && i < count; i++) {
        zip_stat_t s;
        zip_stat_init(&s);
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &s) != 0)
            return error_set(e, ERR_INVALID, "the workbook is damaged");
        err = refuse_entry(&s, e);
        if (err == ERR_OK && s.size > PACKAGE_EXPANDED_MAX - total)
            err = error_set(e, ERR_TOO_BIG,
                            "the workbook expands to more than %d MB",
                            PACKAGE_EXPANDED_MAX >> 20);
        total += s.size;
    }
    return err;
}

enum err
package_open(struct package **out, const char *bytes, size_t n, struct error *e)
{
    *out = NULL;
    zip_source_t *source = zip_source_buffer_create(bytes, n, 0, NULL);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, NULL) : NULL;
    if (!zip) {
        zip_source_free(source);
        return error_set(e, ERR_INVALID,
                         "not a workbook: its zip file cannot be read");
    }
    enum err err = check_entries(zip, e);
    if (err != ERR_OK) {
        zip_discard(zip);
        return err;
    }
    *out = mem_alloc(sizeof **out);
    **out = (struct package){.zip = zip};
    return ERR_OK;
}

void
package_close(struct package *p)
{
    if (p)
        zip_discard(p->zip);
    free(p);
}

bool
package_has(const struct package *p, const char *word)
{
    zip_int64_t count = zip_get_num_entries(p->zip, 0);
    for (zip_int64_t i = 0; i < count; i++) {
        const char *name = zip_get_name(p->zip, (zip_uint64_t)i, 0);
        if (name && strcasestr(name, word))
            return true;
    }
    return false;
}

enum err
package_read(struct package *p, const char *name, package_piece *piece,
             void *context, struct error *e)
{
    enum { PIECE = 32 << 10 };
    char bytes[PIECE];
    zip_int64_t got, at = zip_name_locate(p->zip, name, ZIP_FL_NOCASE);
    if (at < 0)
        return error_set(e, ERR_NOT_FOUND, "the workbook has no part %s", name);
    zip_file_t *file = zip_fopen_index(p->zip, (zip_uint64_t)at, 0);
    enum err err = ERR_OK;
    bool more = file != NULL;
    while (more && (got = zip_fread(file, bytes, sizeof bytes)) > 0) {
        p->expanded += (size_t)got;
        if (p->expanded > PACKAGE_EXPANDED_MAX)
            err = error_set(e, ERR_TOO_BIG,
                            "the workbook expands to more than %d MB",
                            PACKAGE_EXPANDED_MAX >> 20);
        more = err == ERR_OK && piece(context, bytes, (size_t)got);
    }
    if (!file || (more && got < 0))
        err = error_set(e, ERR_INVALID,
                        "the part %s of the workbook is damaged", name);
    if (file)
        zip_fclose(file);
    return err;
}
