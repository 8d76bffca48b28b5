# manager: the operations of the state machine, one transaction each.
noinst_LIBRARIES += libmanager.a
libmanager_a_SOURCES = \
	%D%/actions.def %D%/manager.c %D%/manager.h %D%/manager_internal.h \
	%D%/operation.c %D%/operation.h %D%/names.c %D%/names.h \
	%D%/pool.c %D%/pool.h \
	%D%/previewing.c %D%/previewing.h \
	%D%/audit.c %D%/audit.h %D%/audit_internal.h %D%/audit_verify.c \
	%D%/access.c %D%/store_file.c %D%/manager_store.h \
	%D%/catalogue.c %D%/catalogue.h %D%/manager_catalogue.h \
	%D%/integration_add.c %D%/manager_connector.c \
	%D%/manager_sample.c %D%/manager_sample.h %D%/sample.h \
	%D%/manager_draft.c %D%/manager_draft.h %D%/draft.h %D%/draft_edit.c \
	%D%/manager_installation.c %D%/manager_installation.h \
	%D%/installation_filter.c %D%/installation_list.c \
	%D%/installation_query.h %D%/installation_rows.h \
	%D%/manager_version.c %D%/manager_version.h %D%/version_rows.h \
	%D%/apply_facts.c %D%/apply_receipts.c \
	%D%/copy.c %D%/copy.h %D%/copy_move.c \
	%D%/manager_exchange.c %D%/manager_pointer.c %D%/manager_publish.c \
	%D%/manager_release.c %D%/manager_request.c %D%/manager_request_runs.c %D%/manager_runtime.c \
	%D%/manager_upgrade.c %D%/outbox.c %D%/outbox.h \
	%D%/release.h %D%/release_load.c %D%/release_plan.c \
	%D%/release_queue.c %D%/editing.c %D%/editing.h \
	%D%/facts.c %D%/facts.def %D%/facts.h %D%/outcomes.def \
	%D%/manager_exchange.h %D%/manager_release.h %D%/manager_runtime.h
MANAGER_LIBS = libmanager.a
