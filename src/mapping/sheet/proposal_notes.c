/* What a proposal says beside its rows: words, headings, unknown fields. */
#include <stdlib.h>

#include "mapping/plan/row_paths.h"
#include "mapping/row/changes.h"
#include "mapping/sheet/columns_private.h"

const char *
proposal_kind_word(enum proposal_kind kind)
{
    static const char *const words[] = {"added", "changed", "same", "left"};
    return words[kind];
}

struct value *
proposal_changes(const struct proposal_row *row)
{
    if (!row->wanted.target)
        return value_array();
    return row_changes(row->now.target ? &row->now : NULL, &row->wanted);
}

void
proposal_count_changes(struct value *counts, const struct value *changes)
{
    for (size_t i = 0; i < value_size(changes); i++) {
        const char *member = value_get_text(value_at(changes, i), "member");
        int64_t n = value_int_or(value_get(counts, member), 0);
        value_set_int(counts, member, n + 1);
    }
}

void
proposal_counts_words(const struct value *counts, struct buf *out)
{
    for (size_t i = 0; i < value_size(counts); i++)
        buf_addf(out, "%s%lld %s", i ? ", " : "",
                 (long long)value_int_or(value_at(counts, i), 0),
                 value_key(counts, i, NULL));
}

bool
proposal_reads_unknown(const struct plan *plan, size_t i,
                       const struct mapping_row *row,
                       const struct scope *samples, size_t count)
{
    struct row_paths paths;
    bool unknown = false;
    row_paths_find(&paths, plan, i, row->source);
    for (size_t k = 0; k < paths.count && !unknown; k++) {
        struct node_list l;
        node_list_init(&l);
        if (paths.items[k].block)
            continue;
        for (size_t s = 0; s < count && l.count == 0; s++)
            row_path_query(&paths.items[k], &samples[s], &l);
        unknown = l.count == 0;
        node_list_clear(&l);
    }
    row_paths_clear(&paths);
    return unknown;
}

char *
proposal_headings(const struct mapping_proposal *p)
{
    struct buf text;
    if (p->heading_count == 0)
        return NULL;
    buf_init_any(&text);
    buf_addf(&text, "%zu row%s without source %s taken as heading%s: line%s ",
             p->heading_count, p->heading_count == 1 ? "" : "s",
             p->heading_count == 1 ? "was" : "were",
             p->heading_count == 1 ? "" : "s",
             p->heading_count == 1 ? "" : "s");
    for (size_t i = 0; i < p->heading_count; i++)
        buf_addf(&text, "%s%zu", i ? ", " : "", p->headings[i]);
    return buf_take(&text);
}

void
proposal_clear(struct mapping_proposal *p)
{
    for (size_t i = 0; i < p->count; i++) {
        row_clear(&p->rows[i].now);
        row_clear(&p->rows[i].wanted);
        free(p->rows[i].problem);
    }
    free(p->rows);
    free(p->headings);
    rows_clear(&p->result);
    *p = (struct mapping_proposal){0};
}
