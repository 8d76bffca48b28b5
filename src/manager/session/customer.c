/* Names of customers. */
#include "manager/session/customer.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/session/operation.h"

/* A phrase is shown whole in the smallest window; so are both names, mostly. */
enum { PHRASE_MOST = 60, NAME_MOST = 60, USERNAME_MOST = 100 };

const char *
customer_name(const char *name, const char *username)
{
    return name && !text_is_blank(name) ? name : username;
}

/* Appends TEXT, cut behind a whole character where it is longer than MOST. */
static void
add_cut(struct buf *out, const char *text, size_t most)
{
    size_t n = strlen(text);
    if (n > most) {
        for (n = most; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
            n--;
    }
    buf_add(out, text, n);
    if (text[n])
        buf_adds(out, "\xe2\x80\xa6");
}

const char *
customer_who(struct pool *pool, const char *name, const char *username)
{
    struct buf who;
    char *user = text_name_dup(username);
    buf_init(&who, 1000);
    if (strcmp(name, username) != 0) {
        add_cut(&who, name, NAME_MOST);
        buf_adds(&who, " (");
    }
    add_cut(&who, user, USERNAME_MOST);
    free(user);
    if (strcmp(name, username) != 0)
        buf_adds(&who, ")");
    const char *text = pool_text(pool, buf_str(&who));
    buf_clear(&who);
    return text;
}

/* What stands in brackets at the end of NAME, as a username does in
 * customer_who(), a new string; NULL where nothing does. */
static char *
bracketed_end(const char *name)
{
    const char *open = strrchr(name, '(');
    size_t n = open ? strlen(open) : 0;
    bool ends = n > 2 && open[n - 1] == ')';
    return ends ? mem_strndup(open + 1, n - 2) : NULL;
}

enum err
customer_alike(struct manager *m, const char *name, const char *username,
               bool *alike, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_CUSTOMER_NAMESAKE);
    char *end = bracketed_end(name);
    db_text(q, name);
    db_text(q, username);
    db_text(q, end);
    *alike = db_row(q) || !text_is_plain(name);
    free(end);
    return db_end(q, e);
}

static bool
can_be_typed(const char *text)
{
    return text_is_plain(text) && strlen(text) <= PHRASE_MOST;
}

const char *
customer_phrase(const char *name, bool alike, const char *username,
                const char *id)
{
    if (!alike && can_be_typed(name))
        return name;
    return can_be_typed(username) ? username : id;
}
