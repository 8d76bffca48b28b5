/* Writes doc/blocks.md, the page of the block kinds, from their table. */
#include <stdio.h>
#include <string.h>

#include "workflow/document/kinds.h"

static void
write_fields(const struct kind *k)
{
    puts("| field | type | required | default | |");
    puts("|---|---|---|---|---|");
    for (const struct kind_field *f = k->fields; f->name; f++) {
        printf("| `%s` | %s%s | %s | %s%s%s | ", f->name,
               field_type_word(f->type),
               f->flags & FIELD_ASKABLE ? ", may be asked" : "",
               f->flags & FIELD_REQUIRED ? "yes" : "", f->fallback ? "`" : "",
               f->fallback ? f->fallback : "", f->fallback ? "`" : "");
        for (const char *p = f->help; *p; p++)
            if (*p == '|')
                fputs(" or ", stdout);
            else
                putchar(*p);
        puts(" |");
    }
}

int
main(void)
{
    puts("# Blocks\n\n"
         "This page is made from `src/workflow/document/kinds.def` by "
         "`blocks-page`; do not edit it. How blocks stand\nin a document, "
         "and what the types "
         "of fields mean, is described in `workflow-document.md`.");
    for (int i = 0; i < KIND_COUNT; i++) {
        const struct kind *k = kind_get((enum kind_id)i);
        printf("\n## `%s`: %s\n\n%s Role: %s.%s\n", k->name, k->title, k->help,
               kind_role_word(k->role),
               k->runs ? "" : " This version's runtime does not run it yet.");
        if (k->output)
            printf("Its output, what `Name!` refers to: %s.\n", k->output);
        puts("");
        write_fields(k);
    }
    return 0;
}
