# Decisions: what becomes of a request for a release, a pause, a withdrawal.
# One row of decisions.def a kind; each answer is a receipt, kept for ever.
libruntime_a_SOURCES += \
	%D%/decide.c %D%/decide.h %D%/decisions.def %D%/install.c \
	%D%/receipts.c %D%/receipts.h %D%/state.c %D%/version.c
