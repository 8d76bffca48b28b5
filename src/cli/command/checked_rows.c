/* Checked samples as JSON and as lines. */
#include "cli/command/checked_rows.h"

#include <string.h>

const struct cli_column checked_columns[] = {
    {"SAMPLE", "sample"}, {"BLOCK", "block"},
    {"AT", "path"},       {"EXPECTED", "expected"},
    {"GIVEN", "given"},   {"", "why"},
    {NULL, NULL}};

/* Sets KEY to the JSON in TEXT; NULL: no member. */
static void
set_json(struct value *v, const char *key, const char *text)
{
    struct value *item = NULL;
    if (text && value_read(&item, text, strlen(text), &value_limits_event, key,
                           NULL) == ERR_OK)
        value_set(v, key, item);
}

static struct value *
cell_json(const struct agreed_cell *c)
{
    struct value *v = value_object();
    value_set_text(v, "block", c->block);
    value_set_text(v, "path", c->path);
    set_json(v, "expected", c->expected);
    set_json(v, "given", c->given);
    if (c->why)
        value_set_text(v, "why", c->why);
    return v;
}

static struct value *
sample_json(const struct checked_sample *s)
{
    struct value *v = value_object(), *cells = value_array();
    value_set_text(v, "sampleId", s->id);
    value_set_text(v, "sample", s->label);
    value_set_text(v, "verdict", checked_verdict_word(s->verdict));
    value_set_bool(v, "blocking", s->blocking);
    value_set_text(v, "hash", s->hash);
    value_set_int(v, "differences", (int64_t)s->cells.total);
    for (size_t i = 0; i < s->cells.count; i++)
        value_append(cells, cell_json(&s->cells.items[i]));
    value_set(v, "cells", cells);
    return v;
}

struct value *
checked_json(const struct checked *c)
{
    if (c->count == 0)
        return value_null();
    struct value *v = value_object(), *samples = value_array();
    value_set_text(v, "set", c->set);
    value_set_text(v, "decided", c->decided);
    value_set_int(v, "format", c->format);
    value_set_text(v, "verdict", checked_verdict_word(c->verdict));
    value_set_int(v, "checked", (int64_t)c->count);
    value_set_int(v, "agreed", (int64_t)c->agreed);
    value_set_int(v, "blocking", (int64_t)c->blocking);
    for (size_t i = 0; i < c->count; i++)
        value_append(samples, sample_json(&c->samples[i]));
    value_set(v, "data", samples);
    return v;
}

/* What stands in a column for JSON; the whole output of a block that gives
 * nothing would only hide why. */
static const char *
shown(const struct agreed_cell *c, const char *json)
{
    if (c->why)
        return "";
    return json ? json : "-";
}

struct value *
checked_lines(const struct checked *c)
{
    struct value *lines = value_array();
    for (size_t i = 0; i < c->count; i++) {
        const struct agreed_cells *cells = &c->samples[i].cells;
        for (size_t k = 0; k < cells->count; k++) {
            const struct agreed_cell *cell = &cells->items[k];
            struct value *v = value_object();
            value_set_text(v, "sample", c->samples[i].label);
            value_set_text(v, "block", cell->block);
            value_set_text(v, "path", cell->path);
            value_set_text(v, "expected", shown(cell, cell->expected));
            value_set_text(v, "given", shown(cell, cell->given));
            value_set_text(v, "why", cell->why);
            value_append(lines, v);
        }
    }
    return lines;
}
