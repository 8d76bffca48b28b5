/* Whether what a person was asked about is still what would be done. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manager/release/parts.h"

/* What NOW stands for, where it is not the version that was SHOWN. */
static enum err
refuse_moved(struct manager *m, const struct handover *c, const char *what,
             const struct plan_version *shown, int64_t now, struct error *e)
{
    struct pool *pool = pool_new();
    struct plan_version v;
    enum err err = plan_version_fill(m, now, pool, &v, e);
    if (!err)
        err = error_set(e, ERR_STALE,
                        "%s%s%s: changed since it was shown: %s was %s, now "
                        "it is %s%s%s (look at it again)",
                        c->p.workflow_key, c->p.customer ? " of " : "",
                        c->p.customer ? c->p.customer : "", what,
                        *shown->label ? shown->label : "no version",
                        *v.label ? v.label : "no version",
                        v.author ? " by " : "", v.author ? v.author : "");
    pool_free(pool);
    return err;
}

enum err
release_check_asked(struct manager *m, const struct handover *c, int64_t to,
                    const struct release_item *asked, struct error *e)
{
    if (!asked)
        return ERR_OK;
    if (asked->live.n != c->p.live)
        return refuse_moved(m, c, "the live version", &asked->live, c->p.live,
                            e);
    if (asked->version.n != to)
        return refuse_moved(m, c, "the version that becomes live",
                            &asked->version, to, e);
    if (asked->awaiting.n != c->p.awaiting)
        return refuse_moved(m, c, "the version that waits for the customer",
                            &asked->awaiting, c->p.awaiting, e);
    if (asked->refusal)
        return error_set(e, ERR_STALE,
                         "%s: changed since it was shown: it was refused then "
                         "(look at it again)",
                         c->p.workflow_key);
    return ERR_OK;
}

/* --- upgrade of many ------------------------------------------------------ */

static int
compare_choices(const void *a, const void *b)
{
    const struct upgrade_choice *x = a, *y = b;
    return (x->installation > y->installation) -
           (x->installation < y->installation);
}

void
upgrade_sort_choices(struct upgrade_plan *plan)
{
    if (plan->choice_count)
        qsort(plan->choices, plan->choice_count, sizeof *plan->choices,
              compare_choices);
}

static const struct upgrade_choice *
find_choice(const struct upgrade_plan *plan, const struct upgrade_choice *like)
{
    return plan->choice_count
               ? bsearch(like, plan->choices, plan->choice_count,
                         sizeof *plan->choices, compare_choices)
               : NULL;
}

static enum err
refuse_choice(const char *who, const char *change, struct error *e)
{
    return error_set(e, ERR_STALE,
                     "%s: changed since it was shown: %s (look at it again)",
                     who, change);
}

enum err
upgrade_check_choice(const struct upgrade_plan *asked,
                     const struct upgrade_choice *now, struct error *e)
{
    const struct upgrade_choice *shown = find_choice(asked, now);
    if (!shown)
        return refuse_choice(now->who, "it was not to be upgraded", e);
    if (shown->live != now->live)
        return refuse_choice(now->who, "another version is live", e);
    if (shown->must_ask != now->must_ask)
        return refuse_choice(now->who,
                             now->must_ask ? "it must be asked"
                                           : "it need not be asked",
                             e);
    return ERR_OK;
}

enum err
upgrade_check_asked(const struct upgrade_plan *asked,
                    const struct upgrade_plan *now, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < now->choice_count && !err; i++)
        err = upgrade_check_choice(asked, &now->choices[i], e);
    for (size_t i = 0; i < asked->choice_count && !err; i++)
        if (!find_choice(now, &asked->choices[i]))
            err = refuse_choice(asked->choices[i].who,
                                "it is not to be upgraded any more", e);
    return err;
}
