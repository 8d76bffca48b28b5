# end-to-end suites: the real programs, real TLS, real terminals.
EXTRA_DIST += %D%/harness.py %D%/standin.py
TEST_SUITES += tests/e2e/standin.py
EXTRA_DIST += %D%/pty_screen.py %D%/ui_term.py
TEST_SUITES += tests/e2e/ui_term.py
EXTRA_DIST += %D%/canvas.py
TEST_SUITES += tests/e2e/canvas.py
EXTRA_DIST += %D%/console_cron.py %D%/console_curl.py
TEST_SUITES += tests/e2e/console_cron.py tests/e2e/console_curl.py
EXTRA_DIST += %D%/bad.py %D%/bad_input.py %D%/bad_store.py
TEST_SUITES += tests/e2e/bad_input.py tests/e2e/bad_store.py
EXTRA_DIST += %D%/daemon.py %D%/http_raw.py %D%/http_routes.py
TEST_SUITES += tests/e2e/http_raw.py tests/e2e/http_routes.py
EXTRA_DIST += %D%/embedded.py %D%/embedded_api.py %D%/embedded_logs.py %D%/embedded_users.py
TEST_SUITES += tests/e2e/embedded_api.py tests/e2e/embedded_logs.py \
	tests/e2e/embedded_users.py
EXTRA_DIST += %D%/further.py
TEST_SUITES += tests/e2e/further.py
EXTRA_DIST += %D%/mixed_ids.py
TEST_SUITES += tests/e2e/mixed_ids.py
EXTRA_DIST += %D%/api_fuzz.py
TEST_SUITES += tests/e2e/api_fuzz.py
EXTRA_DIST += %D%/alloy_node.cjs %D%/alloy_node.py
TEST_SUITES += tests/e2e/alloy_node.py
EXTRA_DIST += %D%/small.py %D%/sync.py
TEST_SUITES += tests/e2e/sync.py
EXTRA_DIST += %D%/removed.py
TEST_SUITES += tests/e2e/removed.py
EXTRA_DIST += %D%/samples.py
TEST_SUITES += tests/e2e/samples.py
EXTRA_DIST += %D%/slow_answers.py
TEST_SUITES += tests/e2e/slow_answers.py
EXTRA_DIST += %D%/programs.py
TEST_SUITES += tests/e2e/programs.py
EXTRA_DIST += %D%/restore.py %D%/restore_base.py %D%/restore_ids.py %D%/restore_store.py \
	%D%/restored.py
TEST_SUITES += tests/e2e/restore.py tests/e2e/restore_base.py \
	tests/e2e/restore_ids.py tests/e2e/restore_store.py
EXTRA_DIST += %D%/runtime.py
TEST_SUITES += tests/e2e/runtime.py
EXTRA_DIST += %D%/stop.py
TEST_SUITES += tests/e2e/stop.py
EXTRA_DIST += %D%/demo.sh
TEST_SUITES += tests/e2e/demo.sh
EXTRA_DIST += %D%/job_a.py
TEST_SUITES += tests/e2e/job_a.py
EXTRA_DIST += %D%/ssh.py %D%/small_store.py
TEST_SUITES += tests/e2e/ssh.py
EXTRA_DIST += %D%/job_b.py %D%/order_sync.py
TEST_SUITES += tests/e2e/job_b.py
EXTRA_DIST += %D%/health.py %D%/start.py
TEST_SUITES += tests/e2e/start.py tests/e2e/health.py
EXTRA_DIST += %D%/impostor.py %D%/runtime_hostile.py %D%/runtime_trust.py %D%/trust.py
TEST_SUITES += tests/e2e/runtime_hostile.py tests/e2e/runtime_trust.py
EXTRA_DIST += %D%/canary.py
TEST_SUITES += tests/e2e/canary.py
EXTRA_DIST += %D%/audit.py
TEST_SUITES += tests/e2e/audit.py
EXTRA_DIST += %D%/kill.py
TEST_SUITES += tests/e2e/kill.py
EXTRA_DIST += %D%/sessions.py
TEST_SUITES += tests/e2e/sessions.py
EXTRA_DIST += %D%/full_disk.py
TEST_SUITES += tests/e2e/full_disk.py
EXTRA_DIST += %D%/cli.py %D%/cli_cases.py %D%/cli_completion.py %D%/cli_null.py \
	%D%/cli_release.py %D%/cli_rows.py %D%/cli_session.py
TEST_SUITES += tests/e2e/cli.py tests/e2e/cli_completion.py tests/e2e/cli_null.py \
	tests/e2e/cli_release.py tests/e2e/cli_rows.py tests/e2e/cli_session.py
EXTRA_DIST += %D%/confirmed.py
TEST_SUITES += tests/e2e/confirmed.py
EXTRA_DIST += %D%/console_job_a.py %D%/console_job_b.py %D%/console_releases.py %D%/console_runs.py \
	%D%/tmux_console.py
TEST_SUITES += tests/e2e/console_job_a.py tests/e2e/console_job_b.py \
	tests/e2e/console_runs.py tests/e2e/console_releases.py
EXTRA_DIST += %D%/customers.py
TEST_SUITES += tests/e2e/customers.py
EXTRA_DIST += %D%/outside.py %D%/runs.py
TEST_SUITES += tests/e2e/runs.py
EXTRA_DIST += %D%/memory.py
TEST_SUITES += tests/e2e/memory.py
EXTRA_DIST += %D%/fetch.py
TEST_SUITES += tests/e2e/fetch.py
EXTRA_DIST += %D%/replaced.py
TEST_SUITES += tests/e2e/replaced.py
EXTRA_DIST += %D%/expected.py
TEST_SUITES += tests/e2e/expected.py
EXTRA_DIST += %D%/xterm.cjs %D%/xterm.py
TEST_SUITES += tests/e2e/xterm.py
