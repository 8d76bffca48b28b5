# manager: the operations of the state machine, one transaction each.
noinst_LIBRARIES += libmanager.a
libmanager_a_SOURCES =
include src/manager/session/local.mk
include src/manager/catalogue/local.mk
include src/manager/draft/local.mk
include src/manager/release/local.mk
include src/manager/installation/local.mk
include src/manager/exchange/local.mk
MANAGER_LIBS = libmanager.a
