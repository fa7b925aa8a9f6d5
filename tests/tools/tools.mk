# Targets for who works on fairlead; none is needed to build it.

.PHONY: format format-check tidy asan tsan coverage man dist

# The lines changed since $(SINCE), as .clang-format says: never the whole tree
SINCE ?= HEAD
format:
	@tests/tools/deps.sh clang-format
	@git clang-format --extensions c,h $(SINCE)

format-check:
	@tests/tools/deps.sh clang-format
	@tests/tools/format.sh $(SINCE)

# clang-tidy, a file at a time and only those that changed since it was content
TIDY := $(SRC:core/%.c=$(B)/tidy/%.ok)
tidy: $(TIDY)
	@echo "$(words $(TIDY)) passed, 0 failed"

$(B)/tidy/core/script/embedded.ok: $(B)/gen/embedded.inc
$(B)/tidy/%.ok: core/%.c .clang-tidy
	@mkdir -p $(@D)
	@if command -v clang-tidy >/dev/null; then \
		echo "  TIDY  $<"; \
		clang-tidy --quiet --warnings-as-errors='*' $< -- $(filter-out \
			-Werror,$(ALL_CFLAGS)) $(if $(LLHTTP_INC),-I$(LLHTTP_INC)) \
			2>$@.err || { grep -v ' warnings generated' $@.err; exit 1; }; \
	else echo "tidy: no clang-tidy here, skipped"; fi
	@rm -f $@.err && touch $@

# Everything once more under ASan and UBSan; under TSan what has threads
asan:
	@$(MAKE) --no-print-directory SAN=1 check

TSAN_TESTS ?= $(addprefix build/tsan/tests/,$(patsubst tests/unit/%.c,%,$(wildcard \
	$(addprefix tests/unit/,store/*.c loop/*.c net/*.c rooftop/*.c app/*.c))))
tsan:
	@$(MAKE) --no-print-directory SAN=thread $(TSAN_TESTS)
	@TSAN_OPTIONS=halt_on_error=1 \
		tests/tools/unit.sh $(TSAN_TESTS)

# Lines that the unit tests, the tests beside cards and the daemon tests reach
coverage:
	-@FL_SCALE=$${FL_SCALE:-10} $(MAKE) --no-print-directory -k B=build/coverage OPT=-O0 \
		CFLAGS="-g --coverage" LDFLAGS=--coverage unit script daemon
	@tests/tools/coverage.sh build/coverage

# The pages as they are read, in build/man
man: $(PAGES)
	@mkdir -p build/man
	@for page in $(PAGES); do MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -l \
		$$page >build/man/$$(basename $$page).txt || exit 1; done
	@ls build/man/*.txt

# The sources of HEAD; the same commit gives the same bytes
DIST := fairlead-$(VERSION)
dist:
	@mkdir -p build
	@git diff --quiet HEAD || { echo "dist: commit first: what is not in git is not in it" >&2; exit 1; }
	@git archive --format=tar --prefix=$(DIST)/ HEAD | gzip -n9 >build/$(DIST).tar.gz
	@cd build && sha256sum $(DIST).tar.gz
