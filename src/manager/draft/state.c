/* Drafts: marking ready, taking over, discarding, restoring; the note. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "manager/draft/parts.h"
#include "manager/release/parts.h"
#include "manager/session/note.h"
#include "workflow/validate/validate.h"

/* Records that draft D went from BEFORE to AFTER, which it frees. */
static enum err
record_changes(struct manager *m, const struct draft *d, struct value *before,
               struct value *after, struct error *e)
{
    char *texts[2] = {value_to_text(before), value_to_text(after)};
    enum err err = operation_audit(m, "version", d->id, draft_installation(d),
                                   texts[0], texts[1], e);
    free(texts[0]);
    free(texts[1]);
    value_free(before);
    value_free(after);
    return err;
}

/* Records that MEMBER of draft D went from BEFORE to AFTER. */
static enum err
record_change(struct manager *m, const struct draft *d, const char *member,
              const char *before, const char *after, struct error *e)
{
    struct value *values[2] = {value_object(), value_object()};
    value_set_text(values[0], member, before);
    value_set_text(values[1], member, after);
    return record_changes(m, d, values[0], values[1], e);
}

static enum err
set_state(struct manager *m, const struct draft *d, enum version_state to,
          struct error *e)
{
    if (d->state == (int)to)
        return ERR_OK;
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_SET_STATE);
    db_int(q, to);
    db_int(q, operation_now(m));
    db_int(q, d->n);
    enum err err = db_run(q, e);
    return err == ERR_OK
               ? record_change(m, d, "state", version_state_word(d->state),
                               version_state_word(to), e)
               : err;
}

struct draft_shown
draft_shown_of(const struct version_row *row)
{
    struct draft_shown shown = {.state = row->state, .revision = row->revision};
    snprintf(shown.id, sizeof shown.id, "%s", row->id);
    snprintf(shown.author, sizeof shown.author, "%s", row->author);
    return shown;
}

/* D is what a person was SHOWN, where something was. */
static enum err
check_shown(const struct draft *d, const struct draft_shown *shown,
            struct error *e)
{
    if (!shown)
        return ERR_OK;
    if (shown->revision != d->revision)
        return error_set(e, ERR_STALE,
                         "%s: edited since it was shown: %lld edits then, %lld "
                         "now (look at it again)",
                         d->label, (long long)shown->revision,
                         (long long)d->revision);
    if (strcmp(shown->author, d->author) != 0)
        return error_set(e, ERR_STALE,
                         "%s: taken over by %s since it was shown (look at it "
                         "again)",
                         d->label, d->author);
    if (shown->state != d->state)
        return error_set(e, ERR_STALE,
                         "%s: %s when it was shown and %s now (look "
                         "at it again)",
                         d->label, version_state_word(shown->state),
                         version_state_word(d->state));
    return ERR_OK;
}

static enum err
check_valid(struct manager *m, const struct draft *d, struct error *e)
{
    struct document *document;
    struct connector_set set;
    enum err err = draft_document(m, d, &document, e);
    if (err != ERR_OK)
        return err;
    connector_set_init(&set);
    err = connectors_load(m, document, &set, e);
    if (err == ERR_OK)
        err = validate_or_error(document, &set, e);
    connector_set_clear(&set);
    document_free(document);
    return err;
}

enum err
manager_draft_ready(struct manager *m, const char *draft,
                    const struct draft_shown *shown, struct error *e)
{
    struct draft d;
    enum err err = operation_begin(m, ACTION_DRAFT_READY, e);
    if (err == ERR_OK)
        err = draft_load(m, draft, true, &d, e);
    if (err == ERR_OK)
        err = draft_check_author(m, &d, e);
    if (err == ERR_OK)
        err = check_shown(&d, shown, e);
    if (err == ERR_OK)
        err = check_valid(m, &d, e);
    if (err == ERR_OK)
        err = set_state(m, &d, VERSION_READY, e);
    return operation_end(m, err, e);
}

/* Records the new author of D, and that it is a draft again where it was
 * ready. */
static enum err
record_take(struct manager *m, const struct draft *d, struct error *e)
{
    struct value *before = value_object(), *after = value_object();
    value_set_text(before, "author", d->author);
    value_set_text(after, "author", manager_actor(m));
    if (d->state == VERSION_READY) {
        value_set_text(before, "state", version_state_word(VERSION_READY));
        value_set_text(after, "state", version_state_word(VERSION_DRAFT));
    }
    return record_changes(m, d, before, after, e);
}

/* One that is discarded is taken over too, and stays so: only its author gets
 * it back. */
static enum err
take(struct manager *m, const char *draft, const struct draft_shown *shown,
     struct error *e)
{
    struct draft d;
    enum err err = draft_load(m, draft, false, &d, e);
    if (err == ERR_OK && d.state == VERSION_RELEASED)
        err = draft_load(m, draft, true, &d, e);
    if (err == ERR_OK)
        err = check_shown(&d, shown, e);
    if (err == ERR_OK && !d.installation && manager_role(m) < ROLE_ADMIN)
        err = draft_check_author(m, &d, e);
    if (err != ERR_OK || strcmp(d.author, manager_actor(m)) == 0)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_SET_AUTHOR);
    db_text(q, manager_actor(m));
    db_int(q, operation_now(m));
    db_int(q, d.n);
    err = db_run(q, e);
    return err == ERR_OK ? record_take(m, &d, e) : err;
}

enum err
manager_draft_take(struct manager *m, const char *draft,
                   const struct draft_shown *shown, struct error *e)
{
    enum err err = operation_begin(m, ACTION_DRAFT_TAKE, e);
    if (err == ERR_OK)
        err = take(m, draft, shown, e);
    return operation_end(m, err, e);
}

static enum err
load_to_discard(struct manager *m, const char *draft, struct draft *d,
                struct error *e)
{
    enum err err = draft_load(m, draft, false, d, e);
    if (err == ERR_OK && d->state != VERSION_DISCARDED)
        err = draft_load(m, draft, true, d, e);
    return err == ERR_OK ? draft_check_author(m, d, e) : err;
}

enum err
manager_draft_find_to_discard(struct manager *m, const char *draft,
                              struct draft_shown *out, struct error *e)
{
    struct draft d;
    memset(out, 0, sizeof *out);
    enum err err = manager_may(m, ACTION_DRAFT_DISCARD, e);
    if (err != ERR_OK)
        return err;
    err = operation_begin(m, ACTION_DRAFT_LIST, e);
    if (err == ERR_OK)
        err = load_to_discard(m, draft, &d, e);
    if (err == ERR_OK) {
        memcpy(out->id, d.id, sizeof out->id);
        memcpy(out->author, d.author, sizeof out->author);
        out->state = d.state;
        out->revision = d.revision;
    }
    return operation_end(m, err, e);
}

enum err
manager_draft_discard(struct manager *m, const char *draft,
                      const struct draft_shown *shown, struct error *e)
{
    struct draft d;
    enum err err = operation_begin(m, ACTION_DRAFT_DISCARD, e);
    if (err == ERR_OK)
        err = load_to_discard(m, draft, &d, e);
    if (err == ERR_OK)
        err = check_shown(&d, shown, e);
    if (err == ERR_OK && d.state != VERSION_DISCARDED)
        err = kept_purge(m, &d, e);
    if (err == ERR_OK)
        err = set_state(m, &d, VERSION_DISCARDED, e);
    return operation_end(m, err, e);
}

enum err
manager_draft_restore(struct manager *m, const char *draft, struct error *e)
{
    struct draft d;
    enum err err = operation_begin(m, ACTION_DRAFT_RESTORE, e);
    if (err == ERR_OK)
        err = draft_load(m, draft, false, &d, e);
    if (err == ERR_OK && d.state == VERSION_RELEASED)
        err = draft_load(m, draft, true, &d, e);
    if (err == ERR_OK)
        err = draft_check_author(m, &d, e);
    if (err == ERR_OK && d.state == VERSION_DISCARDED)
        err = set_state(m, &d, VERSION_DRAFT, e);
    return operation_end(m, err, e);
}

/* A record stays for good, a note may be replaced because of what is in it. */
static enum err
record_note(struct manager *m, const struct draft *d, const char *was,
            const char *is, struct error *e)
{
    struct value *before = value_object(), *after = value_object();
    value_set_int(before, "noteCharacters",
                  (int64_t)utf8_length(was, strlen(was)));
    value_set_int(after, "noteCharacters",
                  (int64_t)utf8_length(is, strlen(is)));
    return record_changes(m, d, before, after, e);
}

/* D has the note WAS (NULL or "": none); the one that it has is no change. */
static enum err
change_note(struct manager *m, const struct draft *d, const char *was,
            const char *note, struct error *e)
{
    if (was && !*was)
        was = NULL;
    if (text_equal(was ? was : "", note))
        return ERR_OK;
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_SET_NOTE);
    db_text(q, note);
    db_int(q, operation_now(m));
    db_int(q, d->n);
    enum err err = db_run(q, e);
    return err == ERR_OK ? record_note(m, d, was ? was : "", note, e) : err;
}

static enum err
set_note(struct manager *m, const char *draft, const char *note,
         struct error *e)
{
    struct draft d;
    struct version now;
    struct pool *pool = pool_new();
    enum err err = draft_load(m, draft, true, &d, e);
    if (err == ERR_OK)
        err = draft_check_author(m, &d, e);
    if (err == ERR_OK)
        err = version_load(m, d.n, pool, &now, e);
    if (err == ERR_OK)
        err = change_note(m, &d, now.note, note, e);
    pool_free(pool);
    return err;
}

enum err
manager_draft_note(struct manager *m, const char *draft, const char *note,
                   struct error *e)
{
    if (strlen(note) > 4000 ||
        utf8_valid_prefix(note, strlen(note)) != strlen(note))
        return error_set(e, ERR_INVALID,
                         "draft: the note must be UTF-8 text of at most 4000 "
                         "bytes");
    enum err err = note_check(note, e);
    if (err == ERR_OK)
        err = operation_begin(m, ACTION_DRAFT_NOTE, e);
    if (err == ERR_OK)
        err = set_note(m, draft, note, e);
    return operation_end(m, err, e);
}
