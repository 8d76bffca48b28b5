# standin: tailor-standin, a test part: NetSuite and the ISV's API.
noinst_LIBRARIES += liborders.a
liborders_a_SOURCES = %D%/orders.c %D%/orders.h
bin_PROGRAMS += tailor-standin
tailor_standin_SOURCES = %D%/authenticate.c %D%/inspect.c %D%/isv.c \
	%D%/main.c %D%/netsuite.c %D%/standin.c %D%/standin.h
tailor_standin_LDADD = liborders.a libruntime.a $(HTTP_LIBS)
