# Helper programs: how a session starts and asks one (tailor-fetch,
# tailor-sheet), and the frames between both.
noinst_LIBRARIES += libhelper.a
libhelper_a_SOURCES = \
	%D%/frame.c %D%/frame.h %D%/helper.c %D%/helper.h %D%/start.h
