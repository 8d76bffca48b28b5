# manager: the operations of the state machine, one transaction each.
noinst_LIBRARIES += libmanager.a
libmanager_a_SOURCES = \
	%D%/actions.def %D%/audit.h %D%/manager.h %D%/manager_catalogue.h \
	%D%/manager_draft.h %D%/manager_installation.h %D%/manager_store.h \
	%D%/manager_version.h %D%/names.h %D%/operation.h \
	%D%/pool.c %D%/pool.h \
	%D%/facts.c %D%/facts.def %D%/facts.h %D%/outcomes.def \
	%D%/manager_exchange.h %D%/manager_release.h %D%/manager_runtime.h
MANAGER_LIBS = libmanager.a
