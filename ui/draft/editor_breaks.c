/* What an edit of blocks would break, told before it is made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/draft/editor_private.h"
#include "workflow/validate/breaks.h"

enum { TOLD_MOST = 3 };

/* Appends the first of LIST, without what to do about them. */
static void
add_words(const struct problem_list *list, struct buf *out)
{
    for (size_t i = 0; i < list->count && i < TOLD_MOST; i++) {
        char *sentence = problem_sentence(&list->items[i]);
        char *remedy = strstr(sentence, " (");
        if (remedy)
            *remedy = '\0';
        buf_addf(out, "%s%.150s", i ? "; " : "", sentence);
        free(sentence);
    }
    if (list->count > TOLD_MOST)
        buf_addf(out, "; and %zu more", list->count - TOLD_MOST);
}

size_t
editor_breaks_words(const struct editor *s, const struct foreseen *edit,
                    struct buf *out)
{
    struct problem_list list;
    struct document *to = NULL;
    problem_list_init(&list);
    if (document_patch(&to, draft_view_document(&s->draft), edit->patch, NULL,
                       NULL) == ERR_OK)
        breaks_of_edit(&(struct edit_made){edit->from, to, edit->origins,
                                           draft_view_connectors(&s->draft)},
                       &list);
    size_t n = list.count;
    add_words(&list, out);
    document_free(to);
    problem_list_clear(&list);
    return n;
}

bool
editor_breaks_question(const struct editor *s, const struct foreseen *edit,
                       struct question *q)
{
    struct buf words;
    buf_init(&words, 2000);
    size_t n = editor_breaks_words(s, edit, &words);
    snprintf(q->detail, sizeof q->detail, "%zu place%s: %s", n,
             n == 1 ? " breaks or changes" : "s break or change",
             buf_str(&words));
    buf_clear(&words);
    return n > 0;
}
