# sabotage: proofs that the tests of safety properties can fail. Each row of
# rows.txt takes one line of the product away and names the test that notices.
EXTRA_DIST += %D%/run.py %D%/rows.py %D%/rows.txt

# At night: about five seconds a row. SABOTAGE holds arguments of run.py, for
# example a word, "--since COMMIT" or "--from 40".
sabotage:
	@TOP_SRCDIR='$(abs_top_srcdir)' TOP_BUILDDIR='$(abs_top_builddir)' \
	  $(abs_top_srcdir)/tests/sabotage/run.py $(SABOTAGE)

.PHONY: sabotage
