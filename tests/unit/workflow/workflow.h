/* The suites of the workflow layer, and what they share. */
#ifndef TAILOR_TEST_WORKFLOW_H
#define TAILOR_TEST_WORKFLOW_H

#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

/* Each suite adds its failures. */
extern int failed_tests;

void test_workflow_agreed(void);
void test_workflow_bare(void);
void test_workflow_branch_cases(void);
void test_workflow_breaks(void);
void test_workflow_carry(void);
void test_workflow_carry_examples(void);
void test_workflow_connector(void);
void test_workflow_curl(void);
void test_workflow_document(void);
void test_workflow_edit(void);
void test_workflow_jobs(void);
void test_workflow_material(void);
void test_workflow_preview(void);
void test_workflow_rename(void);
void test_workflow_secrets(void);
void test_workflow_selection(void);
void test_workflow_sends(void);
void test_workflow_summary(void);
void test_workflow_validate(void);
void test_workflow_warn(void);

/* The file cases/NAME as a value, owned by the caller; the test program ends
 * where it cannot be read. Ids of blocks are written short in cases ("7") and
 * come back as UUIDs. */
struct value *cases_read(const char *name);

/* The file cases/NAME as text, owned by the caller; the test program ends
 * where it cannot be read. */
char *cases_text(const char *name);

/* The file PATH under data/ as text, owned by the caller. */
char *data_read(const char *path);

/* Fills SET (not initialised) with the shipped connectors. */
void shipped_connectors(struct connector_set *set);

/* The UUID that cases write as N, static until the next call. */
const char *case_uuid(unsigned n);

/* The document of TEXT, single quotes standing for double ones and short ids
 * for UUIDs; the test program ends where it is none. */
struct document *case_document(const char *text);

/* The same as a value. */
struct value *case_value(const char *text);

#endif
