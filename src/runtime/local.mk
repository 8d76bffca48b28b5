# runtime: tailord.
noinst_LIBRARIES += libruntime.a
libruntime_a_SOURCES = \
	%D%/api.h %D%/api_common.c \
	%D%/api_connect.c %D%/api_credentials.c \
	%D%/api_install.c \
	%D%/api_integrations.c \
	%D%/api_log_list.c \
	%D%/api_logs.c \
	%D%/api_run.c \
	%D%/api_users.c \
	%D%/api_workflows.c \
	%D%/auth.c %D%/auth.h \
	%D%/command.c %D%/command.h \
	%D%/call.c %D%/call.h %D%/call_answer.c %D%/call_answer.h \
	%D%/compiled.c %D%/compiled.h \
	%D%/config.c %D%/config.h \
	%D%/control.c %D%/control.h \
	%D%/core.c %D%/core.h %D%/core_impl.h \
	%D%/core_effects.c \
	%D%/core_jobs.c \
	%D%/cors.c %D%/cors.h \
	%D%/decide.c %D%/decide.h %D%/decisions.def \
	%D%/decide_install.c %D%/decide_state.c %D%/decide_version.c \
	%D%/exec_action.c %D%/exec_api.c %D%/exec_formula.c \
	%D%/exec_if.c %D%/exec_iterate.c %D%/exec_list.c %D%/exec_map.c \
	%D%/exec_stop.c %D%/exec_trigger.c %D%/exec_variables.c \
	%D%/executor.c %D%/executor.h %D%/executor_impl.h \
	%D%/feed.c %D%/feed.h \
	%D%/handlers.h \
	%D%/install.c %D%/install.h %D%/install_activate.c \
	%D%/jwt.c %D%/jwt.h \
	%D%/live.c %D%/live.h \
	%D%/lookup.c %D%/lookup.h \
	%D%/manage.c %D%/manage.h \
	%D%/manage_documents.c %D%/manage_runs.c %D%/manage_state.c \
	%D%/oauth1.c %D%/oauth1.h \
	%D%/outbound.c %D%/outbound.h \
	%D%/outbound_guard.c \
	%D%/parsed.c %D%/parsed.h \
	%D%/receipts.c %D%/receipts.h \
	%D%/retention.c %D%/retention.h \
	%D%/route.c %D%/route.h %D%/routes.def \
	%D%/run.h %D%/run_end.c %D%/run_load.c %D%/run_scope.c %D%/run_step.c \
	%D%/runs.c %D%/runs.h \
	%D%/runtime.c %D%/runtime.h \
	%D%/secret.c %D%/secret.h \
	%D%/serve.c %D%/serve.h \
	%D%/system.c \
	%D%/trigger.c %D%/trigger.h \
	%D%/vault.c %D%/vault.h %D%/vault_command.c
RUNTIME_LIBS = libruntime.a $(WORKFLOW_LIBS) $(STORE_LIBS) $(HTTP_LIBS) \
	$(CURL_LIBS) $(JANSSON_LIBS)

bin_PROGRAMS += tailord
tailord_SOURCES = %D%/main.c
tailord_LDADD = $(RUNTIME_LIBS)

# Writes doc/tailord.8: ./man-page-tailord > ../doc/tailord.8
noinst_PROGRAMS += man-page-tailord
man_page_tailord_SOURCES = %D%/man_page.c
man_page_tailord_LDADD = $(RUNTIME_LIBS)
