# fairlead: make run - builds and runs a demo rooftop; make check - all tests;
# make bench, make bench-quick - speed against floors, figures in one table.
# Knobs: SAN=1 (ASan and UBSan), SAN=thread (TSan), WERROR=1, CC=clang, prefix=,
# DESTDIR=, FL_SCALE=. What developers' tools do stands in tests/tools/tools.mk.
VERSION := $(shell cat VERSION)
SHELL := /bin/bash
# V=1 shows every command
run = $(if $(V),,@echo "  $(1)  $@" && )
prefix ?= /usr/local
B ?= build/$(if $(SAN),$(if $(filter thread,$(SAN)),tsan,san))$(if $(filter clang%,$(CC)),clang,)$(if $(SAN)$(filter clang%,$(CC)),,release)

PKGS := lua5.4 sqlite3 libuv expat libsodium
# llhttp: pkg-config, else the sources a distribution package installs
LLHTTP_PC := $(shell pkg-config --exists libllhttp 2>/dev/null && echo yes)
LLHTTP_DIR ?= $(firstword $(wildcard /usr/share/llhttp build/llhttp/usr/share/llhttp))
LLHTTP_INC ?= $(firstword $(wildcard /usr/share/include/llhttp build/llhttp/usr/share/include/llhttp))
ifeq ($(LLHTTP_PC),yes)
PKGS += libllhttp
LLHTTP_OBJ :=
else
LLHTTP_OBJ := $(addprefix $(B)/llhttp/,api.o http.o llhttp.o)
endif

OPT ?= $(if $(SAN),-O2,-O3)
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
CFLAGS ?= -g
comma := ,
SANITIZE := -fsanitize=$(if $(filter thread,$(SAN)),thread,$(if \
	$(FUZZ),fuzzer-no-link$(comma))address$(comma)undefined)
SAN_FLAGS := $(if $(SAN),$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE $(OPT) $(CFLAGS) $(WARN) $(if $(WERROR),-Werror) \
	-fvisibility=hidden -fPIC -pthread -Iinclude -Icore -I$(B)/gen \
	-DFL_VERSION='"$(VERSION)"' $(SAN_FLAGS) \
	$(shell pkg-config --cflags $(PKGS))
LIBS = $(LDFLAGS) $(if $(SAN),$(SANITIZE)) $(shell pkg-config --libs $(PKGS)) -lm -pthread

SRC := $(wildcard core/*/*.c)
OBJ := $(SRC:core/%.c=$(B)/core/%.o)
# the library holds all but the program's own floors
LIB_OBJ := $(filter-out $(B)/core/loop/% $(B)/core/net/% $(B)/core/api/% $(B)/core/app/%,$(OBJ))
APP_OBJ := $(filter-out $(LIB_OBJ),$(OBJ))
PRELUDE := $(wildcard scripts/prelude/*.lua)
UNIT_SRC := $(wildcard tests/unit/*/test_*.c)
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/%) \
	$(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/crash/test_*.c))

SO := libfairlead.so.$(word 1,$(subst ., ,$(VERSION)))
STATIC := $(B)/lib/libfairlead.a
SHARED := $(B)/lib/libfairlead.so.$(VERSION)

.PHONY: all deps run check bench bench-quick bench-deps unit unit-bins torture floors lint api api-check symbols embed script manual daemon fuzz fuzz-run install clean valgrind installed
all: deps $(B)/fairlead $(STATIC) $(SHARED)

deps:
	@tests/tools/deps.sh $(if $(filter check lint,$(MAKECMDGOALS)),lint)

$(B)/core/%.o: core/%.c
	@mkdir -p $(@D)
	$(call run,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(B)/core/net/%.o: ALL_CFLAGS += $(if $(LLHTTP_INC),-I$(LLHTTP_INC))

$(B)/llhttp/%.o: $(LLHTTP_DIR)/%.c
	@mkdir -p $(@D)
	$(call run,CC)$(CC) -O2 -fPIC -w -DLLHTTP_STRICT_MODE=1 -I$(LLHTTP_INC) -c $< -o $@

# Files embedded in the binary: prelude, standard pack, what init writes
EMBED := $(PRELUDE) $(shell find scripts/editor scripts/init scripts/meta scripts/packs -type f | LC_ALL=C sort)
$(B)/gen/embedded.inc: tests/tools/embed.sh $(EMBED)
	@mkdir -p $(@D)
	$(call run,GEN)tests/tools/embed.sh $(EMBED) > $@
$(B)/core/script/embedded.o: $(B)/gen/embedded.inc

$(B)/libfairlead.a: $(LIB_OBJ)
	$(call run,AR)rm -f $@ && ar rcs $@ $^

$(B)/fairlead: $(APP_OBJ) $(B)/libfairlead.a $(LLHTTP_OBJ)
	$(call run,LD)$(CC) -o $@ $(APP_OBJ) $(LLHTTP_OBJ) $(B)/libfairlead.a $(LIBS)

# What is installed: both export fl_* alone
$(STATIC): $(LIB_OBJ)
	@mkdir -p $(@D)
	$(if $(V),,@)ld -r -o $(B)/lib/fairlead.o $^
	$(if $(V),,@)objcopy --localize-hidden $(B)/lib/fairlead.o
	$(call run,AR)rm -f $@ && ar rcs $@ $(B)/lib/fairlead.o

$(SHARED): $(LIB_OBJ)
	@mkdir -p $(@D)
	$(call run,LD)$(CC) -shared -Wl,-soname,$(SO) -o $@ $^ $(LIBS)
	$(if $(V),,@)ln -sf $(@F) $(@D)/$(SO)
	$(if $(V),,@)ln -sf $(@F) $(@D)/libfairlead.so

# of every run: prefix may differ; the library holds no loop
.PHONY: $(B)/lib/fairlead.pc
$(B)/lib/fairlead.pc: include/fairlead.pc.in VERSION
	@mkdir -p $(@D)
	$(if $(V),,@)sed 's|@prefix@|$(prefix)|; s|@version@|$(VERSION)|; s|@packages@|$(filter-out libuv libllhttp,$(PKGS))|' $< > $@

# Unit tests link what they need from one archive of everything but main
$(B)/liball.a: $(filter-out $(B)/core/app/main.o,$(OBJ)) $(LLHTTP_OBJ)
	$(call run,AR)rm -f $@ && ar rcs $@ $^

# and tests/unit/fault.c stands before their allocator
FAULTS := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
$(B)/tests/fault.o: tests/unit/fault.c tests/unit/fault.h
	@mkdir -p $(@D)
	$(call run,CC)$(CC) $(ALL_CFLAGS) -Itests/unit -c $< -o $@

$(B)/tests/%: tests/unit/%.c $(B)/tests/fault.o $(B)/liball.a
	@mkdir -p $(@D)
	$(call run,LD)$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP $< -o $@ $(B)/tests/fault.o $(B)/liball.a $(FAULTS) $(LIBS) -lcmocka

# crash tests stand on a SQLite VFS of their own, or on a dealership's history
CRASH := tests/crash/vfs_power.c tests/crash/history.c
$(B)/tests/crash/%: tests/crash/%.c $(CRASH) $(CRASH:.c=.h) $(B)/tests/fault.o $(B)/liball.a
	@mkdir -p $(@D)
	$(call run,LD)$(CC) $(ALL_CFLAGS) -Itests/unit -Itests/crash -MMD -MP -MF $@.d $< $(CRASH) -o $@ $(B)/tests/fault.o $(B)/liball.a $(FAULTS) $(LIBS) -lcmocka

# Benches share what is no program of its own
BENCH_SHARED := $(addprefix $(B)/bench/,bench.o day.o rig.o totals.o)
BENCH_BIN := $(addprefix $(B)/bench/,gen check floor_rows floor_net floor_next guards load turns rules json timers plan backtest)
.SECONDARY: $(BENCH_SHARED)
BENCH_LIBS = $(shell pkg-config --exists libcjson 2>/dev/null && echo -lcjson)

$(B)/bench/%.o: tests/bench/%.c
	@mkdir -p $(@D)
	$(call run,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(B)/bench/%: tests/bench/%.c $(BENCH_SHARED) $(B)/liball.a
	@mkdir -p $(@D)
	$(call run,LD)$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $< -o $@ $(BENCH_SHARED) $(B)/liball.a $(LIBS) $(BENCH_LIBS)

$(B)/bench/syncs.so: tests/bench/syncs.c
	@mkdir -p $(@D)
	$(call run,LD)$(CC) $(ALL_CFLAGS) -fvisibility=default -shared $< -o $@ -ldl

# peers that only the bench meets
bench-deps:
	@tests/tools/deps.sh bench
$(B)/bench/json: | bench-deps

bench bench-quick: $(BENCH_BIN) $(B)/bench/syncs.so $(B)/fairlead
	@tests/bench/run.sh $(B)/bench $(B)/fairlead $(if $(filter bench-quick,$@),quick)

unit-bins: $(UNIT_BIN)
unit: $(UNIT_BIN)
	@tests/tools/unit.sh $(UNIT_BIN)

# The unit tests once more, for memory that is lost or read unset
MEMCHECK := valgrind -q --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite,indirect
valgrind: $(filter-out $(B)/tests/crash/%,$(UNIT_BIN))
	@tests/tools/deps.sh valgrind
	@FL_RUN="$(MEMCHECK)" FL_TIMEOUT=1800 tests/tools/unit.sh $^

# The full forms of the crash tests: 10,000 kills; about an hour on two cores
torture: $(filter $(B)/tests/crash/%,$(UNIT_BIN))
	@FL_SCALE=1 FL_TORTURE=1 FL_TIMEOUT=7200 tests/tools/unit.sh $^

# What the program says of its commands goes into their page
$(B)/man/fairlead.1: man/fairlead.1.in tests/tools/manpage.sh $(B)/fairlead
	@mkdir -p $(@D)
	$(call run,MAN)tests/tools/manpage.sh $(B)/fairlead $< >$@
PAGES := $(B)/man/fairlead.1 man/libfairlead.3 man/fairlead-rules.7

include tests/tools/tools.mk

# What rule files can say, out of the program, against what editors are told
$(B)/tools/api: tests/tools/api.c $(B)/liball.a
	@mkdir -p $(@D)
	$(call run,LD)$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $< -o $@ $(B)/liball.a $(LIBS)

api: $(B)/tools/api
	@$< kinds >scripts/meta/kinds.lua
	@$< events >scripts/meta/events.lua
	@$< luacheck >scripts/editor/luacheckrc

api-check: $(B)/tools/api
	@tests/lint/api.sh $<

floors:
	@tests/lint/floors.sh

lint: $(B)/tools/api $(PAGES)
	@tests/lint/all.sh tests/lint/refused.sh tests/lint/codes.sh tests/lint/manual.sh tests/lint/shell.sh \
		"tests/lint/api.sh $(B)/tools/api" "tests/lint/rules.sh $(B)/fairlead" \
		"tests/lint/pages.sh $(B)/fairlead $(B)/tools/api $(PAGES)"

symbols: $(STATIC) $(SHARED)
	@tests/lint/symbols.sh $(SHARED) $(STATIC) include/fairlead.h

# The example host, as somebody outside would build it: header and library
$(B)/embed: examples/embed.c $(STATIC) include/fairlead.h
	$(call run,LD)$(CC) -std=c17 $(OPT) $(CFLAGS) $(WARN) $(if $(WERROR),-Werror) -Iinclude $< -o $@ $(STATIC) $(LIBS)

embed: $(B)/embed
	@tests/tools/embedding.sh $(B)/embed

# What is installed, as somebody who has only that finds it
installed: all
	@CC="$(CC)" SANITIZE="$(if $(SAN),$(SANITIZE))" tests/tools/install.sh $(B)

# Tests beside cards: of a fresh folder and of the demo
script: $(B)/fairlead
	@tests/tools/script.sh $(B)/fairlead $(B)/script

# Every example of the manual
manual: $(B)/fairlead
	@tests/tools/manual.sh $(B)/fairlead $(B)/manual $(sort $(wildcard docs/*/*.md))

DAEMON_TESTS := $(sort $(wildcard tests/daemon/test_*.sh))
# a rule that nothing ends: loaded in front of the packaged Lua, never linked
$(B)/tests/hang.so: tests/daemon/hang.c
	@mkdir -p $(@D)
	$(call run,LD)$(CC) $(ALL_CFLAGS) -shared $< -o $@

# under sanitizers a check takes ten seconds, and freed memory is held back
daemon: $(B)/fairlead $(if $(SAN),,$(B)/tests/hang.so)
	@HANG=$(if $(SAN),,$(abspath $(B))/tests/hang.so) \
		$(if $(SAN),FL_TIMEOUT=1800 ASAN_OPTIONS=quarantine_size_mb=8) \
		tests/tools/daemon.sh $(B)/fairlead $(DAEMON_TESTS)

check: export FL_TALLY := $(abspath $(B))/tally
check: deps
	@mkdir -p $(B) && : > $(FL_TALLY)
	@tests/tools/check.sh build $(MAKE) --no-print-directory all
	@for part in unit floors lint symbols embed installed script manual daemon; do \
		tests/tools/check.sh $$part $(MAKE) --no-print-directory $$part; done
	@tests/tools/check.sh

# The demo: made once, leads read (again changes nothing), served here
run: all
	@tests/tools/run.sh $(B)/fairlead build/demo

install: all $(B)/lib/fairlead.pc $(PAGES)
	install -d $(DESTDIR)$(prefix)/bin $(DESTDIR)$(prefix)/include $(DESTDIR)$(prefix)/lib/pkgconfig
	install -m 755 $(B)/fairlead $(DESTDIR)$(prefix)/bin/
	install -m 644 include/fairlead.h $(DESTDIR)$(prefix)/include/
	install -m 644 $(STATIC) $(DESTDIR)$(prefix)/lib/
	install -m 755 $(SHARED) $(DESTDIR)$(prefix)/lib/
	ln -sf $(notdir $(SHARED)) $(DESTDIR)$(prefix)/lib/$(SO)
	ln -sf $(notdir $(SHARED)) $(DESTDIR)$(prefix)/lib/libfairlead.so
	install -m 644 $(B)/lib/fairlead.pc $(DESTDIR)$(prefix)/lib/pkgconfig/
	cd scripts/packs && find . -type f -exec install -Dm 644 {} $(DESTDIR)$(prefix)/share/fairlead/packs/{} \;
	$(foreach page,$(PAGES),install -Dm 644 $(page) $(DESTDIR)$(prefix)/share/man/man$(subst .,,$(suffix $(page)))/$(notdir $(page));)

# Fuzz targets run $(FUZZ_RUNS) inputs each from the corpus kept in tests/fuzz
FUZZ_RUNS ?= 100000
FUZZ_BIN := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

fuzz:
	@if command -v clang >/dev/null; then \
		$(MAKE) --no-print-directory B=build/fuzz CC=clang SAN=1 FUZZ=1 fuzz-run; \
	else echo "fuzz: no clang here, skipped"; fi

fuzz-run: $(FUZZ_BIN)
	@tests/tools/fuzz.sh $(FUZZ_RUNS) $(FUZZ_BIN)

$(B)/fuzz/%: tests/fuzz/%.c $(B)/liball.a
	@mkdir -p $(@D)
	$(call run,LD)$(CC) $(ALL_CFLAGS) -Wno-missing-prototypes -fsanitize=fuzzer -MMD -MP $< -o $@ $(B)/liball.a $(LIBS)

clean:
	rm -rf build

-include $(OBJ:.o=.d) $(BENCH_SHARED:.o=.d) $(BENCH_BIN:=.d) $(UNIT_BIN:=.d) $(FUZZ_BIN:=.d)
