/* A draft of the next base version, which is for all customers. */
#include <stdio.h>

#include "manager/draft/draft.h"
#include "ui/screen/asked.h"
#include "ui/screen/screens.h"

void
screen_base_draft(struct app *app, const char *workflow, struct error *e)
{
    struct console *c = app_owner(app);
    struct error open = {.code = ERR_OK};
    char id[IDENT_SIZE];
    enum err err =
        manager_draft_new(c->manager, workflow, DRAFT_ASK, id, &open);
    if (err == ERR_OK) {
        screen_open(app, &editor_screen, id, NULL);
    } else if (err == ERR_CHOICE) { /* that one is gone on with */
        screen_open(app, &drafts_screen, NULL);
        app_say_error(app, MESSAGE_INFO, &open);
    } else {
        *e = open;
    }
}

void
screen_ask_base_draft(struct manager *m, const char *workflow, const char *name,
                      struct question *q)
{
    struct base_reach reach;
    struct error e = {.code = ERR_OK};
    if (manager_base_reach(m, workflow, &reach, &e) != ERR_OK) {
        app_tell(&e, q->refusal, sizeof q->refusal);
        return;
    }
    question_about(q, name, "", "");
    snprintf(q->text, sizeof q->text,
             "Make a draft of base v%lld of " QUESTION_WHAT ", for all "
             "customers?",
             (long long)reach.next);
    snprintf(q->detail, sizeof q->detail,
             "%lld customer%s this workflow, %lld of them a base version. They "
             "stay on their versions until they are upgraded; new customers "
             "get it once it is released.",
             (long long)reach.customers,
             reach.customers == 1 ? " runs" : "s run",
             (long long)reach.on_base);
    snprintf(q->yes, sizeof q->yes, "Make base draft");
}
