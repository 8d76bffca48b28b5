/* The migrations of tailord's store, one SQL text a version. */
#ifndef TAILOR_STORE_RUNTIME_SCHEMA_H
#define TAILOR_STORE_RUNTIME_SCHEMA_H

/* Version 0 to 1: everything. Times are milliseconds since 1970 in UTC; `n`
 * joins rows inside the store, `id` (24 hexadecimal digits) is what others
 * see; environments and states are the numbers of runtime.h. */
extern const char runtime_schema_1[];
extern const char runtime_schema_2[];
extern const char runtime_schema_3[];
extern const char runtime_schema_4[];

/* The running hash of the feed (runtime/installed/feed.h). */
extern const char runtime_schema_feed_hash[];

/* The credentials that startInstallation chose. */
extern const char runtime_schema_chosen[];

/* The environment of every run. */
extern const char runtime_schema_run_environment[];

/* The workflow of every run, and how many runs each workflow has. */
extern const char runtime_schema_run_workflow[];

/* A table of its own for long inputs of runs. */
extern const char runtime_schema_run_input[];

/* An index of the runs that set elements aside. */
extern const char runtime_schema_set_aside[];

/* The environment of everything installed. */
extern const char runtime_schema_installed_environment[];

/* The runs that tailord was killed with. */
extern const char runtime_schema_crashes[];

/* The calls of which an attempt may have taken effect. */
extern const char runtime_schema_doubt[];

/* Decisions about many runs that are done in parts. */
extern const char runtime_schema_sweeps[];

/* What restores have brought back or lost. */
extern const char runtime_schema_taken[];

/* How often each run was parked. */
extern const char runtime_schema_parked_times[];

/* Which lanes wait for a turn. */
extern const char runtime_schema_lane_in_turn[];

/* For which account each call went out. */
extern const char runtime_schema_step_account[];

/* The runs that one event began, and how the keys of their calls are made. */
extern const char runtime_schema_roots[];

#endif
