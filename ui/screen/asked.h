/* How questions name the installations that they are about. */
#ifndef TAILOR_UI_SCREEN_ASKED_H
#define TAILOR_UI_SCREEN_ASKED_H

#include "manager/draft/version.h"
#include "manager/installation/installation.h"
#include "ui/app/view.h"

enum { ASKED_OBJECT = 64 };

/* Q is about the workflow WHAT (NULL: stays) of the installation ROW: its
 * customer and, because a customer may have several, its integration. A text
 * has QUESTION_WHO last. */
void asked_installation(struct question *q, const char *what,
                        const struct installation_row *row);

/* Q is about the N installations IDS. Writes to OBJECT what stands for them in
 * its text: QUESTION_WHO for one; their number, and their integration where it
 * is the same, for several, whose first names Q lists. */
void asked_installations(struct manager *m, const char *const *ids, size_t n,
                         struct question *q, char object[ASKED_OBJECT]);

enum { ASKED_VERSION = 100 };

/* Q is about the version ROW as it is now: an edit of it, or another author,
 * makes it another question. Writes to OBJECT what stands for it in its text:
 * "v1.1 of \1 for \2", or "v2 of \1, a base version". */
void asked_version(struct manager *m, struct question *q,
                   const struct version_row *row, char object[ASKED_VERSION]);

/* Q, whose text is made otherwise, is about ROW as it is now, too. */
void asked_basis(struct question *q, const struct version_row *row);

/* Appends to OUT what a question about ROW, among others, stands on: an edit
 * that was undone again makes it another question, too. */
void asked_add_basis(const struct version_row *row, struct buf *out);

#endif
