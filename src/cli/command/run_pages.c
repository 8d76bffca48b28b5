/* Pages of a list that several runtimes give. */
#include "cli/command/run_pages.h"

#include <string.h>

#include "base/mem.h"
#include "base/percent.h"

enum { CURSOR_MAX = 65536 };

void
run_pages_begin(struct run_pages *p, const char *after)
{
    *p = (struct run_pages){.after = after};
    buf_init(&p->next, CURSOR_MAX);
}

void
run_pages_end(struct run_pages *p)
{
    buf_clear(&p->next);
}

bool
run_pages_position(struct run_pages *p, const char *runtime, char **cursor)
{
    struct buf name;
    bool more = !p->after;
    *cursor = NULL;
    buf_init(&name, CURSOR_MAX);
    percent_encode(&name, runtime, strlen(runtime));
    for (const char *at = p->after; at && *at;) {
        size_t n = strcspn(at, ",");
        if (n >= name.len && memcmp(at, buf_str(&name), name.len) == 0 &&
            (n == name.len || at[name.len] == ':')) {
            p->known = true;
            more = n != name.len + 1;
            if (n > name.len + 1)
                *cursor = mem_strndup(at + name.len + 1, n - name.len - 1);
        }
        at += n + (at[n] == ',');
    }
    buf_clear(&name);
    return more;
}

void
run_pages_keep(struct run_pages *p, const char *runtime, const char *cursor)
{
    if (p->next.len)
        buf_addf(&p->next, ",");
    percent_encode(&p->next, runtime, strlen(runtime));
    if (cursor)
        buf_addf(&p->next, ":%s", cursor);
}

void
run_pages_add(struct run_pages *p, const char *runtime, const char *cursor)
{
    bool beginning = cursor && !*cursor;
    run_pages_keep(p, runtime, beginning ? NULL : cursor ? cursor : "");
    p->more |= cursor != NULL;
}

const char *
run_pages_next(const struct run_pages *p)
{
    return p->more ? buf_str(&p->next) : NULL;
}

bool
run_pages_fit(const struct run_pages *p)
{
    return !p->after || p->known;
}
