/* tailord's store: the schema object. */
#include "store/runtime.h"

#include "store/runtime_schema.h"
#include "store/runtime_sql.h"

static const struct db_statement statements[] = {
#define S(name, sql) {#name, sql, NULL},
#define R(name, row, sql) {#name, sql, &rs_##row##_type},
#include "store/runtime_statements.def"
#undef S
#undef R
};

static const char *const migrations[] = {
    runtime_schema_1, runtime_schema_2,         runtime_schema_3,
    runtime_schema_4, runtime_schema_feed_hash, runtime_schema_chosen,
    runtime_schema_run_environment, runtime_schema_run_workflow,
    runtime_schema_run_input, runtime_schema_set_aside,
    runtime_schema_installed_environment, runtime_schema_crashes,
    runtime_schema_doubt, runtime_schema_sweeps,
    runtime_schema_taken, runtime_schema_parked_times,
    runtime_schema_lane_in_turn, runtime_schema_step_account,
    runtime_schema_roots};

const struct db_schema runtime_schema = {
    .what = "runtime store",
    .application_id = 0x746c7264, /* "tlrd" */
    .version = sizeof migrations / sizeof *migrations,
    .migrations = migrations,
    .statements = statements,
    .statement_count = RUNTIME_STATEMENT_COUNT,
    .meta_get = RS_META_GET,
    .meta_set = RS_META_SET,
};
