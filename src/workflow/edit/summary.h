/* One-line summaries in words, for block lists, histories and audit. */
#ifndef TAILOR_WORKFLOW_EDIT_SUMMARY_H
#define TAILOR_WORKFLOW_EDIT_SUMMARY_H

#include "workflow/connector/connector.h"
#include "workflow/document/document.h"
#include "workflow/edit/diff.h"

/* What the block does: "=ROUND(total * 0.05, 2)", "NetSuite: Create cash
 * sale, 9 of 12 fields mapped". SET may be NULL. A new string. */
char *summary_block(const struct block *b, const struct document *d,
                    const struct connector_set *set);

/* What an edit that led from FROM to TO did, in one line: its changes, the
 * first two in full and "and n more". A new string, never NULL. */
char *summary_edit(const struct document *from, const struct document *to);

/* What an edit that led from FROM to TO is called, without values: "adding
 * Note", "moving Note to no of Large?", "changing row memo of Sale"; lists,
 * undo and questions use it. PATCH, which made it, says which of two blocks
 * that changed places was moved; NULL: not known. A new string, never NULL. */
char *summary_edit_name(const struct document *from, const struct document *to,
                        const struct value *patch);

#endif
