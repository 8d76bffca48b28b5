/* What single kinds of blocks ask beyond the types of their fields. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/time/cron.h"
#include "workflow/validate/validate_private.h"

void
check_none(struct check *c)
{
    (void)c;
}

/* The connector of APP, or NULL after saying what is wrong with it. */
static const struct connector *
need_app(struct check *c, const char *field, const char *app)
{
    const struct connector *found = check_connector(c, app);
    if (!document_connector(c->d, app))
        check_fail(c, field,
                   "unknown app \"%.60s\": the document pins no connector of "
                   "it (pin one; \"connector list\" shows them)",
                   app);
    return found;
}

static const struct connector_action *
need_action(struct check *c)
{
    const char *app = block_text(c->b, "app");
    const char *key = block_text(c->b, "action");
    const struct connector *found = *app ? need_app(c, "app", app) : NULL;
    const struct connector_action *a =
        found && *key ? connector_action(found, key) : NULL;
    if (found && *key && !a)
        check_fail(c, "action",
                   "%s has no action \"%.60s\" (\"connector show %s\" lists "
                   "them)",
                   connector_name(found), key, app);
    return a;
}

void
check_action(struct check *c)
{
    need_action(c);
    check_kept_reference(c);
}

void
check_poll(struct check *c)
{
    const struct connector_action *a = need_action(c);
    if (a && !a->cursor)
        check_fail(c, "action",
                   "\"%s\" finds no changed records (choose a search that has "
                   "a cursor)",
                   a->name);
    if (strcmp(block_text(c->b, "every"), "0") == 0)
        check_fail(c, "every", "at least one minute");
}

void
check_schedule(struct check *c)
{
    const char *text = block_text(c->b, "cron");
    struct cron cron;
    struct error e = {0};
    if (*text && *text != '=' && cron_read(&cron, text, &e) != ERR_OK)
        check_fail(c, "cron", "%s", e.text);
    error_clear(&e);
}

void
check_mapping(struct check *c)
{
    if (value_size(block_field(c->b, "mapping")) == 0)
        check_unfilled(c, "mapping", "nothing is built (add a row)");
}

/* The credential of a call, if it is sent with one. */
static void
check_auth(struct check *c)
{
    const struct value *auth = block_field(c->b, "auth");
    const char *kind = value_text_or(value_get(auth, "kind"), "none");
    const char *app = value_get_text(auth, "app");
    if (strcmp(kind, "none") == 0)
        return;
    if (!app) {
        check_fail(c, "auth",
                   "%s needs a credential (say the app whose credential is "
                   "used, for example http)",
                   kind);
        return;
    }
    const struct connector *found = need_app(c, "auth", app);
    if (found && !connector_authentication_of(found, kind))
        check_fail(c, "auth", "%s has no credential of kind %s",
                   connector_name(found), kind);
}

/* The runtime compares the name with that of each event, byte by byte: it
 * calculates nothing and leaves no blank out. */
void
check_event(struct check *c)
{
    const char *event = block_text(c->b, "event");
    size_t n = strlen(event);
    bool control = false, blank = false;
    for (size_t i = 0; i < n; i++) {
        control |= (unsigned char)event[i] < ' ' || event[i] == 127;
        blank |= event[i] == ' ';
    }
    if (*event == '=')
        check_fail(c, "event",
                   "the name of an event is not a formula (write the name that "
                   "the backend sends, such as order.created)");
    else if (control || *event == ' ' || (n > 0 && event[n - 1] == ' '))
        check_fail(c, "event",
                   "the name of an event has no blank at an end and no control "
                   "character (write it as the backend sends it)");
    else if (blank)
        check_warn(c, "event",
                   "the name has a blank: only an event of exactly this name "
                   "starts the workflow");
}

void
check_api(struct check *c)
{
    const char *url = block_text(c->b, "url");
    if (*url && *url != '=' &&
        (!text_starts(url, "https://") || strlen(url) < 9 ||
         strpbrk(url, " \t\r\n\"<>")))
        check_fail(c, "url",
                   "a URL begins with https:// and has no spaces (write it in "
                   "full)");
    else if (*url != '=' && strpbrk(url, "{}"))
        check_fail(c, "url",
                   "{ and } are not sent as they are: they mark what is to be "
                   "filled in (write it, or make the URL a formula)");
    check_auth(c);
    check_kept_reference(c);
}

void
check_code(struct check *c)
{
    if (strcmp(block_text(c->b, "timeout"), "0") == 0)
        check_fail(c, "timeout", "at least one second");
}

void
check_branch(struct check *c)
{
    const struct value *cases = block_field(c->b, "cases");
    if (value_size(cases) == 0)
        check_fail(c, "cases", "a branch has at least one case (add one)");
    for (size_t i = 0; i < value_size(cases); i++)
        if (!value_get(value_at(cases, i), "condition")) {
            char *field = mem_printf("cases[%zu] condition", i + 1);
            check_unfilled(c, field, "the case has no condition (set it)");
            free(field);
        }
}

void
check_iterate(struct check *c)
{
    if (value_size(block_field(c->b, "blocks")) == 0)
        check_warn(c, "blocks",
                   "nothing is done for the elements (add a block inside)");
}

void
check_delay(struct check *c)
{
    bool duration = block_field(c->b, "for"), time = block_field(c->b, "until");
    if (duration == time)
        check_fail(c, "for",
                   "a delay has either a duration (for) or a time (until)");
}

void
check_variables(struct check *c)
{
    const struct value *values = block_field(c->b, "values");
    if (value_size(values) == 0)
        check_warn(c, "values", "nothing is asked (add a value)");
    for (size_t i = 0; i < value_size(values); i++)
        for (size_t k = 0; k < i; k++) {
            const char *name = value_get_text(value_at(values, i), "name");
            if (strcmp(name, value_get_text(value_at(values, k), "name")) == 0)
                check_fail(c, "values",
                           "two values have the name \"%s\" (rename one)",
                           name);
        }
}

/* The block after the one under the hand in its list, or NULL. */
static const struct block *
next_in_list(const struct check *c)
{
    const struct block *next = &c->d->blocks[c->b->end];
    if (c->b->end == c->d->count || next->parent != c->b->parent ||
        strcmp(next->list, c->b->list) != 0 ||
        next->list_case != c->b->list_case)
        return NULL;
    return next;
}

void
check_stop(struct check *c)
{
    const struct block *next = next_in_list(c);
    bool to_do = strcmp(block_text(c->b, "reason"), "todo") == 0;
    for (const struct block *p = c->b->parent; to_do && p; p = p->parent)
        if (p->kind->id == KIND_iterate) {
            check_fail(c, "reason",
                       "a stop that is to do stands outside of \"%s\": the "
                       "installation has one state, not one per element (move "
                       "it before \"%s\")",
                       p->name, p->name);
            return;
        }
    if (!to_do && next && block_field(c->b, "reason"))
        check_warn(c, "reason",
                   "what follows never runs, beginning with \"%s\" (move the "
                   "stop to the end, or remove what follows)",
                   next->name);
}
