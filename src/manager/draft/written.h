/*
 * Who wrote which change of a draft: its log is walked back from what the draft
 * contains, and what each edit in effect changed is compared with what differs
 * from the live version.
 */
#ifndef TAILOR_MANAGER_DRAFT_WRITTEN_H
#define TAILOR_MANAGER_DRAFT_WRITTEN_H

#include "manager/session/manager.h"

#define WRITTEN_EDITS 200 /* the newest that are walked back */

/* A new list of new strings, ended by NULL, a line for each author of what the
 * draft NAME changes against the version LIVE (an id; "": none): "bob: 1
 * change: Create cash sale > memo: blank -> memo". A change belongs to who made
 * it last, a new block to everybody who edited it; one more line counts what no
 * edit that was walked back made. Empty where one person made all edits, where
 * there is no live version, or where one cannot be read. Freed by
 * text_lines_free. */
char **written_lines(struct manager *m, const char *name, const char *live);

#endif
