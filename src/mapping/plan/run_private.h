/* One run of a plan over one record, shared by the units that do it. */
#ifndef TAILOR_MAPPING_PLAN_RUN_PRIVATE_H
#define TAILOR_MAPPING_PLAN_RUN_PRIVATE_H

#include <string.h>

#include "mapping/budget.h"
#include "mapping/plan/tree.h"

enum { PLAN_READ_BYTES = 4 }; /* of JSON, read or formed again in a step */

/* The output, written at a cursor of its own; in step with the buffer only
 * after cursor_sync. */
struct cursor {
    char *at, *end;
    struct buf *buf;
};

struct plan_run {
    const struct plan *plan;
    struct scope scope;            /* with the current element */
    const struct scope *enclosing; /* of the list that is written, or NULL */
    uint32_t *slots;
    struct node_ref *elements; /* of each group: its current element */
    struct node_ref *outers;   /* of groups: what that element came from */
    struct formula_arena *arena;
    struct budget budget; /* of all rows; it is the one of the scope */
    struct cursor out;
    struct plan_report *report; /* may be NULL */
    struct error *e;
    enum err failed;
};

/* Tells the buffer where the cursor is, before others append to it. */
void cursor_sync(struct cursor *c);
/* Takes up where the buffer ends. */
void cursor_resume(struct cursor *c);
/* Makes room for N more bytes; false past the buffer's maximum. */
bool cursor_grow(struct cursor *c, size_t n);

static inline bool
cursor_room(struct cursor *c, size_t n)
{
    return (size_t)(c->end - c->at) >= n || cursor_grow(c, n);
}

static inline void
cursor_put(struct cursor *c, const char *s, size_t n)
{
    if (cursor_room(c, n)) {
        memcpy(c->at, s, n);
        c->at += n;
    }
}

/* Bytes written so far, and going back to there. */
size_t cursor_mark(const struct cursor *c);
void cursor_back(struct cursor *c, size_t mark);

/* What the reading R begins at; a tape of NULL for nothing. */
struct node_ref reading_base(const struct plan_run *run,
                             const struct reading *r);
/* The node that the singular reading R gives; a tape of NULL for nothing. */
struct node_ref reading_node(const struct plan_run *run,
                             const struct reading *r);
/* Appends the nodes that R selects to OUT; *THERE says whether there is
 * something to select from. False after an error in run->e. */
bool reading_nodes(struct plan_run *run, const struct reading *r,
                   struct node_list *out, bool *there);

/* Writes what the source of a row gives, read as KIND. */
enum row_outcome { ROW_VALUE, ROW_NOTHING, ROW_FAILED };
enum row_outcome plan_give_row(struct plan_run *run, size_t row,
                               enum read_kind kind);

/* Puts the lines of the other side into the list of ROW, which stands since
 * START, where its policy says so. False after a failure. */
bool plan_merge_lines(struct plan_run *run, size_t row, size_t start);

/* As plan_write_row, for a row that is READ_TREATED. */
bool plan_write_treated(struct plan_run *run, size_t row);

/* Whether what is still to be written is not asked for: a report goes on after
 * a failed row, but not without room and steps. */
static inline bool
plan_is_over(const struct plan_run *run)
{
    return (run->failed != ERR_OK && !run->report) || run->budget.passed ||
           buf_failed(run->out.buf);
}

/* Writes the list N, element by element; false: there is no list. */
bool plan_write_list(struct plan_run *run, const struct plan_node *n);

/* Writes N for the element NODE, which keeps its place: {} or null where it has
 * nothing to send. */
void plan_write_element(struct plan_run *run, const struct plan_node *n,
                        struct node_ref node);

/* Fails ROW: what NODE is, is WHY wrong. */
void plan_refuse_node(struct plan_run *run, size_t row, struct node_ref node,
                      const char *why);

/* Writes what N is, or nothing; false: nothing. */
bool plan_write_node(struct plan_run *run, const struct plan_node *n);

/* Writes the object N, which starts from what its base row gives; false where
 * there is neither that nor a member. */
bool plan_write_based(struct plan_run *run, const struct plan_node *n);

/* Writes the object N, which starts from the object FROM. */
void plan_write_kept(struct plan_run *run, const struct plan_node *n,
                     struct node_ref from);

/* Writes the value of a row, its default, or nothing; false: nothing. */
bool plan_write_row(struct plan_run *run, size_t row);

/* Writes what a row that is missing sends: its default, nothing (false), or
 * an error where it is required. */
bool plan_write_missing(struct plan_run *run, size_t row);

/* Keeps the sentence FORMAT as the run's error, which is of the row ROW. */
void plan_fail_row(struct plan_run *run, size_t row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fails ROW where the budget was passed, and nothing has failed of it yet. */
void plan_check_budget(struct plan_run *run, size_t row);

/* Counts STATE for ROW; START is where its value begins. */
void plan_note(struct plan_run *run, size_t row, enum plan_state state,
               size_t start);

/* Appends the copy of NODE, or what a budget that is passed leaves of it. */
void plan_copy_node(struct plan_run *run, struct node_ref node);

#endif
