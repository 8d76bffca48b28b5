/* The inside of a sample tree, for its own files. */
#ifndef TAILOR_UI_DRAFT_SAMPLE_TREE_PRIVATE_H
#define TAILOR_UI_DRAFT_SAMPLE_TREE_PRIVATE_H

#include "ui/draft/sample_tree.h"
#include "value/tape.h"

enum { TREE_PATH_MOST = 4096 };

/* A text that was added. */
struct tree_root {
    char *prefix, *text;
    struct tape tape; /* of TEXT */
};

/* A line: one value of a text. Lines stand in the order of the text, each
 * before what is in it. */
struct tree_line {
    uint32_t value;  /* node of the tape; the one before it is the name */
    uint32_t parent; /* line, or NONE */
    uint32_t end;    /* the line after all that is in this one */
    uint32_t place;  /* among those of its parent, from 0 */
    uint16_t root, depth;
    bool named;  /* a member of an object */
    bool folded; /* what is in it is not shown */
    bool hit;    /* the filter found it, or something in it */
};

struct sample_tree {
    struct tree_root **roots;
    size_t root_count;
    struct tree_line *lines;
    size_t count, capacity;
    uint32_t *shown; /* lines, ascending */
    size_t shown_count;
    bool stale; /* SHOWN must be made again */
    bool filtered;
    uint32_t found; /* the first line that fits the filter */
    int indent, indent_most;
};

/* The node of the tape that LINE is; appends its name as paths write it, and
 * its text of MOST bytes where it is neither list nor object. */
const struct tape_node *tree_node(const struct sample_tree *t, uint32_t line);
void tree_add_name(const struct sample_tree *t, uint32_t line, struct buf *out);
void tree_add_scalar(const struct sample_tree *t, uint32_t line, size_t most,
                     struct buf *out);

#endif
