/* Who wrote which change of a draft. */
#include "manager/draft/written.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/draft.h"
#include "manager/draft/editing.h"
#include "value/value.h"
#include "workflow/edit/diff.h"

#define NAMED 3 /* changes of an author that a line names */

/* An author, and the changes that are theirs. */
struct author {
    const char *name; /* borrowed from the log */
    const struct change **changes;
    size_t count;
};

/* What differs from the live version, and who wrote it. */
struct search {
    struct change_list changes;
    bool *found; /* one for each: an edit of it was found */
    struct author *authors; /* by the newest of their edits */
    size_t count;
};

/* --- what an edit did ----------------------------------------------------- */

/* True where PART, which one edit changed, is (a part of) the change OF. */
static bool
is_part(const struct change *part, const struct change *of)
{
    if (!text_equal(part->block_id, of->block_id))
        return false;
    if (of->subject == SUBJECT_BLOCK && of->kind == CHANGE_ADDED)
        return true;
    if (of->subject == SUBJECT_BLOCK)
        return part->subject == SUBJECT_BLOCK && part->kind == of->kind;
    return part->subject == of->subject && text_equal(part->field, of->field);
}

static struct author *
author_of(struct search *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->authors[i].name, name) == 0)
            return &s->authors[i];
    }
    s->authors = mem_resize(s->authors, s->count + 1, sizeof *s->authors);
    s->authors[s->count] = (struct author){.name = name};
    return &s->authors[s->count++];
}

static bool
has_change(const struct author *a, const struct change *c)
{
    for (size_t i = 0; i < a->count; i++) {
        if (a->changes[i] == c)
            return true;
    }
    return false;
}

/* NAME wrote change I, as far as no newer edit of it is another's. */
static void
write_down(struct search *s, size_t i, const char *name)
{
    const struct change *c = &s->changes.items[i];
    bool shared = c->subject == SUBJECT_BLOCK && c->kind == CHANGE_ADDED;
    if (s->found[i] && !shared)
        return;
    s->found[i] = true;
    struct author *a = author_of(s, name);
    if (has_change(a, c))
        return;
    a->changes = mem_resize(a->changes, a->count + 1, sizeof *a->changes);
    a->changes[a->count++] = c;
}

/* An edit of NAME led from BEFORE to AFTER. */
static void
take_edit(struct search *s, const struct document *before,
          const struct document *after, const char *name)
{
    struct change_list parts;
    change_list_init(&parts);
    diff_documents(before, after, &parts);
    for (size_t i = 0; i < s->changes.count; i++) {
        for (size_t k = 0; k < parts.count; k++) {
            if (is_part(&parts.items[k], &s->changes.items[i])) {
                write_down(s, i, name);
                break;
            }
        }
    }
    change_list_clear(&parts);
}

/* --- the log -------------------------------------------------------------- */

/* What was there before the edit ROW led to AFTER, or NULL. */
static struct document *
before_edit(const struct document *after, const struct draft_edit_row *row)
{
    struct value *inverse = NULL;
    struct document *before = NULL;
    if (value_read(&inverse, row->inverse, strlen(row->inverse),
                   &value_limits_document, "edit", NULL) == ERR_OK &&
        document_patch(&before, after, inverse, NULL, NULL) != ERR_OK)
        before = NULL;
    value_free(inverse);
    return before;
}

/* Walks back from AFTER, which is freed. */
static void
walk_back(struct search *s, const struct draft_log *log, struct document *after)
{
    size_t oldest = log->count > WRITTEN_EDITS ? log->count - WRITTEN_EDITS : 0;
    for (size_t i = log->count; i > oldest && after; i--) {
        const char *author = draft_log_author(log, i - 1);
        struct document *before = before_edit(after, &log->rows[i - 1]);
        if (before && author)
            take_edit(s, before, after, author);
        document_free(after);
        after = before;
    }
    document_free(after);
}

/* True where several persons made edits that are in effect. */
static bool
is_of_several(const struct draft_log *log)
{
    const char *first = NULL;
    for (size_t i = 0; i < log->count; i++) {
        const char *author = draft_log_author(log, i);
        if (author && first && strcmp(author, first) != 0)
            return true;
        first = author ? author : first;
    }
    return false;
}

/* --- words ---------------------------------------------------------------- */

static char *
author_line(const struct author *a)
{
    struct buf text;
    buf_init_any(&text);
    buf_addf(&text, "%s: %zu change%s: ", a->name, a->count,
             a->count == 1 ? "" : "s");
    for (size_t i = 0; i < a->count && i < NAMED; i++)
        buf_addf(&text, "%s%s", i ? "; " : "", a->changes[i]->text);
    if (a->count > NAMED)
        buf_addf(&text, "; and %zu more", a->count - NAMED);
    return buf_take(&text);
}

/* What no edit made came with what the draft was made of. */
static char **
lines_of(const struct search *s)
{
    char **lines = mem_array(s->count + 2, sizeof *lines);
    size_t n = 0, others = 0;
    for (size_t i = 0; i < s->count; i++)
        lines[n++] = author_line(&s->authors[i]);
    for (size_t i = 0; i < s->changes.count; i++)
        others += !s->found[i];
    if (others > 0)
        lines[n++] = mem_printf("%zu older, or from what it was made of",
                                others);
    return lines;
}

/* The lines of LOG, which leads to IS (taken) from a copy of what was made. */
static char **
search_log(const struct draft_log *log, const struct document *was,
           struct document *is)
{
    struct search s = {.count = 0};
    change_list_init(&s.changes);
    diff_documents(was, is, &s.changes);
    s.found = mem_array(s.changes.count + 1, sizeof *s.found);
    walk_back(&s, log, is);
    char **lines = lines_of(&s);
    for (size_t i = 0; i < s.count; i++)
        free(s.authors[i].changes);
    free(s.authors);
    free(s.found);
    change_list_clear(&s.changes);
    return lines;
}

char **
written_lines(struct manager *m, const char *name, const char *live)
{
    struct draft_log log = {0};
    struct document *is = NULL, *was = NULL;
    char **lines = NULL;
    if (*live && manager_draft_log(m, name, 0, &log, NULL) == ERR_OK &&
        is_of_several(&log) &&
        manager_document(m, live, &was, NULL) == ERR_OK &&
        manager_document(m, name, &is, NULL) == ERR_OK)
        lines = search_log(&log, was, is);
    document_free(was);
    draft_log_clear(&log);
    return lines ? lines : mem_array(1, sizeof *lines);
}
