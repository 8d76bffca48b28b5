# What goes to runtimes and comes back: outbox, facts, receipts, the copy.
# No network here; ../../remote carries it.
libmanager_a_SOURCES += \
	%D%/apply_facts.c %D%/apply_receipts.c %D%/apply_state.c \
	%D%/clash.c %D%/copy.c %D%/copy.h \
	%D%/copy_move.c %D%/due.c %D%/exchange.c %D%/exchange.h %D%/facts.c \
	%D%/facts.def %D%/facts.h %D%/import.c %D%/lost.c %D%/lost.h %D%/missing.c %D%/missing.h \
	%D%/outbox.c %D%/outbox.h %D%/outcomes.def \
	%D%/removed.c %D%/removed.h \
	%D%/runtime.c %D%/runtime.h %D%/runtime_url.c \
	%D%/restored.c %D%/restored.h \
	%D%/undone.c %D%/undone.def %D%/undone.h %D%/versions.c %D%/versions.h \
	%D%/versions_private.h
