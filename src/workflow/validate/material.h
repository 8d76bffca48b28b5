/*
 * Materiality: whether a version needs the customer before it may go live.
 * One function for the console, which foretells, and the runtime, which
 * decides.
 */
#ifndef TAILOR_WORKFLOW_VALIDATE_MATERIAL_H
#define TAILOR_WORKFLOW_VALIDATE_MATERIAL_H

#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

enum need_kind { NEED_CONNECT, NEED_SCOPE, NEED_ANSWER };

struct need {
    enum need_kind kind;
    char *app;      /* connect, scope; NULL for answers */
    char *scope;    /* scope */
    char *block_id; /* answer */
    char *field;    /* answer: name of the field in forms */
    char *label;    /* "Connect NetSuite", "Region" */
};

struct need_list {
    struct need *items;
    size_t count;
    size_t capacity;
};

void need_list_init(struct need_list *l);
void need_list_clear(struct need_list *l);

/* Fills OUT (initialised) with what the customer must do before D may be
 * live; none means that it goes live at once. FACTS (borrowed; NULL: nothing
 * yet) is what the installation has:
 *   {"connected":{"netsuite":["rest_webservices"]},
 *    "answers":{"<block id>":{"<field>":VALUE}}}
 * where only the presence of a non-null VALUE counts. A question with
 * "required":false is never in OUT: its version goes live without an answer.
 * A connector that SET lacks counts as not connected unless the app is. */
void material_needs(const struct document *d, const struct connector_set *set,
                    const struct value *facts, struct need_list *out);

/* The same in two parts. DEMANDS (initialised) receives all that D may ask of
 * any customer, which stays so for as long as SET does; OUT (initialised)
 * what of it one with these FACTS has not done. */
void material_demands(const struct document *d, const struct connector_set *set,
                      struct need_list *demands);
void material_undone(const struct need_list *demands, const struct value *facts,
                     struct need_list *out);

/* [{"kind":"connect","app","scope"?,"blockId"?,"field"?,"label"}…]: the shape
 * of receipts; owned by the caller. */
struct value *need_list_value(const struct need_list *l);

/* Appends what NEEDS, of that shape, says in words: "connect HTTP, answer Tax
 * region". */
void need_words(const struct value *needs, struct buf *out);

#endif
