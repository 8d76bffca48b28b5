/* How questions name installations. */
#include "ui/screen/asked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/ident.h"
#include "base/mem.h"
#include "base/text.h"

static const char *
integration_of(const struct installation_row *row)
{
    const char *name = row->integration_name;
    return name && *name          ? name
           : row->integration_key ? row->integration_key
                                  : "";
}

void
asked_installation(struct question *q, const char *what,
                   const struct installation_row *row)
{
    question_about(q, what, row->customer, row->username);
    snprintf(q->integration, sizeof q->integration, "%s", integration_of(row));
}

/* The installation ID alone; false where it cannot be read. */
static bool
show_one(struct manager *m, const char *id, struct installation_list *out)
{
    *out = (struct installation_list){0};
    return manager_installation_show(m, id, out, NULL) == ERR_OK &&
           out->count > 0;
}

/* Writes to Q the integration of the N installations IDS; "" where it is not
 * the same for all. */
static void
name_integration(struct manager *m, const char *const *ids, size_t n,
                 struct question *q)
{
    char first[IDENT_SIZE] = "";
    bool same = true;
    for (size_t i = 0; i < n && same; i++) {
        struct installation_list show;
        same = show_one(m, ids[i], &show);
        if (same && i == 0) {
            snprintf(first, sizeof first, "%s", show.rows[0].integration_id);
            asked_installation(q, NULL, &show.rows[0]);
        } else if (same) {
            same = text_equal(first, show.rows[0].integration_id);
        }
        installation_list_clear(&show);
    }
    if (!same)
        q->integration[0] = '\0';
}

enum { NAMES_MOST = 6 };

/* Adds NAME of the integration OF ("": not named) to the names of Q, where LEFT
 * are to be named: one that takes more than its share of the room is shortened,
 * so that each is named. */
static void
add_name(struct question *q, const char *name, const char *of, size_t left)
{
    static const char cut[] = "…";
    size_t len = strlen(q->names);
    size_t share = (sizeof q->names - 1 - len) / left - sizeof cut;
    char *text = mem_printf("%s%s%s", name, *of ? ": " : "", of);
    size_t whole = strlen(text);
    size_t shown = whole > share ? utf8_valid_prefix(text, share) : whole;
    snprintf(q->names + len, sizeof q->names - len, "%s%.*s%s", len ? "\n" : "",
             (int)shown, text, shown < whole ? cut : "");
    free(text);
}

/* Lists the first of the N installations IDS, as the table names them; with
 * their integration where Q is about several. */
static void
list_installations(struct manager *m, const char *const *ids, size_t n,
                   struct question *q)
{
    q->of = n;
    for (size_t i = 0; i < n && i < NAMES_MOST; i++) {
        struct installation_list show;
        const struct installation_row *row =
            show_one(m, ids[i], &show) ? &show.rows[0] : NULL;
        const char *name = !row                       ? ids[i]
                           : strchr(row->title, '\n') ? row->username
                                                      : row->title;
        const char *of = row && !q->integration[0] ? integration_of(row) : "";
        add_name(q, name, of, (n < NAMES_MOST ? n : NAMES_MOST) - i);
        installation_list_clear(&show);
    }
}

void
asked_installations(struct manager *m, const char *const *ids, size_t n,
                    struct question *q, char object[ASKED_OBJECT])
{
    name_integration(m, ids, n, q);
    if (n == 1) {
        snprintf(object, ASKED_OBJECT, "%s", QUESTION_WHO);
        return;
    }
    question_about(q, NULL, NULL, NULL);
    list_installations(m, ids, n, q);
    snprintf(object, ASKED_OBJECT, "%zu installations%s", n,
             q->integration[0] ? " of " QUESTION_INTEGRATION : "");
}

void
asked_add_basis(const struct version_row *row, struct buf *out)
{
    buf_addf(out, "%s %lld %d %s %lld\n", row->id, (long long)row->revision,
             row->state, row->author, (long long)row->changed_at);
}

void
asked_basis(struct question *q, const struct version_row *row)
{
    struct buf is;
    buf_init_any(&is);
    asked_add_basis(row, &is);
    digest_hex(q->basis, buf_str(&is), is.len);
    buf_clear(&is);
}

void
asked_version(struct manager *m, struct question *q,
              const struct version_row *row, char object[ASKED_VERSION])
{
    struct installation_list show;
    question_about(q, row->workflow_name, row->customer, row->username);
    asked_basis(q, row);
    if (row->installation_id) {
        if (show_one(m, row->installation_id, &show))
            asked_installation(q, NULL, &show.rows[0]);
        installation_list_clear(&show);
    }
    snprintf(object, ASKED_VERSION, "%s of " QUESTION_WHAT "%s", row->label,
             row->installation_id ? " for " QUESTION_WHO : ", a base version");
}
