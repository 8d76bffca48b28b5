/*
 * What starts a live version: read once from its document, for documents
 * never change, and kept beside it.
 */
#ifndef TAILOR_RUNTIME_INSTALLED_TRIGGER_H
#define TAILOR_RUNTIME_INSTALLED_TRIGGER_H

#include "base/digest.h"
#include "store/db.h"
#include "workflow/document/document.h"

struct trigger {
    int64_t installed, version;
    char hash[DIGEST_SIZE];
    char *kind;  /* "event", "installation" … */
    char *event; /* NULL: none */
};

struct trigger_list {
    struct trigger *items;
    size_t count;
};

/* What a document says of its trigger. */
struct trigger_facts {
    char *kind;   /* "": it has none */
    char *event;  /* NULL: none */
    char *sample; /* JSON; NULL: none */
};

void trigger_facts_of(const struct document *d, struct trigger_facts *out);
void trigger_facts_clear(struct trigger_facts *f);
/* Remembers them for the document HASH, which the store has. */
enum err trigger_keep(struct db *db, const char *hash,
                      const struct trigger_facts *f, struct error *e);

/* Reads the trigger of the document HASH, where nobody remembered it, and
 * remembers it; the caller frees both strings. */
enum err trigger_learn(struct db *db, const char *hash, char **kind,
                       char **event, struct error *e);

/* REFUSED where what starts the document HASH gives the run an input: without
 * one a run would send what no customer has sent. */
enum err trigger_check_no_input(struct db *db, const char *hash,
                                struct error *e);

/* What starts the live and active workflows of a user (row), limited to one
 * INSTALLATION unless 0 / of an installation (row). */
enum err trigger_list_user(struct db *db, int64_t user, int64_t installation,
                           struct trigger_list *out, struct error *e);
enum err trigger_list_installation(struct db *db, int64_t installation,
                                   struct trigger_list *out, struct error *e);
void trigger_list_clear(struct trigger_list *l);

#endif
