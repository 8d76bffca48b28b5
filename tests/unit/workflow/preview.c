/*
 * Previews: each kind of block on a sample, what is not known, many samples
 * and what differs from live. To see the suite fail: in preview/walk.c let
 * walk_unknown return NULL, or in preview/all.c drop compare_rows.
 */
#include "workflow/preview/preview.h"

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

static const char order[] =
    "{'format':1,'formulas':1,'name':'O',"
    "'trigger':{'id':'1','kind':'event','name':'New','event':'e'},"
    "'blocks':["
    "{'id':'2','kind':'math','name':'Tax','formula':'=ROUND(total*0.05,2)'},"
    "{'id':'3','kind':'filter','name':'Big','list':'items',"
    "'condition':'=@.qty>1'},"
    "{'id':'4','kind':'find','name':'First','list':'items',"
    "'condition':'=#=2'},"
    "{'id':'5','kind':'if','name':'Rich','condition':'=total>100',"
    "'then':[{'id':'6','kind':'text','name':'Yes','formula':'=\\\"y\\\"'}],"
    "'else':[{'id':'7','kind':'text','name':'No','formula':'=\\\"n\\\"'}]},"
    "{'id':'8','kind':'api','name':'Send','url':'https://x.example/a',"
    "'mapping':[{'target':'tax','source':'Tax!result'},"
    "{'target':'n','source':'items[*].sku'},"
    "{'target':'code','source':'=LOOKUP(ship,\\\"Ship\\\")',"
    "'default':'none'}]},"
    "{'id':'9','kind':'iterate','name':'Each','list':'items','blocks':["
    "{'id':'10','kind':'map','name':'Line','mapping':["
    "{'target':'sku','source':'sku','required':true},"
    "{'target':'at','source':'1'}]}]},"
    "{'id':'11','kind':'text','name':'Answer','formula':'=Send!status'}"
    "],'tables':{'Ship':{'columns':['k','v'],'rows':[['ups','U1']]}}}";

static const char body[] =
    "{'total':200.10,'ship':'ups','items':[{'sku':'a','qty':1},"
    "{'sku':'b','qty':2}]}";

/* Ids of blocks are written short in TEXT: a sample has none of them. */
static struct value *
sample(const char *input, const char *outputs)
{
    struct value *v = value_object();
    value_set(v, "input", case_value(input));
    if (outputs)
        value_set(v, "outputs", case_value(outputs));
    return v;
}

static const struct preview_block *
block(const struct preview *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->blocks[i].block->name, name) == 0)
            return &p->blocks[i];
    }
    return NULL;
}

struct fixture {
    struct document *d;
    struct previewer *p;
    struct preview out;
};

static void
begin(struct fixture *f, const char *document, const char *input,
      const char *outputs)
{
    struct error e = {0};
    struct value *v = sample(input, outputs);
    f->d = case_document(document);
    f->p = previewer_new(f->d);
    CHECK_INT(preview_run(&f->out, f->p, v, 0, &e), ERR_OK);
    CHECK_STR(e.text, "");
    value_free(v);
}

static void
end(struct fixture *f)
{
    preview_clear(&f->out);
    previewer_free(f->p);
    document_free(f->d);
}

static void
blocks_make_what_a_run_makes(void)
{
    struct fixture f;
    begin(&f, order, body, NULL);
    CHECK_STR(block(&f.out, "Tax")->made, "{\"result\":10.01}");
    CHECK_STR(block(&f.out, "Big")->made,
              "{\"result\":[{\"sku\":\"b\",\"qty\":2}]}");
    CHECK_STR(block(&f.out, "First")->made,
              "{\"result\":{\"sku\":\"b\",\"qty\":2}}");
    CHECK_STR(block(&f.out, "Rich")->made, "true");
    CHECK_STR(block(&f.out, "Yes")->made, "{\"result\":\"y\"}");
    CHECK_INT(block(&f.out, "No")->state, PREVIEW_SKIPPED);
    CHECK_INT(block(&f.out, "Send")->state, PREVIEW_SENT);
    CHECK_STR(block(&f.out, "Send")->where, "POST https://x.example/a");
    CHECK_STR(block(&f.out, "Send")->made,
              "{\"tax\":10.01,\"n\":[\"a\",\"b\"],\"code\":\"U1\"}");
    end(&f);
}

static void
loops_are_walked_per_element(void)
{
    struct fixture f;
    begin(&f, order, "{'total':1,'items':[{'sku':'a'},{'qty':3},{'sku':'c'}]}",
          NULL);
    const struct preview_block *line = block(&f.out, "Line");
    CHECK_INT(line->counts[PREVIEW_MADE], 2);
    CHECK_INT(line->counts[PREVIEW_FAILED], 1);
    CHECK_INT(line->state, PREVIEW_FAILED);
    CHECK_HAS(line->reason, "sku");
    CHECK_INT(line->report.rows[1].counts[PLAN_FILLED], 3);
    CHECK_STR(block(&f.out, "Each")->made,
              "{\"count\":3,\"done\":2,\"setAside\":1}");
    end(&f);
    begin(&f, order, "{'total':1}", NULL);
    CHECK_INT(block(&f.out, "Each")->state, PREVIEW_FAILED);
    CHECK_INT(block(&f.out, "Line")->state, PREVIEW_SKIPPED);
    end(&f);
}

static void
answers_come_from_the_sample_or_not_at_all(void)
{
    struct fixture f;
    begin(&f, order, body, NULL);
    CHECK_INT(block(&f.out, "Answer")->state, PREVIEW_UNKNOWN);
    CHECK_HAS(block(&f.out, "Answer")->reason, "Send");
    end(&f);
    begin(&f, order, body, "{'Send':{'status':201}}");
    CHECK_INT(block(&f.out, "Answer")->state, PREVIEW_MADE);
    CHECK_STR(block(&f.out, "Answer")->made, "{\"result\":201}");
    end(&f);
}

static void
rows_that_read_answers_are_told_apart(void)
{
    static const char text[] =
        "{'format':1,'formulas':1,'name':'O',"
        "'trigger':{'id':'1','kind':'event','name':'New','event':'e'},"
        "'blocks':[{'id':'2','kind':'api','name':'Ask','url':'https://x/a'},"
        "{'id':'3','kind':'api','name':'Tell','url':'https://x/b','mapping':["
        "{'target':'id','source':'Ask!body.id','required':true},"
        "{'target':'n','source':'n'}]}]}";
    struct fixture f;
    begin(&f, text, "{'n':5}", NULL);
    const struct preview_block *tell = block(&f.out, "Tell");
    CHECK_INT(tell->state, PREVIEW_UNKNOWN);
    CHECK_STR(tell->made, "{\"n\":5}");
    CHECK(tell->row_unknown[0] && !tell->row_unknown[1]);
    end(&f);
}

static void
a_stop_ends_the_walk(void)
{
    static const char text[] =
        "{'format':1,'formulas':1,'name':'O',"
        "'trigger':{'id':'1','kind':'installation','name':'New'},"
        "'blocks':[{'id':'2','kind':'stop','name':'Halt','reason':'todo'},"
        "{'id':'3','kind':'text','name':'After','formula':'=1'}]}";
    struct fixture f;
    begin(&f, text, "{}", NULL);
    CHECK_INT(block(&f.out, "After")->state, PREVIEW_SKIPPED);
    CHECK_HAS(block(&f.out, "After")->reason, "Halt");
    end(&f);
}

static void
what_is_not_right_yet_says_so(void)
{
    static const char text[] =
        "{'format':1,'formulas':1,'name':'O',"
        "'trigger':{'id':'1','kind':'event','name':'New','event':'e'},"
        "'blocks':[{'id':'2','kind':'math','name':'A','formula':'=1+'},"
        "{'id':'3','kind':'map','name':'B','mapping':["
        "{'target':'x','source':'a'},{'target':'x.y','source':'a'}]},"
        "{'id':'4','kind':'filter','name':'C','list':'n','condition':'=1'},"
        "{'id':'5','kind':'math','name':'D','formula':'=1/0'},"
        "{'id':'6','kind':'math','name':'E','formula':'=\\\"x\\\"'},"
        "{'id':'7','kind':'if','name':'F','condition':'=1'}]}";
    struct fixture f;
    begin(&f, text, "{'n':5}", NULL);
    for (size_t i = 1; i < f.out.count; i++)
        CHECK_INT(f.out.blocks[i].state, PREVIEW_FAILED);
    CHECK_HAS(block(&f.out, "B")->reason, "x");
    CHECK_HAS(block(&f.out, "D")->reason, "#DIV/0!");
    end(&f);
}

static void
many_samples_are_counted_and_compared(void)
{
    struct document *d = case_document(order);
    struct document *live = case_document(
        "{'format':1,'formulas':1,'name':'O',"
        "'trigger':{'id':'1','kind':'event','name':'New','event':'e'},"
        "'blocks':[{'id':'8','kind':'api','name':'Send',"
        "'url':'https://x.example/a','mapping':["
        "{'target':'n','source':'items[*].sku'},"
        "{'target':'code','source':'\\\"none\\\"'}]}]}");
    struct value *a = sample(body, NULL);
    struct value *b = sample("{'total':'x','items':[]}", NULL);
    const struct preview_sample samples[] = {{"a", a}, {"b", b}};
    struct previewer *p = previewer_new(d), *q = previewer_new(live);
    struct preview_totals t;
    CHECK_INT(preview_all(&t, p, q, samples, 2, 0, NULL), ERR_OK);
    const struct preview_total *tax = &t.blocks[1], *send = &t.blocks[7];
    CHECK_STR(send->block->name, "Send");
    CHECK_INT(tax->tally.good, 1);
    CHECK_INT(tax->tally.errors, 1);
    CHECK_STR(tax->tally.first_error, "b");
    CHECK_INT(send->row_tallies[0].good, 1);
    CHECK_INT(send->row_tallies[0].unknown, 1);
    CHECK_INT(send->row_tallies[0].differs, 1);
    CHECK_INT(send->row_tallies[1].differs, 0);
    CHECK_INT(send->row_tallies[2].errors, 1);
    CHECK_INT(send->row_tallies[2].differs, 2);
    CHECK_STR(send->row_tallies[2].first_differs, "a");
    CHECK_INT(t.differs, 2);
    preview_totals_clear(&t);
    previewer_free(p);
    previewer_free(q);
    document_free(d);
    document_free(live);
    value_free(a);
    value_free(b);
}

/* Sabotage: the state of clears_of() in src/workflow/preview/map.c. */
static void
what_clears_is_as_the_connector_says(void)
{
    static const char app[] =
        "{'format':1,'app':'a','name':'A','authentication':[],'clears':"
        "'emptyText','actions':{'put':{'name':'P','method':'POST','path':''}}}";
    static const char text[] =
        "{'format':1,'formulas':2,'name':'O','connectors':{'a':'%s'},"
        "'trigger':{'id':'1','kind':'event','name':'New','event':'e'},"
        "'blocks':["
        "{'id':'2','kind':'action','name':'Put','app':'a','action':'put',"
        "'mapping':[{'target':'x','source':'x','write':'clear'},"
        "{'target':'y','source':'y','write':'ifPresent'}]},"
        "{'id':'3','kind':'map','name':'Map','mapping':["
        "{'target':'x','source':'x','write':'clear'},"
        "{'target':'n','source':'n','write':'onCreate'}]}]}";
    struct connector_set set;
    struct connector *c;
    struct fixture f;
    struct error e = {0};
    struct value *v = sample("{'y':'','n':1}", NULL);
    connector_set_init(&set);
    CHECK_INT(connector_from_value(&c, case_value(app), &e), ERR_OK);
    connector_set_add(&set, c);
    char *document = mem_printf(text, connector_hash(c));
    f.d = case_document(document);
    f.p = previewer_new(f.d);
    previewer_connectors(f.p, &set);
    CHECK_INT(preview_run(&f.out, f.p, v, 0, &e), ERR_OK);
    const struct preview_block *put = block(&f.out, "Put");
    CHECK_STR(put->made, "{\"x\":\"\"}");
    CHECK_INT(put->report.rows[0].counts[PLAN_CLEARED], 1);
    CHECK_INT(put->report.rows[1].counts[PLAN_KEPT], 1);
    CHECK_STR(block(&f.out, "Map")->made, "{\"x\":null,\"n\":1}");
    value_free(v);
    end(&f);
    free(document);
    connector_set_clear(&set);
}

/* Answers come from the sample; a row without one is known only after a run,
 * element by element. Sabotage: RESOLVED_LATER in walk.c, mark_unresolved. */
static void
look_ups_are_resolved_in_the_sample(void)
{
    static const char text[] =
        "{'format':2,'formulas':2,'name':'O','trigger':{'id':'1','kind':"
        "'event','name':'New','event':'e'},'blocks':[{'id':'2','kind':'iterate'"
        ",'name':'Each','list':'lines','blocks':[{'id':'3','kind':'map','name':"
        "'Map','mapping':["
        "{'target':'id','source':'name','find':'a find by name, take id'},"
        "{'target':'ref','source':'no','reference':'item, else blank'},"
        "{'target':'n','source':'name'}]}]}]}";
    struct fixture f;
    struct error e = {0};
    struct value *v = sample("{'lines':[{'name':'A','no':1},{'name':'B','no':2},"
                             "{'name':'A','no':1}]}",
                             NULL);
    value_set(v, "lookups",
              case_value("{'a find by name, take id':{'A':7},"
                         "'reference item':{'1':'x','2':null}}"));
    f.d = case_document(text);
    f.p = previewer_new(f.d);
    CHECK_INT(preview_run(&f.out, f.p, v, 0, &e), ERR_OK);
    const struct preview_block *map = block(&f.out, "Map");
    CHECK_STR(map->made, "{\"id\":7,\"ref\":\"x\",\"n\":\"A\"}");
    CHECK_INT(map->counts[PREVIEW_MADE], 2);
    CHECK_INT(map->counts[PREVIEW_UNKNOWN], 1);
    CHECK(map->row_unknown[0] && !map->row_unknown[1] && !map->row_unknown[2]);
    CHECK_INT(f.out.asked.count, 4);
    CHECK_INT(f.out.open.count, 1);
    CHECK_STR(f.out.open.items[0].what, "a find by name, take id");
    CHECK_STR(f.out.open.items[0].key, "B");
    value_free(v);
    end(&f);
}

/* Where the schema says list, one object is one element: of the trigger, of
 * the element of a loop, of another block's answer. Without a schema, and for
 * what it does not call a list, the record fails. Sabotage: SCHEMA_ARRAY in
 * src/workflow/document/lists.c. */
static void
one_object_where_the_schema_says_list(void)
{
    static const char text[] =
        "{'format':1,'formulas':2,'name':'O','trigger':{'id':'1','kind':"
        "'event','name':'New','event':'e','schema':{'properties':{'lines':"
        "{'type':'array','items':{'type':'object','properties':{'taxes':"
        "{'type':'array'}}}},'one':{'type':'object'},'more':{'type':'array',"
        "'items':{'properties':{'taxes':{'type':'array'}}}}}}},'blocks':["
        "{'id':'2','kind':'map','name':'A','mapping':["
        "{'target':'o[*].sku','source':'lines[*].sku'},"
        "{'target':'o[*].t[*].c','source':'lines[*].taxes[*].c'}]},"
        "{'id':'3','kind':'map','name':'B','mapping':["
        "{'target':'o[*].sku','source':'one[*].sku'}]},"
        "{'id':'4','kind':'map','name':'C','mapping':["
        "{'target':'t[*].c','source':'New!lines[*].sku'}]},"
        "{'id':'5','kind':'map','name':'D','source':'$.more[0]','mapping':["
        "{'target':'t[*].c','source':'taxes[*].c'}]},"
        "{'id':'6','kind':'iterate','name':'L','list':'more','blocks':["
        "{'id':'7','kind':'map','name':'E','mapping':["
        "{'target':'t[*].c','source':'taxes[*].c'}]}]}]}";
    static const char object[] =
        "{'lines':{'sku':'A','taxes':{'c':1}},'one':{'sku':'A'},"
        "'more':[{'taxes':{'c':2}}]}";
    struct connector_set set;
    struct fixture f;
    struct error e = {0};
    struct value *v = sample(object, NULL);
    connector_set_init(&set);
    f.d = case_document(text);
    f.p = previewer_new(f.d);
    previewer_connectors(f.p, &set);
    CHECK_INT(preview_run(&f.out, f.p, v, 0, &e), ERR_OK);
    CHECK_STR(block(&f.out, "A")->made,
              "{\"o\":[{\"sku\":\"A\",\"t\":[{\"c\":1}]}]}");
    CHECK_HAS(block(&f.out, "B")->reason, "is an object, not a list");
    CHECK_STR(block(&f.out, "C")->made, "{\"t\":[{\"c\":\"A\"}]}");
    CHECK_STR(block(&f.out, "D")->made, "{\"t\":[{\"c\":2}]}");
    CHECK_STR(block(&f.out, "E")->made, "{\"t\":[{\"c\":2}]}");
    value_free(v);
    end(&f);
    connector_set_clear(&set);
}

/* Sabotage: preview_expect() in src/workflow/preview/preview.c. */
static void
what_the_schema_says_is_not_guessed(void)
{
    static const char app[] =
        "{'format':1,'app':'a','name':'A','authentication':[],'actions':{'put':"
        "{'name':'P','method':'POST','path':'','input':{'properties':{"
        "'due':{'type':'string','format':'date'},'at':{'type':'string',"
        "'format':'date-time'},'lines':{'type':'array','items':{'properties':"
        "{'rate':{'type':'number'}}}},'free':{'type':['number','string']},"
        "'memo':{'type':'string'}}}}}}";
    static const char text[] =
        "{'format':1,'formulas':2,'name':'O','connectors':{'a':'%s'},"
        "'trigger':{'id':'1','kind':'event','name':'New','event':'e'},"
        "'blocks':[{'id':'2','kind':'action','name':'Put','app':'a','action':"
        "'put','mapping':[{'target':'due','source':'d'},{'target':'at',"
        "'source':'d'},{'target':'lines[*].rate','source':'l[*].n'},"
        "{'target':'free','source':'n'},{'target':'memo','source':'d'}]}]}";
    struct connector_set set;
    struct connector *c;
    struct fixture f;
    struct error e = {0};
    struct value *v =
        sample("{'d':'03/04/2026','n':'1.234','l':[{'n':'1.234'}]}", NULL);
    connector_set_init(&set);
    CHECK_INT(connector_from_value(&c, case_value(app), &e), ERR_OK);
    connector_set_add(&set, c);
    char *document = mem_printf(text, connector_hash(c));
    f.d = case_document(document);
    f.p = previewer_new(f.d);
    previewer_connectors(f.p, &set);
    CHECK_INT(preview_run(&f.out, f.p, v, 0, &e), ERR_OK);
    const struct plan_row_report *rows = block(&f.out, "Put")->report.rows;
    static const char *const readings[] = {
        "2026-03-04 or 2026-04-03", "2026-03-04 or 2026-04-03",
        "1.234 or 1234", NULL, NULL};
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
        if (readings[i])
            CHECK_HAS(rows[i].error, readings[i]);
        else
            CHECK_INT(rows[i].counts[PLAN_FILLED], 1);
    value_free(v);
    end(&f);
    free(document);
    connector_set_clear(&set);
}

static void
a_sample_must_be_one(void)
{
    struct fixture f;
    struct error e = {0};
    struct value *v = case_value("{'a':1}");
    f.d = case_document(order);
    f.p = previewer_new(f.d);
    CHECK_INT(preview_run(&f.out, f.p, v, 0, &e), ERR_INVALID);
    CHECK_HAS(e.text, "input");
    value_free(v);
    end(&f);
}

/* The same document in the formats 1 and 2 of the formula language: its
 * texts and its rows are compiled by the format that it names. Sabotage:
 * document_language in compile_text, compile_rows or run_known_rows. */
static void
each_document_has_its_own_format(void)
{
    static const char text[] =
        "{'format':1,'formulas':%d,'name':'O',"
        "'trigger':{'id':'1','kind':'event','name':'New','event':'e'},"
        "'blocks':["
        "{'id':'2','kind':'math','name':'Big','formula':'=IF(q>0,1,0)'},"
        "{'id':'4','kind':'api','name':'Ask','url':'https://x.example/a'},"
        "{'id':'3','kind':'map','name':'Row','mapping':["
        "{'target':'big','source':'=q>0'},{'target':'t','source':'TRUE'}]},"
        "{'id':'5','kind':'map','name':'Known','mapping':["
        "{'target':'a','source':'Ask!status'},"
        "{'target':'t','source':'=q>0'}]}]}";
    static const char *const math[] = {"{\"result\":1}", "{\"result\":0}"};
    static const char *const rows[] = {"{\"big\":true,\"t\":7}",
                                       "{\"big\":false,\"t\":true}"};
    static const char *const known[] = {"true", "false"};
    for (int i = 0; i < 2; i++) {
        struct fixture f;
        char *document = mem_printf(text, i + 1);
        begin(&f, document, "{'q':'0','TRUE':7}", NULL);
        CHECK_INT(document_language(f.d), i + 1);
        CHECK_STR(block(&f.out, "Big")->made, math[i]);
        CHECK_STR(block(&f.out, "Row")->made, rows[i]);
        CHECK_STR(block(&f.out, "Known")->report.rows[1].value, known[i]);
        end(&f);
        free(document);
    }
}

void
test_workflow_preview(void)
{
    static const struct test tests[] = {
        {"blocks make what a run makes", blocks_make_what_a_run_makes},
        {"loops are walked per element", loops_are_walked_per_element},
        {"answers come from the sample",
         answers_come_from_the_sample_or_not_at_all},
        {"rows that read answers", rows_that_read_answers_are_told_apart},
        {"a stop ends the walk", a_stop_ends_the_walk},
        {"what is not right yet says so", what_is_not_right_yet_says_so},
        {"many samples are counted", many_samples_are_counted_and_compared},
        {"what clears is as the connector says",
         what_clears_is_as_the_connector_says},
        {"what the schema says is not guessed",
         what_the_schema_says_is_not_guessed},
        {"one object where the schema says list",
         one_object_where_the_schema_says_list},
    {"look-ups are resolved in the sample",
     look_ups_are_resolved_in_the_sample},
        {"a sample must be one", a_sample_must_be_one},
        {"each document has its own format", each_document_has_its_own_format},
        {NULL, NULL}};
    test_run("preview", tests);
    failed_tests += test_result();
}
