/* What jobs ask for and what happens only after the commit. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/core/core_private.h"

/* --- copies of outbound requests ------------------------------------------ */

static struct outbound_request *
copy_request(const struct outbound_request *r)
{
    struct outbound_request *copy = mem_alloc(sizeof *copy);
    struct http_header *headers =
        mem_array(r->header_count + 1, sizeof *headers);
    *copy = *r;
    copy->method = mem_strdup(r->method);
    copy->url = mem_strdup(r->url);
    copy->body = r->body ? mem_strndup(r->body, r->body_len) : NULL;
    for (size_t i = 0; i < r->header_count; i++) {
        headers[i].name = mem_strdup(r->headers[i].name);
        headers[i].value = mem_strdup(r->headers[i].value);
    }
    copy->headers = headers;
    return copy;
}

static void
free_request(struct outbound_request *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->header_count; i++) {
        char *value = (char *)(uintptr_t)r->headers[i].value;
        free((char *)(uintptr_t)r->headers[i].name);
        explicit_bzero(value, strlen(value)); /* it may authenticate */
        free(value);
    }
    free((void *)(uintptr_t)r->headers);
    free((char *)(uintptr_t)r->method);
    free((char *)(uintptr_t)r->url);
    free((void *)(uintptr_t)r->body);
    free(r);
}

/* --- asking --------------------------------------------------------------- */

static struct effect *
add(struct core *core, enum effect_kind kind)
{
    struct effect *x = mem_alloc(sizeof *x);
    x->kind = kind;
    if (core->last_effect)
        core->last_effect->next = x;
    else
        core->effects = x;
    core->last_effect = x;
    return x;
}

void
core_start_outbound(struct core *core, const struct outbound_request *request,
                    struct core_outbound done)
{
    struct effect *x = add(core, EFFECT_OUTBOUND);
    x->request = copy_request(request);
    x->request->group = done.group;
    x->request->run = done.run;
    x->outbound = done;
}

void
core_at(struct core *core, int64_t at_ms, struct core_work work)
{
    struct effect *x = add(core, EFFECT_WORK);
    x->at_ms = at_ms;
    x->work = work;
}

void
core_wake(struct core *core, enum core_topic topic)
{
    add(core, EFFECT_WAKE)->topic = topic;
}

void
core_park(struct route_call *call, enum core_topic topic, int64_t until_ms)
{
    struct job *j = call->core->current;
    j->parked = true;
    j->topic = topic;
    j->until_ms = call->core->draining ? 0 : until_ms;
}

bool
core_may_wait(const struct core *core)
{
    return core->current && !core->current->last && !core->draining;
}

void
core_wait(struct core *core, enum core_topic topic, int64_t most_ms)
{
    struct job *j = core->current;
    j->waits = true;
    j->topic = topic;
    j->until_ms = j->request->received_ms + most_ms;
}

void
core_wait_at(struct route_call *call, int64_t position)
{
    call->core->current->reached = position;
}

void
core_go_on(struct route_call *call, int64_t position)
{
    core_park(call, CORE_TOPIC_RUNS, 0);
    call->core->current->reached = position;
}

/* --- happening ------------------------------------------------------------ */

static void
add_ready(struct core *core, struct job *j)
{
    if (core->ready_tail)
        core->ready_tail->next = j;
    else
        core->ready = j;
    core->ready_tail = j;
}

static void
call_ended(void *ctx, struct outbound_result *result)
{
    struct flight *f = ctx;
    struct core *core = f->core;
    struct job *j = mem_alloc(sizeof *j);
    j->kind = JOB_OUTBOUND;
    j->outbound = f->done;
    j->result = result;
    bool large = f->done.prepare && result->body.len > CORE_LARGE_ANSWER;
    if (!large || core_prepare_answer(core, j))
        add_ready(core, j);
    if (f->previous)
        f->previous->next = f->next;
    else
        core->flights = f->next;
    if (f->next)
        f->next->previous = f->previous;
    free(f);
}

static void
start_call(struct core *core, struct effect *x)
{
    struct flight *f = mem_alloc(sizeof *f);
    f->core = core;
    f->done = x->outbound;
    f->next = core->flights;
    if (core->flights)
        core->flights->previous = f;
    core->flights = f;
    outbound_start(core->outbound, x->request, call_ended, f);
}

static void
add_work(struct core *core, struct effect *x)
{
    struct job *j = mem_alloc(sizeof *j);
    j->kind = JOB_WORK;
    j->work = x->work;
    core_timer_add(core, x->at_ms, j);
}

static struct effect *
detach(struct core *core, struct effect *mark)
{
    struct effect *list = mark ? mark->next : core->effects;
    if (mark)
        mark->next = NULL;
    else
        core->effects = NULL;
    core->last_effect = mark;
    return list;
}

void
core_effects_apply(struct core *core)
{
    struct effect *x = detach(core, NULL);
    while (x) {
        struct effect *next = x->next;
        if (x->kind == EFFECT_OUTBOUND)
            start_call(core, x);
        else if (x->kind == EFFECT_WORK)
            add_work(core, x);
        else
            core->woken[x->topic] = true;
        free_request(x->request);
        free(x);
        x = next;
    }
}

void
core_effects_drop(struct core *core, struct effect *mark)
{
    struct effect *x = detach(core, mark);
    while (x) {
        struct effect *next = x->next;
        if (x->kind == EFFECT_OUTBOUND && x->outbound.free)
            x->outbound.free(x->outbound.ctx);
        if (x->kind == EFFECT_WORK && x->work.free)
            x->work.free(x->work.ctx);
        free_request(x->request);
        free(x);
        x = next;
    }
}
