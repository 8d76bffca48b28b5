/* What the runtime in memory tells of itself: info, feed, users, state. */
#include "tests/unit/manager/release/fake_private.h"

int64_t
fake_head(const struct fake *f)
{
    return (int64_t)f->feed_count;
}

struct value *
fake_info(const struct fake *f)
{
    struct value *v = value_object(), *p = value_object();
    value_set_int(p, "min", 1);
    value_set_int(p, "max", 1);
    value_set(v, "protocol", p);
    value_set_text(v, "version", "fake");
    value_set_text(v, "environment", "production");
    value_set_text(v, "runtimeId", f->id);
    value_set_text(v, "time", AT);
    value_set_int(v, "feedHead", fake_head(f));
    return v;
}

struct value *
fake_feed(const struct fake *f, int64_t after, size_t limit)
{
    struct value *v = value_object(), *list = value_array();
    size_t i = (size_t)after;
    for (; i < f->feed_count && i < (size_t)after + limit; i++)
        value_append(list, value_copy(f->feed[i]));
    value_set(v, "data", list);
    value_set_int(v, "cursor", (int64_t)i);
    value_set_int(v, "head", fake_head(f));
    return v;
}

struct value *
fake_users(const struct fake *f)
{
    struct value *v = value_object();
    value_set(v, "data", value_copy(f->users));
    value_set(v, "cursor", value_null());
    value_set_int(v, "feedCursor", fake_head(f));
    return v;
}

static struct value *
state_of(const struct fake *f, const struct fake_installation *i, size_t place)
{
    struct value *v = value_copy(value_at(f->users, place));
    struct value *workflows = value_array();
    value_set_text(v, "installationId", i->id);
    value_set_text(v, "integrationId", i->integration);
    value_set_text(v, "userId", i->user);
    value_set_text(v, "state",
                   i->uninstalled ? "uninstalled"
                   : i->paused    ? "paused"
                                  : "active");
    value_set_text(v, "createdAt", AT);
    value_set(v, "connected", value_array());
    value_set(v, "answered", value_array());
    for (size_t k = 0; k < i->count; k++) {
        const struct fake_pointer *p = &i->pointers[k];
        struct value *w = value_object();
        value_set_text(w, "workflowId", p->workflow);
        value_set_text(w, "liveVersionId", *p->live ? p->live : NULL);
        value_set_text(w, "awaitingVersionId",
                       *p->awaiting ? p->awaiting : NULL);
        value_append(workflows, w);
    }
    value_set(v, "workflows", workflows);
    return v;
}

struct value *
fake_state(const struct fake *f)
{
    struct value *v = value_object(), *list = value_array();
    for (size_t i = 0; i < f->count; i++)
        value_append(list, state_of(f, &f->installations[i], i));
    value_set(v, "data", list);
    value_set(v, "cursor", value_null());
    value_set_int(v, "feedCursor", fake_head(f));
    return v;
}

size_t
fake_count(const struct fake *f)
{
    return f->count;
}

struct fake_installation *
fake_at(const struct fake *f, size_t i)
{
    return &f->installations[i];
}

