# A session on the store: roles, the dispatcher of operations, audit, names.
# Every operation begins and ends in operation.c; no record, no change.
libmanager_a_SOURCES += \
	%D%/access.c %D%/actions.def %D%/audit.c %D%/audit.h %D%/audit_names.c \
	%D%/audit_private.h %D%/audit_verify.c %D%/beginnings.c %D%/beginnings.h %D%/customer.c %D%/customer.h %D%/host_clock.c %D%/host_clock.h %D%/leftovers.c %D%/leftovers.h %D%/manager.c %D%/manager.h \
	%D%/manager_private.h %D%/names.c %D%/names.h %D%/note.c %D%/note.h %D%/operation.c \
	%D%/operation.h %D%/output.c %D%/output.h %D%/pool.c %D%/pool.h %D%/seal.c %D%/seal.h \
	%D%/seal_check.c %D%/seal_private.h %D%/seals.def %D%/sessions.c \
	%D%/sessions.h %D%/ssh_key.c %D%/ssh_key.h %D%/store.h \
	%D%/store_compare.c %D%/store_file.c %D%/reported.def %D%/reserved.def
